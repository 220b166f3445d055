package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// functions stand in for the functions pictures and remover: they take what those take, which package ingest documents, and
// answer by the same rules, of a bucket that is a set of keys. Every upload is there until it is removed.
type functions struct {
	// fault is what the next call breaks with, and refusal what it refuses with.
	fault   *appsyncjs.Failure
	refusal string
	before  func() // runs before the next call
	bytes   int    // of what is made

	mu     sync.Mutex
	asked  []string // the commands so far
	keys   map[string]bool
	claims map[string]string // folders, by claim and source
	gone   map[string]bool   // uploads
	named  int               // folders
}

// A command is what one of the functions is asked.
type command struct {
	Make *struct{ Area, Upload, Owner, Claim string }
	Copy *struct {
		From, To, Claim string
		Files           []string
	}
	Main   *struct{ Product, File string }
	Remove *struct{ Folders, Objects []string }
}

const (
	uuidShape   = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	folderShape = `[0-9a-f]{32}`
)

func shaped(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(` + pattern + `)$`) }

var (
	aFolder    = shaped(`(public/photos|public/products|drafts)/` + folderShape + `/`)
	aRemovable = shaped(`uploads/[^/]+/` + uuidShape + `|originals/[^/]+/` + folderShape + `|answers/(([^/.]+\.\d+\.)?` + uuidShape + `|` +
		folderShape + `\.\d+)|public/products/[^/]+/main\.jpg`)
	aFile = shaped(`\d+\.(webp|jpg)`)
	aJPEG = shaped(`public/products/` + folderShape + `/\d+\.jpg`)
)

// source is one of the functions as a data source.
type source struct {
	*functions
	name access.Principal
}

// Invoke implements appsyncjs.Lambda.
func (s source) Invoke(_ context.Context, payload json.RawMessage, async bool) (appsyncjs.Seen, error) {
	if before := s.before; before != nil {
		s.before = nil
		before()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, string(payload))
	if fault := s.fault; fault != nil {
		s.fault = nil
		return appsyncjs.Seen{Error: fault}, nil
	}
	if refusal := s.refusal; refusal != "" {
		s.refusal = ""
		return appsyncjs.Seen{Result: args{"error": refusal}}, nil
	}
	var c command
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil || async {
		return appsyncjs.Seen{}, fmt.Errorf("%s: got %s, async %t: %w", s.name, payload, async, err)
	}
	if (c.Remove != nil) != (s.name == access.Remover) {
		return appsyncjs.Seen{}, fmt.Errorf("%s: got %s, want what it does", s.name, payload)
	}
	result, err := s.do(c)
	if err != nil {
		return appsyncjs.Seen{}, fmt.Errorf("%s: %s: %w", s.name, payload, err)
	}
	return appsyncjs.Seen{Result: result}, nil
}

func (f *functions) do(c command) (args, error) {
	switch {
	case c.Make != nil:
		m := c.Make
		if f.gone[m.Upload] {
			return args{"error": "there is no such upload"}, nil
		}
		uuid, own := strings.CutPrefix(m.Upload, "uploads/"+m.Owner+"/")
		if !own || !shaped(uuidShape).MatchString(uuid) || !shaped(`([^/.]+\.\d+\.)?`+uuid).MatchString(m.Claim) || !strings.HasSuffix(m.Area, "/") {
			return nil, errors.New("got a command that is not ours")
		}
		folder := f.claim(m.Claim, m.Upload+m.Area)
		original := m.Owner + "/" + folder
		f.keys["originals/"+original] = true
		var renditions []args
		for _, one := range []args{{"width": 160, "format": "webp"}, {"width": 200, "format": "webp"}, {"width": 200, "format": "jpeg"}} {
			f.keys[fmt.Sprintf("%s%s/%v.%s", m.Area, folder, one["width"], map[any]string{"webp": "webp", "jpeg": "jpg"}[one["format"]])] = true
			renditions = append(renditions, one)
		}
		return args{"picture": args{
			"folder": folder, "original": original, "width": 200, "height": 100, "placeholder": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
			"renditions": renditions, "bytes": f.bytes,
		}}, nil
	case c.Copy != nil:
		from, isFolder := strings.CutSuffix(c.Copy.From, "/")
		if !aFolder.MatchString(c.Copy.From) || !isFolder || !shaped(from[strings.LastIndex(from, "/")+1:]+`\.\d+`).MatchString(c.Copy.Claim) ||
			!slices.Contains([]string{"drafts/", "public/products/"}, c.Copy.To) || strings.HasPrefix(c.Copy.From, c.Copy.To) {
			return nil, errors.New("got a command that is not ours")
		}
		folder := f.claim(c.Copy.Claim, c.Copy.From+c.Copy.To)
		for _, file := range c.Copy.Files {
			if !aFile.MatchString(file) || !f.keys[c.Copy.From+file] {
				return nil, fmt.Errorf("got %s, which is not there", file)
			}
			f.keys[c.Copy.To+folder+"/"+file] = true
		}
		return args{"folder": folder}, nil
	case c.Main != nil:
		if !aJPEG.MatchString(c.Main.File) || !f.keys[c.Main.File] {
			return nil, errors.New("got a file that is not there")
		}
		f.keys["public/products/"+c.Main.Product+"/main.jpg"] = true
	case c.Remove != nil:
		if err := f.remove(c.Remove.Folders, c.Remove.Objects); err != nil {
			return nil, err
		}
	}
	return args{"done": true}, nil
}

func (f *functions) remove(folders, objects []string) error {
	for _, folder := range folders {
		if !aFolder.MatchString(folder) {
			return fmt.Errorf("got %s, want a folder", folder)
		}
		for key := range f.keys {
			if strings.HasPrefix(key, folder) {
				delete(f.keys, key)
			}
		}
	}
	for _, key := range objects {
		if !aRemovable.MatchString(key) {
			return fmt.Errorf("got %s, want an object that is removed", key)
		}
		delete(f.keys, key)
		f.gone[key] = strings.HasPrefix(key, "uploads/")
		delete(f.claims, strings.TrimPrefix(key, "answers/"))
	}
	return nil
}

// claim is the folder of a claim, which nobody else may have.
func (f *functions) claim(name, of string) (folder string) {
	if f.claims[name] == "" {
		f.named++
		f.claims[name], f.keys["answers/"+name] = fmt.Sprintf("%032x", f.named), true
	}
	return f.claims[name]
}

// files are the keys of what is there but claims, sorted.
func (b *backend) files() []string {
	var all []string
	for key := range b.functions.keys {
		if !strings.HasPrefix(key, "answers/") {
			all = append(all, key)
		}
	}
	slices.Sort(all)
	return all
}

// commands are the names of what functions were asked since forget, as in "make".
func (b *backend) commands() []string {
	names := []string{}
	for _, payload := range b.functions.asked {
		names = append(names, strings.Split(payload, `"`)[1])
	}
	return names
}

// removed is what the remover was asked for last, folders before objects.
func (b *backend) removed() []string {
	b.t.Helper()
	var c command
	if len(b.functions.asked) > 0 {
		if err := json.Unmarshal([]byte(b.functions.asked[len(b.functions.asked)-1]), &c); err != nil {
			b.t.Fatal(err)
		}
	}
	if c.Remove == nil {
		return nil
	}
	return append(c.Remove.Folders, c.Remove.Objects...)
}

// upload is the key of an upload of a user, which nobody used before.
func (b *backend) upload(who appsyncjs.UserPoolIdentity) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.uploads++
	return uploadOf(who, b.uploads)
}

func uploadOf(who appsyncjs.UserPoolIdentity, n int) string {
	return fmt.Sprintf("uploads/%s/%08x-d9cb-469f-a165-70867728950e", who.Sub, n)
}

// idOf is what the upload's row has of its key.
func idOf(upload string) string { return upload[strings.LastIndex(upload, "/")+1:] }

// The sizes of a picture of the stand-in in a folder, with the address of the CDN or without.
func pictureIn(t *testing.T, folder string) args {
	t.Helper()
	var renditions []any
	for _, one := range []struct {
		width        float64
		format, name string
	}{{160, "WEBP", "160.webp"}, {200, "WEBP", "200.webp"}, {200, "JPEG", "200.jpg"}} {
		rendition := args{"width": one.width, "format": one.format, "key": folder + one.name}
		if path, public := strings.CutPrefix(folder, "public"); public {
			rendition["url"] = cdn + path + one.name
		}
		renditions = append(renditions, rendition)
	}
	return args{"width": 200.0, "height": 100.0, "placeholder": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w", "renditions": renditions}
}

// folderNamed is the nth folder that the stand-in named.
func folderNamed(n int) string { return fmt.Sprintf("%032x/", n) }

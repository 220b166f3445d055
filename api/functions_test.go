package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// functions stand in for the functions pictures and remover: they take what those take, which package bucket says, and
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
	var result args
	var err error
	switch {
	case async:
		err = errors.New("got an event that nobody waits for")
	case s.name == access.Remover:
		result, err = s.remove(payload)
	default:
		result, err = s.do(payload)
	}
	if err != nil {
		return appsyncjs.Seen{}, fmt.Errorf("%s: %s: %w", s.name, payload, err)
	}
	return appsyncjs.Seen{Result: result}, nil
}

// do is the function pictures.
func (f *functions) do(payload []byte) (args, error) {
	c, err := bucket.ReadPictures(payload)
	switch {
	case err != nil:
		return nil, err
	case c.Make != nil:
		return f.make(c.Make)
	case c.Copy != nil:
		return f.copy(c.Copy)
	}
	if err := c.Main.Check(); err != nil {
		return nil, err
	}
	if !f.keys[c.Main.File] {
		return nil, errors.New("got a file that is not there")
	}
	f.keys[bucket.MainKey(c.Main.Product)] = true
	return args{"done": true}, nil
}

func (f *functions) make(c *bucket.Make) (args, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if f.gone[c.Upload] {
		return args{"error": "there is no such upload"}, nil
	}
	folder := f.claim(c.Claim, c.Upload+c.Area)
	original := c.Owner + "/" + folder
	f.keys[bucket.Originals+original] = true
	var renditions []args
	for _, one := range []args{{"width": 160, "format": "webp"}, {"width": 200, "format": "webp"}, {"width": 200, "format": "jpeg"}} {
		f.keys[fmt.Sprintf("%s%s/%v.%s", c.Area, folder, one["width"], map[any]string{"webp": "webp", "jpeg": "jpg"}[one["format"]])] = true
		renditions = append(renditions, one)
	}
	return args{"picture": args{
		"folder": folder, "original": original, "width": 200, "height": 100, "placeholder": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
		"renditions": renditions, "bytes": f.bytes,
	}}, nil
}

func (f *functions) copy(c *bucket.Copy) (args, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	folder := f.claim(c.Claim, c.From+c.To)
	for _, file := range c.Files {
		if !f.keys[c.From+file] {
			return nil, fmt.Errorf("got %s, which is not there", file)
		}
		f.keys[c.To+folder+"/"+file] = true
	}
	return args{"folder": folder}, nil
}

// remove is the function remover.
func (f *functions) remove(payload []byte) (args, error) {
	c, err := bucket.ReadRemover(payload)
	if err == nil {
		err = c.Remove.Check()
	}
	if err != nil {
		return nil, err
	}
	for _, folder := range c.Remove.Folders {
		for key := range f.keys {
			if strings.HasPrefix(key, folder) {
				delete(f.keys, key)
			}
		}
	}
	for _, key := range c.Remove.Objects {
		delete(f.keys, key)
		f.gone[key] = strings.HasPrefix(key, bucket.Uploads)
		delete(f.claims, strings.TrimPrefix(key, bucket.Answers))
	}
	return args{"done": true}, nil
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
	if len(b.functions.asked) == 0 {
		return nil
	}
	c, err := bucket.ReadRemover([]byte(b.functions.asked[len(b.functions.asked)-1]))
	if err != nil {
		return nil // it was the other function
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

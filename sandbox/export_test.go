package sandbox_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/google/go-cmp/cmp"

	erase "lightbox.example/lightbox/internal/person"
)

// exported is what an archive has, by name.
func (l leaving) exported(t *testing.T, w *wire, name string) (map[string]string, erase.Manifest) {
	t.Helper()
	stores := l.stores(t, w)
	user, err := stores.Find(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	said, err := stores.Export(t.Context(), user, nil, &archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	read, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{}
	for _, entry := range read.File {
		file, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		entries[entry.Name] = string(content)
	}
	var written erase.Manifest
	if err := json.Unmarshal([]byte(entries["manifest.json"]), &written); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(said, written); diff != "" {
		t.Errorf("the manifest is not what was answered (-answered +written):\n%s", diff)
	}
	return entries, said
}

func TestExport_hasAllOfAPersonAndNothingOfOthers(t *testing.T) {
	l := withLeaving(t)
	who := l.joins(t, "leaver")
	strange := []string{"x/../y", "con:a", "con?a", "CON|a"}
	for _, name := range strange {
		if err := ok(l.files(root, http.MethodPut, "uploads/"+who.Sub+"/"+strings.ReplaceAll(name, "?", "%3F"), []byte("of "+name))); err != nil {
			t.Fatal(err)
		}
	}
	entries, said := l.exported(t, nil, "leaver")
	if want := map[string]int{"profile": 1, "days": 1, "identities": 1, "photos": 1, "comments": 4, "likes": 2}; !cmp.Equal(said.Rows, want) {
		t.Errorf("got the rows %v, want %v", said.Rows, want)
	}
	if len(said.Missing)+len(said.NotSearched) > 0 || said.Username != "leaver" || said.Sub != who.Sub || said.Email != "leaver@example.com" {
		t.Errorf("got %+v", said)
	}
	areas := map[string]int{}
	for _, file := range said.Files {
		area, _, _ := strings.Cut(file.Key, "/")
		areas[area]++
		a, err := l.files(root, http.MethodGet, strings.ReplaceAll(file.Key, "?", "%3F"), nil)
		if err := ok(a, err); err != nil || a.body != entries[file.Name] || int64(len(a.body)) != file.Bytes {
			t.Errorf("%s: got %d bytes as %s, want the file's %d, %v", file.Key, file.Bytes, file.Name, len(a.body), err)
		}
		if strings.ContainsAny(file.Name, `:?|\`) || strings.Contains(file.Name, "..") || !strings.HasPrefix(file.Name, "files/") {
			t.Errorf("%s: got the name %s", file.Key, file.Name)
		}
	}
	if posted := areas["uploads"] - 1 - len(strange); posted != 0 && posted != 1 { // which goes by itself
		t.Errorf("got %d uploads, want the one that is not posted and %v", areas["uploads"], strange)
	}
	delete(areas, "uploads")
	if want := map[string]int{"originals": 1, "protected": 1, "private": 1, "public": 2}; !cmp.Equal(areas, want) {
		t.Errorf("got files in %v, want %v", areas, want)
	}
	if len(entries) != len(said.Files)+len(said.Rows)+1 {
		t.Errorf("got %d entries, want each file, each list and the manifest", len(entries))
	}
	for name, content := range entries {
		if strings.HasPrefix(name, "rows/") && !json.Valid([]byte(content)) {
			t.Errorf("%s: got %s", name, content)
		}
		if strings.Contains(content, l.ada.identity) || strings.Contains(content, `"owner":"`+l.ada.sub) {
			t.Errorf("%s: got what is another's", name)
		}
	}
	var comments []struct{ Text, Owner string }
	if err := json.Unmarshal([]byte(entries["rows/comments.json"]), &comments); err != nil || len(comments) != 4 || comments[0].Owner != who.Sub {
		t.Errorf("got %v, %v", comments, err)
	}
}

func TestExport_namesWhatCouldNotBeHad(t *testing.T) {
	l := withLeaving(t)
	l.backend.people(t).SignUp("bare")
	if _, said := l.exported(t, nil, "bare"); fmt.Sprint(said.NotSearched) != "[protected/{identity}/ private/{identity}/]" || len(said.Files)+len(said.Missing) > 0 {
		t.Errorf("without an identity: got %+v", said)
	}
	who := l.joins(t, "leaver")
	_, whole := l.exported(t, nil, "leaver")
	posted := func(key string) bool {
		return strings.HasPrefix(key, "uploads/") && !strings.HasSuffix(key, "/pending")
	} // it goes by itself
	missing := func(said erase.Manifest) (keys []string) {
		for _, one := range said.Missing {
			if !posted(one.What) {
				keys = append(keys, one.What)
			}
		}
		slices.Sort(keys)
		return keys
	}
	files := func(said erase.Manifest) (n int) {
		for _, file := range said.Files {
			if !posted(file.Key) {
				n++
			}
		}
		return n
	}
	gone := "uploads/" + who.Sub + "/pending"
	vanish := &wire{before: map[string]func(){"GetObject": func() { operator{people: l.people}.drop(t, gone) }}}
	if _, said := l.exported(t, vanish, "leaver"); !cmp.Equal(missing(said), []string{gone}) || files(said) != files(whole)-1 {
		t.Errorf("gone meanwhile: got %v and %d files, want %s missing and the others", missing(said), files(said), gone)
	}
	lost, set := "", ""
	for _, file := range whole.Files {
		if strings.HasPrefix(file.Key, "originals/") {
			lost = file.Key
		}
		if strings.HasPrefix(file.Key, "public/") {
			set = file.Key[:strings.LastIndex(file.Key, "/")+1]
			operator{people: l.people}.drop(t, file.Key)
		}
	}
	operator{people: l.people}.drop(t, lost)
	if _, said := l.exported(t, nil, "leaver"); !cmp.Equal(missing(said), []string{lost, set}) {
		t.Errorf("of %s lost before: got %v missing, want %s and %s", who.Sub, missing(said), lost, set)
	}
}

// cutting ends the bodies of files after some bytes, as a connection that breaks does.
type cutting struct{ http.RoundTripper }

func (c cutting) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.RoundTripper.RoundTrip(request)
	if err == nil && middleware.GetOperationName(request.Context()) == "GetObject" {
		response.Body = cut{io.MultiReader(io.LimitReader(response.Body, 3), iotest.ErrReader(errKilled)), response.Body}
	}
	return response, err
}

type cut struct {
	io.Reader
	io.Closer
}

func TestExport_namesWhatWasCutShort(t *testing.T) {
	l := withLeaving(t)
	l.joins(t, "leaver")
	_, said := l.exported(t, &wire{client: &http.Client{Transport: cutting{l.client.Transport}}}, "leaver")
	if len(said.Files) < 5 || len(said.Missing) != len(said.Files) || !strings.HasPrefix(said.Missing[0].Why, "cut short after 3 bytes: ") {
		t.Errorf("got %d files and missing %v, want all cut short", len(said.Files), said.Missing)
	}
}

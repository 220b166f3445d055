package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// The function remover is killed after each of the calls that it makes when a photo is deleted, as an undisturbed run made them, and
// at random: the table's stream brings the change again, and nothing of the photo is left.
func TestKill_ofTheRemoverAfterEachOfItsCalls(t *testing.T) {
	h := &hangman{of: "Remover"}
	s := start(t, sandbox.Config{Log: h.log})
	h.kill = func() { h.killAll(s.Functions) }
	p := withPeopleIn(t, s)
	_, stays := p.shownPhoto(t, p.ada, "stays")
	p.cached(t, stays)
	points := p.removed(t, h, "undisturbed", 0)
	if len(points) < 8 {
		t.Fatalf("got the calls %v, want those of files, rows and the CDN", points)
	}
	t.Log(points)
	for n := range points {
		if *everyKill {
			p.removed(t, h, fmt.Sprint("killed after call ", n+1), n+1)
		}
	}
	for n := range *functionKills {
		p.removed(t, h, fmt.Sprint("kill at random ", n+1), 1+rand.IntN(len(points)))
	}
	if got := p.cdn(t, stays[0]); got.header.Get("X-Cache") != "Hit from cloudfront" {
		t.Errorf("the control: another's photo: got %d %v, want a hit", got.status, got.header)
	}
}

// removed deletes a photo with a comment and a like, kills the function after one of its calls, and waits until nothing of the photo
// is left. It answers the calls of the function.
func (p people) removed(t *testing.T, h *hangman, words string, after int) (calls []string) {
	t.Helper()
	id, addresses := p.shownPhoto(t, p.ann, words)
	for _, mutation := range []string{`likePhoto(id: $id)`, `addComment(photoId: $id, text: "x")`} {
		if err := p.ask(p.ada, `mutation($id: ID!) { `+mutation+` { id } }`, map[string]any{"id": id}, nil); err != nil {
			t.Fatal(err)
		}
	}
	p.cached(t, addresses)
	p.nothing(t, words+": the upload", "public/", "originals/", "answers/")
	h.arm(strconv.Itoa(after))
	if err := p.deletePhoto(p.ann, id); err != nil {
		t.Fatal(err)
	}
	p.all403(t, words, addresses)
	_, uuid, _ := strings.Cut(id, ".")
	eventually(t, words, func() error {
		calls, _ = h.seen()
		for _, key := range p.versions(t) {
			if strings.Contains(key, uuid) || strings.HasPrefix(key, "originals/"+p.ann.sub) {
				return fmt.Errorf("got %s, want no version of it", key)
			}
		}
		rows, err := p.photoRows()
		for key := range rows {
			if strings.HasPrefix(key, id) {
				return fmt.Errorf("got the row %s, want none of the photo", key)
			}
		}
		return err
	})
	if _, done := h.seen(); done != (after > 0) {
		t.Errorf("%s: got it killed %t, of %v", words, done, calls)
	}
	h.arm("")
	return calls
}

// withoutOriginals is dev whose remover may not remove originals.
func withoutOriginals(t *testing.T) string {
	t.Helper()
	cut := 0
	assembly := deploytest.WorkingAssembly(t, "..", "dev", func(stack string, template []byte) []byte {
		const action = `"s3:DeleteObjectVersion"`
		at := bytes.Index(template, []byte(`"EraseOriginals"`))
		if stack != "API" || at < 0 {
			return template
		}
		begin := bytes.LastIndex(template[:at], []byte(action))
		cut++
		return slices.Concat(template[:begin], []byte(`"s3:GetObjectTagging"`), template[begin+len(action):])
	})
	if cut != 1 {
		t.Fatalf("got %d statements about originals in the templates", cut)
	}
	return assembly
}

// M96: a change that nobody can deal with delays nobody else's, and ends in the bucket of failures: one of no row of ours, and one of which
// S3 refuses to remove something. What can be removed of that is.
func TestGone_M96_aPoisonedChangeDelaysNobody(t *testing.T) {
	p := withPeopleOf(t, start(t, sandbox.Config{}), withoutOriginals(t))
	table, err := p.table("Photos")
	if err != nil {
		t.Fatal(err)
	}
	_, stays := p.shownPhoto(t, p.ada, "stays")
	id, addresses := p.shownPhoto(t, p.ann, "gone")
	p.cached(t, append(addresses, stays...))
	text := func(value string) any { return map[string]any{"S": value} }
	for id, folder := range map[string]any{"of a number": map[string]any{"N": "1"}, "outside": text("../../private/x"), "large": text(strings.Repeat("x", 390_000))} {
		row := map[string]any{
			"photoId": text(id), "row": text("PHOTO"), "folder": folder, "original": text(""), "claim": text(uuid("x")), "upload": text("s/" + uuid("x")),
		}
		if err := p.call(root, "dynamodb", "PutItem", map[string]any{"TableName": table, "Item": row}, nil); err != nil {
			t.Fatal(err)
		}
		if err := p.call(root, "dynamodb", "DeleteItem", map[string]any{"TableName": table, "Key": map[string]any{"photoId": text(id), "row": text("PHOTO")}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.deletePhoto(p.ann, id); err != nil {
		t.Fatal(err)
	}
	p.all403(t, "behind poison", addresses)
	p.nothing(t, "behind poison", "originals/", "answers/", "public/photos/"+strings.Split(stays[0], "/")[4])
	listed, err := p.send(p.request(root, "s3", http.MethodGet, "https://s3.us-east-1.amazonaws.com/", nil))
	if err != nil {
		t.Fatal(err)
	}
	failures := regexp.MustCompile(`<Name>([^<]*failures[^<]*)</Name>`).FindStringSubmatch(listed.body)[1]
	eventually(t, "the bucket of failures", func() error {
		versions, err := p.s.Files.Versions(failures)
		if len(versions) < 3*2+1 {
			err = errors.Join(err, fmt.Errorf("got %d in %s, want one for each poisoned change, and for the one that is denied", len(versions), failures))
		}
		return err
	})
	for _, address := range stays {
		if got := p.cdn(t, address); got.status != http.StatusOK || got.header.Get("X-Cache") != "Hit from cloudfront" {
			t.Errorf("the control: %s: got %d %v, want it served", address, got.status, got.header)
		}
	}
}

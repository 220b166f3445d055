package ingest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"lightbox.example/lightbox/internal/bucket"
)

// claim is the document in answers/ that names the folder of a set.
type claim struct {
	Folder string `json:"folder"`
	// Of says what the set is made of, and where. Who comes with another source must not write into the folder: claims are named
	// by the UUID of an upload, which its owner can put anew and which anybody may choose for an upload of their own.
	Of string `json:"of"`
	// Made is the set, once all of it is written: what it was made of may be gone then.
	Made *Picture `json:"made,omitempty"`
	// tag is the document's ETag.
	tag string
}

var (
	errClaimed = errors.New("the claim is another source's")
	errRemoved = errors.New("the claim is gone, and its set with it")
)

const (
	claimLimit = 4 << 10 // bytes
	claimTries = 3       // of finding neither room for a claim nor a claim: one that expires is removed once
)

// claim names the folder for what is made of a source: a new one, or that of whoever came first. The error is errClaimed where
// the claim was of another source.
func (b store) claim(ctx context.Context, name, of string) (claim, error) {
	ours := claim{Folder: newFolder(), Of: of}
	var gone error
	for range claimTries {
		tag, err := b.create(ctx, bucket.Answers+name, ours.object())
		if err != nil {
			return claim{}, err
		}
		if ours.tag = tag; tag != "" {
			return ours, nil
		}
		theirs, err := b.claimed(ctx, name)
		switch {
		case errors.Is(err, errNotThere):
			gone = err
			continue
		case err != nil:
			return claim{}, err
		case theirs.Of != of:
			return claim{}, fmt.Errorf("%s%s: %w", bucket.Answers, name, errClaimed)
		}
		return theirs, nil
	}
	return claim{}, gone
}

// finish writes into a claim what was made. The error is errRemoved where the claim was removed meanwhile: what it named was removed
// with it, in part before it was written.
func (b store) finish(ctx context.Context, name string, ours claim, made *Picture) error {
	ours.Made = made
	key := bucket.Answers + name
	input := b.putting(key, ours.object())
	input.IfMatch = &ours.tag
	_, err := b.client.PutObject(ctx, input, whileInConflict)
	if is(err, "PreconditionFailed") { // who came second was faster, and wrote the same
		_, err = b.claimed(ctx, name)
	}
	if err = notThere(key, err); errors.Is(err, errNotThere) {
		return errRemoved
	}
	return err
}

// object is the claim as a document.
func (c claim) object() object {
	document, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts and numbers
	}
	return object{body: document, contentType: "application/json"}
}

// claimed reads a claim.
func (b store) claimed(ctx context.Context, name string) (claim, error) {
	var c claim
	document, tag, err := b.read(ctx, bucket.Answers+name, claimLimit)
	if err != nil {
		return c, err
	}
	if err := bucket.Decode(document, &c); err != nil {
		return c, fmt.Errorf("%s%s: %w", bucket.Answers, name, err)
	}
	if !bucket.IsFolder(c.Folder) {
		return c, fmt.Errorf("%s%s: folder: got %q, want 32 hex digits", bucket.Answers, name, c.Folder)
	}
	c.tag = tag
	return c, nil
}

// newFolder is a name that nobody can guess: 128 random bits as 32 hex digits.
func newFolder() string {
	var bits [16]byte
	_, _ = rand.Read(bits[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	return hex.EncodeToString(bits[:])
}

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
}

var errClaimed = errors.New("the claim is another source's")

const (
	claimLimit = 4 << 10 // bytes
	claimTries = 3       // of finding neither room for a claim nor a claim: one that expires is removed once
)

// claim names the folder for what is made of a source: a new one, or that of whoever came first. The error is errClaimed where
// the claim was of another source.
func (b store) claim(ctx context.Context, name, of string) (folder string, err error) {
	ours := claim{Folder: newFolder(), Of: of}
	document, err := json.Marshal(ours)
	if err != nil {
		return "", err
	}
	var gone error
	for range claimTries {
		created, err := b.create(ctx, bucket.Answers+name, object{body: document, contentType: "application/json"})
		if err != nil {
			return "", err
		}
		if created {
			return ours.Folder, nil
		}
		theirs, err := b.claimed(ctx, name)
		switch {
		case errors.Is(err, errNotThere):
			gone = err
			continue
		case err != nil:
			return "", err
		case theirs.Of != of:
			return "", fmt.Errorf("%s%s: %w", bucket.Answers, name, errClaimed)
		}
		return theirs.Folder, nil
	}
	return "", gone
}

// claimed reads a claim.
func (b store) claimed(ctx context.Context, name string) (claim, error) {
	var c claim
	document, err := b.read(ctx, bucket.Answers+name, claimLimit)
	if err != nil {
		return c, err
	}
	if err := bucket.Decode(document, &c); err != nil {
		return c, fmt.Errorf("%s%s: %w", bucket.Answers, name, err)
	}
	if !bucket.IsFolder(c.Folder) {
		return c, fmt.Errorf("%s%s: folder: got %q, want 32 hex digits", bucket.Answers, name, c.Folder)
	}
	return c, nil
}

// newFolder is a name that nobody can guess: 128 random bits as 32 hex digits.
func newFolder() string {
	var bits [16]byte
	_, _ = rand.Read(bits[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	return hex.EncodeToString(bits[:])
}

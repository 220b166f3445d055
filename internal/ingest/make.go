package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/pictures"
)

// maxUpload is how many bytes of an upload are taken: 20 MB.
const maxUpload = 20 << 20

// forever is the Cache-Control of what is never written again.
const forever = "public, max-age=31536000, immutable"

// make reads an upload, makes its set, and writes it where the claim says. An upload whose row is written is removed: who comes later
// is answered what was made of it.
func (p *Pictures) make(ctx context.Context, c *bucket.Make) (*Picture, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	source, err := p.source(ctx, c.Upload)
	if errors.Is(err, errNotThere) {
		return p.made(ctx, c, err)
	}
	if err != nil {
		return nil, err
	}
	set, err := pictures.Make(ctx, source, p.options)
	if err != nil {
		return nil, err
	}
	claim, err := p.store.claim(ctx, c.Claim, fmt.Sprintf("%s%x%s", beginning(c), sha256.Sum256(source), ending(c)))
	if errors.Is(err, errClaimed) {
		return nil, bucket.Mend("%s: another picture was sent by this name before: send this one by a new UUID", c.Upload)
	}
	if err != nil {
		return nil, err
	}
	if claim.Made != nil {
		return p.stillMade(ctx, c, claim.Made)
	}
	picture := newPicture(claim.Folder, set)
	if !p.dropOriginals {
		picture.Original = c.Owner + "/" + claim.Folder
		original := object{body: source, contentType: http.DetectContentType(source)}
		if _, err := p.store.create(ctx, bucket.Originals+picture.Original, original); err != nil {
			return nil, err
		}
		picture.Bytes = int64(len(source))
	}
	if err := p.write(ctx, c.Area+claim.Folder+"/", set.Renditions, picture); err != nil {
		return nil, err
	}
	err = p.store.finish(ctx, c.Claim, claim, picture)
	if errors.Is(err, errRemoved) {
		return nil, deleted(c)
	}
	return picture, err
}

// What a claim says of its source is the upload, a digest of its bytes, and the area of the set.
func beginning(c *bucket.Make) string { return c.Upload + " sha256 " }
func ending(c *bucket.Make) string    { return " to " + c.Area }

// made is what was made of an upload that is gone, if it was; gone is the error for people.
func (p *Pictures) made(ctx context.Context, c *bucket.Make, gone error) (*Picture, error) {
	claim, err := p.store.claimed(ctx, c.Claim)
	switch {
	case errors.Is(err, errNotThere):
		log.Print(gone) // S3 may mean a permission that is missing, which a person must not be told
		return nil, bucket.Mend("there is no such upload: %s: send the picture there first; it stays for a day", c.Upload)
	case err != nil:
		return nil, err
	case claim.Made == nil || !strings.HasPrefix(claim.Of, beginning(c)) || !strings.HasSuffix(claim.Of, ending(c)):
		return nil, bucket.Mend("there is no such upload: %s: send the picture by a new UUID", c.Upload)
	}
	return p.stillMade(ctx, c, claim.Made)
}

// stillMade is what a claim says was made, if it is there: what no row has named for hours is swept, and its claim lives for a day.
func (p *Pictures) stillMade(ctx context.Context, c *bucket.Make, made *Picture) (*Picture, error) {
	if n := len(made.Renditions); n > 0 {
		_, _, err := p.store.read(ctx, c.Area+made.Folder+"/"+made.Renditions[n-1].File(), 0)
		if errors.Is(err, errNotThere) {
			return nil, deleted(c)
		}
		if err != nil {
			return nil, err
		}
	}
	return made, nil
}

// deleted is the error for people whose picture went before it had a row, or with it.
func deleted(c *bucket.Make) error {
	return bucket.Mend("%s: what was made of it is deleted by now: send the picture by a new UUID", c.Upload)
}

// newPicture is a set in a folder, of which nothing is written yet.
func newPicture(folder string, set pictures.Set) *Picture {
	return &Picture{
		Folder: folder, Width: set.Width, Height: set.Height, Placeholder: base64.StdEncoding.EncodeToString(set.Placeholder),
	}
}

// write writes renditions into a folder, and their widths and bytes into the picture.
func (p *Pictures) write(ctx context.Context, folder string, renditions []pictures.Rendition, picture *Picture) error {
	for _, r := range renditions {
		one := Rendition{r.Width, string(r.Format)}
		if _, err := p.store.create(ctx, folder+one.File(), object{r.Body, r.Format.Type(), forever}); err != nil {
			return err
		}
		picture.Renditions = append(picture.Renditions, one)
		picture.Bytes += int64(len(r.Body))
	}
	return nil
}

// source reads one version of an upload.
func (p *Pictures) source(ctx context.Context, upload string) ([]byte, error) {
	source, _, err := p.store.read(ctx, upload, maxUpload)
	if err != nil {
		return nil, err
	}
	if len(source) > maxUpload {
		return nil, bucket.Mend("the file has more than 20 MB: want 20 MB at most; save the picture smaller, or as a JPEG")
	}
	return source, nil
}

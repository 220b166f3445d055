package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"net/http"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/pictures"
)

// maxUpload is how many bytes of an upload are taken: 20 MB.
const maxUpload = 20 << 20

// forever is the Cache-Control of what is never written again.
const forever = "public, max-age=31536000, immutable"

// make reads an upload, makes its set, and writes it where the claim says.
func (p *Pictures) make(ctx context.Context, c *bucket.Make) (*Picture, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	source, err := p.source(ctx, c.Upload)
	if err != nil {
		return nil, err
	}
	set, err := pictures.Make(ctx, source, p.options)
	if err != nil {
		return nil, err
	}
	folder, err := p.store.claim(ctx, c.Claim, fmt.Sprintf("%s sha256 %x to %s", c.Upload, sha256.Sum256(source), c.Area))
	if errors.Is(err, errClaimed) {
		return nil, bucket.Mend("%s: another picture was sent by this name before: send this one by a new UUID", c.Upload)
	}
	if err != nil {
		return nil, err
	}
	picture := newPicture(folder, set)
	if !p.dropOriginals {
		picture.Original = c.Owner + "/" + folder
		original := object{body: source, contentType: http.DetectContentType(source)}
		if _, err := p.store.create(ctx, bucket.Originals+picture.Original, original); err != nil {
			return nil, err
		}
		picture.Bytes = int64(len(source))
	}
	return picture, p.write(ctx, c.Area+folder+"/", set.Renditions, picture)
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
	source, err := p.store.read(ctx, upload, maxUpload)
	if errors.Is(err, errNotThere) {
		log.Print(err) // S3 may mean a permission that is missing, which a person must not be told
		return nil, bucket.Mend("there is no such upload: %s: send the picture there first; it stays for a day", upload)
	}
	if err != nil {
		return nil, err
	}
	if len(source) > maxUpload {
		return nil, bucket.Mend("the file has more than 20 MB: want 20 MB at most; save the picture smaller, or as a JPEG")
	}
	return source, nil
}

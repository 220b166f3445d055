package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strconv"
	"strings"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/pictures"
)

type makeCommand struct {
	Area   string `json:"area"`
	Upload string `json:"upload"`
	Owner  string `json:"owner"`
	Claim  string `json:"claim"`
}

// check errs by words for the person where the upload is not one of theirs, and else where the event is not ours.
func (c *makeCommand) check() error {
	err := errors.Join(
		bucket.OneOf("area", c.Area, bucket.Sets),
		bucket.Matches("owner", aSub, c.Owner, "the sub of a user"),
	)
	if err != nil {
		return err
	}
	folder := bucket.Uploads + c.Owner + "/"
	if uuid, own := strings.CutPrefix(c.Upload, folder); own && aUUID.MatchString(uuid) {
		if !aClaim.MatchString(c.Claim) || !strings.HasSuffix(c.Claim, uuid) {
			return fmt.Errorf("claim: got %q, want %s or PRODUCT.VERSION.%s, of the upload", c.Claim, uuid, uuid)
		}
		return nil
	}
	wanted := fmt.Sprintf("want an upload of your own, %s and a UUID in lower case", folder)
	for _, area := range bucket.Sets {
		if strings.HasPrefix(c.Upload, area) {
			return mend("imgKey: got %s, which Lightbox writes itself: %s; send the picture there first", shown(c.Upload), wanted)
		}
	}
	return mend("imgKey: got %s: %s", shown(c.Upload), wanted)
}

// shown is a text of the caller's as it is said back, cut to what one can read.
func shown(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}

// maxUpload is how many bytes of an upload are taken: 20 MB.
const maxUpload = 20 << 20

// forever is the Cache-Control of what is never written again.
const forever = "public, max-age=31536000, immutable"

// make reads an upload, makes its set, and writes it where the claim says.
func (p *Pictures) make(ctx context.Context, c *makeCommand) (*Picture, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	source, err := p.source(ctx, c.Upload)
	if err != nil {
		return nil, err
	}
	set, err := pictures.Make(ctx, source, pictures.Options{MaxBytes: maxUpload})
	if err != nil {
		return nil, err
	}
	folder, err := p.store.claim(ctx, c.Claim, fmt.Sprintf("%s sha256 %x to %s", c.Upload, sha256.Sum256(source), c.Area))
	if errors.Is(err, errClaimed) {
		return nil, mend("%s: another picture was sent by this name before: send this one by a new UUID", c.Upload)
	}
	if err != nil {
		return nil, err
	}
	picture := &Picture{
		Folder: folder, Width: set.Width, Height: set.Height, Placeholder: base64.StdEncoding.EncodeToString(set.Placeholder),
	}
	if !p.dropOriginals {
		picture.Original = c.Owner + "/" + folder
		original := object{body: source, contentType: http.DetectContentType(source)}
		if _, err := p.store.create(ctx, bucket.Originals+picture.Original, original); err != nil {
			return nil, err
		}
		picture.Bytes = int64(len(source))
	}
	for _, r := range set.Renditions {
		name := strconv.Itoa(r.Width) + suffixes[r.Format]
		if _, err := p.store.create(ctx, c.Area+folder+"/"+name, object{r.Body, r.Format.Type(), forever}); err != nil {
			return nil, err
		}
		picture.Renditions = append(picture.Renditions, Rendition{r.Width, string(r.Format)})
		picture.Bytes += int64(len(r.Body))
	}
	return picture, nil
}

// suffixes are those of renditions' files, by their formats.
var suffixes = map[pictures.Format]string{pictures.WebP: ".webp", pictures.JPEG: ".jpg"}

// source reads one version of an upload.
func (p *Pictures) source(ctx context.Context, upload string) ([]byte, error) {
	source, err := p.store.read(ctx, upload, maxUpload)
	if errors.Is(err, errNotThere) {
		log.Print(err) // S3 may mean a permission that is missing, which a person must not be told
		return nil, mend("there is no such upload: %s: send the picture there first; it stays for a day", upload)
	}
	if err != nil {
		return nil, err
	}
	if len(source) > maxUpload {
		return nil, mend("the file has more than 20 MB: want 20 MB at most; save the picture smaller, or as a JPEG")
	}
	return source, nil
}

package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log"
	"path"
	"strings"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/pictures"
)

// render makes a set anew, in today's sizes and formats, of its original or of a file of its own. The new folder is in the same
// area; the set that was there stays, and so does the original. Size, and bytes but for an original's, are those of what was
// read. The claim is of the source's bytes and of the sizes: a second try writes into the same folder, one with other sizes into
// another.
func (p *Pictures) render(ctx context.Context, c *bucket.Render) (*Picture, string, error) {
	if err := c.Check(); err != nil {
		return nil, "", err
	}
	source, _, err := p.store.read(ctx, c.From, maxUpload)
	if errors.Is(err, errNotThere) {
		log.Print(err)
		return nil, "", bucket.Mend("there is no %s, or the function may not read it", c.From)
	}
	if err != nil {
		return nil, "", err
	}
	set, err := pictures.Make(ctx, source, p.options)
	if err != nil {
		return nil, "", err
	}
	area, old := path.Split(strings.TrimSuffix(c.Set, "/"))
	of := fmt.Sprintf("%s sha256 %x to %s in %s", c.From, sha256.Sum256(source), area, pictures.Recipe(p.options))
	name := fmt.Sprintf("%s.%.16x", old, sha256.Sum256([]byte(of)))
	claim, err := p.store.claim(ctx, name, of)
	if err != nil {
		return nil, "", err
	}
	picture := newPicture(claim.Folder, set)
	if original, kept := strings.CutPrefix(c.From, bucket.Originals); kept {
		picture.Original, picture.Bytes = original, int64(len(source))
	}
	return picture, name, p.write(ctx, area+claim.Folder+"/", set.Renditions, picture)
}

package ingest

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/internal/bucket"
)

// copy copies the files of a set into the folder that the claim names, and answers its name; or that a file is gone, because the
// row that names it has changed since it was read. What was copied then is the caller's to have removed, when it has seen the row.
func (p *Pictures) copy(ctx context.Context, c *bucket.Copy) (folder string, gone bool, err error) {
	if err := c.Check(); err != nil {
		return "", false, err
	}
	claim, err := p.store.claim(ctx, c.Claim, c.From+" to "+c.To)
	if err != nil {
		return "", false, err
	}
	folder = claim.Folder
	for _, file := range c.Files {
		err := p.store.createCopy(ctx, c.From+file, c.To+folder+"/"+file)
		if errors.Is(err, errNotThere) {
			log.Print(err) // S3 may mean a permission that is missing
			return folder, true, nil
		}
		if err != nil {
			return "", false, fmt.Errorf("%s: %w", c.From+file, err)
		}
	}
	return folder, false, nil
}

// briefly is the Cache-Control of what is written again under its name.
const briefly = "public, max-age=30"

// main gives a live product's JPEG the address that it keeps when its picture changes.
func (p *Pictures) main(ctx context.Context, c *bucket.Main) error {
	if err := c.Check(); err != nil {
		return err
	}
	key, kind, control := bucket.MainKey(c.Product), "image/jpeg", briefly
	_, err := p.store.client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &p.store.name, Key: &key, CopySource: p.store.source(c.File),
		MetadataDirective: types.MetadataDirectiveReplace, ContentType: &kind, CacheControl: &control,
	})
	return notThere(c.File, err)
}

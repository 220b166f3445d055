package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/internal/bucket"
)

type copyCommand struct {
	From  string   `json:"from"`
	To    string   `json:"to"`
	Claim string   `json:"claim"`
	Files []string `json:"files"`
}

const maxFiles = 32 // of a set

func (c *copyCommand) check() error {
	area, folder, err := bucket.FolderIn(bucket.ProductSets, c.From)
	faults := []error{
		bucket.OneOf("to", c.To, bucket.ProductSets),
		bucket.Matches("claim", aCopy, c.Claim, "FOLDER.VERSION, the folder of from"),
	}
	if err != nil {
		faults = append(faults, fmt.Errorf("from: %w", err))
	}
	if area != "" && !strings.HasPrefix(c.Claim, folder+".") {
		faults = append(faults, fmt.Errorf("claim: got %q, want one of the folder of from, %s.VERSION", c.Claim, folder))
	}
	if area != "" && area == c.To {
		faults = append(faults, fmt.Errorf("to: got the area of from, %s, want the other", area))
	}
	if n := len(c.Files); n < 1 || n > maxFiles {
		faults = append(faults, fmt.Errorf("files: got %d, want 1 to %d", n, maxFiles))
	}
	for i, file := range c.Files {
		faults = append(faults, bucket.Matches(fmt.Sprintf("files[%d]", i), aFile, file, "a rendition, as in 160.webp"))
		if slices.Index(c.Files, file) != i {
			faults = append(faults, fmt.Errorf("files[%d]: got %q twice", i, file))
		}
	}
	return errors.Join(faults...)
}

// copy copies the files of a set into the folder that the claim names, and answers its name.
func (p *Pictures) copy(ctx context.Context, c *copyCommand) (folder string, err error) {
	if err := c.check(); err != nil {
		return "", err
	}
	folder, err = p.store.claim(ctx, c.Claim, c.From+" to "+c.To)
	if err != nil {
		return "", err
	}
	for _, file := range c.Files {
		if err := p.store.createCopy(ctx, c.From+file, c.To+folder+"/"+file); err != nil {
			return "", fmt.Errorf("%s: %w", c.From+file, err)
		}
	}
	return folder, nil
}

type mainCommand struct {
	Product string `json:"product"`
	File    string `json:"file"`
}

// briefly is the Cache-Control of what is written again under its name.
const briefly = "public, max-age=60"

// main gives a live product's JPEG the address that it keeps when its picture changes.
func (p *Pictures) main(ctx context.Context, c *mainCommand) error {
	err := errors.Join(
		bucket.Matches("product", aProduct, c.Product, "the id of a product"),
		bucket.Matches("file", aJPEG, c.File, "the JPEG of a live product, as in "+bucket.Products+"0123456789abcdef0123456789abcdef/1280.jpg"),
	)
	if err != nil {
		return err
	}
	key, kind, control := bucket.Products+c.Product+"/main.jpg", "image/jpeg", briefly
	_, err = p.store.client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &p.store.name, Key: &key, CopySource: p.store.source(c.File),
		MetadataDirective: types.MetadataDirectiveReplace, ContentType: &kind, CacheControl: &control,
	})
	return err
}

package person

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/objects"
)

// folder writes the files below a prefix, and answers how many there are.
func (e *exporting) folder(ctx context.Context, prefix string) (found int, err error) {
	next := e.bucket().Latest(prefix, "")
	for more := true; more; {
		var page []objects.Object
		if page, more, err = next(ctx); err != nil {
			return found, fmt.Errorf("%s: %w", prefix, err)
		}
		for _, object := range page {
			found++
			e.keys[object.Key] = true
			if err := e.file(ctx, object.Key); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

// file writes one. That it cannot be read is in the manifest; the error is of what is written.
func (e *exporting) file(ctx context.Context, key string) error {
	object, err := e.Stores.Files.GetObject(ctx, &s3.GetObjectInput{Bucket: &e.Bucket, Key: &key})
	if err != nil {
		e.miss(key, err)
		return ctx.Err()
	}
	defer func() { _ = object.Body.Close() }()
	file := File{Name: e.names.Of(key), Key: key, Type: aws.ToString(object.ContentType), Modified: aws.ToTime(object.LastModified)}
	w, err := e.create(file.Name, zip.Store, file.Modified) // pictures do not get smaller
	if err != nil {
		return err
	}
	source := &reading{from: object.Body}
	file.Bytes, err = io.Copy(w, source)
	switch {
	case source.fault != nil:
		e.miss(key, fmt.Errorf("cut short after %d bytes: %w", file.Bytes, source.fault))
	case err != nil:
		return err
	}
	e.said.Files = append(e.said.Files, file)
	if e.tell != nil {
		e.tell("files", len(e.said.Files))
	}
	return ctx.Err()
}

// reading tells a fault of what is read from one of what is written.
type reading struct {
	from  io.Reader
	fault error
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && err != io.EOF {
		r.fault = err
	}
	return n, err
}

// plainItem is a row as JSON has it.
func plainItem(row item) map[string]any {
	all := map[string]any{}
	for name, value := range row {
		all[name] = plain(value)
	}
	return all
}

// plain is a value of one of the types that rows have; another is shown as Go does.
func plain(value types.AttributeValue) any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return json.Number(v.Value)
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberNULL:
		return nil
	case *types.AttributeValueMemberM:
		return plainItem(v.Value)
	case *types.AttributeValueMemberL:
		list := []any{}
		for _, each := range v.Value {
			list = append(list, plain(each))
		}
		return list
	}
	return fmt.Sprint(value)
}

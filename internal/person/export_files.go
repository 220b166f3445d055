package person

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// folder writes the files below a prefix, and answers how many there are.
func (e *exporting) folder(ctx context.Context, prefix string) (found int, err error) {
	pages := s3.NewListObjectsV2Paginator(e.Stores.Files, &s3.ListObjectsV2Input{Bucket: &e.Bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return found, fmt.Errorf("%s: %w", prefix, err)
		}
		for _, object := range page.Contents {
			found++
			e.keys[aws.ToString(object.Key)] = true
			if err := e.file(ctx, aws.ToString(object.Key)); err != nil {
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
	file := File{Name: e.name(key), Key: key, Type: aws.ToString(object.ContentType), Modified: aws.ToTime(object.LastModified)}
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

// name is what a key is called in the archive: a path below files/ that every system takes, and that leads nowhere else. Of two keys that
// would have one the later gets a number.
func (e *exporting) name(key string) string {
	var parts []string
	for part := range strings.SplitSeq(key, "/") {
		part = strings.TrimRight(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || strings.ContainsRune(`<>:"\|?*`, r) {
				return '_'
			}
			return r
		}, part), " .")
		if part == "" {
			part = "_"
		}
		parts = append(parts, part)
	}
	whole := "files/" + strings.Join(parts, "/")
	name, extension := whole, path.Ext(whole)
	for n := 2; e.names[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s~%d%s", strings.TrimSuffix(whole, extension), n, extension)
	}
	e.names[strings.ToLower(name)] = true
	return name
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

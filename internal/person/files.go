package person

import (
	"context"

	"lightbox.example/lightbox/internal/objects"
)

// bucket is that of files.
func (s *Stores) bucket() objects.Bucket { return objects.Bucket{Client: s.Files, Name: s.Bucket} }

// versions calls with how many versions and delete markers each page below a prefix has, and of how many bytes.
func (s *Stores) versions(ctx context.Context, prefix string, each func(items int, bytes int64)) error {
	next := s.bucket().Versions(prefix, "")
	for more := true; more; {
		var page []objects.Object
		var err error
		if page, more, err = next(ctx); err != nil {
			return err
		}
		var bytes int64
		for _, o := range page {
			bytes += o.Size
		}
		each(len(page), bytes)
	}
	return nil
}

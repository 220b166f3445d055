package site

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	files "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/cdn"
	"lightbox.example/lightbox/internal/objects"
)

// Grace is how long what is named by its content stays after a deployment has found it unused.
const Grace = 7 * 24 * time.Hour

// unusedSince is the metadata of an object that says when that was, as RFC 3339 has it.
const unusedSince = "unused-since"

// A Site is where a build goes to.
type Site struct {
	Files  *s3.Client
	Bucket string
	CDN    cdn.CDN
	Now    func() time.Time
}

// A Plan is what is to be done.
type Plan struct {
	// Put are the files to upload, in waves, one after another.
	Put [][]File
	// Unused are keys that a note is put on, Remove those that go, Kept those that wait for that.
	Unused, Remove, Kept []string
	// Same is how many files are there as they are to be.
	Same int
	// Unended is that the deployment before was begun and did not end, or goes on. The distribution forgets what it has, whatever else is to do.
	Unended bool

	build Build
	last  note
}

// Puts is how many files are uploaded.
func (p Plan) Puts() (n int) {
	for _, wave := range p.Put {
		n += len(wave)
	}
	return n
}

// atOnce is how many requests are on their way at a time.
const atOnce = 16

// Plan compares a build with what the bucket has: contents by their digests, and headers.
func (s *Site) Plan(ctx context.Context, build Build) (Plan, error) {
	last, err := s.lastNote(ctx) // before the list: what another deployment does from here on changes the note
	if err != nil {
		return Plan{}, err
	}
	found, err := s.list(ctx)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Unended: last.begun, build: build, last: last}
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(atOnce)
	changed := map[string]bool{}
	for key := range build {
		changed[key] = true
	}
	for _, object := range found {
		wanted, used := build[object.Key]
		if !used && !strings.HasPrefix(object.Key, immutable) {
			plan.Remove = append(plan.Remove, object.Key)
			continue
		}
		if used && object.ETag != wanted.etag() {
			continue
		}
		group.Go(func() error {
			head, err := s.Files.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.Bucket, Key: &object.Key})
			if err != nil {
				return fmt.Errorf("%s: %w", Name(object.Key), err)
			}
			mu.Lock()
			defer mu.Unlock()
			if used {
				same := aws.ToString(head.ContentType) == wanted.ContentType && aws.ToString(head.CacheControl) == wanted.CacheControl && head.Metadata[unusedSince] == ""
				changed[object.Key] = !same
				return nil
			}
			s.unused(&plan, object.Key, head.Metadata[unusedSince])
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return Plan{}, err
	}
	for _, list := range [][]string{plan.Unused, plan.Remove, plan.Kept} {
		slices.Sort(list)
	}
	var keys []string
	for key, is := range changed {
		if is {
			keys = append(keys, key)
		}
	}
	plan.Put, plan.Same = build.waves(keys), len(build)-len(keys)
	return plan, nil
}

// unused decides on what is named by its content and is in no page of the build.
func (s *Site) unused(plan *Plan, key, since string) {
	at, err := time.Parse(time.RFC3339, since)
	switch {
	case err != nil:
		plan.Unused = append(plan.Unused, key)
	case s.Now().Sub(at) < Grace:
		plan.Kept = append(plan.Kept, key)
	default:
		plan.Remove = append(plan.Remove, key)
	}
}

// list is all that the bucket has, but pages for sharing and the note.
func (s *Site) list(ctx context.Context) ([]objects.Object, error) {
	var all []objects.Object
	next := objects.Bucket{Client: s.Files, Name: s.Bucket}.Latest("", "")
	for more := true; more; {
		var page []objects.Object
		var err error
		if page, more, err = next(ctx); err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(page, func(o objects.Object) bool { return strings.HasPrefix(o.Key, Shared) || o.Key == noteKey })...)
	}
	return all, nil
}

// Do carries a plan out: what is new goes up, the distribution forgets, what is old goes. After each step of one file, did is
// called with how many are done; it may be called at the same time. A plan that was begun and not ended is begun anew by the
// next one, which has the distribution forget whatever it finds. The error is ErrOther where another deployment came in between,
// and nothing is removed from then on. An error of one file names it.
func (s *Site) Do(ctx context.Context, plan Plan, did func()) error {
	if plan.Puts()+len(plan.Unused)+len(plan.Remove) == 0 && !plan.Unended {
		return nil
	}
	mine, err := s.write(ctx, plan.last, true)
	if err != nil {
		return err
	}
	for _, wave := range plan.Put {
		if err := s.still(ctx, mine); err != nil {
			return err
		}
		if err := each(wave, did, func(f File) string { return f.Key }, func(f File) error { return s.put(ctx, f) }); err != nil {
			return err
		}
	}
	if plan.Puts()+len(plan.Remove) > 0 || plan.Unended {
		if err := s.CDN.InvalidateAll(ctx); err != nil {
			return err
		}
	}
	if err := s.whole(ctx, mine, plan.build); err != nil {
		return err
	}
	if err := each(plan.Unused, did, itself, func(key string) error { return s.mark(ctx, key) }); err != nil {
		return err
	}
	err = each(plan.Remove, did, itself, func(key string) error {
		_, err := s.Files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.Bucket, Key: &key})
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.write(ctx, mine, false)
	return err
}

func itself(key string) string { return key }

// each does something with each of a list, some at a time, and returns the first error, with the key of what it is of.
func each[T any](list []T, did func(), key func(T) string, do func(T) error) error {
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, one := range list {
		group.Go(func() error {
			if err := do(one); err != nil {
				return fmt.Errorf("%s: %w", Name(key(one)), err)
			}
			did()
			return nil
		})
	}
	return group.Wait()
}

func (s *Site) put(ctx context.Context, f File) error {
	_, err := s.Files.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.Bucket, Key: &f.Key, Body: bytes.NewReader(f.Content), ContentType: &f.ContentType, CacheControl: &f.CacheControl,
	})
	return err
}

// mark writes on an object since when it is unused. An object's metadata is changed by a copy of it in its place. The source is
// encoded as in a query, where a plus is a space; so what is a plus has to be encoded, unlike in a path.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
func (s *Site) mark(ctx context.Context, key string) error {
	f := file(key, nil)
	_, err := s.Files.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &s.Bucket, Key: &key, CopySource: aws.String(url.QueryEscape(s.Bucket + "/" + key)), MetadataDirective: files.MetadataDirectiveReplace,
		Metadata: map[string]string{unusedSince: s.Now().UTC().Format(time.RFC3339)}, ContentType: &f.ContentType, CacheControl: &f.CacheControl,
	})
	return err
}

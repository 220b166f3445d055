package tour

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/access"
)

// A folder is one of an area: an owner's, or the run's own in an area without owners.
type folder struct {
	rule    access.Rule
	owner   *caller // nil in an area without owners
	prefix  string  // as in private/us-east-1:…/
	there   string  // the key of a file that is there, "" if none is
	version string  // of another file that is there; where none may be laid, of one elsewhere
}

// said is the folder in a sentence.
func (f folder) said() string {
	if f.owner == nil {
		return f.rule.Area
	}
	return f.rule.Area + " of " + f.owner.name
}

// may is what the access table says of a caller there.
func (f folder) may(c *caller) access.Verbs {
	switch c.principal {
	case "":
		return 0
	case access.Guest:
		return f.rule.Guest
	case access.User:
		if f.owner == c {
			return f.rule.SignedIn | f.rule.Owner
		}
		return f.rule.SignedIn
	}
	if f.owner == c {
		return f.rule.In(c.principal) | f.rule.Owner
	}
	return f.rule.In(c.principal)
}

// areas tries every verb in every area, in one's own folder and in others'.
func (w *walk) areas(ctx context.Context) error {
	folders, err := w.lay(ctx)
	if err != nil {
		return fmt.Errorf("laying files: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, f := range folders {
		for i, c := range w.everyone() {
			for _, verb := range access.AllVerbs() {
				group.Go(func() error { w.tryVerb(ctx, f, c, verb, i); return ctx.Err() })
			}
		}
		group.Go(func() error { w.tryPath(ctx, f); return ctx.Err() })
	}
	return group.Wait()
}

// lay is the operator's work: a file for each folder to be read, and one to be erased. Where data is kept nothing is laid below
// public/: there a file is read that is there.
func (w *walk) lay(ctx context.Context) (folders []folder, err error) {
	var spare string
	for _, rule := range access.Rules() {
		fixed, token, _ := strings.Cut(rule.Area, "{")
		var owners []*caller
		switch "{" + strings.TrimSuffix(token, "/") {
		case access.UserToken:
			owners = append([]*caller{w.user}, w.members...)
		case access.IdentityToken:
			owners = append([]*caller{w.user, w.guest}, w.members...)
		default:
			owners = []*caller{nil}
		}
		for _, owner := range owners {
			f := folder{rule: rule, owner: owner, prefix: fixed + Prefix + w.run + "/"}
			switch {
			case owner != nil && token == strings.TrimPrefix(access.UserToken, "{")+"/":
				f.prefix = fixed + owner.sub + "/"
			case owner != nil:
				f.prefix = fixed + owner.identity + "/"
			}
			if !w.whole && isPublic(rule.Area) {
				f.there, err = w.any(ctx, rule.Area)
			} else if f.there, _, err = w.put(ctx, f.prefix+Prefix+"there"); err == nil {
				_, f.version, err = w.put(ctx, f.prefix+Prefix+"version")
			}
			if err != nil {
				return nil, err
			}
			if f.version != "" {
				spare = f.version
			}
			folders = append(folders, f)
		}
	}
	for i := range folders {
		if folders[i].version == "" {
			folders[i].version = spare
		}
	}
	return folders, nil
}

// isPublic tells an area that the CDN has.
func isPublic(area string) bool {
	return strings.HasPrefix("/"+area, access.OriginPath+"/")
}

// content is that of files that are laid.
const content = "lightbox verify\n"

func body() *bytes.Reader { return bytes.NewReader([]byte(content)) }

// put puts a file by the operator.
func (w *walk) put(ctx context.Context, key string) (string, string, error) {
	made, err := w.stores.Files.PutObject(ctx, &s3.PutObjectInput{Bucket: &w.stores.Bucket, Key: &key, Body: body()})
	if err != nil {
		return "", "", err
	}
	return key, aws.ToString(made.VersionId), nil
}

// any is the key of some file of an area, "" if there is none.
func (w *walk) any(ctx context.Context, area string) (string, error) {
	listed, err := w.stores.Files.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &w.stores.Bucket, Prefix: &area, MaxKeys: aws.Int32(1)})
	if err != nil || len(listed.Contents) == 0 {
		return "", err
	}
	return aws.ToString(listed.Contents[0].Key), nil
}

// tryVerb tries one verb by one caller. Keys that are put and deleted are the caller's own, so that nobody stands in another's way.
func (w *walk) tryVerb(ctx context.Context, f folder, c *caller, verb access.Verbs, number int) {
	t := trial{where: f.rule.Area, as: c, tried: verb.String() + " in " + f.said()}
	if verb == access.Get && f.there == "" {
		w.skip(f.rule.Area, c.name+", "+t.tried, "nothing lies there")
		return
	}
	bucket, own := &w.stores.Bucket, fmt.Sprint(f.prefix, Prefix, number)
	var err error
	switch verb {
	case access.Get:
		var got *s3.GetObjectOutput
		if got, err = c.files.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &f.there}); err == nil {
			err = got.Body.Close()
		}
	case access.List:
		_, err = c.files.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: &f.prefix, MaxKeys: aws.Int32(1)})
	case access.Put:
		_, err = c.files.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: &own, Body: body()})
	case access.Delete:
		_, err = c.files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String(own + "-deleted")})
	case access.ListVersions:
		_, err = c.files.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: bucket, Prefix: &f.prefix, MaxKeys: aws.Int32(1)})
	case access.Erase:
		_, err = c.files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String(f.prefix + Prefix + "version"), VersionId: &f.version})
	}
	if f.may(c)&verb != 0 {
		w.got(t, said(err), allowed)
		return
	}
	w.got(t, said(err), "AccessDenied")
}

// tryPath asks the CDN for a file: at its address where it has one, and else at its key, and by climbing out of what is public.
func (w *walk) tryPath(ctx context.Context, f folder) {
	if f.there == "" {
		w.skip(f.rule.Area, "by the CDN", "nothing lies there")
		return
	}
	served := strings.TrimPrefix("/"+f.there, access.OriginPath)
	paths := []string{served}
	if !isPublic(f.rule.Area) {
		paths = append(paths, "/.."+served, "/%2e%2e"+served, "/"+served)
	}
	for _, path := range paths {
		path = strings.ReplaceAll(path, ":", "%3A")
		t := trial{where: f.rule.Area, as: w.anyone, tried: "get " + abbreviated(path) + " by the CDN"}
		got, err := w.roads.fetch(ctx, http.MethodGet, w.cdn+path)
		if f.rule.CDN&access.Get != 0 {
			w.got(t, status(got, err), "200")
			continue
		}
		w.got(t, status(got, err), "403")
	}
}

// status is that of a reply, as a text.
func status(got reply, err error) string {
	if err != nil {
		return unanswered(err)
	}
	return fmt.Sprint(got.status)
}

// abbreviated is a path with the ids in it cut short, so that rows of one run and another are alike.
func abbreviated(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if len(part) > 20 && !slices.Contains([]string{"", "..", "%2e%2e"}, part) {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

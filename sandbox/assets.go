package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
)

// publish puts the files that an assembly's templates need into their buckets, as the CDK CLI does before it deploys: once,
// because what they are called is told from what they are. It may begin before the templates are checked: none is in its bucket
// until taken says that they are good, and none will be if it has an error.
// https://docs.aws.amazon.com/cdk/v2/guide/assets.html
func (s *Sandbox) publish(ctx context.Context, a *assembly.Assembly, taken func() error) error {
	done := map[string]bool{}
	return s.eachAsset(a, func(stack *assembly.Stack, asset assembly.Asset, to assembly.Destination) error {
		target := objectURL(to.Bucket, s.config.Region, to.Key)
		if done[target] {
			return nil
		}
		done[target] = true
		if err := s.publishOne(ctx, target, filepath.Join(a.Dir, filepath.FromSlash(asset.Path)), asset.Packaging, taken); err != nil {
			return fmt.Errorf("%s: the asset %s: %w", stack.Name, asset.Path, err)
		}
		return nil
	})
}

// eachAsset does something for each place that a file of an assembly goes to, until it fails.
func (s *Sandbox) eachAsset(a *assembly.Assembly, do func(*assembly.Stack, assembly.Asset, assembly.Destination) error) error {
	for _, stack := range a.Stacks {
		for _, asset := range stack.Assets {
			for _, to := range asset.Destinations {
				if err := do(stack, asset, to.In("aws", Account, cmp.Or(stack.Region, s.config.Region))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// publishable tells which files are not in the assembly's folder, or have no bucket to go to.
func (s *Sandbox) publishable(ctx context.Context, a *assembly.Assembly) error {
	var faults []error
	_ = s.eachAsset(a, func(stack *assembly.Stack, asset assembly.Asset, to assembly.Destination) error {
		if there, err := s.files(ctx, http.MethodHead, to.Bucket, to.Key, nil); err == nil && there.status == http.StatusOK {
			return nil
		}
		if _, err := os.Stat(filepath.Join(a.Dir, filepath.FromSlash(asset.Path))); err != nil {
			faults = append(faults, fmt.Errorf("%s: the asset %s: got none in %s, want the file or folder that the manifest names", stack.Name, asset.Path, a.Dir))
		}
		if there, err := s.files(ctx, http.MethodHead, to.Bucket, "", nil); err != nil || there.status != http.StatusOK {
			faults = append(faults, fmt.Errorf("%s: the asset %s: got the bucket %s, want one that is there: a sandbox has that of `cdk bootstrap`", stack.Name, asset.Path, to.Bucket))
		}
		return nil
	})
	return errors.Join(faults...)
}

// hasObject says why an object of S3's can't be read.
func (s *Sandbox) hasObject(ctx context.Context, bucket, key string) error {
	answer, err := s.files(ctx, http.MethodHead, bucket, key, nil)
	if err == nil && answer.status != http.StatusOK {
		err = fmt.Errorf("got %d from S3", answer.status)
	}
	return err
}

// publishOne puts a file, or a folder as a zip file, where it is to be, if nothing is there.
func (s *Sandbox) publishOne(ctx context.Context, target, path, packaging string, taken func() error) error {
	if there, err := s.filesAs(ctx, s.developer(), http.MethodHead, target, nil); err != nil || there.status == http.StatusOK {
		return nil //nolint:nilerr // one that can't be asked for is refused below, or by the stack that needs it
	}
	body, size, err := packed(path, packaging)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	answer, err := s.send(ctx, s.developer(), http.MethodPut, target, held{body, taken}, size)
	if err != nil {
		return err
	}
	if answer.status != http.StatusOK {
		if err := taken(); err != nil {
			return err
		}
		return fmt.Errorf("got %d for %s, want it stored", answer.status, target)
	}
	return nil
}

// held is a body whose end comes when what it waits for has no error.
type held struct {
	io.Reader
	taken func() error
}

func (h held) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		if fault := h.taken(); fault != nil {
			err = fault
		}
	}
	return n, err
}

// developer is who has the administrator's key.
func (s *Sandbox) developer() aws.Caller {
	known, _ := s.Roles.Credentials(AccessKeyID)
	return aws.Caller{AccessKeyID: AccessKeyID, Account: known.Account, Principal: known.Principal, Identity: known.Identity}
}

// objectURL is where an object is.
func objectURL(bucket, region, key string) string {
	return (&url.URL{Scheme: "https", Host: bucket + ".s3." + region + ".amazonaws.com", Path: "/" + key}).String()
}

// files sends S3 a request as the developer, from within the process.
func (s *Sandbox) files(ctx context.Context, method, bucket, key string, body []byte) (*document, error) {
	return s.filesAs(ctx, s.developer(), method, objectURL(bucket, s.config.Region, key), body)
}

// filesAs sends S3 a request as somebody.
func (s *Sandbox) filesAs(ctx context.Context, caller aws.Caller, method, target string, body []byte) (*document, error) {
	return s.send(ctx, caller, method, target, bytes.NewReader(body), int64(len(body)))
}

// send sends S3 a request with a body of so many bytes as somebody.
func (s *Sandbox) send(ctx context.Context, caller aws.Caller, method, target string, body io.Reader, size int64) (*document, error) {
	request, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	if request.ContentLength = size; size == 0 {
		request.Body = http.NoBody
	}
	answer := new(document)
	s.answerFiles(answer, caller, request)
	return answer, nil
}

// answerFiles has S3 answer a request from within the process as somebody's. In the log stands the request that it is for, with what S3
// decided.
func (s *Sandbox) answerFiles(to http.ResponseWriter, caller aws.Caller, request *http.Request) {
	request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true} // within the process
	bucket, _, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, "/"), "/")
	if name, _, ok := strings.Cut(request.URL.Hostname(), ".s3."); ok {
		bucket = name
	}
	within, inner := aws.WithEntry(request.Context())
	s.filesOf(bucket).As(caller).ServeHTTP(to, request.WithContext(within))
	entry := aws.EntryOf(request.Context())
	if inner.Fault != nil {
		entry.Fault = inner.Fault
	}
	if inner.Decided {
		entry.Decided, entry.Decision, entry.Reasons = true, inner.Decision, inner.Reasons
	}
}

// object reads an object of S3's, of at most limit bytes.
func (s *Sandbox) object(ctx context.Context, bucket, key string, limit int64) ([]byte, error) {
	from, err := s.stored(ctx, bucket, key, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = from.Close() }()
	return io.ReadAll(io.NewSectionReader(from, 0, from.Size()))
}

// putObject puts an object into a bucket of S3's as somebody, whose policies decide.
func (s *Sandbox) putObject(ctx context.Context, caller aws.Caller, bucket, key string, body []byte) error {
	answer, err := s.filesAs(ctx, caller, http.MethodPut, objectURL(bucket, s.config.Region, key), body)
	if err == nil && answer.status != http.StatusOK {
		err = fmt.Errorf("got %d from S3: %.500s", answer.status, answer.body.String())
	}
	return err
}

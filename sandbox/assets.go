package sandbox

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
)

// publish puts the files that an assembly's templates need into their buckets, as the CDK CLI does before it deploys: once,
// because what they are called is told from what they are.
// https://docs.aws.amazon.com/cdk/v2/guide/assets.html
func (s *Sandbox) publish(ctx context.Context, a *assembly.Assembly) error {
	for _, stack := range a.Stacks {
		names := strings.NewReplacer("${AWS::Partition}", "aws", "${AWS::AccountId}", Account, "${AWS::Region}", cmp.Or(stack.Region, s.config.Region))
		for _, asset := range stack.Assets {
			for _, to := range asset.Destinations {
				bucket, key := names.Replace(to.Bucket), names.Replace(to.Key)
				if there, err := s.files(ctx, http.MethodHead, bucket, key, nil); err != nil || there.status == http.StatusOK {
					continue // one that can't be asked for is refused below, or by the stack that needs it
				}
				body, err := packed(filepath.Join(a.Dir, filepath.FromSlash(asset.Path)), asset.Packaging)
				if err != nil {
					return fmt.Errorf("%s: the asset %s: %w", stack.Name, asset.Path, err)
				}
				answer, err := s.files(ctx, http.MethodPut, bucket, key, body)
				if err != nil {
					return err
				}
				if answer.status != http.StatusOK {
					return fmt.Errorf("%s: the asset %s: got %d from the bucket %s, want it stored", stack.Name, asset.Path, answer.status, bucket)
				}
			}
		}
	}
	return nil
}

// packed is a file as it is, or a folder as a zip file that is the same for the same files. Nothing in it is compressed: it
// goes nowhere, and to compress a program takes longer than all else that its deployment does.
func packed(path, packaging string) ([]byte, error) {
	if packaging == "file" {
		return os.ReadFile(path)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(path, file)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: filepath.ToSlash(name), Method: zip.Store}
		header.SetMode(info.Mode())
		to, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		from, err := os.Open(file)
		if err != nil {
			return err
		}
		defer func() { _ = from.Close() }()
		_, err = io.Copy(to, from)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// files sends S3 a request as the developer, from within the process.
func (s *Sandbox) files(ctx context.Context, method, bucket, key string, body []byte) (*document, error) {
	known, _ := s.Roles.Credentials(AccessKeyID)
	return s.filesAs(ctx, aws.Caller{AccessKeyID: AccessKeyID, Account: known.Account, Principal: known.Principal, Identity: known.Identity},
		method, (&url.URL{Scheme: "https", Host: bucket + ".s3." + s.config.Region + ".amazonaws.com", Path: "/" + key}).String(), body)
}

// filesAs sends S3 a request as somebody. In the log stands the request that it is for, with what S3 decided.
func (s *Sandbox) filesAs(ctx context.Context, caller aws.Caller, method, target string, body []byte) (*document, error) {
	within, inner := aws.WithEntry(ctx)
	request, err := http.NewRequestWithContext(within, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true} // within the process
	answer := new(document)
	bucket, _, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, "/"), "/")
	if name, _, ok := strings.Cut(request.URL.Hostname(), ".s3."); ok {
		bucket = name
	}
	s.filesOf(bucket).As(caller).ServeHTTP(answer, request)
	entry := aws.EntryOf(ctx)
	if inner.Fault != nil {
		entry.Fault = inner.Fault
	}
	if inner.Decided {
		entry.Decided, entry.Decision, entry.Reasons = true, inner.Decision, inner.Reasons
	}
	return answer, nil
}

// object reads an object of S3's, of at most limit bytes.
func (s *Sandbox) object(ctx context.Context, bucket, key string, limit int64) ([]byte, error) {
	there, err := s.files(ctx, http.MethodHead, bucket, key, nil)
	if err != nil {
		return nil, err
	}
	if size, _ := strconv.ParseInt(there.header.Get("Content-Length"), 10, 64); there.status == http.StatusOK && size > limit {
		return nil, fmt.Errorf("got %d bytes, want at most %d", size, limit)
	}
	answer, err := s.files(ctx, http.MethodGet, bucket, key, nil)
	if err != nil {
		return nil, err
	}
	if answer.status != http.StatusOK {
		return nil, fmt.Errorf("got %d from S3, want the object", answer.status)
	}
	return answer.body.Bytes(), nil
}

// putObject puts an object into a bucket of S3's as somebody, whose policies decide.
func (s *Sandbox) putObject(ctx context.Context, caller aws.Caller, bucket, key string, body []byte) error {
	target := url.URL{Scheme: "https", Host: bucket + ".s3." + s.config.Region + ".amazonaws.com", Path: "/" + key}
	answer, err := s.filesAs(ctx, caller, http.MethodPut, target.String(), body)
	if err == nil && answer.status != http.StatusOK {
		err = fmt.Errorf("got %d from S3: %.500s", answer.status, answer.body.String())
	}
	return err
}

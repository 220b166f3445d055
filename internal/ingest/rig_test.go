package ingest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/ingest"
	"lightbox.example/lightbox/internal/removal"
	"lightbox.example/lightbox/sandbox"
	made "lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/roles"
)

const (
	sub, otherSub = "0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000002"
	uuid          = "11111111-2222-4333-8444-555555555555"
	upload        = "uploads/" + sub + "/" + uuid
	product       = "66666666-2222-4333-8444-555555555555"
	folderA       = "0123456789abcdef0123456789abcdef"
	folderB       = "fedcba9876543210fedcba9876543210"
)

var ctx = context.Background()

// rig is a sandbox, with buckets as they ship: with versions, and closed to plain HTTP.
type rig struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	buckets int
	keys    map[string]roles.Session // of roles, by name
}

func newRig(t *testing.T) *rig {
	t.Helper()
	s, err := sandbox.Start(ctx, sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, sandbox: s, keys: map[string]roles.Session{}}
	t.Setenv("AWS_ENDPOINT_URL", "https://"+s.HTTPS())
	t.Setenv("AWS_CA_BUNDLE", s.CAFile())
	t.Setenv("AWS_REGION", "us-east-1")
	r.role("pictures", picturesPolicy)
	r.role("remover", removerPolicy)
	return r
}

// create makes a resource of CloudFormation's.
func (r *rig) create(types map[string]made.ResourceType, kind, id string, properties map[string]any) made.State {
	r.t.Helper()
	state, err := types[kind].Create(ctx, made.Resource{
		Partition: "aws", Region: "us-east-1", Account: sandbox.Account, Stack: "Test", LogicalID: id, Suffix: "abcdefghijkl", Properties: properties,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return state
}

type document = map[string]any

func policyOf(statements []document) document {
	return document{"Version": "2012-10-17", "Statement": statements}
}

// role makes a role with these statements, and a session of it.
func (r *rig) role(name string, statements []document) {
	r.t.Helper()
	trust := policyOf([]document{{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": document{"AWS": "arn:aws:iam::" + sandbox.Account + ":root"}}})
	state := r.create(r.sandbox.Roles.ResourceTypes(), "AWS::IAM::Role", name, document{
		"RoleName": name, "AssumeRolePolicyDocument": trust,
		"Policies": []any{document{"PolicyName": "column", "PolicyDocument": policyOf(statements)}},
	})
	root, _ := r.sandbox.Roles.Credentials(sandbox.AccessKeyID)
	session, err := r.sandbox.Roles.Assume(ctx, roles.Request{
		RoleARN: state.Attributes["Arn"].(string), SessionName: name,
		Caller: &made.Caller{AccessKeyID: sandbox.AccessKeyID, Account: root.Account, Principal: root.Principal, Identity: root.Identity},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.keys[name] = session
}

// client is a client as the functions make it, by the environment alone, with the keys of a role; the developer's for "".
func (r *rig) client(role string, options ...func(*s3.Options)) *s3.Client {
	r.t.Helper()
	session, ok := r.keys[role]
	if !ok {
		session = roles.Session{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	}
	r.t.Setenv("AWS_ACCESS_KEY_ID", session.AccessKeyID)
	r.t.Setenv("AWS_SECRET_ACCESS_KEY", session.SecretAccessKey)
	r.t.Setenv("AWS_SESSION_TOKEN", session.SessionToken)
	client, err := environment.NewClient(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return s3.New(client.Options(), options...)
}

// bucket is one of the rig's.
type bucket struct {
	*rig
	name string
	root *s3.Client
}

func (r *rig) newBucket() *bucket {
	r.t.Helper()
	r.buckets++
	name, id := fmt.Sprintf("files-%d", r.buckets), fmt.Sprintf("Files%d", r.buckets)
	types := r.sandbox.Files.ResourceTypes()
	r.create(types, "AWS::S3::Bucket", id, document{"BucketName": name, "VersioningConfiguration": document{"Status": "Enabled"}})
	r.create(types, "AWS::S3::BucketPolicy", id+"Policy", document{"Bucket": name, "PolicyDocument": policyOf([]document{{
		"Effect": "Deny", "Action": "s3:*", "Principal": document{"AWS": "*"}, "Resource": []any{"arn:aws:s3:::" + name, "arn:aws:s3:::" + name + "/*"},
		"Condition": document{"Bool": document{"aws:SecureTransport": "false"}},
	}})})
	return &bucket{r, name, r.client("")}
}

// put puts an object as the developer.
func (b *bucket) put(key string, body []byte) {
	b.t.Helper()
	if _, err := b.root.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: bytes.NewReader(body)}); err != nil {
		b.t.Fatal(err)
	}
}

// get is an object as the developer sees it.
func (b *bucket) get(key string) (content []byte, output *s3.GetObjectOutput) {
	b.t.Helper()
	output, err := b.root.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		b.t.Fatalf("%s: %v", key, err)
	}
	content, err = io.ReadAll(output.Body)
	if err := errors.Join(err, output.Body.Close()); err != nil {
		b.t.Fatal(err)
	}
	return content, output
}

// versions are all versions and delete markers, as "key" or "key marker", in the order of their keys.
func (b *bucket) versions() []string {
	b.t.Helper()
	var all []string
	pages := s3.NewListObjectVersionsPaginator(b.root, &s3.ListObjectVersionsInput{Bucket: &b.name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, v := range page.Versions {
			all = append(all, *v.Key)
		}
		for _, m := range page.DeleteMarkers {
			all = append(all, *m.Key+" marker")
		}
	}
	slices.Sort(all)
	return all
}

// keys are those of the latest versions.
func (b *bucket) keysBelow(prefix string) []string {
	b.t.Helper()
	var all []string
	pages := s3.NewListObjectsV2Paginator(b.root, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, o := range page.Contents {
			all = append(all, *o.Key)
		}
	}
	return all
}

var aFolder = regexp.MustCompile(`\b[0-9a-f]{32}\b`)

// sameFolder writes FOLDER for each folder's name but those that tests gave.
func sameFolder(text string) string {
	return aFolder.ReplaceAllStringFunc(text, func(name string) string {
		if name == folderA || name == folderB {
			return name
		}
		return "FOLDER"
	})
}

// state is all that is in the bucket: the objects with their headers and bytes, and all versions if they count. New folders have
// the same name in it.
func (b *bucket) state(versions bool) string {
	b.t.Helper()
	var lines []string
	for _, key := range b.keysBelow("") {
		content, o := b.get(key)
		shown := 500
		if strings.HasPrefix(key, "answers/") {
			shown = len(content)
		}
		told := sameFolder(string(content[:min(len(content), shown)]))
		lines = append(lines, fmt.Sprintf("%s %s %q %q", key, aws.ToString(o.ContentType), aws.ToString(o.CacheControl), told))
		if len(content) > shown {
			lines = append(lines, fmt.Sprintf("%d bytes, sha256 %x", len(content), sha256.Sum256(content)))
		}
	}
	if versions {
		lines = append(lines, b.versions()...)
	}
	return sameFolder(strings.Join(lines, "\n"))
}

// wire is a client's HTTP: it counts what is called, and can end it.
type wire struct {
	next s3.HTTPClient
	// after is how many calls are answered until the connection is cut: the answer to the last of them does not come, and
	// those that follow are not sent. 0 is never.
	after int
	once  bool // those that follow are sent
	// answer, if it is not nil, answers instead of S3, unless it returns nil.
	answer func(*http.Request) *http.Response

	mu    sync.Mutex
	calls []string // as "PutObject /files-1/answers/x"
}

func (w *wire) options(o *s3.Options) {
	w.next, o.HTTPClient = o.HTTPClient, w
	if !w.once {
		o.Retryer = aws.NopRetryer{}
	}
}

var errCut = errors.New("the connection is cut")

func (w *wire) Do(request *http.Request) (*http.Response, error) {
	w.mu.Lock()
	n := len(w.calls) + 1
	if w.after > 0 && n > w.after && !w.once {
		w.mu.Unlock()
		return nil, errCut
	}
	w.calls = append(w.calls, middleware.GetOperationName(request.Context())+" "+request.URL.Path)
	w.mu.Unlock()
	if w.answer != nil {
		if response := w.answer(request); response != nil {
			return response, nil
		}
	}
	response, err := w.next.Do(request)
	if err == nil && n == w.after {
		return nil, errors.Join(errCut, response.Body.Close())
	}
	return response, err
}

// function is either of the two.
type function interface {
	Handle(ctx context.Context, event json.RawMessage) (ingest.Answer, error)
}

// pictures is a new instance of the function; with options of its client.
func (b *bucket) pictures(options ...func(*s3.Options)) function {
	return ingest.NewPictures(b.client("pictures", options...), environment.Settings{Bucket: b.name})
}

func (b *bucket) remover(options ...func(*s3.Options)) function {
	return removing{removal.NewRemover(removal.Clients{Files: b.client("remover", options...)}, removal.Settings{Bucket: b.name})}
}

// removing is the remover, with the answer that both have.
type removing struct{ *removal.Remover }

func (r removing) Handle(ctx context.Context, event json.RawMessage) (ingest.Answer, error) {
	answer, err := r.Remover.Handle(ctx, event)
	return ingest.Answer{Done: answer.Done}, err
}

// must is the answer to an event, as JSON.
func (b *bucket) must(f function, event string) string {
	b.t.Helper()
	answer, err := f.Handle(ctx, json.RawMessage(event))
	if err != nil {
		b.t.Fatalf("%s: %v", event, err)
	}
	return asJSON(b.t, answer)
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// photo is a JPEG of 200 × 100 pixels, each of another shade for another seed.
func photo(t testing.TB, seed uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 200, 100))
	for y := range 100 {
		for x := range 200 {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), seed, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// makeEvent asks for a set of an upload: for a photo, or else for the product at version 3.
func makeEvent(area, upload, owner string) string {
	claim := path.Base(upload)
	if area != "public/photos/" {
		claim = product + ".3." + claim
	}
	return makeClaimed(area, upload, owner, claim)
}

func makeClaimed(area, upload, owner, claim string) string {
	return fmt.Sprintf(`{"make": {"area": %q, "upload": %q, "owner": %q, "claim": %q}}`, area, upload, owner, claim)
}

var makePhoto = makeEvent("public/photos/", upload, sub)

func want(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

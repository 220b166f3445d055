package s3

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store store.Store
	// Dir is where bodies are; "" is a folder of its own that Close removes.
	Dir string
	// Small is how many bytes a body may have to lie in the store, in the place of a file; 0 has all in files.
	Small   int
	Keys    aws.Keys
	Now     func() time.Time
	Region  string // of requests that name no bucket
	Account string // 12 digits: whose the buckets are
	Events  Events // gets what happens in the buckets that say so; nil for nobody
}

// Service is S3. Its methods are safe for concurrent use.
type Service struct {
	Config
	bodies    bodies
	pages     *paging.Sealer
	buckets   bucketTable
	temporary bool // whether Dir is of our own making
}

// New opens the service. What a former process left of its work in progress is removed.
func New(config Config) (*Service, error) {
	s := &Service{Config: config, pages: paging.New(config.Store)}
	if s.Dir == "" {
		dir, err := os.MkdirTemp("", "lightbox-s3-")
		if err != nil {
			return nil, fmt.Errorf("s3: %w", err)
		}
		s.Dir, s.temporary = dir, true
	}
	var err error
	if s.bodies, err = openBodies(s.Config); err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	if err := s.loadBuckets(); err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	return s, nil
}

// Close removes the bodies if they have no lasting place. The store is its owner's to close.
func (s *Service) Close() error {
	if s.temporary {
		return os.RemoveAll(s.Dir)
	}
	return nil
}

// ServeHTTP answers a request over the wire, signed or anonymous. Whether it came by TLS, and by which version, is what
// r.TLS says.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nil) }

// As answers requests that need no signature because their caller is known: those of a service of the sandbox that calls
// with its own principal.
func (s *Service) As(caller aws.Caller) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, &caller) })
}

// request is one request on its way.
type request struct {
	*Service
	w         http.ResponseWriter
	r         *http.Request
	query     url.Values
	operation *operation
	caller    aws.Caller
	named     string  // the bucket that is asked of, which may not be there; "" for an operation on the service
	bucket    *bucket // nil for an operation on the service
	key       string
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, known *aws.Caller) {
	r, entry := aws.Begin(r, "s3", s.Region, s.Now)
	header := w.Header()
	header.Set("X-Amz-Request-Id", entry.RequestID)
	header.Set("X-Amz-Id-2", entry.HostID())
	header.Set("Server", "AmazonS3")
	c := &request{Service: s, w: w, r: r}
	if err := c.run(known); err != nil {
		c.refuse(err)
	}
}

// Decide is what the policies say to a request of a caller's, and why. The request is not carried out. The error is that nobody decides
// about such a request: there is no such operation or bucket.
func (s *Service) Decide(r *http.Request, caller aws.Caller) (iam.Decision, iam.Reasons, error) {
	ctx, entry := aws.WithEntry(r.Context())
	r, _ = aws.Begin(r.WithContext(ctx), "s3", s.Region, s.Now)
	c := &request{Service: s, r: r}
	err := c.read()
	if err == nil {
		err = c.admit(&caller)
	}
	if !entry.Decided {
		return iam.Deny, iam.Reasons{}, errors.Join(err, errors.New("s3: nobody decides about the request"))
	}
	return entry.Decision, entry.Reasons, nil
}

// run takes the steps of every request: what is asked of which bucket, who asks, may they, and the operation.
func (c *request) run(known *aws.Caller) error {
	if err := c.read(); err != nil {
		return err
	}
	if c.r.Method == http.MethodOptions {
		return c.preflight()
	}
	c.allowOrigin()
	if err := c.admit(known); err != nil {
		return err
	}
	if err := c.checkKnown(); err != nil {
		return err
	}
	if len(c.key) > maxKey {
		return aws.Refuse(http.StatusBadRequest, "KeyTooLongError", "Your key is too long").
			With("Size", strconv.Itoa(len(c.key))).With("MaxSizeAllowed", strconv.Itoa(maxKey))
	}
	return c.operation.run(c)
}

// read finds out of which bucket and object something is asked.
func (c *request) read() (err error) {
	name, key := locate(c.r)
	c.named, c.key = name, key
	if c.query, err = aws.ParseQuery(c.r.URL.RawQuery); err != nil || !utf8.ValidString(key) {
		return aws.Refuse(http.StatusBadRequest, "InvalidURI", "Couldn't parse the specified URI.").With("URI", c.r.URL.Path)
	}
	if name != "" {
		c.bucket = c.findBucket(name)
	}
	return nil
}

// admit finds out what is asked, who asks, and whether they may.
func (c *request) admit(known *aws.Caller) error {
	if c.operation = find(c.r, c.query, c.named, c.key); c.operation == nil {
		return aws.Refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.").
			With("Method", c.r.Method).With("ResourceType", resourceType(c.key))
	}
	aws.EntryOf(c.r.Context()).Operation = c.operation.name
	if err := c.authenticate(known); err != nil {
		return err
	}
	switch {
	case c.named == "" || c.bucket != nil:
	case c.operation.name == "CreateBucket":
		c.bucket = &bucket{Name: c.named, Region: c.Region}
	default:
		return noSuchBucket(c.named)
	}
	return c.authorizeOperation()
}

// authenticate finds out who asks.
func (c *request) authenticate(known *aws.Caller) error {
	if known != nil {
		c.caller = *known
		aws.EntryOf(c.r.Context()).Caller = c.caller.String()
		return nil
	}
	region := c.Region
	if c.bucket != nil {
		region = c.bucket.Region
	}
	var err error
	c.caller, err = aws.Verifier{Dialect: aws.S3, Service: "s3", Region: region, Keys: c.Keys, Now: c.Now}.Verify(c.r)
	if c.caller.Principal == nil {
		c.caller.Principal = iam.Anonymous{}
	}
	return err
}

// refuse answers with the refusal in err.
func (c *request) refuse(err error) {
	refusal := aws.RefusalOf(c.r, err, "InternalError")
	if refusal.Status == http.StatusNotModified {
		c.w.WriteHeader(refusal.Status)
		return
	}
	if c.r.Method != http.MethodHead {
		c.w.Header().Set("Content-Type", "application/xml")
	}
	c.w.WriteHeader(refusal.Status)
	_, _ = c.w.Write(aws.RESTXMLError(c.r, refusal)) // a client that went away has its answer
}

func resourceType(key string) string {
	if key == "" {
		return "BUCKET"
	}
	return "OBJECT"
}

func noSuchBucket(name string) error {
	return aws.Refuse(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist").With("BucketName", name)
}

// isRefusal reports whether err is a refusal with the code.
func isRefusal(err error, code string) bool {
	var refusal *aws.Error
	return errors.As(err, &refusal) && refusal.Code == code
}

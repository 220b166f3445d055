package aws

import (
	"context"
	"time"

	"lightbox.example/lightbox/sandbox/iam"
)

// Keys look up access keys, at every request anew: what they return is what holds now.
type Keys interface {
	// Credentials returns what belongs to an access key id, expired or not, and whether it is known.
	Credentials(accessKeyID string) (Credentials, bool)
}

// Credentials are an access key and what it stands for.
type Credentials struct {
	Secret       string
	SessionToken string    // "" for a long-term key
	Expiration   time.Time // zero for a long-term key
	Account      string    // 12 digits
	Principal    iam.Principal
	Identity     []*iam.Policy // the policies of the principal's role
	Session      []*iam.Policy // the session's; none limits nothing
}

// Caller is who sends a request. The zero value is anonymous.
type Caller struct {
	AccessKeyID string // "" for an anonymous caller and for a service
	Account     string // 12 digits; "" for an anonymous caller and for a service
	Principal   iam.Principal
	Identity    []*iam.Policy
	Session     []*iam.Policy

	SignedAt  time.Time // zero without a signature
	Presigned bool      // the signature is in the query string
	Payload   string    // what was signed of the body: S3's x-amz-content-sha256; "" of other services
}

type callerKey struct{}

// WithCaller is a context in which an operation is run for somebody.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf is whom an operation is run for; the zero value, who may do nothing, where nobody signed.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Anonymous reports whether nobody signed the request.
func (c Caller) Anonymous() bool { return c.Principal == nil || c.Principal == iam.Anonymous{} }

// String names the caller for the log.
func (c Caller) String() string {
	if c.Principal == nil {
		return iam.Anonymous{}.String()
	}
	return c.Principal.String()
}

type sessionsOnlyKey struct{}

// SessionsOnly returns the context of a request that is not to be signed with a long-term key, which whoever holds the account has:
// it is refused for that reason.
func SessionsOnly(ctx context.Context, reason error) context.Context {
	return context.WithValue(ctx, sessionsOnlyKey{}, reason)
}

// sessionsOnly is why a long-term key is refused, nil if it is not.
func sessionsOnly(ctx context.Context) error {
	reason, _ := ctx.Value(sessionsOnlyKey{}).(error)
	return reason
}

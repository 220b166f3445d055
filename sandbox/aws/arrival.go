package aws

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/iam"
)

// arrival is how a request came, as far as policies may ask.
type arrival struct {
	region                 string
	now                    func() time.Time
	secure                 bool
	sourceIP, agent, refer string // "" of what a service does by itself
	via                    bool   // whether a service asks with a session of the caller's
}

type arrivalKey struct{}

// arriving returns a context that says how the request came.
func arriving(r *http.Request, region string, now func() time.Time) context.Context {
	a := arrival{region: region, now: now, secure: r.TLS != nil, agent: r.UserAgent(), refer: r.Referer()}
	a.sourceIP, _, _ = net.SplitHostPort(r.RemoteAddr)
	return context.WithValue(r.Context(), arrivalKey{}, a)
}

// ByService returns the context of what a service does with a role of its own for the request: by TLS, from an address of
// the service's that nobody knows.
func ByService(ctx context.Context) context.Context {
	a, ok := ctx.Value(arrivalKey{}).(arrival)
	if !ok {
		return ctx
	}
	a.secure, a.sourceIP, a.agent, a.refer = true, "", "", ""
	return context.WithValue(ctx, arrivalKey{}, a)
}

// OnBehalf returns the context of what a service asks another for with a session of the caller's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
func OnBehalf(ctx context.Context) context.Context {
	ctx = ByService(ctx)
	if a, ok := ctx.Value(arrivalKey{}).(arrival); ok {
		a.via = true
		ctx = context.WithValue(ctx, arrivalKey{}, a)
	}
	return ctx
}

// globalKeys are the condition keys that IAM has in the requests to all services, besides those that the principal brings. There
// are no IAM users, whom alone aws:username is about.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func globalKeys(ctx context.Context, caller Caller, request Request) iam.Context {
	a, ok := ctx.Value(arrivalKey{}).(arrival)
	keys := iam.Context{{Name: "aws:ViaAWSService", Value: strconv.FormatBool(a.via)}}
	add := func(name, value string) {
		if value != "" {
			keys = append(keys, iam.Key{Name: name, Value: value})
		}
	}
	account := request.Account
	if parts := strings.SplitN(request.Resource, ":", 6); account == "" && len(parts) == 6 {
		account = parts[4]
	}
	add("aws:ResourceAccount", cmp.Or(account, caller.Account))
	if !ok {
		return keys
	}
	now := a.now().UTC()
	add("aws:SecureTransport", strconv.FormatBool(a.secure))
	add("aws:CurrentTime", now.Format("2006-01-02T15:04:05Z"))
	add("aws:EpochTime", strconv.FormatInt(now.Unix(), 10))
	add("aws:RequestedRegion", a.region)
	add("aws:SourceIp", a.sourceIP)
	add("aws:UserAgent", a.agent)
	add("aws:Referer", a.refer)
	return keys
}

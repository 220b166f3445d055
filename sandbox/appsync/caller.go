package appsync

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/iam"
)

// caller is who sends a request, and how that is known.
type caller struct {
	mode     string // byUserPool, byIAM or byKey
	signed   aws.Caller
	groups   []string // of a user of the pool
	identity any      // ctx.identity; nil for an API key
	expires  time.Time
}

// authenticate finds out who sent a request, by the header Authorization: a signature, or a user pool's token without
// "Bearer"; or by an API key in X-Api-Key, where there is no other. What is refused is refused with the status 401, or with that of the signature's fault, in AppSync's words as far
// as clients have published them.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
func (s *Service) authenticate(a *api, r *http.Request) (*caller, *Refusal) {
	header := r.Header.Get("Authorization")
	key := r.Header.Get("X-Api-Key")
	switch {
	case header == "" && key != "":
		return s.keyHolder(a, r, key)
	case header == "" && r.URL.Query().Get("X-Amz-Signature") == "":
		return nil, unauthorized("Valid authorization header not provided.")
	case header == "" || strings.HasPrefix(header, "AWS4-"):
		return s.signer(a, r)
	}
	return s.user(a, r, header)
}

func unauthorized(message string) *Refusal {
	return refuse(http.StatusUnauthorized, "UnauthorizedException", message)
}

// signer is the caller of a signed request.
func (s *Service) signer(a *api, r *http.Request) (*caller, *Refusal) {
	if !a.settings.accepts(byIAM) {
		return nil, unauthorized("You are not authorized to make this call.")
	}
	verifier := aws.Verifier{Service: "appsync", Region: s.region, Keys: s.keys, Now: s.now, BodyLimit: bodyLimit}
	signed, err := verifier.Verify(r)
	if err != nil {
		refusal := aws.RefusalOf(r, err, "InternalFailure")
		return nil, refuse(refusal.Status, refusal.Code, refusal.Message)
	}
	c := &caller{mode: byIAM, signed: signed, identity: iamIdentity(signed, r)}
	if credentials, ok := s.keys.Credentials(signed.AccessKeyID); ok {
		c.expires = credentials.Expiration
	}
	return c, nil
}

// user is the caller with a token of the API's user pool. Whether the user has signed out everywhere since does not count,
// as with AppSync.
func (s *Service) user(a *api, r *http.Request, header string) (*caller, *Refusal) {
	pool := a.settings.pool()
	if pool == nil {
		return nil, unauthorized("You are not authorized to make this call.")
	}
	token, err := s.tokens.Verify(header, tokens.Expect{Pool: pool.UserPoolID})
	switch {
	case errors.Is(err, tokens.ErrMalformed):
		return nil, unauthorized("Unable to parse JWT token.")
	case errors.Is(err, tokens.ErrExpired):
		return nil, unauthorized("Token has expired.")
	case err != nil:
		return nil, unauthorized("You are not authorized to make this call.")
	}
	aws.EntryOf(r.Context()).Caller = token.Username + " of " + token.Pool
	if a.clients != nil && !a.clients.MatchString(token.Client) {
		return nil, unauthorized("You are not authorized to make this call.")
	}
	issuer, _ := token.Claims["iss"].(string)
	strategy := pool.DefaultAction
	if strategy == "" {
		strategy = "ALLOW"
	}
	return &caller{mode: byUserPool, groups: token.Groups, expires: token.Expires, identity: appsyncjs.UserPoolIdentity{
		Sub: token.Sub, Username: token.Username, Issuer: issuer, Groups: token.Groups, Claims: token.Claims,
		SourceIP: sourceIP(r), DefaultAuthStrategy: strategy,
	}}, nil
}

// iamIdentity is ctx.identity of a signer. Of credentials of an identity pool it says whose they are.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "Identity"
func iamIdentity(signed aws.Caller, r *http.Request) appsyncjs.IAMIdentity {
	identity := appsyncjs.IAMIdentity{
		AccountID: signed.Account, SourceIP: sourceIP(r), Username: signed.ARN(), UserARN: signed.ARN(),
	}
	session, ok := signed.Principal.(iam.RoleSession)
	if !ok {
		return identity
	}
	if session.UserID != "" {
		identity.Username = session.UserID
	}
	person := session.Identity
	if person.Provider != "cognito-identity.amazonaws.com" {
		return identity
	}
	identity.CognitoIdentityPoolID, identity.CognitoIdentityID = &person.Audience, &person.Subject
	kind := "unauthenticated"
	if slices.Contains(person.Methods, "authenticated") {
		kind = "authenticated"
		var providers []string
		for _, method := range person.Methods {
			if method != kind {
				providers = append(providers, `"`+method+`"`)
			}
		}
		provider := strings.Join(providers, ",")
		identity.CognitoIdentityAuthProvider = &provider
	}
	identity.CognitoIdentityAuthType = &kind
	return identity
}

// sourceIP is ctx.identity.sourceIp: who is said to have asked whoever asks, and who asks.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "Identity"
func sourceIP(r *http.Request) []string {
	var addresses []string
	for _, header := range r.Header.Values("X-Forwarded-For") {
		for address := range strings.SplitSeq(header, ",") {
			if address = strings.TrimSpace(address); address != "" {
				addresses = append(addresses, address)
			}
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return append(addresses, host)
}

package tokens

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"lightbox.example/lightbox/sandbox/cognito/directory"
)

// What is wrong with a token, or with the user it was made for. Verify and Check wrap them with the particulars.
var (
	ErrMalformed = errors.New("the token can't be read")
	ErrSignature = errors.New("the token's signature is not the pool's")
	ErrIssuer    = errors.New("the token is another pool's")
	ErrExpired   = errors.New("the token has expired")
	ErrUse       = errors.New("the token is for another use")
	ErrClient    = errors.New("the token is another client's")
	ErrRevoked   = errors.New("the token has been revoked")
	ErrDisabled  = errors.New("the user is disabled")
	ErrNoUser    = errors.New("the user is not there any more")
)

// Expect says which tokens are good for a service.
type Expect struct {
	Pool   string // the pool's id; required
	Use    string // AccessToken or IDToken; "" is either
	Client string // the client's id; "" is any
}

// A Token is what a token says.
type Token struct {
	Pool, Client, Use string
	Sub, Username     string
	Groups            []string
	Roles             []string // of id tokens: the ARNs in cognito:roles
	PreferredRole     string   // of id tokens; "" if there is none
	Scope             string   // of access tokens
	ID                string   // the claim jti
	SignIn            string   // the claim origin_jti: tokens of one sign-in share it
	IssuedAt, Expires time.Time
	AuthenticatedAt   time.Time
	Claims            map[string]any // all of them, as JSON has them
}

// Verify reads a token that one of the pool's clients was given: its signature must be the pool's, by RS256 and no other
// algorithm, its time not over, and its pool, use and client those that are expected. Whether the user is still signed in
// is another question, which Check answers: AppSync does not ask it, and identity pools do if they are told to.
//
// The errors are ErrMalformed, ErrSignature, ErrIssuer, ErrExpired, ErrUse and ErrClient.
func (i *Issuer) Verify(token string, expect Expect) (Token, error) {
	claims := jwt.MapClaims{}
	// The issuer is looked at before the signature, by a key that is not this pool's: the error tells which was wrong.
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		return Token{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if issuer, _ := claims["iss"].(string); issuer != i.URL(expect.Pool) {
		return Token{}, fmt.Errorf("%w: got iss %q, want %q", ErrIssuer, issuer, i.URL(expect.Pool))
	}
	k, err := i.signingKey(expect.Pool)
	if err != nil {
		return Token{}, err
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithTimeFunc(i.now),
		jwt.WithExpirationRequired(),
		jwt.WithStrictDecoding(),
	)
	parsed, err := parser.Parse(token, func(t *jwt.Token) (any, error) {
		if t.Header["kid"] != k.id {
			return nil, fmt.Errorf("got kid %q, want %q", t.Header["kid"], k.id)
		}
		return &k.private.PublicKey, nil
	})
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return Token{}, fmt.Errorf("%w: %w", ErrExpired, err)
	case errors.Is(err, jwt.ErrTokenMalformed):
		return Token{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	case err != nil:
		return Token{}, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	read, err := readToken(expect.Pool, parsed.Claims.(jwt.MapClaims))
	switch {
	case err != nil:
		return Token{}, err
	case expect.Use != "" && read.Use != expect.Use:
		return Token{}, fmt.Errorf("%w: got token_use %q, want %q", ErrUse, read.Use, expect.Use)
	case expect.Client != "" && read.Client != expect.Client:
		return Token{}, fmt.Errorf("%w: got %q, want %q", ErrClient, read.Client, expect.Client)
	}
	return read, nil
}

// readToken takes a token of the pool apart.
func readToken(pool string, claims jwt.MapClaims) (Token, error) {
	t := Token{
		Pool: pool, Claims: claims, Use: text(claims, "token_use"), Sub: text(claims, "sub"), ID: text(claims, "jti"),
		SignIn: text(claims, "origin_jti"), Scope: text(claims, "scope"), PreferredRole: text(claims, "cognito:preferred_role"),
		Groups: texts(claims, "cognito:groups"), Roles: texts(claims, "cognito:roles"),
		IssuedAt: moment(claims, "iat"), Expires: moment(claims, "exp"), AuthenticatedAt: moment(claims, "auth_time"),
	}
	switch t.Use {
	case AccessToken:
		t.Client, t.Username = text(claims, "client_id"), text(claims, "username")
	case IDToken:
		t.Client, t.Username = text(claims, "aud"), text(claims, "cognito:username")
	default:
		return Token{}, fmt.Errorf("%w: got token_use %q, want %q or %q", ErrUse, t.Use, AccessToken, IDToken)
	}
	return t, nil
}

func text(claims jwt.MapClaims, name string) string {
	value, _ := claims[name].(string)
	return value
}

func texts(claims jwt.MapClaims, name string) []string {
	list, _ := claims[name].([]any)
	var values []string
	for _, item := range list {
		if value, ok := item.(string); ok {
			values = append(values, value)
		}
	}
	return values
}

func moment(claims jwt.MapClaims, name string) time.Time {
	seconds, _ := claims[name].(float64)
	return time.Unix(int64(seconds), 0)
}

// ClientOf is the id of the client that an access token says it was made for. Nothing of that is verified; "" if it can't be
// read.
func ClientOf(access string) string {
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(access, claims); err != nil {
		return ""
	}
	return text(claims, "client_id")
}

// Check says whether the user of a verified token is still there, enabled, and signed in: what an identity pool with
// ServerSideTokenCheck asks. The errors are ErrNoUser, ErrDisabled and ErrRevoked.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CognitoIdentityProvider.html
func (i *Issuer) Check(token Token) error {
	return i.directory.View(func(t directory.Tx) error {
		_, _, err := Holder(t, token)
		return err
	})
}

// Holder is the user of a verified token, with their pool; the errors are those of Check.
func Holder(t directory.Tx, token Token) (*directory.Pool, *directory.User, error) {
	p, err := t.Pool(token.Pool)
	if err != nil {
		return nil, nil, err
	}
	name := p.Fold(token.Username)
	u, err := t.Same(p, name, token.Sub)
	switch {
	case err != nil:
		return nil, nil, err
	case u == nil:
		return nil, nil, ErrNoUser
	case !u.Enabled:
		return nil, nil, ErrDisabled
	}
	if _, signedIn := t.Get(directory.SignInSpace, directory.Key(p.ID, name, token.SignIn)); !signedIn {
		return nil, nil, ErrRevoked
	}
	return p, u, nil
}

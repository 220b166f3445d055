package cognito

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
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
func (s *Service) Verify(token string, expect Expect) (Token, error) {
	claims := jwt.MapClaims{}
	// The issuer is looked at before the signature, by a key that is not this pool's: the error tells which was wrong.
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		return Token{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if issuer, _ := claims["iss"].(string); issuer != s.issuer(expect.Pool) {
		return Token{}, fmt.Errorf("%w: got iss %q, want %q", ErrIssuer, issuer, s.issuer(expect.Pool))
	}
	k, err := s.signingKey(expect.Pool)
	if err != nil {
		return Token{}, err
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithTimeFunc(s.now),
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

// Check says whether the user of a verified token is still there, enabled, and signed in: what an identity pool with
// ServerSideTokenCheck asks. The errors are ErrNoUser, ErrDisabled and ErrRevoked.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CognitoIdentityProvider.html
func (s *Service) Check(token Token) error {
	return s.directory.View(func(t directory.Tx) error {
		_, _, err := checkIn(t, token)
		return err
	})
}

// checkIn is Check in a transaction; it returns the token's pool and user.
func checkIn(t directory.Tx, token Token) (*directory.Pool, *directory.User, error) {
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

// signedIn is the user who an access token was made for.
type signedIn struct {
	token  Token
	pool   *directory.Pool
	client *directory.Client
	user   *directory.User
}

// signedIn verifies the access token of a request, and runs change for its user in a transaction that writes.
func (c *request) signedIn(access string, change func(directory.Tx, *signedIn) error) error {
	token, err := c.accessToken(access)
	if err != nil {
		return err
	}
	return c.update(func(t directory.Tx) error {
		s, err := signedInBy(t, token)
		if err != nil {
			return err
		}
		return change(t, s)
	})
}

// accessToken verifies the access token of a request, which may be of any pool.
func (c *request) accessToken(access string) (Token, error) {
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(access, claims); err != nil {
		return Token{}, refuse.NotAuthorized("Invalid Access Token")
	}
	var pool string
	err := c.view(func(t directory.Tx) error {
		cl, _, err := t.Client(text(claims, "client_id"))
		if err == nil {
			pool = cl.Pool
		}
		return err
	})
	if refuse.Is(err, "ResourceNotFoundException") {
		return Token{}, refuse.NotAuthorized("Invalid Access Token")
	}
	if err != nil {
		return Token{}, err
	}
	token, err := c.Verify(access, Expect{Pool: pool, Use: AccessToken})
	switch {
	case errors.Is(err, ErrExpired):
		return Token{}, refuse.NotAuthorized("Access Token has expired")
	case errors.Is(err, ErrSignature):
		return Token{}, refuse.NotAuthorized("Could not verify signature for Access Token")
	case errors.Is(err, ErrIssuer), errors.Is(err, ErrMalformed), errors.Is(err, ErrUse):
		return Token{}, refuse.NotAuthorized("Invalid Access Token")
	case err != nil:
		return Token{}, err
	}
	c.entry().Caller = "user " + token.Username + " of " + token.Pool
	return token, nil
}

// signedInBy finds the user of a verified access token, who must still be signed in.
func signedInBy(t directory.Tx, token Token) (*signedIn, error) {
	p, u, err := checkIn(t, token)
	switch {
	case errors.Is(err, ErrNoUser):
		return nil, refuse.UserUnknown()
	case errors.Is(err, ErrDisabled):
		return nil, refuse.UserDisabled()
	case errors.Is(err, ErrRevoked):
		return nil, refuse.NotAuthorized("Access Token has been revoked")
	case err != nil:
		return nil, err
	case u.Status == directory.ResetRequired:
		return nil, refuse.ResetRequired()
	}
	cl, _, err := t.Client(token.Client)
	return &signedIn{token: token, pool: p, client: cl, user: u}, err
}

package tokens

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
)

// The use of a token, as in its claim token_use.
const (
	AccessToken = "access"
	IDToken     = "id"
)

// adminScope lets the holder of an access token read and change their own user.
const adminScope = "aws.cognito.signin.user.admin"

// An Issuer makes and verifies the tokens of the pools of a directory. It is safe for concurrent use.
type Issuer struct {
	directory *directory.Directory
	now       func() time.Time
	random    func(n int) []byte
	newKey    func() (*rsa.PrivateKey, error)
	keys      sync.Map   // the signing keys in use, *signingKey by the id of their pool
	making    sync.Mutex // held while a signing key is made
}

// New makes an issuer by the clock now; random returns n random bytes. newKey makes the signing key of a pool, of 2,048 bits;
// where it is nil, keys are from crypto/rand.
func New(d *directory.Directory, now func() time.Time, random func(n int) []byte, newKey func() (*rsa.PrivateKey, error)) *Issuer {
	if newKey == nil {
		newKey = func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) }
	}
	return &Issuer{directory: d, now: now, random: random, newKey: newKey}
}

// A Grant is what tokens are made from.
type Grant struct {
	signIn  signIn
	client  *directory.Client
	user    *directory.User
	groups  []*directory.Group
	refresh string // "" for none
}

// Names are what the user who signed in is called: by name, and by sub.
func (g *Grant) Names() []string { return []string{g.user.Name, g.user.Sub} }

// Tokens is Cognito's AuthenticationResultType.
type Tokens struct {
	AccessToken  string
	ExpiresIn    int // seconds
	TokenType    string
	RefreshToken string `json:",omitempty"`
	IDToken      string `json:"IdToken"`
}

// Sign makes the tokens of a grant. It takes a while: it is not for a transaction.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
func (i *Issuer) Sign(g *Grant, at time.Time) (*Tokens, error) {
	k, err := i.signingKey(g.signIn.Pool)
	if err != nil {
		return nil, err
	}
	event := aws.UUID(i.random(16))
	access, err1 := i.token(k, g, event, at, g.client.Settings.AccessLife(), jwt.MapClaims{
		"token_use": AccessToken,
		"client_id": g.client.ID,
		"username":  g.user.Name,
		"scope":     adminScope,
	})
	id, err2 := i.token(k, g, event, at, g.client.Settings.IDLife(), g.idClaims())
	return &Tokens{
		AccessToken:  access,
		IDToken:      id,
		RefreshToken: g.refresh,
		ExpiresIn:    int(g.client.Settings.AccessLife() / time.Second),
		TokenType:    "Bearer",
	}, errors.Join(err1, err2)
}

// idClaims are the claims that only id tokens have: who the user is, as far as the client may read it, and the roles that
// an identity pool can give them. The preferred role is that of the group that takes precedence, unless another role does
// as well.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html
func (g *Grant) idClaims() jwt.MapClaims {
	claims := jwt.MapClaims{
		"token_use":        IDToken,
		"aud":              g.client.ID,
		"cognito:username": g.user.Name,
	}
	for name, value := range g.user.Attributes {
		switch {
		case !g.client.Settings.Reads(name):
		case name == "email_verified" || name == "phone_number_verified":
			claims[name] = value == "true"
		default:
			claims[name] = value
		}
	}
	var roles, preferred []string
	for _, each := range g.groups {
		if each.Role == "" {
			continue
		}
		if each.Rank() == g.firstRank() {
			preferred = append(preferred, each.Role)
		}
		if !slices.Contains(roles, each.Role) {
			roles = append(roles, each.Role)
		}
	}
	if len(roles) > 0 {
		claims["cognito:roles"] = roles
	}
	if slices.Sort(preferred); len(slices.Compact(preferred)) == 1 {
		claims["cognito:preferred_role"] = preferred[0]
	}
	return claims
}

// firstRank is the rank of the first group that has a role.
func (g *Grant) firstRank() int {
	for _, each := range g.groups {
		if each.Role != "" {
			return each.Rank()
		}
	}
	return 0
}

// token signs the claims of both kinds of tokens together with its own.
func (i *Issuer) token(k *signingKey, g *Grant, event string, at time.Time, life time.Duration, own jwt.MapClaims) (string, error) {
	claims := jwt.MapClaims{
		"sub":        g.user.Sub,
		"iss":        i.URL(g.signIn.Pool),
		"origin_jti": g.signIn.ID,
		"event_id":   event,
		"auth_time":  g.signIn.At.Unix(),
		"iat":        at.Unix(),
		"exp":        at.Add(life).Unix(),
		"jti":        aws.UUID(i.random(16)),
	}
	if len(g.groups) > 0 {
		names := make([]string, len(g.groups))
		for n, each := range g.groups {
			names[n] = each.Name
		}
		claims["cognito:groups"] = names
	}
	maps.Copy(claims, own)
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header = map[string]any{"kid": k.id, "alg": "RS256"}
	return token.SignedString(k.private)
}

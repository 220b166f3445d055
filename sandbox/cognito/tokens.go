package cognito

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"slices"
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

// A signIn is what tokens of one sign-in have in common. Tokens whose signIn is gone are revoked.
type signIn struct {
	directory.Expiring
	ID                      string // the claim origin_jti
	Pool, Client, Name, Sub string // Name is folded
	At                      time.Time
}

// A refreshToken is what is kept of one; its key is the token's hash.
type refreshToken struct {
	directory.Expiring
	Pool, Client, Name, SignIn string
	End                        time.Time // of its time
	Rotated                    time.Time // from when it is of no use since it was exchanged; zero if it was not
}

// afterlife is how long a refresh token is remembered after its time, so that its holder can be told.
const afterlife = 24 * time.Hour

// A grant is what tokens are made from.
type grant struct {
	signIn  signIn
	client  *directory.Client
	user    *directory.User
	groups  []*directory.Group
	refresh string // "" for none
}

// tokens is Cognito's AuthenticationResultType.
type tokens struct {
	AccessToken  string
	ExpiresIn    int // seconds
	TokenType    string
	RefreshToken string `json:",omitempty"`
	IDToken      string `json:"IdToken"`
}

// signInUser ends a sign-in: from now on its tokens are good.
func (c *request) signInUser(t directory.Tx, p *directory.Pool, cl *directory.Client, u *directory.User) (*grant, error) {
	name := p.Fold(u.Name)
	if err := forget(t, p, name, signInAttempt); err != nil {
		return nil, err
	}
	s := signIn{ID: aws.UUID(c.bytes(16)), Pool: p.ID, Client: cl.ID, Name: name, Sub: u.Sub, At: c.at}
	// Access tokens can outlive the refresh token that they came with.
	s.Expires = c.at.Add(max(cl.Settings.RefreshLife(), cl.Settings.AccessLife(), cl.Settings.IDLife()))
	refresh, err := c.putRefreshToken(t, s, c.at.Add(cl.Settings.RefreshLife()))
	if err != nil {
		return nil, err
	}
	if err := t.PutExpiring(directory.SignInSpace, directory.Key(p.ID, name, s.ID), s, s.Expires); err != nil {
		return nil, err
	}
	groups, err := t.GroupsOf(p, u)
	return &grant{signIn: s, client: cl, user: u, groups: groups, refresh: refresh}, err
}

// refreshKey is what a refresh token is kept under: the store has none of the tokens themselves.
func refreshKey(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

// putRefreshToken makes a refresh token of s.
func (c *request) putRefreshToken(t directory.Tx, s signIn, end time.Time) (string, error) {
	token := base64.RawURLEncoding.EncodeToString(c.bytes(96))
	expires := end.Add(afterlife)
	kept := refreshToken{Expiring: directory.Expiring{Expires: expires}, Pool: s.Pool, Client: s.Client, Name: s.Name, SignIn: s.ID, End: end}
	return token, t.PutExpiring(directory.RefreshSpace, refreshKey(token), kept, expires)
}

// sign makes the tokens of a grant.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
func (c *request) sign(g *grant) (*tokens, error) {
	k, err := c.signingKey(g.signIn.Pool)
	if err != nil {
		return nil, err
	}
	event := aws.UUID(c.bytes(16))
	access, err1 := c.token(k, g, event, g.client.Settings.AccessLife(), jwt.MapClaims{
		"token_use": AccessToken,
		"client_id": g.client.ID,
		"username":  g.user.Name,
		"scope":     adminScope,
	})
	id, err2 := c.token(k, g, event, g.client.Settings.IDLife(), g.idClaims())
	return &tokens{
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
func (g *grant) idClaims() jwt.MapClaims {
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
func (g *grant) firstRank() int {
	for _, each := range g.groups {
		if each.Role != "" {
			return each.Rank()
		}
	}
	return 0
}

// token signs the claims of both kinds of tokens together with its own.
func (c *request) token(k *signingKey, g *grant, event string, life time.Duration, own jwt.MapClaims) (string, error) {
	claims := jwt.MapClaims{
		"sub":        g.user.Sub,
		"iss":        c.issuer(g.signIn.Pool),
		"origin_jti": g.signIn.ID,
		"event_id":   event,
		"auth_time":  g.signIn.At.Unix(),
		"iat":        c.at.Unix(),
		"exp":        c.at.Add(life).Unix(),
		"jti":        aws.UUID(c.bytes(16)),
	}
	if len(g.groups) > 0 {
		names := make([]string, len(g.groups))
		for i, each := range g.groups {
			names[i] = each.Name
		}
		claims["cognito:groups"] = names
	}
	maps.Copy(claims, own)
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header = map[string]any{"kid": k.id, "alg": "RS256"}
	return token.SignedString(k.private)
}

package cognito

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// forge changes the claims and the header of a token, and signs it as told.
func forge(t testing.TB, token string, change func(header, claims map[string]any), sign func(signed []byte) []byte) string {
	t.Helper()
	header, claims, _, signature := decoded(t, token)
	change(header, claims)
	encode := func(value any) string {
		data, _ := json.Marshal(value)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	signed := encode(header) + "." + encode(claims)
	if sign != nil {
		signature = sign([]byte(signed))
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// modulus is that of the pool's public key.
func (w *world) modulus() []byte {
	w.t.Helper()
	var jwks struct{ Keys []struct{ N string } }
	data, err := w.service.Tokens().JWKS(w.pool)
	if err == nil {
		err = json.Unmarshal(data, &jwks)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	n, err := base64.RawURLEncoding.DecodeString(jwks.Keys[0].N)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestVerify_takesTheTokensThatThePoolGave(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.do("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": "Admins"}))
	s := w.enter("ann", password)
	for use, token := range map[string]string{tokens.AccessToken: s.access, tokens.IDToken: s.id} {
		got, err := w.service.Tokens().Verify(token, tokens.Expect{Pool: w.pool, Use: use, Client: w.client})
		if err != nil {
			t.Fatalf("%s: %v", use, err)
		}
		if got.Username != "ann" || got.Client != w.client || got.Use != use || len(got.Groups) != 1 || got.Groups[0] != "Admins" || got.SignIn == "" {
			t.Errorf("%s: got %+v", use, got)
		}
		if !got.Expires.Equal(w.clock.Now().Add(time.Hour)) || !got.AuthenticatedAt.Equal(w.clock.Now()) || !got.IssuedAt.Equal(w.clock.Now()) {
			t.Errorf("%s: got times %v, %v, %v", use, got.IssuedAt, got.AuthenticatedAt, got.Expires)
		}
		if err := w.service.Tokens().Check(got); err != nil {
			t.Errorf("%s: %v", use, err)
		}
	}
	if id, _ := w.service.Tokens().Verify(s.id, tokens.Expect{Pool: w.pool}); id.PreferredRole != "arn:aws:iam::000000000000:role/Admin" || len(id.Roles) != 1 {
		t.Errorf("got %+v, want the role of Admins", id)
	}
}

func TestVerify_refusesAllOtherTokens(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	foreign := newWorld(t, func(pool, _ map[string]any) { pool["UserPoolName"] = "other" })
	// The other world's pool has this one's id, and a key of its own.
	foreign.person("ann", "ann@example.com")
	foreign.keys = nil // which no other world has either
	foreign.open()
	own := foreign.enter("ann", password)
	otherPool := w.create("AWS::Cognito::UserPool", "OtherPool", shipped(t, "Auth", "AWS::Cognito::UserPool"))
	otherClient := w.create("AWS::Cognito::UserPoolClient", "OtherClient", map[string]any{"UserPoolId": w.pool})
	stolen, _ := rsa.GenerateKey(rand.Reader, 2048)
	none := func(map[string]any, map[string]any) {}
	modulus := w.modulus()

	for name, test := range map[string]struct {
		token  string
		expect tokens.Expect
		want   error
	}{
		"a changed claim": {
			forge(t, s.access, func(_, claims map[string]any) { claims["cognito:groups"] = []string{"Admins"} }, nil), tokens.Expect{Pool: w.pool}, tokens.ErrSignature,
		},
		"a signature by another key": {
			forge(t, s.access, none, func(signed []byte) []byte {
				signature, _ := jwt.SigningMethodRS256.Sign(string(signed), stolen)
				return signature
			}), tokens.Expect{Pool: w.pool}, tokens.ErrSignature,
		},
		"another key's id": {forge(t, s.access, func(header, _ map[string]any) { header["kid"] = "x" }, nil), tokens.Expect{Pool: w.pool}, tokens.ErrSignature},
		"no key's id":      {forge(t, s.access, func(header, _ map[string]any) { delete(header, "kid") }, nil), tokens.Expect{Pool: w.pool}, tokens.ErrSignature},
		"a key of its own in the header": {
			forge(t, s.access, func(header, _ map[string]any) { header["jwk"], header["jku"] = "x", "https://evil.example" }, nil), tokens.Expect{Pool: w.pool}, tokens.ErrSignature,
		},
		"alg none": {
			forge(t, s.access, func(header, _ map[string]any) { header["alg"] = "none" }, func([]byte) []byte { return nil }), tokens.Expect{Pool: w.pool}, tokens.ErrSignature,
		},
		"alg None": {
			forge(t, s.access, func(header, _ map[string]any) { header["alg"] = "None" }, func([]byte) []byte { return nil }), tokens.Expect{Pool: w.pool}, tokens.ErrMalformed,
		},
		"HS256 with the public key as secret": {
			forge(t, s.access, func(header, _ map[string]any) { header["alg"] = "HS256" }, func(signed []byte) []byte {
				mac := hmac.New(sha256.New, modulus)
				mac.Write(signed)
				return mac.Sum(nil)
			}), tokens.Expect{Pool: w.pool}, tokens.ErrSignature,
		},
		"no signature":        {s.access[:strings.LastIndexByte(s.access, '.')+1], tokens.Expect{Pool: w.pool}, tokens.ErrSignature},
		"another's signature": {own.access, tokens.Expect{Pool: w.pool}, tokens.ErrSignature},
		"another pool's":      {s.access, tokens.Expect{Pool: otherPool}, tokens.ErrIssuer},
		"M62, another client's": {
			s.access, tokens.Expect{Pool: w.pool, Client: otherClient}, tokens.ErrClient,
		},
		"M62, another client's id token": {s.id, tokens.Expect{Pool: w.pool, Client: otherClient}, tokens.ErrClient},
		"an id token as access token":    {s.id, tokens.Expect{Pool: w.pool, Use: tokens.AccessToken}, tokens.ErrUse},
		"an access token as id token":    {s.access, tokens.Expect{Pool: w.pool, Use: tokens.IDToken}, tokens.ErrUse},
		"a refresh token":                {s.refresh, tokens.Expect{Pool: w.pool}, tokens.ErrMalformed},
		"nothing":                        {"", tokens.Expect{Pool: w.pool}, tokens.ErrMalformed},
		"dots":                           {"..", tokens.Expect{Pool: w.pool}, tokens.ErrMalformed},
		"padding":                        {s.access + "=", tokens.Expect{Pool: w.pool}, tokens.ErrMalformed},
		"Bearer":                         {"Bearer " + s.access, tokens.Expect{Pool: w.pool}, tokens.ErrMalformed},
	} {
		if _, err := w.service.Tokens().Verify(test.token, test.expect); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
	if _, err := w.service.Tokens().Verify(s.access, tokens.Expect{Pool: w.pool, Client: w.client, Use: tokens.AccessToken}); err != nil {
		t.Errorf("the control: %v", err)
	}
	w.clock.advance(time.Hour)
	if _, err := w.service.Tokens().Verify(s.access, tokens.Expect{Pool: w.pool}); !errors.Is(err, tokens.ErrExpired) {
		t.Errorf("after an hour: got %v, want %v", err, tokens.ErrExpired)
	}
}

func TestGetUser_saysWhatIsWrongWithAnAccessToken(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	for name, test := range map[string]struct{ token, message string }{
		"a changed claim": {forge(t, s.access, func(_, claims map[string]any) { claims["username"] = "bob" }, nil), "Could not verify signature for Access Token"},
		"alg none": {
			forge(t, s.access, func(header, _ map[string]any) { header["alg"] = "none" }, func([]byte) []byte { return nil }), "Could not verify signature for Access Token",
		},
		"another issuer":      {forge(t, s.access, func(_, claims map[string]any) { claims["iss"] = "https://evil.example" }, nil), "Invalid Access Token"},
		"another client":      {forge(t, s.access, func(_, claims map[string]any) { claims["client_id"] = "evil" }, nil), "Invalid Access Token"},
		"an id token":         {s.id, "Invalid Access Token"},
		"what is none at all": {"abc", "Invalid Access Token"},
	} {
		output, refusal := w.try("GetUser", in{"AccessToken": test.token})
		wantRefusal(t, name, output, refusal, "NotAuthorizedException", test.message)
	}
	w.do("GetUser", in{"AccessToken": s.access})
	w.do("GlobalSignOut", in{"AccessToken": s.access})
	w.refused("GetUser", in{"AccessToken": s.access}, "NotAuthorizedException", "Access Token has been revoked")
	s = w.enter("ann", password)
	w.do("AdminDeleteUser", w.admin(in{"Username": "ann"}))
	w.refused("GetUser", in{"AccessToken": s.access}, "UserNotFoundException", "User does not exist.")
	w.person("ann", "ann@example.com") // another one of the same name
	w.refused("GetUser", in{"AccessToken": s.access}, "UserNotFoundException", "User does not exist.")
}

// M64: what the identity pool asks with ServerSideTokenCheck.
func TestCheck_refusesUsersWhoMayNotBeSignedInAnyMore(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(w *world, s session)
		want error
	}{
		"signed out everywhere":     {func(w *world, s session) { w.do("GlobalSignOut", in{"AccessToken": s.access}) }, tokens.ErrRevoked},
		"signed out by an admin":    {func(w *world, _ session) { w.do("AdminUserGlobalSignOut", w.admin(in{"Username": "ann"})) }, tokens.ErrRevoked},
		"the refresh token revoked": {func(w *world, s session) { w.do("RevokeToken", w.public(in{"Token": s.refresh})) }, tokens.ErrRevoked},
		"disabled":                  {func(w *world, _ session) { w.do("AdminDisableUser", w.admin(in{"Username": "ann"})) }, tokens.ErrDisabled},
		"disabled and enabled": {func(w *world, _ session) {
			w.do("AdminDisableUser", w.admin(in{"Username": "ann"}))
			w.do("AdminEnableUser", w.admin(in{"Username": "ann"}))
		}, tokens.ErrRevoked},
		"deleted": {func(w *world, s session) { w.do("DeleteUser", in{"AccessToken": s.access}) }, tokens.ErrNoUser},
	} {
		w := newWorld(t)
		w.person("ann", "ann@example.com")
		s := w.enter("ann", password)
		token, err := w.service.Tokens().Verify(s.id, tokens.Expect{Pool: w.pool, Use: tokens.IDToken})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.service.Tokens().Check(token); err != nil {
			t.Errorf("%s, before: %v", name, err)
		}
		test.end(w, s)
		if err := w.service.Tokens().Check(token); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
		if _, refusal := w.try("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh})); refusal == nil {
			t.Errorf("%s: the refresh token is good still", name)
		}
		// The signature is what it was: AppSync, which does not ask, takes the token to its end.
		if _, err := w.service.Tokens().Verify(s.id, tokens.Expect{Pool: w.pool}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheck_endsOneSignInAndLeavesTheOthers(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	first, second := w.enter("ann", password), w.enter("ann", password)
	w.do("RevokeToken", w.public(in{"Token": first.refresh}))
	w.refused("GetUser", in{"AccessToken": first.access}, "NotAuthorizedException", "Access Token has been revoked")
	w.do("GetUser", in{"AccessToken": second.access})
}

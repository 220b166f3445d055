package cognito

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// decoded takes a token apart, with nothing of the library that made it.
func decoded(t testing.TB, token string) (header, claims map[string]any, signed, signature []byte) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("got %d parts, want 3", len(parts))
	}
	for i, into := range []any{&header, &claims} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	return header, claims, []byte(parts[0] + "." + parts[1]), signature
}

func TestTokens_haveTheClaimsOfCognito(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.do("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": "Admins"}))
	s := w.enter("ann", password)
	sub, at := "", w.clock.Now()
	if u, ok := w.service.User(w.pool, "ann"); ok {
		sub = u.Sub
	}
	_, access, _, _ := decoded(t, s.access)
	_, id, _, _ := decoded(t, s.id)
	if access["origin_jti"] != id["origin_jti"] || access["jti"] == id["jti"] || access["event_id"] != id["event_id"] {
		t.Errorf("got access %v and id %v, want one origin_jti and event_id, and two jti", access, id)
	}
	for _, claims := range []map[string]any{access, id} {
		for _, random := range []string{"jti", "origin_jti", "event_id"} {
			if text, _ := claims[random].(string); len(text) != 36 {
				t.Errorf("%s: got %v, want a UUID", random, claims[random])
			}
			delete(claims, random)
		}
	}
	shared := map[string]any{
		"sub": sub, "iss": "https://cognito-idp.us-east-1.amazonaws.com/" + w.pool, "cognito:groups": []any{"Admins"},
		"auth_time": float64(at.Unix()), "iat": float64(at.Unix()), "exp": float64(at.Unix() + 3600),
	}
	with := func(own map[string]any) map[string]any {
		for name, value := range shared {
			own[name] = value
		}
		return own
	}
	if diff := cmp.Diff(with(map[string]any{
		"token_use": "access", "client_id": w.client, "username": "ann", "scope": "aws.cognito.signin.user.admin",
	}), access); diff != "" {
		t.Errorf("access token (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(with(map[string]any{
		"token_use": "id", "aud": w.client, "cognito:username": "ann", "email": "ann@example.com", "email_verified": true,
		"cognito:roles": []any{"arn:aws:iam::000000000000:role/Admin"}, "cognito:preferred_role": "arn:aws:iam::000000000000:role/Admin",
	}), id); diff != "" {
		t.Errorf("id token (-want +got):\n%s", diff)
	}
}

func TestTokens_ofAUserInNoGroupHaveNoGroupClaims(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	for _, token := range []string{s.access, s.id} {
		_, claims, _, _ := decoded(t, token)
		for _, name := range []string{"cognito:groups", "cognito:roles", "cognito:preferred_role"} {
			if claims[name] != nil {
				t.Errorf("got %s %v, want none", name, claims[name])
			}
		}
	}
}

func TestIDToken_hasTheAttributesThatTheClientMayRead(t *testing.T) {
	w := newWorld(t, func(_, client map[string]any) { client["ReadAttributes"] = []any{"name"} })
	w.person("ann", "ann@example.com")
	w.do("AdminUpdateUserAttributes", w.admin(in{"Username": "ann", "UserAttributes": []in{{"Name": "name", "Value": "Ann"}, {"Name": "nickname", "Value": "A"}}}))
	s := w.enter("ann", password)
	_, claims, _, _ := decoded(t, s.id)
	if claims["name"] != "Ann" || claims["nickname"] != nil || claims["email"] != nil {
		t.Errorf("got %v, want the name alone", claims)
	}
}

func TestIDToken_prefersTheRoleOfTheGroupThatTakesPrecedence(t *testing.T) {
	role := func(name string) string { return "arn:aws:iam::000000000000:role/" + name }
	type groups map[string]map[string]any
	for name, test := range map[string]struct {
		groups    groups
		preferred any
		roles     []any
		order     []any
	}{
		"the lowest number": {
			groups{"A": {"Precedence": 5.0, "RoleArn": role("A")}, "B": {"Precedence": 1.0, "RoleArn": role("B")}},
			role("B"), []any{role("B"), role("A")}, []any{"B", "A"},
		},
		"no number is the last": {
			groups{"A": {"RoleArn": role("A")}, "B": {"Precedence": 99.0, "RoleArn": role("B")}},
			role("B"), []any{role("B"), role("A")}, []any{"B", "A"},
		},
		"two of one number and role": {
			groups{"A": {"Precedence": 1.0, "RoleArn": role("A")}, "B": {"Precedence": 1.0, "RoleArn": role("A")}},
			role("A"), []any{role("A")}, []any{"A", "B"},
		},
		"two of one number and two roles": {
			groups{"A": {"Precedence": 1.0, "RoleArn": role("A")}, "B": {"Precedence": 1.0, "RoleArn": role("B")}},
			nil, []any{role("A"), role("B")}, []any{"A", "B"},
		},
		"no roles": {groups{"A": {"Precedence": 1.0}}, nil, nil, []any{"A"}},
	} {
		w := newWorld(t)
		w.person("ann", "ann@example.com")
		for group, properties := range test.groups {
			properties["GroupName"], properties["UserPoolId"] = group, w.pool
			w.create("AWS::Cognito::UserPoolGroup", group, properties)
			w.do("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": group}))
		}
		_, claims, _, _ := decoded(t, w.enter("ann", password).id)
		var roles any
		if test.roles != nil {
			roles = test.roles
		}
		if claims["cognito:preferred_role"] != test.preferred || !cmp.Equal(claims["cognito:roles"], roles) || !cmp.Equal(claims["cognito:groups"], any(test.order)) {
			t.Errorf("%s: got groups %v, roles %v, preferred %v\nwant %v, %v, %v", name, claims["cognito:groups"], claims["cognito:roles"], claims["cognito:preferred_role"], test.order, test.roles, test.preferred)
		}
	}
}

func TestJWKS_verifiesTheTokensOfThePool(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	data, err := w.service.Tokens().JWKS(w.pool)
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(data, &set); err != nil || len(set.Keys) != 1 {
		t.Fatalf("got %s, %v", data, err)
	}
	jwk := set.Keys[0]
	n, _ := base64.RawURLEncoding.DecodeString(jwk["n"])
	e, _ := base64.RawURLEncoding.DecodeString(jwk["e"])
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if jwk["kty"] != "RSA" || jwk["alg"] != "RS256" || jwk["use"] != "sig" || public.N.BitLen() != 2048 {
		t.Errorf("got %v", jwk)
	}
	for _, token := range []string{s.access, s.id} {
		header, _, signed, signature := decoded(t, token)
		if !cmp.Equal(header, map[string]any{"kid": jwk["kid"], "alg": "RS256"}) {
			t.Errorf("got header %v", header)
		}
		sum := sha256.Sum256(signed)
		if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature); err != nil {
			t.Error(err)
		}
	}
	if _, err := w.service.Tokens().JWKS("us-east-1_none"); !refuse.Is(err, "ResourceNotFoundException") {
		t.Errorf("got %v for a pool that is not there", err)
	}
}

func TestOpenIDConfiguration_pointsToTheKeys(t *testing.T) {
	w := newWorld(t)
	data, err := w.service.Tokens().OpenIDConfiguration(w.pool)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	_ = json.Unmarshal(data, &document)
	issuer := "https://cognito-idp.us-east-1.amazonaws.com/" + w.pool
	if document["issuer"] != issuer || document["jwks_uri"] != issuer+"/.well-known/jwks.json" {
		t.Errorf("got %s", data)
	}
	if _, err := w.service.Tokens().OpenIDConfiguration("us-east-1_none"); !refuse.Is(err, "ResourceNotFoundException") {
		t.Errorf("got %v for a pool that is not there", err)
	}
}

func TestTokens_liveAsLongAsTheClientSays(t *testing.T) {
	w := newWorld(t, func(_, client map[string]any) {
		client["AccessTokenValidity"], client["IdTokenValidity"], client["RefreshTokenValidity"] = "10", 15.0, 2.0
		client["TokenValidityUnits"] = map[string]any{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours"}
	})
	w.person("ann", "ann@example.com")
	output, refusal := w.signIn("ann", password)
	if refusal != nil {
		t.Fatal(refusal)
	}
	s := sessionOf(output)
	result, _ := output["AuthenticationResult"].(map[string]any)
	if result["ExpiresIn"] != 600.0 || result["TokenType"] != "Bearer" {
		t.Errorf("got %v, want 600 seconds", result)
	}
	w.clock.advance(10*time.Minute - time.Second)
	w.do("GetUser", in{"AccessToken": s.access})
	w.clock.advance(time.Second)
	w.refused("GetUser", in{"AccessToken": s.access}, "NotAuthorizedException", "Access Token has expired")
	if _, err := w.service.Tokens().Verify(s.id, tokens.Expect{Pool: w.pool}); err != nil {
		t.Errorf("the id token: %v", err)
	}
	w.clock.advance(5 * time.Minute)
	if _, err := w.service.Tokens().Verify(s.id, tokens.Expect{Pool: w.pool}); err == nil {
		t.Error("the id token is good after its time")
	}
	w.clock.advance(2*time.Hour - 15*time.Minute - time.Second)
	s.refresh = sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}))).refresh
	w.clock.advance(time.Second)
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "NotAuthorizedException", "Refresh Token has expired")
}

package attack

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"

	"crypto"
)

const (
	verifying = "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html"
	getUser   = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html"
	getID     = "https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html"
	apiAuth   = "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html"
)

// A forging makes of a token of bob's another.
type forging struct {
	id   string
	make func(w *World, token string) string
}

func encoded(v any) string { return encodedText(text(v)) }

func encodedText(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// partsOf are a token's header, claims and signature.
func partsOf(token string) (header map[string]any, claims map[string]any, signature string) {
	parts := strings.Split(token, ".")
	raw, _ := base64.RawURLEncoding.DecodeString(parts[0])
	_ = json.Unmarshal(raw, &header)
	return header, claimsOf(token), parts[2]
}

// claiming keeps the signature and says something else.
func claiming(name string, value func(w *World) any) func(*World, string) string {
	return func(w *World, token string) string {
		header, claims, signature := partsOf(token)
		claims[name] = value(w)
		return encoded(header) + "." + encoded(claims) + "." + signature
	}
}

// heading keeps the claims, says something else in the header, and signs with what the header then means.
func heading(change func(header map[string]any), sign func(w *World, text string) []byte) func(*World, string) string {
	return func(w *World, token string) string {
		header, claims, signature := partsOf(token)
		change(header)
		text := encoded(header) + "." + encoded(claims)
		if sign != nil {
			signature = base64.RawURLEncoding.EncodeToString(sign(w, text))
		}
		return text + "." + signature
	}
}

// own is a key of the attacker's.
var own, _ = rsa.GenerateKey(rand.Reader, 2048)

func byOwn(_ *World, text string) []byte {
	digest := sha256.Sum256([]byte(text))
	signature, _ := rsa.SignPKCS1v15(rand.Reader, own, crypto.SHA256, digest[:])
	return signature
}

func ownJWK(kid any) map[string]any {
	return map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": base64.RawURLEncoding.EncodeToString(own.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(own.E)).Bytes())}
}

// modulus is what everyone may read of the pool's keys, and some libraries once took for a secret.
func (w *World) modulus() []byte {
	r := to(http.MethodGet, w.endpoint("cognito-idp"), "/"+w.pool+"/.well-known/jwks.json", nil)
	r.plain = true
	var set struct{ Keys []struct{ N string } }
	if err := w.must(context.Background(), r, &set); err != nil || len(set.Keys) == 0 {
		return nil
	}
	return []byte(set.Keys[0].N)
}

// forgings are tokens that nobody signed, or that say something else than what was signed.
func forgings() []forging {
	alg := func(alg string, sign func(*World, string) []byte) func(*World, string) string {
		return heading(func(h map[string]any) { h["alg"] = alg }, sign)
	}
	nothing := func(*World, string) []byte { return nil }
	list := []forging{
		{"alg-hs256-of-the-public-key", alg("HS256", func(w *World, text string) []byte { return sum(w.modulus(), text) })},
		{"alg-hs512-of-the-public-key", alg("HS512", func(w *World, text string) []byte {
			mac := hmac.New(sha512.New, w.modulus())
			mac.Write([]byte(text))
			return mac.Sum(nil)
		})},
		{"alg-hs256-of-nothing", alg("HS256", func(_ *World, text string) []byte { return sum(nil, text) })},
		{"alg-rs384", alg("RS384", nil)},
		{"alg-ps256", alg("PS256", nil)},
		{"alg-es256-of-zeros", alg("ES256", func(*World, string) []byte { return make([]byte, 64) })},
		{"alg-missing", heading(func(h map[string]any) { delete(h, "alg") }, nil)},
		{"alg-a-number", heading(func(h map[string]any) { h["alg"] = 256 }, nil)},
		{"kid-unknown", heading(func(h map[string]any) { h["kid"] = "x" }, byOwn)},
		{"kid-missing", heading(func(h map[string]any) { delete(h, "kid") }, byOwn)},
		{"kid-a-path", heading(func(h map[string]any) { h["kid"] = "../../../../dev/null" }, func(_ *World, text string) []byte { return sum(nil, text) })},
		{"kid-a-query", heading(func(h map[string]any) { h["kid"] = "' OR 1=1 --" }, byOwn)},
		{"own-key", heading(func(map[string]any) {}, byOwn)},
		{"own-key-in-the-header", heading(func(h map[string]any) { h["jwk"] = ownJWK(h["kid"]) }, byOwn)},
		{"own-key-at-an-address", heading(func(h map[string]any) { h["jku"] = "https://evil.example/jwks.json" }, byOwn)},
		{"own-certificate-at-an-address", heading(func(h map[string]any) { h["x5u"] = "https://evil.example/cert.pem" }, byOwn)},
		{"critical-unknown", heading(func(h map[string]any) { h["crit"] = []string{"exp"} }, nil)},
		{"signature-missing", func(_ *World, t string) string { return t[:strings.LastIndex(t, ".")+1] }},
		{"signature-and-dot-missing", func(_ *World, t string) string { return t[:strings.LastIndex(t, ".")] }},
		{"signature-changed", func(_ *World, t string) string {
			i := strings.LastIndex(t, ".") + 1
			return t[:i] + other(t[i]) + t[i+1:]
		}},
		{"signature-cut", func(_ *World, t string) string { return t[:len(t)-8] }},
		{"signature-of-another", func(w *World, t string) string {
			return t[:strings.LastIndex(t, ".")] + w.alice.access[strings.LastIndex(w.alice.access, "."):]
		}},
		{"another-part", func(_ *World, t string) string { return t + ".e30" }},
		{"empty-parts", func(*World, string) string { return ".." }},
		{"no-token", func(*World, string) string { return "x" }},
		{"refresh-token", func(w *World, _ string) string { return w.bob.refresh }},
	}
	for _, name := range []string{"none", "None", "NONE", "nOnE", ""} {
		list = append(list, forging{"alg-" + or(name, "empty"), alg(name, nothing)})
	}
	for _, one := range []struct {
		name  string
		value func(w *World) any
	}{
		{"sub", func(w *World) any { return w.alice.sub }}, {"username", func(w *World) any { return w.alice.name }},
		{"cognito:username", func(w *World) any { return w.alice.name }}, {"cognito:groups", func(*World) any { return []string{"Admins"} }},
		{"token_use", func(*World) any { return "none" }}, {"client_id", func(w *World) any { return w.otherClient }},
		{"aud", func(w *World) any { return w.otherClient }}, {"iss", func(*World) any { return "https://evil.example" }},
		{"exp", func(*World) any { return 9999999999 }}, {"scope", func(*World) any { return "aws.cognito.signin.user.admin openid" }},
	} {
		list = append(list, forging{"says-" + strings.ReplaceAll(one.name, ":", "-"), claiming(one.name, one.value)})
	}
	return list
}

// tokenAttacks are forged tokens at each of the three services that take one, and true ones where they are not meant for.
func tokenAttacks(*World) []attack {
	var list []attack
	api := func(token string) func(w *World) *request {
		return func(w *World) *request {
			return w.ask(person{access: token}, `query { listPhotos { items { id } } }`, nil)
		}
	}
	asked := func(token string) func(w *World) *request {
		return func(w *World) *request {
			return w.operation(keys{}, "cognito-idp", "GetUser", map[string]any{"AccessToken": token})
		}
	}
	logged := func(token string) func(w *World) *request {
		return func(w *World) *request {
			return w.operation(keys{}, "cognito-identity", "GetId", map[string]any{"IdentityPoolId": w.identities, "Logins": map[string]string{w.provider(): token}})
		}
	}
	for _, place := range []struct {
		id, want, page string
		token          func(w *World) string
		make           func(token string) func(*World) *request
	}{
		{"api", "401 UnauthorizedException", apiAuth, func(w *World) string { return w.bob.access }, api},
		{"user", "400 NotAuthorizedException", getUser, func(w *World) string { return w.bob.access }, asked},
		{"identity", "400 NotAuthorizedException", getID, func(w *World) string { return w.bob.id }, logged},
	} {
		for _, f := range forgings() {
			list = append(list, attack{
				id: place.id + "-" + f.id, has: "a token", want: place.want, page: or(place.page, verifying),
				control: sends(func(w *World) *request { return place.make(place.token(w))(w) }),
				try:     sends(func(w *World) *request { return place.make(f.make(w, place.token(w)))(w) }),
			})
		}
	}
	return append(list, misplaced(api, asked, logged)...)
}

// misplaced are true tokens at a place that they are not for.
func misplaced(api, asked, logged func(token string) func(*World) *request) []attack {
	const refused = "400 NotAuthorizedException"
	row := func(id, want, page string, right, wrong func(w *World) *request) attack {
		return attack{id: id, has: "a token", want: want, page: page, control: sends(right), try: sends(wrong)}
	}
	bobs := func(w *World) *request { return api(w.bob.access)(w) }
	list := []attack{
		row("user-id-token", refused, getUser, func(w *World) *request { return asked(w.bob.access)(w) }, func(w *World) *request { return asked(w.bob.id)(w) }),
		row("identity-access-token", refused, getID, func(w *World) *request { return logged(w.bob.id)(w) }, func(w *World) *request { return logged(w.bob.access)(w) }),
		row("api-token-as-a-key", "401 UnauthorizedException", apiAuth, bobs, func(w *World) *request { r := bobs(w); r.add("X-Api-Key", w.bob.access); return r.del("Authorization") }),
		row("api-token-in-a-cookie", "401 UnauthorizedException", apiAuth, bobs, func(w *World) *request {
			r := bobs(w)
			return r.add("Cookie", "Authorization="+w.bob.access).del("Authorization")
		}),
		row("api-token-in-the-query", "401 UnauthorizedException", apiAuth, bobs, func(w *World) *request {
			r := bobs(w).del("Authorization")
			r.target += "?Authorization=" + w.bob.access
			return r
		}),
		row("api-key-made-up", "401 UnauthorizedException", apiAuth, bobs, func(w *World) *request {
			return bobs(w).del("Authorization").add("X-Api-Key", "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa")
		}),
		row("api-basic", "401 UnauthorizedException", apiAuth, bobs, func(w *World) *request { return bobs(w).set("Authorization", "Basic YWxpY2U6eA==") }),
		row("api-nothing", "401 UnauthorizedException", apiAuth, bobs, func(w *World) *request { return bobs(w).del("Authorization") }),
		row("api-empty", "401 UnauthorizedException", apiAuth, bobs, func(w *World) *request { return bobs(w).set("Authorization", "") }),
	}
	another := func(client, pool func(w *World) string, at string) attack {
		return attack{has: "a token of another", control: sends(bobs), try: func(ctx context.Context, w *World) (answer, error) {
			a, err := w.signIn(ctx, signInOf{name: w.alice.name, client: client(w), pool: pool(w)})
			if err != nil {
				return a, err
			}
			access, id, _, err := tokensIn(a)
			if err != nil {
				return a, err
			}
			switch at {
			case "api":
				return w.send(ctx, api(access)(w))
			case "api-id":
				return w.send(ctx, api(id)(w))
			}
			return w.send(ctx, logged(id)(w))
		}}
	}
	theirs, ours := func(w *World) string { return w.foreignPool }, func(w *World) string { return w.pool }
	for _, one := range []struct {
		id, at, want string
		client, pool func(w *World) string
	}{
		{"api-of-another-pool", "api", "401 UnauthorizedException", func(w *World) string { return w.foreignOwner }, theirs},
		{"api-id-of-another-pool", "api-id", "401 UnauthorizedException", func(w *World) string { return w.foreignOwner }, theirs},
		{"identity-of-another-pool", "identity", refused, func(w *World) string { return w.foreignOwner }, theirs},
		{"api-of-another-client", "api", "401 UnauthorizedException", func(w *World) string { return w.otherClient }, ours},
		{"api-id-of-another-client", "api-id", "401 UnauthorizedException", func(w *World) string { return w.otherClient }, ours},
		{"identity-of-another-client", "identity", refused, func(w *World) string { return w.otherClient }, ours},
	} {
		a := another(one.client, one.pool, one.at)
		a.id, a.want = one.id, one.want
		list = append(list, a)
	}
	return append(list, identityAttacks(logged)...)
}

// identityAttacks are attempts to get another's credentials of the identity pool.
func identityAttacks(logged func(token string) func(*World) *request) []attack {
	mine := func(w *World) *request {
		return w.operation(keys{}, "cognito-identity", "GetCredentialsForIdentity", map[string]any{"IdentityId": w.bob.identity, "Logins": map[string]string{w.provider(): w.bob.id}})
	}
	to := func(input func(w *World) map[string]any) change {
		return func(w *World, r *request) { r.carry(text(input(w))) }
	}
	logins := func(w *World) map[string]string { return map[string]string{w.provider(): w.bob.id} }
	const refused = "400 NotAuthorizedException"
	list := against(mine, "user", getID, []row{
		{id: "identity-of-hers", want: refused, change: to(func(w *World) map[string]any {
			return map[string]any{"IdentityId": w.alice.identity, "Logins": logins(w)}
		})},
		{id: "identity-of-hers-as-a-guest", want: refused, change: to(func(w *World) map[string]any { return map[string]any{"IdentityId": w.alice.identity} })},
		{id: "identity-own-as-a-guest", want: refused, change: to(func(w *World) map[string]any { return map[string]any{"IdentityId": w.bob.identity} })},
		{id: "identity-of-a-member-in-another-case", want: "400 ValidationException", change: to(func(w *World) map[string]any {
			return map[string]any{"IDENTITYID": w.bob.identity, "LOGINS": logins(w)}
		})},
		{id: "identity-of-nobody", want: "400 ResourceNotFoundException", change: to(func(w *World) map[string]any {
			return map[string]any{"IdentityId": w.region + ":" + uuid(), "Logins": logins(w)}
		})},
		{id: "identity-of-a-role", want: "400 InvalidParameterException or " + refused, change: to(func(w *World) map[string]any {
			return map[string]any{"IdentityId": w.bob.identity, "Logins": logins(w), "CustomRoleArn": "arn:aws:iam::" + w.overview.Account + ":role/cdk-hnb659fds-deploy-role-" + w.overview.Account + "-" + w.region}
		})},
		{id: "identity-of-a-provider-unknown", want: refused + " or 400 InvalidParameterException", change: to(func(w *World) map[string]any {
			return map[string]any{"IdentityId": w.bob.identity, "Logins": map[string]string{"accounts.google.com": w.bob.id}}
		})},
		{id: "identity-of-a-provider-of-hers", want: refused + " or 400 InvalidParameterException", change: to(func(w *World) map[string]any {
			return map[string]any{"IdentityId": w.bob.identity, "Logins": map[string]string{w.endpoint("cognito-idp") + "/" + w.foreignPool: w.bob.id}}
		})},
		{id: "identity-open-id-token", want: "400 InvalidParameterException", page: "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html", change: func(_ *World, r *request) {
			r.set("X-Amz-Target", targets["cognito-identity"]+"GetOpenIdToken")
		}},
	})
	return append(list, against(func(w *World) *request { return logged(w.bob.id)(w) }, "user", getID, []row{
		{id: "identity-pool-unknown", want: "400 ResourceNotFoundException", change: to(func(w *World) map[string]any {
			return map[string]any{"IdentityPoolId": w.region + ":" + uuid(), "Logins": logins(w)}
		})},
		{id: "identity-two-logins", want: refused + " or 400 InvalidParameterException", change: to(func(w *World) map[string]any {
			return map[string]any{"IdentityPoolId": w.identities, "Logins": map[string]string{w.provider(): w.bob.id, "graph.facebook.com": "x"}}
		})},
	})...)
}

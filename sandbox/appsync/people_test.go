package appsync_test

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"time"
)

// person is a user of the pool who signed in.
type person struct {
	sub, name  string
	access, id string // tokens
}

func (p person) as() caller { return bearer(p.access) }

const password = "Correct-horse-1"

// call calls an operation of the user pools.
func (r *rig) call(operation string, input map[string]any) map[string]any {
	r.t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		r.t.Fatal(err)
	}
	text, refusal := r.users.Handle(context.Background(), operation, body)
	if refusal != nil {
		r.t.Fatalf("%s: %v", operation, refusal)
	}
	var output map[string]any
	if err := json.Unmarshal(text, &output); err != nil {
		r.t.Fatal(err)
	}
	return output
}

// person makes a user, in the groups, who signs in by SRP.
func (r *rig) person(name string, groups ...string) person {
	r.t.Helper()
	r.call("AdminCreateUser", map[string]any{"UserPoolId": r.pool, "Username": name, "MessageAction": "SUPPRESS",
		"UserAttributes": []any{map[string]any{"Name": "email", "Value": name + "@example.com"}}})
	r.call("AdminSetUserPassword", map[string]any{"UserPoolId": r.pool, "Username": name, "Password": password, "Permanent": true})
	for _, group := range groups {
		r.call("AdminAddUserToGroup", map[string]any{"UserPoolId": r.pool, "Username": name, "GroupName": group})
	}
	return r.signIn(r.client, name)
}

// signIn signs a user in at a client.
func (r *rig) signIn(client, name string) person {
	r.t.Helper()
	a, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 256))
	if err != nil {
		r.t.Fatal(err)
	}
	public := new(big.Int).Exp(big.NewInt(2), a, prime)
	challenge, _ := r.call("InitiateAuth", map[string]any{"ClientId": client, "AuthFlow": "USER_SRP_AUTH",
		"AuthParameters": map[string]any{"USERNAME": name, "SRP_A": public.Text(16)}})["ChallengeParameters"].(map[string]any)
	output := r.call("RespondToAuthChallenge", map[string]any{"ClientId": client, "ChallengeName": "PASSWORD_VERIFIER",
		"ChallengeResponses": r.proof(challenge, a, public)})
	tokens, _ := output["AuthenticationResult"].(map[string]any)
	user, _ := r.users.User(r.pool, name)
	return person{sub: user.Sub, name: name, access: tokens["AccessToken"].(string), id: tokens["IdToken"].(string)}
}

// prime is that of RFC 3526 with 3,072 bits.
var prime, _ = new(big.Int).SetString(strings.ReplaceAll(`FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74
020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED
EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB
9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718
3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7
ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2
08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF`, "\n", ""), 16)

// proof answers SRP's challenge.
func (r *rig) proof(challenge map[string]any, a, public *big.Int) map[string]any {
	hexed := func(name string) *big.Int {
		x, ok := new(big.Int).SetString(challenge[name].(string), 16)
		if !ok {
			r.t.Fatalf("%s: got %v, want hexadecimal digits", name, challenge[name])
		}
		return x
	}
	padded := func(x *big.Int) []byte {
		b := x.Bytes()
		if len(b) > 0 && b[0] >= 0x80 {
			return append([]byte{0}, b...)
		}
		return b
	}
	sum := func(parts ...[]byte) *big.Int {
		h := sha256.New()
		for _, part := range parts {
			h.Write(part)
		}
		return new(big.Int).SetBytes(h.Sum(nil))
	}
	mac := func(key []byte, parts ...[]byte) []byte {
		h := hmac.New(sha256.New, key)
		for _, part := range parts {
			h.Write(part)
		}
		return h.Sum(nil)
	}
	user, pool := challenge["USER_ID_FOR_SRP"].(string), r.pool[strings.Index(r.pool, "_")+1:]
	b := hexed("SRP_B")
	secret := sum([]byte(pool + user + ":" + password))
	x := sum(padded(hexed("SALT")), secret.FillBytes(make([]byte, 32)))
	u, k := sum(padded(public), padded(b)), sum(padded(prime), padded(big.NewInt(2)))
	base := new(big.Int).Mul(k, new(big.Int).Exp(big.NewInt(2), x, prime))
	base.Sub(b, base).Mod(base, prime)
	shared := new(big.Int).Exp(base, new(big.Int).Add(a, new(big.Int).Mul(u, x)), prime)
	key := mac(mac(padded(u), padded(shared)), []byte("Caldera Derived Key"), []byte{1})[:16]
	block, err := base64.StdEncoding.DecodeString(challenge["SECRET_BLOCK"].(string))
	if err != nil {
		r.t.Fatal(err)
	}
	at := r.now.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	return map[string]any{
		"USERNAME": user, "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"], "TIMESTAMP": at,
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(mac(key, []byte(pool+user), block, []byte(at))),
	}
}

// pass lets time pass.
func (r *rig) pass(d time.Duration) { r.now = r.now.Add(d) }

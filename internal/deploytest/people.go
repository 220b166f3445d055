package deploytest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito"
)

// Cognito answers the operations of user pools: a *cognito.Service, or whatever sends them to one.
type Cognito interface {
	Handle(ctx context.Context, operation string, body []byte) ([]byte, *aws.Error)
}

// A UserPool is a deployed user pool whose people a test signs in.
type UserPool struct {
	T            testing.TB
	Service      Cognito
	Pool, Client string // ids
	Now          func() time.Time
}

// UserPool is that of the deployment's stack Auth.
func (d *Deployment) UserPool(service *cognito.Service, now func() time.Time) UserPool {
	d.t.Helper()
	return UserPool{d.t, service, d.Output("Auth", "UserPoolId"), d.Output("Auth", "UserPoolClientId"), now}
}

const password = "Correct-Horse-1"

// Tokens are what a sign-in gives.
type Tokens struct{ AccessToken, IDToken, RefreshToken string }

// Do calls an operation that must succeed.
func (p UserPool) Do(operation string, input map[string]any) map[string]any {
	p.T.Helper()
	output, err := p.call(operation, input)
	if err != nil {
		p.T.Fatal(err)
	}
	return output
}

func (p UserPool) call(operation string, input map[string]any) (map[string]any, error) {
	body, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	answer, refusal := p.Service.Handle(context.Background(), operation, body)
	if refusal != nil {
		return nil, fmt.Errorf("%s: %w", operation, refusal)
	}
	output := map[string]any{}
	if err := json.Unmarshal(answer, &output); err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	return output, nil
}

// SignUp makes a user who can sign in, a member of the groups.
func (p UserPool) SignUp(name string, groups ...string) {
	p.T.Helper()
	p.Do("SignUp", map[string]any{"ClientId": p.Client, "Username": name, "Password": password, "UserAttributes": []map[string]string{
		{"Name": "email", "Value": name + "@example.com"},
	}})
	p.Do("AdminConfirmSignUp", map[string]any{"UserPoolId": p.Pool, "Username": name})
	for _, group := range groups {
		p.Do("AdminAddUserToGroup", map[string]any{"UserPoolId": p.Pool, "Username": name, "GroupName": group})
	}
}

// SignIn signs a user in by SRP, as the client does, and fails the test if that is refused.
func (p UserPool) SignIn(name string) Tokens {
	p.T.Helper()
	tokens, err := p.Enter(name)
	if err != nil {
		p.T.Fatal(err)
	}
	return tokens
}

// Enter is SignIn for goroutines other than the test's.
func (p UserPool) Enter(name string) (Tokens, error) {
	a := new(big.Int).SetBytes(mac([]byte(name), []byte(p.Now().String())))
	publicA := new(big.Int).Exp(big.NewInt(2), a, prime)
	challenge, err := p.call("InitiateAuth", map[string]any{"AuthFlow": "USER_SRP_AUTH", "ClientId": p.Client, "AuthParameters": map[string]string{
		"USERNAME": name, "SRP_A": publicA.Text(16),
	}})
	if err != nil {
		return Tokens{}, err
	}
	responses, err := p.proof(challenge["ChallengeParameters"].(map[string]any), a, publicA)
	if err != nil {
		return Tokens{}, err
	}
	answer, err := p.call("RespondToAuthChallenge", map[string]any{
		"ChallengeName": "PASSWORD_VERIFIER", "ClientId": p.Client, "Session": challenge["Session"], "ChallengeResponses": responses,
	})
	if err != nil {
		return Tokens{}, err
	}
	result := answer["AuthenticationResult"].(map[string]any)
	return Tokens{result["AccessToken"].(string), result["IdToken"].(string), result["RefreshToken"].(string)}, nil
}

// proof shows that the client knows the password, without saying it.
// https://datatracker.ietf.org/doc/html/rfc5054#section-2.6, with Cognito's own derivation of the key.
func (p UserPool) proof(challenge map[string]any, a, publicA *big.Int) (map[string]string, error) {
	text := func(name string) string { value, _ := challenge[name].(string); return value }
	hexadecimal := func(name string) *big.Int { x, _ := new(big.Int).SetString(text(name), 16); return x }
	user := text("USER_ID_FOR_SRP")
	_, pool, _ := strings.Cut(p.Pool, "_")
	publicB := hexadecimal("SRP_B")

	inner := sha256.Sum256([]byte(pool + user + ":" + password))
	x := digest(signed(hexadecimal("SALT")), inner[:])
	u := digest(signed(publicA), signed(publicB))
	k := digest(signed(prime), signed(big.NewInt(2)))
	base := new(big.Int).Mul(k, new(big.Int).Exp(big.NewInt(2), x, prime))
	base.Sub(publicB, base).Mod(base, prime)
	exponent := new(big.Int).Mul(u, x)
	secret := base.Exp(base, exponent.Add(exponent, a), prime)
	key := mac(mac(signed(u), signed(secret)), []byte("Caldera Derived Key\x01"))[:16]

	block, err := base64.StdEncoding.DecodeString(text("SECRET_BLOCK"))
	if err != nil {
		return nil, fmt.Errorf("SECRET_BLOCK: %w", err)
	}
	stamp := p.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	return map[string]string{
		"USERNAME": user, "TIMESTAMP": stamp, "PASSWORD_CLAIM_SECRET_BLOCK": text("SECRET_BLOCK"),
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(mac(key, []byte(pool+user), block, []byte(stamp))),
	}, nil
}

// signed are the bytes of x with its sign: a zero in front of a set bit.
func signed(x *big.Int) []byte {
	b := x.Bytes()
	if len(b) > 0 && b[0] < 0x80 {
		return b
	}
	return append([]byte{0}, b...)
}

func digest(parts ...[]byte) *big.Int {
	sum := sha256.New()
	for _, part := range parts {
		sum.Write(part)
	}
	return new(big.Int).SetBytes(sum.Sum(nil))
}

func mac(key []byte, parts ...[]byte) []byte {
	sum := hmac.New(sha256.New, key)
	for _, part := range parts {
		sum.Write(part)
	}
	return sum.Sum(nil)
}

// prime is that of RFC 3526, section 4.
var prime, _ = new(big.Int).SetString(strings.Join([]string{
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74",
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437",
	"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05",
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB",
	"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718",
	"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33",
	"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864",
	"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2",
	"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
}, ""), 16)

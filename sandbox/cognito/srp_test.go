package cognito

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/srp"
)

// signIn signs in as a client does: by SRP, written here from the client's side of RFC 5054 and the contract, with none of
// the functions of the service.
func (w *world) signIn(name, password string) (map[string]any, *aws.Error) {
	w.t.Helper()
	a, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 256))
	challenge, refusal := w.try("InitiateAuth", w.public(in{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": in{
		"USERNAME": name, "SRP_A": new(big.Int).Exp(big.NewInt(2), a, srp.N).Text(16),
	}}))
	if refusal != nil {
		return nil, refusal
	}
	return w.try("RespondToAuthChallenge", w.public(in{
		"ChallengeName":      "PASSWORD_VERIFIER",
		"ChallengeResponses": proof(w.pool, parametersOf(challenge), a, password, w.clock.Now()),
	}))
}

func parametersOf(output map[string]any) map[string]string {
	parameters := map[string]string{}
	values, _ := output["ChallengeParameters"].(map[string]any)
	for name, value := range values {
		parameters[name], _ = value.(string)
	}
	return parameters
}

// proof is the client's answer to PASSWORD_VERIFIER.
func proof(pool string, challenge map[string]string, a *big.Int, password string, now time.Time) in {
	hexadecimal := func(x *big.Int) []byte { // with an even number of digits, and zeros in front of a set bit
		text := x.Text(16)
		if len(text)%2 == 1 {
			text = "0" + text
		} else if text[0] >= '8' {
			text = "00" + text
		}
		b, _ := hex.DecodeString(text)
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
		m := hmac.New(sha256.New, key)
		for _, part := range parts {
			m.Write(part)
		}
		return m.Sum(nil)
	}
	g := big.NewInt(2)
	A := new(big.Int).Exp(g, a, srp.N)
	B, _ := new(big.Int).SetString(challenge["SRP_B"], 16)
	salt, _ := new(big.Int).SetString(challenge["SALT"], 16)
	user, name := challenge["USER_ID_FOR_SRP"], pool[len("us-east-1_"):]

	k := sum(hexadecimal(srp.N), hexadecimal(g))
	u := sum(hexadecimal(A), hexadecimal(B))
	inner := sha256.Sum256([]byte(name + user + ":" + password))
	x := sum(hexadecimal(salt), inner[:])
	base := new(big.Int).Sub(B, k.Mul(k, new(big.Int).Exp(g, x, srp.N)))
	exponent := new(big.Int).Add(a, u.Mul(u, x))
	S := new(big.Int).Exp(base.Mod(base, srp.N), exponent, srp.N)
	u = sum(hexadecimal(A), hexadecimal(B))
	key := mac(mac(hexadecimal(u), hexadecimal(S)), []byte("Caldera Derived Key\x01"))[:16]

	block, _ := base64.StdEncoding.DecodeString(challenge["SECRET_BLOCK"])
	timestamp := now.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	return in{
		"USERNAME":                    user,
		"PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE":    base64.StdEncoding.EncodeToString(mac(key, []byte(name+user), block, []byte(timestamp))),
		"TIMESTAMP":                   timestamp,
	}
}

// randomText are n characters that a user name and a password can have.
func randomText(random *mathrand.Rand, n int) string {
	characters := []rune("abcXYZ019!-_.é漢𝒳")
	runes := make([]rune, n)
	for i := range runes {
		runes[i] = characters[random.IntN(len(characters))]
	}
	return string(runes)
}

// TestSRP_acceptsTheRightPasswordAndNoOther signs in for a second, or as often as LIGHTBOX_SRP_SIGNINS says.
func TestSRP_acceptsTheRightPasswordAndNoOther(t *testing.T) {
	w := newWorld(t)
	signIns, _ := strconv.Atoi(os.Getenv("LIGHTBOX_SRP_SIGNINS"))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := mathrand.New(mathrand.NewPCG(seed, 0))
	done := 0
	for end := time.Now().Add(time.Second); done < signIns || signIns == 0 && time.Now().Before(end); done++ {
		name, right := fmt.Sprintf("u%d-%s", done, randomText(random, random.IntN(20))), "Aa1!"+randomText(random, 8+random.IntN(30))
		address := fmt.Sprintf("u%d@example.com", done)
		w.do("SignUp", w.public(in{"Username": name, "Password": right, "UserAttributes": []in{{"Name": "email", "Value": address}}}))
		w.do("ConfirmSignUp", w.public(in{"Username": name, "ConfirmationCode": w.lastCode(address)}))
		if _, refusal := w.signIn(name, right); refusal != nil {
			t.Fatalf("sign-in %d of %q with %q: %v", done, name, right, refusal)
		}
		wrong := right + "x"
		if random.IntN(2) == 0 {
			wrong = right[:len(right)-1]
		}
		output, refusal := w.signIn(name, wrong)
		wantRefusal(t, "a wrong password", output, refusal, "NotAuthorizedException", "Incorrect username or password.")
	}
	t.Logf("%d sign-ins with the right password, as many with a wrong one", done)
}

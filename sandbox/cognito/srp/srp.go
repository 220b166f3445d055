// Package srp is the Secure Remote Password protocol as Amazon Cognito and its clients speak it: SRP-6a over the 3072-bit
// group of RFC 3526 with SHA-256, and a signature in place of the proofs of RFC 5054. Neither document says how Cognito pads
// and hashes; Amplify's client does, and the tests hold this to it. It is the service's side, which keeps nothing, and a Client.
//
// https://www.rfc-editor.org/rfc/rfc5054, https://www.rfc-editor.org/rfc/rfc3526
package srp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"math/big"
	"strings"
)

// N is the group's prime, RFC 3526 section 4. The other two are its generator and the multiplier of SRP-6a.
var (
	N, _ = new(big.Int).SetString(strings.Join([]string{
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
	generator  = big.NewInt(2)
	multiplier = number(hashed(padded(N), padded(generator)))
)

// padded is x in as few bytes as it takes, with a zero byte in front if the first bit is set.
func padded(x *big.Int) []byte {
	b := x.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		return append([]byte{0}, b...)
	}
	return b
}

func number(b []byte) *big.Int { return new(big.Int).SetBytes(b) }

func hashed(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// poolName is what SRP takes of a pool's id: what is behind the underscore.
func poolName(pool string) string {
	_, name, _ := strings.Cut(pool, "_")
	return name
}

// Verifier is what the service keeps of a password: v = g^x.
func Verifier(pool, name, password string, salt []byte) []byte {
	inner := hashed([]byte(poolName(pool) + name + ":" + password))
	x := number(hashed(padded(number(salt)), inner))
	return new(big.Int).Exp(generator, x, N).Bytes()
}

// ServerValue is the service's public value, B = k·v + g^b, of a verifier and a secret b of at least 256 random bits.
func ServerValue(v, b []byte) *big.Int {
	B := new(big.Int).Mul(multiplier, number(v))
	B.Add(B, new(big.Int).Exp(generator, number(b), N))
	return B.Mod(B, N)
}

// SharedKey derives the key that both sides have if the password is right; it reports false for public values that would
// make it known to anyone.
func SharedKey(a, serverB *big.Int, v, b []byte) ([]byte, bool) {
	if new(big.Int).Mod(a, N).Sign() == 0 {
		return nil, false
	}
	u := number(hashed(padded(a), padded(serverB)))
	if u.Sign() == 0 {
		return nil, false
	}
	s := new(big.Int).Exp(number(v), u, N)
	s.Mul(s, a)
	s.Exp(s, number(b), N)
	k, err := hkdf.Key(sha256.New, padded(s), padded(u), "Caldera Derived Key", 16)
	return k, err == nil
}

// Claim is the signature that proves the password.
func Claim(key []byte, pool, name string, secretBlock []byte, timestamp string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(poolName(pool) + name))
	mac.Write(secretBlock)
	mac.Write([]byte(timestamp))
	return mac.Sum(nil)
}

package srp_test

import (
	"bytes"
	"math/big"
	"testing"

	"lightbox.example/lightbox/sandbox/cognito/srp"
)

func TestSRP_usesTheSafePrimeOfRFC3526(t *testing.T) {
	// 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314): the ends, and that it is a safe prime, tell it from all others.
	if got := srp.N.BitLen(); got != 3072 {
		t.Errorf("got %d bits, want 3072", got)
	}
	if !srp.N.ProbablyPrime(4) || !new(big.Int).Rsh(srp.N, 1).ProbablyPrime(4) {
		t.Error("N is not a safe prime")
	}
	// The first digits of pi's fraction, 0.141592…, stand behind the first 64 bits of ones.
	pi := new(big.Int).Rsh(srp.N, 3072-64-64)
	if got := pi.And(pi, new(big.Int).SetUint64(^uint64(0))).Text(16); got != "c90fdaa22168c234" {
		t.Errorf("got %s behind the ones, want the bits of pi", got)
	}
}

// What makes the key known to anyone is refused: a public value that is a multiple of N.
func TestSharedKey_refusesPublicValuesThatGiveItAway(t *testing.T) {
	secret := make([]byte, 32)
	secret[0] = 1
	v := srp.Verifier("us-east-1_pool", "ann", "Correct-horse-1", []byte("salt"))
	public := srp.ServerValue(v, secret)
	for name, a := range map[string]*big.Int{"0": new(big.Int), "N": srp.N, "2N": new(big.Int).Lsh(srp.N, 1)} {
		if _, ok := srp.SharedKey(a, public, v, secret); ok {
			t.Errorf("%s: got a key, want none", name)
		}
	}
	if _, ok := srp.SharedKey(big.NewInt(2), public, v, secret); !ok {
		t.Error("control: got no key for the generator")
	}
}

// Both sides have one key if the password is right, and none that the other has if it is not.
func TestClient_hasTheKeyOfTheServiceByTheRightPasswordAlone(t *testing.T) {
	const pool, name, password = "us-east-1_pool", "ann", "Correct-horse-1"
	salt, secret := new(big.Int).SetUint64(0xf0e1d2c3b4a59687), make([]byte, 32)
	secret[0] = 7
	v := srp.Verifier(pool, name, password, salt.Bytes())
	public := srp.ServerValue(v, secret)
	client := srp.NewClient()
	want, ok := srp.SharedKey(client.A, public, v, secret)
	if !ok {
		t.Fatal("got no key of the service")
	}
	if got, err := client.Key(pool, name, password, salt, public); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %x, %v, want %x", got, err, want)
	}
	if got, err := client.Key(pool, name, "Correct-horse-2", salt, public); err != nil || bytes.Equal(got, want) {
		t.Errorf("with a wrong password: got %x, %v, want another than %x", got, err, want)
	}
	for _, bad := range []*big.Int{new(big.Int), srp.N} {
		if _, err := client.Key(pool, name, password, salt, bad); err == nil {
			t.Errorf("B = %v: got a key, want none", bad)
		}
	}
}

package srp

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"math/big"
)

// A Client is the other side: somebody who signs in, and never says the password.
type Client struct {
	secret *big.Int
	// A is the public value, as in SRP_A.
	A *big.Int
}

// NewClient begins a sign-in, with a secret of 256 random bits.
func NewClient() Client {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // it never fails
	secret := number(bits[:])
	return Client{secret, new(big.Int).Exp(generator, secret, N)}
}

// Key derives the key that both sides have if the password is right, from what the service answers: its public value B (SRP_B) and the
// salt. name is USER_ID_FOR_SRP. Values that would make the key known to anyone are an error.
func (c Client) Key(pool, name, password string, salt, serverB *big.Int) ([]byte, error) {
	u := number(hashed(padded(c.A), padded(serverB)))
	if u.Sign() == 0 || new(big.Int).Mod(serverB, N).Sign() == 0 {
		return nil, errors.New("SRP_B: got a value of which the key is known to anyone, want the service's")
	}
	x := number(hashed(padded(salt), hashed([]byte(poolName(pool)+name+":"+password))))
	base := new(big.Int).Mul(multiplier, new(big.Int).Exp(generator, x, N))
	base.Sub(serverB, base).Mod(base, N)
	exponent := new(big.Int).Mul(u, x)
	s := base.Exp(base, exponent.Add(exponent, c.secret), N)
	return hkdf.Key(sha256.New, padded(s), padded(u), "Caldera Derived Key", 16)
}

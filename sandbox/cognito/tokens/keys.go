package tokens

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"

	"lightbox.example/lightbox/sandbox/cognito/directory"
)

// A signingKey signs the tokens of a pool.
type signingKey struct {
	id      string
	private *rsa.PrivateKey
}

const keyBits = 2048

// signingKey returns the key of a pool. It is made when it is asked for the first time, since that takes as long as the
// rest of a deployment; there is one from then on.
func (i *Issuer) signingKey(pool string) (*signingKey, error) {
	if k, ok := i.keys.Load(pool); ok {
		return k.(*signingKey), nil
	}
	i.making.Lock()
	defer i.making.Unlock()
	k, err := i.storedKey(pool)
	if err != nil {
		return nil, err
	}
	i.keys.Store(pool, k)
	return k, nil
}

// storedKey reads the key of a pool from the store, and puts one there if there is none.
func (i *Issuer) storedKey(pool string) (*signingKey, error) {
	var data []byte
	err := i.directory.View(func(t directory.Tx) error {
		kept, _ := t.Get(directory.KeySpace, directory.Key(pool))
		data = append(data, kept...)
		_, err := t.Pool(pool)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(data) > 0 {
		parsed, err := x509.ParsePKCS8PrivateKey(data)
		private, ok := parsed.(*rsa.PrivateKey)
		if err != nil || !ok {
			return nil, errors.Join(errors.New("the signing key of "+pool+" can't be read"), err)
		}
		return identified(private), nil
	}
	private, err := i.newKey()
	if err != nil {
		return nil, err
	}
	if data, err = x509.MarshalPKCS8PrivateKey(private); err != nil {
		return nil, err
	}
	return identified(private), i.directory.Update(i.now(), func(t directory.Tx) error {
		if _, err := t.Pool(pool); err != nil { // it was deleted meanwhile
			return err
		}
		return t.Put(directory.KeySpace, directory.Key(pool), data)
	})
}

// Forget drops the signing key of a pool that was deleted.
func (i *Issuer) Forget(pool string) { i.keys.Delete(pool) }

func identified(private *rsa.PrivateKey) *signingKey {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&private.PublicKey))
	return &signingKey{id: base64.StdEncoding.EncodeToString(sum[:]), private: private}
}

// Provider is a pool's name among identity providers, as in cognito-idp.us-east-1.amazonaws.com/us-east-1_abc.
func (i *Issuer) Provider(pool string) string {
	return "cognito-idp." + i.directory.Region + ".amazonaws.com/" + pool
}

// URL is the claim iss of a pool's tokens: its provider behind https://.
func (i *Issuer) URL(pool string) string { return "https://" + i.Provider(pool) }

// JWKS is the document at https://cognito-idp.REGION.amazonaws.com/POOL/.well-known/jwks.json: the public keys of a pool.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
func (i *Issuer) JWKS(pool string) ([]byte, error) {
	k, err := i.signingKey(pool)
	if err != nil {
		return nil, err
	}
	encode := base64.RawURLEncoding.EncodeToString
	return json.Marshal(map[string]any{"keys": []map[string]string{{
		"alg": "RS256",
		"e":   encode(big.NewInt(int64(k.private.E)).Bytes()),
		"kid": k.id,
		"kty": "RSA",
		"n":   encode(k.private.N.Bytes()),
		"use": "sig",
	}}})
}

// OpenIDConfiguration is the document at https://cognito-idp.REGION.amazonaws.com/POOL/.well-known/openid-configuration, as
// it is for a pool without a domain.
func (i *Issuer) OpenIDConfiguration(pool string) ([]byte, error) {
	err := i.directory.View(func(t directory.Tx) error {
		_, err := t.Pool(pool)
		return err
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"issuer":                                i.URL(pool),
		"jwks_uri":                              i.URL(pool) + "/.well-known/jwks.json",
		"response_types_supported":              []string{"code", "token"},
		"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
		"subject_types_supported":               []string{"public"},
	})
}

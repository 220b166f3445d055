package cognito

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// hashedRequest is a clientRequest that says beside it that whoever asks knows the client's secret.
type hashedRequest struct {
	clientRequest
	SecretHash string `shape:"SecretHashType"`
}

// proveSecret refuses who does not know the secret of a client that has one: the hash is that of a user name, one of these, and the
// client's id.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
func proveSecret(cl *directory.Client, hash string, names ...string) error {
	switch {
	case cl.Secret == "" && hash == "":
		return nil
	case cl.Secret == "":
		return refuse.NotAuthorized("Client %s is not configured for secret but secret hash was received", cl.ID)
	case hash == "":
		return refuse.NotAuthorized("Client %s is configured for secret but secret was not received", cl.ID)
	}
	for _, name := range names {
		mac := hmac.New(sha256.New, []byte(cl.Secret))
		mac.Write([]byte(name + cl.ID))
		if hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(hash)) {
			return nil
		}
	}
	return refuse.NotAuthorized("SecretHash does not match for the client: %s", cl.ID)
}

// giveSecret refuses who does not give the secret of a client that has one, for the operations that take it as it is.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
func giveSecret(cl *directory.Client, secret string) error {
	switch {
	case cl.Secret == "" && secret != "":
		return refuse.NotAuthorized("Client %s is not configured for secret but secret was received", cl.ID)
	case cl.Secret != "" && secret == "":
		return refuse.NotAuthorized("Client %s is configured for secret but secret was not received", cl.ID)
	case !hmac.Equal([]byte(secret), []byte(cl.Secret)):
		return refuse.NotAuthorized("Invalid secret for client %s", cl.ID)
	}
	return nil
}

// hashed finds the client of a request, whose secret it must prove, and its pool.
func hashed(t directory.Tx, in hashedRequest, name string) (*directory.Client, *directory.Pool, error) {
	cl, p, err := t.Client(in.ClientID)
	if err == nil {
		err = proveSecret(cl, in.SecretHash, name)
	}
	return cl, p, err
}

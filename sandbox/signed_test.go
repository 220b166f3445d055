package sandbox_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/sandbox"
)

// signed is a request that the developer's own key signs.
func signed(t testing.TB, method, target, service string, body []byte) *http.Request {
	t.Helper()
	request := unsigned(t, method, target, body)
	sign(t, request, service)
	return request
}

// unsigned is a request that has the hash of its body, and no signature.
func unsigned(t testing.TB, method, target string, body []byte) *http.Request {
	t.Helper()
	request, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	request.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	return request
}

// sign signs a request, as it is now, with the developer's own key.
func sign(t testing.TB, request *http.Request, service string) {
	t.Helper()
	signAt(t, request, service, time.Now())
}

func signAt(t testing.TB, request *http.Request, service string, at time.Time) {
	t.Helper()
	key := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	hash := request.Header.Get("X-Amz-Content-Sha256")
	if err := signer.SignHTTP(context.Background(), key, request, hash, service, "us-east-1", at); err != nil {
		t.Fatal(err)
	}
}

// presigned is a request that carries the signature in its URL, and needs nobody to sign it.
func presigned(t testing.TB, method, target string) *http.Request {
	t.Helper()
	request, err := http.NewRequest(method, target+"?X-Amz-Expires=900", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	key := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	link, _, err := signer.PresignHTTP(context.Background(), key, request, "UNSIGNED-PAYLOAD", "s3", "us-east-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if request, err = http.NewRequest(method, link, http.NoBody); err != nil {
		t.Fatal(err)
	}
	return request
}

package sts_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
	"lightbox.example/lightbox/sandbox/sts"
)

// FuzzServeHTTP sends any form, signed by the developer: the answer is XML, and no fault of the sandbox.
func FuzzServeHTTP(f *testing.F) {
	keys, err := roles.New(roles.Config{Store: store.NewMemory(), Root: root})
	if err != nil {
		f.Fatal(err)
	}
	s := sts.New(sts.Config{Region: deploytest.Region, Keys: keys, Roles: keys})
	const version = "&Version=2011-06-15"
	f.Add("Action=GetCallerIdentity" + version)
	f.Add("Action=AssumeRole&RoleSessionName=ann&RoleArn=" + deployRole + "&Tags.member.1.Key=a&Tags.member.1.Value=b&DurationSeconds=900" + version)
	f.Add("Action=AssumeRole&Policy=%7B%7D&Tags.member.2.Key=&Tags" + version)
	f.Add("%zz;=&&Action")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		sum := sha256.Sum256([]byte(body))
		credentials := sdk.Credentials{AccessKeyID: root.ID, SecretAccessKey: root.Secret}
		if err := v4.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(sum[:]), "sts", deploytest.Region, time.Now()); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if err := xml.Unmarshal(w.Body.Bytes(), &answer{}); err != nil || w.Code >= 500 {
			t.Errorf("got %d %q: %v", w.Code, w.Body, err)
		}
	})
}

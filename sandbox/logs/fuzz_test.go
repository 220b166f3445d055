package logs_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

// FuzzServeHTTP sends any body to any operation, signed by the developer: the answer is JSON, and no fault of the sandbox.
func FuzzServeHTTP(f *testing.F) {
	db := store.NewMemory()
	keys, err := roles.New(roles.Config{Store: db, Root: root})
	if err != nil {
		f.Fatal(err)
	}
	s := logs.New(logs.Config{Store: db, Keys: keys})
	_, err = s.ResourceTypes()["AWS::Logs::LogGroup"].Create(f.Context(), aws.Resource{Stack: "s", LogicalID: "g", Properties: map[string]any{"LogGroupName": "g"}})
	c, _ := keys.Credentials(root.ID)
	developer := aws.Caller{Account: c.Account, Principal: c.Principal, Identity: c.Identity}
	if err == nil {
		err = s.Write(f.Context(), developer, "g", "s", time.Now(), []string{"a", "b"})
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Add("FilterLogEvents", `{"logGroupName": "g", "nextToken": "00000000000000000000000000000000", "endTime": -1, "limit": 1, "filterPattern": "a"}`)
	f.Add("GetLogEvents", `{"logGroupName": "g", "logStreamName": "s", "nextToken": "b/ffffffffffffffffffffffffffffffff", "startTime": 9223372036854775807}`)
	f.Add("GetLogEvents", `{"logGroupName": "g", "logStreamName": "s", "nextToken": "b/00000000000000000000000000000000", "endTime": 1}`)
	f.Add("DescribeLogStreams", `{"logGroupIdentifier": "arn:aws:logs:us-east-1:000000000000:log-group:g:*", "limit": 1, "orderBy": "LastEventTime"}`)
	f.Add("DescribeLogGroups", `{"nextToken": "\u0000", "limit": 50}`)
	f.Fuzz(func(t *testing.T, operation, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
		sum := sha256.Sum256([]byte(body))
		credentials := sdk.Credentials{AccessKeyID: root.ID, SecretAccessKey: root.Secret}
		if err := v4.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(sum[:]), "logs", deploytest.Region, time.Now()); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !json.Valid(w.Body.Bytes()) || w.Code >= 500 {
			t.Errorf("%s %q: got %d %q", operation, body, w.Code, w.Body)
		}
	})
}

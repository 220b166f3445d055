package dynamodb_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// oneKey is a role session that may do what its policy says.
type oneKey struct{ policy *iam.Policy }

func (k oneKey) Credentials(id string) (aws.Credentials, bool) {
	return aws.Credentials{
		Secret: "secret", Account: "000000000000", Identity: []*iam.Policy{k.policy},
		Principal: iam.RoleSession{Role: "arn:aws:iam::000000000000:role/Reader", Name: "test"},
	}, id == "READER"
}

// front is a table Photos on the wire, for a role that may describe and read it.
func front(t *testing.T) *httptest.Server {
	t.Helper()
	policy, err := iam.Parse(iam.Identity, "Reader", []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
		"Action":["dynamodb:GetItem","dynamodb:Query"],"Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/Photos"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dynamodb.New(store.NewMemory(), dynamodb.Config{Keys: oneKey{policy}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.CreateTable(dynamodb.CreateTableInput{
		TableName: "Photos", BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: []dynamodb.AttributeDefinition{{AttributeName: "id", AttributeType: "S"}},
		KeySchema:            []dynamodb.KeySchemaElement{{AttributeName: "id", KeyType: "HASH"}},
	}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	return server
}

// ask sends an operation, signed with the secret, and answers status and body.
func ask(t *testing.T, server *httptest.Server, secret, operation, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	sum := sha256.Sum256([]byte(body))
	credentials := sdk.Credentials{AccessKeyID: "READER", SecretAccessKey: secret}
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials, request, hex.EncodeToString(sum[:]), "dynamodb", "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := response.Header.Get("X-Amz-Crc32"), fmt.Sprint(crc32.ChecksumIEEE(answer)); got != want {
		t.Errorf("%s: got the checksum %q, want %s", operation, got, want)
	}
	return response.StatusCode, string(answer)
}

func TestFront_answersWhoMayAsk(t *testing.T) {
	server := front(t)
	for name, test := range map[string]struct {
		secret, operation, body string
		status                  int
		want                    string
	}{
		"a read that is allowed":           {"secret", "GetItem", `{"TableName":"Photos","Key":{"id":{"S":"1"}}}`, 200, `{}`},
		"a read with another secret":       {"guess", "GetItem", `{"TableName":"Photos","Key":{"id":{"S":"1"}}}`, 400, "InvalidSignatureException"},
		"a write that is not":              {"secret", "PutItem", `{"TableName":"Photos","Item":{"id":{"S":"1"}}}`, 400, "is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Photos"},
		"another table":                    {"secret", "GetItem", `{"TableName":"Products","Key":{"id":{"S":"1"}}}`, 400, "AccessDeniedException"},
		"a write within a transaction":     {"secret", "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"Photos","Item":{"id":{"S":"1"}}}}]}`, 400, "dynamodb:PutItem"},
		"a fault of the request":           {"secret", "GetItem", `{"TableName":"Photos","Key":{"no":{"S":"1"}}}`, 400, "ValidationException"},
		"what is not JSON":                 {"secret", "GetItem", `{"TableName":`, 400, "AccessDeniedException"},
		"an operation that nobody knows":   {"secret", "Dance", `{"TableName":"Photos"}`, 400, "UnknownOperationException"},
		"an operation that is not offered": {"secret", "Query", `{"TableName":"Photos","KeyConditions":{}}`, 400, "not supported by the sandbox"},
	} {
		t.Run(name, func(t *testing.T) {
			status, answer := ask(t, server, test.secret, test.operation, test.body)
			if status != test.status || !strings.Contains(answer, test.want) {
				t.Errorf("got %d %s, want %d and %q", status, answer, test.status, test.want)
			}
		})
	}
}

func FuzzFront(f *testing.F) {
	f.Add("GetItem", []byte(`{"TableName":"Photos","Key":{"id":{"S":"1"}}}`))
	f.Add("TransactWriteItems", []byte(`{"TransactItems":[{"Update":{"TableName":"Photos","Key":{"id":{"S":"1"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"N":"1"}}}}]}`))
	f.Add("Query", []byte(`{"TableName":"Photos","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"1"}}}`))
	engine, err := dynamodb.New(store.NewMemory(), dynamodb.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, operation string, body []byte) {
		if _, known := dynamodb.Operations[operation]; known && len(needsOf(engine, operation, string(body))) == 0 {
			t.Error("got no need, want one at least: nothing is free")
		}
		if answer, refusal := engine.Handle(operation, body); refusal == nil && !bytes.HasPrefix(answer, []byte("{")) {
			t.Errorf("got %s, want an object or a refusal", answer)
		}
	})
}

package sandbox

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/cloudcontrol"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/cloudfront"
	"lightbox.example/lightbox/sandbox/cloudwatch"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/events"
	"lightbox.example/lightbox/sandbox/fidelity"
	"lightbox.example/lightbox/sandbox/identity"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/sns"
	"lightbox.example/lightbox/sandbox/ssm"
	"lightbox.example/lightbox/sandbox/sts"
)

const (
	fidelityFile    = "../docs/FIDELITY.md"
	fidelityRecords = "fidelity/records"
)

// knownServices are the services with their operations, from the tables that they work by.
func knownServices() []fidelity.Service {
	return []fidelity.Service{
		{Key: "cognito-idp", Title: "Amazon Cognito user pools", Operations: slices.Sorted(maps.Keys(cognito.Operations))},
		{Key: "cognito-identity", Title: "Amazon Cognito identity pools", Operations: slices.Sorted(maps.Keys(identity.Operations))},
		{Key: "s3", Title: "Amazon S3", Operations: slices.Sorted(slices.Values(s3.Operations()))},
		{Key: "dynamodb", Title: "Amazon DynamoDB", Operations: slices.Sorted(maps.Keys(dynamodb.Operations))},
		{Key: "events", Title: "Amazon EventBridge", Operations: slices.Sorted(maps.Keys(events.Operations))},
		{Key: "lambda", Title: "AWS Lambda", Operations: slices.Sorted(maps.Keys(lambda.Operations))},
		{Key: "appsync", Title: "AWS AppSync", Operations: append(slices.Sorted(maps.Keys(appsync.Operations)), "POST /graphql", "WebSocket /graphql (graphql-ws)")},
		{Key: "cloudfront", Title: "Amazon CloudFront", Operations: slices.Sorted(maps.Keys(cloudfront.Operations))},
		{Key: "cloudfront-viewers", Title: "Amazon CloudFront, for viewers", Operations: cloudfront.Methods()},
		{Key: "cloudformation", Title: "AWS CloudFormation", Operations: slices.Sorted(maps.Keys(cloudformation.Operations))},
		{Key: "cloudcontrolapi", Title: "AWS Cloud Control API", Operations: slices.Sorted(maps.Keys(cloudcontrol.Operations))},
		{Key: "sts", Title: "AWS STS", Operations: slices.Sorted(maps.Keys(sts.Operations))},
		{Key: "ssm", Title: "AWS Systems Manager", Operations: slices.Sorted(maps.Keys(ssm.Operations))},
		{Key: "monitoring", Title: "Amazon CloudWatch", Operations: slices.Sorted(maps.Keys(cloudwatch.Operations))},
		{Key: "sns", Title: "Amazon SNS", Operations: slices.Sorted(maps.Keys(sns.Operations))},
		{Key: "logs", Title: "Amazon CloudWatch Logs", Operations: slices.Sorted(maps.Keys(logs.Operations))},
	}
}

// docs/FIDELITY.md is what the records of the judges say of the operations that docs/SANDBOX.md lists, and nothing else.
func TestFidelityPage_isFresh(t *testing.T) {
	records, err := fidelity.Read(fidelityRecords)
	page, scored := fidelity.Page(knownServices(), records)
	if err := errors.Join(err, scored); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(fidelityFile, page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(fidelityFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(got), string(page)); diff != "" {
		t.Errorf("docs/FIDELITY.md is stale, `go test ./sandbox -run FidelityPage -update` writes it anew (-there +wanted):\n%s", diff)
	}
	t.Logf("\n%s", fidelity.Table(records))
}

// Each service of the page is one that requests find here, by the name that signatures and the log have for it.
func TestFidelityPage_namesServicesAsRequestsDo(t *testing.T) {
	s, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	keys := map[string]bool{"cloudfront-viewers": true}
	for _, service := range s.table {
		keys[service.name] = true
	}
	for _, service := range knownServices() {
		if !keys[service.Key] {
			t.Errorf("%s: got the key %q, want one of %s", service.Title, service.Key, strings.Join(slices.Sorted(maps.Keys(keys)), " "))
		}
	}
}

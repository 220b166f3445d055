package sandbox_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cdn "github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// What was deployed, by AWS's client: a picture that goes is 403 at the CDN when its invalidation has completed. The client
// finds CloudFront by its name, and at the address of the sandbox by what it signs.
func TestInvalidations_ofTheDeployedCDN(t *testing.T) {
	clock := deploytest.ClockAt(time.Now())
	s := deployed(t, sandbox.Config{Now: clock.Now})
	distribution := s.Distributions.Distributions()[0]
	who := assumed(t, s, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"], "Resource": "`+distribution.ARN+`"}]}`)
	object := "https://" + output(t, s, "FileStorage", "BucketName") + ".s3.us-east-1.amazonaws.com/public/products/x.png"
	view := func() (status int, outcome string) {
		t.Helper()
		request, err := http.NewRequest(http.MethodGet, "https://"+distribution.DomainName+"/products/x.png", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		got := do(t, client(t, s), request)
		return got.status, got.header.Get("X-Cache")
	}
	for name, options := range map[string]cdn.Options{
		"by name":    {HTTPClient: client(t, s)},
		"by address": {BaseEndpoint: aws.String("http://" + s.HTTP())},
	} {
		t.Run(name, func(t *testing.T) {
			options.Region, options.Credentials = "us-east-1", credentials.StaticCredentialsProvider{Value: who}
			api := cdn.New(options)
			if got := do(t, client(t, s), signed(t, http.MethodPut, object, "s3", []byte("png"))); got.status != http.StatusOK {
				t.Fatalf("got %d %s, want the object to be stored", got.status, got.body)
			}
			for _, want := range []string{"Miss from cloudfront", "Hit from cloudfront", "Hit from cloudfront"} {
				if status, outcome := view(); status != http.StatusOK || outcome != want {
					t.Fatalf("got %d %s, want 200 %s", status, outcome, want)
				}
			}
			if got := do(t, client(t, s), signed(t, http.MethodDelete, object, "s3", nil)); got.status != http.StatusNoContent {
				t.Fatalf("got %d %s, want the object to be deleted", got.status, got.body)
			}
			made, err := api.CreateInvalidation(context.Background(), &cdn.CreateInvalidationInput{DistributionId: &distribution.ID, InvalidationBatch: &types.InvalidationBatch{
				CallerReference: aws.String(name), Paths: &types.Paths{Items: []string{"/products/*"}, Quantity: aws.Int32(1)},
			}})
			if err != nil {
				t.Fatal(err)
			}
			if status, _ := view(); status != http.StatusOK {
				t.Errorf("while it is in progress: got %d, want what was there", status)
			}
			clock.Pass(2 * time.Second)
			got, err := api.GetInvalidation(context.Background(), &cdn.GetInvalidationInput{DistributionId: &distribution.ID, Id: made.Invalidation.Id})
			if err != nil || *got.Invalidation.Status != "Completed" {
				t.Fatalf("got %v %v, want it completed", got, err)
			}
			if status, _ := view(); status != http.StatusForbidden {
				t.Errorf("when it has completed: got %d, want 403", status)
			}
			clock.Pass(time.Minute) // beyond what the CDN remembers of the refusal
			if _, err := api.ListInvalidations(context.Background(), &cdn.ListInvalidationsInput{DistributionId: &distribution.ID}); err == nil {
				t.Error("got the list, want that it is denied")
			}
		})
	}
}

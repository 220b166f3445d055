package access

import (
	"fmt"
	"strings"
	"testing"
)

// The policies written out as CloudFormation would, with the longest names.
func TestSizes_countWhatAWSCounts(t *testing.T) {
	bucket := "arn:aws-us-gov:s3:::" + strings.Repeat("b", 63)
	policy := func(statements ...string) int {
		return len(`{"Statement":[` + strings.Join(statements, ",") + `],"Version":"2012-10-17"}`)
	}
	get := `{"Action":["s3:GetObject"],"Effect":"Allow","Resource":["` + bucket + `/public/a/*"],"Sid":"GetPublicA"}`
	list := `{"Action":["s3:ListBucket"],"Condition":{"StringLike":{"s3:prefix":["public/a/*"]}},"Effect":"Allow","Resource":"` + bucket + `","Sid":"ListPublicA"}`
	serve := `{"Action":["s3:GetObject"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws-us-gov:cloudfront::123456789012:distribution/*"}},` +
		`"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},` +
		`"Resource":["` + bucket + `/public/a/*"],"Sid":"GetPublicA"}`
	want := fmt.Sprint([]Size{
		{CDN, policy(serve) + 1024, 20480},
		{Guest, policy(get, list), 6144},
		{User, policy(get), 6144},
		{Admins, policy(list), 6144},
		{Pictures, policy(get) + 1024, 10240},
		{Remover, policy() + 1024, 10240},
	})
	rules := []Rule{{Area: "public/a/", CDN: Get, Guest: Get | List, SignedIn: Get, Groups: verbs{Admins: Get | List}, Functions: verbs{Pictures: Get}}}
	if got := fmt.Sprint(Sizes(rules)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Room for growth: a new area must not be the one that breaks the deployment.
func TestSizes_leaveRoomInTheShippedTable(t *testing.T) {
	for _, size := range Sizes(Rules()) {
		if size.Got > size.Limit/2 {
			t.Errorf("%s: got %d bytes of %d, want at most half", size.Principal, size.Got, size.Limit)
		}
	}
}

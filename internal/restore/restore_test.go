package restore

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/leftovers"
)

// The rest is tried against the sandbox, in the root's tests of restoring.

func TestGone_hasIdentifiersAsCloudFormationWantsThem(t *testing.T) {
	g := Gone{Mapping: map[string]map[string]string{}}
	for _, r := range []leftovers.Resource{
		{LogicalID: "UserPool6BA7E5F2", Type: "AWS::Cognito::UserPool", PhysicalID: "us-east-1_abc"},
		{LogicalID: "WebClient", Type: "AWS::Cognito::UserPoolClient", PhysicalID: "123"},
		{LogicalID: "WebClient", Type: "AWS::Cognito::UserPoolClient", PhysicalID: "an older one, which was replaced"},
		{LogicalID: "Admins", Type: "AWS::Cognito::UserPoolGroup", PhysicalID: "us-east-1_abc|Admins"},
		{LogicalID: "Tag", Type: "AWS::Cognito::IdentityPoolPrincipalTag", PhysicalID: "us-east-1:1|cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"},
		{LogicalID: "GraphQL", Type: "AWS::AppSync::GraphQLApi", PhysicalID: "arn:aws:appsync:us-east-1:000000000000:apis/x"},
		{LogicalID: "Log", Type: "AWS::Logs::LogGroup", PhysicalID: "/aws/appsync/apis/x"},
		{LogicalID: "RemoverLog", Type: "AWS::Logs::LogGroup", PhysicalID: "Lightbox-prod-API-RemoverLog"},
	} {
		if err := g.add(r, "us-east-1_abc"); err != nil {
			t.Error(err)
		}
	}
	want := map[string]map[string]string{
		"UserPool6BA7E5F2": {"UserPoolId": "us-east-1_abc"},
		"WebClient":        {"UserPoolId": "us-east-1_abc", "ClientId": "123"},
		"Admins":           {"UserPoolId": "us-east-1_abc", "GroupName": "Admins"},
		"Tag":              {"IdentityPoolId": "us-east-1:1", "IdentityProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"},
		"RemoverLog":       {"LogGroupName": "Lightbox-prod-API-RemoverLog"},
	}
	if diff := cmp.Diff(want, g.Mapping); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(g.Beside) != 2 {
		t.Errorf("got %v beside, want the API and its log", g.Beside)
	}
	err := g.add(leftovers.Resource{LogicalID: "Other", Type: "AWS::Cognito::UserPoolClient", PhysicalID: "1"}, "")
	if err == nil || !strings.Contains(err.Error(), `Other: got the physical id "1", want what says UserPoolId, ClientId`) {
		t.Errorf("a client without a pool: got %v, want a refusal", err)
	}
}

func TestNameAt_saysWhenAndStaysShort(t *testing.T) {
	when := time.Date(2026, 11, 30, 10, 15, 0, 0, time.FixedZone("CET", 3600))
	for old, want := range map[string]string{
		"Lightbox-prod-API-Photos":                           "Lightbox-prod-API-Photos-restored-20261130T091500Z",
		"Lightbox-prod-API-Photos-restored-20261101T000000Z": "Lightbox-prod-API-Photos-restored-20261130T091500Z",
		strings.Repeat("x", 255):                             strings.Repeat("x", 229) + "-restored-20261130T091500Z",
	} {
		if got := nameAt(old, when); got != want || len(got) > 255 {
			t.Errorf("%s: got %s of %d characters, want %s", old, got, len(got), want)
		}
	}
}

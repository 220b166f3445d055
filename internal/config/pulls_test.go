package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const devWithNames = `{"environments": {"dev": {
  "region": "eu-west-1", "webOrigins": ["https://also.example.com"], "removeData": true, "allowDeletion": true, "tags": {"team": "a"},
  "cdn": {"domain": "i.example.com", "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555", "priceClass": "PriceClass_100"},
  "site": {"domain": "dev.example.com", "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"},
  "alarms": {"email": "ops@example.com"}, "budget": {"monthly": 50},
  "social": {"provider": "Google", "clientId": "a", "clientSecretName": "google", "domainPrefix": "shop-dev"}
}}}`

// reading is the context of devWithNames, for an environment.
func reading(t *testing.T, env string) func(string) any {
	t.Helper()
	of := contextOf(t, devWithNames)
	return func(key string) any {
		if key == "env" {
			return env
		}
		return of(key)
	}
}

func TestPullRequest_hasTheSettingsOfDevButWhatThereCanBeOnce(t *testing.T) {
	dev, err := Load(reading(t, "dev"))
	if err != nil {
		t.Fatal(err)
	}
	if dev.CDN.Domain == "" || dev.Site.Domain == "" || dev.Social.DomainPrefix == "" || dev.Alarms.Email == "" || dev.Budget.Monthly == 0 {
		t.Fatalf("the control: got %+v, want names of its own", dev)
	}
	got, err := Load(reading(t, "pr-12"))
	if err != nil {
		t.Fatal(err)
	}
	want := dev
	want.Env = "pr-12"
	want.Alarms, want.Budget = Alarms{}, Budget{}
	want.CDN, want.Site, want.Social = CDN{PriceClass: "PriceClass_100"}, Site{Present: true}, Social{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.StackName("Auth") != "Lightbox-pr-12-Auth" || got.ResourceName() != "lightbox-pr-12-eu-west-1" {
		t.Errorf("got the names %s and %s, want the pull request's", got.StackName("Auth"), got.ResourceName())
	}
}

func TestPullRequest_isRefused(t *testing.T) {
	const good = `"region": "eu-west-1", "webOrigins": ["https://a.example"]`
	for name, test := range map[string]struct {
		context string
		want    []string
	}{
		"with an object of its own": {`{"env": "pr-12", "environments": {"pr-12": {` + good + `}}}`, nil},
		"the control":               {`{"env": "pr-12", "environments": {"dev": {` + good + `, "removeData": true, "allowDeletion": true}}}`, nil},
		"of a dev that keeps data": {`{"env": "pr-12", "environments": {"dev": {` + good + `}}}`, []string{
			`environments.dev.allowDeletion: got nothing or false, want true, because "pr-12" is made from it and goes with its data`,
			`environments.dev.removeData: got nothing or false, want true, because "pr-12" is made from it and goes with its data`,
		}},
		"without a dev":  {`{"env": "pr-12", "environments": {"prod": {` + good + `}}}`, []string{`env: got "pr-12", want one of "prod"`}},
		"with no number": {`{"env": "pr-0", "environments": {"dev": {` + good + `}}}`, []string{`env: got "pr-0", want one of "dev"`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(contextOf(t, test.context))
			if diff := cmp.Diff(test.want, faultsOf(err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

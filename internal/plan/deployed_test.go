package plan

import (
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
)

// account is a sandbox as the SDK sees it.
func account(t *testing.T, environments ...string) (*sandbox.Sandbox, Account) {
	t.Helper()
	cloud, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	in := func(region string) CloudFormation {
		return cloudformation.New(cloudformation.Options{
			Region: region, BaseEndpoint: sdk.String("http://" + cloud.HTTP()),
			Credentials: credentials.NewStaticCredentialsProvider(sandbox.AccessKeyID, sandbox.SecretAccessKey, ""),
		})
	}
	return cloud, Account{In: in, Environments: environments}
}

// against plans an assembly where the account has what it has.
func against(t *testing.T, a Account, folder string) *Plan {
	t.Helper()
	next := open(t, folder)
	old, failed, err := a.Deployed(t.Context(), next)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compare(old, next, Options{Failed: failed})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDeployed_isWhatASynthWouldHaveWritten(t *testing.T) {
	cloud, a := account(t)
	if p := against(t, a, prod(t)); len(p.All()) > 0 || p.Stacks[0].Deed != Created {
		t.Errorf("where nothing is deployed: got %+v, want new stacks and no word", p.Stacks)
	}
	if err := cloud.Deploy(t.Context(), prod(t), nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nothing changes", "user pool renamed", "two indexes"} {
		golden(t, name, against(t, a, scenarios[name].next(t)))
	}
}

// A first deployment that failed is named: what is deployed is the other stacks.
func TestDeployed_namesAFirstDeploymentThatFailed(t *testing.T) {
	cloud, a := account(t)
	broken := func(stack string, template []byte) []byte {
		if stack != "API" {
			return template
		}
		all := decoded(template)
		all["Resources"].(map[string]any)["Bad"] = map[string]any{"Type": "AWS::Logs::LogGroup", "Properties": map[string]any{"RetentionInDays": 2}}
		return encoded(all)
	}
	if err := cloud.Deploy(t.Context(), prod(t, broken), nil); err == nil {
		t.Fatal("the control: got the broken stack deployed")
	}
	golden(t, "first deployment failed", against(t, a, prod(t)))
}

// An environment that is no more in cdk.json, and still in the account.
func TestDeployed_findsEnvironmentsThatAreNoMore(t *testing.T) {
	cloud, a := account(t, "prod")
	for _, env := range []string{"dev", "prod"} {
		if err := cloud.Deploy(t.Context(), shipped(env)(t), nil); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "environment forgotten", against(t, a, prod(t)))
	a.Environments = []string{"dev", "prod"}
	if p := against(t, a, prod(t)); len(p.All()) > 0 {
		t.Errorf("the control, with both: got %+v, want no word", p.All())
	}
}

// What is deployed for a pull request is nobody's left over while it is open: it is in no cdk.json.
func TestDeployed_leavesPullRequestsAlone(t *testing.T) {
	a, next := Account{Environments: []string{"prod"}}, &assembly.Assembly{Stacks: []*assembly.Stack{{Name: "Lightbox-prod-Auth"}}}
	if a.ours("Lightbox-pr-12-Auth", next) {
		t.Error("got a pull request's stack, want it left alone")
	}
	for _, control := range []string{"Lightbox-old-Auth", "Lightbox-pr-x-Auth", "Lightbox-prod-Auth"} {
		if !a.ours(control, next) {
			t.Errorf("the control, %s: got it left alone", control)
		}
	}
}

func TestFailed_saysTheWayOut(t *testing.T) {
	next := open(t, prod(t))
	for status, want := range map[string]string{
		"ROLLBACK_COMPLETE":      "deletes it and makes it anew",
		"UPDATE_ROLLBACK_FAILED": "npx cdk rollback Auth",
		"UPDATE_IN_PROGRESS":     "Wait until it is at rest",
	} {
		p, err := Compare(open(t, prod(t)), next, Options{Failed: map[string]Failed{"Lightbox-prod-Auth": {Status: status}}})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := p.WriteText(&b); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: got\n%s\nwant %q in it (%v)", status, b.String(), want, err)
		}
	}
}

package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
)

// account is a sandbox as the SDK sees it.
func account(t *testing.T, environments ...string) (*sandbox.Sandbox, Account) {
	t.Helper()
	return accountIn(t, "us-east-1", environments...)
}

// accountIn is one of a region.
func accountIn(t *testing.T, region string, environments ...string) (*sandbox.Sandbox, Account) {
	t.Helper()
	cloud, err := sandbox.Start(t.Context(), sandbox.Config{Region: region})
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
		all["Resources"].(map[string]any)["Bad"] = deploytest.Unmakeable()
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

// Without alarms, the assembly has nothing in us-east-1 any more, and the account has: OperationsGlobal. What else is there is none of it.
func TestDeployed_findsOperationsGlobalWhereItIs(t *testing.T) {
	const home, abroad = "us-east-1", "eu-west-1"
	cloud, a := accountIn(t, abroad)
	folder := t.TempDir()
	files := map[string]string{"topic.json": `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`}
	var artifacts []string
	for name, region := range map[string]string{
		"Lightbox-prod-Auth": abroad, "Lightbox-prod-OperationsGlobal": home, "Lightbox-prod-CDN": home, "Lightbox-other-OperationsGlobal": home,
	} {
		artifacts = append(artifacts, fmt.Sprintf(`%q: {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/%s",
			"properties": {"templateFile": "topic.json", "stackName": %q}}`, name, region, name))
	}
	files["manifest.json"] = `{"version": "55.0.0", "artifacts": {` + strings.Join(artifacts, ", ") + `}}`
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := cloud.Deploy(t.Context(), folder, nil); err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string][]string{
		abroad: {abroad + " Lightbox-prod-Auth", home + " Lightbox-prod-OperationsGlobal"},
		home:   {home + " Lightbox-prod-CDN", home + " Lightbox-prod-OperationsGlobal"},
	} {
		found, _, err := a.Deployed(t.Context(), &assembly.Assembly{Stacks: []*assembly.Stack{{Name: "Lightbox-prod-Auth", Region: region}}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range found.Stacks {
			got = append(got, s.Region+" "+s.Name)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in %s (-want +got):\n%s", region, diff)
		}
	}
}

// Alarms that nobody needs any more stay, and those of failed records see nothing: the functions' events are counted for them alone.
func TestCompare_saysThatAlarmsThatStayAreBlind(t *testing.T) {
	const sentence = "Its alarms of failed records see none any more: delete it."
	with, without := deploytest.Assembly(t, "../..", "prod-operations"), deploytest.Assembly(t, "../..", "prod-site")
	if text := sentences(compare(t, with, without)); !strings.Contains(text, sentence) {
		t.Errorf("got %s, want %q", text, sentence)
	}
	if text := sentences(compare(t, without, with)); strings.Contains(text, sentence) {
		t.Errorf("the control, the way back: got %s", text)
	}
}

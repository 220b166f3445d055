package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
	stacksof "lightbox.example/lightbox/sandbox/cloudformation"
)

// prodWith is the assembly of prod with other settings. Its access is proven elsewhere.
func prodWith(t *testing.T, settings map[string]any) (folder string) {
	t.Helper()
	folder, _ = cdktest.Assembly(t, changedContext(t, "prod", settings), define)
	return folder
}

// one is a stack of prod as it is now.
func (c cloud) one(id string) stacksof.Stack {
	for _, stack := range c.Stacks.Stacks() {
		if stack.Name == "Lightbox-prod-"+id {
			return stack
		}
	}
	return stacksof.Stack{}
}

// rolledBack counts the stacks whose creation failed.
func (c cloud) rolledBack() (n int) {
	for _, stack := range c.Stacks.Stacks() {
		if stack.Status == "ROLLBACK_COMPLETE" {
			n++
		}
	}
	return n
}

// skipped are the resources that a stack left behind, by type, even if it is gone.
func (c cloud) skipped(stackID string) []string {
	c.t.Helper()
	api := cloudformation.New(cloudformation.Options{
		Region: "us-east-1", BaseEndpoint: sdk.String("http://" + c.HTTP()),
		Credentials: credentials.NewStaticCredentialsProvider(sandbox.AccessKeyID, sandbox.SecretAccessKey, ""),
	})
	var left []string
	pages := cloudformation.NewDescribeStackEventsPaginator(api, &cloudformation.DescribeStackEventsInput{StackName: &stackID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			c.t.Fatal(err)
		}
		for _, e := range page.StackEvents {
			if e.ResourceStatus == types.ResourceStatusDeleteSkipped {
				left = append(left, *e.ResourceType)
			}
		}
	}
	slices.Sort(left)
	return left
}

// leftovers runs the command that `make deploy` runs when a deployment failed.
func (c cloud) leftovers() string {
	c.t.Helper()
	out, err := c.command("go", "run", "./cmd/lightbox", "leftovers", "--unlock", "--env", "prod").CombinedOutput()
	if err != nil {
		c.t.Fatalf("lightbox leftovers: %v\n%s", err, out)
	}
	return string(out)
}

// A first deployment that fails in any stack is rolled back, and leaves what has a deletion protection of its own. The
// command says so and how to remove it, and the next deployment works.
func TestFirstDeployment_thatFailsIsInNobodysWay(t *testing.T) {
	c := newCloud(t)
	good := shipped(t, "prod").folder
	failures := map[string]string{}
	deploy := func(code int, id, app string) string {
		return c.cdk(code, "deploy", id, "--require-approval", "never", "--app", app)
	}
	// A deployment creates anew those of the stacks that failed before which it needs. The first and the last are the CLI's.
	for _, stack := range []struct {
		id     string
		stayed []string
		says   []string
	}{
		{"Auth", []string{"AWS::Cognito::UserPool"}, []string{"--deletion-protection INACTIVE", "aws cognito-idp delete-user-pool --region us-east-1 --user-pool-id us-east-1_"}},
		{"Identity", nil, []string{"Nothing stayed of it."}},
		{"FileStorage", nil, []string{"Nothing stayed of it."}},
		{"CDN", nil, []string{"Nothing stayed of it."}},
		{
			"API", []string{"AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::GlobalTable"},
			[]string{"--no-deletion-protection-enabled", "aws dynamodb delete-table --region us-east-1 --table-name Lightbox-prod-API-Products", "Lightbox-prod-API-Photos"},
		},
	} {
		broken := changed(t, good, edit(t, stack.id, func(resources map[string]any) {
			others := slices.Sorted(maps.Keys(resources))
			resources["Bad"] = deploytest.Unmakeable(others...)
		}))
		if stack.id == "Auth" || stack.id == "API" {
			deploy(1, stack.id, broken)
		} else if err := c.Deploy(t.Context(), broken, nil); err == nil || !strings.Contains(err.Error(), deploytest.WhyUnmakeable) {
			t.Errorf("%s: got %v, want a failure half-way", stack.id, err)
		}
		failed := c.one(stack.id)
		if failed.Status != "ROLLBACK_COMPLETE" || !failed.TerminationProtection {
			t.Fatalf("%s: got %s, protected %v, want ROLLBACK_COMPLETE and protected", stack.id, failed.Status, failed.TerminationProtection)
		}
		if diff := gocmp.Diff(stack.stayed, c.skipped(failed.ID)); diff != "" {
			t.Errorf("%s left other resources (-wanted +got):\n%s", stack.id, diff)
		}
		if stack.id == "Auth" { // The control: the CLI by itself does not get over it.
			wants(t, "deploy again", deploy(1, stack.id, good), "cannot be deleted while TerminationProtection is enabled")
		}
		said := c.leftovers()
		wants(t, "leftovers of "+stack.id, said, append(stack.says, "Lightbox-prod-"+stack.id+" was not created: ROLLBACK_COMPLETE.")...)
		if got, want := strings.Count(said, "was not created"), c.rolledBack(); got != want {
			t.Errorf("leftovers of %s: got %d stacks that were not created, want %d\n%s", stack.id, got, want, said)
		}
		failures[stack.id] = failed.ID
	}
	c.deploy(0, "--app", good)
	for id, failed := range failures {
		if made := c.one(id); made.Status != "CREATE_COMPLETE" || !made.TerminationProtection || made.ID == failed {
			t.Errorf("%s: got %s, protected %v, want it created anew and protected", id, made.Status, made.TerminationProtection)
		}
	}
	wants(t, "leftovers of what was created", c.leftovers(), "No stack of prod failed in its creation.")
}

// An environment that keeps data refuses to go, until a deployment says that it may; then what names owners stays with
// what they own, and the next deployment makes new ones.
func TestDestroy_isRefusedUntilAllowedAndKeepsWhatNamesOwners(t *testing.T) {
	c := newCloud(t)
	good := shipped(t, "prod").folder
	c.must(good)
	wants(t, "destroy prod", c.cdk(1, "destroy", "--all", "--force", "--app", good), "cannot be deleted while TerminationProtection is enabled")
	if left := c.Overview().Stacks; len(left) != 5 {
		t.Fatalf("got the stacks %v after a destroy that was refused, want all five", left)
	}

	allowed := prodWith(t, map[string]any{"allowDeletion": true})
	c.must(allowed)
	ids := map[string]string{}
	for _, id := range []string{"Auth", "Identity", "FileStorage", "CDN", "API"} {
		ids[id] = c.one(id).ID
	}
	c.cdk(0, "destroy", "--all", "--force", "--app", allowed)
	if left := c.Overview().Stacks; len(left) != 0 {
		t.Errorf("got the stacks %v, want none", left)
	}
	const role, logs = "AWS::IAM::Role", "AWS::Logs::LogGroup"
	users := []string{"AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient"}
	for _, function := range access.Functions() {
		if function.IsTrigger() {
			users = append(users, logs)
		}
	}
	for id, wanted := range map[string][]string{
		"Auth": users,
		"Identity": {
			"AWS::Cognito::IdentityPool", "AWS::Cognito::IdentityPoolPrincipalTag", "AWS::Cognito::IdentityPoolRoleAttachment",
			"AWS::Cognito::UserPoolGroup", role, role, role,
		},
		"FileStorage": {"AWS::S3::Bucket", "AWS::S3::Bucket", "AWS::S3::Bucket"},
		"CDN":         nil,
		"API":         {"AWS::AppSync::GraphQLApi", "AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::GlobalTable", role, logs, logs, logs},
	} {
		if diff := gocmp.Diff(wanted, c.skipped(ids[id])); diff != "" {
			t.Errorf("%s kept other resources (-wanted +got):\n%s", id, diff)
		}
	}
	kept := c.tables()
	if len(kept) != 2 {
		t.Errorf("got the tables %v, want both", kept)
	}
	c.must(allowed)
	if got := c.tables(); len(got) != 4 {
		t.Errorf("got the tables %v after another deployment, want new ones beside %v", got, kept)
	}
}

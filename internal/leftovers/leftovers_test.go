package leftovers

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"
)

// account is a CloudFormation that answers a stack, or an event, a page.
type account struct {
	stacks  []types.Stack
	events  []types.StackEvent // of every stack, the latest first
	changed []string           // ids of stacks whose protection was switched off
}

func (a *account) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	item, next := page(a.stacks, in.NextToken)
	return &cloudformation.DescribeStacksOutput{Stacks: item, NextToken: next}, nil
}

func (a *account) DescribeStackEvents(_ context.Context, in *cloudformation.DescribeStackEventsInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStackEventsOutput, error) {
	item, next := page(a.events, in.NextToken)
	return &cloudformation.DescribeStackEventsOutput{StackEvents: item, NextToken: next}, nil
}

func (a *account) UpdateTerminationProtection(_ context.Context, in *cloudformation.UpdateTerminationProtectionInput, _ ...func(*cloudformation.Options)) (*cloudformation.UpdateTerminationProtectionOutput, error) {
	if !*in.EnableTerminationProtection {
		a.changed = append(a.changed, *in.StackName)
	}
	return &cloudformation.UpdateTerminationProtectionOutput{}, nil
}

func page[T any](all []T, token *string) (item []T, next *string) {
	at := 0
	if token != nil {
		at, _ = strconv.Atoi(*token)
	}
	if at >= len(all) {
		return nil, nil
	}
	if at+1 < len(all) {
		following := strconv.Itoa(at + 1)
		next = &following
	}
	return all[at : at+1], next
}

func stack(name string, status types.StackStatus, protected bool) types.Stack {
	id := "arn:" + name
	return types.Stack{StackName: &name, StackId: &id, StackStatus: status, EnableTerminationProtection: &protected}
}

func event(logicalID, kind, physicalID string, status types.ResourceStatus) types.StackEvent {
	return types.StackEvent{LogicalResourceId: &logicalID, ResourceType: &kind, PhysicalResourceId: &physicalID, ResourceStatus: status}
}

const pool = "AWS::Cognito::UserPool"

func TestFind_seesStacksOfTheEnvironmentThatWereNeverCreated(t *testing.T) {
	a := &account{
		stacks: []types.Stack{
			stack("Lightbox-prod-Identity", types.StackStatusRollbackFailed, false),
			stack("Lightbox-prod-Auth", types.StackStatusRollbackComplete, true),
			stack("Lightbox-prod-API", types.StackStatusUpdateRollbackComplete, true), // was created before
			stack("Lightbox-prod-CDN", types.StackStatusCreateComplete, true),
			stack("Lightbox-prod-eu-Auth", types.StackStatusRollbackComplete, true), // of the environment prod-eu
			stack("Lightbox-dev-Auth", types.StackStatusRollbackComplete, true),
		},
		events: []types.StackEvent{
			event("Lightbox", "AWS::CloudFormation::Stack", "arn:Lightbox-prod-Auth", types.ResourceStatusDeleteSkipped),
			event("Users", pool, "us-east-1_b", types.ResourceStatusDeleteSkipped),
			event("Log", "AWS::Logs::LogGroup", "log", types.ResourceStatusDeleteComplete),
			event("Files", "AWS::S3::Bucket", "files", types.ResourceStatusDeleteFailed),
			event("Log", "AWS::Logs::LogGroup", "log", types.ResourceStatusDeleteFailed), // before it was
			event("Bad", "AWS::Logs::LogGroup", "", types.ResourceStatusDeleteFailed),    // never made
		},
	}
	found, err := Find(t.Context(), a, "Lightbox-prod-")
	if err != nil {
		t.Fatal(err)
	}
	stayed := []Resource{{"Users", pool, "us-east-1_b"}, {"Files", "AWS::S3::Bucket", "files"}}
	wanted := []Stack{
		{"Lightbox-prod-Auth", "arn:Lightbox-prod-Auth", "ROLLBACK_COMPLETE", true, stayed},
		{"Lightbox-prod-Identity", "arn:Lightbox-prod-Identity", "ROLLBACK_FAILED", false,
			[]Resource{{"Lightbox", "AWS::CloudFormation::Stack", "arn:Lightbox-prod-Auth"}, stayed[0], stayed[1]}},
	}
	if diff := cmp.Diff(wanted, found); diff != "" {
		t.Errorf("found other stacks (-wanted +got):\n%s", diff)
	}
	if err := Unlock(t.Context(), a, found); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.changed, []string{"arn:Lightbox-prod-Auth"}) || found[0].Protected {
		t.Errorf("unlocked %v, want the protected one of those that were found and no other", a.changed)
	}
}

func TestWrite_saysHowToRemoveWhatStayed(t *testing.T) {
	var b bytes.Buffer
	err := Write(&b, "eu-west-1", []Stack{
		{Name: "Lightbox-prod-Auth", Status: "ROLLBACK_COMPLETE", Stayed: []Resource{{"Users", pool, "eu-west-1_b"}, {"X", "AWS::X::Y", "x"}}},
		{Name: "Lightbox-prod-CDN", Status: "ROLLBACK_COMPLETE", Protected: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{
		"aws cognito-idp delete-user-pool --region eu-west-1 --user-pool-id eu-west-1_b\n", "# in the console: x\n", "Nothing stayed of it.",
		"--stack-name Lightbox-prod-CDN --no-enable-termination-protection\n",
	} {
		if !strings.Contains(b.String(), wanted) {
			t.Errorf("got no %q in\n%s", wanted, b.String())
		}
	}
	if strings.Contains(b.String(), "--stack-name Lightbox-prod-Auth") {
		t.Errorf("got a word on the protection of a stack that has none:\n%s", b.String())
	}
}

// Each type that prod keeps even in a rollback has commands.
func TestRemoval_knowsWhatTemplatesKeepInARollback(t *testing.T) {
	files, err := filepath.Glob("../../testdata/prod/*.json")
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var template struct {
			Resources map[string]struct{ Type, DeletionPolicy string }
		}
		if err := json.Unmarshal(data, &template); err != nil {
			t.Fatal(err)
		}
		for id, r := range template.Resources {
			if r.DeletionPolicy != "Retain" {
				continue
			}
			kept++
			if len(Resource{id, r.Type, "x"}.Removal("us-east-1")) == 0 {
				t.Errorf("%s (%s) stays after a rollback, want the commands that remove it", id, r.Type)
			}
		}
	}
	if kept == 0 {
		t.Error("no template keeps anything: this test looks at nothing")
	}
}

// Lambda makes a log group for a function that has none, and no stack deletes it: the README says which stay.
func TestREADME_tellsOfTheLogGroupThatLambdaMakes(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for env, wanted := range map[string][]string{"dev": {"/aws/lambda/Lightbox-dev-FileStorage-"}, "prod": nil} {
		files, err := filepath.Glob("../../testdata/" + env + "/*.json")
		if err != nil || len(files) != 5 {
			t.Fatalf("%s: got %v and %v, want the templates of five stacks", env, files, err)
		}
		var made []string
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var template struct {
				Resources map[string]struct {
					Type       string
					Properties struct{ LoggingConfig any }
				}
			}
			if err := json.Unmarshal(data, &template); err != nil {
				t.Fatal(err)
			}
			for _, r := range template.Resources {
				if r.Type == "AWS::Lambda::Function" && r.Properties.LoggingConfig == nil {
					made = append(made, "/aws/lambda/Lightbox-"+env+"-"+strings.TrimSuffix(filepath.Base(file), ".json")+"-")
				}
			}
		}
		if diff := cmp.Diff(wanted, made); diff != "" {
			t.Errorf("%s: Lambda makes other log groups (-wanted +got):\n%s", env, diff)
		}
		for _, name := range made {
			if !strings.Contains(string(readme), "`"+name+"`") {
				t.Errorf("the README does not say that %s stays", name)
			}
		}
	}
}

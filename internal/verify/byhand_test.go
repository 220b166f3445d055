package verify_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/cloudformation"
)

// everyAction is for make soak.
var everyAction = flag.Bool("every-action", false, "take away every action of the policy, and not only some")

// resource is a resource of what is deployed, by its stack and the beginning of its logical id.
func (r *rig) resource(t *testing.T, stack, kind, prefix string) cloudformation.Resource {
	t.Helper()
	for _, s := range r.cloud.Stacks.Stacks() {
		for _, one := range s.Resources {
			if s.Name == "Lightbox-"+r.world.Config.Env+"-"+stack && one.Type == kind && strings.HasPrefix(one.LogicalID, prefix) {
				return one
			}
		}
	}
	t.Fatalf("%s has no %s %s", stack, kind, prefix)
	return cloudformation.Resource{}
}

// byHand is something that somebody made beside the templates.
type byHand struct {
	kind       string
	properties map[string]any
	where      string // the beginning of a violation's place
	text       string // in it
}

// madeBeside are resources that no template has, as parts of those that they have.
func (r *rig) madeBeside(t *testing.T) map[string]byHand {
	t.Helper()
	guest := r.resource(t, "Identity", "AWS::IAM::Role", "IdentityPoolUnauthenticatedRole").PhysicalID
	pool := r.resource(t, "Auth", "AWS::Cognito::UserPool", "UserPool").PhysicalID
	api := r.resource(t, "API", "AWS::AppSync::GraphQLApi", "GraphQL").Attributes["ApiId"]
	function := r.resource(t, "API", "AWS::Lambda::Function", "PicturesFunction")
	document := map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}}
	return map[string]byHand{
		"an inline policy": {
			"AWS::IAM::Policy", map[string]any{"PolicyName": "by-hand", "PolicyDocument": document, "Roles": []any{guest}},
			"Identity/IdentityPool/UnauthenticatedRole", `Policies: got `,
		},
		"a managed policy": {
			"AWS::IAM::ManagedPolicy", map[string]any{"PolicyDocument": document, "Roles": []any{guest}},
			"Identity/IdentityPool/UnauthenticatedRole/ManagedPolicy-", "no template has it",
		},
		"a client": {
			"AWS::Cognito::UserPoolClient", map[string]any{"UserPoolId": pool, "GenerateSecret": false, "ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}},
			"Auth/UserPool/UserPoolClient-", "no template has it",
		},
		"a data source": {
			"AWS::AppSync::DataSource", map[string]any{"ApiId": api, "Name": "ByHand", "Type": "NONE"},
			"API/GraphQL/DataSource-ByHand", "no template has it",
		},
		"a statement": {
			"AWS::Lambda::Permission", map[string]any{"FunctionName": function.PhysicalID, "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"},
			"API/PicturesFunction/Permission-", "no template has it",
		},
		"a rule": {
			"AWS::Events::Rule", map[string]any{"ScheduleExpression": "rate(1 day)", "State": "ENABLED", "Targets": []any{map[string]any{"Id": "Target0", "Arn": function.Attributes["Arn"]}}},
			"API/PicturesFunction/Rule-", "no template has it",
		},
	}
}

// M112 of docs/MISUSE.md. One deployment is for all: what one case makes it takes back, and the last leaves nothing.
func TestDeployed_namesWhatWasDoneByHand(t *testing.T) {
	r := newRig(t, "prod")
	green := func(when string) {
		t.Helper()
		if report, text := r.verify(t); report.Code() != verify.CodeFine || len(report.Rows) > 0 {
			t.Errorf("%s: got\n%s", when, text)
		}
	}
	green("nothing")
	for name, made := range r.madeBeside(t) {
		state, err := r.cloud.Stacks.ByHand().Make(t.Context(), made.kind, "ByHand", made.properties)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		report, text := r.verify(t)
		if !slices.ContainsFunc(report.Rows, func(row verify.Row) bool {
			return row.Verdict == verify.Violation && strings.HasPrefix(row.Where, made.where) && strings.Contains(row.Text, made.text)
		}) {
			t.Errorf("%s: got\n%s\nwant a violation at %s with %q", name, text, made.where, made.text)
		}
		if err := r.cloud.Stacks.ByHand().Unmake(t.Context(), made.kind, "ByHand", state, made.properties); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.changes(t)
	green("taken back")
	r.differs(t)
	r.needsItsPolicy(t)
	r.isGone(t)
	r.hasNoStream(t)
}

// With a site, alarms and a budget nothing is wrong either, and an alarm that somebody silenced is.
func TestDeployed_readsWhatSettingsAdd(t *testing.T) {
	r := newRig(t, "prod-operations")
	wrong := func() (rows []verify.Row) {
		report, _ := r.verify(t)
		return slices.DeleteFunc(report.Rows, func(row verify.Row) bool { return row.Verdict != verify.Violation })
	}
	if got := wrong(); len(got) > 0 {
		t.Errorf("got %v", got)
	}
	alarm := r.resource(t, "Operations", "AWS::CloudWatch::Alarm", "ApiErrors")
	if err := r.cloud.Stacks.ByHand().Change(t.Context(), "Lightbox-prod-Operations", alarm.LogicalID, func(p map[string]any) { p["ActionsEnabled"] = false }); err != nil {
		t.Fatal(err)
	}
	if got := wrong(); len(got) == 0 || got[0].Where != "Operations/ApiErrors" {
		t.Errorf("silenced: got %v, want a violation at Operations/ApiErrors", got)
	}
}

// Where data goes with the stacks, a function of the CDK's empties the buckets, and logs to the group that Lambda makes for it. In another
// group, nobody looks for what it says.
func TestDeployed_readsWhatRemovesData(t *testing.T) {
	r := newRig(t, "dev")
	of := r.resource(t, "FileStorage", "AWS::Lambda::Function", "CustomS3AutoDelete")
	change := func(change func(properties map[string]any)) {
		t.Helper()
		if err := r.cloud.Stacks.ByHand().Change(t.Context(), "Lightbox-dev-FileStorage", of.LogicalID, change); err != nil {
			t.Fatal(err)
		}
	}
	// Golden templates come without its code, which a synth has beside them.
	code := of.Properties["Code"].(map[string]any)
	r.uploaded(t, code["S3Bucket"].(string), code["S3Key"].(string))
	change(func(map[string]any) {})
	if report, text := r.verify(t); report.Code() != verify.CodeFine || len(report.Rows) > 0 {
		t.Errorf("got\n%s", text)
	}
	change(func(p map[string]any) { p["LoggingConfig"] = map[string]any{"LogGroup": "elsewhere"} })
	if report, text := r.verify(t); !slices.ContainsFunc(report.Rows, func(row verify.Row) bool {
		return row.Verdict == verify.Violation && strings.HasSuffix(row.Where, "/Handler") && strings.Contains(row.Text, "LoggingConfig")
	}) {
		t.Errorf("elsewhere: got\n%s\nwant a violation of LoggingConfig", text)
	}
}

// changes changes what no mutant of the templates changes in place: how long a log is kept, and code.
func (r *rig) changes(t *testing.T) {
	t.Helper()
	log, function := r.resource(t, "API", "AWS::Logs::LogGroup", "RemoverLog"), r.resource(t, "API", "AWS::Lambda::Function", "RemoverFunction")
	other := r.uploaded(t, function.Properties["Code"].(map[string]any)["S3Bucket"].(string), "by-hand.zip")
	for text, change := range map[string]struct {
		resource cloudformation.Resource
		where    string
		change   func(properties map[string]any)
	}{
		"RetentionInDays: got 1, want ":       {log, "API/RemoverLog", func(p map[string]any) { p["RetentionInDays"] = 1.0 }},
		"RetentionInDays: got nothing, want ": {log, "API/RemoverLog", func(p map[string]any) { delete(p, "RetentionInDays") }},
		"Code: got code with the SHA-256 ":    {function, "API/RemoverFunction", func(p map[string]any) { p["Code"] = other }},
	} {
		if err := r.cloud.Stacks.ByHand().Change(t.Context(), "Lightbox-prod-API", change.resource.LogicalID, change.change); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		report, said := r.verify(t)
		if !slices.ContainsFunc(report.Rows, func(row verify.Row) bool {
			return row.Verdict == verify.Violation && row.Where == change.where && strings.HasPrefix(row.Text, text)
		}) {
			t.Errorf("got\n%s\nwant a violation at %s: %s", said, change.where, text)
		}
		if err := r.cloud.Stacks.ByHand().Change(t.Context(), "Lightbox-prod-API", change.resource.LogicalID, func(map[string]any) {}); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// uploaded is the code of a function that does nothing, as somebody uploads it.
func (r *rig) uploaded(t *testing.T, bucket, key string) map[string]any {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	file, err := w.Create("bootstrap")
	if err == nil {
		_, err = file.Write([]byte("#!/bin/sh\n"))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(r.world.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(archive.Bytes())}); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"S3Bucket": bucket, "S3Key": key}
}

// differs changes words: access does not rest on them.
func (r *rig) differs(t *testing.T) {
	t.Helper()
	role := r.resource(t, "Identity", "AWS::IAM::Role", "AdminRole")
	words := func(properties map[string]any) { properties["Description"] = "somebody's words" }
	if err := r.cloud.Stacks.ByHand().Change(t.Context(), "Lightbox-prod-Identity", role.LogicalID, words); err != nil {
		t.Fatal(err)
	}
	report, text := r.verify(t)
	if report.Code() != verify.CodeFine || len(report.Rows) != 1 || report.Rows[0].Verdict != verify.Difference {
		t.Errorf("another description: got\n%s\nwant one difference", text)
	}
	if err := r.cloud.Stacks.ByHand().Change(t.Context(), "Lightbox-prod-Identity", role.LogicalID, func(map[string]any) {}); err != nil {
		t.Fatal(err)
	}
}

// needsItsPolicy reads back with exactly the rights that the policy gives, and with each but one.
func (r *rig) needsItsPolicy(t *testing.T) {
	t.Helper()
	policy := verify.ReadPolicy()
	try := func(policy verify.Policy) (err error) {
		r.as(t, policy, func(session credentials.StaticCredentialsProvider) {
			world := r.world
			world.AWS.Credentials = session
			var report *verify.Report
			if report, err = verify.Deployed(t.Context(), world, nil); err == nil && report.Code() != verify.CodeFine {
				t.Errorf("got %v, want it green", report.Rows)
			}
		})
		return err
	}
	if err := try(policy); err != nil {
		t.Errorf("with the policy: %v", err)
	}
	const step = 12
	for i, action := range verify.Actions(r.types()...) { // those of other types nothing asks for here
		if i%step != 0 && !*everyAction {
			continue
		}
		less := verify.Policy{Version: policy.Version}
		for _, statement := range policy.Statement {
			statement.Action = slices.DeleteFunc(slices.Clone(statement.Action), func(one string) bool { return one == action })
			if len(statement.Action) > 0 {
				less.Statement = append(less.Statement, statement)
			}
		}
		if err := try(less); err == nil || !strings.Contains(err.Error(), action) {
			t.Errorf("without %s: got %v, want it refused by that name", action, err)
		}
	}
}

// types are those of the resources that are deployed.
func (r *rig) types() []string {
	var all []string
	for _, stack := range r.cloud.Stacks.Stacks() {
		for _, resource := range stack.Resources {
			all = append(all, resource.Type)
		}
	}
	return all
}

// isGone removes a resource. Nothing brings it back: it is the last.
func (r *rig) isGone(t *testing.T) {
	t.Helper()
	tag := r.resource(t, "Identity", "AWS::Cognito::IdentityPoolPrincipalTag", "PrincipalTag")
	if err := r.cloud.Stacks.ByHand().Remove(t.Context(), "Lightbox-prod-Identity", tag.LogicalID); err != nil {
		t.Fatal(err)
	}
	report, text := r.verify(t)
	if report.Code() != verify.CodeViolations || len(report.Rows) != 1 || report.Rows[0].Where != "Identity/PrincipalTag" || !strings.Contains(report.Rows[0].Text, "it is gone") {
		t.Errorf("a resource that is gone: got\n%s\nwant it named", text)
	}
}

// hasNoStream switches a stream off, which policies and mappings name by its ARN: one that is switched on again is another.
func (r *rig) hasNoStream(t *testing.T) {
	t.Helper()
	table := r.resource(t, "API", "AWS::DynamoDB::GlobalTable", "Photos")
	if err := r.cloud.Stacks.ByHand().Change(t.Context(), "Lightbox-prod-API", table.LogicalID, func(p map[string]any) { delete(p, "StreamSpecification") }); err != nil {
		t.Fatal(err)
	}
	report, text := r.verify(t)
	if report.Code() != verify.CodeViolations || !slices.ContainsFunc(report.Rows, func(row verify.Row) bool {
		return row.Where == "API/Photos" && strings.Contains(row.Text, "got no StreamArn, want the one that other resources name")
	}) {
		t.Errorf("a table without its stream: got\n%s\nwant it named", text)
	}
}

// as does something with the rights of a policy, by a role that has no other.
func (r *rig) as(t *testing.T, policy verify.Policy, do func(credentials.StaticCredentialsProvider)) {
	t.Helper()
	properties := map[string]any{
		"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"AWS": "arn:aws:iam::000000000000:root"},
		}}},
		"Policies": []any{map[string]any{"PolicyName": "Verify", "PolicyDocument": policy}},
	}
	role, err := r.cloud.Stacks.ByHand().Make(t.Context(), "AWS::IAM::Role", "Verifier", properties)
	if err != nil {
		t.Fatal(err)
	}
	do(r.session(t, role.Attributes["Arn"].(string)))
	if err := r.cloud.Stacks.ByHand().Unmake(t.Context(), "AWS::IAM::Role", "Verifier", role, properties); err != nil {
		t.Fatal(err)
	}
}

// session is one of a role.
func (r *rig) session(t *testing.T, role string) credentials.StaticCredentialsProvider {
	t.Helper()
	root := sdk.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	return credentials.StaticCredentialsProvider{Value: deploytest.AssumeRole(t, "http://"+r.cloud.HTTP(), root, role, "")}
}

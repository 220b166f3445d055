package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	gocmp "github.com/google/go-cmp/cmp"
)

// importing does what `cdk import` does, within the process: the deployed template with what is to be imported.
func (c cloud) importing(id, folder, mapping string) {
	c.t.Helper()
	api, ctx, name := c.stacksAPI(), c.t.Context(), "Lightbox-prod-"+id
	by := map[string]map[string]string{}
	c.readJSON(mapping, &by)
	var next, template map[string]any
	c.readJSON(filepath.Join(folder, id+".template.json"), &next)
	template = map[string]any{"Resources": map[string]any{}}
	if now, err := api.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &name}); err == nil {
		if err := json.Unmarshal([]byte(*now.TemplateBody), &template); err != nil {
			c.t.Fatal(err)
		}
	}
	in := &cloudformation.CreateChangeSetInput{
		StackName: &name, ChangeSetName: sdk.String("import"), ChangeSetType: types.ChangeSetTypeImport,
		Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
	}
	for logicalID, identifier := range by {
		entry := next["Resources"].(map[string]any)[logicalID].(map[string]any)
		template["Resources"].(map[string]any)[logicalID] = entry
		in.ResourcesToImport = append(in.ResourcesToImport, types.ResourceToImport{
			LogicalResourceId: &logicalID, ResourceType: sdk.String(entry["Type"].(string)), ResourceIdentifier: identifier,
		})
	}
	text, err := json.Marshal(template)
	if err != nil {
		c.t.Fatal(err)
	}
	in.TemplateBody = sdk.String(string(text))
	set, err := api.CreateChangeSet(ctx, in)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := api.ExecuteChangeSet(ctx, &cloudformation.ExecuteChangeSetInput{ChangeSetName: set.Id}); err != nil {
		c.t.Fatal(err)
	}
	quick := func(o *cloudformation.StackImportCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 100*time.Millisecond
	}
	if err := cloudformation.NewStackImportCompleteWaiter(api).Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &name}, time.Minute, quick); err != nil {
		c.t.Fatal(err)
	}
}

// A member is a user of prod with a file that is theirs alone.
type member struct{ name, identity, key string }

// A pool that was kept after a destroy is taken back with what names owners: two users, each with a file that is theirs alone,
// sign in with the accounts that they had and read their own file, and not the other's. An older version of it comes back too.
func TestRestore_ofStacksThatAreGone(t *testing.T) {
	c := newCloud(t)
	allowed := unprotected(t, shipped(t, "prod").folder)
	c.must(allowed)
	pool := c.prodPool()
	var members []member
	for _, name := range []string{"maria", "jonas"} {
		pool.SignUp(name, map[string][]string{"maria": {"Admins"}}[name]...)
		m := member{name: name}
		var keys sdk.CredentialsProvider
		m.identity, keys = c.enter(name)
		m.key = "private/" + m.identity + "/letter.txt"
		c.write(keys, m.key, "a letter of "+name)
		members = append(members, m)
	}
	photos := c.resource("API", tableKind, "Photos")
	c.put(photos, row(1, "kept"))
	wanted := c.all(photos)
	had := map[string]string{}
	kept := map[string]string{
		"Auth UserPool": poolKind, "Auth WebClient": "AWS::Cognito::UserPoolClient", "Identity IdentityPoolEC": "AWS::Cognito::IdentityPool",
		"Identity AdminRole": "AWS::IAM::Role", "Identity IdentityPoolDefault": "AWS::Cognito::IdentityPoolRoleAttachment", "Identity Principal": "AWS::Cognito::IdentityPoolPrincipalTag",
		"Identity Admins": "AWS::Cognito::UserPoolGroup", "FileStorage Files": "AWS::S3::Bucket", "FileStorage AccessLogs": "AWS::S3::Bucket", "FileStorage Failures": "AWS::S3::Bucket",
		"API Photos": tableKind, "API Products": tableKind, "API RemoverLog": "AWS::Logs::LogGroup",
	}
	each := func(found func(what, physical string)) {
		for what, kind := range kept {
			stack, prefix, _ := strings.Cut(what, " ")
			found(what, c.resource(stack, kind, prefix))
		}
	}
	each(func(what, physical string) { had[what] = physical })
	c.destroy()

	folder := filepath.Join(c.home, "kept")
	out := c.ran(append(typed(t, restoreKept, program), "--out", folder)...)
	wants(t, "what can't be imported", out, "# not imported, and left as it is: AWS::AppSync::GraphQLApi arn:aws:appsync:us-east-1:000000000000:apis/")
	commands := 0
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if args, is := strings.CutPrefix(line, "npx cdk "); is {
			commands++
			c.step(allowed, strings.Fields(args))
		}
	}
	if commands != 9 {
		t.Errorf("got %d commands, want an import and a deployment of each stack, and of CDN a deployment alone:\n%s", commands, out)
	}
	each(func(what, physical string) {
		if physical != had[what] {
			t.Errorf("%s: got %s, want %s, which was kept", what, physical, had[what])
		}
	})
	if diff := gocmp.Diff(wanted, c.all(photos)); diff != "" {
		t.Errorf("rows (-before +now):\n%s", diff)
	}
	wants(t, "kept, when all is there", c.ran(append(typed(t, restoreKept, program), "--out", folder)...), "# Lightbox-prod-Auth is there", "# Lightbox-prod-API is there")

	// Protection is put back by the next deployment, as the last one has said that there is none.
	c.must(shipped(t, "prod").folder)
	if !c.settingsOf(photos)["protected"].(bool) || !c.poolProtected() {
		t.Error("the tables and the pool are not protected, want it after the deployment without allowDeletion")
	}
	for i, m := range members {
		identity, keys := c.enter(m.name)
		if identity != m.identity {
			t.Errorf("%s: got the identity %s, want %s", m.name, identity, m.identity)
		}
		if got, err := c.read(keys, m.key); err != nil || got != "a letter of "+m.name {
			t.Errorf("%s: got %q and %v, want the own letter", m.name, got, err)
		}
		if got, err := c.read(keys, members[1-i].key); err == nil {
			t.Errorf("%s reads the other's letter: %s", m.name, got)
		}
	}
	c.putsBackAFile(members[0])
}

// unprotected is prod as "allowDeletion" synthesizes it, which is one more synth.
func unprotected(t *testing.T, folder string) string {
	t.Helper()
	folder = changed(t, folder, func(id, template string) string {
		return strings.NewReplacer(`"DeletionProtection": "ACTIVE"`, `"DeletionProtection": "INACTIVE"`, `"DeletionProtectionEnabled": true`, `"DeletionProtectionEnabled": false`).Replace(template)
	})
	replaceIn(t, filepath.Join(folder, "manifest.json"), `"terminationProtection": true`, `"terminationProtection": false`)
	return folder
}

// destroy deletes the stacks of prod, the dependent ones first.
func (c cloud) destroy() {
	c.t.Helper()
	api := c.stacksAPI()
	for _, id := range []string{"API", "CDN", "FileStorage", "Identity", "Auth"} {
		name := sdk.String("Lightbox-prod-" + id)
		if _, err := api.DeleteStack(c.t.Context(), &cloudformation.DeleteStackInput{StackName: name}); err != nil {
			c.t.Fatal(err)
		}
		quick := func(o *cloudformation.StackDeleteCompleteWaiterOptions) {
			o.MinDelay, o.MaxDelay = 50*time.Millisecond, 100*time.Millisecond
		}
		if err := cloudformation.NewStackDeleteCompleteWaiter(api).Wait(c.t.Context(), &cloudformation.DescribeStacksInput{StackName: name}, time.Minute, quick); err != nil {
			c.t.Fatal(err)
		}
	}
}

// step carries out a command that was printed, as it was, but for the assembly, which the CLI would synthesize each time.
func (c cloud) step(folder string, args []string) {
	c.t.Helper()
	at := slices.Index(args, "-c")
	if at < 0 || args[at+1] != "env=prod" {
		c.t.Fatalf("got %v, want the environment", args)
	}
	args = slices.Replace(args, at, at+2, "--app", folder)
	switch what := args[0]; {
	case what == "import" && (*byCLI || args[1] == "Identity" || strings.HasSuffix(c.one(args[1]).Status, "_COMPLETE")):
		wants(c.t, strings.Join(args, " "), c.cdk(0, args...), "IMPORT_COMPLETE")
	case what == "import":
		c.importing(args[1], folder, args[slices.Index(args, "--resource-mapping")+1])
	case *byCLI:
		c.cdk(0, append(args, "--require-approval", "never")...)
	default:
		c.deployOne(args[1], folder)
	}
}

// deployOne deploys one stack of an assembly as `cdk deploy --exclusively` does, within the process: it is the only one of a copy.
func (c cloud) deployOne(id, folder string) {
	c.t.Helper()
	only := c.t.TempDir()
	if err := os.CopyFS(only, os.DirFS(folder)); err != nil {
		c.t.Fatal(err)
	}
	var manifest map[string]any
	file := filepath.Join(only, "manifest.json")
	c.readJSON(file, &manifest)
	artifacts := manifest["artifacts"].(map[string]any)
	for name, each := range artifacts {
		entry := each.(map[string]any)
		if entry["type"] == "aws:cloudformation:stack" && name != id {
			delete(artifacts, name)
		}
		entry["dependencies"] = []any{id + ".assets"}
		if name != id {
			delete(entry, "dependencies")
		}
	}
	text, err := json.Marshal(manifest)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.must(only)
}

// poolProtected reports whether prod's user pool is protected from deletion.
func (c cloud) poolProtected() bool {
	pool := c.prodPool()
	answer := pool.Do("DescribeUserPool", map[string]any{"UserPoolId": pool.Pool})
	return answer["UserPool"].(map[string]any)["DeletionProtection"] == "ACTIVE"
}

// putsBackAFile changes and deletes a file, and puts back what it was at first.
func (c cloud) putsBackAFile(m member) {
	c.t.Helper()
	_, keys := c.enter(m.name)
	c.write(keys, m.key, "spoilt")
	if _, err := c.filesAPI(keys).DeleteObject(c.t.Context(), &s3.DeleteObjectInput{Bucket: sdk.String(c.bucket()), Key: &m.key}); err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.read(keys, m.key); err == nil {
		c.t.Error("the control: the file is there, want it gone")
	}
	list, putting, _ := strings.Cut(restoreFile, "\n")
	shown := strings.Split(strings.TrimSpace(c.ran(typed(c.t, list, program, "KEY", m.key)...)), "\n")
	if len(shown) != 3 || !strings.Contains(shown[0], "deleted, now") || !strings.Contains(shown[1], " 6 bytes") {
		c.t.Fatalf("got the versions\n%s\nwant the deletion, what was spoilt, and the letter", strings.Join(shown, "\n"))
	}
	version := func(line string) string { return strings.Fields(line)[0] }
	putBack := func(line string) []string {
		return typed(c.t, putting, program, "KEY", m.key, "VERSION", version(line))
	}
	if out, err := c.lightbox(putBack(shown[0])...); err == nil {
		c.t.Errorf("putting a deletion back: got %s, want a refusal", out)
	}
	wants(c.t, "restore file", c.ran(putBack(shown[2])...), m.key+" is as it was in the version "+version(shown[2]))
	if got, err := c.read(keys, m.key); err != nil || got != "a letter of "+m.name {
		c.t.Errorf("got %q and %v, want the letter", got, err)
	}
}

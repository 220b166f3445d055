package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	rows "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

var byCLI = flag.Bool("restore-by-cli", false, "run each step of a restore by the CDK CLI, instead of one of each kind")

// lightbox runs the command against the sandbox.
func (c cloud) lightbox(args ...string) (string, error) {
	c.t.Helper()
	out, err := c.command("go", append([]string{"run", "./cmd/lightbox"}, args...)...).CombinedOutput()
	return string(out), err
}

// ran is lightbox for a command that has to succeed.
func (c cloud) ran(args ...string) string {
	c.t.Helper()
	out, err := c.lightbox(args...)
	if err != nil {
		c.t.Fatalf("lightbox %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// root is the sandbox's operator, and reaching how its services are reached.
var root = credentials.NewStaticCredentialsProvider(sandbox.AccessKeyID, sandbox.SecretAccessKey, "")

func (c cloud) reaching() *string { return sdk.String("http://" + c.HTTP()) }

func (c cloud) stacksAPI() *cloudformation.Client {
	return cloudformation.New(cloudformation.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: root})
}

func (c cloud) tablesAPI() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: root})
}

// filesAPI is S3 for whoever has the keys, by TLS, as the bucket's policy wants.
func (c cloud) filesAPI(keys sdk.CredentialsProvider) *s3.Client {
	c.t.Helper()
	authority, err := os.ReadFile(c.CAFile())
	if err != nil {
		c.t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: sdk.String("https://" + c.HTTPS()), UsePathStyle: true, Credentials: keys,
		HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}},
	})
}

// resource is the physical id of the one resource of a stack of prod whose type and beginning of the logical id are these.
func (c cloud) resource(stack, kind, prefix string) string {
	c.t.Helper()
	for _, r := range c.one(stack).Resources {
		if r.Type == kind && strings.HasPrefix(r.LogicalID, prefix) && r.Status != "DELETE_COMPLETE" {
			return r.PhysicalID
		}
	}
	c.t.Fatalf("%s has no %s %s…", stack, kind, prefix)
	return ""
}

const tableKind = "AWS::DynamoDB::GlobalTable"

// row is a row of a photo, and one in three is the photo's.
func row(n int, text string) map[string]rows.AttributeValue {
	item := map[string]rows.AttributeValue{}
	for name, value := range map[string]string{
		"photoId": fmt.Sprint("photo-", n/3), "row": []string{"PHOTO", fmt.Sprint("COMMENT#", n), fmt.Sprint("LIKE#", n)}[n%3], "owner": "maria",
		"createdAt": fmt.Sprintf("2026-11-30T09:%02d:00.000Z", n), "text": text,
	} {
		item[name] = &rows.AttributeValueMemberS{Value: value}
	}
	return item
}

// somebody is the sub of a user whose profile the API is asked for.
const somebody = "00000000-0000-4000-8000-000000000001"

// profile is the row of somebody who has so many photos.
func profile(photos string) map[string]rows.AttributeValue {
	return map[string]rows.AttributeValue{
		"photoId": &rows.AttributeValueMemberS{Value: "PROFILE#" + somebody}, "row": &rows.AttributeValueMemberS{Value: "PROFILE"},
		"name": &rows.AttributeValueMemberS{Value: "maria"}, "photoCount": &rows.AttributeValueMemberN{Value: photos}, "likeCount": &rows.AttributeValueMemberN{Value: "1"},
	}
}

// all are the rows of a table as JSON, sorted.
func (c cloud) all(table string) (list []string) {
	c.t.Helper()
	pages := dynamodb.NewScanPaginator(c.tablesAPI(), &dynamodb.ScanInput{TableName: &table})
	for pages.HasMorePages() {
		page, err := pages.NextPage(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		for _, item := range page.Items {
			text, err := json.Marshal(item) // maps are sorted
			if err != nil {
				c.t.Fatal(err)
			}
			list = append(list, string(text))
		}
	}
	slices.Sort(list)
	return list
}

func (c cloud) put(table string, item map[string]rows.AttributeValue) {
	c.t.Helper()
	if _, err := c.tablesAPI().PutItem(c.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
		c.t.Fatal(err)
	}
}

// settingsOf is what DynamoDB says of a table beside its name and its counts.
func (c cloud) settingsOf(table string) map[string]any {
	c.t.Helper()
	api, ctx := c.tablesAPI(), c.t.Context()
	described, err := api.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		c.t.Fatal(err)
	}
	backups, err := api.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &table})
	if err != nil {
		c.t.Fatal(err)
	}
	d := described.Table
	settings := map[string]any{
		"protected": *d.DeletionProtectionEnabled, "ceilings": d.OnDemandThroughput, "stream": d.StreamSpecification, "billing": d.BillingModeSummary.BillingMode,
		"recovery": backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus, "keys": d.KeySchema,
	}
	for _, x := range d.GlobalSecondaryIndexes {
		settings["index "+*x.IndexName] = []any{x.KeySchema, x.Projection, x.OnDemandThroughput}
	}
	text, err := json.Marshal(settings)
	if err != nil {
		c.t.Fatal(err)
	}
	plain := map[string]any{}
	if err := json.Unmarshal(text, &plain); err != nil {
		c.t.Fatal(err)
	}
	return plain
}

// nextSecond waits until the clock is in another second, which is how exact a restore is.
func nextSecond() time.Time {
	now := time.Now()
	time.Sleep(now.Truncate(time.Second).Add(1010 * time.Millisecond).Sub(now))
	return time.Now().Truncate(time.Second)
}

// A table that somebody spoilt, row for row: restored to the second before, its settings put back, imported, and taken by the
// next deployment, with the old one kept.
func TestRestore_ofATable(t *testing.T) {
	c := newCloud(t)
	c.must(shipped(t, "prod").folder)
	old := c.resource("API", tableKind, "Photos")
	for n := range 9 {
		c.put(old, row(n, "as it should be"))
	}
	c.put(old, profile("7"))
	c.prodPool().SignUp("reader")
	wanted, before := c.all(old), nextSecond()
	nextSecond()
	c.put(old, row(4, "spoilt"))
	c.put(old, row(40, "too many"))
	gone := row(7, "")
	key := map[string]rows.AttributeValue{"photoId": gone["photoId"], "row": gone["row"]}
	if _, err := c.tablesAPI().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &old, Key: key}); err != nil {
		t.Fatal(err)
	}
	c.put(old, profile("0"))
	spoilt := c.all(old)
	if got := c.photosOf("reader"); got != "0" || gocmp.Equal(wanted, spoilt) {
		t.Fatalf("the control: got %s photos, want the table spoilt", got)
	}
	streams := map[string]string{"RemoverPhotosStream": "", "RemoverProductsStream": ""}
	for id := range streams {
		streams[id] = c.resource("API", mappingKind, id)
	}

	mapping := filepath.Join(c.home, "restored.json")
	restoring := []string{"restore", "table", "photos", "--env", "prod", "--to", before.UTC().Format(time.RFC3339), "--mapping", mapping}
	out := c.ran(restoring...)
	said := regexp.MustCompile(`"tables": \{"restored": \{"photos": "([^"]+)"\}\}`).FindStringSubmatch(out)
	if said == nil {
		t.Fatalf("got no setting in\n%s", out)
	}
	name := said[1]
	if diff := gocmp.Diff(wanted, c.all(name)); diff != "" {
		t.Fatalf("rows of the new table (-as they were +now):\n%s", diff)
	}
	if diff := gocmp.Diff(c.settingsOf(old), c.settingsOf(name)); diff != "" {
		t.Errorf("settings of the new table (-of the old one +now):\n%s", diff)
	}
	wants(t, "again", c.ran(restoring...), "restored by an earlier run", name+" is ready")

	restored := prodWith(t, map[string]any{"tables": map[string]any{"restored": map[string]any{"photos": name}}})
	if err := c.Deploy(t.Context(), restored, nil); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("a deployment without the import: got %v, want it refused because there is the table", err)
	}
	if got := c.resource("API", tableKind, "Photos"); got != old {
		t.Errorf("after it: got the table %s, want %s", got, old)
	}
	wants(t, "cdk import", c.cdk(0, "import", "API", "--app", restored, "--resource-mapping", mapping, "--force"), "IMPORT_COMPLETE", "✅  API")
	if got := c.one("API").Status; got != "IMPORT_COMPLETE" {
		t.Errorf("got %s, want IMPORT_COMPLETE", got)
	}
	if diff := gocmp.Diff(wanted, c.all(name)); diff != "" {
		t.Errorf("rows after the import (-as they were +now):\n%s", diff)
	}
	c.must(restored)
	if got := c.resource("API", tableKind, "Photos"); got != name {
		t.Errorf("got the table %s, want %s", got, name)
	}
	c.turned(name, streams)
	if diff := gocmp.Diff(wanted, c.all(name)); diff != "" {
		t.Errorf("rows after the deployment (-as they were +now):\n%s", diff)
	}
	if diff := gocmp.Diff(spoilt, c.all(old)); diff != "" {
		t.Errorf("the old table, which is kept (-spoilt +now):\n%s", diff)
	}
}

// turned holds the API, the functions and the streams to a table: what they did with another before.
func (c cloud) turned(name string, streams map[string]string) {
	c.t.Helper()
	remover, err := c.functionsAPI().GetFunctionConfiguration(c.t.Context(), &lambda.GetFunctionConfigurationInput{
		FunctionName: sdk.String(c.resource("API", "AWS::Lambda::Function", "RemoverFunction")),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	if got := remover.Environment.Variables["PHOTOS_TABLE"]; got != name {
		c.t.Errorf("the function's table: got %s, want %s", got, name)
	}
	for id, was := range streams {
		if now := c.resource("API", mappingKind, id); (now == was) == strings.Contains(id, "Photos") {
			c.t.Errorf("%s: got the mapping %s after %s, want another one for the table that is another alone", id, now, was)
		}
	}
	if got := c.photosOf("reader"); got != "7" {
		c.t.Errorf("the API: got %s photos of somebody, want 7 as it was", got)
	}
}

const mappingKind = "AWS::Lambda::EventSourceMapping"

// photosOf is how many photos somebody has, as the API answers a user.
func (c cloud) photosOf(name string) string {
	c.t.Helper()
	body := `{"query": "{ getProfile(owner: \"` + somebody + `\") { photoCount } }"}`
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, "http://"+c.HTTP()+"/graphql", strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, output := range c.one("API").Outputs {
		if output.Key == "GraphQLAPIURL" {
			address, err := url.Parse(output.Value)
			if err != nil {
				c.t.Fatal(err)
			}
			request.Host = address.Host
		}
	}
	request.Header.Set("Authorization", c.prodPool().SignIn(name).AccessToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var answer struct {
		Data struct {
			GetProfile struct{ PhotoCount json.Number }
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Data.GetProfile.PhotoCount == "" {
		c.t.Fatalf("the API: %v: %s", err, text)
	}
	return answer.Data.GetProfile.PhotoCount.String()
}

func (c cloud) functionsAPI() *lambda.Client {
	return lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: root})
}

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

func (c cloud) readJSON(file string, into any) {
	c.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		c.t.Fatal(err)
	}
}

// A member is a user of prod with a file that is theirs alone.
type member struct{ name, sub, identity, key string }

// prodPool is the user pool that a test signs people in to.
func (c cloud) prodPool() deploytest.UserPool {
	return deploytest.UserPool{
		T: c.t, Service: c.Users, Pool: c.resource("Auth", poolKind, "UserPool"), Client: c.resource("Auth", "AWS::Cognito::UserPoolClient", "WebClient"), Now: time.Now,
	}
}

// enter signs somebody in and returns their identity with its keys.
func (c cloud) enter(name string) (identity string, keys sdk.CredentialsProvider) {
	c.t.Helper()
	pool := c.prodPool()
	api := cognitoidentity.New(cognitoidentity.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: sdk.AnonymousCredentials{}})
	logins := map[string]string{"cognito-idp.us-east-1.amazonaws.com/" + pool.Pool: pool.SignIn(name).IDToken}
	id, err := api.GetId(c.t.Context(), &cognitoidentity.GetIdInput{IdentityPoolId: sdk.String(c.resource("Identity", "AWS::Cognito::IdentityPool", "IdentityPool")), Logins: logins})
	if err != nil {
		c.t.Fatal(err)
	}
	made, err := api.GetCredentialsForIdentity(c.t.Context(), &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: id.IdentityId, Logins: logins})
	if err != nil {
		c.t.Fatal(err)
	}
	k := made.Credentials
	return *id.IdentityId, credentials.NewStaticCredentialsProvider(*k.AccessKeyId, *k.SecretKey, *k.SessionToken)
}

func (c cloud) bucket() string { return c.resource("FileStorage", "AWS::S3::Bucket", "Files") }

// read is a file as somebody reads it.
func (c cloud) read(keys sdk.CredentialsProvider, key string) (string, error) {
	c.t.Helper()
	out, err := c.filesAPI(keys).GetObject(c.t.Context(), &s3.GetObjectInput{Bucket: sdk.String(c.bucket()), Key: &key})
	if err != nil {
		return "", err
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	return string(text), err
}

func (c cloud) write(keys sdk.CredentialsProvider, key, text string) {
	c.t.Helper()
	_, err := c.filesAPI(keys).PutObject(c.t.Context(), &s3.PutObjectInput{
		Bucket: sdk.String(c.bucket()), Key: &key, Body: bytes.NewReader([]byte(text)), ContentType: sdk.String("text/plain"),
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

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
	out := c.ran("restore", "kept", "--env", "prod", "--out", folder)
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
	wants(t, "kept, when all is there", c.ran("restore", "kept", "--env", "prod", "--out", folder), "# Lightbox-prod-Auth is there", "# Lightbox-prod-API is there")

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
	case what == "import" && (*byCLI || args[1] == "Identity"):
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
	shown := strings.Split(strings.TrimSpace(c.ran("restore", "file", m.key, "--env", "prod")), "\n")
	if len(shown) != 3 || !strings.Contains(shown[0], "deleted, now") || !strings.Contains(shown[1], " 6 bytes") {
		c.t.Fatalf("got the versions\n%s\nwant the deletion, what was spoilt, and the letter", strings.Join(shown, "\n"))
	}
	version := func(line string) string { return strings.Fields(line)[0] }
	if out, err := c.lightbox("restore", "file", m.key, "--env", "prod", "--version", version(shown[0])); err == nil {
		c.t.Errorf("putting a deletion back: got %s, want a refusal", out)
	}
	wants(c.t, "restore file", c.ran("restore", "file", m.key, "--env", "prod", "--version", version(shown[2])), m.key+" is as it was in the version "+version(shown[2]))
	if got, err := c.read(keys, m.key); err != nil || got != "a letter of "+m.name {
		c.t.Errorf("got %q and %v, want the letter", got, err)
	}
}

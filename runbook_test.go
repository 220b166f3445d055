package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/functions"
	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/runbook"
)

var runbookByCLI = flag.Bool("runbook", false, "run the runbook's deployments by the CDK CLI")

// A night is a deployed prod, and a checkout of it in which somebody types what the runbook has.
type night struct {
	cloud
	folder    string // the checkout
	tools     string // what stands before others in PATH
	settings  aws.Config
	outputs   map[string]map[string]string
	maria     deploytest.Tokens
	sub       string
	error, id string // of a request, and of a photo
}

const release = "v1.2.0"

func newNight(t *testing.T) *night {
	t.Helper()
	n := &night{cloud: newCloud(t), folder: fork(t), tools: t.TempDir()}
	n.must(shipped(t, "prod").folder)
	for _, one := range n.Environment() {
		name, value, _ := strings.Cut(one, "=")
		t.Setenv(name, value)
	}
	var err error
	if n.settings, err = awsconfig.LoadDefaultConfig(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.checkOut()
	n.reads()
	n.people()
	return n
}

// write writes a file of the night.
func (n *night) write(mode os.FileMode, text string, path ...string) {
	n.t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		n.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		n.t.Fatal(err)
	}
}

// checkOut makes the checkout one of git, with a release and a commit after it, and builds its command once. Without -runbook the CDK CLI
// is one that writes down what it was told: what is deployed is then deployed within the process.
func (n *night) checkOut() {
	n.t.Helper()
	n.write(0o644, "", n.folder, "later")
	script := `set -e
chmod +x tools/needs && git init -q && git add -A -- ':!later' && git -c user.name=n -c user.email=n@example.com commit -qm release && git tag ` + release + `
git add later && git -c user.name=n -c user.email=n@example.com commit -qm later`
	if *runbookByCLI {
		// Links, and as new as the lists of packages are, so that make installs none.
		script += "\ncp -al \"$MODULES\" node_modules && cp node_modules/.package-lock.json now && mv now node_modules/.package-lock.json"
		replaceIn(n.t, filepath.Join(n.folder, "cdk.json"), `"cli-telemetry"`, `"architecture": "`+string(functions.Host())+`", "cli-telemetry"`)
	} else {
		n.write(0o755, `#!/bin/sh
echo "$*" >> "$CALLS"
for last; do :; done
case "$1" in
  synth) cp -R "$ASSEMBLY" "$last" ;;
  deploy) cp "$OUTPUTS" outputs.json ;;
esac
`, n.folder, "node_modules", ".bin", "cdk")
		n.write(0o644, "{}", n.folder, "node_modules", ".package-lock.json")
	}
	n.write(0o755, `#!/bin/sh
if [ "$1 $2" = "run ./cmd/lightbox" ]; then shift 2; exec "$NIGHT/lightbox" "$@"; fi
PATH="${PATH#*:}" exec go "$@"
`, n.tools, "go")
	if out, err := exec.Command("go", "build", "-o", filepath.Join(n.tools, "lightbox"), "./cmd/lightbox").CombinedOutput(); err != nil {
		n.t.Fatalf("%v\n%s", err, out)
	}
	if out, err := n.sh(script); err != nil {
		n.t.Fatalf("%v\n%s", err, out)
	}
}

// sh runs a script in the checkout.
func (n *night) sh(script string) (string, error) {
	n.t.Helper()
	command := n.command("bash", "-c", script)
	command.Dir = n.folder
	modules, err := filepath.Abs("node_modules")
	if err != nil {
		n.t.Fatal(err)
	}
	command.Env = append(command.Env,
		"PATH="+n.tools+string(filepath.ListSeparator)+os.Getenv("PATH"), "NIGHT="+n.tools, "MODULES="+modules, "GIT_CEILING_DIRECTORIES="+filepath.Dir(n.folder),
		"CALLS="+filepath.Join(n.tools, "calls"), "ASSEMBLY="+shipped(n.t, "prod").folder, "OUTPUTS="+filepath.Join(n.tools, "outputs.json"),
		"CDK_REQUIRE_APPROVAL=never")
	out, err := command.CombinedOutput()
	return string(out), err
}

// reads reads what the stacks put out.
func (n *night) reads() {
	n.t.Helper()
	var names []string
	for _, id := range []string{"Auth", "Identity", "FileStorage", "CDN", "API"} {
		names = append(names, "Lightbox-prod-"+id)
	}
	text, err := deployed.Outputs(n.t.Context(), n.settings, names)
	if err == nil {
		err = json.Unmarshal(text, &n.outputs)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	n.write(0o644, string(text), n.tools, "outputs.json")
}

func (n *night) output(stack, key string) string { return n.outputs["Lightbox-prod-"+stack][key] }

// people has maria sign up, post a photo, and be told an error.
func (n *night) people() {
	n.t.Helper()
	pool := deploytest.UserPool{T: n.t, Service: n.Users, Pool: n.output("Auth", "UserPoolId"), Client: n.output("Auth", "UserPoolClientId"), Now: time.Now}
	pool.SignUp("maria")
	n.maria = pool.SignIn("maria")
	user, _ := n.Users.User(pool.Pool, "maria")
	n.sub = user.Sub
	var kind string
	if n.error, kind, _ = n.ask(`mutation{createPhoto(input:{imgKey:"nothing"}){id}}`); kind != "BadRequest" {
		n.t.Fatalf("got %q, want a bad request", kind)
	}
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
	number := func(value string) types.AttributeValue { return &types.AttributeValueMemberN{Value: value} }
	const upload = "01234567-89ab-4cde-8f01-23456789abcd"
	folder := strings.Repeat("a", 32)
	n.id = n.sub + "." + upload
	var photos string
	if err := deployed.Resources(n.t.Context(), n.settings, "Lightbox-prod-API", map[deployed.Kind]*string{deployed.Table(access.Photos): &photos}); err != nil {
		n.t.Fatal(err)
	}
	_, err := dynamodb.NewFromConfig(n.settings).PutItem(n.t.Context(), &dynamodb.PutItemInput{TableName: &photos, Item: map[string]types.AttributeValue{
		"photoId": text(n.id), "row": text("PHOTO"), "photoOwner": text(n.sub), "feed": text("PHOTO"), "createdAt": text("2026-01-02T03:04:05Z"),
		"updatedAt": text("2026-01-02T03:04:05Z"), "uploadedBy": text("maria"), "likeCount": number("0"), "commentCount": number("0"), "version": number("1"),
		"folder": text(folder), "upload": text(n.sub + "/" + upload), "claim": text(upload), "original": text(""), "placeholder": text("x"),
		"width": number("40"), "height": number("30"), "bytes": number("1"),
		"renditions": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"width": number("40"), "format": text("jpeg")}},
		}},
	}})
	if err != nil {
		n.t.Fatal(err)
	}
	bucket := n.output("FileStorage", "BucketName")
	_, err = s3.NewFromConfig(n.settings).PutObject(n.t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String("public/photos/" + folder + "/40.jpg"), Body: strings.NewReader("x"),
	})
	if err != nil {
		n.t.Fatal(err)
	}
}

// ask asks the API as maria, and answers the id of the request, the type of the first error, and all of the answer.
func (n *night) ask(query string) (id, kind, answered string) {
	n.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		n.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost,
		"http://"+n.HTTP()+"/_lightbox/bridge?url="+url.QueryEscape(n.output("API", "GraphQLAPIURL")), bytes.NewReader(body))
	if err != nil {
		n.t.Fatal(err)
	}
	request.Header.Set("Authorization", n.maria.AccessToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	var answer struct{ Errors []struct{ ErrorType string } }
	if err := json.Unmarshal(text, &answer); err != nil {
		n.t.Fatalf("%v: %s", err, text)
	}
	if answer.Errors != nil {
		kind = answer.Errors[0].ErrorType
	}
	return response.Header.Get("X-Amzn-Requestid"), kind, string(text)
}

// sees tells whether maria's photo is there for people.
func (n *night) sees() bool {
	n.t.Helper()
	_, _, text := n.ask(`{getPhoto(id:"` + n.id + `"){id}}`)
	return strings.Contains(text, n.id)
}

// signsUp is what somebody new is told.
func (n *night) signsUp(name string) string {
	n.t.Helper()
	body, err := json.Marshal(map[string]any{
		"ClientId": n.output("Auth", "UserPoolClientId"), "Username": name, "Password": "Correct-Horse-1",
		"UserAttributes": []map[string]string{{"Name": "email", "Value": name + "@example.com"}},
	})
	if err != nil {
		n.t.Fatal(err)
	}
	if _, refusal := n.Users.Handle(n.t.Context(), "SignUp", body); refusal != nil {
		return refusal.Code
	}
	return ""
}

// settled is what cdk.json says of the environment.
func (n *night) settled() config.Config {
	n.t.Helper()
	cfg, err := config.Read(filepath.Join(n.folder, "cdk.json"), "prod")
	if err != nil {
		n.t.Fatal(err)
	}
	return cfg
}

// A tried command is one of the runbook with what it has to come to.
type tried struct {
	command string
	says    []string
	calls   string // of the CDK CLI
	then    func(n *night) bool
}

// settles is a command that gives a setting a value and deploys a stack.
func settles(setting, deploy string, then func(n *night) bool) tried {
	return tried{
		"go run ./cmd/lightbox settings --env prod --set " + setting + " && npx cdk deploy " + deploy + " -c env=prod",
		[]string{"Deploy it."}, "deploy " + deploy + " -c env=prod", then,
	}
}

var trials = []tried{
	{"go run ./cmd/lightbox status --env prod", []string{"FINE", "alarms.email is not set", "API              CREATE_COMPLETE"}, "", nil},
	{"go run ./cmd/lightbox status --env prod --error ERROR_ID", []string{`"fieldName":"createPhoto"`, `"fieldInError":true`, "BadRequest"}, "", nil},
	{
		"npx cdk synth -q -c env=prod --output deployed.out && go run ./cmd/lightbox plan --deployed deployed.out",
		[]string{"Fine: nobody loses anything"}, "synth -q -c env=prod --output deployed.out", nil,
	},
	{"git switch --detach RELEASE && make deploy ENV=prod", nil, "deploy --all --outputs-file ./outputs.json -c env=prod", func(n *night) bool {
		_, later := os.Stat(filepath.Join(n.folder, "later"))
		_, outputs := os.Stat(filepath.Join(n.folder, "web", "amplify_outputs.json"))
		return os.IsNotExist(later) && outputs == nil
	}},
	settles("auth.signUp=false", "Auth", func(n *night) bool {
		return n.settled().Auth.NoSignUp && (!*runbookByCLI || n.signsUp("one") == "NotAuthorizedException")
	}),
	settles("auth.signUp=true", "Auth", func(n *night) bool { return !n.settled().Auth.NoSignUp && n.signsUp("two") == "" }),
	settles("pictures.perDay=0", "API --exclusively", func(n *night) bool {
		return n.settled().Pictures.PerDay == 0 && (!*runbookByCLI || n.uploads() == "LimitExceeded")
	}),
	settles("pictures.perDay=200", "API --exclusively", func(n *night) bool { return n.settled().Pictures.PerDay == 200 && n.uploads() != "LimitExceeded" }),
	{"go run ./cmd/lightbox user block USER --hide --env prod", []string{"maria is blocked.", "1 photo is hidden"}, "", func(n *night) bool { return !n.sees() }},
	{"go run ./cmd/lightbox user unblock USER --env prod", []string{"maria may sign in again.", "1 photo is shown again"}, "", (*night).sees},
	{"go run ./cmd/lightbox photo hide PHOTO --env prod", []string{"is hidden."}, "", func(n *night) bool { return !n.sees() }},
	{"go run ./cmd/lightbox photo show PHOTO --env prod", []string{"is shown."}, "", (*night).sees},
}

// uploads is what maria is told who posts a photo of an upload that is there.
func (n *night) uploads() string {
	n.t.Helper()
	_, kind, _ := n.ask(`mutation{createPhoto(input:{imgKey:"uploads/` + n.sub + `/11111111-89ab-4cde-8f01-23456789abcd"}){id}}`)
	return kind
}

// Every command of the runbook does what it says, as printed. With -runbook its deployments are the CDK CLI's; else the CLI writes down what
// it was told, and the last part deploys what the settings make.
func TestRunbook_commandsDoWhatTheySay(t *testing.T) {
	text, err := os.ReadFile("docs/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	wanted := []string{restoreTable, takeTable, restoreFile, restoreKept} // which the tests of restoring run
	for _, one := range trials {
		wanted = append(wanted, one.command)
	}
	printed := runbook.Commands(string(text))
	for _, command := range printed {
		if !slices.Contains(wanted, command) {
			t.Errorf("got a command that nothing tries, want a row of trials: %s", command)
		}
	}
	n := newNight(t)
	values := strings.NewReplacer("ERROR_ID", n.error[:8], "RELEASE", release, "PHOTO", "'https://www.example.com/photo/?id="+n.id+"'", "USER", "maria")
	for _, one := range trials {
		if !slices.Contains(printed, one.command) {
			t.Errorf("the runbook has no longer the command %s", one.command)
		}
		out, err := n.sh(values.Replace(one.command))
		if err != nil {
			t.Errorf("%s: %v\n%s", one.command, err, out)
		}
		wants(t, one.command, out, one.says...)
		if calls := n.calls(); calls != one.calls && !*runbookByCLI {
			t.Errorf("%s: got the CDK CLI called with %q, want %q", one.command, calls, one.calls)
		}
		if one.then != nil && !one.then(n) {
			t.Errorf("%s: did not do what it is for\n%s", one.command, out)
		}
	}
	// An error that is nobody's is not found.
	if out, err := n.sh("go run ./cmd/lightbox status --env prod --error nobodys0"); err == nil || !strings.Contains(out, "No line of the logs of prod has nobodys0") {
		t.Errorf("another id: got %v and\n%s", err, out)
	}
	n.closes()
}

// calls are those of the CLI since the last time.
func (n *night) calls() string {
	n.t.Helper()
	name := filepath.Join(n.tools, "calls")
	text, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return ""
	}
	if err == nil {
		err = os.Remove(name)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// closes deploys what the two settings make of the templates, and takes it back.
func (n *night) closes() {
	n.t.Helper()
	closed := changed(n.t, shipped(n.t, "prod").folder, func(_, template string) string {
		return strings.NewReplacer(`"AllowAdminCreateUserOnly": false`, `"AllowAdminCreateUserOnly": true`, `"PICTURES_PER_DAY": "200"`, `"PICTURES_PER_DAY": "0"`).Replace(template)
	})
	if proven, err := proof.Check(closed); err != nil || len(proven.Violations) > 0 {
		n.t.Errorf("the synth proves what the two settings make: got %v and %v, want it proven", proven.Violations, err)
	}
	n.must(closed)
	if got := n.signsUp("three"); got != "NotAuthorizedException" {
		n.t.Errorf("sign-up is closed: got %q, want it refused", got)
	}
	if got := n.uploads(); got != "LimitExceeded" {
		n.t.Errorf("no pictures are taken: got %q, want LimitExceeded", got)
	}
	if !n.sees() {
		n.t.Error("all else goes on: got a photo that is not there")
	}
	n.must(shipped(n.t, "prod").folder)
	if up, sent := n.signsUp("four"), n.uploads(); up != "" || sent == "LimitExceeded" {
		n.t.Errorf("as before: got %q and %q, want neither closed", up, sent)
	}
}

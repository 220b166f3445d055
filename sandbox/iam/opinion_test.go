package iam_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

var (
	secondOpinion = flag.String("second-opinion", "", "the folder where npm installed @cloud-copilot/iam-simulate, which is asked the same as Authorize")
	opinions      = flag.Int("opinions", 12_000, "how many random requests it is asked besides those to the shipped policies")
)

// An asked is one request, as both are asked it.
type asked struct {
	request  iam.Request
	identity []any // documents, as are the others
	resource any   // nil for none
	session  []any
	restrict bool
}

// simulation is the request as @cloud-copilot/iam-simulate takes it. A principal brings no keys there, so that they are
// in the context; several session policies are one with all their statements. Cognito's id of a person is called a tag
// there: the package takes it with sts alone, and as a key it is one like any other.
func (a asked) simulation(t testing.TB) []byte {
	t.Helper()
	identity := []any{}
	for i, document := range a.identity {
		identity = append(identity, map[string]any{"name": fmt.Sprint("I", i), "policy": document})
	}
	keys := a.principalKeys()
	for _, key := range a.request.Context {
		keys[key.Name] = key.Value
		if key.Values != nil {
			keys[key.Name] = key.Values
		}
	}
	simulation := map[string]any{
		"request": map[string]any{
			"principal": a.principal(), "action": a.request.Action, "contextVariables": keys,
			"resource": map[string]any{"resource": a.request.Resource, "accountId": a.request.ResourceAccount},
		},
		"identityPolicies": identity, "serviceControlPolicies": []any{}, "resourceControlPolicies": []any{},
		"additionalSettings": map[string]any{"s3": map[string]any{"blockPublicAccess": a.restrict}},
	}
	if a.resource != nil {
		simulation["resourcePolicy"] = a.resource
	}
	if len(a.session) > 0 {
		simulation["sessionPolicy"] = joined(a.session)
	}
	text, err := json.Marshal(simulation)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(text, []byte("cognito-identity.amazonaws.com:sub"), []byte("aws:PrincipalTag/identity"))
}

// joined is a document with the statements of all.
func joined(documents []any) any {
	var statements []any
	for _, document := range documents {
		statements = append(statements, statementsIn(document)...)
	}
	return map[string]any{"Version": "2012-10-17", "Statement": statements}
}

func statementsIn(document any) []any {
	object, _ := document.(map[string]any)
	switch statements := object["Statement"].(type) {
	case []any:
		return statements
	case nil:
		return nil
	default:
		return []any{statements}
	}
}

func (a asked) principal() any {
	switch p := a.request.Principal.(type) {
	case iam.Service:
		return p.Name
	case iam.RoleSession:
		parts := strings.Split(p.Role, ":")
		return fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", parts[4], parts[5][strings.LastIndexByte(parts[5], '/')+1:], p.Name)
	}
	return map[string]any{"type": "Anonymous"}
}

func (a asked) principalKeys() map[string]any {
	switch p := a.request.Principal.(type) {
	case iam.Service:
		return map[string]any{"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": p.Name, "aws:SourceArn": p.SourceARN}
	case iam.RoleSession:
		keys := map[string]any{"aws:PrincipalArn": p.Role, "aws:PrincipalAccount": strings.Split(p.Role, ":")[4], "aws:PrincipalType": "AssumedRole", "aws:PrincipalIsAWSService": "false"}
		for _, tag := range p.Tags {
			keys["aws:PrincipalTag/"+tag.Key] = tag.Value
		}
		if p.Identity.Subject != "" {
			keys[p.Identity.Provider+":sub"] = p.Identity.Subject
		}
		return keys
	}
	return map[string]any{"aws:PrincipalAccount": "anonymous", "aws:PrincipalType": "Anonymous", "aws:userid": "anonymous"}
}

// decide asks Authorize.
func (a asked) decide(t testing.TB) (iam.Decision, iam.Reasons) {
	t.Helper()
	policies := iam.Policies{RestrictPublic: a.restrict}
	parse := func(kind iam.Kind, documents ...any) []*iam.Policy {
		var all []*iam.Policy
		for _, document := range documents {
			text, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, mustParse(t, kind, kind.String(), string(text)))
		}
		return all
	}
	if policies.Identity = parse(iam.Identity, a.identity...); a.resource != nil {
		policies.Resource = parse(iam.Resource, a.resource)
	}
	policies.Session = parse(iam.Session, a.session...)
	return iam.Authorize(a.request, policies)
}

// An opinion is what the package says of a request.
type opinion struct {
	Allowed bool
	Ignored []string
	Error   string
}

// opinionsOn asks the package all at once.
func opinionsOn(t *testing.T, all []asked) []opinion {
	t.Helper()
	if _, err := os.Stat(filepath.Join(*secondOpinion, "node_modules", "@cloud-copilot", "iam-simulate")); err != nil {
		t.Fatalf("%s has no @cloud-copilot/iam-simulate: `make soak` installs it there, for which npm needs its registry or a cache of it", *secondOpinion)
	}
	var input, output, words bytes.Buffer
	for _, a := range all {
		input.Write(a.simulation(t))
		input.WriteByte('\n')
	}
	command := exec.Command("node", filepath.Join("..", "..", "tools", "second-opinion.mjs"), *secondOpinion)
	command.Stdin, command.Stdout, command.Stderr = &input, &output, &words
	if err := command.Run(); err != nil {
		t.Fatalf("node: %v: %s", err, words.String())
	}
	var opinions []opinion
	for lines := bufio.NewScanner(&output); lines.Scan(); {
		var o opinion
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		opinions = append(opinions, o)
	}
	if len(opinions) != len(all) {
		t.Fatalf("got %d opinions, want %d", len(opinions), len(all))
	}
	return opinions
}

// Whatever another implementation of AWS's logic decides otherwise, AWS's page decides (see disagreements).
func TestSecondOpinion_agrees(t *testing.T) {
	if *secondOpinion == "" {
		t.Skip("-second-opinion names no folder: make soak does")
	}
	all := append(shippedAsked(t), randomAsked(t, *opinions)...)
	agreed, reasons := 0, map[string]int{}
	for i, theirs := range opinionsOn(t, all) {
		a := all[i]
		ours, why := a.decide(t)
		switch {
		case theirs.Error != "":
			t.Errorf("the package refuses to say: %s\n%s", theirs.Error, a.simulation(t))
		case len(theirs.Ignored) > 0:
			t.Errorf("the package takes no %v with %s\n%s", theirs.Ignored, a.request.Action, a.simulation(t))
		case bool(ours) == theirs.Allowed:
			agreed++
		default:
			at := slices.IndexFunc(disagreements, func(d disagreement) bool { return bool(ours) == d.ours && d.about(t, a, why) })
			if at < 0 {
				t.Errorf("got %s, the package says allowed: %v\n%s", why, theirs.Allowed, a.simulation(t))
				continue
			}
			reasons[disagreements[at].what]++
		}
	}
	t.Logf("%d requests asked, %d of them to the shipped policies: %d agreed", len(all), len(all)-*opinions, agreed)
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%6d disagreed: %s", reasons[reason], reason)
	}
	for _, d := range disagreements {
		if reasons[d.what] == 0 && *opinions >= 12_000 {
			t.Errorf("%s: no request disagrees by this any more, want the entry gone", d.what)
		}
	}
}

// A disagreement is where the package decides otherwise, and why Authorize is right, or stricter.
type disagreement struct {
	what  string
	ours  bool // what Authorize says
	about func(t testing.TB, a asked, why iam.Reasons) bool
}

var disagreements = []disagreement{
	// "A resource-based policy can specify the ARN of the session as a principal. In that case, the permissions from the
	// resource-based policy are added after the session is created. The resource-based policy permissions are not limited by
	// the session policy." The package limits them. Were it not for the session's name, both would deny.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
	{"a grant to a session by its name, which its session policy does not limit", true, func(t testing.TB, a asked, why iam.Reasons) bool {
		session, isSession := a.request.Principal.(iam.RoleSession)
		if !isSession || a.session == nil || why.Cause != iam.ByResource {
			return false
		}
		session.Name = "another"
		a.request.Principal = session
		allowed, _ := a.decide(t)
		return !bool(allowed)
	}},
}

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

	"lightbox.example/lightbox/sandbox/fidelity"
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
	keys := map[string]any{}
	for _, key := range a.request.Context {
		keys[key.Name] = key.Value
		if key.Values != nil {
			keys[key.Name] = key.Values
		}
	}
	maps.Copy(keys, a.principalKeys())
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
		t.Fatalf("%s has no @cloud-copilot/iam-simulate: `make judges` installs it there, for which npm needs its registry or a cache of it", *secondOpinion)
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

// A disagreement is where the package decides otherwise by AWS's documentation, or where that says nothing and Authorize
// is stricter. It gives the request as the package would have to take it, and false for one that it is not about: asked
// that, the package agrees.
type disagreement struct {
	what    string
	page    string // of AWS
	instead func(a asked) (asked, bool)
}

var disagreements = []disagreement{
	// "A resource-based policy can specify the ARN of the session as a principal. In that case, the permissions from the
	// resource-based policy are added after the session is created. The resource-based policy permissions are not limited by
	// the session policy." The package limits them.
	{"a session policy does not limit what is granted to the session by its name", "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session", func(a asked) (asked, bool) {
		named := strings.Contains(fmt.Sprint(a.resource), ":assumed-role/")
		limited := a.session != nil
		a.session = nil
		return a, named && limited
	}},
	// ForAllValues "also returns true if there are no context keys in the request, or if the context key value resolves to a
	// null dataset, such as an empty string": a set of empty texts is no set, and the key counts as absent. To the package it
	// is a text.
	{"a set of nothing but empty texts is a null dataset, as if the key were absent", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html", func(a asked) (asked, bool) {
		count := len(a.request.Context)
		a.request.Context = slices.DeleteFunc(slices.Clone(a.request.Context), func(k iam.Key) bool {
			return k.Values != nil && !slices.ContainsFunc(k.Values, func(text string) bool { return text != "" })
		})
		return a, len(a.request.Context) < count
	}},
	// "When policy variables reference a condition context key that doesn't exist or isn't present in an authorization context
	// for a request, the value is effectively null." AWS does not say whether an empty tag is such; as one it opens nothing.
	{"a variable for an empty text has no value", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value", func(a asked) (asked, bool) {
		session, isSession := a.request.Principal.(iam.RoleSession)
		count := len(session.Tags)
		session.Tags = slices.DeleteFunc(slices.Clone(session.Tags), func(tag iam.Tag) bool { return tag.Value == "" })
		a.request.Principal = session
		return a, isSession && len(session.Tags) < count
	}},
}

// Whatever another implementation of AWS's logic decides otherwise, AWS's page decides (see disagreements).
func TestSecondOpinion_agrees(t *testing.T) {
	if *secondOpinion == "" {
		t.Skip("-second-opinion names no folder: make judges does")
	}
	shipped := shippedAsked(t)
	all := append(shipped, randomAsked(*opinions)...)
	agreed, allowed, different := 0, 0, []asked(nil)
	tally, policies := fidelity.NewTally("iam-simulate", fidelity.PackageVersion(t, filepath.Join(*secondOpinion, "node_modules"), "@cloud-copilot/iam-simulate")), fidelity.Operation{Service: "iam", Name: "policies"}
	for i, theirs := range opinionsOn(t, all) {
		a := all[i]
		ours, _ := a.decide(t)
		if bool(ours) {
			allowed++
		}
		switch {
		case theirs.Error != "":
			t.Errorf("the package refuses to say: %s\n%s", theirs.Error, a.simulation(t))
		case len(theirs.Ignored) > 0:
			t.Errorf("the package takes no %v with %s\n%s", theirs.Ignored, a.request.Action, a.simulation(t))
		case bool(ours) == theirs.Allowed:
			agreed++
			tally.Agreed(policies)
		default:
			different = append(different, a)
		}
	}
	t.Logf("%d requests, %d of them to the shipped policies: %d agreed, %d of all allowed", len(all), len(shipped), agreed, allowed)
	reasons := explained(t, different)
	for _, d := range disagreements {
		t.Logf("%6d disagreed: %s", reasons[d.what], d.what)
		for range reasons[d.what] {
			tally.Differs(policies, fidelity.Difference{What: d.what, Page: d.page})
		}
		if reasons[d.what] == 0 && *opinions >= 12_000 {
			t.Errorf("%s: nothing disagrees by this any more, want the entry gone", d.what)
		}
	}
	tally.Save(t)
}

// explained counts the disagreements by what each is about. One that is about nothing of these fails the test.
func explained(t *testing.T, different []asked) map[string]int {
	t.Helper()
	var again []asked
	var about [][2]int // the request, and the disagreement
	for i, a := range different {
		for d := range disagreements {
			if instead, changed := disagreements[d].instead(a); changed {
				again, about = append(again, instead), append(about, [2]int{i, d})
			}
		}
	}
	reasons, known := map[string]int{}, map[int]bool{}
	for i, theirs := range opinionsOn(t, again) {
		which, d := about[i][0], about[i][1]
		if ours, _ := different[which].decide(t); theirs.Allowed == bool(ours) && !known[which] {
			known[which] = true
			reasons[disagreements[d].what]++
		}
	}
	for i, a := range different {
		if !known[i] {
			_, why := a.decide(t)
			t.Errorf("got %s, the package says the contrary\n%s", why, a.simulation(t))
		}
	}
	return reasons
}

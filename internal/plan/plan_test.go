package plan

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestCode_is3UntilEachLossIsAccepted(t *testing.T) {
	s := scenarios["user pool renamed"]
	p := compare(t, s.old(t), s.next(t))
	const users, members = "replaces:Auth/OtherUserPool", "replaces:Identity/Admins"
	for _, test := range []struct {
		accepted []string
		code     int
		fault    string
	}{
		{nil, CodeLoss, ""},
		{[]string{users}, CodeLoss, ""},
		{[]string{users, members}, CodeRead, ""}, // the outage is left
		{[]string{users, "replaces:API/Photos"}, CodeLoss, `--accept: got "replaces:API/Photos", want one of ` + users + ", " + members},
		{[]string{"replaces:Auth/WebClient"}, CodeLoss, "want one of"}, // nothing is lost by it
	} {
		err := p.Accept(test.accepted)
		if code := p.Code(); code != test.code || (err == nil) != (test.fault == "") || err != nil && !strings.Contains(err.Error(), test.fault) {
			t.Errorf("%v: got %d and %v, want %d and %q", test.accepted, p.Code(), err, test.code, test.fault)
		}
	}
	fine := compare(t, prod(t), prod(t))
	if code := fine.Code(); code != CodeFine {
		t.Errorf("no change: got %d, want 0", code)
	}
	if err := fine.Accept([]string{users}); err == nil || !strings.Contains(err.Error(), "nothing is lost") {
		t.Errorf("a loss that is none: got %v, want it refused", err)
	}
}

func TestCompare_refusesWhatCannotBeCompared(t *testing.T) {
	shop := everywhere(shipped("prod"), "Lightbox-prod-", "Shop-prod-")
	mixed := everywhere(shipped("prod"), "Lightbox-prod-CDN", "Shop-prod-CDN")
	for name, test := range map[string]struct {
		old, next string
		env       string
		want      []string
	}{
		"two applications":        {prod(t), shop(t), "", []string{"got Lightbox in OLD (", "and Shop in NEW (", "want one application"}},
		"two in one":              {prod(t), mixed(t), "", []string{"got stacks of the applications Lightbox, Shop"}},
		"an environment in none":  {prod(t), prod(t), "staging", []string{`--env: got "staging"`, ": prod"}},
		"an environment in one":   {shipped("dev")(t), prod(t), "dev", nil},
		"the environment of both": {prod(t), prod(t), "prod", nil},
	} {
		_, err := Compare(open(t, test.old), open(t, test.next), Options{Env: test.env})
		if (err != nil) != (test.want != nil) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
		for _, want := range test.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q in it", name, err, want)
			}
		}
	}
}

// Only the environment that is asked for is planned.
func TestCompare_keepsToTheEnvironment(t *testing.T) {
	p, err := Compare(open(t, shipped("dev")(t)), open(t, prod(t)), Options{Env: "dev"})
	if err != nil || len(p.Stacks) != 5 || slices.ContainsFunc(p.Stacks, func(s Stack) bool { return s.Deed != Abandoned }) {
		t.Errorf("got %+v (%v), want the five stacks of dev, which nothing deploys", p, err)
	}
}

// What no other type of the templates tries, by hand: a pool with social sign-in is not in them.
func TestCannot_knowsWhatThereIsOnce(t *testing.T) {
	host := func(id, prefix string) change {
		return func(stack string, template []byte) []byte {
			if stack != "Auth" {
				return template
			}
			all := decoded(template)
			all["Resources"].(map[string]any)[id] = map[string]any{
				"Type": "AWS::Cognito::UserPoolDomain", "Properties": map[string]any{"Domain": prefix, "UserPoolId": map[string]any{"Ref": pool}},
			}
			return encoded(all)
		}
	}
	for name, test := range map[string]struct {
		old, next change
		cannot    bool
	}{
		"another host":  {host("Host", "shop"), host("Host", "store"), true}, // the new one is made first
		"the same host": {host("Host", "shop"), host("Host", "shop"), false},
		"another id":    {host("Host", "shop"), host("Other", "shop"), true},
		"another type": {
			edited("Auth", client, func(map[string]any) {}),
			edited("Auth", client, func(r map[string]any) { r["Type"] = "AWS::Cognito::UserPoolGroup" }), true,
		},
	} {
		p := compare(t, prod(t, test.old), prod(t, test.next))
		if got := p.Stacks[0].Verdict == Cannot; got != test.cannot {
			t.Errorf("%s: got %s (%+v), want cannot: %v", name, p.Stacks[0].Verdict, p.Stacks[0].Findings, test.cannot)
		}
	}
}

// What moves to a later stack is gone by then, and in the other direction it is in its own way.
func TestCannot_mindsTheOrderOfDeployment(t *testing.T) {
	log := func(in string) change {
		return func(stack string, template []byte) []byte {
			if stack != in {
				return template
			}
			all := decoded(template)
			all["Resources"].(map[string]any)["Audit"] = map[string]any{"Type": "AWS::Logs::LogGroup", "Properties": map[string]any{"LogGroupName": "audit"}}
			return encoded(all)
		}
	}
	for _, test := range []struct {
		from, to string
		cannot   bool
	}{{"Auth", "API", false}, {"API", "Auth", true}} {
		old, next := prod(t, log(test.from)), prod(t, log(test.to))
		got := slices.ContainsFunc(compare(t, old, next).All(), func(f Finding) bool { return f.Verdict == Cannot })
		if got != test.cannot {
			t.Errorf("from %s to %s: got cannot: %v, want %v", test.from, test.to, got, test.cannot)
		}
		try(t, old, next)
	}
}

// A type that the table does not have is not fine: nobody here knows.
func TestPlan_saysOfWhichTypeItKnowsNothing(t *testing.T) {
	queue := func(delay int) change {
		return func(stack string, template []byte) []byte {
			if stack != "CDN" {
				return template
			}
			all := decoded(template)
			all["Resources"].(map[string]any)["Queue"] = map[string]any{"Type": "AWS::SQS::Queue", "Properties": map[string]any{"DelaySeconds": delay}}
			return encoded(all)
		}
	}
	p := compare(t, prod(t, queue(1)), prod(t, queue(2)))
	if len(p.All()) != 1 || !strings.Contains(p.All()[0].Says, "AWS::SQS::Queue is not in the table") {
		t.Errorf("got %+v, want a word on the type", p.All())
	}
	if p := compare(t, prod(t, queue(1)), prod(t, queue(1))); len(p.All()) > 0 {
		t.Errorf("the control, unchanged: got %+v", p.All())
	}
}

func TestPlan_isForPeoplePagesAndPrograms(t *testing.T) {
	s := scenarios["settings of prod to dev"]
	p := compare(t, s.old(t), s.next(t))
	var text, markdown strings.Builder
	if err := p.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if err := p.WriteMarkdown(&markdown); err != nil {
		t.Fatal(err)
	}
	for _, f := range p.All() {
		for what, out := range map[string]string{"text": text.String(), "Markdown": markdown.String()} {
			if f.Loss && !strings.Contains(out, "--accept "+f.ID) {
				t.Errorf("%s does not say how to accept %s", what, f.ID)
			}
		}
	}
	data, err := json.Marshal(p)
	var read Plan
	if err == nil {
		err = json.Unmarshal(data, &read)
	}
	if err != nil || len(read.All()) != len(p.All()) {
		t.Errorf("JSON: got %d findings (%v), want %d", len(read.All()), err, len(p.All()))
	}
}

// What the README shows is a plan.
func TestREADME_showsAPlan(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/two-indexes.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(strings.TrimSuffix(string(text), "exit 2\n"), "\n\n")
	if !strings.Contains(string(readme), "```\n"+part+"```\n") {
		t.Errorf("the README does not show\n%s", part)
	}
}

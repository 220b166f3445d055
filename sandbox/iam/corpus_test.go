package iam_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

// The corpus in testdata is a table of requests and decisions. Its groups are the examples of the documentation at
// their source, or the facts it states; each group has requests that are allowed and requests that are denied.

type corpusGroup struct {
	Name     string
	Source   string // the page of AWS
	Identity []json.RawMessage
	Resource []json.RawMessage
	Trust    []json.RawMessage
	Session  []json.RawMessage
	Guest    bool            // the ceiling of Cognito's guests counts too
	Restrict bool            // RestrictPublicBuckets
	Caller   corpusPrincipal // of the cases that name none
	Cases    []corpusCase
}

type corpusCase struct {
	Name      string
	Principal *corpusPrincipal
	Action    string
	Resource  string
	Account   string
	Context   map[string]any
	Want      string // allow or deny
	Cause     string // Cause.String; optional
}

type corpusPrincipal struct {
	Service       string
	SourceARN     string
	SourceAccount string
	Role          string
	Session       string
	UserID        string
	Tags          map[string]string
	Identity      iam.WebIdentity // of a role session
	WebIdentity   iam.WebIdentity
}

func (p corpusPrincipal) principal() iam.Principal {
	switch {
	case p.Service != "":
		return iam.Service{Name: p.Service, SourceARN: p.SourceARN, SourceAccount: p.SourceAccount}
	case p.Role != "":
		s := iam.RoleSession{Role: p.Role, Name: p.Session, UserID: p.UserID, Identity: p.Identity}
		for k, v := range p.Tags {
			s.Tags = append(s.Tags, iam.Tag{Key: k, Value: v})
		}
		return s
	case p.WebIdentity.Provider != "":
		return p.WebIdentity
	}
	return iam.Anonymous{}
}

func contextOf(t *testing.T, values map[string]any) iam.Context {
	t.Helper()
	var c iam.Context
	for name, v := range values {
		switch v := v.(type) {
		case string:
			c = append(c, iam.Key{Name: name, Value: v})
		case []any:
			list := []string{}
			for _, item := range v {
				list = append(list, item.(string))
			}
			c = append(c, iam.Key{Name: name, Values: list})
		default:
			t.Fatalf("context key %s: got %v", name, v)
		}
	}
	return c
}

func readCorpus(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func parseAll(t *testing.T, kind iam.Kind, name string, documents []json.RawMessage) []*iam.Policy {
	t.Helper()
	var out []*iam.Policy
	for _, d := range documents {
		out = append(out, mustParse(t, kind, name, string(d)))
	}
	return out
}

func mustParse(t testing.TB, kind iam.Kind, name, document string) *iam.Policy {
	t.Helper()
	p, err := iam.Parse(kind, name, []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (g *corpusGroup) policies(t *testing.T) iam.Policies {
	t.Helper()
	p := iam.Policies{
		Identity:       parseAll(t, iam.Identity, "Identity", g.Identity),
		Resource:       append(parseAll(t, iam.Resource, "Resource", g.Resource), parseAll(t, iam.Trust, "Trust", g.Trust)...),
		Session:        parseAll(t, iam.Session, "Session", g.Session),
		RestrictPublic: g.Restrict,
	}
	if g.Guest {
		p.Session = append(p.Session, iam.GuestCeiling()...)
	}
	return p
}

func TestAuthorize_decidesTheCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	decided := 0
	for _, file := range files {
		name := filepath.Base(file)
		if name == "refused.json" {
			continue
		}
		t.Run(strings.TrimSuffix(name, ".json"), func(t *testing.T) {
			var groups []corpusGroup
			readCorpus(t, name, &groups)
			for _, g := range groups {
				t.Run(g.Name, func(t *testing.T) { decided += decide(t, &g) })
			}
		})
	}
	t.Logf("%d requests decided", decided)
}

// decide checks a group, and that it has both outcomes: a policy that denies everything must not pass, nor one that
// allows everything.
func decide(t *testing.T, g *corpusGroup) int {
	if !strings.HasPrefix(g.Source, "https://docs.aws.amazon.com/") {
		t.Errorf("source: got %q, want a page of the AWS documentation", g.Source)
	}
	policies := g.policies(t)
	seen := map[string]bool{}
	for _, c := range g.Cases {
		caller := g.Caller
		if c.Principal != nil {
			caller = *c.Principal
		}
		request := iam.Request{
			Principal:       caller.principal(),
			Action:          c.Action,
			Resource:        c.Resource,
			ResourceAccount: c.Account,
			Context:         contextOf(t, c.Context),
		}
		got, reasons := iam.Authorize(request, policies)
		seen[c.Want] = true
		if got.String() != c.Want || c.Cause != "" && reasons.Cause.String() != c.Cause {
			t.Errorf("%s: got %s (%s), want %s (%s)\n%s", c.Name, got, reasons.Cause, c.Want, c.Cause, reasons)
		}
		if allowed := slices.ContainsFunc(reasons.Verdicts(), func(v iam.Verdict) bool { return v.Applies() && !v.Deny }); got == iam.Allow && !allowed {
			t.Errorf("%s: allowed, and no verdict says so", c.Name)
		}
	}
	if !seen["allow"] || !seen["deny"] || len(seen) != 2 {
		t.Errorf("got outcomes %v, want allow and deny both", seen)
	}
	return len(g.Cases)
}

func TestParse_refusesTheCorpus(t *testing.T) {
	var groups []struct {
		Name     string
		Kind     string
		Document json.RawMessage
		Want     string // part of the message
		Instead  json.RawMessage
	}
	readCorpus(t, "refused.json", &groups)
	kinds := map[string]iam.Kind{"": iam.Identity, "identity": iam.Identity, "resource": iam.Resource, "session": iam.Session, "trust": iam.Trust}
	for _, g := range groups {
		t.Run(g.Name, func(t *testing.T) {
			_, err := iam.Parse(kinds[g.Kind], "Stack/Policy", g.Document)
			if err == nil || !strings.Contains(err.Error(), g.Want) || !strings.Contains(err.Error(), "statement ") {
				t.Errorf("got %v, want an error with the statement and %q", err, g.Want)
			}
			if _, err := iam.Parse(kinds[g.Kind], "Stack/Policy", g.Instead); err != nil {
				t.Errorf("the control: %v", err)
			}
		})
	}
}

package proof

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

var update = flag.Bool("update", false, "write branches.json anew")

// untaken are the branches that no call can take, each with the reason: the construct path of their code,
// and how the test names them.
var untaken = []struct{ of, branch, reason string }{
	{"API/deletePhoto/Resource", "ctx.identity: false", "the step before it refuses whoever has no token"},
	{"API/deletePhoto/Resource", "ctx.identity.sub: false", "as above"},
	{"API/photoToDelete/Resource", "ctx.identity: false", "its request refuses whoever has no token"},
	{"API/deleteComment/Resource", "ctx.identity: false", "the step before it refuses whoever has no token"},
	{"API/deleteComment/Resource", "ctx.identity.sub: false", "as above"},
	{"API/checkNewProduct/Resource", "input.price > largestInt: true", "AppSync lets no Int through that is larger"},
	{"API/readProduct/Resource", "input.price > largestInt: true", "as above"},
	{"API/removeFiles/Resource", "return ctx.prev.result: reached", "a product whose set was made again, after a day, is what was asked for; the trials' clock stands"},
	{"API/checkNewPhoto/Resource", "text.length < min: true", "a caption may be empty, and its is the only text whose length it checks"},
}

// A measurement is what the trials of an API took.
type measurement struct {
	branches
	untried []string // the branches that they did not, by construct path, line and source
	used    map[int]bool
}

// measure runs the trials on an instrumented copy of the resolvers.
func measure(t *testing.T, a system.API) measurement {
	t.Helper()
	measured, taken := map[string]*appsyncjs.Resolver{}, map[string]*appsyncjs.Branches{}
	for _, step := range everyStep(a) {
		if measured[step.Code] != nil {
			continue
		}
		var err error
		if measured[step.Code], taken[step.Code], err = appsyncjs.Measure(step.Code); err != nil {
			t.Fatalf("%s: %v", step.Path, err)
		}
	}
	copies := newRecords(func(code string) (*appsyncjs.Resolver, error) { return measured[code], nil })
	violations, calls, err := tryResolvers(a, access.Fields(), copies)
	if err != nil || len(violations) > 0 {
		t.Fatalf("the trials of the copy: got %v and error %v, want nothing", violations, err)
	}
	m := measurement{branches: branchesOf(a, calls), used: map[int]bool{}}
	done := map[string]bool{} // code that several fields share
	for _, step := range everyStep(a) {
		if done[step.Code] {
			continue
		}
		done[step.Code] = true
		m.Branches += taken[step.Code].Count()
		for _, branch := range taken[step.Code].Untried() {
			name := branch.Source + ": " + branch.Way
			reason := slices.IndexFunc(untaken, func(u struct{ of, branch, reason string }) bool {
				return u.of == step.Path && u.branch == name
			})
			if reason >= 0 {
				m.used[reason] = true
				m.Untaken++
				continue
			}
			m.untried = append(m.untried, fmt.Sprintf("%s, line %d of %s", step.Path, branch.Line, name))
		}
	}
	return m
}

// Every branch of every resolver is taken by a trial, and what has been measured is what ships: a synth
// compares it. Nothing is written while a branch is untried.
func TestBranches_areGolden(t *testing.T) {
	m := measure(t, prooftest.Shipped(t, "prod").API)
	for _, branch := range m.untried {
		t.Errorf("no trial takes the branch at %s. Add what takes it to the trials, or a reason to untaken", branch)
	}
	for i, entry := range untaken {
		if !m.used[i] {
			t.Errorf("%s: %s: a trial takes it, or there is none; want the entry gone", entry.of, entry.branch)
		}
	}
	if t.Failed() {
		return
	}
	got, err := json.MarshalIndent(m.branches, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile("branches.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(got) != string(measuredBranches) {
		t.Errorf("branches.json: got another measurement, want it as it is; `make golden` writes it:\n%s", got)
	}
	t.Logf("%d trials took every one of %d branches, but %d that none can", m.Trials, m.Branches, m.Untaken)
}

// A branch that no trial takes is named.
func TestBranches_nameTheUntried(t *testing.T) {
	const path, line = "API/Query.getProduct/Resource", "  const row = ctx.result;\n"
	change := prooftest.Code(path, line, line+"  if (ctx.args.id === \"sesame\") { return toProduct(row); }\n")
	m := measure(t, prooftest.Read(t, prooftest.Altered(t, "API", change)).API)
	want := `ctx.args.id === "sesame": true`
	if len(m.untried) != 1 || !strings.HasPrefix(m.untried[0], path) || !strings.HasSuffix(m.untried[0], want) {
		t.Errorf("got %q, want %s of %s alone", m.untried, want, path)
	}
}

// A synth refuses code whose branches were not measured, by its name, and trials that others have been.
func TestBranches_areThoseThatWereMeasured(t *testing.T) {
	for name, test := range map[string]struct {
		change func(a *system.API)
		whole  bool
		at     string
		want   string
	}{
		"control: as it ships": {func(*system.API) {}, true, "", ""},
		"a comment more": {
			func(a *system.API) { a.Functions[0].Code += "// more" }, true,
			"API/", "the code is not the one of which the trials were seen to take every branch",
		},
		"a function less":                      {func(a *system.API) { a.Functions = a.Functions[1:] }, true, "API/GraphQL/", "is gone"},
		"other trials":                         {func(a *system.API) { a.Resolvers = slices.Clone(a.Resolvers) }, true, "API/GraphQL/", "trials, and every branch was seen to be taken by"},
		"other trials, as something is broken": {func(*system.API) {}, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := prooftest.Shipped(t, "dev").API
			_, calls, err := tryResolvers(a, access.Fields(), known)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "other trials") {
				calls.note("Query.peek")
			}
			test.change(&a)
			violations, err := checkBranches(a, calls, test.whole)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" && len(violations) > 0 {
				t.Errorf("got %v, want nothing", violations)
			}
			if test.want != "" && (len(violations) != 1 || !strings.Contains(violations[0].Text, test.want) || !strings.HasPrefix(violations[0].Path, test.at)) {
				t.Errorf("got %v, want one with %q at %s", violations, test.want, test.at)
			}
		})
	}
}

// The proof says how much was tried.
func TestProve_saysHowMuchItTried(t *testing.T) {
	for _, env := range prooftest.Environments {
		result, err := Prove(prooftest.Shipped(t, env), access.Rules())
		if err != nil {
			t.Fatal(err)
		}
		tried := result.Count
		if tried.Trials < 1000 || tried.Fields != len(prooftest.Shipped(t, env).API.Resolvers) || !tried.EveryBranch {
			t.Errorf("%s: got %+v, want 1,000 trials of every field with a resolver, and every branch", env, tried)
		}
	}
}

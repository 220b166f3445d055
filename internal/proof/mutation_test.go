package proof

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// templates are those of an assembly, decoded, by construct id.
type templates map[string]map[string]any

// mutant is one small change of the templates.
type mutant struct {
	operator, what string
	// generated tells what nobody chose: it is made by the schema of a type. reason is why it may pass:
	// the property is irrelevant, or cdk.json chooses it.
	generated bool
	reason    string
	// stack is the one that was changed, template its new text.
	stack    string
	template []byte
}

// equivalent are the survivors that change nothing anybody could notice, by the beginning of
// their names, each with the reason.
var equivalent = map[string]string{
	"let anybody in: API deleteComment": "the step before it refuses the caller as well",
	"let anybody in: API deletePhoto":   "the step before it refuses the caller as well",
}

// excused is the entry of equivalent that speaks of a mutant, "" where none does.
func excused(m mutant) string {
	for part := range equivalent {
		if strings.HasPrefix(m.operator+": "+m.what, part) {
			return part
		}
	}
	return ""
}

// The proof must notice every change of the templates that changes who may do what. One that
// it lets pass must leave every policy saying the same as before.
func TestMutation_killsEveryMutantThatChangesAccess(t *testing.T) {
	original := decode(t, prooftest.Assembly(t, "prod"))
	before := prooftest.Shipped(t, "prod")
	all, killed, same, apart, used := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}
	muts := mutants(t, original, before)
	for i, answer := range tried(t, muts, original, before) {
		m := muts[i]
		all[m.operator]++
		switch {
		case answer.err != nil:
			t.Errorf("%s: %s: %v", m.operator, m.what, answer.err)
		case answer.noticed:
			killed[m.operator]++
		case excused(m) != "":
			used[excused(m)] = true
			same[m.operator]++
		case m.reason != "":
			apart[m.reason]++
		case answer.same && !m.generated:
			same[m.operator]++
		default:
			t.Errorf("survived: %s: %s", m.operator, m.what)
		}
	}
	// The control: the unchanged templates pass.
	if violations, err := Check(prooftest.Assembly(t, "prod")); err != nil || len(violations) > 0 {
		t.Errorf("without a mutation: got %v, %v, want nothing", violations, err)
	}

	for part := range equivalent {
		if !used[part] {
			t.Errorf("%s: got no survivor that this excuses, want the entry gone", part)
		}
	}

	total, dead, equal := 0, 0, 0
	for _, operator := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%-36s killed %3d of %3d, %d equivalent", operator, killed[operator], all[operator], same[operator])
		total, dead, equal = total+all[operator], dead+killed[operator], equal+same[operator]
		if killed[operator] == 0 {
			t.Errorf("operator %s: no mutant was killed", operator)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(apart)) {
		t.Logf("apart: %-50s %3d", reason, apart[reason])
		total -= apart[reason]
	}
	fmt.Printf("mutation: killed %d of %d, %d equivalent\n", dead, total, equal)
	if apart[chosen] > 40 {
		t.Errorf("%d mutants pass because cdk.json may choose so, want at most 40", apart[chosen])
	}
	if dead < 2000 {
		t.Errorf("killed %d mutants, want at least 2,000", dead)
	}
	if equal*20 > total {
		t.Errorf("%d of %d mutants count as equivalent, want at most 5 %%", equal, total)
	}
}

// verdict is what the proof says of a mutant. same is whether the templates say what they said before.
type verdict struct {
	noticed, same bool
	err           error
}

// tried are the verdicts on mutants, in their order. Nothing here comes near jsii, so that all processors may work.
func tried(t *testing.T, muts []mutant, original templates, before *system.System) []verdict {
	t.Helper()
	verdicts := make([]verdict, len(muts))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work := prooftest.Assembly(t, "prod")
		workers.Go(func() {
			for i := range next {
				verdicts[i] = try(muts[i], work, before)
				if err := put(work, muts[i].stack, original[muts[i].stack]); err != nil {
					verdicts[i].err = err
				}
			}
		})
	}
	for i := range muts {
		next <- i
	}
	close(next)
	workers.Wait()
	return verdicts
}

// put writes a template of an assembly.
func put(dir, stack string, template any) error {
	text, err := json.Marshal(template)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, stack+".template.json"), text, 0o600)
}

// try proves a mutant, the quick part first.
func try(m mutant, dir string, before *system.System) verdict {
	if err := put(dir, m.stack, json.RawMessage(m.template)); err != nil {
		return verdict{err: err}
	}
	s, err := system.Open(dir)
	if err != nil {
		return verdict{noticed: true} // nothing is deployed that cannot be read
	}
	violations, err := checkTemplates(s, access.Rules())
	if err == nil && len(violations) == 0 {
		violations, err = checkResolvers(s.API, programs{})
	}
	if err == nil && len(violations) == 0 && !m.generated {
		violations, err = checkTrials(s.API, access.Fields(), programs{})
	}
	if err != nil || len(violations) > 0 {
		return verdict{noticed: true, err: err}
	}
	return verdict{same: saysTheSame(s, before)}
}

// saysTheSame compares what the policies say, by their canonical form.
func saysTheSame(after, before *system.System) bool {
	was, is := everyPolicy(before), everyPolicy(after)
	if !slices.Equal(slices.Sorted(maps.Keys(was)), slices.Sorted(maps.Keys(is))) {
		return false
	}
	for holder, policies := range was {
		if fmt.Sprint(iam.Normalize(policies...)) != fmt.Sprint(iam.Normalize(is[holder]...)) {
			return false
		}
	}
	return before.API.Schema == after.API.Schema && fmt.Sprint(before.API.Resolvers) == fmt.Sprint(after.API.Resolvers) && fmt.Sprint(everySetting(before)) == fmt.Sprint(everySetting(after))
}

// everySetting are the properties that are looked at besides policies, read or not.
func everySetting(s *system.System) []map[string]any {
	return []map[string]any{
		s.Bucket.Properties, s.Users.Properties, s.Client.Properties, s.CDN.Properties, s.Headers.Properties,
		s.Pool.Properties, s.Pool.Attachment, s.Pool.Tag, s.API.Properties,
	}
}

// everyPolicy are the policies by who holds them.
func everyPolicy(s *system.System) map[string][]*iam.Policy {
	all := map[string][]*iam.Policy{"bucket": system.Compiled([]system.Policy{s.Bucket.Policy})}
	for name, role := range map[string]system.Role{"guest": s.Guest, "user": s.User, "admin": s.Admin} {
		all[name] = system.Compiled(role.Policies)
		all["trust of "+name] = system.Compiled([]system.Policy{role.Trust})
	}
	for _, bucket := range s.Logs {
		all[bucket.Path] = system.Compiled([]system.Policy{bucket.Policy})
	}
	for _, role := range s.Services {
		all[role.Path] = system.Compiled(role.Policies)
		all["trust of "+role.Path] = system.Compiled([]system.Policy{role.Trust})
	}
	return all
}

func decode(t *testing.T, dir string) templates {
	t.Helper()
	result := templates{}
	files, err := fs.Glob(os.DirFS(dir), "*.template.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		var template map[string]any
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatal(err)
		}
		result[strings.TrimSuffix(file, ".template.json")] = template
	}
	return result
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A table that says less than the policies give, or more, is noticed as well: the contract
// is not read off the policies.
func TestProve_noticesEveryChangeOfTheTable(t *testing.T) {
	s := prooftest.Shipped(t, "prod")
	changes := 0
	for i, rule := range access.Rules() {
		for name, column := range columns(&rule) {
			for _, verb := range []access.Verbs{access.Get, access.List, access.Put, access.Delete} {
				rules := access.Rules()
				changed := columns(&rules[i])[name]
				if *changed = *column ^ verb; rules[i].Owner != rule.Owner && !strings.Contains(rule.Area, "{") {
					continue // nobody owns anything there
				}
				if name == "owner" && rule.SignedIn&verb != 0 {
					continue // the owner has it as everybody else does
				}
				changes++
				violations, err := checkTemplates(s, rules) // the resolvers' trials do not read the table
				if err != nil {
					t.Fatal(err)
				}
				if len(violations) == 0 {
					t.Errorf("%s: %s %v toggled for %s: the proof lets it pass", rule.Area, verb, column, name)
				}
			}
		}
	}
	if changes < 60 {
		t.Errorf("tried %d changes of the table, want at least 60", changes)
	}
}

func columns(rule *access.Rule) map[string]*access.Verbs {
	return map[string]*access.Verbs{
		"CDN": &rule.CDN, "guests": &rule.Guest, "users": &rule.SignedIn, "owner": &rule.Owner, "admins": &rule.Admins,
	}
}

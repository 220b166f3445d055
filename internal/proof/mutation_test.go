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
	// generated tells what nobody chose: it is made by the schema of a type, or by a grammar. reason is
	// why it may pass: the property is irrelevant, or cdk.json chooses it.
	generated bool
	reason    string
	// equal is why it may pass among those that count.
	equal string
	// byType tells what the schema of a type makes: nothing of it runs in the trials.
	byType bool
	// policy tells a change of a policy: that may say the same in other words.
	policy bool
	// code is the new code of the resolver or function with the construct id; schema tells a change of
	// the schema. fields are those that are tried for either.
	id, code string
	schema   bool
	fields   []string
	// stack is the one that was changed, kind the type of the resource, template what became of it.
	stack, kind string
	template    map[string]any
}

// equivalent are the survivors that change nothing anybody could notice, by the beginning of
// their names, each with the reason.
var equivalent = map[string]string{
	"schema: change a field's type: API GraphQLSchemaC5F638F6: Photo.likedByMe":      "an error in the place of what its caller may see",
	"let anybody in: API deleteComment":                                              "the step before it refuses the caller as well",
	"list drafts: API createProduct6AB81851: return product.state":                   "no trial makes again a product that somebody has changed since, which is what asks there",
	"code: change a text: API createProduct6AB81851: shared/files.js filesOfProduct": "what a call made has no file at an address that stays",
	"code: change a text: API roomForPhotoAB21B745: shared/keys.js profileKey":       "it only spares making a picture: createPhoto asks the same again where it writes",
	"remove a state's condition: API publishProduct":                                 "a state changes with the version, whose condition stays",
	"let anybody in: API deletePhoto":                                                "the step before it refuses the caller as well",
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
	original, muts := shippedMutants(t)
	before := prooftest.Shipped(t, "prod")
	if !*everyMutant {
		muts = sliceOf(muts)
	}
	result, nobodys := scores{map[string]*score{}, map[string]int{}, map[string]bool{}}, 0
	for i, answer := range tried(t, muts, original, before) {
		result.count(t, muts[i], answer)
		if muts[i].generated {
			nobodys++
		}
	}
	// The control: the unchanged templates pass.
	if result, err := Check(prooftest.Assembly(t, "prod")); err != nil || len(result.Violations) > 0 {
		t.Errorf("without a mutation: got %v, %v, want nothing", result.Violations, err)
	}
	sum := result.print(t)
	if !*everyMutant {
		return
	}
	for part := range equivalent {
		if !result.used[part] {
			t.Errorf("%s: got no survivor that this excuses, want the entry gone", part)
		}
	}
	if nobodys -= sum.apart; nobodys < 1500 {
		t.Errorf("%d mutants that nobody chose, want at least 1,500", nobodys)
	}
}

// ofProd are the mutants of what ships, which are made once for all tests.
var ofProd struct {
	sync.Once
	original templates
	mutants  []mutant
}

// shippedMutants are the templates of prod, and their mutants. Nobody writes to either.
func shippedMutants(t *testing.T) (templates, []mutant) {
	t.Helper()
	ofProd.Do(func() {
		ofProd.original = decode(t, prooftest.Assembly(t, "prod"))
		ofProd.mutants = mutants(t, ofProd.original, prooftest.Shipped(t, "prod"))
	})
	return ofProd.original, ofProd.mutants
}

// verdict is what the proof says of a mutant. refused is whether AWS does not deploy it, same whether the templates say what they said before.
type verdict struct {
	noticed, refused, same bool
	err                    error
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
func put(dir, stack string, template map[string]any) error {
	text, err := json.Marshal(template)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, stack+".template.json"), text, 0o600)
}

// try proves a mutant, the part first that is likely to notice it.
func try(m mutant, dir string, before *system.System) verdict {
	s := before
	if m.code != "" {
		s = recoded(before, m.id, m.code)
	} else {
		if err := put(dir, m.stack, m.template); err != nil {
			return verdict{err: err}
		}
		var err error
		if s, err = system.Open(dir); err != nil {
			return verdict{noticed: true} // nothing is deployed that cannot be read
		}
	}
	templates := func() ([]Violation, error) { return checkTemplates(s, access.Rules(), &Count{}) }
	resolvers := func() (found []Violation, err error) { found, _, err = runCourse(s.API, known); return found, err }
	trials := func() (found []Violation, err error) {
		found, _, err = runTrials(s.API, tellingOf(m.fields), known)
		return found, err
	}
	steps := []func() ([]Violation, error){templates, resolvers, trials}
	switch {
	case m.code != "":
		steps = []func() ([]Violation, error){trials, resolvers}
	case m.schema:
		steps = []func() ([]Violation, error){templates, trials}
	case m.byType:
		steps = steps[:2]
	}
	for _, step := range steps {
		violations, err := step()
		if err != nil && strings.Contains(err.Error(), "SerializationException") {
			return verdict{noticed: true} // the trials' table cannot read what the code asks: the proof ends, and the synth with it
		}
		if err != nil || len(violations) > 0 {
			refused := len(violations) == 1 && strings.HasPrefix(violations[0].Text, "AppSync would refuse the schema")
			return verdict{noticed: true, refused: refused, err: err}
		}
	}
	return verdict{same: saysTheSame(s, before)}
}

// recoded is the system with another code of one resolver or function.
func recoded(before *system.System, id, code string) *system.System {
	s := *before
	s.API.Resolvers, s.API.Functions = slices.Clone(s.API.Resolvers), slices.Clone(s.API.Functions)
	step := func(of *system.Step) {
		if of.LogicalID == id {
			of.Code = code
		}
	}
	for i := range s.API.Resolvers {
		r := &s.API.Resolvers[i]
		r.Steps = slices.Clone(r.Steps)
		for j := range r.Steps {
			step(&r.Steps[j])
		}
		if r.LogicalID == id {
			r.Code = code
		}
	}
	for i := range s.API.Functions {
		step(&s.API.Functions[i])
	}
	return &s
}

// tellingOf are the fields of the API's table by which a change of some of them shows: these, the
// subscriptions that hear them, and the mutations that they hear. No name at all is all of them.
func tellingOf(names []string) []access.Field {
	return slices.DeleteFunc(access.Fields(), func(field access.Field) bool {
		return names != nil && !slices.ContainsFunc(access.Fields(), func(changed access.Field) bool {
			return slices.Contains(names, changed.Path()) &&
				(changed.Path() == field.Path() || slices.Contains(field.Hears, changed.Name) || slices.Contains(changed.Hears, field.Name))
		})
	})
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
	for _, role := range s.People() {
		name := role.Path
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
	changes, tried := 0, 0
	for i, rule := range access.Rules() {
		all := columns(&rule)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			column := all[name]
			for _, verb := range []access.Verbs{access.Get, access.List, access.Put, access.Delete} {
				rules := access.Rules()
				if toggle(&rules[i], name, verb); rules[i].Owner != rule.Owner && !strings.Contains(rule.Area, "{") {
					continue // nobody owns anything there
				}
				if name == "owner" && rule.SignedIn&verb != 0 {
					continue // the owner has it as everybody else does
				}
				if changes++; changes%5 != 0 && !*everyMutant {
					continue // one of five, which over the rules takes every verb of every column
				}
				tried++
				violations, err := checkTemplates(s, rules, &Count{}) // the resolvers' trials do not read the table
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
		t.Errorf("got %d changes of the table, want at least 60", changes)
	}
	t.Logf("%d of %d changes of the table were tried", tried, changes)
}

func columns(rule *access.Rule) map[string]*access.Verbs {
	admins := rule.Groups[access.Admins]
	return map[string]*access.Verbs{
		"CDN": &rule.CDN, "guests": &rule.Guest, "users": &rule.SignedIn, "owner": &rule.Owner, "admins": &admins,
	}
}

// toggle gives a column a verb, or takes it.
func toggle(rule *access.Rule, name string, verb access.Verbs) {
	all := columns(rule)
	*all[name] ^= verb
	rule.Groups = map[access.Principal]access.Verbs{access.Admins: *all["admins"]}
}

package diff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// Diff is what changes between two assemblies in who may do what.
type Diff struct {
	Opens, Closes []Change
	// Irrelevant is what changes and matters to nobody's access.
	Irrelevant []IrrelevantChange
	// Unread is whatever else changes in the templates: nobody may be said to do no more than
	// before while there is any.
	Unread []UnreadChange
}

// Change is one thing that opens or closes: a sentence, and where it is written.
type Change struct{ Text, Source string }

// String says what opens and what closes in words, a line each, what is irrelevant, with the reason,
// and what was not compared; or, where nothing is, that nobody may do more or less.
func (d Diff) String() string {
	var b strings.Builder
	for _, part := range []struct {
		title   string
		changes []Change
	}{{"Opens", d.Opens}, {"Closes", d.Closes}} {
		if len(part.changes) == 0 {
			continue
		}
		b.WriteString(part.title + "\n")
		for _, change := range part.changes {
			b.WriteString("  - " + strings.Join(prose.Wrap(change.Text, 94), "\n    ") + "\n")
			if change.Source != "" {
				b.WriteString("      " + change.Source + "\n")
			}
		}
		b.WriteString("\n")
	}
	if len(d.Irrelevant) > 0 {
		b.WriteString("Irrelevant to access\n")
	}
	for _, change := range d.Irrelevant {
		b.WriteString("  - " + change.String() + "\n")
	}
	if len(d.Unread) > 0 {
		b.WriteString(strings.Repeat("\n", min(1, len(d.Irrelevant))) + "Not compared, and for a reviewer to read\n")
	}
	for _, unread := range d.Unread {
		b.WriteString("  - " + unread.String() + "\n")
	}
	b.WriteString(strings.Repeat("\n", min(1, len(d.Irrelevant)+len(d.Unread))))
	if len(d.Opens)+len(d.Closes)+len(d.Unread) == 0 {
		b.WriteString("Nobody may do more than before, and nobody less.\n")
		return b.String()
	}
	fmt.Fprintf(&b, "%d opened, %d closed", len(d.Opens), len(d.Closes))
	if len(d.Irrelevant) > 0 {
		fmt.Fprintf(&b, ", %d irrelevant", len(d.Irrelevant))
	}
	if len(d.Unread) > 0 {
		fmt.Fprintf(&b, ", %d not compared", len(d.Unread))
	}
	return b.String() + ".\n"
}

// Compare asks two systems everything that the policies of either tell apart, for every
// caller, and collects the answers that differ. Physical ids do not count: a bucket by another
// name is the same bucket. What differs between the templates and is not compared like that is
// listed, whatever it is.
func Compare(before, after *system.System, rules []access.Rule) (Diff, error) {
	was, err := graphql.LoadSchema(before.API.Schema)
	if err != nil {
		return Diff{}, fmt.Errorf("before: %s: AppSync would refuse the schema: %w", before.API.SchemaAt.Path, err)
	}
	is, err := graphql.LoadSchema(after.API.Schema)
	if err != nil {
		return Diff{}, fmt.Errorf("after: %s: AppSync would refuse the schema: %w", after.API.SchemaAt.Path, err)
	}
	p := pair{before: before, after: after, toAfter: renaming(before, after), toBefore: renaming(after, before), reasons: proof.IrrelevanceOf(after)}
	p.resolveAlike = resolveAlike(before.API, after.API, was, is)
	if err := p.compareFiles(question.ContractOf(before, rules, was), question.ContractOf(after, rules, is)); err != nil {
		return Diff{}, err
	}
	p.compareFields(was, is)
	p.compareHears(was, is)
	p.compareOrigins()
	if err := p.compareInvariants(rules); err != nil {
		return Diff{}, err
	}
	p.compareSources()
	p.compareRules()
	p.compareOutlines(was, is)
	return p.diff, nil
}

// pair are two systems in comparison.
type pair struct {
	before, after     *system.System
	toAfter, toBefore *strings.Replacer
	reasons           func(kind, path string) proof.Irrelevance
	resolveAlike      bool // the trials of the resolvers say the same of both
	diff              Diff
}

// add puts a change where it belongs.
func (p *pair) add(opens bool, change Change) {
	list := &p.diff.Closes
	if opens {
		list = &p.diff.Opens
	}
	if !slices.Contains(*list, change) {
		*list = append(*list, change)
	}
}

// renaming replaces what is called by an id of one system by the ids of another.
func renaming(from, to *system.System) *strings.Replacer {
	ids := [][2]string{{from.Bucket.ARN, to.Bucket.ARN}, {from.API.ARN, to.API.ARN}, {from.Pool.ID, to.Pool.ID}, {from.CDN.ID, to.CDN.ID}, {from.Users.ID, to.Users.ID}}
	for i := range min(len(from.Logs), len(to.Logs)) {
		ids = append(ids, [2]string{from.Logs[i].ARN, to.Logs[i].ARN})
	}
	for i := range min(len(from.Failures), len(to.Failures)) {
		ids = append(ids, [2]string{from.Failures[i].ARN, to.Failures[i].ARN})
	}
	if from.Site != nil && to.Site != nil {
		ids = append(ids, [2]string{from.Site.Bucket.ARN, to.Site.Bucket.ARN}, [2]string{from.Site.ID, to.Site.ID}, [2]string{from.Site.DomainName, to.Site.DomainName})
	}
	for name, table := range from.API.Tables {
		if other, found := to.API.Tables[name]; found {
			ids = append(ids, [2]string{table.ARN, other.ARN}, [2]string{table.StreamARN, other.StreamARN})
		}
	}
	for _, function := range from.Functions {
		if other, found := to.FunctionNamed(function.Name); found {
			ids = append(ids, [2]string{function.ARN, other.ARN}, [2]string{strings.TrimSuffix(function.LogARN, "*"), strings.TrimSuffix(other.LogARN, "*")})
		}
	}
	ids = slices.DeleteFunc(ids, func(id [2]string) bool { return id[0] == "" })
	// An id that begins with another one goes first.
	slices.SortFunc(ids, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	var flat []string
	for _, id := range ids {
		flat = append(flat, id[0], id[1])
	}
	return strings.NewReplacer(flat...)
}

// callers are those of the two systems side by side. The members of a group that one of them does not
// have are signed-in users there; a function that it does not have may do what anyone may.
func (p *pair) callers() (was, is []question.Caller) {
	was, is = question.Callers(p.before), question.Callers(p.after)
	find := func(callers []question.Caller, name, instead string) question.Caller {
		for _, one := range []string{name, instead} {
			if at := slices.IndexFunc(callers, func(who question.Caller) bool { return who.Name == one }); at >= 0 {
				who := callers[at]
				who.Name = name
				return who
			}
		}
		return question.Caller{Name: name}
	}
	names := map[string]bool{}
	var before, after []question.Caller
	for _, who := range slices.Concat(was, is) {
		if !names[who.Name] {
			names[who.Name] = true
			instead := "a signed-in user"
			if !who.IsPerson() {
				instead = was[0].Name // anyone on the internet
			}
			before, after = append(before, find(was, who.Name, instead)), append(after, find(is, who.Name, instead))
		}
	}
	return before, after
}

// universe are the classes that the policies of either system tell apart, by the ids of the
// system before.
func (p *pair) universe(was, is question.Caller, old, young question.Contract) (question.Universe, error) {
	both := was
	both.Policies = slices.Clone(was.Policies)
	for _, policy := range append(slices.Clone(is.Policies), p.after.Bucket.Policy) {
		both.Policies = append(both.Policies, renamed(policy, p.toBefore))
	}
	for _, field := range slices.Concat(young.Fields, young.Identities) {
		old.Fields = append(old.Fields, p.toBefore.Replace(field))
	}
	return question.UniverseOf(p.before, both, old)
}

// renamed is a policy with other ids, for the patterns in it.
func renamed(policy system.Policy, ids *strings.Replacer) system.Policy {
	statements := slices.Clone(policy.Document.Statements)
	for i := range statements {
		resources := slices.Clone(statements[i].Resources)
		for j := range resources {
			resources[j] = ids.Replace(resources[j])
		}
		statements[i].Resources = resources
	}
	policy.Document.Statements = statements
	return policy
}

// compareOrigins compares whose pages may use the bucket from a browser.
func (p *pair) compareOrigins() {
	was, is := p.before.Bucket.Origins(), p.after.Bucket.Origins()
	for _, change := range []struct {
		opens    bool
		from, to []string
		text     string
	}{{true, was, is, "pages of %s may use the bucket from a browser"}, {false, is, was, "pages of %s may no longer use the bucket from a browser"}} {
		for _, origin := range change.to {
			if !slices.Contains(change.from, origin) {
				p.add(change.opens, Change{fmt.Sprintf(change.text, origin), "CORS of " + p.after.Bucket.Construct()})
			}
		}
	}
}

// compareInvariants compares which of the invariants are broken: whatever may not differ from
// one system to another is compared by what the proof says of it.
func (p *pair) compareInvariants(rules []access.Rule) error {
	was, err := p.broken(p.before, rules)
	if err != nil {
		return err
	}
	is, err := p.broken(p.after, rules)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, violation := range was {
		known[violation.Rule+violation.Text] = true
	}
	kept := map[string]bool{}
	for _, violation := range is {
		violation.Text = p.toBefore.Replace(violation.Text)
		kept[violation.Rule+violation.Text] = true
		if !known[violation.Rule+violation.Text] {
			p.add(!violation.Closes, Change{"an invariant breaks: " + violation.Text, violation.Construct()})
		}
	}
	for _, violation := range was {
		if !kept[violation.Rule+violation.Text] {
			p.add(violation.Closes, Change{"an invariant holds again, which was broken: " + violation.Text, violation.Construct()})
		}
	}
	return nil
}

// resolveAlike tells whether resolvers do the same in two APIs: all is the same but the directives, past which they are tried.
func resolveAlike(before, after system.API, was, is *ast.Schema) bool {
	before.Schema, after.Schema = "", ""
	return reflect.DeepEqual(before, after) && maps.Equal(outline(was, unwritten), outline(is, unwritten))
}

// broken are the violations of all that is not compared by asking. The resolvers are tried where the two APIs differ:
// equal ones break alike.
func (p *pair) broken(s *system.System, rules []access.Rule) ([]proof.Violation, error) {
	all, err := proof.CheckLogs(s)
	if err != nil {
		return nil, err
	}
	if !p.resolveAlike {
		resolvers, err := proof.CheckResolvers(s.API)
		if err != nil {
			return nil, err
		}
		all = append(all, resolvers...)
	}
	return append(proof.CheckInvariants(s, rules), all...), nil
}

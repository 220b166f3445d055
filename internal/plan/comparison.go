package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A part is a resource in its stack.
type part struct {
	stack *assembly.Stack
	assembly.ResolvedResource
}

func (p part) place() place { return placeOf(p.stack, p.Resource.LogicalID) }

// path is the construct's, as in API/Photos.
func (p part) path() string {
	if p.Resource.Construct == "" {
		return p.stack.ID + "/" + p.Resource.LogicalID
	}
	return strings.TrimSuffix(p.Resource.Construct, "/Resource")
}

// comparison is what is known of both sides.
type comparison struct {
	was side
	is  after
	// heirs are what takes the place of a resource that its template no longer has, and forebears the other way round: of
	// another logical id, in another stack, or in another region.
	heirs     map[place]part
	forebears map[place]part
	types     map[string]schema.Type
}

func newComparison(was side, is after) *comparison {
	c := &comparison{was: was, is: is, heirs: map[place]part{}, forebears: map[place]part{}, types: schema.Current().Types}
	c.pair()
	return c
}

// partsOf are the resources of a side that the other one does not have under that name.
func partsOf(stacks []*assembly.Resolved, other side) []part {
	var found []part
	for _, s := range stacks {
		there := other.find(s.Stack)
		for _, r := range s.Resources {
			if there != nil {
				if _, ok := there.Resource(r.Resource.LogicalID); ok {
					continue
				}
			}
			found = append(found, part{s.Stack, r})
		}
	}
	return found
}

// pair finds the heir of each resource that goes: of its type, and the likest there is.
func (c *comparison) pair() {
	gone, added := partsOf(c.was.stacks, c.is.side), partsOf(c.is.stacks, c.was)
	type couple struct {
		old, next part
		likeness  int
	}
	var couples []couple
	for _, old := range gone {
		for _, next := range added {
			if old.Resource.Type == next.Resource.Type && sameEnvironment(old.stack, next.stack) {
				couples = append(couples, couple{old, next, likeness(old, next)})
			}
		}
	}
	slices.SortStableFunc(couples, func(a, b couple) int { return b.likeness - a.likeness })
	for _, two := range couples {
		_, taken := c.heirs[two.old.place()]
		_, has := c.forebears[two.next.place()]
		if !taken && !has && two.likeness > 0 {
			c.heirs[two.old.place()], c.forebears[two.next.place()] = two.next, two.old
		}
	}
}

func sameEnvironment(a, b *assembly.Stack) bool {
	_, one, _ := parts(a.Name)
	_, other, _ := parts(b.Name)
	return one == other
}

// likeness is how much speaks for the one being the other under another name: the logical id, the properties as they are
// written, and the place.
func likeness(a, b part) int {
	points := 0
	if a.Resource.LogicalID == b.Resource.LogicalID {
		points += 1000
	}
	all := maps.Clone(a.Resource.Properties)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, b.Resource.Properties)
	same := 0
	for name := range all {
		if schema.Same(a.Resource.Properties[name], b.Resource.Properties[name]) {
			same++
		}
	}
	if same == len(all) {
		points += 100
	}
	points += 10 * same
	if a.stack.Name == b.stack.Name {
		points += 5
	}
	return points
}

// stack plans one that is deployed.
func (c *comparison) stack(now *assembly.Resolved, failed map[string]Failed) Stack {
	s := Stack{ID: now.Stack.ID, Name: now.Stack.Name, Region: now.Stack.Region, Findings: []Finding{}}
	there := c.was.find(now.Stack)
	if stopped, ok := failed[now.Stack.Name]; ok {
		s.Findings = append(s.Findings, stopped.finding(now.Stack)...)
	}
	s.Findings = append(s.Findings, c.lacking(now)...)
	if _, skipped := c.is.skipped[now.Stack]; skipped {
		s.Deed = Unchanged
		s.Findings = append(s.Findings, c.behind(now)...)
		s.Findings = append(s.Findings, c.lifted(there, now)...)
		return s
	}
	s.Deed = Updated
	if there == nil {
		s.Deed = Created
		there = &assembly.Resolved{Stack: now.Stack}
	}
	for _, r := range now.Resources {
		next := part{now.Stack, r}
		old, ok := there.Resource(r.Resource.LogicalID)
		switch {
		case !ok:
			s.Counts.Added++
			c.added(&s, next)
		case c.is.fresh[next.place()]:
			s.Counts.Replaced++
			c.replaced(&s, part{there.Stack, old}, next, renewing(old, r))
		default:
			if !schema.Same(orEmpty(old.Properties), orEmpty(r.Properties)) {
				s.Counts.Changed++
			}
			c.changed(&s, part{there.Stack, old}, next)
		}
	}
	for _, r := range there.Resources {
		if _, ok := now.Resource(r.Resource.LogicalID); !ok {
			s.Counts.Removed++
			c.removed(&s, part{there.Stack, r})
		}
	}
	s.Findings = append(s.Findings, c.lifted(there, now)...)
	s.Findings = append(s.Findings, c.outputs(there, now)...)
	return s
}

func orEmpty(properties map[string]any) any {
	if properties == nil {
		return map[string]any{}
	}
	return properties
}

// added is a resource that is new under its logical id: another one, if it has a forebear.
func (c *comparison) added(s *Stack, next part) {
	s.Findings = append(s.Findings, c.taken(next)...)
	old, ok := c.forebears[next.place()]
	if !ok {
		return
	}
	s.Counts.Added--
	s.Counts.Replaced++
	c.replaced(s, old, next, old.renamed(next))
}

// renamed says under which name a resource is made that had another one, of the construct or by its logical id.
func (p part) renamed(next part) []Change {
	switch {
	case placeOf(p.stack, "") != placeOf(next.stack, ""):
		return nil // which is said besides
	case p.path() != next.path():
		return []Change{{"construct", p.path(), next.path()}}
	}
	return []Change{{"logical id", p.Resource.LogicalID, next.Resource.LogicalID}}
}

// where is what a resource is called as seen from one that takes its place, or had it.
func (p part) where(other part) string {
	at := p.path()
	if p.stack.ID != other.stack.ID {
		at += " in " + p.stack.Name
	}
	if p.stack.Region != other.stack.Region {
		at += " in " + p.stack.Region
	}
	if p.stack.Account != other.stack.Account {
		at += " in account " + p.stack.Account
	}
	return at
}

// replaced is a resource that is made anew, and what of the old one is lost.
func (c *comparison) replaced(s *Stack, old, next part, because []Change) {
	if _, renamed := c.forebears[next.place()]; !renamed {
		s.Findings = append(s.Findings, c.taken(next)...)
	}
	if slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Verdict == Cannot && f.LogicalID == next.Resource.LogicalID }) {
		return // it is not made
	}
	f := finding(Replaces, next)
	f.Because, f.Instead = because, old.stack.Name+"/"+old.Resource.LogicalID
	held := heldBy(next.Resource.Type)
	fate := c.fate(old, next)
	made := "is made"
	if held.empty {
		made += ", and is empty"
	}
	f.Says = fmt.Sprintf("A new %s %s. %s", held.called(next), made, fate.says)
	if !held.loss && !held.interrupts || held.kept && fate.stays {
		s.Unnoticed = append(s.Unnoticed, f)
		return
	}
	f.Loses, f.Loss = held.loses, held.loss
	if held.loss && fate.stays && placeOf(next.stack, "") == placeOf(old.stack, "") {
		f.Ways = []string{"Nothing moves to the new one by itself. To go on with the old one, leave the construct its id and these properties."}
	}
	s.Findings = append(s.Findings, f)
}

// A fate is what becomes of a resource that another takes the place of.
type fate struct {
	stays bool
	says  string
}

func (c *comparison) fate(old, next part) fate {
	if c.is.find(old.stack) == nil {
		where := old.stack.Name
		if old.stack.Name == next.stack.Name {
			where = c.whereabouts(old.stack)
		}
		return fate{true, fmt.Sprintf("The old one stays in %s, where no deployment reaches it any more.", where)}
	}
	// A resource that is replaced under its logical id goes by the new template; one that is gone from it by the old.
	policy := next.Resource.UpdateReplacePolicy
	if old.place() != next.place() {
		policy = old.Resource.DeletionPolicy
	}
	if keeps(policy) {
		return fate{true, "The old one is kept, and belongs to no stack."}
	}
	return fate{false, "The old one is deleted at the end of the update, and nothing brings it back."}
}

// whereabouts are the region of a stack that is deployed, or its account where the same stack is to be in another one.
func (c *comparison) whereabouts(s *assembly.Stack) string {
	for _, next := range c.is.stacks {
		if next.Stack.Name == s.Name && next.Stack.Account != s.Account {
			return "account " + s.Account
		}
	}
	return regionOf(s)
}

func regionOf(s *assembly.Stack) string { return cmp.Or(s.Region, "the account's region") }

func keeps(policy string) bool { return strings.HasPrefix(policy, "Retain") }

// removed is a resource that the template no longer has.
func (c *comparison) removed(s *Stack, old part) {
	if _, ok := c.heirs[old.place()]; ok {
		s.Counts.Removed--
		return // it is in the finding of what takes its place
	}
	held := heldBy(old.Resource.Type)
	switch {
	case keeps(old.Resource.DeletionPolicy):
		f := finding(LeftOver, old)
		f.Says = fmt.Sprintf("The %s is in no template any more. It is kept, and belongs to no stack.", held.called(old))
		for _, identity := range schema.Identities(old.Resource.Type) {
			if text, ok := valuesOf(old, identity); ok {
				f.Ways = append(f.Ways, fmt.Sprintf("As long as it is there, no other can have its %s: %s.", strings.Join(identity.Paths, " and "), text))
			}
		}
		s.Findings = append(s.Findings, f)
	case held.loss:
		f := finding(Final, old)
		f.ID += "/deletion"
		f.Loss, f.Loses = true, held.loses
		f.Says = fmt.Sprintf("The %s is deleted, and nothing brings it back.", held.called(old))
		s.Findings = append(s.Findings, f)
	case held.interrupts:
		f := finding(Outage, old)
		f.Loses = held.loses
		f.Says = fmt.Sprintf("The %s is deleted.", held.called(old))
		s.Findings = append(s.Findings, f)
	}
}

// changed is a resource that is changed in place, or is to be.
func (c *comparison) changed(s *Stack, old, next part) {
	s.Findings = append(s.Findings, refused(old, next)...)
	s.Findings = append(s.Findings, final(old, next)...)
	s.Findings = append(s.Findings, refusedSites(old, next)...)
	if _, known := c.types[next.Resource.Type]; !known && !handled[next.Resource.Type] && !schema.Same(orEmpty(old.Properties), orEmpty(next.Properties)) {
		f := finding(Outage, next)
		if held := heldBy(next.Resource.Type); held.loss {
			f = finding(Final, next)
			f.ID += "/change"
			f.Loss, f.Loses = true, held.loses
		}
		f.Says = fmt.Sprintf("It changes, and whether it is made anew is not known here: %s is not in the table of types.", next.Resource.Type)
		f.Ways = []string{"Read \"Update requires\" on the type's page, and `npx cdk diff`."}
		s.Findings = append(s.Findings, f)
	}
}

// handled are custom resources whose function is known: it empties buckets, and is of those that remove their data.
var handled = map[string]bool{"Custom::S3AutoDeleteObjects": true}

// finding is one of a resource, without what it says.
func finding(v Verdict, p part) Finding {
	return Finding{
		ID:      strings.ReplaceAll(string(v), " ", "-") + ":" + p.path(),
		Verdict: v, Resource: p.path(), LogicalID: p.Resource.LogicalID, Type: p.Resource.Type,
	}
}

// ofStack is a finding of a stack.
func ofStack(v Verdict, s *assembly.Stack) Finding {
	return Finding{ID: strings.ReplaceAll(string(v), " ", "-") + ":" + s.ID, Verdict: v}
}

// behind are the resources of a stack that is skipped and that would be others if it were not.
func (c *comparison) behind(now *assembly.Resolved) []Finding {
	would := c.is.skipped[now.Stack]
	var names []string
	for _, r := range now.Resources {
		if next, ok := would.Resource(r.Resource.LogicalID); ok && !schema.Same(orEmpty(r.Properties), orEmpty(next.Properties)) {
			names = append(names, part{now.Stack, r}.path())
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	f := ofStack(Behind, now.Stack)
	f.Says = "Its template is the same text, so that nothing is deployed, and it goes on with what was replaced in the stacks before it: " + listed(names) + "."
	f.Ways = []string{"Give the construct that is replaced a new id as well (ADR 0003): its output has another name then, and this stack another text."}
	return []Finding{f}
}

// listed are names, of many the first ones.
func listed(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

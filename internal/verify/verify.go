package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/assembly"
)

// atOnce is how many questions are under way at a time: Cloud Control has a ceiling for an account.
const atOnce = 8

// Deployed reads back what the world's environment has, and proves that. Of an assembly, if it is given, it says besides what
// is deployed of it and what is not. The error is for what could not be read: then nothing is known.
func Deployed(ctx context.Context, w World, want *assembly.Assembly) (*Report, error) {
	w.Tell = oneByOne(w.Tell)
	f, err := readFrame(ctx, w)
	if err != nil {
		return nil, err
	}
	a, err := open(ctx, f)
	if err != nil {
		return nil, err
	}
	report := &Report{Environment: w.Config.Env, Stacks: len(f.assembly.Stacks), Resources: len(a.order), Rows: []Row{}}
	if want != nil {
		rows, err := f.against(want, w)
		if err != nil {
			return nil, err
		}
		report.Rows = append(report.Rows, rows...)
	}
	gone, err := a.readAll(ctx, w)
	if err != nil || len(gone) > 0 {
		report.Rows = append(report.Rows, gone...)
		report.order()
		return report, err
	}
	l, err := a.compare(ctx, w)
	if err != nil {
		return nil, err
	}
	report.Resources += len(l.strays)
	w.Tell("proving what lives")
	rows, err := l.prove()
	report.Rows = append(report.Rows, rows...)
	report.order()
	return report, err
}

// order has what is worst stand first, and everything once.
func (r *Report) order() {
	slices.SortStableFunc(r.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Verdict.rank(), b.Verdict.rank()), cmp.Compare(a.Where, b.Where))
	})
	r.Rows = slices.Compact(r.Rows)
}

// oneByOne lets many tell at a time.
func oneByOne(tell func(string, ...any)) func(string, ...any) {
	var mutex sync.Mutex
	return func(format string, values ...any) {
		mutex.Lock()
		defer mutex.Unlock()
		tell(format, values...)
	}
}

// rank is the place of a verdict in a report: what is worst stands first.
func (v Verdict) rank() int {
	return slices.Index([]Verdict{Violation, Difference, Unread, Skipped, Kept}, v)
}

// readAll reads all resources. What is gone is a row, as is what others ask for and a resource has no more.
func (a *account) readAll(ctx context.Context, w World) ([]Row, error) {
	var group errgroup.Group
	group.SetLimit(atOnce)
	var done atomic.Int64
	faults, missing, lacks := make([]error, len(a.order)), make([]bool, len(a.order)), make([]*lacking, len(a.order))
	for i, p := range a.order {
		group.Go(func() error {
			_, err := p.live()
			missing[i] = errors.Is(err, errGone)
			var lack bool
			if lacks[i], lack = errors.AsType[*lacking](err); !lack && !missing[i] && !errors.Is(err, errNeeds) {
				faults[i] = of(p, err)
			}
			w.Tell("reading back: %d of %d resources so far", done.Add(1), len(a.order))
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var rows []Row
	for i, p := range a.order {
		if missing[i] {
			rows = append(rows, Row{Violation, p.place(), "drift", fmt.Sprintf("%s: %v; nothing else was proven", p.resource.Type, errGone)})
		}
		if lacks[i] == nil {
			continue
		}
		if row := (Row{Violation, lacks[i].of.place(), "drift", lacks[i].text()}); !slices.Contains(rows, row) { // which many may ask for
			rows = append(rows, row)
		}
	}
	return rows, errors.Join(faults...)
}

func of(p *part, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", p.place(), err)
}

// A life is what lives, in the words of the templates as far as they hold.
type life struct {
	*account
	changed map[string]map[string]any // the properties of resources, by stack and logical id
	drifts  []drifted
	strays  []stray
	rows    []Row
}

// drifted is a drift of a resource.
type drifted struct {
	at   system.At
	kind string
	drift
}

// compare holds each resource against its template, and looks for what lives beside them.
func (a *account) compare(ctx context.Context, w World) (*life, error) {
	l := &life{account: a, changed: map[string]map[string]any{}}
	known, err := a.known()
	if err != nil {
		return nil, err
	}
	var group errgroup.Group
	group.SetLimit(atOnce)
	faults := make([]error, len(a.order))
	var mutex sync.Mutex
	for i, p := range a.order {
		group.Go(func() error {
			strays, err := p.strays(ctx, known)
			code, codeErr := p.code(ctx)
			faults[i] = errors.Join(of(p, err), of(p, codeErr))
			mutex.Lock()
			defer mutex.Unlock()
			l.strays, l.rows = append(l.strays, strays...), append(l.rows, code...)
			w.Tell("looking for what lives beside the templates: %d so far", len(l.strays))
			return ctx.Err()
		})
	}
	err = errors.Join(group.Wait(), errors.Join(faults...))
	for _, p := range a.order {
		err = errors.Join(err, of(p, l.hold(ctx, p)))
	}
	l.strays = distinct(l.strays)
	a.adopt(l.strays)
	return l, err
}

// distinct are strays once each: a rule may call two functions.
func distinct(strays []stray) []stray {
	slices.SortFunc(strays, func(a, b stray) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.identifier, b.identifier), cmp.Compare(a.of.place(), b.of.place()))
	})
	return slices.CompactFunc(strays, func(a, b stray) bool { return a.kind == b.kind && a.identifier == b.identifier })
}

// hold compares one resource.
func (l *life) hold(ctx context.Context, p *part) error {
	if table()[p.resource.Type].read == nil || outside(p.resource) {
		return nil
	}
	want, err := p.declared()
	if err != nil {
		return err
	}
	live, err := p.live()
	if err != nil {
		return err
	}
	got := answered(p.resource.Type, live, p.standing.stack.Tags)
	switch p.resource.Type {
	case "AWS::IAM::Role":
		if err := l.roleAlone(ctx, p, got); err != nil {
			return err
		}
	case "AWS::Cognito::UserPool":
		got["Schema"] = ownAttributes(got["Schema"])
	case "AWS::Cognito::IdentityPoolRoleAttachment":
		got["RoleMappings"] = underTheirKeys(got["RoleMappings"], want["RoleMappings"])
	case "AWS::Lambda::Function":
		got["LoggingConfig"] = besideOwnLog(got["LoggingConfig"], want["LoggingConfig"], functionName(p.physical))
	}
	c := comparison{kind: p.resource.Type, madeUp: p.isMadeUp}
	merged, _ := c.merge("", p.resource.Properties, want, got).(map[string]any)
	for _, path := range c.unread {
		if !read(p.resource.Type, path) {
			l.rows = append(l.rows, Row{Unread, p.place(), "drift", path + ": AWS does not show it: taken for what the template says"})
		}
	}
	if len(c.drifts) == 0 {
		return nil
	}
	l.changed[p.standing.stack.Name+"/"+p.resource.LogicalID] = merged
	for _, d := range c.drifts {
		at := system.At{Stack: p.standing.stack.ID, LogicalID: p.resource.LogicalID, Path: p.place()}
		l.drifts = append(l.drifts, drifted{at, p.resource.Type, d})
	}
	return nil
}

// read tells what is read otherwise than by the type's handler.
func read(kind, path string) bool {
	return table()[kind].code && strings.HasPrefix(path, "Code")
}

// roleAlone takes what templates attach to a role from what its handler answers: the policies of other resources.
func (l *life) roleAlone(ctx context.Context, role *part, got map[string]any) error {
	inline, arns := map[string]bool{}, map[string]bool{}
	for _, p := range l.order {
		switch p.resource.Type {
		case "AWS::IAM::Policy":
			declared, err := p.declared()
			if err != nil {
				return err
			}
			if slices.Contains(system.Items(declared["Roles"]), any(role.physical)) {
				inline[fmt.Sprint(declared["PolicyName"])] = true
			}
		case "AWS::IAM::ManagedPolicy":
			arns[p.physical] = true // which says itself whose it is
		}
	}
	got["Policies"] = slices.DeleteFunc(slices.Clone(system.Items(got["Policies"])), func(policy any) bool {
		return inline[fmt.Sprint(system.Lookup(policy, "PolicyName"))]
	})
	var others []string
	got["ManagedPolicyArns"] = slices.DeleteFunc(slices.Clone(system.Items(got["ManagedPolicyArns"])), func(arn any) bool {
		name := fmt.Sprint(arn)
		if !arns[name] && !strings.Contains(name, ":iam::aws:") {
			others = append(others, name)
			return true
		}
		return arns[name]
	})
	strays, err := role.policiesBeside(ctx, others)
	l.strays = append(l.strays, strays...)
	return err
}

// prove holds what lives against the contract.
func (l *life) prove() ([]Row, error) {
	rows := l.rows
	for _, s := range l.strays {
		rows = append(rows, Row{Violation, s.place(), "drift", fmt.Sprintf("got %s %s, want none: no template has it", s.kind, s.identifier)})
	}
	template, err := l.account.system(l.frame.assembly)
	if err != nil {
		return nil, err
	}
	irrelevant := proof.IrrelevanceOf(template)
	for _, d := range l.drifts {
		row := Row{Violation, d.at.Path, "drift", fmt.Sprintf("%s: got %s, want %s as the template has it", d.path, show(d.got), show(d.want))}
		if reason := irrelevant(d.kind, d.path); reason != "" {
			row.Verdict, row.Text = Difference, row.Text+": "+string(reason)
		}
		rows = append(rows, row)
	}
	lived, err := l.alive()
	if err != nil {
		return nil, err
	}
	s, err := l.account.system(lived)
	if unknown := proof.OfUnknownTypes(err); unknown != nil {
		return append(rows, violations(unknown)...), nil
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			rows = append(rows, Row{Violation, l.frame.assembly.Stacks[0].Name, proof.Unread, line})
		}
		return rows, nil
	}
	result, err := proof.Prove(s, access.Rules())
	return append(rows, violations(result.Violations)...), err
}

func violations(all []proof.Violation) []Row {
	var rows []Row
	for _, v := range all {
		rows = append(rows, Row{Violation, strings.TrimSuffix(v.Path, "/Resource"), v.Rule, v.Text})
	}
	return rows
}

// show is a value, on one line and not too long.
func show(value any) string {
	if value == nil {
		return "nothing"
	}
	line := text(value)
	if runes := []rune(line); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return line
}

package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// A Verdict says in a word what becomes of a stack, or of something in it.
type Verdict string

// The verdicts, the worst first.
const (
	Cannot   Verdict = "cannot"               // the deployment of the stack fails, and is rolled back
	Replaces Verdict = "replaces"             // there is a new one, without what the old one had
	Final    Verdict = "cannot be taken back" // a deletion, or that one deletes from now on
	Behind   Verdict = "stays behind"         // goes on with one that was replaced
	Outage   Verdict = "outage"               // something else has to be deployed again
	LeftOver Verdict = "left over"            // stays in the account, and no deployment reaches it
	Fine     Verdict = "fine"
)

var verdicts = []Verdict{Cannot, Replaces, Final, Behind, Outage, LeftOver, Fine}

// Plan is what a deployment does.
type Plan struct {
	App string `json:"app"` // as in Lightbox
	// Stacks are in the order of deployment. Those that nothing deploys any more are last.
	Stacks []Stack `json:"stacks"`
	// Steps are what to do so that everything works in the end, in order; none where a deployment is all.
	Steps []string `json:"steps"`
	// Assumes is what the plan does not know and supposes, "" without it.
	Assumes string `json:"assumes,omitempty"`
}

// Stack is what becomes of a stack.
type Stack struct {
	ID      string  `json:"id"`   // construct id, as in Auth
	Name    string  `json:"name"` // as in Lightbox-prod-Auth
	Region  string  `json:"region"`
	Verdict Verdict `json:"verdict"` // the worst of the findings'
	Deed    Deed    `json:"deed"`
	// NotReached is the stack whose failure ends the deployment before this one, "" without one.
	NotReached string    `json:"notReached,omitempty"`
	Counts     Counts    `json:"counts"`
	Findings   []Finding `json:"findings"` // that people should read
	// Unnoticed are resources that are made anew and that nobody misses, as a role.
	Unnoticed []Finding `json:"unnoticed,omitempty"`
}

// A Deed is what CloudFormation does with a stack.
type Deed string

// The deeds.
const (
	Created   Deed = "created"
	Updated   Deed = "updated"
	Unchanged Deed = "unchanged" // the CDK CLI skips it
	Abandoned Deed = "abandoned" // nothing deploys it any more, and it stays
)

// Counts are numbers of resources.
type Counts struct {
	Added    int `json:"added"`
	Changed  int `json:"changed"` // in place
	Replaced int `json:"replaced"`
	Removed  int `json:"removed"`
}

// Finding is something that people should know before the deployment.
type Finding struct {
	// ID is the same for the same finding of another plan, as in "replaces:API/Photos".
	ID        string   `json:"id"`
	Verdict   Verdict  `json:"verdict"`
	Loss      bool     `json:"loss"` // something is gone for good, or for whoever had it: to be accepted
	Accepted  bool     `json:"accepted,omitempty"`
	Resource  string   `json:"resource,omitempty"`
	LogicalID string   `json:"logicalId,omitempty"`
	Type      string   `json:"type,omitempty"`
	Instead   string   `json:"instead,omitempty"` // of what it is made: stack and logical id, as in Lightbox-prod-API/PhotosB9552D0D
	Says      string   `json:"says"`              // what happens
	Because   []Change `json:"because,omitempty"` // of this
	Loses     []string `json:"loses,omitempty"`   // who loses what
	Steps     []string `json:"steps,omitempty"`   // a safe order, one after the other
	Ways      []string `json:"ways,omitempty"`    // what else can be done, each by itself
}

// Change is a property that differs. A value is as in the template, with made-up ids, or "" for none.
type Change struct {
	Property string `json:"property"`
	Was      string `json:"was"`
	Is       string `json:"is"`
}

// Options choose what is planned.
type Options struct {
	Env string // only the stacks of the environment; "" is all
	// Failed are stacks of the account that are at rest and can't be updated, by name, with their status.
	Failed map[string]Failed
}

// Compare plans the deployment of next where old is deployed. The error says why two assemblies can't be compared.
func Compare(old, next *assembly.Assembly, o Options) (*Plan, error) {
	app, err := oneApp(old, next)
	if err != nil {
		return nil, err
	}
	assumes := assumed(old, next)
	old, next, err = ofEnvironment(old, next, o.Env)
	if err != nil {
		return nil, err
	}
	before, after, err := resolve(old, next)
	if err != nil {
		return nil, err
	}
	p := &Plan{App: app, Stacks: []Stack{}, Steps: []string{}, Assumes: assumes}
	c := newComparison(before, after)
	for _, now := range after.stacks {
		p.Stacks = append(p.Stacks, c.stack(now, o.Failed))
	}
	for i := len(before.stacks) - 1; i >= 0; i-- {
		if was := before.stacks[i]; after.find(was.Stack) == nil {
			p.Stacks = append(p.Stacks, c.abandoned(was))
		}
	}
	p.finish()
	return p, nil
}

// finish judges each stack by its findings, and says which are not reached.
func (p *Plan) finish() {
	failed := ""
	outage := ""
	var left []string
	for i := range p.Stacks {
		s := &p.Stacks[i]
		slices.SortStableFunc(s.Findings, func(a, b Finding) int {
			return slices.Index(verdicts, a.Verdict) - slices.Index(verdicts, b.Verdict)
		})
		s.Verdict = Fine
		if len(s.Findings) > 0 {
			s.Verdict = s.Findings[0].Verdict
		}
		if s.Deed == Abandoned {
			left = append(left, s.Name)
			continue
		}
		if s.Deed != Unchanged {
			s.NotReached = failed
		}
		if s.Verdict == Cannot && failed == "" {
			failed = s.ID
		}
		happens := s.NotReached == "" && s.Verdict != Cannot
		if happens && slices.ContainsFunc(s.Findings, func(f Finding) bool { return strings.HasPrefix(f.ID, outputsID) }) {
			_, outage, _ = parts(s.Name)
		}
	}
	if outage != "" {
		p.Steps = append(p.Steps, frontEnds(outage)...)
	}
	if len(left) > 0 {
		p.Steps = append(p.Steps, "What is left over: to go on with it, put back what named it (the environment in cdk.json, its region, or the id of the stack). "+
			"To let it go, delete it in this order, with the commands of README.md, \"Destroy, and what that keeps\": "+strings.Join(left, ", ")+".")
	}
}

// All are the findings of all stacks.
func (p *Plan) All() []Finding {
	var all []Finding
	for _, s := range p.Stacks {
		all = append(all, s.Findings...)
	}
	return all
}

// The exit codes of a plan.
const (
	CodeFine = 0
	CodeRead = 2 // an outage, steps, a deployment that fails, or an account that is not known
	CodeLoss = 3 // a loss that nobody has accepted
)

// Accept marks the losses that somebody accepts, by their ids. One that is no loss of the plan is an error.
func (p *Plan) Accept(ids []string) error {
	var losses []string
	for i := range p.Stacks {
		for j := range p.Stacks[i].Findings {
			f := &p.Stacks[i].Findings[j]
			if f.Loss {
				losses = append(losses, f.ID)
			}
			f.Accepted = f.Loss && slices.Contains(ids, f.ID)
		}
	}
	var faults []error
	for _, id := range ids {
		if !slices.Contains(losses, id) {
			want := "none: nothing is lost"
			if len(losses) > 0 {
				want = "one of " + strings.Join(losses, ", ")
			}
			faults = append(faults, fmt.Errorf("--accept: got %q, want %s", id, want))
		}
	}
	return errors.Join(faults...)
}

// Code is the exit code of the plan. A loss that is accepted is read.
func (p *Plan) Code() int {
	code := CodeFine
	if len(p.Steps) > 0 || p.Assumes != "" {
		code = CodeRead
	}
	for _, f := range p.All() {
		switch {
		case f.Loss && !f.Accepted:
			return CodeLoss
		case !f.Accepted || len(f.Steps) > 0:
			code = CodeRead
		}
	}
	return code
}

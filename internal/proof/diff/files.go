package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
	iampattern "lightbox.example/lightbox/sandbox/iam/pattern"
)

// transports are how a request may come, the usual way first.
var transports = []question.Transport{question.TLS12, question.TLS11, question.PlainHTTP}

// difference is an answer that differs, for questions of one kind.
type difference struct {
	who, over int // indexes of callers and transports
	opens     bool
	question.Location
	verb   access.Verbs
	action string
}

// occurrences are the questions of a difference.
type occurrences struct {
	count   int
	example question.Question
	refs    []string
}

// compareFiles asks about everything that IAM decides, fields apart.
func (p *pair) compareFiles(old, young question.Contract) error {
	was, is := p.callers()
	for i := range was {
		u, err := p.universe(was[i], is[i], old, young)
		if err != nil {
			return err
		}
		alike := question.DecidedAlike(p.before, p.after, was[i], is[i])
		all := map[difference]int{} // how many questions there are of a kind
		differences := map[difference]*occurrences{}
		for _, q := range u.Questions(old.Bucket) {
			if strings.EqualFold(q.Action, question.CallField) && strings.HasPrefix(q.Resource, p.before.API.ARN+"/types/") {
				continue
			}
			at, verb := old.Locate(was[i], q)
			kind := difference{who: i, Location: at, verb: verb, action: q.Action}
			all[kind]++
			if !alike || p.toAfter.Replace(q.Resource) != q.Resource {
				p.ask(kind, was[i], is[i], q, differences)
			}
		}
		p.describe(was[i], old.Rules, gather(all, differences))
	}
	return nil
}

// ask puts one question to both systems, over each transport until the answers differ.
func (p *pair) ask(kind difference, was, is question.Caller, q question.Question, differences map[difference]*occurrences) {
	asked := q
	asked.Resource = p.toAfter.Replace(q.Resource)
	for over, transport := range transports {
		before, why := question.Decide(p.before, was, q, transport)
		after, whyNow := question.Decide(p.after, is, asked, transport)
		if before == after {
			continue
		}
		system, who, reasons := p.before, was, why
		if kind.over, kind.opens = over, bool(after); after {
			system, who, reasons = p.after, is, whyNow
		}
		if kind.verb == 0 {
			kind.action = actionPattern(system, who, q.Action, reasons)
		}
		if differences[kind] == nil {
			differences[kind] = &occurrences{example: q}
		}
		differences[kind].count++
		if ref := question.ListStatements(reasons.Deciding()[:1]); !slices.Contains(differences[kind].refs, ref) {
			differences[kind].refs = append(differences[kind].refs, ref)
		}
		return
	}
}

// actionPattern is an action that is no verb, as the statement that decides about it has it.
func actionPattern(s *system.System, who question.Caller, action string, reasons iam.Reasons) string {
	for _, ref := range reasons.Deciding() {
		statement, _ := question.FindStatement(s, who, ref)
		for _, pattern := range statement.Actions {
			if strings.EqualFold(pattern, action) {
				return pattern
			}
			if wild, _, err := iampattern.Parse(pattern, iampattern.Syntax{Wildcards: true, Fold: true}); err == nil && wild.Match(action, nil) {
				return "whatever matches " + pattern
			}
		}
	}
	return action
}

// fileChange is a difference in the words of the table: all of one sentence but the names.
type fileChange struct {
	who, over int
	opens     bool
	row       int
	whose     whose
	part      bool // of the place only
	example   string
}

type whose uint8

const (
	everybodys whose = iota
	own
	others
)

// sentences are what is said of a change: names of what one may do, and statements.
type sentences struct{ names, refs []string }

// gather merges the differences of a caller: actions to verbs, folders to areas.
func gather(all map[difference]int, differences map[difference]*occurrences) map[fileChange]*sentences {
	result := map[fileChange]*sentences{}
	for _, kind := range slices.SortedFunc(maps.Keys(differences), compareDifferences) {
		t := differences[kind]
		names, whole := nameOf(kind, all, differences)
		c := fileChange{who: kind.who, over: kind.over, opens: kind.opens, row: kind.Row}
		twin := kind
		twin.Mine = !kind.Mine
		counterpart := differences[twin]
		c.part = !whole
		_, twinWhole := nameOf(twin, all, differences)
		switch {
		case kind.Row < 0 || counterpart != nil && twinWhole && whole:
		case kind.Mine:
			c.whose = own
		default:
			c.whose = others
		}
		if c.part || kind.Row < 0 {
			c.example = t.example.Target()
		}
		if result[c] == nil {
			result[c] = &sentences{}
		}
		s := result[c]
		for _, name := range names {
			if !slices.Contains(s.names, name) {
				s.names = append(s.names, name)
			}
		}
		for _, ref := range t.refs {
			if !slices.Contains(s.refs, ref) {
				s.refs = append(s.refs, ref)
			}
		}
	}
	return result
}

func compareDifferences(a, b difference) int {
	// What is no verb comes last: 0 wraps around.
	return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.verb-1, b.verb-1), cmp.Compare(a.over, b.over), cmp.Compare(a.action, b.action),
		boolCompare(a.opens, b.opens), boolCompare(a.Mine, b.Mine))
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// nameOf says what one may do: the verb where all of its actions differ, else the action. whole
// says that it is so for every key of the place.
func nameOf(kind difference, all map[difference]int, differences map[difference]*occurrences) (names []string, whole bool) {
	if differences[kind] == nil {
		return nil, false
	}
	asked := difference{who: kind.who, Location: kind.Location, verb: kind.verb, action: kind.action}
	whole = differences[kind].count == all[asked] || kind.verb == 0
	for action, verb := range question.Verbs {
		other := kind
		other.action = action
		if verb == kind.verb && verb != 0 && differences[other] == nil {
			return []string{properAction(kind.action)}, whole
		}
	}
	if kind.verb == 0 {
		return []string{kind.action}, whole
	}
	return []string{kind.verb.String()}, whole
}

// properAction writes an action of the table as AWS does.
func properAction(action string) string {
	for _, proper := range []string{"s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"} {
		if strings.EqualFold(proper, action) {
			return proper
		}
	}
	return action
}

// describe writes the changes of a caller down.
func (p *pair) describe(who question.Caller, rules []access.Rule, changes map[fileChange]*sentences) {
	keys := slices.SortedFunc(maps.Keys(changes), func(a, b fileChange) int {
		return cmp.Or(cmp.Compare(uint(a.row), uint(b.row)), cmp.Compare(a.whose, b.whose), cmp.Compare(a.over, b.over), cmp.Compare(a.example, b.example), boolCompare(a.opens, b.opens))
	})
	for _, c := range keys {
		s := changes[c]
		may := "may"
		if !c.opens {
			may = "may no longer"
		}
		text := fmt.Sprintf("%s %s %s %s", who.Name, may, s.doing(), c.where(who, rules))
		if over := transports[c.over]; c.over > 0 {
			text += " over " + over.Name
		}
		p.add(c.opens, Change{text, strings.Join(s.refs, ", ")})
	}
}

// doing joins what one may do: verbs, and then actions, which are used on something.
func (s sentences) doing() string {
	var names, actions []string
	for _, name := range s.names {
		if strings.Contains(name, ":") {
			actions = append(actions, name)
			continue
		}
		names = append(names, name)
	}
	if len(actions) > 0 {
		names = append(names, "use "+prose.And(actions)+" on")
	}
	return prose.And(names)
}

// where names the place of a change.
func (c fileChange) where(who question.Caller, rules []access.Rule) string {
	if c.row < 0 {
		return c.example + ", which is in no area of the access table"
	}
	rule := rules[c.row]
	place := rule.Area
	_, variable := question.Area(rule)
	switch _, owns := who.Variables()[variable]; {
	case variable == "" || !owns && c.whose == others || c.whose == everybodys:
	case c.whose == own:
		place = "their own folder of " + place
	default:
		place = "other people's folders of " + place
	}
	if c.part {
		place = "a part of " + place + ", as in " + c.example
	}
	return place
}

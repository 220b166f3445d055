package question

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// Contract says who may do what. It is computed from the access table and the schema,
// never from a policy: by ContractOf, or for a bucket of logs or of pages by naming it.
type Contract struct {
	Rules  []access.Rule
	Bucket string // ARN
	// Fields are the ARNs of the fields that callers with IAM credentials may use, and Identities those that are for
	// who signed in alone.
	Fields, Identities []string
	// Logs tells a bucket of logs: S3 delivers them, and no rule is about it.
	Logs bool
	// Pages tells the bucket of the site: its distribution gets what is in it, and no rule is about it.
	Pages bool
}

// Allows says whether the contract lets a caller do something over TLS 1.2 or later.
func (c Contract) Allows(who Caller, q Question) bool {
	if strings.EqualFold(q.Action, CallField) {
		return who.IsPerson() && slices.Contains(c.Fields, q.Resource) || who.IsSignedIn() && slices.Contains(c.Identities, q.Resource)
	}
	if who.MayBesides(q) {
		return true
	}
	verb := Verbs[strings.ToLower(q.Action)]
	if c.Pages {
		return who.Column == pages && strings.EqualFold(q.Action, "s3:GetObject") && strings.HasPrefix(q.Resource, c.Bucket+"/")
	}
	if c.Logs {
		return who.Column == logger && strings.EqualFold(q.Action, "s3:PutObject") && strings.HasPrefix(q.Resource, c.Bucket+"/")
	}
	if verb&access.OfBucket != 0 {
		return q.Resource == c.Bucket && q.Prefix != nil && c.granted(who, *q.Prefix)&verb != 0
	}
	key, inside := strings.CutPrefix(q.Resource, c.Bucket+"/")
	return inside && verb != 0 && c.granted(who, key)&verb != 0
}

// MayBesides tells what the contract gives a function on what are no files: its log, and its traces.
func (c Caller) MayBesides(q Question) bool {
	return slices.ContainsFunc(c.Besides, func(grant Grant) bool {
		return strings.EqualFold(q.Action, grant.Action) && about(grant.Resource, q.Resource)
	})
}

// about tells whether an ARN is what a grant's pattern is about: the same, or what begins as it does before a * at its end.
func about(pattern, arn string) bool {
	head, open := strings.CutSuffix(pattern, "*")
	return arn == pattern || open && strings.HasPrefix(arn, head)
}

// granted is what the table gives a caller at a key, or at a listing's prefix.
func (c Contract) granted(who Caller, key string) access.Verbs {
	for _, rule := range c.Rules {
		fixed, token := Area(rule)
		if !strings.HasPrefix(key, fixed) {
			continue
		}
		verbs := columnOf(rule, who)
		if mine := who.Variables()[token]; mine != "" && who.IsSignedIn() && strings.HasPrefix(key, fixed+mine+"/") {
			verbs |= rule.Owner | rule.SignedIn
		}
		return verbs
	}
	return 0
}

// Area splits a rule's area: its fixed part, as in private/, and the policy variable that stands for its
// owner, as in aws:PrincipalTag/user, "" without one.
func Area(rule access.Rule) (fixed, variable string) {
	if fixed, found := strings.CutSuffix(rule.Area, access.IdentityToken+"/"); found {
		return fixed, IdentityService + ":sub"
	}
	if fixed, found := strings.CutSuffix(rule.Area, access.UserToken+"/"); found {
		return fixed, "aws:PrincipalTag/user"
	}
	return rule.Area, ""
}

// columnOf is what a rule gives everybody in a caller's column, wherever in the area.
func columnOf(rule access.Rule, who Caller) access.Verbs {
	switch {
	case who.Column == access.CDN:
		return rule.CDN
	case who.Column == access.Guest:
		return rule.Guest
	case who.Column == access.User:
		return rule.SignedIn
	case who.Column.IsFunction():
		return rule.Functions[who.Column]
	case who.IsMember():
		return rule.In(who.Column)
	default:
		return 0
	}
}

// Says is the contract's word on a question, for people, as in "the access table says nobody but the owner".
func (c Contract) Says(q Question) string {
	if strings.EqualFold(q.Action, CallField) {
		if slices.Contains(c.Fields, q.Resource) {
			return "the schema opens the field to IAM callers"
		}
		if slices.Contains(c.Identities, q.Resource) {
			return "it is for IAM callers who signed in"
		}
		return "the schema opens it to no IAM caller"
	}
	if c.Logs {
		return "S3 alone delivers logs"
	}
	if c.Pages {
		return "the site's distribution gets its pages, and nobody does anything else with them"
	}
	verb := Verbs[strings.ToLower(q.Action)]
	text, inside := strings.CutPrefix(q.Resource, c.Bucket+"/")
	if verb&access.OfBucket != 0 && q.Prefix != nil {
		text, inside = *q.Prefix, true
	}
	if verb == 0 || !inside {
		return "the access table says nobody"
	}
	for _, rule := range c.Rules {
		if fixed, _ := Area(rule); strings.HasPrefix(text, fixed) {
			who := entitled(rule, verb)
			if len(who) == 0 {
				return "the access table says nobody"
			}
			return "the access table says nobody but " + strings.Join(who, ", ")
		}
	}
	return "it lies in no area of the access table"
}

const theOwner = "the owner"

// entitled names who has a verb in an area.
func entitled(rule access.Rule, verb access.Verbs) []string {
	type column struct {
		name  string
		verbs access.Verbs
	}
	columns := []column{{"the CDN", rule.CDN}, {"guests", rule.Guest}, {"signed-in users", rule.SignedIn}, {theOwner, rule.Owner}}
	for _, group := range access.Groups() {
		columns = append(columns, column{group.Many(), rule.In(group.Name)})
	}
	for _, function := range access.Functions() {
		columns = append(columns, column{"the function " + string(function.Name), rule.Functions[function.Name]})
	}
	var who []string
	for _, column := range columns {
		if column.verbs&verb != 0 {
			who = append(who, column.name)
		}
	}
	return who
}

// TellingFirst orders texts, ARNs or prefixes, so that a counter-example is one that people
// see the point of: what is its owner's alone comes first, then what the fewest are meant to
// have, and last what nobody ever mentioned.
func (c Contract) TellingFirst(action string, texts []string) []string {
	verb := Verbs[strings.ToLower(action)]
	fixed, having := make([]string, len(c.Rules)), make([]int, len(c.Rules))
	for i, rule := range c.Rules {
		fixed[i], _ = Area(rule)
		if who := entitled(rule, verb); !slices.Equal(who, []string{theOwner}) {
			having[i] = 1 + len(who)
		}
	}
	few := func(text string) int {
		key := strings.TrimPrefix(text, c.Bucket+"/")
		if i := slices.IndexFunc(fixed, func(area string) bool { return strings.HasPrefix(key, area) }); i >= 0 {
			return having[i]
		}
		return math.MaxInt
	}
	meant := map[string]int{}
	for _, text := range texts {
		meant[text] = few(text)
	}
	sorted := slices.Clone(texts)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(meant[a], meant[b]) })
	return sorted
}

// ContractOf computes who may do what from the table and the schema. What the schema opens to IAM callers is for guests too,
// unless the API's table says that it is for signed-in identities.
func ContractOf(s *system.System, rules []access.Rule, schema *ast.Schema) Contract {
	c := Contract{Rules: rules, Bucket: s.Bucket.ARN}
	guests, identities := access.FieldsFor(access.Fields(), access.Guests), access.FieldsFor(access.Fields(), access.Identities)
	for _, root := range Roots(schema) {
		for _, field := range root.Fields {
			path, arn := root.Name+"."+field.Name, fieldARN(s, root.Name, field.Name)
			switch {
			case field.Directives.ForName(DirectiveIAM) == nil:
			case slices.Contains(identities, path) && !slices.Contains(guests, path):
				c.Identities = append(c.Identities, arn)
			default:
				c.Fields = append(c.Fields, arn)
			}
		}
	}
	return c
}

package proof

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// contract says who may do what. It is computed from the access table and the schema,
// never from a policy.
type contract struct {
	rules  []access.Rule
	bucket string // ARN
	// fields are the ARNs of the fields that callers with IAM credentials may use.
	fields []string
	// logs tells a bucket of logs: S3 delivers them, and no rule is about it.
	logs bool
}

// allows says whether the contract lets a caller do something over TLS 1.2 or later.
func (c contract) allows(who caller, q question) bool {
	if strings.EqualFold(q.action, "appsync:GraphQL") {
		return who.column >= guest && who.column <= admin && slices.Contains(c.fields, q.resource)
	}
	verb := verbs[strings.ToLower(q.action)]
	if c.logs {
		return who.column == logger && strings.EqualFold(q.action, "s3:PutObject") && strings.HasPrefix(q.resource, c.bucket+"/")
	}
	if verb == access.List {
		return q.resource == c.bucket && q.prefix != nil && c.granted(who, *q.prefix)&access.List != 0
	}
	key, inside := strings.CutPrefix(q.resource, c.bucket+"/")
	return inside && verb != 0 && c.granted(who, key)&verb != 0
}

// granted is what the table gives a caller at a key, or at a listing's prefix.
func (c contract) granted(who caller, key string) access.Verbs {
	for _, rule := range c.rules {
		fixed, token := area(rule)
		if !strings.HasPrefix(key, fixed) {
			continue
		}
		verbs := columnOf(rule, who.column)
		if mine := who.values()[token]; mine != "" && who.column >= user && who.column <= admin && strings.HasPrefix(key, fixed+mine+"/") {
			verbs |= rule.Owner | rule.SignedIn
		}
		return verbs
	}
	return 0
}

// area splits a rule's area: its fixed part, and the policy variable that stands for its
// owner, "" without one.
func area(rule access.Rule) (fixed, variable string) {
	if fixed, found := strings.CutSuffix(rule.Area, access.IdentityToken+"/"); found {
		return fixed, identityService + ":sub"
	}
	if fixed, found := strings.CutSuffix(rule.Area, access.UserToken+"/"); found {
		return fixed, "aws:PrincipalTag/user"
	}
	return rule.Area, ""
}

// columnOf is what a rule gives everybody in a column, wherever in the area.
func columnOf(rule access.Rule, column column) access.Verbs {
	switch column {
	case cdn:
		return rule.CDN
	case guest:
		return rule.Guest
	case user:
		return rule.SignedIn
	case admin:
		return rule.Admins
	default:
		return 0
	}
}

// says is the contract's word on a question, for people.
func (c contract) says(q question) string {
	if strings.EqualFold(q.action, "appsync:GraphQL") {
		if slices.Contains(c.fields, q.resource) {
			return "the schema opens the field to IAM callers"
		}
		return "the schema opens it to no IAM caller"
	}
	if c.logs {
		return "S3 alone delivers logs"
	}
	verb := verbs[strings.ToLower(q.action)]
	text, inside := strings.CutPrefix(q.resource, c.bucket+"/")
	if verb == access.List && q.prefix != nil {
		text, inside = *q.prefix, true
	}
	if verb == 0 || !inside {
		return "the access table says nobody"
	}
	for _, rule := range c.rules {
		if fixed, _ := area(rule); strings.HasPrefix(text, fixed) {
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
	var who []string
	for _, column := range []struct {
		name  string
		verbs access.Verbs
	}{
		{"the CDN", rule.CDN}, {"guests", rule.Guest}, {"signed-in users", rule.SignedIn}, {theOwner, rule.Owner}, {"admins", rule.Admins},
	} {
		if column.verbs&verb != 0 {
			who = append(who, column.name)
		}
	}
	return who
}

// tellingFirst orders texts, ARNs or prefixes, so that a counter-example is one that people
// see the point of: what is its owner's alone comes first, then what the fewest are meant to
// have, and last what nobody ever mentioned.
func (c contract) tellingFirst(action string, texts []string) []string {
	verb := verbs[strings.ToLower(action)]
	meant := map[string]int{}
	few := func(text string) int {
		key := strings.TrimPrefix(text, c.bucket+"/")
		for _, rule := range c.rules {
			if fixed, _ := area(rule); !strings.HasPrefix(key, fixed) {
				continue
			}
			who := entitled(rule, verb)
			if slices.Equal(who, []string{theOwner}) {
				return 0
			}
			return 1 + len(who)
		}
		return math.MaxInt
	}
	for _, text := range texts {
		meant[text] = few(text)
	}
	sorted := slices.Clone(texts)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(meant[a], meant[b]) })
	return sorted
}

// contractOf computes who may do what from the table and the schema.
func contractOf(s *system.System, rules []access.Rule, schema *ast.Schema) contract {
	c := contract{rules: rules, bucket: s.Bucket.ARN}
	for _, root := range roots(schema) {
		for _, field := range root.Fields {
			if field.Directives.ForName(byIAM) != nil {
				c.fields = append(c.fields, s.API.ARN+"/types/"+root.Name+"/fields/"+field.Name)
			}
		}
	}
	return c
}

package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// Matrix is who may do what, as the policies and the schema of an assembly decide it. The
// access table gives it no more than the names of the rows.
type Matrix struct {
	Areas  []AreaRow  `json:"areas"`
	Fields []FieldRow `json:"fields"`
	// Exceptions are sentences about what has no place in the rows: what is allowed outside
	// of the areas, by other actions or to other callers, or in a part of an area only.
	Exceptions []string `json:"exceptions"`
}

// AreaRow is what callers may do in an area of the bucket, over TLS 1.2 or later.
type AreaRow struct {
	Area     string `json:"area"` // as in access.Rule
	CDN      Cell   `json:"cdn"`
	Guest    Cell   `json:"guest"`
	SignedIn Cell   `json:"signedIn"` // in folders that are not theirs, where an area has owners
	Owner    Cell   `json:"owner"`    // in their own folder; nil where an area has no owners
	Admins   Cell   `json:"admins"`   // in folders that are not theirs, likewise
}

// Cell lists verbs in the order of package access. "partly get" is a verb that is allowed for
// some keys of the area and not for others; an exception says which. An empty cell is nothing.
type Cell []string

func (c Cell) String() string { return strings.Join(c, " ") }

// FieldRow is who may call a field of the schema.
type FieldRow struct {
	Field    string `json:"field"` // as in Query.getProduct
	Guests   bool   `json:"guests"`
	SignedIn bool   `json:"signedIn"`
	Admins   bool   `json:"admins"`
}

// NewMatrix asks about every area of the rules and every field of the schema. It does not judge
// the answers: that is Prove.
func NewMatrix(s *system.System, rules []access.Rule) (Matrix, error) {
	schema, err := graphql.LoadSchema(s.API.Schema)
	if err != nil {
		return Matrix{}, fmt.Errorf("%s: AppSync would refuse the schema: %w", s.API.SchemaAt.Path, err)
	}
	c := contractOf(s, rules, schema)
	found := survey{system: s, contract: c, cells: map[place]*tally{}, told: map[string]bool{}}
	for _, who := range callers(s) {
		u, err := universeOf(s, who, c)
		if err != nil {
			return Matrix{}, err
		}
		found.ask(who, u)
	}
	m := Matrix{Exceptions: []string{}}
	for row, rule := range rules {
		m.Areas = append(m.Areas, found.row(row, rule))
	}
	m.Fields = fieldRows(s, schema)
	m.Exceptions = append(m.Exceptions, found.exceptions...)
	return m, nil
}

// survey collects decisions.
type survey struct {
	system     *system.System
	contract   contract
	cells      map[place]*tally
	told       map[string]bool
	exceptions []string
}

// place is one verb of a caller at a spot.
type place struct {
	column column
	spot
	verb access.Verbs
}

// tally counts the questions of a place, with one of each answer.
type tally struct {
	allowed, denied int
	yes, no         question
}

func (t *tally) count(allowed bool, q question) {
	switch {
	case allowed && t.allowed == 0:
		t.yes = q
	case !allowed && t.denied == 0:
		t.no = q
	}
	if allowed {
		t.allowed++
		return
	}
	t.denied++
}

// ask puts every question of a universe to the policies.
func (f *survey) ask(who caller, u universe) {
	fields := f.system.API.ARN + "/types/"
	for _, q := range u.questions(f.contract.bucket) {
		if strings.EqualFold(q.action, callField) && strings.HasPrefix(q.resource, fields) {
			continue // the rows of fields say it
		}
		decision, reasons := decide(f.system, who, q, tls12)
		if decision {
			f.askWeakly(who, q)
		}
		at, verb := f.contract.spot(who, q)
		if at.row >= 0 && verb != 0 && who.column >= cdn && who.column <= admin {
			key := place{who.column, at, verb}
			if f.cells[key] == nil {
				f.cells[key] = &tally{}
			}
			f.cells[key].count(bool(decision), q)
			continue
		}
		if !decision {
			continue
		}
		f.except(who.name+list(reasons.Deciding()), "%s may %s (%s)", who.name, worded(f.system, who, q), list(reasons.Deciding()))
	}
}

// askWeakly asks for what is allowed over TLS 1.2 without it.
func (f *survey) askWeakly(who caller, q question) {
	if q.resource != f.contract.bucket && !strings.HasPrefix(q.resource, f.contract.bucket+"/") {
		return
	}
	for _, weak := range []transport{plainHTTP, tls11} {
		if decision, reasons := decide(f.system, who, q, weak); decision {
			f.except(who.name+weak.name, "%s may %s over %s (%s)", who.name, worded(f.system, who, q), weak.name, list(reasons.Deciding()))
		}
	}
}

// except adds an exception unless one like it was told: an example is enough.
func (f *survey) except(like, format string, args ...any) {
	if !f.told[like] {
		f.told[like] = true
		f.exceptions = append(f.exceptions, fmt.Sprintf(format, args...))
	}
}

// worded says a question with the action in the letters of the policies.
func worded(s *system.System, who caller, q question) string {
	for _, p := range append(slices.Clone(who.policies), s.Bucket.Policy) {
		for _, statement := range p.Document.Statements {
			for _, action := range statement.Actions {
				if strings.EqualFold(action, q.action) {
					q.action = action
				}
			}
		}
	}
	return q.String()
}

// row reads a row off the tallies.
func (f *survey) row(row int, rule access.Rule) AreaRow {
	everywhere := []spot{{row, false}, {row, true}}
	elsewhere, own := []spot{{row, false}}, []spot{{row, true}}
	result := AreaRow{
		Area:     rule.Area,
		CDN:      f.cell(rule, cdn, everywhere),
		Guest:    f.cell(rule, guest, everywhere),
		SignedIn: f.cell(rule, user, elsewhere),
		Admins:   f.cell(rule, admin, elsewhere),
	}
	if _, variable := area(rule); variable == "" {
		return result
	}
	result.Owner = f.cell(rule, user, own)
	// An admin is a user with a folder as well; the legend says so, and here it is looked at.
	both := Cell{}
	for _, verb := range allVerbs {
		if name := verb.String(); slices.Contains(result.Owner, name) || slices.Contains(result.Admins, name) {
			both = append(both, name)
		}
	}
	if mine := f.cell(rule, admin, own); !slices.Equal(mine, both) {
		f.exceptions = append(f.exceptions, fmt.Sprintf("admins may %s in their own folder of %s, other users %s", orNothing(mine), rule.Area, orNothing(result.Owner)))
	}
	return result
}

var allVerbs = []access.Verbs{access.Get, access.List, access.Put, access.Delete}

// cell adds the tallies of some spots up.
func (f *survey) cell(rule access.Rule, column column, spots []spot) Cell {
	cell := Cell{}
	for _, verb := range allVerbs {
		var sum tally
		for _, at := range spots {
			t := f.cells[place{column, at, verb}]
			if t == nil {
				continue
			}
			if t.allowed > 0 && sum.allowed == 0 {
				sum.yes = t.yes
			}
			if t.denied > 0 && sum.denied == 0 {
				sum.no = t.no
			}
			sum.allowed, sum.denied = sum.allowed+t.allowed, sum.denied+t.denied
		}
		switch {
		case sum.allowed == 0:
		case sum.denied == 0:
			cell = append(cell, verb.String())
		default:
			cell = append(cell, "partly "+verb.String())
			f.exceptions = append(f.exceptions, fmt.Sprintf("%s may %s only in a part of %s: for example %s, and not %s",
				columnNames[column], verb, rule.Area, sum.yes, sum.no))
		}
	}
	return cell
}

// columnNames are the callers of the columns, as many as there are.
var columnNames = map[column]string{cdn: "the CDN", guest: "guests", user: "signed-in users", admin: "admins"}

func orNothing(cell Cell) string {
	if len(cell) == 0 {
		return "nothing"
	}
	return cell.String()
}

// fieldRows asks about all fields that clients call, in the order of the schema.
func fieldRows(s *system.System, schema *ast.Schema) []FieldRow {
	byColumn := map[column]caller{}
	for _, who := range callers(s) {
		byColumn[who.column] = who
	}
	var rows []FieldRow
	for _, root := range roots(schema) {
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			rows = append(rows, FieldRow{
				Field:    root.Name + "." + field.Name,
				Guests:   reachField(s, byColumn[guest], root, field, true).open(),
				SignedIn: reachField(s, byColumn[user], root, field, true).open(),
				Admins:   reachField(s, byColumn[admin], root, field, true).open(),
			})
		}
	}
	return rows
}

package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// Matrix is who may do what, as the policies and the schema of an assembly decide it. The
// access table gives it no more than the names of the rows.
type Matrix struct {
	// Groups are the columns of groups, by their names in the user pool and in its order; Functions those of our functions.
	Groups    []access.Principal `json:"groups"`
	Functions []access.Principal `json:"functions"`
	Areas     []AreaRow          `json:"areas"`
	Fields    []FieldRow         `json:"fields"`
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
	// Groups are what members of each group may do in folders that are not theirs.
	Groups map[access.Principal]Cell `json:"groups"`
	// Functions are what each function may do, whoever owns a folder.
	Functions map[access.Principal]Cell `json:"functions"`
	// Days is after how many days S3 removes what lies here, as the bucket's life cycle says; 0 for never.
	Days int `json:"days"`
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
	// Groups are whether members of each group may.
	Groups map[access.Principal]bool `json:"groups"`
}

// NewMatrix asks about every area of the rules and every field of the schema. It does not judge
// the answers: that is proof.Prove. The error is for a schema that AppSync would refuse.
func NewMatrix(s *system.System, rules []access.Rule) (Matrix, error) {
	schema, err := graphql.LoadSchema(s.API.Schema)
	if err != nil {
		return Matrix{}, fmt.Errorf("%s: AppSync would refuse the schema: %w", s.API.SchemaAt.Path, err)
	}
	c := question.ContractOf(s, rules, schema)
	found := survey{system: s, contract: c, cells: map[cellKey]*tally{}, told: map[string]bool{}}
	for _, who := range question.Callers(s) {
		u, err := question.UniverseOf(s, who, c)
		if err != nil {
			return Matrix{}, err
		}
		found.ask(who, u)
	}
	m := Matrix{Groups: []access.Principal{}, Functions: []access.Principal{}, Exceptions: []string{}}
	for _, group := range s.Groups {
		m.Groups = append(m.Groups, access.Principal(group.Name))
	}
	for _, function := range s.Functions {
		if name := access.Principal(function.Name); name.IsFunction() && slices.Contains(access.Principals(), name) {
			m.Functions = append(m.Functions, name)
		}
	}
	for row, rule := range rules {
		area := found.row(row, rule, m.Groups)
		for _, function := range m.Functions {
			area.Functions[function] = found.cell(rule, function, []question.Location{{Row: row}})
		}
		area.Days = daysOf(s, rule)
		m.Areas = append(m.Areas, area)
	}
	m.Fields = fieldRows(s, schema)
	m.Exceptions = append(m.Exceptions, found.exceptions...)
	return m, nil
}

// daysOf reads an area's days off the bucket's life cycle.
func daysOf(s *system.System, rule access.Rule) int {
	for _, one := range system.Items(system.Lookup(s.Bucket.Properties, "LifecycleConfiguration.Rules")) {
		if system.Lookup(one, "Prefix") == rule.Prefix() && system.Lookup(one, "Status") == "Enabled" {
			days, _ := strconv.Atoi(fmt.Sprint(system.Lookup(one, "ExpirationInDays"))) // a number or a text; 0 without one
			return days
		}
	}
	return 0
}

// survey collects the decisions that become cells.
type survey struct {
	system     *system.System
	contract   question.Contract
	cells      map[cellKey]*tally
	told       map[string]bool
	exceptions []string
}

// cellKey is one verb of a caller at a spot.
type cellKey struct {
	column access.Principal
	question.Location
	verb access.Verbs
}

// tally counts the questions of a place, with one of each answer.
type tally struct {
	allowed, denied int
	yes, no         question.Question
}

func (t *tally) count(allowed bool, q question.Question) {
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
func (f *survey) ask(who question.Caller, u question.Universe) {
	fields := f.system.API.ARN + "/types/"
	for _, q := range u.Questions(f.contract.Bucket) {
		if strings.EqualFold(q.Action, question.CallField) && strings.HasPrefix(q.Resource, fields) && !who.Column.IsFunction() {
			continue // the rows of fields say it
		}
		decision, reasons := question.Decide(f.system, who, q, question.TLS12)
		if decision {
			f.askWeakly(who, q)
		}
		at, verb := f.contract.Locate(who, q)
		if at.Row >= 0 && verb != 0 && (who.Column == access.CDN || who.IsPerson() || who.Column.IsFunction()) {
			key := cellKey{who.Column, at, verb}
			if f.cells[key] == nil {
				f.cells[key] = &tally{}
			}
			f.cells[key].count(bool(decision), q)
			continue
		}
		if !bool(decision) || who.MayBesides(q) {
			continue
		}
		f.except(who.Name+question.ListStatements(reasons.Deciding()), "%s may %s (%s)", who.Name, worded(f.system, who, q), question.ListStatements(reasons.Deciding()))
	}
}

// askWeakly asks for what is allowed over TLS 1.2 without it.
func (f *survey) askWeakly(who question.Caller, q question.Question) {
	if !question.ReachesFiles(q, f.contract.Bucket) {
		return
	}
	for _, weak := range []question.Transport{question.PlainHTTP, question.TLS11} {
		if decision, reasons := question.Decide(f.system, who, q, weak); decision {
			f.except(who.Name+weak.Name, "%s may %s over %s (%s)", who.Name, worded(f.system, who, q), weak.Name, question.ListStatements(reasons.Deciding()))
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
func worded(s *system.System, who question.Caller, q question.Question) string {
	for _, p := range append(slices.Clone(who.Policies), s.Bucket.Policy) {
		for _, statement := range p.Document.Statements {
			for _, action := range statement.Actions {
				if strings.EqualFold(action, q.Action) {
					q.Action = action
				}
			}
		}
	}
	return q.String()
}

// row reads a row off the tallies.
func (f *survey) row(row int, rule access.Rule, groups []access.Principal) AreaRow {
	everywhere := []question.Location{{Row: row, Mine: false}, {Row: row, Mine: true}}
	elsewhere, own := []question.Location{{Row: row, Mine: false}}, []question.Location{{Row: row, Mine: true}}
	result := AreaRow{
		Area:     rule.Area,
		CDN:      f.cell(rule, access.CDN, everywhere),
		Guest:    f.cell(rule, access.Guest, everywhere),
		SignedIn: f.cell(rule, access.User, elsewhere),
		Groups:   map[access.Principal]Cell{}, Functions: map[access.Principal]Cell{},
	}
	for _, group := range groups {
		result.Groups[group] = f.cell(rule, group, elsewhere)
	}
	if _, variable := question.Area(rule); variable == "" {
		return result
	}
	result.Owner = f.cell(rule, access.User, own)
	// A member of a group is a user with a folder as well; the legend says so, and here it is looked at.
	for _, group := range groups {
		both := Cell{}
		for _, verb := range access.AllVerbs() {
			if name := verb.String(); slices.Contains(result.Owner, name) || slices.Contains(result.Groups[group], name) {
				both = append(both, name)
			}
		}
		if mine := f.cell(rule, group, own); !slices.Equal(mine, both) {
			f.exceptions = append(f.exceptions, fmt.Sprintf("%s may %s in their own folder of %s, other users %s", columnName(group), orNothing(mine), rule.Area, orNothing(result.Owner)))
		}
	}
	return result
}

// cell adds the tallies of some spots up.
func (f *survey) cell(rule access.Rule, column access.Principal, spots []question.Location) Cell {
	cell := Cell{}
	for _, verb := range access.AllVerbs() {
		var sum tally
		for _, at := range spots {
			t := f.cells[cellKey{column, at, verb}]
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
				columnName(column), verb, rule.Area, sum.yes, sum.no))
		}
	}
	return cell
}

// columnName is who a column is about, all of them.
func columnName(column access.Principal) string {
	switch column {
	case access.CDN:
		return "the CDN"
	case access.Guest:
		return "guests"
	case access.User:
		return "signed-in users"
	}
	if column.IsFunction() {
		return "the function " + string(column)
	}
	return access.GroupNamed(column).Many()
}

func orNothing(cell Cell) string {
	if len(cell) == 0 {
		return "nothing"
	}
	return cell.String()
}

// fieldRows asks about all fields that clients call, in the order of the schema.
func fieldRows(s *system.System, schema *ast.Schema) []FieldRow {
	byColumn := map[access.Principal]question.Caller{}
	for _, who := range question.Callers(s) {
		byColumn[who.Column] = who
	}
	var rows []FieldRow
	for _, root := range question.Roots(schema) {
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			open := func(column access.Principal) bool {
				return question.ReachField(s, byColumn[column], root, field, true).Open()
			}
			row := FieldRow{Field: root.Name + "." + field.Name, Guests: open(access.Guest), SignedIn: open(access.User), Groups: map[access.Principal]bool{}}
			for _, group := range s.Groups {
				row.Groups[access.Principal(group.Name)] = open(access.Principal(group.Name))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

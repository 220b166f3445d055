package access

import (
	"slices"
	"strings"
)

// Row is a kind of row in the API's tables, as far as who may see or change it goes.
type Row string

// The kinds of rows.
const (
	// Draft is a product that is not published, Live one that is.
	Draft Row = "draft"
	Live  Row = "live product"
	// Photo has one owner, who posted it.
	Photo Row = "photo"
	// Hidden is a photo that the operator hides, with the time of that: it is there for nobody, and its owner and moderators may delete it.
	Hidden Row = "hidden photo"
	// Comment has an owner, who wrote it, and a host, whose photo it is on.
	Comment Row = "comment"
	// Like has an owner, whose like it is.
	Like Row = "like"
	// Profile counts what its owner's photos have.
	Profile Row = "profile"
	// Leaving is the profile of who deletes their account, there or not before: it has the time of that.
	Leaving Row = "leaving profile"
	// Blocked is the profile of who may not post, and whose photos are hidden, there or not before: it has the time of that.
	Blocked Row = "blocked profile"
	// Day counts what its owner has sent in a day.
	Day Row = "day"
	// Identity says which identity of the identity pool its owner has, and so which files are theirs.
	Identity Row = "identity"
	// Swept notes what the function remover found without a row or without its files, until it has looked again.
	Swept Row = "swept"
	// New stands for the row that a call makes: it is the caller's own.
	New Row = "new row"
)

// layout says how the rows of a table tell their kind: by the beginning of an attribute. The first that fits is the kind.
type layout struct {
	row       Row
	source    Source
	attribute string
	prefix    string
	owner     string // the attribute with the sub of its owner; of a row without one, its key has the sub
	parent    Row    // the row with which it goes: it has the same key but for its attribute
}

var layouts = []layout{
	{Draft, Products, "state", "DRAFT", "", ""},
	{Live, Products, "state", "LIVE", "", ""},
	{Hidden, Photos, "hidden", "2", "photoOwner", ""}, // a time, as in 2026-11-30T…
	{Photo, Photos, "row", "PHOTO", "photoOwner", ""},
	{Comment, Photos, "row", "COMMENT#", "owner", Photo},
	{Like, Photos, "row", "LIKE#", "owner", Photo},
	{Leaving, Photos, "leaving", "2", "", ""}, // a time, too
	{Blocked, Photos, "blocked", "2", "", ""}, // and so is this
	{Profile, Photos, "row", "PROFILE", "", ""},
	{Day, Photos, "row", "DAY#", "", Profile},
	{Identity, Photos, "row", "IDENTITY#", "", Profile},
	{Swept, Photos, "row", "SWEEP", "", ""},
}

// tables are the data sources that are tables.
func tables() (all []Source) {
	for _, layout := range layouts {
		if !slices.Contains(all, layout.source) {
			all = append(all, layout.source)
		}
	}
	return all
}

// KindOf tells the kind of a row in the table of a data source by its attributes that are texts, and
// its owner's sub where an attribute has it. The kind is "" for a row that is not declared.
func KindOf(source Source, attributes map[string]string) (kind Row, owner string) {
	for _, layout := range layouts {
		if value, has := attributes[layout.attribute]; has && layout.source == source && strings.HasPrefix(value, layout.prefix) {
			return layout.row, attributes[layout.owner]
		}
	}
	return "", ""
}

// Parent is the kind of row with which one goes, and "" for a row that goes by itself.
func (r Row) Parent() Row {
	kind, _ := layoutOf(r)
	return kind.parent
}

// Siblings are the kinds of rows that are in the table of the same data source under the same
// attribute's name, itself among them: what one becomes when its state changes, or could be taken for.
func (r Row) Siblings() []Row {
	for _, states := range [][]Row{{Draft, Live}, {Photo, Hidden}, {Profile, Leaving, Blocked}} {
		if slices.Contains(states, r) {
			return states
		}
	}
	return []Row{r}
}

package access

import (
	"slices"
	"sync"
)

// Function is a Lambda function of ours, with a role that may do what its columns say.
type Function struct {
	// Name is its column in Rules, and its folder below functions/.
	Name Principal
	// Description says in Lambda what it is for.
	Description string
	// Triggers are when the user pool calls it; a function with one has no columns in Rules.
	Triggers []Trigger
	// Streams are the tables that it hears of.
	Streams []Stream
	// Tables are what it asks of tables itself.
	Tables []Step
	// Users says that it deletes users of the user pool, and their identities.
	Users bool
	// Invalidates says that it has the CDN forget what it serves.
	Invalidates bool
	// Created are areas of Rules: it is called for each object that is written there. It has to be one where the function may get.
	Created []string
	// Schedules are when it is called, as in rate(1 hour) and cron(0 3 * * ? *), which is UTC.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
	Schedules []string
}

// The functions. Nobody else writes or deletes below public/ and drafts/.
const (
	// Pictures decodes what people upload, and writes it anew, clean and in every size.
	Pictures Principal = "pictures"
	// Remover removes what a row had, and no row has any more: files and rows.
	Remover Principal = "remover"
)

// Functions are all functions. One more is one line here and its folder below functions/. One that
// resolvers call has its columns in Rules and its place in the stack API, too.
func Functions() []Function {
	return []Function{
		{
			Name: Pictures, Description: "Decodes what people upload, and writes the pictures of photos and products",
			// A live product's JPEG has an address of its own, whatever becomes of the call that changed the product.
			Streams: []Stream{{Of: Products, Rows: []Row{Live}, Changes: AllChanges(), Batch: 10}},
		},
		{
			Name: Remover, Description: "Removes what a row had, and no row has any more",
			Streams: []Stream{
				{Of: Products, Rows: []Row{Draft, Live}, Changes: AllChanges(), Batch: 100},
				{Of: Photos, Rows: []Row{Photo, Leaving}, Changes: AllChanges(), Batch: 100},
			},
			// It looks whether a row is there again, takes its children with it, and all that a person who leaves has. What the streams
			// did not tell it of, it finds by reading all there is: nobody else scans.
			Tables: []Step{
				{Source: Photos, Actions: []string{"BatchWriteItem", "DeleteItem", "GetItem", "Query", "Scan", "UpdateItem"}},
				{Source: Photos, Index: "byAuthor", Actions: []string{"Query"}},
				{Source: Photos, Index: "byOwner", Actions: []string{"Query"}},
				{Source: Products, Actions: []string{"GetItem", "Scan", "UpdateItem"}},
				{Source: Products, Index: "byState", Actions: []string{"Query"}},
			},
			Users: true, Invalidates: true,
			Schedules: []string{"rate(1 hour)"},
		},
	}
}

// FunctionNamed is the function of a name; without one, one that hears of nothing.
func FunctionNamed(name Principal) Function {
	all := Functions()
	at := slices.IndexFunc(all, func(f Function) bool { return f.Name == name })
	if at < 0 {
		return Function{}
	}
	return all[at]
}

// columnsOfFunctions has the name of each function. The proof asks so often that making the table each time took a tenth of it.
var columnsOfFunctions = sync.OnceValue(func() map[Principal]bool {
	columns := map[Principal]bool{}
	for _, function := range Functions() {
		columns[function.Name] = true
	}
	return columns
})

// IsFunction tells a function's column from those of people and of the CDN.
func (p Principal) IsFunction() bool {
	return columnsOfFunctions()[p]
}

// ID is the construct id of what a function has of its own, as in PicturesRole.
func (f Function) ID(of string) string { return title(string(f.Name)) + of }

// StreamID is the construct id of what lets it hear of a table, as in RemoverPhotosStream.
func (f Function) StreamID(of Stream) string { return f.ID(string(of.Of) + "Stream") }

// HasEvents tells a function that EventBridge calls.
func (f Function) HasEvents() bool { return len(f.Created)+len(f.Schedules) > 0 }

// IsInvoked tells a function that resolvers invoke.
func (f Function) IsInvoked() bool {
	for _, step := range allSteps {
		if step.Source == f.Source() {
			return true
		}
	}
	return false
}

// Grants are what its role may do with a table, as Tables say: on the table and on its indexes.
func (f Function) Grants(of Source) []Grant {
	var grants []Grant
	for _, ask := range f.Tables {
		if ask.Source != of {
			continue
		}
		grant := Grant{Index: ask.Index}
		for _, action := range slices.Sorted(slices.Values(ask.Actions)) {
			grant.Actions = append(grant.Actions, "dynamodb:"+action)
		}
		grants = append(grants, grant)
	}
	return grants
}

// Source is the data source by which resolvers invoke a function.
func (f Function) Source() Source { return Source(title(string(f.Name))) }

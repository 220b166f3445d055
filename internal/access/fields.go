package access

import (
	"cmp"
	"maps"
	"slices"
)

// Field is one row of the API's table: a field of the schema, who may call it, and what it does.
// Every field of Query, Mutation and Subscription is here, and every other that has a resolver;
// AppSync answers the rest from the value of their parent.
type Field struct {
	// Type and Name are the field's, as in Query and getPhoto.
	Type, Name string
	// May says who may call the field about which kinds of rows. Somebody who may call it for
	// another kind alone, or another's row, is told that there is no such row by a query and
	// Unauthorized by a mutation; lists leave such rows out.
	May map[Row]Callers
	// Steps are the names of what answers the field, in their order (Steps). One is the field's own
	// resolver (a unit resolver); more are functions of a pipeline, and the field's own resolver is
	// Pipeline. A subscription without steps sends all that its mutations answer.
	Steps []string
	// Changes are the kinds of rows that a mutation writes or deletes.
	Changes []Row
	// Uploads says that a mutation may be given the key of an upload to make a picture of, which has to be
	// the caller's own.
	Uploads bool
	// Hears are the mutations whose results the subscribers of a subscription receive: what
	// @aws_subscribe has to say, no more and no less. A mutation more is one more way to learn of a
	// row, without another look at who may read it.
	Hears []string
}

// Path is the field's name with its type, as in "Query.getPhoto".
func (f Field) Path() string { return f.Type + "." + f.Name }

// Callers are all who may call the field, about whichever row.
func (f Field) Callers() Callers {
	var all Callers
	for _, callers := range f.May {
		all |= callers
	}
	return all
}

// Pipeline is the resolver code of a field with more than one step; it passes on what the last step
// answered.
const Pipeline = "pipeline"

// Fields is the API's table in the schema's order. The caller may change the result.
func Fields() []Field {
	result := make([]Field, len(fields))
	for i, field := range fields {
		field.May, field.Steps = maps.Clone(field.May), slices.Clone(field.Steps)
		field.Changes, field.Hears = slices.Clone(field.Changes), slices.Clone(field.Hears)
		result[i] = field
	}
	return result
}

// A transaction answers keys only, so that a field which writes one is a pipeline: the transaction
// and a consistent read of what it wrote, or the read of what it is about to delete and the
// transaction.
var fields = []Field{
	{Type: "Query", Name: "getProduct", May: may{Live: everyone, Draft: In(Admins)}, Steps: steps{"getProduct"}},
	{Type: "Query", Name: "listProducts", May: may{Live: everyone}, Steps: steps{"listProducts"}},
	{Type: "Query", Name: "listDrafts", May: may{Draft: In(Admins)}, Steps: steps{"listDrafts"}},
	{Type: "Query", Name: "getPhoto", May: may{Photo: SignedIn}, Steps: steps{"getPhoto"}},
	{Type: "Query", Name: "listPhotos", May: may{Photo: SignedIn}, Steps: steps{"listPhotos"}},
	{Type: "Query", Name: "photosByOwner", May: may{Photo: SignedIn}, Steps: steps{"photosByOwner"}},
	{Type: "Query", Name: "commentsByPhoto", May: may{Comment: SignedIn}, Steps: steps{"readPhoto", "commentsByPhoto"}},
	{Type: "Query", Name: "getProfile", May: may{Profile: SignedIn}, Steps: steps{"getProfile"}},

	{Type: "Mutation", Name: "createProduct", May: may{New: In(Admins)}, Steps: steps{"checkNewProduct", "reserve", "makePicture", "createProduct", "removeFiles"}, Changes: rows{Draft, Day}, Uploads: true},
	{Type: "Mutation", Name: "updateProduct", May: may{Live: In(Admins), Draft: In(Admins)}, Steps: steps{"readProduct", "reserve", "makePicture", "updateProduct", "mainPicture", "removeFiles"}, Changes: rows{Live, Draft, Day}, Uploads: true},
	{Type: "Mutation", Name: "publishProduct", May: may{Draft: In(Admins)}, Steps: steps{"readProduct", "publishPictures", "publishProduct", "mainPicture", "removeFiles"}, Changes: rows{Draft, Live}},
	{Type: "Mutation", Name: "unpublishProduct", May: may{Live: In(Admins)}, Steps: steps{"readProduct", "withdrawPictures", "unpublishProduct", "removeFiles"}, Changes: rows{Draft, Live}},
	{Type: "Mutation", Name: "deleteProduct", May: may{Live: In(Admins), Draft: In(Admins)}, Steps: steps{"deleteProduct"}, Changes: rows{Live, Draft}},
	{Type: "Mutation", Name: "createPhoto", May: may{New: SignedIn}, Steps: steps{"checkNewPhoto", "reserve", "roomForPhoto", "makePicture", "createPhoto", "removeFiles", "readPhoto"}, Changes: rows{Photo, Profile, Day}, Uploads: true},
	{Type: "Mutation", Name: "updatePhoto", May: may{Photo: Owner}, Steps: steps{"updatePhoto"}, Changes: rows{Photo}},
	{Type: "Mutation", Name: "deletePhoto", May: may{Photo: Owner | In(Admins), Hidden: Owner | In(Admins)}, Steps: steps{"photoToDelete", "deletePhoto"}, Changes: rows{Photo, Hidden, Profile, Blocked}},
	{Type: "Mutation", Name: "likePhoto", May: may{Photo: SignedIn}, Steps: steps{"likePhoto", "readPhoto"}, Changes: rows{Like, Photo, Profile}},
	{Type: "Mutation", Name: "unlikePhoto", May: may{Photo: SignedIn}, Steps: steps{"unlikePhoto", "readPhoto"}, Changes: rows{Like, Photo, Profile}},
	{Type: "Mutation", Name: "addComment", May: may{Photo: SignedIn}, Steps: steps{"addComment", "readComment"}, Changes: rows{Comment, Photo}},
	{Type: "Mutation", Name: "editComment", May: may{Comment: Owner}, Steps: steps{"editComment", "readComment"}, Changes: rows{Comment}},
	{Type: "Mutation", Name: "deleteComment", May: may{Comment: Owner | Host | In(Admins)}, Steps: steps{"readComment", "deleteComment"}, Changes: rows{Comment, Photo}},
	{Type: "Mutation", Name: "linkIdentity", May: may{New: Identities}, Steps: steps{"linkIdentity"}, Changes: rows{Identity}},
	{Type: "Mutation", Name: "deleteAccount", May: may{New: SignedIn}, Steps: steps{"deleteAccount"}, Changes: rows{Profile, Leaving}},

	// Drafts are announced to nobody: no subscription hears createProduct or updateProduct.
	{Type: "Subscription", Name: "onProductPublished", May: may{Live: everyone}, Hears: hears{"publishProduct"}},
	{Type: "Subscription", Name: "onProductWithdrawn", May: may{Live: everyone}, Steps: steps{"onProductWithdrawn"}, Hears: hears{"unpublishProduct", "deleteProduct"}},
	{Type: "Subscription", Name: "onPhotoCreated", May: may{Photo: SignedIn}, Hears: hears{"createPhoto"}},
	{Type: "Subscription", Name: "onPhotoChanged", May: may{Photo: SignedIn}, Steps: steps{"onePhoto"}, Hears: hears{"updatePhoto", "likePhoto", "unlikePhoto"}},
	{Type: "Subscription", Name: "onPhotoDeleted", May: may{Photo: SignedIn}, Steps: steps{"onePhoto"}, Hears: hears{"deletePhoto"}},
	{Type: "Subscription", Name: "onCommentChanged", May: may{Comment: SignedIn}, Steps: steps{"onCommentChanged"}, Hears: hears{"addComment", "editComment", "deleteComment"}},

	{Type: "Photo", Name: "likedByMe", May: may{Like: Owner}, Steps: steps{"likedByMe"}},
}

// What the table is written in.
type (
	may   = map[Row]Callers
	steps = []string
	rows  = []Row
	hears = []string
)

// FieldsFor are the paths of the fields that some of the callers may call, in the order of the table. What is for
// Guests, IAM has to allow all roles of an identity pool; what is for Identities, all but the guests'.
func FieldsFor(fields []Field, callers Callers) []string {
	var paths []string
	for _, field := range fields {
		if field.Callers()&callers != 0 {
			paths = append(paths, field.Path())
		}
	}
	return paths
}

// Source is a data source that a step calls, by its name in AppSync.
type Source string

// The data sources of the API: a table or a function each, and None for steps that call nothing.
const (
	Products Source = "Products"
	Photos   Source = "Photos"
	None     Source = "None"
	// The functions' sources are called as the functions are, with a capital.
	PicturesSource Source = "Pictures"
	RemoverSource  Source = "Remover"
)

// Step is a resolver's code, or a function's of a pipeline, and what it asks of its data source.
type Step struct {
	Source Source
	// Index is the name of the index that it queries, or empty for the table itself.
	Index string
	// Actions are the IAM actions that its requests need, without "dynamodb:". A write with a
	// condition needs GetItem as well: AppSync reads the row when the condition fails (AppSync
	// developer guide, "Condition expressions"). A transaction needs the actions of its items and none
	// of its own (DynamoDB developer guide, "Using IAM with DynamoDB transactions"). Of a function, none: its source invokes it.
	Actions []string
}

// Steps are all steps, by the name of their file in api/resolvers without .js. The caller may change
// the result.
func Steps() map[string]Step {
	result := maps.Clone(allSteps)
	for name, step := range result {
		step.Actions = slices.Clone(step.Actions)
		result[name] = step
	}
	return result
}

var allSteps = map[string]Step{
	"getProduct":       {Source: Products, Actions: []string{"GetItem"}},
	"listProducts":     {Source: Products, Index: "byState", Actions: []string{"Query"}},
	"listDrafts":       {Source: Products, Index: "byState", Actions: []string{"Query"}},
	"readProduct":      {Source: Products, Actions: []string{"GetItem"}},
	"createProduct":    {Source: Products, Actions: []string{"PutItem", "GetItem"}},
	"updateProduct":    {Source: Products, Actions: []string{"UpdateItem", "GetItem"}},
	"publishProduct":   {Source: Products, Actions: []string{"UpdateItem", "GetItem"}},
	"unpublishProduct": {Source: Products, Actions: []string{"UpdateItem", "GetItem"}},
	"deleteProduct":    {Source: Products, Actions: []string{"DeleteItem", "GetItem"}},

	"getPhoto":        {Source: Photos, Actions: []string{"GetItem"}},
	"listPhotos":      {Source: Photos, Index: "feed", Actions: []string{"Query"}},
	"photosByOwner":   {Source: Photos, Index: "byOwner", Actions: []string{"Query"}},
	"commentsByPhoto": {Source: Photos, Actions: []string{"Query"}},
	"getProfile":      {Source: Photos, Actions: []string{"GetItem"}},
	"reserve":         {Source: Photos, Actions: []string{"UpdateItem", "GetItem"}},
	"roomForPhoto":    {Source: Photos, Actions: []string{"ConditionCheckItem"}},
	"createPhoto":     {Source: Photos, Actions: []string{"PutItem", "UpdateItem"}},
	"readPhoto":       {Source: Photos, Actions: []string{"GetItem"}},
	"photoToDelete":   {Source: Photos, Actions: []string{"GetItem"}},
	"updatePhoto":     {Source: Photos, Actions: []string{"UpdateItem", "GetItem"}},
	"deletePhoto":     {Source: Photos, Actions: []string{"DeleteItem", "UpdateItem"}},
	"likePhoto":       {Source: Photos, Actions: []string{"PutItem", "UpdateItem"}},
	"unlikePhoto":     {Source: Photos, Actions: []string{"DeleteItem", "UpdateItem"}},
	"likedByMe":       {Source: Photos, Actions: []string{"GetItem"}},
	"addComment":      {Source: Photos, Actions: []string{"PutItem", "UpdateItem"}},
	"readComment":     {Source: Photos, Actions: []string{"GetItem"}},
	"editComment":     {Source: Photos, Actions: []string{"UpdateItem", "ConditionCheckItem"}},
	"deleteComment":   {Source: Photos, Actions: []string{"DeleteItem", "UpdateItem"}},
	"linkIdentity":    {Source: Photos, Actions: []string{"UpdateItem"}},
	"deleteAccount":   {Source: Photos, Actions: []string{"UpdateItem"}},

	"makePicture":      {Source: PicturesSource},
	"publishPictures":  {Source: PicturesSource},
	"withdrawPictures": {Source: PicturesSource},
	"mainPicture":      {Source: PicturesSource},
	"removeFiles":      {Source: RemoverSource},

	"checkNewProduct":    {Source: None},
	"checkNewPhoto":      {Source: None},
	"onProductWithdrawn": {Source: None},
	"onePhoto":           {Source: None},
	"onCommentChanged":   {Source: None},
}

// Grant is what a data source's role may do to one resource of its table.
type Grant struct {
	// Index is the name of an index, or empty for the table itself.
	Index string
	// Actions are IAM actions, as in dynamodb:GetItem, sorted.
	Actions []string
}

// On is the ARN of what a grant is about, in the table of an ARN.
func (g Grant) On(table string) string {
	if g.Index == "" {
		return table
	}
	return table + "/index/" + g.Index
}

// Actions are what the role of a data source needs, as its steps say: on the table and, by a Query
// only, on each of its indexes, sorted by index. None needs nothing.
func Actions(source Source) []Grant {
	actions := map[string][]string{}
	for _, step := range allSteps {
		for _, action := range step.Actions {
			if step.Source == source {
				actions[step.Index] = append(actions[step.Index], "dynamodb:"+action)
			}
		}
	}
	var grants []Grant
	for index, all := range actions {
		slices.Sort(all)
		grants = append(grants, Grant{Index: index, Actions: slices.Compact(all)})
	}
	slices.SortFunc(grants, func(a, b Grant) int { return cmp.Compare(a.Index, b.Index) })
	return grants
}

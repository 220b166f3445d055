package api

import "slices"

// Source is the data source that a step calls, by its name in AppSync.
type Source string

// The data sources of the API: a table each, and NONE for steps that call nothing.
const (
	Products Source = "Products"
	Photos   Source = "Photos"
	None     Source = "None"
)

// Pipeline is the resolver code of a field with more than one step; it passes on what the last step answered.
const Pipeline = "pipeline"

// Field says what answers one field of the schema. A field that is not in the table is answered by AppSync itself, from
// the value of its parent; a subscription that is not in it has no filter.
type Field struct {
	// Type and Name are the field's, as in Query and getPhoto.
	Type, Name string
	// Source is the data source of every step.
	Source Source
	// Steps names resolvers as Resolver does. One is the field's own resolver (a unit resolver); more are functions of a
	// pipeline in this order, and the field's own resolver is Pipeline.
	Steps []string
}

// Fields answers the wiring of the API in the schema's order. The caller may change the result.
func Fields() []Field {
	result := make([]Field, len(fields))
	for i, field := range fields {
		field.Steps = slices.Clone(field.Steps)
		result[i] = field
	}
	return result
}

// A transaction answers keys only, so that a field which writes one is a pipeline: the transaction and a consistent
// read of what it wrote, or the read of what it is about to delete and the transaction.
var fields = []Field{
	{"Query", "getProduct", Products, []string{"getProduct"}},
	{"Query", "listProducts", Products, []string{"listProducts"}},
	{"Query", "listDrafts", Products, []string{"listDrafts"}},
	{"Query", "getPhoto", Photos, []string{"getPhoto"}},
	{"Query", "listPhotos", Photos, []string{"listPhotos"}},
	{"Query", "photosByOwner", Photos, []string{"photosByOwner"}},
	{"Query", "commentsByPhoto", Photos, []string{"readPhoto", "commentsByPhoto"}},
	{"Query", "getProfile", Photos, []string{"getProfile"}},

	{"Mutation", "createProduct", Products, []string{"createProduct"}},
	{"Mutation", "updateProduct", Products, []string{"updateProduct"}},
	{"Mutation", "publishProduct", Products, []string{"publishProduct"}},
	{"Mutation", "unpublishProduct", Products, []string{"unpublishProduct"}},
	{"Mutation", "deleteProduct", Products, []string{"deleteProduct"}},
	{"Mutation", "createPhoto", Photos, []string{"createPhoto", "readPhoto"}},
	{"Mutation", "updatePhoto", Photos, []string{"updatePhoto"}},
	{"Mutation", "deletePhoto", Photos, []string{"readPhoto", "deletePhoto"}},
	{"Mutation", "likePhoto", Photos, []string{"likePhoto", "readPhoto"}},
	{"Mutation", "unlikePhoto", Photos, []string{"unlikePhoto", "readPhoto"}},
	{"Mutation", "addComment", Photos, []string{"addComment", "readComment"}},
	{"Mutation", "editComment", Photos, []string{"editComment", "readComment"}},
	{"Mutation", "deleteComment", Photos, []string{"readComment", "deleteComment"}},

	{"Subscription", "onProductWithdrawn", None, []string{"onProductWithdrawn"}},
	{"Subscription", "onPhotoChanged", None, []string{"onePhoto"}},
	{"Subscription", "onPhotoDeleted", None, []string{"onePhoto"}},
	{"Subscription", "onCommentChanged", None, []string{"onCommentChanged"}},

	{"Photo", "likedByMe", Photos, []string{"likedByMe"}},
}

// Hears answers, by the name of each field of Subscription, the mutations whose results its subscribers receive: what
// @aws_subscribe has to say, no more and no less. A mutation more is one more way to learn of a row, without another
// look at who may read it. The caller may change the result.
func Hears() map[string][]string {
	return map[string][]string{
		// Drafts are announced to nobody: createProduct and updateProduct stand nowhere.
		"onProductPublished": {"publishProduct"},
		"onProductWithdrawn": {"unpublishProduct", "deleteProduct"},
		"onPhotoCreated":     {"createPhoto"},
		"onPhotoChanged":     {"updatePhoto", "likePhoto", "unlikePhoto"},
		"onPhotoDeleted":     {"deletePhoto"},
		"onCommentChanged":   {"addComment", "editComment", "deleteComment"},
	}
}

// Grant is what a data source's role may do to one resource of its table.
type Grant struct {
	// Index is the name of an index, or empty for the table itself.
	Index string
	// Actions are IAM actions, as in dynamodb:GetItem.
	Actions []string
}

// Actions answers what the role of a data source needs: on the table and, by a Query only, on each of its indexes. None
// needs nothing. Beside the operations that resolvers ask for it holds GetItem wherever there is a conditional write:
// AppSync reads the row when a condition fails (AppSync developer guide, "Condition expressions"). A transaction needs
// the actions of its items and none of its own (DynamoDB developer guide, "Using IAM with DynamoDB transactions").
func Actions(source Source) []Grant {
	switch source {
	case Products:
		return []Grant{
			{Actions: []string{"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}},
			{Index: "byState", Actions: []string{"dynamodb:Query"}},
		}
	case Photos:
		return []Grant{
			{Actions: []string{
				"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:GetItem",
				"dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem",
			}},
			{Index: "byOwner", Actions: []string{"dynamodb:Query"}},
			{Index: "feed", Actions: []string{"dynamodb:Query"}},
		}
	default:
		return nil
	}
}

package graphql_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// open is a backend that lets everybody have everything, and answers hello.
type open struct{}

func (open) Authorize(*ast.Definition, *ast.FieldDefinition) *graphql.Error { return nil }

func (open) Resolver(_, field string) graphql.Resolver {
	return func(context.Context, graphql.Field) (json.RawMessage, []graphql.Error) {
		return json.RawMessage(`"hello"`), nil
	}
}

func Example() {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { greeting: String }"})
	operation, faults := graphql.Parse(schema, graphql.Request{Query: "{ greeting }"}, false)
	if len(faults) > 0 {
		fmt.Println(faults)
		return
	}
	result := operation.Execute(context.Background(), open{}, graphql.Limits{})
	fmt.Println(string(result.JSON()))
	// Output: {"data":{"greeting":"hello"}}
}

package appsyncjs_test

import (
	"fmt"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

func Example() {
	resolver, err := appsyncjs.Compile(`
		import { util } from '@aws-appsync/utils'
		export function request(ctx) {
			return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }) }
		}
		export function response(ctx) { return ctx.result }`)
	if err != nil {
		fmt.Println(err)
		return
	}
	asked := appsyncjs.Context{
		Arguments: map[string]any{"id": "1"},
		Identity:  appsyncjs.UserPoolIdentity{Sub: "5a1c", Username: "alice", Groups: []string{"Admins"}},
		Env:       map[string]string{"PRODUCTS_TABLE": "Products"},
	}
	outcome, err := resolver.Request(asked)
	fmt.Println(string(outcome.Value), err) // outcome.Operation() has it as typed values
	asked.Stash, asked.Result = outcome.Stash, map[string]any{"id": "1", "title": "Lamp"}
	outcome, err = resolver.Response(asked)
	fmt.Println(string(outcome.Value), err)
	// Output:
	// {"operation":"GetItem","key":{"id":{"S":"1"}}} <nil>
	// {"id":"1","title":"Lamp"} <nil>
}

package graphql

import (
	"testing"
	"time"
)

// FuzzParse feeds documents and variables to the reader of requests and executes what it takes: whatever comes, there is an
// answer, soon, and it is JSON.
func FuzzParse(f *testing.F) {
	for _, seed := range []struct{ query, variables string }{
		{`{number dog{name ...on Dog{size}}}`, ``},
		{`query($a:Int!=3,$c:Collar){dogs(limit:$a){name} dog(collar:$c){name}}`, `{"a":5,"c":{"colour":"red","tags":["x"],"at":"2020-01-01T00:00Z"}}`},
		{`query A{...F} fragment F on Query{dog(name:"\u00e9""" x """){friends(first:1){__typename}}}`, `null`},
		{`{__schema{types{name fields{name type{ofType{name}}}}}}`, ``},
		{`mutation{name(to:null){name} first second}`, `{"x":[1,{"y":null}]}`},
		{`subscription{named(to:"x"){name}}`, ``},
		{`{dog{...A}} fragment A on Dog{...B} fragment B on Dog{...A}`, ``},
		{`{dog(collar:{colour:$v,tags:[$v]}){name}}`, `{"v":1e999999999}`},
		{`{a:number a:number @include(if:true) @skip(if:false)}`, ``},
		{`{`, `{`}, {"{\x00}", ``}, {``, ``},
	} {
		f.Add(seed.query, seed.variables)
	}
	s, err := LoadSchema(schema)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query, variables string) {
		began := time.Now()
		request := Request{Query: query}
		if value, err := Decode([]byte(variables)); err == nil {
			request.Variables, _ = value.(map[string]any)
		}
		for _, introspection := range []bool{true, false} {
			operation, faults := Parse(s, request, introspection)
			if (operation == nil) == (faults == nil) {
				t.Fatalf("got %v and %v, want an operation or errors", operation, faults)
			}
			result := Result{Errors: faults}
			if operation != nil {
				result = operation.Execute(t.Context(), rex, Limits{Depth: 15, Resolvers: 250})
				for _, root := range operation.Roots() {
					operation.Projection(rex.Authorize, Limits{Depth: 15}, root).Of(map[string]any{"name": "x"})
				}
			}
			if _, err := Decode(result.JSON()); err != nil {
				t.Fatalf("got %s: %v", result.JSON(), err)
			}
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Fatalf("it took %v", took)
		}
	})
}

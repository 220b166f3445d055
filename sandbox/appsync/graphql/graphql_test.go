package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
)

// schema has what a GraphQL schema can have.
const schema = `
interface Animal { name: String! }
enum Size { SMALL LARGE }
type Dog implements Animal { name: String! size: Size friends(first: Int = 2): [Animal!]! born: AWSDateTime secret: String }
type Cat implements Animal { name: String! lives: Int! }
union Pet = Dog | Cat
input Collar { colour: String! width: Int = 3 tags: [String!] at: AWSDateTime }
type Query {
  dog(name: String = "Rex", collar: Collar): Dog
  dogs(limit: Int!): [Dog!]!
  pet(id: ID!): Pet
  must: Dog!
  number: Int
  json: AWSJSON
  list: [[Int]]
  sizes(of: [Size!]): [Size]
  old: String @deprecated(reason: "gone")
}
type Mutation { name(to: String!): Dog first: Int second: Int! }
type Subscription { named(to: String): Dog other: Dog }
`

func load(t testing.TB, text string) *ast.Schema {
	t.Helper()
	s, err := LoadSchema(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// kennel is a backend whose resolvers answer JSON texts, by field; {ARGS} in one is the field's arguments.
type kennel map[string]string

func (k kennel) Authorize(parent *ast.Definition, field *ast.FieldDefinition) *Error {
	if field.Name == "secret" {
		return &Error{ErrorType: "Unauthorized", Message: "Not Authorized to access secret on type " + parent.Name}
	}
	return nil
}

func (k kennel) Resolver(parent, field string) Resolver {
	text, ok := k[parent+"."+field]
	if !ok {
		return nil
	}
	return func(_ context.Context, f Field) (json.RawMessage, []Error) {
		if fault, failed := strings.CutPrefix(text, "fail "); failed {
			return nil, []Error{{ErrorType: "Failed", Message: fault}}
		}
		arguments, err := json.Marshal(f.Arguments)
		if err != nil {
			panic(err)
		}
		return json.RawMessage(strings.ReplaceAll(text, "{ARGS}", string(arguments))), nil
	}
}

// run answers a request as an API of the schema does.
func run(t testing.TB, k kennel, limits Limits, query, variables string) string {
	t.Helper()
	request := Request{Query: query}
	if variables != "" {
		value, err := Decode(json.RawMessage(variables))
		if err != nil {
			t.Fatal(err)
		}
		request.Variables = value.(map[string]any)
	}
	operation, faults := Parse(load(t, schema), request, true)
	if faults != nil {
		return string(Result{Errors: faults}.JSON())
	}
	return string(operation.Execute(t.Context(), k, limits).JSON())
}

var rex = kennel{
	"Query.dog":    `{"name":"Rex","size":"LARGE","born":"2020-01-01T00:00Z","friends":[{"__typename":"Cat","name":"Tom","lives":9},{"__typename":"Dog","name":"Ann","size":null}]}`,
	"Query.pet":    `{"__typename":"Cat","name":"Tom","lives":9}`,
	"Query.dogs":   `[{"name":"a"},{"name":"b"}]`,
	"Dog.born":     `"2021-02-03T04:05:06.789+01:00"`,
	"Query.must":   `fail no`,
	"Query.list":   `[[1,2],null,[3]]`,
	"Query.sizes":  `["SMALL",null]`,
	"Query.number": `7`,
}

func TestExecute_answersWhatWasSelected(t *testing.T) {
	tests := []struct{ name, query, variables, want string }{
		{"in the order of the selection", `{number dog{size name}}`, ``, `{"data":{"number":7,"dog":{"size":"LARGE","name":"Rex"}}}`},
		{"by aliases", `{a:number b:number}`, ``, `{"data":{"a":7,"b":7}}`},
		{"merged", `{dog{name} dog{size}}`, ``, `{"data":{"dog":{"name":"Rex","size":"LARGE"}}}`},
		{"through fragments", `query{...F} fragment F on Query{dog{...on Animal{name} ...on Dog{size}}}`, ``, `{"data":{"dog":{"name":"Rex","size":"LARGE"}}}`},
		{"of unions by their members", `{pet(id:1){__typename ...on Cat{lives} ...on Dog{size}}}`, ``, `{"data":{"pet":{"__typename":"Cat","lives":9}}}`},
		{"of interfaces", `{dog{friends{name ...on Cat{lives}}}}`, ``, `{"data":{"dog":{"friends":[{"name":"Tom","lives":9},{"name":"Ann"}]}}}`},
		{"below lists, by resolvers", `{dogs(limit:1){name born}}`, ``, `{"data":{"dogs":[{"name":"a","born":"2021-02-03T04:05:06.789+01:00"},{"name":"b","born":"2021-02-03T04:05:06.789+01:00"}]}}`},
		{"of lists of lists", `{list}`, ``, `{"data":{"list":[[1,2],null,[3]]}}`},
		{"of enumerations", `{sizes}`, ``, `{"data":{"sizes":["SMALL",null]}}`},
		{"without what is skipped", `query($y:Boolean!,$n:Boolean=false){a:number@skip(if:$y) b:number@include(if:$n) c:number@skip(if:$n)@include(if:$y) ...@skip(if:true){d:number}}`, `{"y":true}`, `{"data":{"c":7}}`},
		{"with the type's name", `{__typename}`, ``, `{"data":{"__typename":"Query"}}`},
		{"null where nothing is", `{json old}`, ``, `{"data":{"json":null,"old":null}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := run(t, rex, Limits{}, tt.query, tt.variables); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestExecute_coercesArguments(t *testing.T) {
	echo := kennel{"Query.dog": `{"name":{ARGS}}`, "Query.json": `{ARGS}`, "Query.sizes": `[]`}
	echo["Query.dog"] = `{"name":"x","friends":[],"born":null}`
	tests := []struct{ name, field, variables, declared, want string }{
		{"a default", `dog`, ``, ``, `{"name":"Rex"}`},
		{"null is no default", `dog(name:null)`, ``, ``, `{"name":null}`},
		{"a variable that is absent leaves the default", `dog(name:$v)`, `{}`, `$v:String`, `{"name":"Rex"}`},
		{"a variable that is null is null", `dog(name:$v)`, `{"v":null}`, `$v:String`, `{"name":null}`},
		{"a variable's default", `dog(name:$v)`, `{}`, `$v:String="Max"`, `{"name":"Max"}`},
		{"an object's defaults", `dog(collar:{colour:"red"})`, ``, ``, `{"collar":{"colour":"red","width":3},"name":"Rex"}`},
		{"an object of variables", `dog(collar:{colour:$c,width:$w})`, `{"c":"red"}`, `$c:String!,$w:Int`, `{"collar":{"colour":"red","width":3},"name":"Rex"}`},
		{"an object as a variable", `dog(collar:$c)`, `{"c":{"colour":"red","tags":"one"}}`, `$c:Collar`, `{"collar":{"colour":"red","tags":["one"],"width":3},"name":"Rex"}`},
		{"one for a list", `sizes(of:SMALL)`, ``, ``, `{"of":["SMALL"]}`},
		{"a number for an ID", `pet(id:5)`, ``, ``, `{"id":"5"}`},
		{"a number for an ID, as a variable", `pet(id:$i)`, `{"i":5}`, `$i:ID!`, `{"id":"5"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			query := "{" + tt.field
			if tt.declared != "" {
				query = "query(" + tt.declared + "){" + tt.field
			}
			if !strings.HasPrefix(tt.field, "sizes") {
				query += "{__typename}"
			}
			value, err := Decode(json.RawMessage(tt.variables))
			if err != nil {
				t.Fatal(err)
			}
			variables, _ := value.(map[string]any)
			operation, faults := Parse(load(t, schema), Request{Query: query + "}", Variables: variables}, true)
			if faults != nil {
				t.Fatal(faults)
			}
			arguments, fault := operation.Arguments(operation.Roots()[0])
			if fault != nil {
				t.Fatal(fault)
			}
			if got := string(appendValue(nil, arguments)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestParse_refusesInAppSyncsWords(t *testing.T) {
	tests := []struct{ query, variables, want string }{
		{`{badfield}`, ``, `[{"path":null,"locations":[{"line":1,"column":2,"sourceName":null}],"message":"Validation error of type FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'"}]`},
		{`{dog{nam}}`, ``, `Validation error of type FieldUndefined: Field 'nam' in type 'Dog' is undefined @ 'dog/nam'`},
		{`{dog}`, ``, `Validation error of type SubSelectionRequired: Sub selection required for type Dog of field dog @ 'dog'`},
		{`{number{x}}`, ``, `Validation error of type SubSelectionNotAllowed: Sub selection not allowed on leaf type Int of field number @ 'number'`},
		{`{pet{__typename}}`, ``, `Validation error of type MissingFieldArgument: Missing field argument id @ 'pet'`},
		{`{number(x:1)}`, ``, `Validation error of type UnknownArgument: Unknown field argument x @ 'number'`},
		{`{dog{...F}}`, ``, `Validation error of type UndefinedFragment: Undefined fragment F`},
		{`query($a:Nope){number}`, ``, `Validation error of type UnknownType: Unknown type Nope`},
		{`{dog(name:$a){name}}`, ``, `Validation error of type UndefinedVariable: Undefined variable a @ 'dog'`},
		{`query($a:Int){number}`, ``, `Validation error of type UnusedVariable: Unused variable a`},
		{`query($a:Int){dog(name:$a){name}}`, ``, `Validation error of type VariableTypeMismatch: Variable type 'Int' does not match expected type 'String' @ 'dog'`},
		{`{dog(name:5){name}}`, ``, `Validation error of type WrongType: `},
		{`{dogs(limit:2147483648){name}}`, ``, `Validation error of type WrongType: 2147483648 is not a valid Int @ 'dogs'`},
		{`{dog(collar:{colour:"r",at:"monday"}){name}}`, ``, `Validation error of type WrongType: "monday" is not a valid AWSDateTime @ 'dog'`},
		{`{dog(collar:{}){name}}`, ``, `Validation error of type WrongType: `},
		{`query($d:Int=99999999999){dogs(limit:$d){name}}`, ``, `WrongType: 99999999999 is not a valid Int`},
		{`{number@nope}`, ``, `Validation error of type UnknownDirective: `},
		{`{a:number a:json}`, ``, `Validation error of type FieldsConflict: `},
		{`{...F} fragment F on Query{...F}`, ``, `Validation error of type FragmentCycle: Fragment cycles not allowed`},
		{`{number} {number}`, ``, `Validation error of type LoneAnonymousOperationViolation: `},
		{`subscription{named{name} other{name}}`, ``, `Validation error of type SubscriptionMultipleRootFields: `},
		{`{`, ``, `"locations":[{"line":1,"column":2,"sourceName":null}],"message":"Invalid Syntax : `},
		{`query A{number} query B{number}`, ``, `Must provide operation name if query contains multiple operations.`},
		{`query($a:Int!){dogs(limit:$a){name}}`, `{}`, `[{"path":null,"locations":[{"line":1,"column":7,"sourceName":null}],"message":"Variable 'a' has coerced Null value for NonNull type 'Int!'"}]`},
		{`query($a:Int!){dogs(limit:$a){name}}`, `{"a":"5"}`, `Variable 'a' has an invalid value. Expected type 'Int' but was 'String'.`},
		{`query($a:Int!){dogs(limit:$a){name}}`, `{"a":1.5}`, `Variable 'a' has an invalid value. Expected type 'Int' but was 'Double'.`},
		{`query($c:Collar){dog(collar:$c){name}}`, `{"c":{"colour":null}}`, `Variable 'c' has coerced Null value for NonNull type 'String!'`},
		{`query($c:Collar){dog(collar:$c){name}}`, `{"c":{"colour":"r","x":1}}`, `"path":null,"locations":null,"message":"The variables input contains a field that is not defined for input object type 'Collar' "`},
		{`query($c:Collar){dog(collar:$c){name}}`, `{"c":{"colour":"r","at":"x"}}`, "Variable 'at' has an invalid value. Unable to parse `x` as a valid DateTime Object."},
		{`query($c:Collar){dog(collar:$c){name}}`, `{"c":[1]}`, `Variable 'c' has an invalid value. Expected type 'Map' but was 'ArrayList'.`},
		{`query($s:[Size!]){sizes(of:$s)}`, `{"s":["HUGE"]}`, `Variable 's' has an invalid value. Invalid input for Enum 'Size'. No value found for name 'HUGE'`},
	}
	for _, tt := range tests {
		t.Run(tt.query+tt.variables, func(t *testing.T) {
			got := run(t, rex, Limits{}, tt.query, tt.variables)
			if !strings.HasPrefix(got, `{"data":null,"errors":[`) {
				t.Fatalf("got %s, want errors and no data", got)
			}
			want, err := json.Marshal(tt.want)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(tt.want, `"message"`) {
				want = []byte(tt.want)
			}
			if !strings.Contains(got, strings.Trim(string(want), `"`)) && !strings.Contains(got, string(want)) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestExecute_letsNullGoUpToWhatMayBeNull(t *testing.T) {
	null := func(of, parent, where, path string) string {
		return fmt.Sprintf(`{"path":[%s],"locations":null,"message":"Cannot return null for non-nullable type: '%s' within parent '%s' (%s)"}`, path, of, parent, where)
	}
	tests := []struct {
		name, query, answer string
		want                string
	}{
		{"a field", `{dog{name size}}`, `{"size":"SMALL"}`, `{"data":{"dog":null},"errors":[` + null("String", "Dog", "/dog/name", `"dog","name"`) + `]}`},
		{"each field has its error", `{dog{a:name b:name}}`, `{}`, `{"data":{"dog":null},"errors":[` + null("String", "Dog", "/dog/a", `"dog","a"`) + `,` + null("String", "Dog", "/dog/b", `"dog","b"`) + `]}`},
		{"an element takes its list along", `{dog{friends{name}}}`, `{"friends":[{"__typename":"Dog","name":"x"},null]}`, `{"data":{"dog":null},"errors":[` + null("Animal", "Dog", "/dog/friends[1]", `"dog","friends",1`) + `]}`},
		{"a list", `{dog{friends{name}}}`, `{}`, `{"data":{"dog":null},"errors":[` + null("null", "Dog", "/dog/friends", `"dog","friends"`) + `]}`},
		{"everything", `{dog{name} must{name}}`, `{"name":"x"}`, `{"data":null,"errors":[{"path":["must"],"data":null,"errorType":"Failed","errorInfo":null,"locations":[{"line":1,"column":12,"sourceName":null}],"message":"no"}]}`},
		{"a field that is forbidden is null", `{dog{name secret}}`, `{"name":"x","secret":"s"}`, `{"data":{"dog":{"name":"x","secret":null}},"errors":[{"path":["dog","secret"],"data":null,"errorType":"Unauthorized","errorInfo":null,"locations":[{"line":1,"column":11,"sourceName":null}],"message":"Not Authorized to access secret on type Dog"}]}`},
		{"what is no list", `{dog{friends{name}}}`, `{"friends":5}`, `{"data":{"dog":null},"errors":[{"path":["dog","friends"],"locations":null,"message":"Can't resolve value (/dog/friends) : type mismatch error, expected type LIST"}]}`},
		{"what is no object", `{dog{name}}`, `5`, `{"data":{"dog":null},"errors":[{"path":["dog"],"locations":null,"message":"Can't resolve value (/dog) : type mismatch error, expected type OBJECT"}]}`},
		{"a scalar of another form", `{dog{name size}}`, `{"name":{},"size":"X"}`, `{"data":{"dog":null},"errors":[{"path":["dog","name"],"locations":null,"message":"Can't serialize value (/dog/name) : Expected type 'String' but was 'LinkedHashMap'."},{"path":["dog","size"],"locations":null,"message":"Can't serialize value (/dog/size) : Invalid input for Enum 'Size'. No value found for name 'X'"}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := kennel{"Query.dog": tt.answer, "Query.must": "fail no"}
			if diff := cmp.Diff(tt.want, run(t, k, Limits{}, tt.query, "")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExecute_stopsAtTheLimits(t *testing.T) {
	got := run(t, rex, Limits{Depth: 2}, `{number dog{name friends{name}}}`, "")
	if want := `{"data":{"number":7,"dog":null},"errors":[{"path":["dog","friends",0,"name"],"data":null,"errorType":"QueryDepthLimitReached"`; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s…", got, want)
	}
	if got := run(t, rex, Limits{Depth: 3}, `{number dog{name friends{name}}}`, ""); strings.Contains(got, "errors") {
		t.Errorf("at the limit: got %s", got)
	}
	got = run(t, rex, Limits{Resolvers: 2}, `{a:number b:number c:number}`, "")
	if strings.Count(got, `"errorType":"ResolverExecutionLimitReached"`) != 1 || strings.Count(got, ":7") != 2 {
		t.Errorf("got %s, want two values and one error", got)
	}
}

func TestExecute_carriesOutMutationsInTheirOrder(t *testing.T) {
	var order []string
	k := ordered{&order}
	operation, faults := Parse(load(t, schema), Request{Query: `mutation{b:second a:first c:second}`}, true)
	if faults != nil {
		t.Fatal(faults)
	}
	operation.Execute(t.Context(), k, Limits{})
	if diff := cmp.Diff([]string{"b", "a", "c"}, order); diff != "" {
		t.Error(diff)
	}
}

type ordered struct{ order *[]string }

func (ordered) Authorize(*ast.Definition, *ast.FieldDefinition) *Error { return nil }

func (o ordered) Resolver(string, string) Resolver {
	return func(_ context.Context, f Field) (json.RawMessage, []Error) {
		*o.order = append(*o.order, f.Path[0].(string))
		return json.RawMessage("1"), nil
	}
}

func TestExecute_survivesAResolverThatPanics(t *testing.T) {
	operation, faults := Parse(load(t, schema), Request{Query: `{a:number b:number}`}, true)
	if faults != nil {
		t.Fatal(faults)
	}
	got := string(operation.Execute(t.Context(), panicking{}, Limits{}).JSON())
	if !strings.HasPrefix(got, `{"data":{"a":null,"b":null},"errors":[`) {
		t.Errorf("got %s, want null and errors", got)
	}
}

type panicking struct{ ordered }

func (panicking) Resolver(string, string) Resolver {
	return func(context.Context, Field) (json.RawMessage, []Error) { panic("no") }
}

func TestParse_readsTheSchemaOnlyWhereIntrospectionIsOn(t *testing.T) {
	const query = `{__schema{queryType{name}} __type(name:"Dog"){fields{name type{kind ofType{name}}}} __typename}`
	if got, want := run(t, rex, Limits{}, query, ""), `{"data":{"__schema":{"queryType":{"name":"Query"}},"__type":{"fields":[{"name":"name","type":{"kind":"NON_NULL","ofType":{"name":"String"}}}`; !strings.HasPrefix(got, want) {
		t.Errorf("on: got %s, want %s…", got, want)
	}
	_, faults := Parse(load(t, schema), Request{Query: query}, false)
	if len(faults) == 0 || faults[0].Message != "Validation error of type FieldUndefined: Field 'queryType' in type '__Schema' is undefined @ '__schema/queryType'" {
		t.Errorf("off: got %v, want the fields undefined", faults)
	}
	if _, faults := Parse(load(t, schema), Request{Query: `{__typename dog{__typename}}`}, false); faults != nil {
		t.Errorf("off: __typename: got %v, want it", faults)
	}
}

func TestParse_neverSuggestsNamesOfTheSchema(t *testing.T) {
	_, faults := Parse(load(t, schema), Request{Query: `{dog(nam:1){secre}} query($a:Colla){number(x:$a)}`}, false)
	for _, f := range faults {
		if strings.Contains(f.Message, "secret") || strings.Contains(f.Message, "Collar") || strings.Contains(f.Message, "Did you mean") {
			t.Errorf("got %q", f.Message)
		}
	}
}

func TestProject_givesASubscriberWhatTheMutationSelected(t *testing.T) {
	operation, faults := Parse(load(t, schema), Request{Query: `subscription{n:named{who:name size born secret}}`}, true)
	if faults != nil {
		t.Fatal(faults)
	}
	projection := operation.Projection(rex.Authorize, Limits{}, operation.Roots()[0])
	tests := []struct{ event, want string }{
		{`{"name":"x","size":"SMALL","born":"2020-01-01T00:00Z","secret":"s"}`, `{"data":{"n":{"who":"x","size":"SMALL","born":"2020-01-01T00:00Z","secret":null}},"errors":[{"path":["n","secret"],`},
		{`{"name":"x"}`, `{"data":{"n":{"who":"x","size":null,"born":null,"secret":null}},"errors":`},
		{`{"size":"SMALL"}`, `{"data":{"n":null},"errors":[{"path":["n","who"],"locations":null,"message":"Cannot return null for non-nullable type: 'String' within parent 'Dog' (/n/who)"}`},
	}
	for _, tt := range tests {
		event, err := Decode(json.RawMessage(tt.event))
		if err != nil {
			t.Fatal(err)
		}
		got := string(projection.Of(event).JSON())
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s:\ngot  %s\nwant %s…", tt.event, got, tt.want)
		}
	}
}

func TestObject_namedHasTheNamesOfFieldsAndNotTheirAliases(t *testing.T) {
	operation, faults := Parse(load(t, schema), Request{Query: `mutation{m:name(to:"x"){n:name f1:friends{name} f2:friends{t:__typename}}}`}, true)
	if faults != nil {
		t.Fatal(faults)
	}
	k := kennel{"Mutation.name": `{"name":"x","friends":[{"__typename":"Dog","name":"y"}]}`}
	result := operation.Execute(t.Context(), k, Limits{})
	if got, want := string(result.Data.Named("m")), `{"friends":[{"__typename":"Dog","name":"y"}],"name":"x"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

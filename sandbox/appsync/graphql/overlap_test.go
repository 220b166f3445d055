package graphql

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// The library's rule is the oracle: it is slow, and right.
func TestOverlaps_findsWhatTheLibraryFinds(t *testing.T) {
	tests := []struct {
		query string
		want  string // "" is no conflict
	}{
		{`{a:number a:number}`, ``},
		{`{a:number a:json}`, `a: they return differing types Int and AWSJSON @ 'a'`},
		{`{dog{a:name a:name}}`, ``},
		{`{dog{x:born x:secret}}`, `x: they return differing types AWSDateTime and String @ 'dog/x'`},
		{`{dog{x:size} dog{x:secret}}`, `x: they return differing types Size and String @ 'dog/x'`},
		{`{dog(name:"a"){name} dog(name:"a"){size}}`, ``},
		{`{dog(name:"a"){name} dog(name:"b"){size}}`, `dog: they have differing arguments @ 'dog'`},
		{`{dog(name:"a"){name} dog{size}}`, `dog: they have differing arguments @ 'dog'`},
		{`query($n:String){dog(name:$n){name} dog(name:$n){size}}`, ``},
		{`query($n:String,$m:String){dog(name:$n){name} dog(name:$m){size}}`, `dog: they have differing arguments @ 'dog'`},
		{`{dog(collar:{colour:"a",width:1}){name} dog(collar:{colour:"a",width:1}){name}}`, ``},
		{`{pet(id:1){...on Dog{x:secret} ...on Cat{x:name}}}`, `x: they return differing types String and String! @ 'pet/x'`},
		{`{pet(id:1){...on Dog{x:name} ...on Cat{x:name}}}`, ``},
		{`{pet(id:1){...on Dog{friends(first:1){name}} ...on Cat{name}}}`, ``},
		{`{pet(id:1){...on Dog{f:friends(first:1){n:name}} ...on Dog{f:friends(first:2){n:name}}}}`, `f: they have differing arguments @ 'pet/f'`},
		{`{pet(id:1){...on Animal{x:name} ...on Dog{x:secret}}}`, `x: they return differing types String! and String @ 'pet/x'`},
		{`{pet(id:1){...on Animal{x:name} ...on Dog{x:name}}}`, ``},
		{`{...A ...B} fragment A on Query{x:number} fragment B on Query{x:json}`, `x: they return differing types Int and AWSJSON @ 'x'`},
		{`{...A ...A} fragment A on Query{x:number}`, ``},
		{`{dog{...A} must{...A}} fragment A on Dog{x:name}`, ``},
		{`{d:dog{...A} d:dog{x:size}} fragment A on Dog{x:name}`, `x: they return differing types String! and Size @ 'd/x'`},
		{`{d:dog{name} d:must{name}}`, `d: they return differing types Dog and Dog! @ 'd'`},
		{`{m:must{name} m:must{size}}`, ``},
		{`{list a:list sizes a:sizes}`, `a: they return differing types [[Int]] and [Size] @ 'a'`},
		{`{__typename __typename x:__typename}`, ``},
	}
	s := load(t, schema)
	library := rules.NewRules(rules.OverlappingFieldsCanBeMergedRule)
	for _, tt := range tests {
		_, faults := Parse(s, Request{Query: tt.query, Variables: map[string]any{}}, true)
		got := ""
		if faults != nil {
			got = strings.TrimPrefix(faults[0].Message, "Validation error of type FieldsConflict: ")
		}
		if got != tt.want {
			t.Errorf("%s:\ngot  %q\nwant %q", tt.query, got, tt.want)
		}
		document, err := parser.ParseQuery(&ast.Source{Input: tt.query})
		if err != nil {
			t.Fatal(err)
		}
		if found := validator.ValidateWithRules(s, document, library); (len(found) > 0) != (tt.want != "") {
			t.Errorf("%s: the library found %v", tt.query, found)
		}
	}
}

func TestParse_isQuickHoweverADocumentRepeatsItself(t *testing.T) {
	s := load(t, schema)
	fragments := "{dog{...F0}} fragment F400 on Dog{name}"
	for i := range 400 {
		fragments += fmt.Sprintf(" fragment F%d on Dog{a:friends{...F%d} b:friends{...F%d}}", i, i+1, i+1)
	}
	for name, query := range map[string]string{
		"one field":         "{" + strings.Repeat("number ", 14_000) + "}",
		"one object":        "{" + strings.Repeat("dog{name} ", 3_600) + "}",
		"what is not there": "{" + strings.Repeat("nope ", 14_000) + "}",
		"aliases":           "{" + strings.Repeat("a:dog{name} b:dog{name} ", 1_600) + "}",
		"arguments":         "{" + strings.Repeat(`dog(name:"x"){name} `, 1_200) + "}",
		"fragments":         fragments,
		"too many tokens":   "{" + strings.Repeat("number ", 20_000) + "}",
	} {
		began := time.Now()
		Parse(s, Request{Query: query}, true)
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
	}
}

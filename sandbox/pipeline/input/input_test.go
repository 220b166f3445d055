package input_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// dialect says its faults in a word and what it was given.
func dialect() *input.Dialect {
	return &input.Dialect{
		Shapes:   map[string]input.Shape{"Word": {Min: 1, Max: 3, Pattern: "[a-z]+"}, "Secret": {Max: 2, Secret: true}},
		Mismatch: func(path string, err error) error { return fmt.Errorf("type %s: %w", path, err) },
		Unknown: func(operation string, members []string) error {
			return fmt.Errorf("unknown %s: %s", operation, strings.Join(members, " "))
		},
		Invalid: errors.New,
	}
}

type embeddedInput struct {
	ID string `aws:"Id" required:"true"`
}

type sample struct {
	embeddedInput
	Count  int            `min:"1" max:"9"`
	On     bool           `required:"true"`
	Kind   string         `enum:"A,B"`
	Secret string         `shape:"Secret"`
	Words  []string       `max:"2" each:"Word"`
	ByWord map[string]int `keys:"Word"`
	Limit  *int64
	Deep   *struct {
		Word string `required:"true" shape:"Word"`
		Mode string `only:"PLAIN"`
	}
	Fast bool `only:"false"`
}

func TestRead_takesWhatIsRight(t *testing.T) {
	tree, err := input.Parse([]byte(`{"Id": "x", "Count": 9, "On": false, "Kind": "B", "Secret": null, "Words": ["a", "bc"], "ByWord": {"a": 1, "b": null}, "Limit": 0, "Deep": {"Word": "abc", "Mode": "PLAIN"}, "Fast": false}`))
	if err != nil {
		t.Fatal(err)
	}
	var got sample
	if err := dialect().Read("Op", tree, &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != "x" || got.Count != 9 || *got.Limit != 0 || got.Deep.Word != "abc" || !cmp.Equal(got.Words, []string{"a", "bc"}) || !cmp.Equal(got.ByWord, map[string]int{"a": 1}) {
		t.Errorf("got %+v", got)
	}
}

func TestRead_saysAllThatIsWrong(t *testing.T) {
	const must = " failed to satisfy constraint: "
	for body, want := range map[string]string{
		`{`:                                     "EOF",
		`{"Id": "a"} {}`:                        "the body has more than one JSON value",
		`{"Id": 1, "Id": 2}`:                    `the member "Id" is there twice`,
		`null`:                                  "type : got null, want an object",
		`[]`:                                    "type : got a list, want an object",
		`{"Id": 1}`:                             "type id: got a number, want a string",
		`{"Id": "x", "On": "true"}`:             "type on: got a string, want a boolean",
		`{"Words": [null]}`:                     "type words.1.member: got null, want a string",
		`{"Deep": {"Word": true}}`:              "type deep.word: got a boolean, want a string",
		`{"Count": 1.5}`:                        "type count: got a number, want a whole number",
		`{"id": "x", "Deep": {"B": 1, "A": 2}}`: "unknown Op: deep.A deep.B id",
		`{"Deep": {"Mode": "FANCY"}, "Fast": true, "Z": 1}`: "unknown Op: Fast true Z deep.Mode FANCY",
		``:                                    "2 validation errors detected: Value null at 'id'" + must + "Member must not be null; Value null at 'on'" + must + "Member must not be null",
		`{"Id": "", "On": true, "Count": 0}`:  "1 validation error detected: Value '0' at 'count'" + must + "Member must have value greater than or equal to 1",
		`{"Id": "", "On": true, "Kind": "a"}`: "1 validation error detected: Value 'a' at 'kind'" + must + "Member must satisfy enum value set: [A, B]",
		`{"Id": "", "On": true, "Secret": "abc"}`: "1 validation error detected: Value at 'secret'" + must + "Member must have length less than or equal to 2",
		`{"Id": "", "On": true, "Secret": "é𝄞"}`:  "1 validation error detected: Value at 'secret'" + must + "Member must have length less than or equal to 2",
		`{"Id": "", "On": true, "Words": ["a", "B", "c"]}`: "2 validation errors detected: Value '[3 elements]' at 'words'" + must + "Member must have length less than or equal to 2; " +
			"Value 'B' at 'words.2.member'" + must + "Member must satisfy regular expression pattern: [a-z]+",
		`{"Id": "", "On": true, "ByWord": {"abcd": 1}}`: "1 validation error detected: Value '[1 elements]' at 'byWord'" + must + "Map keys must satisfy constraint: [Member must have length less than or equal to 3]",
		`{"Id": "", "On": true, "Deep": {}}`:            "1 validation error detected: Value null at 'deep.word'" + must + "Member must not be null",
	} {
		tree, err := input.Parse([]byte(body))
		if err == nil {
			err = dialect().Read("Op", tree, new(sample))
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}

// What is made in Go has no absent members: a zero that breaks a constraint is one, any other is a value.
func TestCheck_holdsWhatIsMadeInGo(t *testing.T) {
	if err := dialect().Check(&sample{Words: []string{"a"}}); err != nil {
		t.Errorf("control: got %v", err)
	}
	wrong := sample{Count: 10, Words: []string{""}}
	wrong.Deep = &struct {
		Word string `required:"true" shape:"Word"`
		Mode string `only:"PLAIN"`
	}{}
	err := dialect().Check(&wrong)
	for _, want := range []string{"4 validation errors", "'10' at 'count'", "Value '' at 'words.1.member'", "Value null at 'deep.word'"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

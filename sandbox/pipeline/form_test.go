package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/pipeline"
)

type formRequest struct {
	Name   string `required:"true" min:"2"`
	Count  int    `max:"9"`
	On     bool
	Words  []string
	Config struct{ Mode string }
	Tags   []struct{ Key, Value string }
}

func TestForm_readsTheQueryProtocol(t *testing.T) {
	tree, err := pipeline.ParseForm([]byte("Action=Do&Version=1&X-Amz-Date=now&X-Amz-Security-Token=t&Name=ab&Count=9&On=true&Config.Mode=m" +
		"&Words.member.2=b&Words.member.1=a&Tags.member.1.Key=k&Tags.member.1.Value=%C3%A9"))
	if err != nil {
		t.Fatal(err)
	}
	var got formRequest
	if err := pipeline.Form(nil).Read("Do", tree, &got); err != nil {
		t.Fatal(err)
	}
	want := formRequest{Name: "ab", Count: 9, On: true, Words: []string{"a", "b"}, Tags: []struct{ Key, Value string }{{"k", "é"}}}
	want.Config.Mode = "m"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestForm_saysWhatIsWrong(t *testing.T) {
	for form, want := range map[string]string{
		"":                                   "Value null at 'name' failed to satisfy constraint: Member must not be null",
		"Name=a":                             "Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2",
		"Name=ab&Name=cd":                    "got Name 2 times, want it once",
		"Name=ab&On=yes":                     `on: got "yes", want true or false`,
		"Name=ab&Count=1.5":                  `count: got "1.5", want a whole number`,
		"Name=ab&Count=10":                   "Member must have value less than or equal to 9",
		"Name=ab&Words.member.2=b":           "want Words.member.N with N from 1 to at most 200, without a gap",
		"Name=ab&Words.member.0=b":           "want Words.member.N with N from 1 to at most 200, without a gap",
		"Name=ab&Words=b":                    "words: got a string, want a list",
		"Name.x=ab":                          "name: got an object, want a string",
		"Name=ab&Name.x=ab":                  "got Name.x beside a value of a part of that name",
		"Name=ab&Other=1&Tags.member.1.No=x": "Do: Other, tags.1.member.No is not supported by the sandbox",
		"Name=ab&=x":                         "got a value without a name",
		"Name=ab&X-Amz-Other=x":              "Do: X-Amz-Other is not supported by the sandbox",
		"Name=ab&a" + strings.Repeat(".a", 60_000) + "=x":         "the form has a name of more than 32 parts",
		"Name=ab&Words.member." + strings.Repeat("9", 400) + "=b": "without a gap",
	} {
		tree, err := pipeline.ParseForm([]byte(form))
		if err == nil {
			err = pipeline.Form(nil).Read("Do", tree, new(formRequest))
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: got %v, want %s", form, err, want)
		}
	}
	tree, err := pipeline.ParseForm([]byte("Name=ab&Words="))
	if err == nil {
		err = pipeline.Form(nil).Read("Do", tree, new(formRequest))
	}
	if err != nil {
		t.Errorf("an empty list, as the protocol writes it: got %v", err)
	}
}

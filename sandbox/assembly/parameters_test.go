package assembly

import (
	"testing"
)

// given resolves a template with the parameter P.
func given(t *testing.T, parameter string, values map[string]string) (*Resolver, error) {
	t.Helper()
	env := environment(known())
	env.Parameters = values
	return NewResolver(parse(t, `{"Parameters": {"P": `+parameter+`}, "Resources": {"B": {"Type": "T"}}}`), env)
}

func TestParameters_haveTheirValue(t *testing.T) {
	for _, test := range []struct{ name, parameter, value, want string }{
		{"a text", `{"Type": "String"}`, "a, b ", `"a, b "`},
		{"a text of allowed ones", `{"Type": "String", "AllowedValues": ["a", 5]}`, "5", `"5"`},
		{"a text that matches wholly", `{"Type": "String", "AllowedPattern": "a|b+"}`, "bb", `"bb"`},
		{"a text of the right length in characters", `{"Type": "String", "MinLength": 2, "MaxLength": "2"}`, "éé", `"éé"`},
		{"a number", `{"Type": "Number", "MinValue": -1.5, "MaxValue": 3}`, "-1.5", `"-1.5"`},
		{"a list of numbers", `{"Type": "List<Number>"}`, "1, 2e3", `["1","2e3"]`},
		{"a list", `{"Type": "CommaDelimitedList"}`, " a ,b,,c", `["a","b","","c"]`},
		{"a stored text", `{"Type": "AWS::SSM::Parameter::Value<String>"}`, "/list", `"a, b,c"`},
		{"a stored list", `{"Type": "AWS::SSM::Parameter::Value<List<String>>"}`, "/list", `["a","b","c"]`},
		{"a stored list of the other name", `{"Type": "AWS::SSM::Parameter::Value<CommaDelimitedList>"}`, "/list", `["a","b","c"]`},
		{"a stored name", `{"Type": "AWS::SSM::Parameter::Name"}`, "/name", `"/name"`},
		{"a value rather than the default", `{"Type": "String", "Default": "b"}`, "", `""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := given(t, test.parameter, map[string]string{"P": test.value})
			if err != nil {
				t.Fatal(err)
			}
			p := r.Parameters()[0]
			if got := encoded(t, p.Value); got != test.want || p.Given != test.value || p.Name != "P" {
				t.Errorf("got %+v, want %s", p, test.want)
			}
		})
	}
}

func TestParameters_refuse(t *testing.T) {
	for _, test := range []struct{ name, parameter, value, want string }{
		{"a text that is not allowed", `{"Type": "String", "AllowedValues": ["a"], "ConstraintDescription": "must be a"}`, "b", `Shop: parameter P: got "b", want one of a (must be a)`},
		{"a secret, without showing it", `{"Type": "String", "NoEcho": "true", "AllowedPattern": "a"}`, "b", `parameter P: got "****", want a text that matches`},
		{"a text that matches in part", `{"Type": "String", "AllowedPattern": "a|b"}`, "ab", "want a text that matches ^(?:a|b)$"},
		{"a short text", `{"Type": "String", "MinLength": 2}`, "a", "got 1 characters, want at least 2"},
		{"a long text", `{"Type": "String", "MaxLength": 2}`, "abc", "got 3 characters, want at most 2"},
		{"a text for a number", `{"Type": "Number"}`, "five", `got "five", want a number`},
		{"an infinite number", `{"Type": "Number"}`, "Inf", `got "Inf", want a number`},
		{"a hexadecimal number", `{"Type": "Number"}`, "0x10", `got "0x10", want a number`},
		{"a small number", `{"Type": "Number", "MinValue": 1}`, "0.9", "got 0.9, want at least 1"},
		{"a great number in a list", `{"Type": "List<Number>", "MaxValue": 1}`, "1,2", "got 2, want at most 1"},
		{"an item that is not allowed", `{"Type": "CommaDelimitedList", "AllowedValues": ["a"]}`, "a,b", `got "b", want one of a`},
		{"a name that is not stored", `{"Type": "AWS::SSM::Parameter::Name"}`, "/other", `parameter P: the parameter store, asked for "/other": nobody knows`},
		{"a value that is not stored", `{"Type": "AWS::SSM::Parameter::Value<String>"}`, "/other", `asked for "/other": nobody knows`},
		{"a stored value that is empty", `{"Type": "AWS::SSM::Parameter::Value<String>"}`, "/empty", "gave nothing, want a value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := given(t, test.parameter, map[string]string{"P": test.value})
			demand(t, err, test.want)
		})
	}
	t.Run("no value", func(t *testing.T) {
		_, err := given(t, `{"Type": "String"}`, nil)
		demand(t, err, "parameter P: got no value, want one: there is no default")
	})
	t.Run("a value for a parameter that is not there", func(t *testing.T) {
		_, err := given(t, `{"Type": "String", "Default": ""}`, map[string]string{"Q": "a"})
		demand(t, err, "parameter Q: got a value for it, want one of the template's parameters")
	})
	t.Run("a stored value without a store", func(t *testing.T) {
		_, err := NewResolver(parse(t, `{"Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x"}}, "Resources": {"B": {"Type": "T"}}}`), Environment{})
		demand(t, err, `needs the parameter store, which is not there to ask for "/x"`)
	})
	t.Run("a default that is not allowed", func(t *testing.T) {
		_, err := given(t, `{"Type": "String", "Default": "b", "AllowedValues": ["a"]}`, nil)
		demand(t, err, `got "b", want one of a`)
	})
}

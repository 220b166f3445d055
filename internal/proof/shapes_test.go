package proof

import (
	"testing"

	"lightbox.example/lightbox/sandbox/iam/policy"
)

// A statement fits a shape whatever the order and the case it is written in, and with nothing else in it.
func TestShape_fitsItsOwnAlone(t *testing.T) {
	want := shape{
		principals: policy.Principals{Service: []string{"a"}}, actions: []string{"s3:GetObject"},
		conditions: []policy.Condition{condition("StringEquals", "aws:SourceArn", "x", "y")},
	}
	for name, test := range map[string]struct {
		change func(s *policy.Statement)
		fits   bool
	}{
		"control: as it is":           {func(*policy.Statement) {}, true},
		"control: in another order":   {func(s *policy.Statement) { s.Conditions[0].Values = []string{"y", "x", "y"} }, true},
		"control: in another case":    {func(s *policy.Statement) { s.Actions[0], s.Conditions[0].Key = "S3:getobject", "AWS:sourcearn" }, true},
		"the other effect":            {func(s *policy.Statement) { s.Deny = true }, false},
		"everybody":                   {func(s *policy.Statement) { s.Principals.Everyone = true }, false},
		"everybody but":               {func(s *policy.Statement) { s.NotPrincipal = true }, false},
		"another service":             {func(s *policy.Statement) { s.Principals.Service = []string{"a", "b"} }, false},
		"a role too":                  {func(s *policy.Statement) { s.Principals.AWS = []string{"r"} }, false},
		"a provider too":              {func(s *policy.Statement) { s.Principals.Federated = []string{"p"} }, false},
		"another action":              {func(s *policy.Statement) { s.Actions = append(s.Actions, "s3:PutObject") }, false},
		"all actions but":             {func(s *policy.Statement) { s.NotAction = true }, false},
		"all resources but":           {func(s *policy.Statement) { s.NotResource = true }, false},
		"no condition":                {func(s *policy.Statement) { s.Conditions = nil }, false},
		"another condition":           {func(s *policy.Statement) { s.Conditions = append(s.Conditions, condition("Bool", "k", "true")) }, false},
		"another operator":            {func(s *policy.Statement) { s.Conditions[0].Operator = "StringLike" }, false},
		"another value":               {func(s *policy.Statement) { s.Conditions[0].Values = []string{"x", "y", "z"} }, false},
		"a value in the case of keys": {func(s *policy.Statement) { s.Conditions[0].Values = []string{"X", "y"} }, false},
	} {
		statement := policy.Statement{
			Principals: policy.Principals{Service: []string{"a"}}, Actions: []string{"s3:GetObject"},
			Conditions: []policy.Condition{condition("StringEquals", "aws:SourceArn", "x", "y")},
		}
		test.change(&statement)
		if got := want.fits(statement); got != test.fits {
			t.Errorf("%s: got %v, want %v", name, got, test.fits)
		}
	}
}

package cognito

import (
	"strings"
	"testing"
)

const (
	noType    = "InvalidParameterException: Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
	fixedOnes = "InvalidParameterException: Existing schema attributes cannot be modified or deleted."
)

// An entry of a schema, and a template's property.
func entry(name, kind string, more in) map[string]any {
	e := map[string]any{"Name": name}
	if kind != "" {
		e["AttributeDataType"] = kind
	}
	for key, value := range more {
		e[key] = value
	}
	return e
}

// A1. Each update changes the factor too, as somebody who deploys another `mfa` does.
func TestPool_withASchemaFailsEveryUpdateAndWithoutItTakesThem(t *testing.T) {
	asCDKWritesIt := entry("email", "", in{"Required": true, "Mutable": true})
	badge := entry("badge", "String", nil)
	for name, test := range map[string]struct {
		made, next []any // the template's Schema at the creation and at the update; nil for none
		want       string
	}{
		"the same as it was made with":              {[]any{asCDKWritesIt}, []any{asCDKWritesIt}, noType},
		"an entry with a type beside one without":   {[]any{asCDKWritesIt, badge}, []any{asCDKWritesIt, badge}, noType},
		"an entry without a type where none was":    {nil, []any{asCDKWritesIt}, noType},
		"an attribute of its own without a type":    {nil, []any{entry("badge", "", nil)}, noType},
		"dropped":                                   {[]any{asCDKWritesIt}, nil, ""},
		"dropped to an empty one":                   {[]any{asCDKWritesIt}, []any{}, ""},
		"none and none":                             {nil, nil, ""},
		"with a type, unchanged":                    {[]any{badge}, []any{badge}, ""},
		"with a type, in another order":             {[]any{badge, entry("role", "String", nil)}, []any{entry("role", "String", nil), badge}, ""},
		"with a type, no longer mutable":            {[]any{badge}, []any{entry("badge", "String", in{"Mutable": false})}, fixedOnes},
		"with a type, one of two left out":          {[]any{badge, entry("role", "String", nil)}, []any{badge}, fixedOnes},
		"one twice in the place of two":             {[]any{badge, entry("role", "String", nil)}, []any{badge, badge}, fixedOnes},
		"a standard one, which the pool has anyway": {nil, []any{entry("email", "String", in{"Required": true})}, fixedOnes},
		"an attribute of its own more":              {[]any{badge}, []any{badge, entry("role", "String", nil)}, ""},
		"a required one of its own more": {
			[]any{badge}, []any{badge, entry("role", "String", in{"Required": true})},
			"InvalidParameterException: Required custom attributes are not supported currently.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			set := func(pool map[string]any, schema []any) {
				delete(pool, "Schema")
				if schema != nil {
					pool["Schema"] = schema
				}
			}
			w := newWorld(t, func(pool, _ map[string]any) { set(pool, test.made) })
			before := w.describe()
			err := w.update(poolType, "UserPool", w.pool, func(p map[string]any) { set(p, test.next); p["MfaConfiguration"] = "ON" })
			after := w.describe()
			if test.want == "" {
				if err != nil || after["MfaConfiguration"] != "ON" {
					t.Errorf("got %v and the factor %v, want it taken", err, after["MfaConfiguration"])
				}
				return
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if after["MfaConfiguration"] != before["MfaConfiguration"] {
				t.Errorf("got the factor %v after an update that failed, want %v", after["MfaConfiguration"], before["MfaConfiguration"])
			}
		})
	}
}

func (w *world) describe() map[string]any {
	w.t.Helper()
	return w.do("DescribeUserPool", w.admin(in{}))["UserPool"].(map[string]any)
}

// A pool that was made with a Schema keeps what it asks of its users when the template has none any more.
func TestPool_keepsItsAttributesWhenTheSchemaIsDropped(t *testing.T) {
	without := schemed(t, nil)
	with := schemed(t, []any{entry("email", "", in{"Required": true, "Mutable": true}), entry("role", "String", nil)})
	for _, w := range []*world{without, with} {
		if err := w.update(poolType, "UserPool", w.pool, func(p map[string]any) { delete(p, "Schema"); p["MfaConfiguration"] = "ON" }); err != nil {
			t.Fatal(err)
		}
	}
	with.refused("SignUp", with.public(in{"Username": "ann", "Password": password}),
		"InvalidParameterException", "Attributes did not conform to the schema: email: The attribute is required")
	with.signUp("ann", "ann@example.com")
	with.do("AdminUpdateUserAttributes", with.admin(in{"Username": "ann", "UserAttributes": []in{{"Name": "custom:role", "Value": "x"}}}))
	// The control: a pool that never had one.
	without.do("SignUp", without.public(in{"Username": "ann", "Password": password}))
	without.refused("AdminUpdateUserAttributes", without.admin(in{"Username": "ann", "UserAttributes": []in{{"Name": "custom:role", "Value": "x"}}}),
		"InvalidParameterException", "")
}

func schemed(t *testing.T, schema []any) *world {
	return newWorld(t, func(pool, _ map[string]any) {
		if schema != nil {
			pool["Schema"] = schema
		}
	})
}

// A12. Nothing of a pool replaces it: what can't change fails the update by its name, all of it at once.
func TestPool_isNeverReplaced(t *testing.T) {
	w := newWorld(t)
	if got := w.service.ResourceTypes()[poolType].Replaces; len(got) != 0 {
		t.Errorf("got %v, want nothing that replaces a pool", got)
	}
	err := w.update(poolType, "UserPool", w.pool, func(p map[string]any) {
		p["AliasAttributes"], p["UsernameConfiguration"] = []any{}, map[string]any{"CaseSensitive": true}
		p["Schema"] = []any{entry("email", "", nil)}
	})
	for _, want := range []string{
		"Updates are not allowed for property - AliasAttributes.", "Updates are not allowed for property - UsernameConfiguration.",
		"Invalid AttributeDataType input",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := w.update(poolType, "UserPool", w.pool, func(p map[string]any) { p["UsernameAttributes"] = []any{"email"} }); err == nil ||
		!strings.Contains(err.Error(), "AWS::Cognito::UserPool.UsernameAttributes") {
		t.Errorf("got %v, want a refusal of UsernameAttributes", err)
	}
	if err := w.update(poolType, "UserPool", w.pool, func(p map[string]any) { p["UserPoolName"] = "another" }); err != nil {
		t.Errorf("the control: got %v", err)
	}
}

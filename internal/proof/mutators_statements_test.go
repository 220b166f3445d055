package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// statements mutates each statement of the resource's policies by the grammar of the policy language:
// every element and every item of it removed, negated and replaced by what the grammar has besides.
func (m mutation) statements() {
	for _, key := range []string{"PolicyDocument", "AssumeRolePolicyDocument"} {
		document, _ := m.properties()[key].(map[string]any)
		for i, s := range system.Items(document["Statement"]) {
			g := statementMutation{statement: s.(map[string]any)}
			g.made = func(operator, what string, change func(statement map[string]any)) {
				m.made(mutant{operator: "statement: " + operator, what: fmt.Sprintf("%s: statement %d %s", m.id, i+1, what), generated: true, policy: true}, func(template map[string]any) {
					properties := template["Resources"].(map[string]any)[m.id].(map[string]any)["Properties"].(map[string]any)
					change(properties[key].(map[string]any)["Statement"].([]any)[i].(map[string]any))
				})
			}
			g.elements()
			g.principals()
			g.conditions()
		}
		for _, version := range []any{"2008-10-17", nil} {
			if document != nil {
				m.made(mutant{operator: "statement: another version", what: fmt.Sprint(m.id, ": ", version), generated: true, policy: true}, func(template map[string]any) {
					properties := template["Resources"].(map[string]any)[m.id].(map[string]any)["Properties"].(map[string]any)
					if properties[key].(map[string]any)["Version"] = version; version == nil {
						delete(properties[key].(map[string]any), "Version")
					}
				})
			}
		}
	}
}

// statementMutation makes the mutants of one statement.
type statementMutation struct {
	statement map[string]any
	made      editor
}

// elements takes away, negates and widens what a statement says, and each item of it.
func (g statementMutation) elements() {
	for _, element := range []string{"Action", "Resource", "Principal"} {
		value, given := g.statement[element]
		if !given {
			continue
		}
		g.made("remove an element", element, func(s map[string]any) { delete(s, element) })
		g.made("negate an element", element, func(s map[string]any) { s["Not"+element] = s[element]; delete(s, element) })
		g.made("replace an element by *", element, func(s map[string]any) { s[element] = "*" })
		items := listed(value)
		for i := range items {
			if len(items) > 1 {
				g.made("remove an item", fmt.Sprint(element, " ", i+1), func(s map[string]any) {
					s[element] = slices.Delete(listed(s[element]), i, i+1)
				})
			}
			if text, isText := items[i].(string); isText {
				for _, other := range []string{text + "x", text + "*", text[:len(text)-1] + "?"} {
					g.made("change an item", fmt.Sprint(element, " ", i+1, " ", other), func(s map[string]any) {
						changed := listed(s[element])
						changed[i] = other
						s[element] = changed
					})
				}
			}
		}
	}
}

// principals are those of the grammar, each added to a statement's and in the place of them.
func (g statementMutation) principals() {
	principal, isObject := g.statement["Principal"].(map[string]any)
	if !isObject {
		return
	}
	for kind, names := range map[string][]string{
		"AWS":       {"*", "999999999999", "arn:aws:iam::999999999999:root", "arn:aws:iam::999999999999:role/x", "arn:aws:sts::999999999999:assumed-role/x/y"},
		"Service":   {"ec2.amazonaws.com", "cloudfront.amazonaws.com", "s3.amazonaws.com", "lambda.amazonaws.com"},
		"Federated": {"cognito-identity.amazonaws.com", "accounts.google.com", "arn:aws:iam::999999999999:saml-provider/x"},
	} {
		for _, name := range names {
			g.made("add a principal", kind+" "+name, func(s map[string]any) {
				all := maps.Clone(principal)
				all[kind] = append(listed(all[kind]), name)
				s["Principal"] = all
			})
			g.made("replace the principal", kind+" "+name, func(s map[string]any) { s["Principal"] = map[string]any{kind: name} })
		}
	}
}

// conditions removes each, gives it each other operator, quantifier and value, and adds some.
func (g statementMutation) conditions() {
	conditions, _ := g.statement["Condition"].(map[string]any)
	set := func(change func(conditions map[string]any)) func(s map[string]any) {
		return func(s map[string]any) {
			all := map[string]any{}
			if text, err := json.Marshal(s["Condition"]); err == nil && s["Condition"] != nil {
				_ = json.Unmarshal(text, &all)
			}
			change(all)
			s["Condition"] = all
		}
	}
	for _, operator := range slices.Sorted(maps.Keys(conditions)) {
		keys, _ := conditions[operator].(map[string]any)
		others := append(iam.Operators(), operator+"IfExists", "ForAnyValue:"+operator, "ForAllValues:"+operator, strings.TrimPrefix(operator, "ForAnyValue:"))
		for _, other := range others {
			g.made("another operator", operator+" -> "+other, set(func(all map[string]any) {
				all[other] = all[operator]
				if other != operator {
					delete(all, operator)
				}
			}))
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			place := operator + " " + key
			within := func(change func(keys map[string]any)) func(s map[string]any) {
				return set(func(all map[string]any) { change(all[operator].(map[string]any)) })
			}
			g.made("remove a condition", place, within(func(keys map[string]any) { delete(keys, key) }))
			for _, other := range []string{"aws:PrincipalArn", "aws:SourceIp", key + "x"} {
				g.made("another key", place+" -> "+other, within(func(keys map[string]any) {
					keys[other] = keys[key]
					delete(keys, key)
				}))
			}
			for i, value := range listed(keys[key]) {
				for _, other := range []any{"*", "", fmt.Sprint(value) + "x", "true", "false", "0"} {
					g.made("another value", fmt.Sprint(place, " ", i+1, " -> ", other), within(func(keys map[string]any) {
						values := listed(keys[key])
						values[i] = other
						keys[key] = values
					}))
				}
				g.made("add a value", fmt.Sprint(place, " ", i+1), within(func(keys map[string]any) { keys[key] = append(listed(keys[key]), "*") }))
			}
		}
	}
	for operator, keys := range map[string]map[string]any{
		"StringEquals": {"aws:PrincipalAccount": "999999999999"}, "Bool": {"aws:SecureTransport": "true"},
		"Null": {"aws:PrincipalArn": "false"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"},
	} {
		if _, given := conditions[operator]; !given {
			g.made("add a condition", operator, set(func(all map[string]any) { all[operator] = keys }))
		}
	}
}

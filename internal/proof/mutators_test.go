package proof

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// mutants makes every mutant of the templates, in an order that is always the same.
func mutants(t *testing.T, original templates, before *system.System) []mutant {
	t.Helper()
	var all []mutant
	seen, judged := map[any]int{}, judge{before, access.Functions()}.judgements()
	judgedAs := map[string]properties{} // by logical id
	for _, resource := range before.Resources {
		judgedAs[resource.LogicalID] = judged[judge{before, access.Functions()}.judgedAs(resource)]
	}
	for _, stack := range slices.Sorted(maps.Keys(original)) {
		resources, _ := original[stack]["Resources"].(map[string]any)
		for _, id := range slices.Sorted(maps.Keys(resources)) {
			m := mutation{id: id, resource: resources[id].(map[string]any)}
			text := encode(t, m.resource)
			m.made = func(made mutant, change func(template map[string]any)) {
				var copied map[string]any
				if err := json.Unmarshal(text, &copied); err != nil {
					t.Fatal(err)
				}
				made.template = maps.Clone(original[stack])
				changed := maps.Clone(resources)
				changed[id], made.template["Resources"] = copied, changed
				change(made.template)
				if string(encode(t, copied)) != string(text) || len(changed) > len(resources) {
					made.what, made.stack, made.kind = stack+" "+made.what, stack, fmt.Sprint(m.resource["Type"])
					all = append(all, made)
				}
			}
			m.policies()
			m.statements()
			m.attachments()
			m.settings()
			m.grammar(t)
			m.code()
			m.unknown()
			m.javascript(t, before.API, seen)
			// Of a type that many resources have, some have all its properties between them.
			if seen[m.resource["Type"]]++; seen[m.resource["Type"]] <= 4 {
				m.generated(judgedAs[id])
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mutant) int {
		return cmp.Or(strings.Compare(a.operator, b.operator), strings.Compare(a.what, b.what))
	})
	return all
}

// mutation makes the mutants of one resource.
type mutation struct {
	id       string
	resource map[string]any
	made     func(m mutant, change func(template map[string]any))
}

// visit makes a mutant that somebody chose.
func (m mutation) visit(operator, what string, change func(template map[string]any)) {
	m.made(mutant{operator: operator, what: what}, change)
}

// machine makes one that nobody did.
func (m mutation) machine(reason, operator, what string, change func(template map[string]any)) {
	m.made(mutant{operator: operator, what: what, generated: true, byType: true, reason: reason}, change)
}

// edit makes a mutant by changing the resource's properties.
func (m mutation) edit(operator, what string, change func(properties map[string]any)) {
	m.visit(operator, m.id+": "+what, func(template map[string]any) {
		change(template["Resources"].(map[string]any)[m.id].(map[string]any)["Properties"].(map[string]any))
	})
}

// policies mutates every statement of the resource's policies.
func (m mutation) policies() {
	for _, key := range []string{"PolicyDocument", "AssumeRolePolicyDocument"} {
		document, _ := m.properties()[key].(map[string]any)
		for i, s := range system.Items(document["Statement"]) {
			statement := s.(map[string]any)
			edit := func(operator, what string, change func(statement map[string]any)) {
				m.edit(operator, fmt.Sprintf("statement %d %s", i+1, what), func(properties map[string]any) {
					change(properties[key].(map[string]any)["Statement"].([]any)[i].(map[string]any))
				})
			}
			m.edit("drop a statement", fmt.Sprintf("statement %d", i+1), func(properties map[string]any) {
				document := properties[key].(map[string]any)
				document["Statement"] = slices.Delete(document["Statement"].([]any), i, i+1)
			})
			edit("flip the effect", "", func(s map[string]any) {
				s["Effect"] = map[any]string{"Allow": "Deny", "Deny": "Allow"}[s["Effect"]]
			})
			mutateActions(statement, edit)
			mutateConditions(statement, edit)
			mutateResources(statement, edit)
			mutatePrincipals(statement, edit)
		}
	}
}

type editor func(operator, what string, change func(statement map[string]any))

func mutateActions(statement map[string]any, edit editor) {
	actions := listed(statement["Action"])
	for i, action := range actions {
		if len(actions) > 1 {
			edit("drop an action", fmt.Sprint(action), func(s map[string]any) { s["Action"] = slices.Delete(listed(s["Action"]), i, i+1) })
		}
	}
	if statement["Effect"] != "Allow" {
		return
	}
	service, _, _ := strings.Cut(fmt.Sprint(actions[0]), ":")
	added := map[string][]string{
		"s3":       {"s3:PutObjectAcl", "s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:*"},
		"dynamodb": {"dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:*"},
		"appsync":  {"appsync:*", "appsync:DeleteGraphqlApi"},
		"sts":      {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:SetSourceIdentity"},
		"logs":     {"logs:CreateLogGroup", "logs:DeleteLogStream"},
		"lambda":   {"lambda:*", "lambda:UpdateFunctionCode"},
		"xray":     {"xray:*", "xray:GetTraceSummaries", "iam:PassRole"},
	}[service]
	for _, action := range added {
		if slices.Contains(actions, any(action)) {
			continue
		}
		edit("add an action", action, func(s map[string]any) {
			s["Action"] = append(listed(s["Action"]), action)
		})
	}
}

// opposite are the operators that say the contrary.
var opposite = map[string]string{
	"StringEquals": "StringNotEquals", "StringLike": "StringNotLike", "ArnLike": "ArnNotLike",
	"NumericLessThan": "NumericGreaterThanEquals", "ForAnyValue:StringLike": "ForAnyValue:StringNotLike",
}

func mutateConditions(statement map[string]any, edit editor) {
	conditions, _ := statement["Condition"].(map[string]any)
	for _, operator := range slices.Sorted(maps.Keys(conditions)) {
		edit("drop a condition", operator, func(s map[string]any) {
			delete(s["Condition"].(map[string]any), operator)
			if len(s["Condition"].(map[string]any)) == 0 {
				delete(s, "Condition")
			}
		})
		if contrary := opposite[operator]; contrary != "" {
			edit("negate a condition", operator, func(s map[string]any) {
				conditions := s["Condition"].(map[string]any)
				conditions[contrary] = conditions[operator]
				delete(conditions, operator)
			})
		}
		if operator == "Bool" {
			edit("negate a condition", operator, func(s map[string]any) {
				s["Condition"].(map[string]any)["Bool"] = map[string]any{"aws:SecureTransport": "true"}
			})
		}
		for key := range conditions[operator].(map[string]any) {
			set := func(value any) func(s map[string]any) {
				return func(s map[string]any) { s["Condition"].(map[string]any)[operator].(map[string]any)[key] = value }
			}
			switch {
			case key == "s3:prefix":
				edit("widen a condition", "any prefix", set("*"))
				edit("widen a condition", "no slash", set(strings.TrimSuffix(first(conditions[operator], key), "/*")+"*"))
				if prefix := first(conditions[operator], key); variables.MatchString(prefix) {
					edit("replace a variable by *", key, set(variables.ReplaceAllString(prefix, "*")))
				}
			case strings.HasSuffix(key, ":amr"):
				edit("loosen trust", "any amr", set("*"))
				edit("loosen trust", "both kinds", set([]any{"authenticated", "unauthenticated"}))
				edit("loosen trust", "the other kind", set(map[string]string{"authenticated": "unauthenticated", "unauthenticated": "authenticated"}[first(conditions[operator], key)]))
			case strings.HasSuffix(key, ":aud"):
				edit("loosen trust", "another pool", set("us-east-1:00000000-0000-4000-8000-000000000000"))
			case key == "aws:SourceAccount":
				edit("widen a condition", "another account", set("999999999999"))
			case key == "aws:SourceArn":
				edit("widen a condition", "any source", set("arn:aws:cloudfront::999999999999:distribution/*"))
				if service, _ := statement["Principal"].(map[string]any); service["Service"] == question.CloudFront {
					edit("ask for what is not sent", "the account of a distribution", func(s map[string]any) {
						s["Condition"].(map[string]any)["StringEquals"] = map[string]any{"aws:SourceAccount": map[string]any{"Ref": "AWS::AccountId"}}
					})
				}
			case key == "s3:TlsVersion":
				edit("widen a condition", "older TLS", set("1.1"))
			}
		}
	}
}

var variables = regexp.MustCompile(`\$\{[^}]*\}`)

func first(operands any, key string) string {
	return fmt.Sprint(listed(operands.(map[string]any)[key])[0])
}

// mutateResources changes the texts behind the ARNs: keys of objects, names of fields.
func mutateResources(statement map[string]any, edit editor) {
	for i, resource := range listed(statement["Resource"]) {
		change := func(operator, what string, f func(text string) string) {
			if changed := tail(resource, f); changed == nil || reflect.DeepEqual(changed, resource) {
				return
			}
			edit(operator, fmt.Sprintf("resource %d %s", i+1, what), func(s map[string]any) {
				resources := listed(s["Resource"])
				resources[i] = tail(resources[i], f)
				s["Resource"] = resources
			})
		}
		if statement["Effect"] == "Allow" {
			edit("widen a resource", fmt.Sprintf("resource %d to *", i+1), func(s map[string]any) {
				resources := listed(s["Resource"])
				resources[i] = "*"
				s["Resource"] = resources
			})
		}
		change("widen a resource", "to all", func(text string) string {
			if before, _, field := strings.Cut(text, "/types/"); field {
				return before + "/*"
			}
			return "/*"
		})
		change("shorten a resource", "by its slash", func(text string) string { return strings.Replace(text, "/*", "*", 1) })
		change("shorten a resource", "by a folder", func(text string) string {
			parts := strings.Split(text, "/")
			return strings.Join(slices.Delete(parts, len(parts)-2, len(parts)-1), "/")
		})
		change("replace a variable by *", "", func(text string) string { return variables.ReplaceAllString(text, "*") })
		change("replace a variable by another", "", func(text string) string {
			return strings.NewReplacer("${aws:PrincipalTag/user}", "${cognito-identity.amazonaws.com:sub}",
				"${cognito-identity.amazonaws.com:sub}", "${aws:PrincipalTag/user}").Replace(text)
		})
		change("narrow a resource", "", func(text string) string { return strings.TrimSuffix(text, "*") + "x*" })
	}
}

// tail changes the literal end of an ARN that is joined; nil where the ARN has none.
func tail(resource any, f func(text string) string) any {
	object, _ := resource.(map[string]any)
	join, _ := object["Fn::Join"].([]any)
	if join == nil {
		return nil
	}
	parts := slices.Clone(join[1].([]any))
	last, ok := parts[len(parts)-1].(string)
	if !ok {
		return nil
	}
	parts[len(parts)-1] = f(last)
	return map[string]any{"Fn::Join": []any{join[0], parts}}
}

func mutatePrincipals(statement map[string]any, edit editor) {
	principal, _ := statement["Principal"].(map[string]any)
	if principal == nil || statement["Effect"] != "Allow" {
		return
	}
	edit("add a principal", "everyone", func(s map[string]any) { s["Principal"] = "*" })
	edit("add a principal", "a stranger", func(s map[string]any) {
		s["Principal"].(map[string]any)["AWS"] = "arn:aws:iam::999999999999:role/stranger"
	})
	edit("add a principal", "another provider", func(s map[string]any) {
		if strings.HasPrefix(fmt.Sprint(listed(s["Action"])[0]), "sts:") {
			s["Principal"].(map[string]any)["Federated"] = []any{"cognito-identity.amazonaws.com", "accounts.google.com"}
			delete(s, "Condition")
		}
	})
	edit("add a principal", "another service", func(s map[string]any) {
		if s["Principal"].(map[string]any)["Service"] != nil {
			s["Principal"].(map[string]any)["Service"] = []any{s["Principal"].(map[string]any)["Service"], "logging.s3.amazonaws.com", "ec2.amazonaws.com"}
			delete(s, "Condition")
		}
	})
}

func (m mutation) properties() map[string]any {
	properties, _ := m.resource["Properties"].(map[string]any)
	return properties
}

// listed makes one value a list of one, and copies a list.
func listed(value any) []any {
	if values, ok := value.([]any); ok {
		return slices.Clone(values)
	}
	if value == nil {
		return nil
	}
	return []any{value}
}

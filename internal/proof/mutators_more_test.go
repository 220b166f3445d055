package proof

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
)

// attachments mutates who holds a policy and who gets a role.
func (m mutation) attachments() {
	roles := system.Items(m.properties()["Roles"])
	for i := range roles {
		if len(roles) > 1 {
			m.edit("detach a policy", fmt.Sprintf("role %d", i+1), func(p map[string]any) {
				others := append([]any{}, roles[:i]...)
				p["Roles"] = append(others, roles[i+1:]...)
			})
		}
	}
	if m.resource["Type"] == "AWS::IAM::ManagedPolicy" {
		for name, output := range map[string]string{
			"guest": "PublishOutputRefIdentityPoolUnauthenticatedRole68AEFF8BA5F8864A",
			"user":  "PublishOutputRefIdentityPoolAuthenticatedRole42131CF52425238A",
			"admin": "PublishOutputRefAdminRole38563C57E39B54D1",
		} {
			role := map[string]any{"Fn::GetStackOutput": map[string]any{
				"StackName": "Lightbox-prod-Identity", "Region": "us-east-1", "OutputName": output,
			}}
			if !strings.Contains(fmt.Sprint(roles), output) {
				m.edit("attach a policy to another role", name, func(p map[string]any) { p["Roles"] = append(system.Items(p["Roles"]), role) })
			}
		}
	}
	if attached, ok := m.properties()["Roles"].(map[string]any); ok {
		m.edit("swap roles", "guests and users", func(p map[string]any) {
			p["Roles"] = map[string]any{"authenticated": attached["unauthenticated"], "unauthenticated": attached["authenticated"]}
		})
		m.edit("swap roles", "guests as users", func(p map[string]any) {
			p["Roles"] = map[string]any{"authenticated": attached["authenticated"], "unauthenticated": attached["authenticated"]}
		})
	}
	if m.resource["Type"] == "AWS::Cognito::UserPoolGroup" {
		for _, role := range []string{"IdentityPoolAuthenticatedRole42131CF5", "IdentityPoolUnauthenticatedRole68AEFF8B"} {
			m.edit("swap roles", "admins get "+role, func(p map[string]any) {
				p["RoleArn"] = map[string]any{"Fn::GetAtt": []any{role, "Arn"}}
			})
		}
	}
}

var (
	publicDirectives = regexp.MustCompile(` @aws_iam @aws_cognito_user_pools`)
	userDirective    = regexp.MustCompile(` @aws_cognito_user_pools\b`)
	hears            = regexp.MustCompile(`mutations: \[([^\]]*)\]`)
	adminDirective   = regexp.MustCompile(` @aws_cognito_user_pools\(cognito_groups: \["Admins"\]\)`)
)

// hearing mutates what the subscriptions of a schema hear.
func (m mutation) hearing() {
	text, _ := m.properties()["Definition"].(string)
	for _, place := range hears.FindAllStringSubmatchIndex(text, -1) {
		mutations := text[place[2]:place[3]]
		names := strings.Split(mutations, ", ")
		set := func(operator, what, with string) {
			m.edit(operator, mutations+what, func(p map[string]any) { p["Definition"] = text[:place[2]] + with + text[place[3]:] })
		}
		for _, other := range []string{"createProduct", "updateProduct", "createPhoto", "addComment"} {
			if !strings.Contains(mutations, other) {
				set("hear another mutation", " and "+other, mutations+`, "`+other+`"`)
				set("hear another mutation", " -> "+other, `"`+other+`"`)
			}
		}
		for i, name := range names {
			set("do not hear a mutation", " without "+name, strings.Join(slices.Delete(slices.Clone(names), i, i+1), ", "))
		}
	}
}

// schema mutates the directives of the schema one by one.
func (m mutation) schema() {
	text, _ := m.properties()["Definition"].(string)
	if text == "" {
		return
	}
	replace := func(operator string, pattern *regexp.Regexp, with string) {
		for _, place := range pattern.FindAllStringIndex(text, -1) {
			line := text[strings.LastIndex(text[:place[0]], "\n")+1 : place[1]]
			m.edit(operator, strings.TrimSpace(line)+" -> "+with, func(p map[string]any) {
				p["Definition"] = text[:place[0]] + with + text[place[1]:]
			})
		}
	}
	replace("remove a directive", publicDirectives, "")
	replace("remove a directive", publicDirectives, " @aws_iam")
	replace("remove a directive", publicDirectives, " @aws_cognito_user_pools")
	replace("remove a directive", userDirective, "")
	replace("change a directive", adminDirective, " @aws_cognito_user_pools")
	replace("change a directive", adminDirective, ` @aws_cognito_user_pools(cognito_groups: ["Admins", "Users"])`)
	replace("change a directive", adminDirective, ` @aws_iam @aws_cognito_user_pools(cognito_groups: ["Admins"])`)
	replace("change a directive", userDirective, " @aws_api_key @aws_cognito_user_pools")
}

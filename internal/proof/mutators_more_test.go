package proof

import (
	"fmt"
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

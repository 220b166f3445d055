package stacks

import (
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
)

func identityTemplate(t *testing.T) *cdktest.Template {
	t.Helper()
	return environment(t, "prod")["Identity"]
}

func TestIdentity_admitsGuestsAndUsersOfOneClient(t *testing.T) {
	pool := identityTemplate(t).Only(t, "AWS::Cognito::IdentityPool", "")
	want(t, pool, "IdentityPoolName", "lightbox-prod-us-east-1")
	want(t, pool, "AllowUnauthenticatedIdentities", true)
	if providers, _ := pool.Get("CognitoIdentityProviders").([]any); len(providers) != 1 {
		t.Errorf("got %d user pools, want 1", len(providers))
	}
	for _, other := range []string{"SupportedLoginProviders", "OpenIdConnectProviderARNs", "SamlProviderARNs", "DeveloperProviderName"} {
		want(t, pool, other, nil)
	}
}

func TestIdentity_hasNoClassicFlow(t *testing.T) {
	want(t, identityTemplate(t).Only(t, "AWS::Cognito::IdentityPool", ""), "AllowClassicFlow", false)
}

func TestIdentity_checksTokensWithTheUserPool(t *testing.T) {
	pool := identityTemplate(t).Only(t, "AWS::Cognito::IdentityPool", "")
	want(t, pool, "CognitoIdentityProviders.0.ServerSideTokenCheck", true)
}

func TestIdentity_trustsEachKindOfIdentityWithItsOwnRole(t *testing.T) {
	template := identityTemplate(t)
	both := list("sts:AssumeRoleWithWebIdentity", "sts:TagSession")
	for prefix, trust := range map[string]struct {
		amr    string
		action any
	}{
		"IdentityPoolUnauthenticatedRole": {"unauthenticated", "sts:AssumeRoleWithWebIdentity"},
		"IdentityPoolAuthenticatedRole":   {"authenticated", both},
		"AdminRole":                       {"authenticated", both},
	} {
		role := template.Only(t, "AWS::IAM::Role", prefix)
		if statements, _ := role.Get("AssumeRolePolicyDocument.Statement").([]any); len(statements) != 1 {
			t.Fatalf("%s: got %d trust statements, want 1", prefix, len(statements))
		}
		want(t, role, "AssumeRolePolicyDocument.Statement.0.Action", trust.action)
		want(t, role, "AssumeRolePolicyDocument.Statement.0.Principal", map[string]any{"Federated": "cognito-identity.amazonaws.com"})
		pool := template.Only(t, "AWS::Cognito::IdentityPool", "").LogicalID
		want(t, role, "AssumeRolePolicyDocument.Statement.0.Condition", map[string]any{
			"StringEquals":           map[string]any{"cognito-identity.amazonaws.com:aud": map[string]any{"Ref": pool}},
			"ForAnyValue:StringLike": map[string]any{"cognito-identity.amazonaws.com:amr": trust.amr},
		})
	}
}

func TestIdentity_mapsGroupsToRolesByToken(t *testing.T) {
	template := identityTemplate(t)
	attachment := template.Only(t, "AWS::Cognito::IdentityPoolRoleAttachment", "")
	want(t, attachment, "RoleMappings.UserPool.Type", "Token")
	want(t, attachment, "RoleMappings.UserPool.AmbiguousRoleResolution", "AuthenticatedRole")
	for kind, prefix := range map[string]string{"authenticated": "IdentityPoolAuthenticatedRole", "unauthenticated": "IdentityPoolUnauthenticatedRole"} {
		role := template.Only(t, "AWS::IAM::Role", prefix).LogicalID
		want(t, attachment, "Roles."+kind, map[string]any{"Fn::GetAtt": list(role, "Arn")})
	}
}

func TestIdentity_hasOneGroupWithTheAdminRole(t *testing.T) {
	template := identityTemplate(t)
	group := template.Only(t, "AWS::Cognito::UserPoolGroup", "")
	want(t, group, "GroupName", "Admins")
	want(t, group, "Precedence", 0)
	want(t, group, "RoleArn", map[string]any{"Fn::GetAtt": list(template.Only(t, "AWS::IAM::Role", "AdminRole").LogicalID, "Arn")})
}

func TestIdentity_tagsSessionsWithTheSub(t *testing.T) {
	tag := identityTemplate(t).Only(t, "AWS::Cognito::IdentityPoolPrincipalTag", "")
	want(t, tag, "PrincipalTags", map[string]any{"user": "sub"})
	want(t, tag, "UseDefaults", false)
}

func TestIdentity_rolesHaveNoPoliciesOfTheirOwn(t *testing.T) {
	template := identityTemplate(t)
	for _, role := range template.All("AWS::IAM::Role") {
		want(t, role, "Policies", nil)
		want(t, role, "ManagedPolicyArns", nil)
	}
	if policies := template.All("AWS::IAM::Policy"); len(policies) > 0 {
		t.Errorf("got %d policies in Identity, want none: a policy lives in the later stack", len(policies))
	}
}

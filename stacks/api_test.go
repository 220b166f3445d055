package stacks

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

func graphQL(t *testing.T, templates cdktest.Templates) cdktest.Resource {
	t.Helper()
	return templates["API"].Only(t, "AWS::AppSync::GraphQLApi", "")
}

func TestAPI_knowsUsersAndIAMAndNoKeys(t *testing.T) {
	templates := environment(t, "prod")
	graphql := graphQL(t, templates)
	want(t, graphql, "AuthenticationType", "AMAZON_COGNITO_USER_POOLS")
	want(t, graphql, "AdditionalAuthenticationProviders", []any{map[string]any{"AuthenticationType": "AWS_IAM"}})
	if keys := templates["API"].All("AWS::AppSync::ApiKey"); len(keys) > 0 {
		t.Errorf("got %d API keys, want none", len(keys))
	}
}

func TestM17_apiHidesItsSchemaUnlessAsked(t *testing.T) {
	want(t, graphQL(t, environment(t, "prod")), "IntrospectionConfig", "DISABLED")
	want(t, graphQL(t, environment(t, "dev")), "IntrospectionConfig", "ENABLED")
}

func TestAPI_limitsDepthAndResolvers(t *testing.T) {
	graphql := graphQL(t, environment(t, "prod"))
	want(t, graphql, "QueryDepthLimit", api.Depth()+1)
	limit, _ := graphql.Get("ResolverCountLimit").(float64)
	if least, most := float64(2*api.PageLimit), 1000.0; limit < least || limit > most {
		t.Errorf("resolver limit: got %v, want %v to %v: a page of photos must fit", limit, least, most)
	}
}

func TestAPI_takesTokensOfTheWebClientOnly(t *testing.T) {
	graphql := graphQL(t, environment(t, "prod"))
	parts, _ := graphql.Get("UserPoolConfig.AppIdClientRegex.Fn::Join.1").([]any)
	if len(parts) != 3 || parts[0] != "^" || parts[2] != "$" {
		t.Fatalf("client filter: got %v, want ^ID$", parts)
	}
	if name, _ := cdktest.Get(parts[1], "Fn::GetStackOutput.OutputName").(string); !strings.Contains(name, "WebClient") {
		t.Errorf("client filter: got the output %q, want that of the web client", name)
	}
	// With a second mode beside it AppSync takes no other default.
	want(t, graphql, "UserPoolConfig.DefaultAction", "ALLOW")
}

func TestAPI_logsErrorsAloneAndForgetsThem(t *testing.T) {
	templates := environment(t, "prod", func(cfg *config.Config) { cfg.LogRetentionDays = 14 })
	graphql := graphQL(t, templates)
	want(t, graphql, "LogConfig.FieldLogLevel", "ERROR")
	want(t, graphql, "LogConfig.ExcludeVerboseContent", true)
	group := templates["API"].Only(t, "AWS::Logs::LogGroup", "Log")
	want(t, group, "RetentionInDays", 14)
	want(t, group, "LogGroupName", map[string]any{"Fn::Join": []any{"", []any{
		"/aws/appsync/apis/", map[string]any{"Fn::GetAtt": list(graphql.LogicalID, "ApiId")},
	}}})
}

func TestAPI_logRoleWritesToItsOwnGroupOnly(t *testing.T) {
	template := environment(t, "prod")["API"]
	policy := template.Only(t, "AWS::IAM::Policy", "LogAccess")
	group := template.Only(t, "AWS::Logs::LogGroup", "Log")
	want(t, policy, "PolicyDocument.Statement", []any{map[string]any{
		"Effect":   "Allow",
		"Action":   list("logs:CreateLogStream", "logs:PutLogEvents"),
		"Resource": map[string]any{"Fn::GetAtt": list(group.LogicalID, "Arn")},
	}})
	role := template.Only(t, "AWS::IAM::Role", "LogRole")
	want(t, role, "ManagedPolicyArns", nil)
	want(t, policy, "Roles", []any{map[string]any{"Ref": role.LogicalID}})
}

func TestAPI_tracesUnlessSwitchedOff(t *testing.T) {
	want(t, graphQL(t, environment(t, "prod")), "XrayEnabled", true)
	want(t, graphQL(t, environment(t, "prod", func(cfg *config.Config) { cfg.DisableTracing = true })), "XrayEnabled", false)
}

func TestAPI_sourcesDoToTheirOwnTableWhatResolversNeed(t *testing.T) {
	template := environment(t, "prod")["API"]
	for source, table := range map[access.Source]string{access.Products: "Products", access.Photos: "Photos"} {
		role := template.Only(t, "AWS::IAM::Role", table+"Role")
		want(t, role, "Policies", nil)
		want(t, role, "ManagedPolicyArns", nil)
		own := template.Only(t, "AWS::DynamoDB::GlobalTable", table).LogicalID
		policy := template.Only(t, "AWS::IAM::Policy", table+"Access")
		got := map[string][]string{}
		statements, _ := policy.Get("PolicyDocument.Statement").([]any)
		for _, s := range statements {
			want(t, cdktest.Resource{Type: "statement", Properties: s.(map[string]any)}, "Effect", "Allow")
			for _, resource := range many(cdktest.Get(s, "Resource")) {
				for _, action := range many(cdktest.Get(s, "Action")) {
					index := indexOf(t, resource, own)
					got[index] = append(got[index], action.(string))
				}
			}
		}
		wanted := map[string][]string{}
		for _, grant := range access.Actions(source) {
			wanted[grant.Index] = grant.Actions
		}
		if !maps.EqualFunc(got, wanted, slices.Equal) {
			t.Errorf("role of %s: got %v, want %v", source, got, wanted)
		}
		for _, other := range template.All("AWS::IAM::Policy") {
			roles, _ := other.Get("Roles").([]any)
			if other.LogicalID != policy.LogicalID && slices.ContainsFunc(roles, func(r any) bool { return cdktest.Get(r, "Ref") == role.LogicalID }) {
				t.Errorf("role of %s has a second policy %s: the library's grant", source, other.LogicalID)
			}
		}
	}
}

// indexOf is the index that a resource names, empty for the table itself.
func indexOf(t *testing.T, resource any, table string) string {
	t.Helper()
	if slices.Equal(many(cdktest.Get(resource, "Fn::GetAtt")), list(table, "Arn")) {
		return ""
	}
	parts := many(cdktest.Get(resource, "Fn::Join.1"))
	if len(parts) != 2 || !slices.Equal(many(cdktest.Get(parts[0], "Fn::GetAtt")), list(table, "Arn")) {
		t.Fatalf("resource %v is not of the table %s", resource, table)
	}
	return strings.TrimPrefix(parts[1].(string), "/index/")
}

// many makes one value a list of one, as IAM reads it.
func many(value any) []any {
	if values, ok := value.([]any); ok {
		return values
	}
	if value == nil {
		return nil
	}
	return []any{value}
}

func TestAPI_letsRolesCallWhatIsForThemByIAMAndNoOther(t *testing.T) {
	template := environment(t, "prod")["API"]
	for id, wanted := range map[string]struct{ fields, roles []string }{
		"FieldAccess": {[]string{
			"/types/Query/fields/getProduct", "/types/Query/fields/listProducts",
			"/types/Subscription/fields/onProductPublished", "/types/Subscription/fields/onProductWithdrawn",
		}, []string{"UnauthenticatedRole", "AuthenticatedRole", "AdminRole"}},
		"IdentityFieldAccess": {[]string{"/types/Mutation/fields/linkIdentity"}, []string{"AuthenticatedRole", "AdminRole"}},
	} {
		policy := template.Only(t, "AWS::IAM::ManagedPolicy", id)
		var fields []string
		for _, resource := range many(policy.Get("PolicyDocument.Statement.0.Resource")) {
			parts := many(cdktest.Get(resource, "Fn::Join.1"))
			fields = append(fields, parts[len(parts)-1].(string))
		}
		if !slices.Equal(fields, wanted.fields) {
			t.Errorf("%s: got the fields %v, want %v", id, fields, wanted.fields)
		}
		want(t, policy, "PolicyDocument.Statement.0.Action", "appsync:GraphQL")
		want(t, policy, "PolicyDocument.Statement.1", nil)
		var roles []string
		for _, role := range many(policy.Get("Roles")) {
			roles = append(roles, cdktest.Get(role, "Fn::GetStackOutput.OutputName").(string))
		}
		if !slices.EqualFunc(roles, wanted.roles, strings.Contains) {
			t.Errorf("%s: got the roles %v, want %v", id, roles, wanted.roles)
		}
	}
}

func TestAPI_resolvesWhatTheWiringSays(t *testing.T) {
	template := environment(t, "prod")["API"]
	resolved := map[string]int{}
	for _, r := range template.All("AWS::AppSync::Resolver") {
		steps := 1
		if r.Get("Kind") == "PIPELINE" {
			steps = len(many(r.Get("PipelineConfig.Functions")))
		}
		resolved[r.Get("TypeName").(string)+"."+r.Get("FieldName").(string)] = steps
		want(t, r, "Runtime", map[string]any{"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"})
		if code, _ := r.Get("Code").(string); !strings.Contains(code, "request") {
			t.Errorf("%s has no code in the template", r.LogicalID)
		}
	}
	wanted := map[string]int{}
	for _, field := range access.Fields() {
		if len(field.Steps) > 0 {
			wanted[field.Path()] = len(field.Steps)
		}
	}
	if !maps.Equal(resolved, wanted) {
		t.Errorf("resolvers: got %v, want %v", resolved, wanted)
	}
}

func TestAPI_capsWhatTablesCost(t *testing.T) {
	templates := environment(t, "prod", func(cfg *config.Config) {
		cfg.Tables = config.Tables{MaxReadRequestUnits: 40, MaxWriteRequestUnits: 20}
	})
	for _, table := range templates["API"].All("AWS::DynamoDB::GlobalTable") {
		want(t, table, "BillingMode", "PAY_PER_REQUEST")
		want(t, table, "WriteOnDemandThroughputSettings.MaxWriteRequestUnits", 20)
		want(t, table, "Replicas.0.ReadOnDemandThroughputSettings.MaxReadRequestUnits", 40)
		for i := range many(table.Get("GlobalSecondaryIndexes")) {
			index := cdktest.Resource{Type: table.LogicalID + " index", Properties: many(table.Get("GlobalSecondaryIndexes"))[i].(map[string]any)}
			want(t, index, "WriteOnDemandThroughputSettings.MaxWriteRequestUnits", 20)
		}
	}
}

package constructs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

func TestMain(m *testing.M) { os.Exit(cdktest.RunUnvalidated(m)) }

// inStack synthesizes one stack with what define puts into it.
func inStack(t *testing.T, define func(stack awscdk.Stack)) *cdktest.Template {
	t.Helper()
	return cdktest.Synth(t, cdktest.Context(t, nil), func(app awscdk.App) error {
		define(awscdk.NewStack(app, jsii.String("Stack"), nil))
		return nil
	})["Stack"]
}

func pool(stack awscdk.Stack) (awscognito.IUserPool, awscognito.IUserPoolClient) {
	pool := awscognito.UserPool_FromUserPoolId(stack, jsii.String("Pool"), jsii.String("us-east-1_AbCdEfGhI"))
	return pool, awscognito.UserPoolClient_FromUserPoolClientId(stack, jsii.String("Client"), jsii.String("client"))
}

// graphqlAPI defines an API over a schema of one field, for users of a pool of its own unless props has one.
func graphqlAPI(t *testing.T, stack awscdk.Stack, props GraphQLAPIProps) awsappsync.GraphqlApi {
	t.Helper()
	props.Name, props.Schema, props.LogRetentionDays = "api", "type Query { a: Int }", 30
	if props.UserPool == nil {
		props.UserPool, props.Client = pool(stack)
	}
	graphql, _, err := NewGraphQLAPI(stack, "GraphQL", props)
	if err != nil {
		t.Fatal(err)
	}
	return graphql
}

func TestZeroValues_areTheProductionOnes(t *testing.T) {
	template := inStack(t, func(stack awscdk.Stack) {
		NewUserPool(stack, "UserPool", UserPoolProps{Name: "users"})
		NewPrivateBucket(stack, "Bucket", PrivateBucketProps{})
		NewTable(stack, "Table", TableProps{Key: Key{Partition: "id"}, MaxReadRequestUnits: 1, MaxWriteRequestUnits: 1})
		users, client := pool(stack)
		graphqlAPI(t, stack, GraphQLAPIProps{Depth: 1, UserPool: users, Client: client})
		NewWebClient(stack, "WebClient", WebClientProps{UserPool: users})
		NewIdentityPool(stack, "IdentityPool", IdentityPoolProps{Name: "identities", UserPool: users, Client: client})
	})
	for kind, policy := range map[string]string{
		"AWS::Cognito::UserPool": "Retain", "AWS::DynamoDB::GlobalTable": "Retain", // which have a deletion protection
		"AWS::S3::Bucket": "RetainExceptOnCreate", "AWS::Logs::LogGroup": "RetainExceptOnCreate",
		"AWS::AppSync::GraphQLApi": "RetainExceptOnCreate", "AWS::Cognito::UserPoolClient": "RetainExceptOnCreate",
		"AWS::Cognito::IdentityPool": "RetainExceptOnCreate",
	} {
		if r := template.Only(t, kind, ""); r.DeletionPolicy != policy || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s: got %q and %q, want %s and Retain", kind, r.DeletionPolicy, r.UpdateReplacePolicy, policy)
		}
	}
	for _, property := range []struct {
		kind, path string
		want       any
	}{
		{"AWS::Cognito::UserPool", "DeletionProtection", "ACTIVE"},
		{"AWS::Cognito::UserPool", "MfaConfiguration", "OPTIONAL"},
		{"AWS::S3::Bucket", "CorsConfiguration", nil},
		{"AWS::DynamoDB::GlobalTable", "Replicas.0.DeletionProtectionEnabled", true},
		{"AWS::AppSync::GraphQLApi", "IntrospectionConfig", "DISABLED"},
		{"AWS::AppSync::GraphQLApi", "XrayEnabled", true},
	} {
		if got := template.Only(t, property.kind, "").Get(property.path); got != property.want {
			t.Errorf("%s.%s: got %v, want %v", property.kind, property.path, got, property.want)
		}
	}
}

func TestPrivateBucket_isEmptiedOnlyWhenItsDataGoes(t *testing.T) {
	for _, remove := range []bool{false, true} {
		template := inStack(t, func(stack awscdk.Stack) {
			NewPrivateBucket(stack, "Bucket", PrivateBucketProps{RemoveData: remove})
		})
		if got := len(template.All("Custom::S3AutoDeleteObjects")) > 0; got != remove {
			t.Errorf("RemoveData %v: got emptied %v, want %v", remove, got, remove)
		}
	}
}

func TestFileAccess_refusesATableThatDoesNotHoldTogether(t *testing.T) {
	build := func(rules []access.Rule) func(app awscdk.App) error {
		return func(app awscdk.App) error {
			stack := awscdk.NewStack(app, jsii.String("Stack"), nil)
			role := func(id string) awsiam.IRole {
				return awsiam.NewRole(stack, &id, &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()})
			}
			return NewFileAccess(stack, FileAccessProps{
				Bucket: NewPrivateBucket(stack, "Bucket", PrivateBucketProps{}), Rules: rules,
				Roles: Roles{access.Guest: role("Guest"), access.User: role("User"), access.Admins: role("Admin")},
			})
		}
	}
	cdktest.SynthError(t, cdktest.Context(t, nil), build([]access.Rule{
		{Area: "public/", Guest: access.Get}, {Area: "public/photos/", Guest: access.Get},
	}))
	// The control: one of the two alone is fine.
	cdktest.Synth(t, cdktest.Context(t, nil), build([]access.Rule{{Area: "public/", Guest: access.Get, SignedIn: access.Get, Groups: map[access.Principal]access.Verbs{access.Admins: access.Get | access.Put}}}))
}

func TestTableSource_hasNoGrantButItsOwn(t *testing.T) {
	template := inStack(t, func(stack awscdk.Stack) {
		graphql := graphqlAPI(t, stack, GraphQLAPIProps{Depth: 1})
		table := NewTable(stack, "Table", TableProps{Key: Key{Partition: "id"}, MaxReadRequestUnits: 1, MaxWriteRequestUnits: 1})
		source := NewTableSource(stack, "Rows", TableSourceProps{
			API: graphql, Table: table, Grants: []access.Grant{{Actions: []string{"dynamodb:GetItem"}}},
		})
		NewResolver(stack, "Resolver", ResolverProps{
			API: graphql, Type: "Query", Field: "a", Source: source,
			Code: "export function request() { return {} }\nexport function response(ctx) { return ctx.result }",
		})
	})
	if got := template.Only(t, "AWS::IAM::Policy", "RowsAccess").Get("PolicyDocument.Statement.0.Action"); got != "dynamodb:GetItem" {
		t.Errorf("got %v, want dynamodb:GetItem alone", got)
	}
	if got := len(template.All("AWS::IAM::Policy")); got != 2 {
		t.Errorf("got %d policies, want that of the source and that of the log", got)
	}
}

func TestGraphQLAPI_letsToolsReadTheSchemaWhenIntrospectionIsOn(t *testing.T) {
	for introspection, depth := range map[bool]float64{false: 4, true: introspectionDepth} {
		template := inStack(t, func(stack awscdk.Stack) {
			graphqlAPI(t, stack, GraphQLAPIProps{Depth: 3, Introspection: introspection})
		})
		if got := template.Only(t, "AWS::AppSync::GraphQLApi", "").Get("QueryDepthLimit"); got != depth {
			t.Errorf("introspection %v: got depth %v, want %v", introspection, got, depth)
		}
	}
}

// A full or read-only disk is a fault of the synth as any other. The tests above are the control.
func TestGraphQLAPI_reportsADiskThatTakesNoFile(t *testing.T) {
	cdktest.SynthError(t, cdktest.Context(t, nil), func(app awscdk.App) error {
		stack := awscdk.NewStack(app, jsii.String("Stack"), nil)
		users, client := pool(stack)
		t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
		_, _, err := NewGraphQLAPI(stack, "GraphQL", GraphQLAPIProps{
			Name: "api", Schema: "type Query { a: Int }", Depth: 1, UserPool: users, Client: client, LogRetentionDays: 30,
		})
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, want that the folder for the schema is missing", err)
		}
		return err
	})
}

func TestWebClient_asksEachProviderForTheEmail(t *testing.T) {
	for _, provider := range []config.SocialProvider{config.Google, config.Facebook, config.LoginWithAmazon} {
		template := inStack(t, func(stack awscdk.Stack) {
			users, _ := pool(stack)
			NewWebClient(stack, "WebClient", WebClientProps{
				UserPool: users, Origins: []string{"https://a.example"},
				Social: config.Social{Provider: provider, ClientID: "id", ClientSecretName: "name", DomainPrefix: "shop"},
			})
		})
		r := template.Only(t, "AWS::Cognito::UserPoolIdentityProvider", "")
		if r.Get("ProviderName") != string(provider) || r.Get("ProviderDetails.authorize_scopes") == nil {
			t.Errorf("%s: got %v, want the provider with its scopes", provider, r.Properties)
		}
	}
}

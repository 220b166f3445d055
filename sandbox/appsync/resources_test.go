package appsync_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

func TestResources_haveTheAttributesOfAppSync(t *testing.T) {
	r := newRig(t, "prod")
	_, made := r.Resource("API", "GraphQL9562F4A3")
	if len(r.id) != 26 || strings.Trim(r.id, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		t.Errorf("got the id %q, want 26 letters and digits", r.id)
	}
	arn := "arn:aws:appsync:us-east-1:000000000000:apis/" + r.id
	for name, want := range map[string]string{
		"ApiId": r.id, "Arn": arn, "GraphQLUrl": "https://" + r.host() + "/graphql", "GraphQLDns": r.host(),
		"RealtimeUrl": "wss://" + r.id + ".appsync-realtime-api.us-east-1.amazonaws.com/graphql",
		"RealtimeDns": r.id + ".appsync-realtime-api.us-east-1.amazonaws.com",
	} {
		if made.Attributes[name] != want {
			t.Errorf("%s: got %v, want %s", name, made.Attributes[name], want)
		}
	}
	for prefix, want := range map[string]string{
		"GraphQL9562F4A3": arn, "GraphQLSchema": r.id + "GraphQLSchema", "PhotosSource": arn + "/datasources/Photos",
		"QuerygetPhoto": arn + "/types/Query/resolvers/getPhoto",
	} {
		if _, state := r.Resource("API", prefix); state.PhysicalID != want {
			t.Errorf("%s: got %s, want %s", prefix, state.PhysicalID, want)
		}
	}
	_, function := r.Resource("API", "readPhoto")
	if id := function.Attributes["FunctionId"].(string); len(id) != 26 || function.PhysicalID != arn+"/functions/"+id {
		t.Errorf("got %+v", function)
	}
	for kind, of := range r.apis.ResourceTypes() {
		if kind == "AWS::AppSync::ApiKey" {
			continue // no template of ours has one
		}
		if _, state := r.any(kind); len(state.Attributes) != len(of.Attributes) {
			t.Errorf("%s: got %v, want the attributes %v", kind, state.Attributes, of.Attributes)
		}
	}
}

// keyIsMadeOnce wants a key, which no template of ours has, to be the same when it is made again, and to keep its time.
func (r *rig) keyIsMadeOnce(of aws.ResourceType) {
	r.t.Helper()
	resource := aws.Resource{Stack: "S", LogicalID: "Key", Suffix: "abc", Properties: map[string]any{"ApiId": r.id}}
	first, err := of.Create(r.t.Context(), resource)
	if err != nil {
		r.t.Fatal(err)
	}
	again, err := of.Create(r.t.Context(), resource)
	if err != nil || again.PhysicalID != first.PhysicalID || len(first.Attributes) != len(of.Attributes) {
		r.t.Errorf("got %+v %v, want %+v", again, err, first)
	}
	before, err := of.Read(r.t.Context(), aws.Identifier{"ApiId": r.id, "ApiKeyId": first.Attributes["ApiKeyId"].(string)})
	if err != nil {
		r.t.Fatal(err)
	}
	r.clock.Pass(48 * time.Hour)
	resource.PhysicalID, resource.Properties = first.PhysicalID, map[string]any{"ApiId": r.id, "Description": "mine"}
	if _, err := of.Update(r.t.Context(), map[string]any{"ApiId": r.id}, resource); err != nil {
		r.t.Fatal(err)
	}
	after, err := of.Read(r.t.Context(), aws.Identifier{"ApiId": r.id, "ApiKeyId": first.Attributes["ApiKeyId"].(string)})
	if err != nil || after["Description"] != "mine" || after["Expires"] != before["Expires"] {
		r.t.Errorf("got %v %v, want another description and the time of %v", after, err, before)
	}
	for _, fault := range []error{of.Delete(r.t.Context(), resource), of.Delete(r.t.Context(), resource)} {
		if fault != nil {
			r.t.Error(fault)
		}
	}
}

// any is a deployed resource of a type.
func (r *rig) any(kind string) (aws.Resource, aws.State) {
	r.t.Helper()
	prefixes := map[string]string{
		"AWS::AppSync::GraphQLApi": "GraphQL9562F4A3", "AWS::AppSync::GraphQLSchema": "GraphQLSchema",
		"AWS::AppSync::DataSource": "PhotosSource", "AWS::AppSync::Resolver": "QuerygetPhoto", "AWS::AppSync::FunctionConfiguration": "readPhoto",
	}
	return r.Resource("API", prefixes[kind])
}

func TestResources_areMadeOnceHoweverOftenTheyAreCreated(t *testing.T) {
	r := newRig(t, "prod")
	for kind, of := range r.apis.ResourceTypes() {
		if kind == "AWS::AppSync::ApiKey" {
			r.keyIsMadeOnce(of)
			continue
		}
		resource, state := r.any(kind)
		resource.PhysicalID = ""
		again, err := of.Create(t.Context(), resource)
		if err != nil || again.PhysicalID != state.PhysicalID {
			t.Errorf("%s: got %s %v, want %s", kind, again.PhysicalID, err, state.PhysicalID)
		}
		if kind == "AWS::AppSync::GraphQLApi" || kind == "AWS::AppSync::FunctionConfiguration" {
			continue // a second one is another
		}
		resource.LogicalID += "2"
		if _, err := of.Create(t.Context(), resource); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("%s: a second one: got %v, want it refused", kind, err)
		}
	}
	r.must(r.person("ann").as(), live, nil)
}

func TestResources_thatAreSavedAreLiveAtOnce(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	const query = `{getProfile(owner:"x"){name}}`
	if got := r.must(ann.as(), query, nil); got != nil {
		t.Fatalf("got %v", got)
	}
	if err := r.Update("API", "QuerygetProfile", func(p map[string]any) {
		p["Code"] = `export function request(ctx){return {operation:"GetItem",key:{photoId:{S:"a"},row:{S:"b"}}};}
			export function response(ctx){return {owner:"x",name:"changed",photoCount:1,likeCount:2};}`
	}); err != nil {
		t.Fatal(err)
	}
	if got := r.must(ann.as(), query, nil); got["name"] != "changed" {
		t.Errorf("a resolver: got %v", got)
	}
	if err := r.Update("API", "GraphQLSchema", func(p map[string]any) {
		p["Definition"] = strings.Replace(p["Definition"].(string), "type Profile @aws_cognito_user_pools {", "type Profile @aws_cognito_user_pools { motto: String", 1)
	}); err != nil {
		t.Fatal(err)
	}
	if got := r.must(ann.as(), `{getProfile(owner:"x"){name motto}}`, nil); got["motto"] != nil {
		t.Errorf("a schema: got %v", got)
	}
	if err := r.Delete("API", "QuerygetProfile"); err != nil {
		t.Fatal(err)
	}
	if got := r.must(ann.as(), query, nil); got != nil {
		t.Errorf("without its resolver: got %v, want null", got)
	}
}

func TestResources_outliveTheService(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	id := r.photoOf(ann, 1)
	r.open()
	if got := r.must(ann.as(), `query($id:ID!){getPhoto(id:$id){id likedByMe}}`, vars{"id": id}); got["id"] != id {
		t.Errorf("got %v", got)
	}
	if err := r.Update("API", "GraphQL9562F4A3", func(map[string]any) {}); err != nil { // of the service before; nothing comes back
		t.Fatal(err)
	}
	if _, refusal := r.start(ann.as(), `subscription{onPhotoDeleted{id}}`, nil); refusal != nil {
		t.Error(refusal)
	}
}

func TestResources_endWithTheirAPI(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	for _, prefix := range []string{"QuerygetPhoto", "readPhoto", "PhotosSource", "GraphQLSchema", "GraphQL9562F4A3"} {
		for range 2 { // what is gone is no error
			if err := r.Delete("API", prefix); err != nil {
				t.Errorf("%s: %v", prefix, err)
			}
		}
	}
	if a := r.ask(ann.as(), live, nil); a.Status != 404 {
		t.Errorf("got %d %s", a.Status, a.Text)
	}
	r.open()
	if a := r.ask(ann.as(), live, nil); a.Status != 404 {
		t.Errorf("after a restart: got %d %s", a.Status, a.Text)
	}
	if _, err := r.apis.ResourceTypes()["AWS::AppSync::DataSource"].Create(t.Context(), aws.Resource{
		Properties: map[string]any{"ApiId": r.id, "Name": "None", "Type": "NONE"},
	}); err == nil || !strings.Contains(err.Error(), "there is no GraphQL API") {
		t.Errorf("a part of what is gone: got %v", err)
	}
}

func TestResources_refuseByNameWhatTheSandboxDoesNotHave(t *testing.T) {
	r := newRig(t, "prod")
	tests := []struct {
		kind   string
		change vars
		want   string
	}{
		{"AWS::AppSync::GraphQLApi", vars{"Visibility": "PRIVATE"}, "AWS::AppSync::GraphQLApi.Visibility is not supported by the sandbox"},
		{"AWS::AppSync::GraphQLApi", vars{"AuthenticationType": "OPENID_CONNECT"}, `AuthenticationType: got "OPENID_CONNECT"`},
		{"AWS::AppSync::GraphQLApi", vars{"AdditionalAuthenticationProviders": []any{map[string]any{"AuthenticationType": "AWS_LAMBDA"}}}, `got "AWS_LAMBDA"`},
		{"AWS::AppSync::GraphQLApi", vars{"AdditionalAuthenticationProviders": []any{map[string]any{"AuthenticationType": "AMAZON_COGNITO_USER_POOLS"}}}, "a second time"},
		{"AWS::AppSync::GraphQLApi", vars{"UserPoolConfig": nil}, "UserPoolConfig: want the user pool"},
		{"AWS::AppSync::GraphQLApi", vars{"UserPoolConfig": map[string]any{"UserPoolId": "p", "AwsRegion": "us-east-1", "DefaultAction": "DENY"}}, "DefaultAction: got DENY"},
		{"AWS::AppSync::GraphQLApi", vars{"UserPoolConfig": map[string]any{"UserPoolId": "p", "AwsRegion": "eu-west-1", "DefaultAction": "ALLOW"}}, "AwsRegion"},
		{"AWS::AppSync::GraphQLApi", vars{"UserPoolConfig": map[string]any{"UserPoolId": "p", "DefaultAction": "ALLOW", "AppIdClientRegex": "("}}, "AppIdClientRegex"},
		{"AWS::AppSync::GraphQLApi", vars{"QueryDepthLimit": "76"}, "QueryDepthLimit: got 76"},
		{"AWS::AppSync::GraphQLApi", vars{"ResolverCountLimit": "10001"}, "ResolverCountLimit: got 10001"},
		{"AWS::AppSync::GraphQLApi", vars{"LogConfig": map[string]any{"FieldLogLevel": "SOME"}}, "FieldLogLevel"},
		{"AWS::AppSync::GraphQLApi", vars{"IntrospectionConfig": "MAYBE"}, "IntrospectionConfig"},
		{"AWS::AppSync::GraphQLSchema", vars{"DefinitionS3Location": "s3://x"}, "DefinitionS3Location: got it beside Definition"},
		{"AWS::AppSync::GraphQLSchema", vars{"Definition": "type Query {"}, "Definition: "},
		{"AWS::AppSync::GraphQLSchema", vars{"Definition": "type Query { a: Int @aws_lambda }"}, "Query.a: the directive @aws_lambda is not supported by the sandbox"},
		{"AWS::AppSync::GraphQLSchema", vars{"Definition": "scalar Mine type Query { a: Mine }"}, "scalar Mine: AppSync has no scalars but its own"},
		{"AWS::AppSync::GraphQLSchema", vars{"Definition": `type Query { a: Int } type Mutation { b: Int } type Subscription { c: Int @aws_subscribe(mutations: ["d"]) e: Query @aws_subscribe(mutations: ["b"]) }`}, `there is no mutation "d"`},
		{"AWS::AppSync::GraphQLSchema", vars{"ApiId": "nope"}, `there is no GraphQL API "nope"`},
		{"AWS::AppSync::DataSource", vars{"Type": "HTTP"}, `Type: got "HTTP"`},
		{"AWS::AppSync::DataSource", vars{"HttpConfig": map[string]any{}}, "HttpConfig is not supported"},
		{"AWS::AppSync::DataSource", vars{"Type": "AWS_LAMBDA"}, "Type: got AWS_LAMBDA with the configuration of AMAZON_DYNAMODB, want its own alone"},
		{"AWS::AppSync::DataSource", vars{"Type": "AWS_LAMBDA", "DynamoDBConfig": nil, "LambdaConfig": map[string]any{"LambdaFunctionArn": "arn:aws:lambda:eu-west-1:000000000000:function:f"}}, "LambdaConfig: want LambdaFunctionArn, of a function in us-east-1"},
		{"AWS::AppSync::DataSource", vars{"Type": "AWS_LAMBDA", "DynamoDBConfig": nil, "ServiceRoleArn": nil}, "ServiceRoleArn: want the role of a data source of type AWS_LAMBDA"},
		{"AWS::AppSync::DataSource", vars{"ServiceRoleArn": nil}, "ServiceRoleArn"},
		{"AWS::AppSync::DataSource", vars{"Name": "a b"}, "Name"},
		{"AWS::AppSync::DataSource", vars{"DynamoDBConfig": map[string]any{"TableName": "t", "AwsRegion": "us-east-1", "Versioned": true}}, "DynamoDBConfig.Versioned is not supported"},
		{"AWS::AppSync::FunctionConfiguration", vars{"RequestMappingTemplate": "{}"}, "RequestMappingTemplate is not supported"},
		{"AWS::AppSync::FunctionConfiguration", vars{"Runtime": map[string]any{"Name": "APPSYNC_JS", "RuntimeVersion": "2.0.0"}}, "Runtime: want APPSYNC_JS 1.0.0"},
		{"AWS::AppSync::FunctionConfiguration", vars{"Code": "export function request(ctx){while(true){}} export function response(){}"}, "Code: "},
		{"AWS::AppSync::FunctionConfiguration", vars{"Code": strings.Repeat(" ", 32769)}, "Code: got 32769 bytes"},
		{"AWS::AppSync::FunctionConfiguration", vars{"DataSourceName": "Nope"}, `there is no data source "Nope"`},
		{"AWS::AppSync::Resolver", vars{"FieldName": "nope"}, "no field named nope found on type Query"},
		{"AWS::AppSync::Resolver", vars{"Kind": "PIPELINE"}, "Kind"},
		{"AWS::AppSync::Resolver", vars{"Kind": "PIPELINE", "DataSourceName": nil, "PipelineConfig": map[string]any{"Functions": []any{"f"}}}, `there is no function "f"`},
		{"AWS::AppSync::Resolver", vars{"CachingConfig": map[string]any{}}, "CachingConfig is not supported"},
		{"AWS::AppSync::Resolver", vars{"MaxBatchSize": "5"}, "MaxBatchSize is not supported"},
	}
	types := r.apis.ResourceTypes()
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %v", tt.kind, tt.change), func(t *testing.T) {
			resource, _ := r.any(tt.kind)
			resource.Properties = copied(resource.Properties)
			for name, value := range tt.change {
				resource.Properties[name] = value
				if value == nil {
					delete(resource.Properties, name)
				}
			}
			for name, f := range map[string]func() error{
				"create": func() error { _, err := types[tt.kind].Create(t.Context(), resource); return err },
				"update": func() error { _, err := types[tt.kind].Update(t.Context(), nil, resource); return err },
			} {
				if err := f(); err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%s: got %v, want %s", name, err, tt.want)
				}
			}
		})
	}
	r.must(r.person("ann").as(), live, nil)
}

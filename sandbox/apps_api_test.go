package sandbox_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox"
)

const (
	keyedSchema = `type Row @aws_api_key @aws_iam { id: ID! text: String }
type Page @aws_api_key @aws_iam { items: [Row] nextToken: String }
type Query { rows(limit: Int, nextToken: String): Page  some(ids: [ID!]!): [Row]  secret: String @aws_iam }
type Mutation { add(ids: [ID!]!): [Row]  say(id: ID!): Row }
type Subscription { said: Row @aws_subscribe(mutations: ["say"]) }`
	scanning = `import * as ddb from '@aws-appsync/utils/dynamodb'
export function request(ctx) { return ddb.scan({ limit: ctx.args.limit, nextToken: ctx.args.nextToken }) }
export function response(ctx) { if (ctx.error) util.error(ctx.error.message, ctx.error.type); return ctx.result }`
	batched = `import * as ddb from '@aws-appsync/utils/dynamodb'
export function request(ctx) { return ddb.%s }
export function response(ctx) { if (ctx.error) util.error(ctx.error.message, ctx.error.type); return ctx.result.data[ctx.env.TABLE] }`
	saying = `export function request(ctx) { return { payload: { id: ctx.args.id, text: util.authType() } } }
export function response(ctx) { return ctx.result }`
)

// keyedAPI is an API as awscdk makes one unless told otherwise: with a key, its code and schema in the bucket of assets.
func keyedAPI(t *testing.T, keys ...func(resources object)) string {
	t.Helper()
	const bucket = "s3://cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/"
	asset := func(name string) object { return object{"Fn::Sub": bucket + name} }
	api := attribute("API", "ApiId")
	resolver := func(of, field, source string, code object) object {
		return object{
			"Type": "AWS::AppSync::Resolver", "DependsOn": []any{"Schema", "Rows", "Nobody"},
			"Metadata": object{"aws:cdk:path": "T/" + field + "/Resource"},
			"Properties": object{
				"ApiId": api, "TypeName": of, "FieldName": field, "Kind": "UNIT", "DataSourceName": source, "CodeS3Location": code,
				"Runtime": object{"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"},
			},
		}
	}
	resources := object{
		"Table": madeBy("AWS::DynamoDB::Table", "T/Table/Resource", object{
			"KeySchema": []any{object{"AttributeName": "id", "KeyType": "HASH"}}, "BillingMode": "PAY_PER_REQUEST",
			"AttributeDefinitions": []any{object{"AttributeName": "id", "AttributeType": "S"}},
		}),
		"Role": madeBy("AWS::IAM::Role", "T/Role/Resource", object{
			"AssumeRolePolicyDocument": trusting("appsync.amazonaws.com"), "Policies": append(allowing("dynamodb:Scan", attribute("Table", "Arn")), object{
				"PolicyName": "writes", "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{"Effect": "Allow", "Action": "dynamodb:BatchWriteItem", "Resource": attribute("Table", "Arn")}}},
			}),
		}),
		"API": madeBy("AWS::AppSync::GraphQLApi", "T/API/Resource", object{
			"LogConfig": object{"CloudWatchLogsRoleArn": attribute("LogsRole", "Arn"), "FieldLogLevel": "ALL"},
			"Name":      "keyed", "AuthenticationType": "API_KEY", "EnvironmentVariables": object{"TABLE": ref("Table")},
			"AdditionalAuthenticationProviders": []any{object{"AuthenticationType": "AWS_IAM"}},
		}),
		"LogsRole": madeBy("AWS::IAM::Role", "T/API/ApiLogsRole/Resource", object{
			"AssumeRolePolicyDocument": trusting("appsync.amazonaws.com"),
			"ManagedPolicyArns":        []any{joined("arn:", ref("AWS::Partition"), ":iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs")},
		}),
		"Key":    madeBy("AWS::AppSync::ApiKey", "T/API/DefaultApiKey", object{"ApiId": api}),
		"Schema": madeBy("AWS::AppSync::GraphQLSchema", "T/API/Schema", object{"ApiId": api, "DefinitionS3Location": asset("schema.graphql")}),
		"Rows": madeBy("AWS::AppSync::DataSource", "T/Rows/Resource", object{
			"ApiId": api, "Name": "Rows", "Type": "AMAZON_DYNAMODB", "ServiceRoleArn": attribute("Role", "Arn"),
			"DynamoDBConfig": object{"TableName": ref("Table"), "AwsRegion": ref("AWS::Region")},
		}),
		"Nobody": madeBy("AWS::AppSync::DataSource", "T/Nobody/Resource", object{"ApiId": api, "Name": "Nobody", "Description": "nothing", "Type": "NONE"}),
		"Scan":   resolver("Query", "rows", "Rows", asset("scan.js")), "Get": resolver("Query", "some", "Rows", asset("get.js")),
		"Put": resolver("Mutation", "add", "Rows", asset("put.js")), "Say": resolver("Mutation", "say", "Nobody", asset("say.js")),
	}
	for _, change := range keys {
		change(resources)
	}
	folder := programAssembly(t, object{"Resources": resources, "Outputs": object{"Key": object{"Value": attribute("Key", "ApiKey")}, "Id": object{"Value": api}}}, functionArgument)
	files := object{}
	for name, text := range map[string]string{
		"schema.graphql": keyedSchema, "scan.js": scanning, "say.js": "import { util } from '@aws-appsync/utils'\n" + saying,
		"get.js": fmt.Sprintf(batched, "batchGet({ tables: { [ctx.env.TABLE]: { keys: ctx.args.ids.map(id => ({ id })) } } })"),
		"put.js": fmt.Sprintf(batched, "batchPut({ tables: { [ctx.env.TABLE]: ctx.args.ids.map(id => ({ id, text: 'of ' + id })) } })"),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files[name] = object{"source": object{"path": name, "packaging": "file"}, "destinations": object{"here": object{
			"bucketName": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}", "objectKey": name,
		}}}
	}
	text, err := json.Marshal(object{"version": "55.0.0", "dockerImages": object{}, "files": files})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "T.assets.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// An API of others: keys, code by its place in S3, scans and batches, and IAM behind each.
func TestAPIOfOthers_isReachedByItsKey(t *testing.T) {
	s := start(t, sandbox.Config{})
	if err := s.Deploy(t.Context(), keyedAPI(t), nil); err != nil {
		t.Fatal(err)
	}
	id, key := s.Overview().Output("T", "Id"), s.Overview().Output("T", "Key")
	ask := func(key, query string) answer {
		t.Helper()
		request, err := http.NewRequest(http.MethodPost, "https://"+id+".appsync-api.us-east-1.amazonaws.com/graphql", strings.NewReader(jsonOf(map[string]any{"query": query})))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Api-Key", key)
		return do(t, client(t, s), request)
	}
	ask(key, `mutation { add(ids: ["a", "b", "c"]) { id text } }`).says(t, "a batch", http.StatusOK, `[{"id":"a","text":"of a"},{"id":"b","text":"of b"},{"id":"c","text":"of c"}]`)
	var page struct {
		Data struct {
			Rows struct {
				Items     []struct{ ID string }
				NextToken string
			}
		}
	}
	decode(t, ask(key, `{ rows(limit: 2) { items { id } nextToken } }`), &page)
	if len(page.Data.Rows.Items) != 2 || page.Data.Rows.NextToken == "" {
		t.Fatalf("got %+v, want two rows and a token", page)
	}
	ask(key, fmt.Sprintf(`{ rows(nextToken: %q) { items { id } nextToken } }`, page.Data.Rows.NextToken)).says(t, "the next page", http.StatusOK, `"nextToken":null`)
	ask(key, `{ rows(nextToken: "eyJpZCI6eyJTIjoiYSJ9fQ==") { items { id } } }`).says(t, "a forged token", http.StatusOK, "Invalid pagination token given.")
	ask(key, `{ some(ids: ["a"]) { id } }`).says(t, "what the role may not", http.StatusOK, "dynamodb:BatchGetItem")
	ask(key, `{ secret }`).says(t, "a field of others", http.StatusOK, "Not Authorized to access secret on type Query")
	ask(key+"x", `{ rows { nextToken } }`).says(t, "another key", http.StatusUnauthorized, "You are not authorized to make this call.")
	hears(t, s, id, key, func() { ask(key, `mutation { say(id: "x") { id text } }`) }, `API Key Authorization`)

	control := func(method, path string, members map[string]any) answer {
		body := ""
		if members != nil {
			body = jsonOf(members)
		}
		return do(t, client(t, s), by(t, administrator, method, "https://appsync.us-east-1.amazonaws.com/v1/apis/"+id+path, "appsync", "", body))
	}
	control(http.MethodGet, "/apikeys", nil).says(t, "ListApiKeys", http.StatusOK, `"id":"`+key+`"`)
	control(http.MethodPost, "/apikeys/"+key, map[string]any{"expires": time.Now().Add(time.Hour).Unix()}).says(t, "too soon", http.StatusBadRequest, "minimum of 1 days and a maximum of 365 days")
	control(http.MethodPost, "/apikeys/none", map[string]any{}).says(t, "no key", http.StatusNotFound, "API key not found")
	control(http.MethodPost, "/apikeys/"+key, map[string]any{"expires": time.Now().Add(72 * time.Hour).Unix(), "description": "three days"}).says(t, "UpdateApiKey", http.StatusOK, "three days")
	if read := readBack(t, s, "AWS::AppSync::ApiKey", id+"|"+key); read["Description"] != "three days" || read["ApiKey"] != key {
		t.Errorf("got %v by Cloud Control, want the key", read)
	}
	if err := s.Forward(t.Context(), 80*time.Hour); err != nil {
		t.Fatal(err)
	}
	ask(key, `{ rows { nextToken } }`).says(t, "a key that has expired", http.StatusUnauthorized, "You are not authorized to make this call.")
}

// hears subscribes by a key, does something, and wants to hear a text.
func hears(t *testing.T, s *sandbox.Sandbox, id, key string, do func(), want string) {
	t.Helper()
	host := id + ".appsync-api.us-east-1.amazonaws.com"
	header := func(key string) string { return jsonOf(map[string]any{"host": host, "x-api-key": key}) }
	connect := func(key string) *websocket.Conn {
		t.Helper()
		encoded := base64.RawURLEncoding.EncodeToString([]byte(header(key)))
		socket, _, err := websocket.Dial( //nolint:bodyclose // the library's users need not close it
			t.Context(), "wss://"+id+".appsync-realtime-api.us-east-1.amazonaws.com/graphql",
			&websocket.DialOptions{HTTPClient: client(t, s), Subprotocols: []string{"graphql-ws", "header-" + encoded}})
		if err != nil {
			t.Fatal(err)
		}
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(`{"type":"connection_init"}`)); err != nil {
			t.Fatal(err)
		}
		return socket
	}
	until := func(socket *websocket.Conn, text string) {
		t.Helper()
		for {
			_, message, err := socket.Read(t.Context())
			if err != nil {
				t.Fatalf("got %v, want %s", err, text)
			}
			if strings.Contains(string(message), text) {
				return
			}
		}
	}
	other := connect(key + "x")
	until(other, "You are not authorized to make this call.")
	_ = other.CloseNow()
	socket := connect(key)
	defer func() { _ = socket.CloseNow() }()
	until(socket, "connection_ack")
	start := fmt.Sprintf(`{"id":"1","type":"start","payload":{"data":%q,"extensions":{"authorization":%s}}}`, `{"query":"subscription { said { id text } }"}`, header(key))
	if err := socket.Write(t.Context(), websocket.MessageText, []byte(start)); err != nil {
		t.Fatal(err)
	}
	until(socket, "start_ack")
	do()
	until(socket, want)
}

func TestAPIOfOthers_isRefusedBeforeAnythingIsMade(t *testing.T) {
	s := start(t, sandbox.Config{})
	err := s.Deploy(t.Context(), keyedAPI(t, func(resources object) {
		resources["Key"].(object)["Properties"].(object)["Expires"] = time.Now().Add(500 * 24 * time.Hour).Unix()
		resources["Scan"].(object)["Properties"].(object)["CodeS3Location"] = "https://example.com/scan.js"
		resources["LogsRole"].(object)["Properties"].(object)["ManagedPolicyArns"] = []any{"arn:aws:iam::aws:policy/AdministratorAccess"}
		resources["Say"].(object)["Properties"].(object)["Code"] = "x"
	}), nil)
	if err == nil || len(s.Stacks.Stacks()) > 0 {
		t.Fatalf("got %v and %d stacks, want a refusal and none", err, len(s.Stacks.Stacks()))
	}
	for _, want := range []string{
		`AWS::AppSync::ApiKey.Expires: API key must be valid for a minimum of 1 days and a maximum of 365 days`,
		`AWS::AppSync::Resolver.CodeS3Location: got "https://example.com/scan.js", want s3://bucket/key (T/rows/Resource)`,
		`AWS::IAM::Role.ManagedPolicyArns[0]: the policy "arn:aws:iam::aws:policy/AdministratorAccess" is not supported by the sandbox (T/API/ApiLogsRole/Resource)`,
		`AWS::AppSync::Resolver.CodeS3Location: got it beside Code, want one of the two (T/say/Resource)`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want in it %s", err, want)
		}
	}
}

// A day that was typed years ago is told as one that is too far; in an update, what was said before may pass.
func TestAPIKey_thatExpiredIsRefusedBeforeAnythingIsMade(t *testing.T) {
	s := start(t, sandbox.Config{})
	until := func(at time.Time) func(object) {
		return func(resources object) { resources["Key"].(object)["Properties"].(object)["Expires"] = at.Unix() }
	}
	err := s.Deploy(t.Context(), keyedAPI(t, until(time.Now().Add(-time.Hour))), nil)
	const want = `AWS::AppSync::ApiKey.Expires: API key must be valid for a minimum of 1 days and a maximum of 365 days (T/API/DefaultApiKey)`
	if err == nil || !strings.Contains(err.Error(), want) || len(s.Stacks.Stacks()) > 0 {
		t.Fatalf("got %v and %d stacks, want %s and none", err, len(s.Stacks.Stacks()), want)
	}
	soon := until(time.Now().Add(25 * time.Hour))
	if err := s.Deploy(t.Context(), keyedAPI(t, soon), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Forward(t.Context(), 48*time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.Deploy(t.Context(), keyedAPI(t, soon, func(resources object) {
		resources["API"].(object)["Properties"].(object)["Name"] = "renamed"
	}), nil); err != nil {
		t.Errorf("an update that says it again: %v", err)
	}
}

// An origin access identity gets what the bucket's policy gives it, and nobody else anything.
func TestOriginAccessIdentity_isLetInByTheBucketsPolicy(t *testing.T) {
	s := start(t, sandbox.Config{})
	site := func(principal object) string {
		return programAssembly(t, object{"Resources": object{
			"Bucket":   madeBy("AWS::S3::Bucket", "T/Bucket/Resource", object{"BucketName": "of-the-site"}),
			"Identity": madeBy("AWS::CloudFront::CloudFrontOriginAccessIdentity", "T/Identity/Resource", object{"CloudFrontOriginAccessIdentityConfig": object{"Comment": "the site"}}),
			"Other":    madeBy("AWS::CloudFront::CloudFrontOriginAccessIdentity", "T/Other/Resource", object{"CloudFrontOriginAccessIdentityConfig": object{"Comment": "another"}}),
			"Policy": madeBy("AWS::S3::BucketPolicy", "T/Bucket/Policy/Resource", object{"Bucket": ref("Bucket"), "PolicyDocument": object{
				"Version": "2012-10-17", "Statement": []any{object{"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": joined(attribute("Bucket", "Arn"), "/*")}},
			}}),
			"Site": madeBy("AWS::CloudFront::Distribution", "T/Site/Resource", object{"DistributionConfig": object{
				"Enabled": true,
				"Origins": []any{object{
					"Id": "o", "DomainName": attribute("Bucket", "RegionalDomainName"),
					"S3OriginConfig": object{"OriginAccessIdentity": joined("origin-access-identity/cloudfront/", ref("Identity"))},
				}},
				"DefaultCacheBehavior": object{"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"},
			}}),
		}, "Outputs": object{"Host": object{"Value": attribute("Site", "DomainName")}}}, functionArgument)
	}
	put := false
	for i, test := range []struct {
		principal object
		status    int
	}{
		{object{"CanonicalUser": attribute("Identity", "S3CanonicalUserId")}, http.StatusOK},
		{object{"CanonicalUser": attribute("Other", "S3CanonicalUserId")}, http.StatusForbidden},
		{object{"AWS": joined("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ", ref("Identity"))}, http.StatusOK},
		{object{"AWS": joined("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ", ref("Other"))}, http.StatusForbidden},
		{object{"Service": "cloudfront.amazonaws.com"}, http.StatusForbidden},
	} {
		if err := s.Deploy(t.Context(), site(test.principal), nil); err != nil {
			t.Fatalf("%v: %v", test.principal, err)
		}
		path := fmt.Sprintf("/%d.txt", i) // none that the cache has
		if !put {
			for n := range 5 {
				do(t, client(t, s), signed(t, http.MethodPut, fmt.Sprintf("https://of-the-site.s3.us-east-1.amazonaws.com/%d.txt", n), "s3", []byte("hello"))).says(t, "put", http.StatusOK, "")
			}
			put = true
		}
		request, err := http.NewRequest(http.MethodGet, "https://"+s.Overview().Output("T", "Host")+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := do(t, client(t, s), request); got.status != test.status {
			t.Errorf("%v: got %d %.200s, want %d", test.principal, got.status, got.body, test.status)
		}
	}
	request, err := http.NewRequest(http.MethodGet, "https://of-the-site.s3.us-east-1.amazonaws.com/1.txt", nil)
	if err != nil {
		t.Fatal(err)
	}
	do(t, client(t, s), request).says(t, "past CloudFront", http.StatusForbidden, "AccessDenied")
	_, identity := found(t, s, "AWS::CloudFront::CloudFrontOriginAccessIdentity", "Identity")
	if read := readBack(t, s, identity.Type, identity.PhysicalID); len(read["S3CanonicalUserId"].(string)) != 96 {
		t.Errorf("got %v by Cloud Control, want its canonical id", read)
	}
}

// A domain of a user pool is kept, and its pages are refused by name.
func TestUserPoolDomain_hasNoPages(t *testing.T) {
	s := start(t, sandbox.Config{})
	pool := func(prefix string) object {
		return object{
			"Pool":   madeBy("AWS::Cognito::UserPool", "T/Pool/Resource", object{}),
			"Domain": madeBy("AWS::Cognito::UserPoolDomain", "T/Pool/Domain/Resource", object{"Domain": prefix, "UserPoolId": ref("Pool")}),
		}
	}
	refused(t, s, pool("my.example.com"), `AWS::Cognito::UserPoolDomain.Domain: got "my.example.com", want a prefix`, "(T/Pool/Domain/Resource)")
	refused(t, s, pool("of-amazon"), `want one without "amazon", which is reserved`)
	if err := s.Deploy(t.Context(), app(t, pool("shop")), nil); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]struct {
		status int
		text   string
	}{
		"shop":  {http.StatusNotImplemented, "the hosted pages of Cognito are not supported by the sandbox: got /login of the user pool us-east-1_"},
		"other": {http.StatusNotFound, "there is no user pool with the domain other.auth.us-east-1.amazoncognito.com"},
	} {
		request, err := http.NewRequest(http.MethodGet, "https://"+host+".auth.us-east-1.amazoncognito.com/login?client_id=x", nil)
		if err != nil {
			t.Fatal(err)
		}
		do(t, client(t, s), request).says(t, host, want.status, want.text)
	}
	_, domain := found(t, s, "AWS::Cognito::UserPoolDomain", "Domain")
	_, made := found(t, s, "AWS::Cognito::UserPool", "Pool")
	if read := readBack(t, s, domain.Type, made.PhysicalID+"|shop"); read["Domain"] != "shop" {
		t.Errorf("got %v by Cloud Control", read)
	}
	if err := s.Deploy(t.Context(), app(t, object{"Pool": pool("x")["Pool"]}), nil); err != nil || domain.PhysicalID != "shop" {
		t.Errorf("got %v without the domain %s", err, domain.PhysicalID)
	}
}

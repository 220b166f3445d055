package appsync_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// echo makes listProducts answer what its resolver sees, as the token of the next page.
func (r *rig) echo(what string) func(as caller) map[string]any {
	r.t.Helper()
	if err := r.Update("API", "QuerylistProducts", func(p map[string]any) {
		p["DataSourceName"] = "None"
		p["Code"] = `export function request(ctx){return {payload:null};}
			export function response(ctx){return {items:[],nextToken:JSON.stringify(` + what + `)};}`
	}); err != nil {
		r.t.Fatal(err)
	}
	return func(as caller) map[string]any {
		r.t.Helper()
		text, _ := r.must(as, `query Q($l:Int){listProducts(limit:$l){items{n:name ...on Product{id}} nextToken}}`, vars{"l": 3})["nextToken"].(string)
		var seen map[string]any
		if err := json.Unmarshal([]byte(text), &seen); err != nil {
			r.t.Fatalf("got %q: %v", text, err)
		}
		return seen
	}
}

func TestIdentity_ofAUserIsWhatTheTokenSays(t *testing.T) {
	r := newRig(t, "prod")
	boss := r.person("boss", "Admins")
	seen := r.echo("ctx.identity")
	for name, token := range map[string]string{"access": boss.access, "id": boss.id} {
		got := seen(bearer(token))
		claims, _ := got["claims"].(map[string]any)
		delete(got, "claims")
		want := map[string]any{
			"sub": boss.sub, "username": "boss", "issuer": "https://cognito-idp.us-east-1.amazonaws.com/" + r.Pool,
			"groups": []any{"Admins"}, "sourceIp": []any{"127.0.0.1"}, "defaultAuthStrategy": "ALLOW",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if claims["sub"] != boss.sub || claims["token_use"] != name {
			t.Errorf("%s: got the claims %v", name, claims)
		}
	}
	if got := seen(r.person("ann").as()); got["groups"] != nil {
		t.Errorf("a user in no group: got %v, want null", got["groups"])
	}
}

// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "sourceIp"
func TestIdentity_saysWhoIsSaidToHaveAsked(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	seen := r.echo("ctx.identity")
	got := seen(func(req *http.Request, body string) {
		ann.as()(req, body)
		req.Header["X-Forwarded-For"] = []string{"192.0.2.1, 192.0.2.2", "2001:db8::1"}
	})
	if diff := cmp.Diff([]any{"192.0.2.1", "192.0.2.2", "2001:db8::1", "127.0.0.1"}, got["sourceIp"]); diff != "" {
		t.Error(diff)
	}
}

func TestIdentity_ofASignerIsItsSession(t *testing.T) {
	r := newRig(t, "prod")
	seen := r.echo("ctx.identity")
	guest, member := seen(r.guest()), seen(r.member())
	for _, got := range []map[string]any{guest, member} {
		if got["accountId"] != "000000000000" || got["cognitoIdentityPoolId"] != "identitypoolec8a1a0d" || got["cognitoIdentityId"] != "us-east-1:g" {
			t.Errorf("got %v", got)
		}
		if arn, _ := got["userArn"].(string); !strings.HasPrefix(arn, "arn:aws:sts::000000000000:assumed-role/") || !strings.HasSuffix(arn, "/CognitoIdentityCredentials") {
			t.Errorf("got %v", got["userArn"])
		}
		if name, _ := got["username"].(string); !strings.HasPrefix(name, "AROA") || !strings.HasSuffix(name, ":CognitoIdentityCredentials") {
			t.Errorf("got %v", got["username"])
		}
		if got["sub"] != nil || got["groups"] != nil || got["claims"] != nil {
			t.Errorf("got %v, want nothing of a user's", got)
		}
	}
	if guest["cognitoIdentityAuthType"] != "unauthenticated" || guest["cognitoIdentityAuthProvider"] != nil {
		t.Errorf("got %v", guest)
	}
	const provider = `"cognito-idp.us-east-1.amazonaws.com/p","cognito-idp.us-east-1.amazonaws.com/p:CognitoSignIn:sub"`
	if member["cognitoIdentityAuthType"] != "authenticated" || member["cognitoIdentityAuthProvider"] != provider {
		t.Errorf("got %v", member)
	}
}

func TestContext_hasTheRequestAndTheField(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	seen := r.echo("{info: {...ctx.info, selectionSetList: ctx.info.selectionSetList, selectionSetGraphQL: ctx.info.selectionSetGraphQL}, headers: ctx.request.headers, args: ctx.args, env: ctx.env}")
	got := seen(func(req *http.Request, body string) {
		ann.as()(req, body)
		req.Header.Set("X-Mine", "yes")
		req.Header["Custom"] = []string{"bailey", "nadia"}
		req.Header.Set("Cookie", "secret=1")
	})
	want := map[string]any{
		"fieldName": "listProducts", "parentTypeName": "Query", "variables": map[string]any{"l": 3.0},
		"selectionSetList":    []any{"items", "items/n", "items/id", "nextToken"},
		"selectionSetGraphQL": "{\n  items {\n    n: name\n    id\n  }\n  nextToken\n}",
	}
	if diff := cmp.Diff(want, got["info"]); diff != "" {
		t.Error(diff)
	}
	if headers := got["headers"].(map[string]any); headers["x-mine"] != "yes" || headers["host"] != r.host() {
		t.Errorf("got %v", headers)
	}
	headers := got["headers"].(map[string]any)
	if diff := cmp.Diff([]any{"bailey", "nadia"}, headers["custom"]); diff != "" || headers["cookie"] != nil {
		t.Errorf("got %v, want a list of what was sent twice, and no cookie", headers)
	}
	if diff := cmp.Diff(map[string]any{"limit": 3.0}, got["args"]); diff != "" {
		t.Error(diff)
	}
	if env := got["env"].(map[string]any); env["PRODUCTS_TABLE"] == nil || env["PHOTOS_TABLE"] == nil {
		t.Errorf("got %v", env)
	}
}

func TestResolvers_thatBreakSayNoMoreThanThat(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	for _, tt := range []struct{ name, code, kind, message string }{
		{"an exception", `export function request(ctx){return {payload:null};} export function response(ctx){return ctx.nothing.at.all;}`, "Code", "Runtime Error"},
		{"no request", `export function request(ctx){return {operation:"Nope"};} export function response(ctx){return null;}`, "MappingTemplate", "Nope"},
		{"an error without a type", `import {util} from '@aws-appsync/utils'; export function request(ctx){util.error("no");} export function response(ctx){return null;}`, "", "no"},
		{"unauthorized", `import {util} from '@aws-appsync/utils'; export function request(ctx){util.unauthorized();} export function response(ctx){return null;}`,
			"Unauthorized", "Not Authorized to access listProducts on type ProductConnection"},
		{"data", `import {util} from '@aws-appsync/utils'; export function request(ctx){util.error("no","Mine",{nextToken:"shown",items:[{id:"hidden"}]},{all:1});} export function response(ctx){return null;}`,
			"Mine", "no"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := r.Update("API", "QuerylistProducts", func(p map[string]any) { p["DataSourceName"], p["Code"] = "None", tt.code }); err != nil {
				t.Fatal(err)
			}
			a := r.ask(ann.as(), `{listProducts{nextToken}}`, nil)
			if len(a.Errors) != 1 || a.Errors[0].ErrorType != tt.kind || !strings.Contains(a.Errors[0].Message, tt.message) || a.Data != nil {
				t.Fatalf("got %s", a.Text)
			}
			if tt.name == "data" && !strings.Contains(a.Text, `"data":{"nextToken":"shown"},"errorType":"Mine","errorInfo":{"all":1}`) {
				t.Errorf("got %s, want the data by the selection and the info as it is", a.Text)
			}
		})
	}
}

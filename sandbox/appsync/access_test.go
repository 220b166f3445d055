package appsync_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/roles"
)

const live = `{listProducts{items{id name} nextToken}}`

func TestAuthentication_refusesOthersWith401(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	other := r.Client
	foreign := r.person("bob") // of another client, below
	if err := r.Update("API", "GraphQL9562F4A3", func(p map[string]any) {
		pool := copied(p["UserPoolConfig"])
		pool["AppIdClientRegex"] = "^another$"
		p["UserPoolConfig"] = pool
	}); err != nil {
		t.Fatal(err)
	}
	if a := r.ask(foreign.as(), live, nil); a.Status != 401 || !strings.Contains(a.Text, "You are not authorized to make this call.") {
		t.Errorf("M62: the token of another client: got %d %s", a.Status, a.Text)
	}
	if err := r.Update("API", "GraphQL9562F4A3", func(p map[string]any) {
		pool := copied(p["UserPoolConfig"])
		pool["AppIdClientRegex"] = "^" + other + "$"
		p["UserPoolConfig"] = pool
	}); err != nil {
		t.Fatal(err)
	}
	r.must(foreign.as(), live, nil)

	tests := []struct {
		name    string
		as      caller
		message string
	}{
		{"M16: nothing", nobody, "Valid authorization header not provided."},
		{"M16: an invented API key", func(req *http.Request, _ string) { req.Header.Set("X-Api-Key", "da2-abcdefghijklmnopqrstuvwxyz") }, "You are not authorized to make this call."},
		{"what is no token", bearer("meow"), "Unable to parse JWT token."},
		{"a token with Bearer", bearer("Bearer " + ann.access), "Unable to parse JWT token."},
		{"a token that was tampered with", bearer(ann.access[:len(ann.access)-8] + "AAAAAAAA"), "You are not authorized to make this call."},
		{"a token without a signature", bearer("eyJhbGciOiJub25lIn0." + strings.Split(ann.access, ".")[1] + "."), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := r.ask(tt.as, live, nil)
			if a.Status != http.StatusUnauthorized || len(a.Errors) != 1 || a.Errors[0].ErrorType != "UnauthorizedException" || !strings.Contains(a.Errors[0].Message, tt.message) {
				t.Errorf("got %d %s, want %q", a.Status, a.Text, tt.message)
			}
			if strings.Contains(a.Text, "data") {
				t.Errorf("got %s, want errors alone", a.Text)
			}
		})
	}
	r.must(ann.as(), live, nil)
	r.clock.Pass(2 * time.Hour)
	if a := r.ask(ann.as(), live, nil); a.Status != 401 || a.Errors[0].Message != "Token has expired." {
		t.Errorf("after its time: got %d %s", a.Status, a.Text)
	}
}

func copied(v any) map[string]any {
	c := map[string]any{}
	for name, value := range v.(map[string]any) {
		c[name] = value
	}
	return c
}

func TestAuthentication_checksSignatures(t *testing.T) {
	r := newRig(t, "prod")
	session := r.session("IdentityPoolUnauthenticatedRole", true, "unauthenticated")
	r.must(r.signed(session), live, nil)
	tests := map[string]struct {
		change func(*roles.Session)
		code   string
	}{
		"a wrong secret":      {func(s *roles.Session) { s.SecretAccessKey += "x" }, "InvalidSignatureException"},
		"an unknown key":      {func(s *roles.Session) { s.AccessKeyID = "ASIANOBODY" }, "UnrecognizedClientException"},
		"another's token":     {func(s *roles.Session) { s.SessionToken = "x" }, "UnrecognizedClientException"},
		"without the session": {func(s *roles.Session) { s.SessionToken = "" }, "UnrecognizedClientException"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			wrong := session
			tt.change(&wrong)
			if a := r.ask(r.signed(wrong), live, nil); a.Status/100 != 4 || a.Errors[0].ErrorType != tt.code {
				t.Errorf("got %d %s, want %s", a.Status, a.Text, tt.code)
			}
		})
	}
	body := func(req *http.Request, _ string) { r.signed(session)(req, `{"query":"{__typename}"}`) }
	if a := r.ask(body, live, nil); a.Status/100 != 4 {
		t.Errorf("another body than was signed: got %d %s", a.Status, a.Text)
	}
	r.clock.Pass(2 * time.Hour)
	if a := r.ask(r.signed(session), live, nil); a.Status/100 != 4 || a.Errors[0].ErrorType != "ExpiredTokenException" {
		t.Errorf("after its time: got %d %s", a.Status, a.Text)
	}
}

func TestDirectives_decideFieldByField(t *testing.T) {
	r := newRig(t, "prod")
	ann, boss := r.person("ann"), r.person("boss", "Admins")
	create := `mutation{createProduct(input:{name:"Vase",price:5,currency:"EUR"}){id isLive}}`

	a := r.ask(ann.as(), create, nil)
	want := `{"data":{"createProduct":null},"errors":[{"path":["createProduct"],"data":null,"errorType":"Unauthorized","errorInfo":null,` +
		`"locations":[{"line":1,"column":10,"sourceName":null}],"message":"Not Authorized to access createProduct on type Mutation"}]}`
	if a.Status != http.StatusOK || a.Text != want {
		t.Errorf("M67: got %d %s, want %s", a.Status, a.Text, want)
	}
	r.must(boss.as(), create, nil)
	r.refused(ann.as(), `{listDrafts{items{id}}}`, nil, "Unauthorized")
	if drafts := r.must(boss.as(), `{listDrafts{items{id}}}`, nil)["items"].([]any); len(drafts) != 1 {
		t.Errorf("M71: got %v, want the draft", drafts)
	}
	for name, header := range map[string]string{"X-Cognito-Groups": "Admins", "Cognito-Groups": `["Admins"]`} {
		a := r.ask(func(req *http.Request, body string) { ann.as()(req, body); req.Header.Set(name, header) }, create, nil)
		if len(a.Errors) == 0 {
			t.Errorf("M68: with the header %s: got %s", name, a.Text)
		}
	}
	a = r.ask(ann.as(), `mutation($groups:[String!]){createProduct(input:{name:"x",price:1,currency:"EUR",groups:$groups}){id}}`, vars{"groups": []string{"Admins"}})
	if len(a.Errors) == 0 || a.Data != nil {
		t.Errorf("M68: with a variable: got %s", a.Text)
	}
}

func TestDirectives_ofAFieldCountBeforeThoseOfItsType(t *testing.T) {
	r := newRig(t, "prod")
	saved := ""
	schema := func(edit func(string) string) {
		t.Helper()
		if err := r.Update("API", "GraphQLSchema", func(p map[string]any) {
			if saved == "" {
				saved = p["Definition"].(string)
			}
			p["Definition"] = edit(saved)
		}); err != nil {
			t.Fatal(err)
		}
	}
	boss := r.person("boss", "Admins")
	r.productOf(boss, true)
	guest := r.guest()
	const query = `{listProducts{items{name price description}}}`
	r.must(guest, query, nil)

	schema(func(s string) string {
		return strings.Replace(s, "description: String\n", "description: String @aws_cognito_user_pools\n", 1)
	})
	a := r.ask(guest, query, nil)
	if len(a.Errors) != 1 || a.Errors[0].Message != "Not Authorized to access description on type Product" || !strings.Contains(a.Text, `"name":"Vase"`) {
		t.Errorf("a field with a directive of its own: got %s, want all but that field", a.Text)
	}
	schema(func(s string) string {
		return strings.Replace(s, "type Product @aws_iam @aws_cognito_user_pools", "type Product", 1)
	})
	a = r.ask(guest, query, nil)
	if !strings.HasPrefix(a.Text, `{"data":null`) || a.Errors[0].Message != "Not Authorized to access name on type Product" {
		t.Errorf("a type without directives: got %s, want it for the default way alone", a.Text)
	}
	r.must(boss.as(), query, nil)
	schema(func(s string) string { return s })
	r.must(guest, query, nil)
}

func TestIAM_decidesOnTheRootFields(t *testing.T) {
	r := newRig(t, "prod")
	guest, member := r.guest(), r.member()
	for _, who := range []caller{guest, member} {
		r.must(who, live, nil) // M32
		r.must(who, `{getProduct(id:"00000000-0000-4000-8000-000000000001"){id}}`, nil)
	}
	id := `"00000000-0000-4000-8000-000000000001"`
	for _, query := range []string{ // M33
		`mutation{createProduct(input:{name:"x",price:1,currency:"EUR"}){id}}`,
		`mutation{updateProduct(id:` + id + `,version:1,input:{name:"x",price:1,currency:"EUR"}){id}}`,
		`mutation{deleteProduct(id:` + id + `,version:1){id}}`,
		`{listDrafts{items{id}}}`, `{listPhotos{items{id}}}`,
	} {
		for _, who := range []caller{guest, member} {
			a := r.ask(who, query, nil)
			if a.Status != http.StatusUnauthorized || a.Text != `{"errors":[{"errorType":"UnauthorizedException","message":"Permission denied"}]}` {
				t.Errorf("%s: got %d %s", query, a.Status, a.Text)
			}
			if !r.entry.Decided || bool(r.entry.Decision) {
				t.Errorf("%s: the log has no denial", query)
			}
		}
	}
	a := r.ask(guest, `{listProducts{nextToken} listPhotos{nextToken}}`, nil)
	if a.Status != http.StatusOK || !strings.Contains(a.Text, `{"data":null,"errors":[{"path":["listPhotos"],"data":null,"errorType":"Unauthorized"`) {
		t.Errorf("one of two: got %d %s", a.Status, a.Text)
	}
	if !r.entry.Decided || bool(r.entry.Decision) {
		t.Error("one of two: the log has no denial")
	}
}

// The directive stands behind the policy: M33's second layer.
func TestIAM_doesNotReplaceTheDirectives(t *testing.T) {
	r := newRig(t, "prod")
	root := r.signed(roles.Session{AccessKeyID: "AKIAROOT", SecretAccessKey: "secret"})
	r.must(root, live, nil)
	r.refused(root, `mutation{createProduct(input:{name:"x",price:1,currency:"EUR"}){id}}`, nil, "Unauthorized")
	r.refused(root, `{getProfile(owner:"a"){name}}`, nil, "Unauthorized")
}

func TestIAM_followsPoliciesAtOnce(t *testing.T) {
	r := newRig(t, "prod")
	guest := r.guest()
	r.must(guest, live, nil)
	if err := r.Delete("API", "FieldAccess"); err != nil {
		t.Fatal(err)
	}
	if a := r.ask(guest, live, nil); a.Status != http.StatusUnauthorized {
		t.Errorf("without the policy: got %d %s", a.Status, a.Text)
	}
}

package appsync_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestEndpoint_answersQueriesAndMutationsOfTheShippedAPI(t *testing.T) {
	r := newRig(t, "prod")
	ann, bob := r.person("ann"), r.person("bob")
	photo := r.must(ann.as(), `mutation($id:ID!){updatePhoto(id:$id,version:1,caption:"Hi"){id owner uploadedBy likeCount version likedByMe}}`, vars{"id": r.photoOf(ann, 1)})
	if photo["owner"] != ann.sub || photo["uploadedBy"] != "ann" || photo["likeCount"] != 0.0 || photo["version"] != 2.0 || photo["likedByMe"] != nil {
		t.Errorf("got %v", photo)
	}
	liked := r.must(bob.as(), `mutation($id:ID!){likePhoto(id:$id){id likeCount}}`, vars{"id": photo["id"]})
	if liked["likeCount"] != 1.0 {
		t.Errorf("got %v, want one like", liked)
	}
	for _, tt := range []struct {
		who  person
		want bool
	}{{ann, false}, {bob, true}} {
		page := r.must(tt.who.as(), `{listPhotos(limit:5){items{id caption likedByMe} nextToken}}`, nil)
		items := page["items"].([]any)
		if len(items) != 1 || items[0].(map[string]any)["likedByMe"] != tt.want {
			t.Errorf("%s: got %v, want likedByMe %t", tt.who.name, items, tt.want)
		}
	}
	profile := r.must(bearer(bob.id), `query($o:ID!){getProfile(owner:$o){name photoCount likeCount}}`, vars{"o": ann.sub})
	if profile["name"] != "ann" || profile["photoCount"] != 1.0 || profile["likeCount"] != 1.0 {
		t.Errorf("with an id token: got %v", profile)
	}
}

func TestEndpoint_refusesWhatIsNoRequestInAppSyncsShapes(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"empty", ``, 400, `{"errors":[{"errorType":"MalformedHttpRequestException","message":"Request body is empty."}]}`},
		{"no JSON", `meow`, 400, `{"errors":[{"errorType":"MalformedHttpRequestException","message":"Unable to parse GraphQL query."}]}`},
		{"nothing in it", `{}`, 400, `Unable to parse GraphQL query.`},
		{"too much", `{"query":"{__typename}"}}`, 400, `Unable to parse GraphQL query.`},
		{"a list", `[{"query":"{__typename}"}]`, 400, `Unable to parse GraphQL query.`},
		{"variables that are no object", `{"query":"{__typename}","variables":[1]}`, 400, `Unable to parse GraphQL query.`},
		{"too long", `{"query":"` + strings.Repeat(" ", 1<<20) + `"}`, 413, `RequestEntityTooLarge`},
		{"an unknown field", `{"query":"{nope}"}`, 200, `{"data":null,"errors":[{"path":null,"locations":[{"line":1,"column":2,"sourceName":null}],"message":"Validation error of type FieldUndefined: Field 'nope' in type 'Query' is undefined @ 'nope'"}]}`},
		{"no syntax", `{"query":"{"}`, 200, `Invalid Syntax : `},
		{"a subscription", `{"query":"subscription{onPhotoCreated{id}}"}`, 200, `Subscriptions are served over WebSockets`},
		{"null where it may be", `{"query":"{__typename}","variables":null,"operationName":null}`, 200, `{"data":{"__typename":"Query"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := r.send(ann.as(), tt.body)
			if a.Status != tt.status || !strings.Contains(a.Text, tt.want) {
				t.Errorf("got %d %s, want %d %s", a.Status, a.Text, tt.status, tt.want)
			}
		})
	}
}

func TestEndpoint_isThePostOfGraphQLAtTheAPIsHost(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	tests := []struct {
		name, method, host, path string
		status                   int
	}{
		{"as it should be", http.MethodPost, r.host(), "/graphql", 200},
		{"with a port", http.MethodPost, r.host() + ":8443", "/graphql", 200},
		{"by GET", http.MethodGet, r.host(), "/graphql", 405},
		{"at another path", http.MethodPost, r.host(), "/", 404},
		{"at another API", http.MethodPost, "a" + r.host()[1:25] + "x" + r.host()[26:], "/graphql", 404},
		{"in another region", http.MethodPost, strings.Replace(r.host(), "us-east-1", "eu-west-1", 1), "/graphql", 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, r.server.URL+tt.path, strings.NewReader(`{"query":"{__typename}"}`))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = tt.host
			ann.as()(req, "")
			if a := r.over(req); a.Status != tt.status {
				t.Errorf("got %d %s, want %d", a.Status, a.Text, tt.status)
			}
		})
	}
}

func TestEndpoint_letsBrowsersInFromAnyOrigin(t *testing.T) {
	r := newRig(t, "prod")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, r.server.URL+"/graphql", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = r.host()
	preflight := r.over(req)
	if preflight.Status != http.StatusOK || preflight.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %d %v", preflight.Status, preflight.Header)
	}
	allowed := preflight.Header.Get("Access-Control-Allow-Headers")
	for _, name := range []string{"authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-user-agent", "x-api-key"} {
		if !strings.Contains(allowed, name) {
			t.Errorf("the header %s is not allowed", name)
		}
	}
	for _, a := range []answer{r.send(nobody, `{"query":"{__typename}"}`), r.send(r.person("ann").as(), `{"query":"{__typename}"}`)} {
		if a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%d: a browser may not read the answer", a.Status)
		}
	}
}

func TestEndpoint_entersTheCallIntoTheLog(t *testing.T) {
	r := newRig(t, "prod")
	r.must(r.person("ann").as(), `{a:listProducts{nextToken} b:getProduct(id:"00000000-0000-4000-8000-000000000001"){id}}`, nil)
	if r.entry.Service != "appsync" || r.entry.Operation != "listProducts getProduct" || !strings.HasPrefix(r.entry.Caller, "ann of ") {
		t.Errorf("got %+v", r.entry)
	}
	r.ask(r.guest(), `{listPhotos{nextToken}}`, nil)
	if !r.entry.Decided || bool(r.entry.Decision) || !strings.Contains(r.entry.Caller, "Unauthenticated") {
		t.Errorf("got %+v, want the denial and who was denied", r.entry)
	}
}

package appsync_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
)

// M59 among others: whoever wins, what the rows say together stays right.
func TestRequests_atOnceCountEveryLikeOnce(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	photo := r.photoOf(ann, 1)
	var people []person
	for i := range 8 {
		people = append(people, r.person(fmt.Sprintf("fan%d", i)))
	}
	var wait sync.WaitGroup
	for _, p := range people {
		wait.Go(func() {
			for range 3 {
				for _, query := range []string{
					`mutation{likePhoto(id:"` + photo + `"){id}}`, `mutation{unlikePhoto(id:"` + photo + `"){id}}`,
					`mutation{likePhoto(id:"` + photo + `"){id}}`, `{listPhotos{items{id likedByMe}}}`,
				} {
					if got := r.quiet(p.as(), query); got.Code != http.StatusOK || strings.Contains(got.Body.String(), "InternalFailure") {
						t.Errorf("%s: got %d %s", query, got.Code, got.Body)
					}
				}
			}
		})
	}
	wait.Add(1)
	go func() { // a resource that is saved in the meantime is in nobody's way
		defer wait.Done()
		for range 20 {
			if err := r.Update("API", "QuerylistPhotos", func(map[string]any) {}); err != nil {
				t.Error(err)
			}
		}
	}()
	wait.Wait()
	likes := 0.0
	for _, p := range people {
		if r.must(p.as(), `{getPhoto(id:"`+photo+`"){likedByMe}}`, nil)["likedByMe"] == true {
			likes++
		}
	}
	got := r.must(ann.as(), `{getPhoto(id:"`+photo+`"){likeCount}}`, nil)["likeCount"]
	profile := r.must(ann.as(), `{getProfile(owner:"`+ann.sub+`"){likeCount}}`, nil)["likeCount"]
	if got != likes || profile != likes {
		t.Errorf("%v people like it, the photo counts %v and the profile %v", likes, got, profile)
	}
}

// quiet sends a query past the server of the rig, which keeps one entry of the log at a time.
func (r *rig) quiet(as caller, query string) *httptest.ResponseRecorder {
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(map[string]string{"query": query}); err != nil {
		r.t.Error(err)
	}
	return r.post(as, body.String())
}

func (r *rig) post(as caller, body string) *httptest.ResponseRecorder {
	ctx, _ := aws.WithEntry(context.Background())
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "https://"+r.host()+"/graphql", strings.NewReader(body))
	as(req, body)
	w := httptest.NewRecorder()
	r.apis.ServeHTTP(w, req)
	return w
}

// small is an API of its own, with user pools alone.
func (r *rig) small(schema, defaultAction string) (id string) {
	r.t.Helper()
	types := r.apis.ResourceTypes()
	resource := func(id string, properties map[string]any) aws.Resource {
		return aws.Resource{Region: "us-east-1", Account: "000000000000", Stack: "Small", LogicalID: id, Suffix: "abcdefghijkl", Properties: properties}
	}
	made, err := types["AWS::AppSync::GraphQLApi"].Create(r.t.Context(), resource("API", map[string]any{
		"Name": "small", "AuthenticationType": "AMAZON_COGNITO_USER_POOLS",
		"UserPoolConfig": map[string]any{"UserPoolId": r.Pool, "DefaultAction": defaultAction},
	}))
	if err != nil {
		r.t.Fatal(err)
	}
	id = made.Attributes["ApiId"].(string)
	if _, err := types["AWS::AppSync::GraphQLSchema"].Create(r.t.Context(), resource("Schema", map[string]any{"ApiId": id, "Definition": schema})); err != nil {
		r.t.Fatal(err)
	}
	return id
}

func TestDefaultAction_isForFieldsWithoutDirectives(t *testing.T) {
	r := newRig(t, "prod")
	boss, ann, guest := r.person("boss", "Admins"), r.person("ann"), r.guest()
	const schema = `type Query { open: Int groups: Int @aws_cognito_user_pools(cognito_groups: ["Admins"]) any: Int @aws_cognito_user_pools }`
	for action, open := range map[string]bool{"ALLOW": true, "DENY": false} {
		r.id = r.small(schema, action)
		for field, want := range map[string][2]bool{"open": {open, open}, "groups": {false, true}, "any": {true, true}} {
			for i, p := range []person{ann, boss} {
				if a := r.ask(p.as(), "{"+field+"}", nil); (a.Errors == nil) != want[i] {
					t.Errorf("%s: %s for %s: got %s", action, field, p.name, a.Text)
				}
			}
		}
		if a := r.ask(guest, "{open}", nil); a.Status != http.StatusUnauthorized {
			t.Errorf("%s: a signature where there is no IAM: got %d %s", action, a.Status, a.Text)
		}
	}
}

func TestAPIs_ofOneAccountAreApart(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	first := r.id
	r.id = r.small(`type Query { open: Int }`, "ALLOW")
	r.must(ann.as(), `{open}`, nil)
	if a := r.ask(ann.as(), live, nil); a.Data != nil {
		t.Errorf("the field of another API: got %s", a.Text)
	}
	r.id = first
	r.must(ann.as(), live, nil)
}

// FuzzEndpoint feeds bodies to the endpoint as somebody who may do much: there is always an answer in JSON, and never the
// sandbox's own fault.
func FuzzEndpoint(f *testing.F) {
	r := newRig(f, "dev")
	boss := r.person("boss", "Admins")
	for _, seed := range []string{
		`{"query":"{listProducts{items{id}}}"}`, `{"query":"query Q($l:Int){listPhotos(limit:$l){items{id likedByMe}}}","operationName":"Q","variables":{"l":1}}`,
		`{"query":"mutation{createProduct(input:{name:\"x\",price:1,currency:\"EUR\"}){id}}"}`, `{"query":"subscription{onPhotoCreated{id}}"}`,
		`{"query":"{__schema{types{name}}}","variables":null}`, `[]`, `{`, ``, `{"query":5}`, `{"query":"{a}","variables":"{}"}`, "\x00\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		w := r.post(boss.as(), body)
		if !json.Valid(w.Body.Bytes()) || w.Code != http.StatusOK && w.Code != http.StatusBadRequest && w.Code != http.StatusRequestEntityTooLarge ||
			bytes.Contains(w.Body.Bytes(), []byte("InternalFailure")) {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
		header := map[string]string{"Authorization": boss.access, "host": r.host()}
		_, _ = r.apis.Start(t.Context(), r.id, header, body)
	})
}

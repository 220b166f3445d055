package appsync_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkRequest measures requests from the header to the answer, without the network.
func BenchmarkRequest(b *testing.B) {
	r := newRig(b, "prod")
	boss := r.person("boss", "Admins")
	for range 20 {
		r.productOf(boss, true)
	}
	id := r.productOf(boss, true)
	photo := r.photoOf(boss, 1)
	for i := range 20 {
		r.photoOf(boss, i+2)
	}
	for _, bb := range []struct {
		name  string
		as    caller
		query string
	}{
		{"get", boss.as(), `{getProduct(id:"` + id + `"){id name price imgKey}}`},
		{"get as a guest", r.guest(), `{getProduct(id:"` + id + `"){id name price imgKey}}`},
		{"list 20", boss.as(), `{listProducts{items{id name price currency imgKey createdAt} nextToken}}`},
		{"list 20 with a resolver each", boss.as(), `{listPhotos{items{id likedByMe} nextToken}}`},
		{"mutation", boss.as(), `mutation{createProduct(input:{name:"Vase",price:5,currency:"EUR"}){id version}}`},
		{"transaction", boss.as(), `mutation{addComment(photoId:"` + photo + `",text:"Hi"){id}}`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			text, err := json.Marshal(map[string]string{"query": bb.query})
			if err != nil {
				b.Fatal(err)
			}
			body := string(text)
			for b.Loop() {
				req := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "https://"+r.host()+"/graphql", strings.NewReader(body))
				bb.as(req, body)
				w := httptest.NewRecorder()
				r.apis.ServeHTTP(w, req)
				if answer := w.Body.String(); w.Code != http.StatusOK || strings.Contains(answer, "errors") {
					b.Fatalf("got %d %s", w.Code, answer)
				}
			}
		})
	}
}

package sandbox_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// What a resolver takes that invokes a warm function, beside one that asks nobody.
func BenchmarkFunction_ofAResolver(b *testing.B) {
	s := start(b, sandbox.Config{})
	err := s.Deploy(b.Context(), functionAssembly(b, func(resources object) {
		resources["Nothing"] = object{"Type": "AWS::AppSync::DataSource", "Properties": object{"ApiId": attribute("API", "ApiId"), "Name": "Nothing", "Type": "NONE"}}
		later := resources["Later"].(object)["Properties"].(object)
		later["DataSourceName"] = attribute("Nothing", "Name")
		later["Code"] = `export function request() { return {payload: null} } export function response(ctx) { return JSON.stringify(ctx.result) }`
	}), nil)
	if err != nil {
		b.Fatal(err)
	}
	var overview sandbox.Overview
	decode(b, get(b, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/"), &overview)
	over := client(b, s)
	for name, query := range map[string]string{"nobody": "{later}", "a function": "{call}"} {
		body, err := json.Marshal(object{"query": query})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := do(b, over, signed(b, http.MethodPost, overview.Output("T", "URL"), "appsync", body)); got.status != http.StatusOK {
					b.Fatalf("got %d %s", got.status, got.body)
				}
			}
		})
	}
}

package attack

import (
	"net/http"
	"strings"
)

const bombing = "https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html"

// bombs are small requests that would cost much. Each must be refused, and soon.
func bombs(*World) []attack {
	const deep = 200_000
	body := func(text string) change { return func(_ *World, r *request) { r.carry(text) } }
	list := against(func(w *World) *request { return w.idp("GetUser", map[string]any{"AccessToken": w.bob.access}) }, "nothing", bombing, []row{
		{id: "json-of-lists", want: "400 SerializationException", change: body(strings.Repeat("[", deep))},
		{id: "json-of-objects", want: "413 RequestEntityTooLarge", change: body(strings.Repeat(`{"a":`, deep))},
		{id: "json-of-members", want: "413 RequestEntityTooLarge", change: body(`{"AccessToken": "x"` + strings.Repeat(`,"a":1`, deep) + `}`)},
		{id: "json-of-a-number", want: "400 SerializationException", change: body(`{"AccessToken": 1` + strings.Repeat("0", deep) + `}`)},
		{id: "json-of-a-text", want: "413 RequestEntityTooLarge", change: body(`{"AccessToken": "` + strings.Repeat("x", 2<<20) + `"}`)},
		{id: "token-of-dots", want: "400 NotAuthorizedException", change: body(`{"AccessToken": "` + strings.Repeat(".", deep) + `"}`)},
		{id: "token-of-a-deep-header", want: "400 NotAuthorizedException", change: body(`{"AccessToken": "` + encodedText(strings.Repeat("[", 90_000)) + `.e30.x"}`)},
	})
	list = append(list, against(func(w *World) *request {
		return w.form(w.root, "sts", map[string][]string{"Action": {"GetCallerIdentity"}, "Version": {"2011-06-15"}})
	}, "nothing", bombing, []row{
		{id: "form-of-pairs", want: "413 RequestEntityTooLarge", change: sealed(func(_ *World, r *request) { r.carry(strings.Repeat("a=b&", deep)) })},
		{id: "query-of-pairs", want: "403 SignatureDoesNotMatch", change: sealed(func(_ *World, r *request) { r.target = "/?" + strings.Repeat("a&", 20_000) })},
		{id: "signed-headers-without-end", want: "403 SignatureDoesNotMatch", change: authorized(func(text string) string {
			return strings.Replace(text, "SignedHeaders=", "SignedHeaders="+strings.Repeat("a;", 20_000), 1)
		})},
		{id: "credential-of-slashes", want: "403 InvalidClientTokenId", change: authorized(func(text string) string {
			return strings.Replace(text, "Credential=", "Credential="+strings.Repeat("/", 20_000), 1)
		})},
	})...)
	list = append(list, against(photos, "user", apiLimits, []row{
		{id: "variables-deep", want: "400 MalformedHttpRequestException", change: body(`{"query": "query($a: Int) { listPhotos(limit: $a) { items { id } } }", "variables": {"a": ` + strings.Repeat("[", 200_000) + `}}`)},
		{id: "values-deep", want: anyRefusal, change: asking(`{ listPhotos(limit: ` + strings.Repeat("[", 100_000) + `) { items { id } } }`)},
		{id: "types-deep", want: anyRefusal, change: asking(`query($a: ` + strings.Repeat("[", 100_000) + `Int) { listPhotos { items { id } } }`)},
		{id: "directives-many", want: anyRefusal, change: asking(`{ listPhotos ` + strings.Repeat("@a ", 50_000) + `{ items { id } } }`)},
		{id: "fragments-doubling", want: "200", change: asking(doubling(24))},
		{id: "fields-many", want: anyRefusal, change: asking(`{ listPhotos { items { ` + strings.Repeat("id ", 50_000) + `} } }`)},
		{id: "operations-many", want: anyRefusal, change: asking(strings.Repeat("query { listPhotos { items { id } } } ", 10_000))},
		{id: "variables-many", want: anyRefusal, change: asking(`query(` + strings.Repeat("$a: Int ", 50_000) + `) { listPhotos { items { id } } }`)},
	})...)
	return append(list, against(ownFile, "user", s3Errors, []row{
		{id: "ranges-many", want: "200", change: with("Range", "bytes="+strings.Repeat("0-1,", 10_000)+"0-1")},
		{id: "range-beyond-64-bits", want: "200", change: with("Range", "bytes=99999999999999999999-")},
		{id: "documents-deep", want: "400 InvalidRequest", change: func(_ *World, r *request) {
			r.method, r.target = http.MethodPost, "/?delete="
			r.carry(strings.Repeat("<Delete>", 100_000))
		}},
		{id: "etags-many", want: "412 PreconditionFailed", change: with("If-Match", strings.Repeat(`"a",`, 15_000))},
		{id: "attributes-many", want: "400 InvalidRequest", change: func(_ *World, r *request) {
			r.method, r.target = http.MethodPost, "/?delete="
			r.carry("<Delete" + strings.Repeat(` a="b"`, 100_000) + "/>")
		}},
	})...)
}

// doubling is a query of which each fragment has the next one twice.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString("{ ...a }")
	name := func(i int) string { return "a" + strings.Repeat("b", i) }
	for i := range n {
		b.WriteString(" fragment " + name(i) + " on Query { ..." + name(i+1) + " ..." + name(i+1) + " }")
	}
	b.WriteString(" fragment " + name(n) + " on Query { listPhotos { items { id } } }")
	return b.String()
}

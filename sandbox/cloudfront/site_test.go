package cloudfront_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

const indexes = `function handler(event) {
	const request = event.request;
	if (request.uri.endsWith('/')) { request.uri += 'index.html'; }
	return request;
}`

// functionOf declares a function.
func functionOf(name, code string) aws.Resource {
	return aws.Resource{
		Partition: "aws", Region: region, Account: account, Stack: "Site", LogicalID: "Indexes", Suffix: "abcdefghijkl",
		Properties: map[string]any{
			"Name": name, "AutoPublish": true, "FunctionCode": code,
			"FunctionConfig": map[string]any{"Comment": "indexes", "Runtime": "cloudfront-js-2.0"},
		},
	}
}

// withFunction creates a function and has it called for what the default behavior is for. The origin's folder has a page for what is missing.
func withFunction(t *testing.T, code string) *rig {
	t.Helper()
	r := newRig(t)
	state, err := r.cdn.ResourceTypes()[functionType].Create(ctx, functionOf("indexes", code))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "Ref", state.PhysicalID, "arn:aws:cloudfront::"+account+":function/indexes")
	want(t, "FunctionARN", state.Attributes["FunctionARN"], state.PhysicalID)
	fails(t, "associate", r.change(distributionType, "", func(p map[string]any) {
		config := p["DistributionConfig"].(map[string]any)
		behavior := config["DefaultCacheBehavior"].(map[string]any)
		config["CacheBehaviors"] = []any{with(behavior, "PathPattern", "/products/plain/*")}
		behavior["FunctionAssociations"] = []any{map[string]any{"EventType": "viewer-request", "FunctionARN": state.PhysicalID}}
		config["CustomErrorResponses"] = []any{map[string]any{"ErrorCode": 403, "ErrorCachingMinTTL": 10, "ResponseCode": 404, "ResponsePagePath": "/products/404.html"}}
	}))
	return r
}

func TestFunction_saysWhichObjectIsWanted(t *testing.T) {
	r := withFunction(t, indexes)
	r.put("public/products/index.html", "index", "Content-Type", "text/html")
	r.put("public/products/404.html", "missing", "Content-Type", "text/html")
	r.put("public/products/plain/index.html", "plain", "Content-Type", "text/html")
	for path, body := range map[string]string{
		"/products/": "index", "/products/?x=1": "index", "/products/index.html": "index", "/products": "missing",
		// The behavior of the path that the viewer has sent has no function.
		"/products/plain/": "missing", "/products/plain/index.html": "plain", "/products/x/../plain/": "missing", "/products//plain//": "missing",
	} {
		want(t, path, r.get(path).body, body)
	}
	// One object has one place in the cache, whatever the function was asked for.
	if n := r.origins(func() { r.get("/products/"); r.get("/products/index.html") }); n != 0 {
		t.Errorf("got %d questions to the origin, want none", n)
	}
}

func TestFunction_thatFailsIsTheViewersError(t *testing.T) {
	for code, status := range map[string]int{
		`function handler(event) { return event.request.missing.member; }`:           http.StatusServiceUnavailable,
		`function handler(event) { return { statusCode: 200 }; }`:                    http.StatusBadGateway,
		`function handler(event) { event.request.uri = '/%'; return event.request }`: http.StatusServiceUnavailable,
		indexes: http.StatusOK,
	} {
		r := withFunction(t, code)
		r.put("public/products/index.html", "index")
		want(t, code, r.get("/products/").status, status)
	}
}

func TestFunction_isChangedAndDeletedAsOthersAre(t *testing.T) {
	r := withFunction(t, indexes)
	kind := r.cdn.ResourceTypes()[functionType]
	declared := functionOf("indexes", strings.Replace(indexes, "index.html", "start.html", 1))
	if _, err := kind.Update(ctx, nil, declared); err != nil {
		t.Fatal(err)
	}
	r.put("public/products/start.html", "start")
	want(t, "the new code", r.get("/products/").body, "start")
	r.open(0) // as after a restart
	want(t, "the new code, kept", r.get("/products/").body, "start")
	kind = r.cdn.ResourceTypes()[functionType]
	declared.PhysicalID = "arn:aws:cloudfront::" + account + ":function/indexes"
	fails(t, "delete in use", kind.Delete(ctx, declared), "FunctionInUse")
	other := functionOf("indexes", indexes)
	other.LogicalID = "Other"
	_, err := kind.Create(ctx, other)
	fails(t, "a name that is taken", err, "FunctionAlreadyExists")
	fails(t, "let go", r.change(distributionType, "", func(map[string]any) {}))
	fails(t, "delete", kind.Delete(ctx, declared))
}

func TestFunction_refusesByNameWhatItDoesNotKnow(t *testing.T) {
	r := newRig(t)
	kind := r.cdn.ResourceTypes()[functionType]
	for words, edit := range map[string]func(map[string]any){
		"FunctionMetadata is not supported by the sandbox":                          func(p map[string]any) { p["FunctionMetadata"] = map[string]any{} },
		"FunctionConfig.KeyValueStoreAssociations is not supported by the sandbox":  func(p map[string]any) { p["FunctionConfig"].(map[string]any)["KeyValueStoreAssociations"] = []any{} },
		"FunctionConfig.Runtime: got \"cloudfront-js-1.0\", want cloudfront-js-2.0": func(p map[string]any) { p["FunctionConfig"].(map[string]any)["Runtime"] = "cloudfront-js-1.0" },
		"AutoPublish: got \"false\"":                                                func(p map[string]any) { p["AutoPublish"] = false },
		"Name: got \"a b\"":                                                         func(p map[string]any) { p["Name"] = "a b" },
		"FunctionCode: got":                                                         func(p map[string]any) { p["FunctionCode"] = "function handler(" },
	} {
		declared := functionOf("indexes", indexes)
		edit(declared.Properties)
		_, err := kind.Create(ctx, declared)
		fails(t, words, err, words)
	}
	_, err := kind.Create(ctx, functionOf("indexes", indexes))
	fails(t, "the control", err)
}

func TestErrorPage_isAnsweredWithItsStatus(t *testing.T) {
	r := withFunction(t, indexes)
	got := r.get("/products/missing.html")
	want(t, "without the page: the status with which it was refused", got.status, 403)
	r.clock.Pass(11 * time.Second)
	r.put("public/products/404.html", strings.Repeat("<p>missing</p>", 100), "Content-Type", "text/html", "Cache-Control", "no-cache")
	got = r.get("/products/missing.html")
	want(t, "status", got.status, 404)
	want(t, "type", got.header.Get("Content-Type"), "text/html")
	want(t, "cache", got.header.Get("X-Cache"), "Error from cloudfront")
	want(t, "the policy's headers", got.header.Get("X-Content-Type-Options"), "nosniff")
	want(t, "body", len(got.body), 1400)
	if n := r.origins(func() { want(t, "kept for a moment", r.get("/products/missing.html").status, 404) }); n != 0 {
		t.Errorf("got %d questions to the origin, want none", n)
	}
	packed := r.get("/products/other.html", "Accept-Encoding", "gzip")
	want(t, "compressed", packed.header.Get("Content-Encoding"), "gzip")
	head := r.ask(r.tls, "HEAD", "/products/third.html")
	want(t, "HEAD", []any{head.status, head.body, head.header.Get("Content-Length")}, []any{404, "", "1400"})
	part := r.get("/products/fourth.html", "Range", "bytes=0-1", "If-None-Match", got.header.Get("Etag"))
	want(t, "a part of what is missing", []any{part.status, len(part.body)}, []any{404, 1400})
	want(t, "the page itself", r.get("/products/404.html").status, 200)
	want(t, "who refused", r.lastEntry().Decided, true)
	r.put("public/products/missing.html", "there")
	r.clock.Pass(11 * time.Second)
	want(t, "what is there later", r.get("/products/missing.html").body, "there")
}

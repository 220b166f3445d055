package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Whatever a parameter of a page is, the answer is no fault of the sandbox's, and says what was wrong.
func sayParameters(t *testing.T, l looked) {
	bucket := l.b.output("FileStorage", "BucketName")
	const none, bad, fine = http.StatusNotFound, http.StatusBadRequest, http.StatusOK
	for _, test := range []struct {
		page, query string // B is the bucket's name
		status      int
		says        string // "" of what is fine
	}{
		{"requests", "after=0", fine, ""}, {"requests", "after=999999", fine, ""}, {"logs", "after=0", fine, ""}, {"logs", "after=999999", fine, ""},
		{"logs", "after=x", bad, `after: got "x", want the number of a line`},
		{"logs", "after=-1", bad, `after: got "-1"`}, {"logs", "after=1e3", bad, `after: got "1e3"`}, {"logs", "after=99999999999999999999", bad, "after: got"},
		{"requests", "after=x", bad, `after: got "x", want the number of a call`}, {"requests", "after=-1", bad, "after: got"},
		{"requests", "call=x", bad, `call: got "x", want the number of a call`}, {"requests", "call=99999999999999999999", bad, "call: got"},
		{"requests", "call=x&after=y", bad, "call: got \"x\", want the number of a call\nafter: got"},
		{"requests", "call=0", none, "call: got 0"}, {"requests", "call=9223372036854775807", none, "call: got"},
		{"stacks", "stack=x", none, `stack: got "x"`},
		{"users", "pool=x", none, `pool: got "x"`}, {"users", "user=x", bad, "UserNotFoundException"}, {"users", "after=x", bad, "InvalidParameterException"},
		{"users", `filter=%22%5C`, fine, ""},
		{"files", "bucket=x", none, `bucket: got "x"`}, {"files", "bucket=B&key=x", none, `key: got "x"`}, {"files", "bucket=B&after=x", bad, "InvalidArgument"},
		{"files", "bucket=B&key=x&version=x", none, `version "x"`}, {"files/raw", "", bad, "bucket and key: got not both"},
		{"files/raw", "bucket=B&key=x", none, "NoSuchKey"}, {"files/raw", "bucket=x&key=x", none, "NoSuchBucket"}, {"files/raw", "bucket=B&key=x&version=x", bad, "InvalidArgument"},
		{"data", "table=x", none, `table: got "x"`}, {"data", "index=x", none, `index: got "x"`}, {"data", "after=x", bad, "after: got a token of another list"},
		{"data", "sort=%3D", bad, "partition: got none"}, {"data", "descending=1", bad, "partition: got none"}, {"data", "partition=x&sort=like", bad, "sort: got"},
		{"data", "partition=x&sort=%3D", bad, "ValidationException"},
		{"api", "api=x", none, `api: got "x"`},
		{"functions", "function=x", none, `function: got "x"`}, {"functions", "group=x", none, `group: got "x"`},
		{"access", "environment=x", none, `environment: got "x"`}, {"access", "as=root&field=Query.getPhoto", none, `as: got "root"`},
		{"access", "as=guest&field=x", none, `field: got "x"`}, {"access", "as=guest&area=drafts/&owner=x", none, `owner: got "x"`},
	} {
		query := strings.Replace(test.query, "bucket=B", "bucket="+url.QueryEscape(bucket), 1)
		got := get(t, http.DefaultClient, "http://"+l.HTTP()+"/_lightbox/"+test.page+"?"+query)
		if got.status != test.status || !strings.Contains(got.body, test.says) {
			t.Errorf("%s?%s: got %d %.200s, want %d and %q", test.page, test.query, got.status, got.body, test.status, test.says)
		}
	}
}

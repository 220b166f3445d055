package aws

import "net/http"

// allowedHeaders are those that Amplify and AWS's SDK send. The star is for the others, and never stands for authorization.
const allowedHeaders = "*, authorization, cache-control, content-type, x-amz-content-sha256, x-amz-date, x-amz-security-token, " +
	"x-amz-target, x-amz-user-agent"

// AllowOrigins lets pages of any origin read the answer: what they can do is no more than anyone can without a browser, since
// no cookie counts here. A browser that asks what it may send, by methods as in "GET, POST", it answers, and reports that.
// https://fetch.spec.whatwg.org/#cors-preflight-fetch
func AllowOrigins(w http.ResponseWriter, r *http.Request, methods string) (answered bool) {
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date")
	if r.Method != http.MethodOptions {
		return false
	}
	EntryOf(r.Context()).Operation = "Preflight"
	header.Set("Access-Control-Allow-Methods", methods)
	header.Set("Access-Control-Allow-Headers", allowedHeaders)
	header.Set("Access-Control-Max-Age", "172800")
	w.WriteHeader(http.StatusNoContent)
	return true
}

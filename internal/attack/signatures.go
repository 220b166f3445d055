package attack

import (
	"net/http"
	"strings"
	"time"
)

// Where AWS says what a wrong signature gets.
const (
	s3Errors      = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
	commonErrors  = "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html"
	jsonErrors    = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"
	troubleshoot  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
	wrongSigned   = "403 SignatureDoesNotMatch"
	malformedAuth = "400 AuthorizationHeaderMalformed"
)

// reads is alice reading her own file, and puts her writing one.
func reads(w *World) *request {
	return w.object(w.alice.keys, http.MethodGet, w.alice.private("secret.txt"), nil)
}

func puts(w *World) *request {
	return w.object(w.alice.keys, http.MethodPut, w.alice.private("put.txt"), []byte("hers"))
}

// catalogue is a guest asking the API, by a signature.
func catalogue(w *World) *request {
	return w.ask(w.guest, `query { listProducts { items { id } } }`, nil)
}

// listsUsers is the administrator asking the user pool.
func listsUsers(w *World) *request {
	return w.operation(w.root, "cognito-idp", "ListUsers", map[string]any{"UserPoolId": w.pool, "Limit": 1})
}

// signatures are requests whose signature is not what was signed, of the three dialects that services have.
func signatures(*World) []attack {
	list := against(reads, "a request that was overheard", s3Errors, s3Signatures())
	list = append(list, against(puts, "a request that was overheard", s3Errors, s3Bodies())...)
	list = append(list, against(catalogue, "a request that was overheard", troubleshoot, prefixed("api-", jsonSignatures()))...)
	return append(list, against(listsUsers, "a request that was overheard", jsonErrors, prefixed("users-", jsonSignatures()))...)
}

func prefixed(prefix string, rows []row) []row {
	for i := range rows {
		rows[i].id = prefix + rows[i].id
	}
	return rows
}

// signs changes how a request is signed.
func signs(with func(w *World, s *signing)) change {
	return func(w *World, r *request) { with(w, r.sign) }
}

// authorized changes the text of the header Authorization behind the signer's back.
func authorized(with func(text string) string) change {
	return sealed(func(_ *World, r *request) { r.set("Authorization", with(r.get("Authorization"))) })
}

func replaced(old, by string) change {
	return authorized(func(text string) string { return strings.Replace(text, old, by, 1) })
}

// other is a digit of a signature that is not this one.
func other(c byte) string {
	if c == '0' {
		return "1"
	}
	return "0"
}

func s3Signatures() []row {
	rows := append(s3Scopes(), s3Keys()...)
	for _, name := range []string{"X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token", "Host"} {
		lower := strings.ToLower(name)
		rows = append(rows, row{id: "unsigned-" + lower, want: noRight, change: authorized(func(text string) string {
			return strings.Replace(strings.Replace(text, lower+";", "", 1), ";"+lower, "", 1)
		})},
			row{id: "unsigned-last-" + lower, want: noRight, change: signs(func(_ *World, s *signing) {
				for _, one := range []string{"host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"} {
					if one != lower {
						s.signed = append(s.signed, one)
					}
				}
			})})
	}
	return append(rows, []row{
		{id: "date-removed", want: "403 AccessDenied", change: unset("X-Amz-Date")},
		{id: "date-changed", want: wrongSigned, change: sealed(func(w *World, r *request) { r.set("X-Amz-Date", w.now().Add(time.Minute).Format(isoBasic)) })},
		{id: "date-twice", want: "403 SignatureDoesNotMatch", change: sealed(func(w *World, r *request) { r.add("X-Amz-Date", w.now().Add(time.Minute).Format(isoBasic)) })},
		{id: "date-of-no-form", want: "403 AccessDenied", change: setting("X-Amz-Date", "yesterday")},
		{id: "hash-removed", want: "400 InvalidRequest", change: unset("X-Amz-Content-Sha256")},
		{id: "hash-changed", want: wrongSigned, change: setting("X-Amz-Content-Sha256", hashOf([]byte("x")))},
		{id: "hash-said-unsigned", want: wrongSigned, change: setting("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")},
		{id: "hash-said-streamed", want: wrongSigned, change: setting("X-Amz-Content-Sha256", streamed)},
		{id: "host-changed", want: "403 SignatureDoesNotMatch", change: sealed(func(_ *World, r *request) { r.set("Host", "other-"+r.get("Host")) })},
		{id: "host-of-the-path-style", want: wrongSigned, change: sealed(func(w *World, r *request) {
			r.target = "/" + w.bucket + r.target
			r.set("Host", w.endpoint("s3"))
		})},
		{id: "host-twice", want: "400", change: sealed(func(_ *World, r *request) { r.add("Host", r.get("Host")) })},
		{id: "method-delete", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.method = http.MethodDelete })},
		{id: "method-put", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.method = http.MethodPut; r.set("Content-Length", "0") })},
		{id: "method-head", want: "403", change: sealed(func(_ *World, r *request) { r.method = http.MethodHead })},
		{id: "another-key", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.target = strings.Replace(r.target, "secret", "put", 1) })},
		{id: "query-added", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.target += "?response-content-type=text%2Fhtml" })},
		{id: "query-of-a-version", want: wrongSigned, change: sealed(func(w *World, r *request) { r.target += "?versionId=" + w.versionID })},
		{id: "query-of-an-operation", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.target += "?tagging=" })},
		{id: "header-added", want: "403 AccessDenied", change: setting("X-Amz-Expected-Bucket-Owner", "000000000000")},
		{id: "algorithm-sha1", want: "400 InvalidRequest", change: replaced("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")},
		{id: "algorithm-asymmetric", want: "400 InvalidRequest", change: replaced("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")},
		{id: "version-2", want: "400 InvalidRequest", change: authorized(func(string) string { return "AWS AKIA:c2lnbmF0dXJl" })},
		{id: "basic", want: "400 InvalidArgument", change: authorized(func(string) string { return "Basic YWxpY2U6eA==" })},
		{id: "bearer", want: "400 InvalidArgument", change: sealed(func(w *World, r *request) { r.set("Authorization", "Bearer "+w.alice.access) })},
		{id: "no-signature", want: "403 AccessDenied", change: unset("Authorization")},
		{id: "empty-authorization", want: "400 InvalidArgument", change: setting("Authorization", "")},
		{id: "two-authorizations", want: "400 InvalidArgument", change: sealed(func(_ *World, r *request) { r.add("Authorization", r.get("Authorization")) })},
		{id: "header-and-query", want: "400 InvalidArgument", change: sealed(func(_ *World, r *request) { r.target += "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0" })},
		{id: "plain", want: "403 AccessDenied", change: func(_ *World, r *request) { r.plain = true }},
	}...)
}

// s3Scopes are signatures of another scope, or of another time.
func s3Scopes() []row {
	at := func(d time.Duration) change { return signs(func(_ *World, s *signing) { s.at = s.at.Add(d) }) }
	return []row{
		{id: "old", want: "403 RequestTimeTooSkewed", change: at(-16 * time.Minute)},
		{id: "of-a-day-ago", want: "403 RequestTimeTooSkewed", change: at(-24 * time.Hour)},
		{id: "early", want: "403 RequestTimeTooSkewed", change: at(16 * time.Minute)},
		{id: "another-region", want: malformedAuth, change: signs(func(_ *World, s *signing) { s.region = "eu-west-1" })},
		{id: "another-service", want: malformedAuth, change: signs(func(_ *World, s *signing) { s.service = "dynamodb" })},
		{id: "another-end", want: malformedAuth, change: signs(func(_ *World, s *signing) { s.end = "aws4" })},
		{id: "another-day", want: malformedAuth, change: signs(func(_ *World, s *signing) { s.date = s.at.Add(-48 * time.Hour).Format("20060102") })},
		{id: "no-day", want: malformedAuth, change: signs(func(_ *World, s *signing) { s.date = "today" })},
		{id: "scope-too-short", want: malformedAuth, change: replaced("/aws4_request", "")},
		{id: "credential-missing", want: malformedAuth, change: replaced("Credential=", "Credentials=")},
		{id: "signed-headers-missing", want: malformedAuth, change: replaced("SignedHeaders=", "Signed=")},
		{id: "signature-missing", want: malformedAuth, change: replaced("Signature=", "S=")},
		{id: "signature-twice", want: malformedAuth, change: authorized(func(text string) string { return text + ", Signature=" + strings.Repeat("0", 64) })},
		{id: "signature-changed-at-its-begin", want: wrongSigned, change: authorized(func(text string) string {
			i := strings.Index(text, "Signature=") + len("Signature=")
			return text[:i] + other(text[i]) + text[i+1:]
		})},
		{id: "signature-changed-at-its-end", want: wrongSigned, change: authorized(func(text string) string { return text[:len(text)-1] + other(text[len(text)-1]) })},
		{id: "signature-cut", want: wrongSigned, change: authorized(func(text string) string { return text[:len(text)-2] })},
		{id: "signature-empty", want: malformedAuth, change: authorized(func(text string) string { return text[:len(text)-64] })},
		{id: "signature-of-nothing", want: wrongSigned, change: authorized(func(text string) string { return text[:len(text)-64] + strings.Repeat("0", 64) })},
	}
}

// s3Keys are signatures by the wrong keys.
func s3Keys() []row {
	with := func(other func(w *World, k *keys)) change {
		return signs(func(w *World, s *signing) { other(w, &s.keys) })
	}
	return []row{
		{id: "key-of-nobody", want: "403 InvalidAccessKeyId", change: with(func(_ *World, k *keys) { k.id = "ASIAAAAAAAAAAAAAAAAA" })},
		{id: "key-of-another", want: "400 InvalidToken", change: with(func(w *World, k *keys) { k.id = w.bob.keys.id })},
		{id: "secret-of-another", want: wrongSigned, change: with(func(w *World, k *keys) { k.secret = w.bob.keys.secret })},
		{id: "secret-changed", want: wrongSigned, change: with(func(_ *World, k *keys) { k.secret += "x" })},
		{id: "secret-of-none", want: wrongSigned, change: with(func(_ *World, k *keys) { k.secret = "" })},
		{id: "token-of-another", want: "400 InvalidToken", change: with(func(w *World, k *keys) { k.token = w.bob.keys.token })},
		{id: "token-changed", want: "400 InvalidToken", change: with(func(_ *World, k *keys) { k.token = "x" + k.token })},
		{id: "token-missing", want: "403 InvalidAccessKeyId", change: with(func(_ *World, k *keys) { k.token = "" })},
		{id: "token-taken-out", want: "403 InvalidAccessKeyId", change: unset("X-Amz-Security-Token")},
		{id: "keys-of-another", has: "user", want: "403 AccessDenied", change: with(func(w *World, k *keys) { *k = w.bob.keys })},
		{id: "keys-of-a-guest", has: "guest", want: "403 AccessDenied", change: with(func(w *World, k *keys) { *k = w.guest.keys })},
		{id: "administrator-with-a-token", has: "user", want: "400 InvalidToken", change: with(func(w *World, k *keys) { k.id, k.secret = w.root.id, w.root.secret })},
	}
}

// s3Bodies are signatures of another body than the one that comes, and headers that are no part of what was signed.
func s3Bodies() []row {
	rows := []row{
		{id: "body-changed", want: "400 XAmzContentSHA256Mismatch", change: sealed(func(_ *World, r *request) { r.body = []byte("hurt") })},
		{id: "body-longer", want: "400 XAmzContentSHA256Mismatch", change: sealed(func(_ *World, r *request) { r.carry("hers and more") })},
		{id: "body-taken-out", want: "400 XAmzContentSHA256Mismatch", change: sealed(func(_ *World, r *request) { r.carry("") })},
		{id: "hash-of-no-form", want: "400 InvalidArgument", change: signs(func(_ *World, s *signing) { s.payload = "x" })},
		{id: "streamed-without-a-length", want: "411 MissingContentLength", change: signs(func(_ *World, s *signing) { s.payload = streamed })},
		{id: "of-a-copy", want: "403 AccessDenied", change: setting("X-Amz-Copy-Source", "/x/y")},
	}
	for _, name := range []string{"X-Amz-Meta-Role", "X-Amz-Acl", "X-Amz-Tagging", "X-Amz-Storage-Class", "X-Amz-Server-Side-Encryption", "X-Amz-Website-Redirect-Location", "X-Amz-Grant-Read"} {
		rows = append(rows, row{id: "unsigned-" + strings.ToLower(name), want: "403 AccessDenied", change: setting(name, "x")})
	}
	return rows
}

// jsonSignatures are the same against services that speak JSON, which hash the body themselves.
func jsonSignatures() []row {
	const invalid = "400 InvalidSignatureException"
	return []row{
		{id: "no-signature", want: "400 MissingAuthenticationTokenException or 401 UnauthorizedException", change: unset("Authorization")},
		{id: "body-changed", want: invalid, change: sealed(func(_ *World, r *request) { r.body[len(r.body)-1] = ' ' })},
		{id: "old", want: invalid, change: signs(func(_ *World, s *signing) { s.at = s.at.Add(-16 * time.Minute) })},
		{id: "early", want: invalid, change: signs(func(_ *World, s *signing) { s.at = s.at.Add(16 * time.Minute) })},
		{id: "another-region", want: invalid, change: signs(func(_ *World, s *signing) { s.region = "eu-west-1" })},
		{id: "another-service", want: invalid, change: signs(func(_ *World, s *signing) { s.service = "s3" })},
		{id: "another-end", want: invalid, change: signs(func(_ *World, s *signing) { s.end = "aws4" })},
		{id: "another-day", want: invalid, change: signs(func(_ *World, s *signing) { s.date = s.at.Add(-48 * time.Hour).Format("20060102") })},
		{id: "key-of-nobody", want: "400 UnrecognizedClientException", change: signs(func(_ *World, s *signing) { s.id = "ASIAAAAAAAAAAAAAAAAA" })},
		{id: "secret-changed", want: invalid, change: signs(func(_ *World, s *signing) { s.secret += "x" })},
		{id: "token-of-another", want: "400 UnrecognizedClientException", change: signs(func(w *World, s *signing) { s.token = w.bob.keys.token })},
		{id: "method-changed", want: "405 MethodNotAllowedException or 400 UnknownOperationException", change: sealed(func(_ *World, r *request) { r.method = http.MethodPut })},
		{id: "query-added", want: invalid, change: sealed(func(_ *World, r *request) { r.target += "?Action=x" })},
		{id: "host-unsigned", want: invalid, change: signs(func(_ *World, s *signing) { s.signed = []string{"x-amz-date"} })},
		{id: "date-removed", want: "400 IncompleteSignatureException", change: unset("X-Amz-Date")},
		{id: "signature-cut", want: invalid, change: authorized(func(text string) string { return text[:len(text)-2] })},
		{id: "signed-headers-missing", want: "400 IncompleteSignatureException", change: replaced("SignedHeaders=", "Signed=")},
		{id: "two-authorizations", want: "400 IncompleteSignatureException", change: sealed(func(_ *World, r *request) { r.add("Authorization", r.get("Authorization")) })},
		{id: "version-2", want: "400 IncompleteSignatureException or 401 UnauthorizedException", change: authorized(func(string) string { return "AWS AKIA:c2lnbmF0dXJl" })},
	}
}

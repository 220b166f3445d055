package aws

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The vectors are those of AWS's Signature Version 4 test suite, as https://github.com/awslabs/aws-c-auth keeps it under
// tests/aws-signing-test-suite/v4: one key, one moment, the service "service" in us-east-1.

const (
	suiteKey    = "AKIDEXAMPLE"
	suiteSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" //nolint:gosec // AWS's example
	suiteToken  = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
	suiteDate   = "20150830T123600Z"
	suiteScope  = suiteKey + "/20150830/us-east-1/service/aws4_request"

	unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

var suiteTime = time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)

type suiteKeys map[string]Credentials

func (k suiteKeys) Credentials(id string) (Credentials, bool) {
	credentials, ok := k[id]
	return credentials, ok
}

func suiteVerifier(token string) Verifier {
	return Verifier{
		Service: "service", Region: "us-east-1", BodyLimit: 1 << 20,
		Keys: suiteKeys{suiteKey: {Secret: suiteSecret, SessionToken: token, Account: "111122223333"}},
		Now:  func() time.Time { return suiteTime },
	}
}

type vector struct {
	name    string
	method  string
	path    string // decoded
	query   string // raw
	headers string // "Name:value" lines, what the suite's request has beside Host and X-Amz-Date
	body    string
	token   string
	header  string // the signature in the header
	inQuery string // the signature in the query string
}

func (v vector) request() *http.Request {
	r := httptest.NewRequest(v.method, "/", strings.NewReader(v.body))
	r.URL = &url.URL{Path: v.path, RawQuery: v.query}
	r.Host = "example.amazonaws.com"
	for line := range strings.Lines(v.headers) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		r.Header.Add(name, value)
	}
	return r
}

// normalized are the vectors of services that normalize paths, which are all but S3.
var normalized = []vector{
	{name: "get-vanilla", method: "GET", path: "/", header: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", inQuery: "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"},
	{name: "get-vanilla-with-session-token", method: "GET", path: "/", token: suiteToken, header: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8", inQuery: "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c"},
	{name: "get-header-key-duplicate", method: "GET", path: "/", headers: "My-Header1:value2\nMy-Header1:value2\nMy-Header1:value1", header: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea", inQuery: "3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97"},
	{name: "get-header-value-order", method: "GET", path: "/", headers: "My-Header1:value4\nMy-Header1:value1\nMy-Header1:value3\nMy-Header1:value2", header: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01", inQuery: "313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e"},
	{name: "get-header-value-trim", method: "GET", path: "/", headers: "My-Header1: value1\nMy-Header2: \"a   b   c\"", header: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736", inQuery: "e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4"},
	{name: "get-relative-normalized", method: "GET", path: "/example/..", header: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", inQuery: "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"},
	{name: "get-relative-relative-normalized", method: "GET", path: "/example1/example2/../..", header: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", inQuery: "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"},
	{name: "get-slash-dot-slash-normalized", method: "GET", path: "/./", header: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", inQuery: "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"},
	{name: "get-slash-normalized", method: "GET", path: "//", header: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", inQuery: "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"},
	{name: "get-slash-pointless-dot-normalized", method: "GET", path: "/./example", header: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5", inQuery: "35034b1a0bdd969f346975386daf8aedfd4976573b8348cf4f67eaa41c5857de"},
	{name: "get-slashes-normalized", method: "GET", path: "//example//", header: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84", inQuery: "c1834e8fb0307243711f0f907f6ab7311ed300d87f13792d7ee4da89ab93e082"},
	{name: "get-unreserved", method: "GET", path: "/" + unreserved, header: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f", inQuery: "95968482db1b9e0fadef6efc1bd24689f77c77d9ef56919c96a28cc92e0d6005"},
	{name: "get-vanilla-query-order-encoded", method: "GET", path: "/", query: "Param-3=Value3&Param=Value2&%E1%88%B4=Value1", header: "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac", inQuery: "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787"},
	{name: "get-vanilla-query-order-key-case", method: "GET", path: "/", query: "Param2=value2&Param1=value1", header: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500", inQuery: "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5"},
	{name: "get-vanilla-query-unreserved", method: "GET", path: "/", query: unreserved + "=" + unreserved, header: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197", inQuery: "8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf"},
	{name: "get-vanilla-utf8-query", method: "GET", path: "/", query: "ሴ=bar", header: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04", inQuery: "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600"},
	{name: "post-header-key-sort", method: "POST", path: "/", headers: "My-Header1:value1", header: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c", inQuery: "c09d07e0d55871f10f2a6d350d994acf6825a3cae70673d7def55616e6119dd7"},
	{name: "post-header-value-case", method: "POST", path: "/", headers: "My-Header1:VALUE1", header: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d", inQuery: "0698bc9e4f7f9139065ba2909c0e99da257e8e2a42492a097bcd46d792391fed"},
	{name: "post-vanilla", method: "POST", path: "/", header: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", inQuery: "2ce6e6d2e0cf2f9d1b55fafec88cd20574c31dc2e7631979f71ba2310083e95b"},
	{name: "post-vanilla-query", method: "POST", path: "/", query: "Param1=value1", header: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11", inQuery: "a9ef26247f293bffe40eeff86a0480ba8c14d31503b2e0c3399e3a16bf1a3682"},
	{name: "post-x-www-form-urlencoded", method: "POST", path: "/", headers: "Content-Type:application/x-www-form-urlencoded\nContent-Length:13\nX-Amz-Content-Sha256:9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e", body: "Param1=value1", header: "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"},
}

// unnormalized are the vectors that sign the path as it is, encoded once: S3's way.
var unnormalized = []vector{
	{name: "get-relative-unnormalized", method: "GET", path: "/example/..", header: "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282"},
	{name: "get-relative-relative-unnormalized", method: "GET", path: "/example1/example2/../..", header: "dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b"},
	{name: "get-slash-dot-slash-unnormalized", method: "GET", path: "/./", header: "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145"},
	{name: "get-slash-pointless-dot-unnormalized", method: "GET", path: "/./example", header: "beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff"},
	{name: "get-slash-unnormalized", method: "GET", path: "//", header: "c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e"},
	{name: "get-slashes-unnormalized", method: "GET", path: "//example//", header: "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5"},
	{name: "get-space-unnormalized", method: "GET", path: "/example space/", header: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
	{name: "get-utf8", method: "GET", path: "/ሴ", header: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
}

// names are the signed headers of a request, as in "host;x-amz-date".
func names(r *http.Request) []string {
	list := "host"
	for name := range r.Header {
		list += ";" + name
	}
	return signedHeaders(list)
}

func TestVerify_acceptsTheSuiteInHeaders(t *testing.T) {
	for _, test := range normalized {
		r := test.request()
		r.Header.Set("X-Amz-Date", suiteDate)
		if test.token != "" {
			r.Header.Set("X-Amz-Security-Token", test.token)
		}
		authorization := "AWS4-HMAC-SHA256 Credential=" + suiteScope + ", SignedHeaders=" + strings.Join(names(r), ";") + ", Signature="
		r.Header.Set("Authorization", authorization+test.header)
		if _, err := suiteVerifier(test.token).Verify(r); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		r.Header.Set("Authorization", authorization+strings.Repeat("0", 64))
		if _, err := suiteVerifier(test.token).Verify(r); err == nil {
			t.Errorf("%s: accepted another signature", test.name)
		}
	}
}

func TestVerify_acceptsTheSuiteInQueryStrings(t *testing.T) {
	for _, test := range normalized {
		if test.inQuery == "" {
			continue
		}
		r := test.request()
		query := url.Values{
			"X-Amz-Algorithm": {algorithm}, "X-Amz-Credential": {suiteScope}, "X-Amz-Date": {suiteDate}, "X-Amz-Expires": {"3600"},
			"X-Amz-SignedHeaders": {strings.Join(names(r), ";")}, "X-Amz-Signature": {test.inQuery},
		}
		if test.token != "" {
			query.Set("X-Amz-Security-Token", test.token)
		}
		r.URL.RawQuery += "&" + query.Encode()
		if _, err := suiteVerifier(test.token).Verify(r); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		r.URL.RawQuery += "&another=parameter"
		if _, err := suiteVerifier(test.token).Verify(r); err == nil {
			t.Errorf("%s: accepted another query", test.name)
		}
	}
}

func TestCanonicalRequest_leavesS3sPathsAsTheyAre(t *testing.T) {
	verifier := suiteVerifier("")
	verifier.Dialect = S3
	for _, test := range unnormalized {
		r := test.request()
		r.Header.Set("X-Amz-Date", suiteDate)
		s := &signature{time: suiteTime, scope: scope{"20150830", "us-east-1", "service"}}
		empty := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		text := stringToSign(s, verifier.canonicalRequest(r, nil, names(r), empty))
		if got := hex.EncodeToString(sign(signingKey(suiteSecret, s.scope), text)); got != test.header {
			t.Errorf("%s: got signature %s, want %s", test.name, got, test.header)
		}
	}
}

func hexSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// The requests are those of AWS's documentation of S3's signatures.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html#example-signature-calculations,
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html#query-string-auth-v4-signing-example
func TestVerify_acceptsS3sDocumentedExamples(t *testing.T) {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	tests := []struct{ method, target, headers, body, signed, signature string }{
		{"GET", "/test.txt", "Range:bytes=0-9\nX-Amz-Content-Sha256:" + empty, "", "host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
		{"PUT", "/test%24file.text", "Date:Fri, 24 May 2013 00:00:00 GMT\nX-Amz-Storage-Class:REDUCED_REDUNDANCY\nX-Amz-Content-Sha256:" + hexSum("Welcome to Amazon S3."), "Welcome to Amazon S3.", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
		{"GET", "/?lifecycle", "X-Amz-Content-Sha256:" + empty, "", "host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
		{"GET", "/?max-keys=2&prefix=J", "X-Amz-Content-Sha256:" + empty, "", "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
	}
	for _, test := range tests {
		_, v := documented("")
		r := httptest.NewRequest(test.method, "https://examplebucket.s3.amazonaws.com"+test.target, strings.NewReader(test.body))
		for line := range strings.Lines(test.headers + "\nX-Amz-Date:20130524T000000Z\nAuthorization:AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" + test.signed + ",Signature=" + test.signature) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
			r.Header.Set(name, value)
		}
		if body, err := readAll(r, v); err != nil || body != test.body {
			t.Errorf("%s %s: got %q, %v", test.method, test.target, body, err)
		}
	}
	_, v := documented("")
	r := httptest.NewRequest("GET", "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404", nil)
	if _, err := readAll(r, v); err != nil {
		t.Errorf("presigned: %v", err)
	}
}

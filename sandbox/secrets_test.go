package sandbox

import (
	"net/http"
	"strings"
	"testing"
)

// What the page of requests shows is what went over the wire but for what would let somebody in.
func TestHide_takesSecretsOutAndNothingElse(t *testing.T) {
	const x = "[hidden]"
	for in, want := range map[string]string{
		`{"Password":"p","Username":"ann"}`:                                                           `{"Password":"` + x + `","Username":"ann"}`,
		`{"AuthParameters": {"SRP_A": "ab12", "USERNAME": "ann"}}`:                                    `{"AuthParameters": {"SRP_A": "` + x + `", "USERNAME": "ann"}}`,
		`{"PASSWORD_CLAIM_SIGNATURE":"s","NEW_PASSWORD":"p\"q"}`:                                      `{"PASSWORD_CLAIM_SIGNATURE":"` + x + `","NEW_PASSWORD":"` + x + `"}`,
		`{"ConfirmationCode":"123456","UserCode":"654321","Code":"111111"}`:                           `{"ConfirmationCode":"` + x + `","UserCode":"` + x + `","Code":"` + x + `"}`,
		`{"Credentials":{"AccessKeyId":"ASIA1","SecretKey":"k","SessionToken":"t","Expiration":1}}`:   `{"Credentials":{"AccessKeyId":"ASIA1","SecretKey":"` + x + `","SessionToken":"` + x + `","Expiration":1}}`,
		`{"Logins":{"cognito-idp.us-east-1.amazonaws.com/p":"eyJhbGciOiJ9.eyJzdWIi.c2ln"}}`:           `{"Logins":{"cognito-idp.us-east-1.amazonaws.com/p":"` + x + `"}}`,
		`{"password":{"S":"p"},"id":{"S":"1"}}`:                                                       `{"password":{"S":"` + x + `"},"id":{"S":"1"}}`,
		`{"query":"mutation { signIn(password: \"p\", name: \"ann\") }"}`:                             `{"query":"mutation { signIn(password: \"` + x + `\", name: \"ann\") }"}`,
		`{"Payload":"{\"apiKey\":\"k\",\"id\":\"1\"}"}`:                                               `{"Payload":"{\"apiKey\":\"` + x + `\",\"id\":\"1\"}"}`,
		`{"Username":"ann","Password":"cut he`:                                                        `{"Username":"ann","Password":"` + x,
		`{"Username":"ann","IdToken":"eyJhbGciOiJSUzI1`:                                               `{"Username":"ann","IdToken":"` + x,
		`<SecretAccessKey>k</SecretAccessKey><UserId>u</UserId>`:                                      `<SecretAccessKey>` + x + `</SecretAccessKey><UserId>u</UserId>`,
		`{"url":"https://b/x?X-Amz-Date=1&X-Amz-Signature=ab&X-Amz-Security-Token=cd"}`:               `{"url":"https://b/x?X-Amz-Date=1&X-Amz-Signature=` + x + `&X-Amz-Security-Token=` + x + `"}`,
		`5;chunk-signature=ab12` + "\r\nhello":                                                        `5;chunk-signature=` + x + "\r\nhello",
		`{"key":"da2-abcdefghijklmnopqrstuvwx12"}`:                                                    `{"key":"` + x + `"}`,
		`{"nextToken":"n","TokenType":"Bearer","Session":"s"}`:                                        `{"nextToken":"n","TokenType":"Bearer","Session":"` + x + `"}`,
		`{"code":"export function request() {}","name":"getProduct"}`:                                 `{"code":"export function request() {}","name":"getProduct"}`,
		`{"errors":[{"message":"Not Authorized to access x on type Query"}]}`:                         `{"errors":[{"message":"Not Authorized to access x on type Query"}]}`,
		`{"ValidationData":[{"Name":"password","Value":"p"},{"Name":"email","Value":"a@b"}]}`:         `{"ValidationData":[{"Name":"password","Value":"` + x + `"},{"Name":"email","Value":"a@b"}]}`,
		`{"tokens":["a","b\"c"],"names":["a"]}`:                                                       `{"tokens":["` + x + `","` + x + `"],"names":["a"]}`,
		`{"secrets":{"stripe":"k","of":[{"n":12}]},"n":1}`:                                            `{"secrets":{"stripe":"` + x + `","of":[{"n":` + x + `}]},"n":1}`,
		`{"tokens":{"L":[{"S":"a"},{"N":"1"}]},"keys":{"SS":["a"]}}`:                                  `{"tokens":{"L":[{"S":"` + x + `"},{"N":"` + x + `"}]},"keys":{"SS":["a"]}}`,
		`{"tokens":["a","cut he`:                                                                      `{"tokens":["` + x + `","` + x,
		`{"query":"mutation { f(tokens: [\"a\", \"b\"], pin: 1234, n: 1234) { id } }"}`:               `{"query":"mutation { f(tokens: [\"` + x + `\", \"` + x + `\"], pin: ` + x + `, n: 1234) { id } }"}`,
		`{"Payload":"{\"tokens\":[\"a\\\"b\"],\"code\":123456}"}`:                                     `{"Payload":"{\"tokens\":[\"` + x + `\"],\"code\":` + x + `}"}`,
		`{"code":123456,"pin":-1234,"n":123456,"otp":"123456","code2":"x"}`:                           `{"code":` + x + `,"pin":` + x + `,"n":123456,"otp":"` + x + `","code2":"x"}`,
		`{"code":403,"statusCode":1234,"errorCode":12345,"postalCode":"12345","total":{"N":"12345"}}`: `{"code":403,"statusCode":1234,"errorCode":12345,"postalCode":"12345","total":{"N":"12345"}}`,
		`{"loginCode":{"N":"123456"},"PasswordPolicy":{"MinimumLength":12}}`:                          `{"loginCode":{"N":"` + x + `"},"PasswordPolicy":{"MinimumLength":12}}`,
		`{"AccessTokenValidity":3600,"TokenValidityUnits":{"AccessToken":"seconds"}}`:                 `{"AccessTokenValidity":3600,"TokenValidityUnits":{"AccessToken":"` + x + `"}}`,
		`[{"Name":"pin","Value":1234},{"Name":"tokens","Values":["a"]},{"Name":"n","Values":["a"]}]`:  `[{"Name":"pin","Value":` + x + `},{"Name":"tokens","Values":["` + x + `"]},{"Name":"n","Values":["a"]}]`,
		`{"Password":"","empty":""}`:                                                                  `{"Password":"","empty":""}`,
	} {
		if got := hideText(in); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestHide_takesSecretsOutOfQueriesAndHeaders(t *testing.T) {
	for in, want := range map[string]string{
		"X-Amz-Credential=AKIA%2F20261130&X-Amz-Signature=ab&X-Amz-Security-Token=cd": "X-Amz-Credential=AKIA%2F20261130&X-Amz-Signature=[hidden]&X-Amz-Security-Token=[hidden]",
		"header=eyJob3N0&payload=e30%3D":                                              "header=[hidden]&payload=e30%3D",
		"Action=AssumeRole&WebIdentityToken=e":                                        "Action=AssumeRole&WebIdentityToken=[hidden]",
		"list-type=2&continuation-token=c":                                            "list-type=2&continuation-token=c",
		"Policy=p&Signature=s&Key-Pair-Id=K":                                          "Policy=p&Signature=[hidden]&Key-Pair-Id=K",
		"code=123456&status=200&code2=abc":                                            "code=[hidden]&status=200&code2=abc",
		"acl":                                                                         "acl",
	} {
		if got := hideQuery(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	header := http.Header{
		"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIA/20261130/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=ab12"}, "X-Amz-Security-Token": {"t"}, "X-Api-Key": {"k"},
		"Sec-Websocket-Protocol": {"graphql-ws, header-eyJ"}, "Cookie": {"a=b"}, "X-Amz-Server-Side-Encryption-Customer-Key": {"k"}, "Content-Type": {"text/plain"}, "Etag": {`"e"`},
	}
	for _, line := range headerLines(header) {
		is := header.Get(line.Name)
		switch line.Name {
		case "Content-Type", "Etag":
			if line.Value != is || line.Hidden {
				t.Errorf("%s: got %+v, want it as it is", line.Name, line)
			}
		case "Authorization":
			if line.Value != strings.Replace(is, "ab12", hidden, 1) || !line.Hidden {
				t.Errorf("got %+v, want all but the signature", line)
			}
		default:
			if line.Value != hidden || !line.Hidden {
				t.Errorf("got %+v, want nothing of it", line)
			}
		}
	}
	if got := headerLines(http.Header{"Authorization": {"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"}}); got[0].Value != hidden {
		t.Errorf("got %+v, want no token", got)
	}
}

// However much is sent, little of it is kept.
func TestExcerpt_keepsTheBeginningOfText(t *testing.T) {
	var e excerpt
	e.begin(http.Header{"Content-Type": {"application/x-amz-json-1.1"}})
	for range 3 {
		e.add(make([]byte, bodyKept/2+1))
	}
	if len(e.text) != bodyKept || e.size != 3*(bodyKept/2+1) {
		t.Errorf("got %d of %d octets, want %d", len(e.text), e.size, bodyKept)
	}
	for kind, kept := range map[string]bool{"image/png": false, "": false, "application/xml": true, "image/svg+xml": true, "text/csv; charset=utf-8": true, "application/x-www-form-urlencoded": true, "multipart/form-data; boundary=b": false} {
		var e excerpt
		e.begin(http.Header{"Content-Type": {kind}})
		e.add([]byte("x"))
		if (len(e.text) > 0) != kept || e.size != 1 {
			t.Errorf("%q: got %q of %d, want it kept: %t", kind, e.text, e.size, kept)
		}
	}
	e = excerpt{}
	e.begin(http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}})
	if e.kept {
		t.Error("got what is compressed, want text")
	}
}

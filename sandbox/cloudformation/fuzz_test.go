package cloudformation_test

import (
	"net/url"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/cloudformation"
)

// Whatever a form says, the answer is a document, and no fault of ours.
func FuzzServeHTTP(f *testing.F) {
	good := template(object{"A": box(object{"Size": 1})}, object{"O": export(ref("A"), "o")})
	for action := range cloudformation.Operations {
		f.Add(url.Values{"Action": {action}, "StackName": {"S"}, "ChangeSetName": {"c"}, "ChangeSetType": {"CREATE"}, "TemplateBody": {good}}.Encode())
		f.Add(url.Values{"Action": {action}, "StackName": {"S"}, "NextToken": {"1"}, "Tags.member.1.Key": {"k"}, "Parameters.member.1.ParameterKey": {"p"}}.Encode())
	}
	f.Add("Action=CreateChangeSet&StackName=S&ChangeSetName=c&TemplateBody=" + url.QueryEscape(`{"Resources":{"A":{"Type":"Test::Boxes::Box","Properties":{"Size":{"Fn::Sub":"${A}"}}}}}`))
	f.Add("Action=%zz")
	f.Add("&&=;%")
	r := newRig(f)
	f.Fuzz(func(t *testing.T, body string) {
		r.t = t
		status, answer := r.send(admin, body)
		if status >= 500 || !strings.HasPrefix(string(answer), "<") {
			t.Errorf("%q: got %d %s, want an answer", body, status, answer)
		}
	})
}

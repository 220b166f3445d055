package policy

import (
	"strings"
	"testing"
)

const allow = `"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"`

func TestParse_readsEveryElement(t *testing.T) {
	doc, err := Parse(Resource, "Bucket", []byte(`{
		"Version": "2012-10-17",
		"Id": "P",
		"Statement": [{
			"Sid": "Read public",
			"Effect": "Allow",
			"Principal": {"AWS": ["111122223333", "arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:role/path/x"],
				"Service": "cloudfront.amazonaws.com", "Federated": ["cognito-identity.amazonaws.com"]},
			"Action": ["s3:GetObject", "s3:Get*"],
			"Resource": "arn:aws:s3:::b/*",
			"Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:TlsVersion": [1.2, "1.3"]}}
		}, {"Effect": "Deny", "Principal": "*", "NotAction": "*", "NotResource": "*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := doc.Statements[0]
	if !doc.Variables || len(doc.Statements) != 2 || s.Ref() != "statement 1 (Read public)" || s.Deny {
		t.Errorf("got %+v", doc)
	}
	if got := strings.Join(s.Principals.AWS, " "); got != "111122223333 444455556666 arn:aws:iam::111122223333:role/path/x" {
		t.Errorf("AWS principals: got %s", got)
	}
	if c := s.Conditions; len(c) != 2 || c[0].Values[0] != "true" || c[1].Values[0] != "1.2" || c[1].Values[1] != "1.3" {
		t.Errorf("conditions: got %+v", c)
	}
	if s := doc.Statements[1]; !s.Deny || !s.NotAction || !s.NotResource || !s.Principals.Everyone || s.Ref() != "statement 2" {
		t.Errorf("got %+v", s)
	}
}

func TestParse_takesASingleStatementWithoutVersion(t *testing.T) {
	doc, err := Parse(Identity, "p", []byte(`{"Statement":{`+allow+`}}`))
	if err != nil || doc.Variables || len(doc.Statements) != 1 {
		t.Errorf("got %+v, %v", doc, err)
	}
}

func TestParse_refuses(t *testing.T) {
	tests := []struct {
		name string
		kind Kind
		doc  string
		want string
	}{
		{"nothing", Identity, ``, "ends too early"},
		{"a list", Identity, `[]`, "want a JSON object"},
		{"open JSON", Identity, `{"Statement":[`, "EOF"},
		{"text after it", Identity, `{"Statement":{` + allow + `}} x`, "text after the policy"},
		{"a second document", Identity, `{"Statement":{` + allow + `}}{}`, "text after the policy"},
		{"NaN", Identity, `{"Statement":{` + allow + `,"Condition":{"NumericEquals":{"a:b":NaN}}}}`, "invalid character"},
		{"null", Identity, `{"Statement":{` + allow + `,"Sid":null}}`, "null"},
		{"bytes that are not UTF-8", Identity, "{\"Statement\":{\"Sid\":\"\xff\"," + allow + "}}", "UTF-8"},
		{"deep nesting", Identity, `{"Statement":[[[[[[[[[[`, "levels"},
		{"no statement", Identity, `{"Version":"2012-10-17"}`, "Statement: missing"},
		{"an empty list of statements", Identity, `{"Statement":[]}`, "list is empty"},
		{"a statement that is text", Identity, `{"Statement":["x"]}`, "want an object"},
		{"an unknown version", Identity, `{"Version":"2020-01-01","Statement":{` + allow + `}}`, "Version"},
		{"an unknown top-level element", Identity, `{"Statements":1,"Statement":{` + allow + `}}`, "Statements: not an element"},
		{"an unknown element", Identity, `{"Statement":{` + allow + `,"Actions":"s3:*"}}`, "statement 1: Actions: not an element"},
		{"an element in lower case", Identity, `{"Statement":{"effect":"Allow","Action":"s3:*","Resource":"*"}}`, "effect: not an element"},
		{"a duplicate key", Identity, `{"Statement":{` + allow + `,"Effect":"Deny"}}`, `"Effect" comes twice`},
		{"a duplicate Statement", Identity, `{"Statement":{` + allow + `},"Statement":{` + allow + `}}`, "comes twice"},
		{"a duplicate operator", Identity, `{"Statement":{` + allow + `,"Condition":{"Null":{"a:b":"true"},"Null":{"a:c":"true"}}}}`, "comes twice"},
		{"a condition key twice in two cases", Identity, `{"Statement":{` + allow + `,"Condition":{"Null":{"a:b":"true","A:B":"true"}}}}`, "comes twice"},
		{"Effect in lower case", Identity, `{"Statement":{"Effect":"allow","Action":"s3:*","Resource":"*"}}`, "want Allow or Deny"},
		{"no Effect", Identity, `{"Statement":{"Action":"s3:*","Resource":"*"}}`, "Effect: missing"},
		{"no Action", Identity, `{"Statement":{"Effect":"Deny","Resource":"*"}}`, "Action: missing"},
		{"no Resource", Identity, `{"Statement":{"Effect":"Deny","Action":"*"}}`, "Resource: missing"},
		{"Action and NotAction", Identity, `{"Statement":{` + allow + `,"NotAction":"s3:*"}}`, "as well"},
		{"Resource and NotResource", Identity, `{"Statement":{` + allow + `,"NotResource":"*"}}`, "as well"},
		{"an empty Action", Identity, `{"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}}`, "list is empty"},
		{"an empty Resource", Identity, `{"Statement":{"Effect":"Allow","Action":"*","Resource":[]}}`, "list is empty"},
		{"an Action that is a number", Identity, `{"Statement":{"Effect":"Allow","Action":1,"Resource":"*"}}`, "want a string"},
		{"an Action that is an object", Identity, `{"Statement":{"Effect":"Allow","Action":{"Ref":"X"},"Resource":"*"}}`, "want a string"},
		{"a Resource with an intrinsic", Identity, `{"Statement":{"Effect":"Allow","Action":"*","Resource":[{"Ref":"X"}]}}`, "item 1"},
		{"an action without service", Identity, `{"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}}`, "Action"},
		{"a service with a wildcard", Identity, `{"Statement":{"Effect":"Allow","Action":"s*:GetObject","Resource":"*"}}`, "Action"},
		{"a variable in an action", Identity, `{"Statement":{"Effect":"Allow","Action":"s3:${aws:username}","Resource":"*"}}`, "Action"},
		{"an empty Condition", Identity, `{"Statement":{` + allow + `,"Condition":{}}}`, "it is empty"},
		{"an operator without keys", Identity, `{"Statement":{` + allow + `,"Condition":{"Bool":{}}}}`, "at least one key"},
		{"a key without values", Identity, `{"Statement":{` + allow + `,"Condition":{"Bool":{"aws:SecureTransport":[]}}}}`, "list is empty"},
		{"a condition value that is an object", Identity, `{"Statement":{` + allow + `,"Condition":{"Bool":{"a:b":{"Ref":"X"}}}}}`, "want a string, a number or a boolean"},
		{"a Principal in an identity policy", Identity, `{"Statement":{` + allow + `,"Principal":"*"}}`, "has none"},
		{"a Principal in a session policy", Session, `{"Statement":{` + allow + `,"Principal":"*"}}`, "has none"},
		{"an Id in an identity policy", Identity, `{"Id":"x","Statement":{` + allow + `}}`, "Id"},
		{"no Principal in a resource policy", Resource, `{"Statement":{` + allow + `}}`, "Principal: missing"},
		{"NotPrincipal with Allow", Resource, `{"Statement":{` + allow + `,"NotPrincipal":{"AWS":"111122223333"}}}`, "not supported"},
		{"a Resource in a trust policy", Trust, `{"Statement":{` + allow + `,"Principal":"*"}}`, "has none"},
		{"NotPrincipal in a trust policy", Trust, `{"Statement":{"Effect":"Deny","NotPrincipal":"*","Action":"*"}}`, "a trust policy has none"},
		{"an empty Principal", Resource, `{"Statement":{` + allow + `,"Principal":{}}}`, "principal types"},
		{"an empty list of principals", Resource, `{"Statement":{` + allow + `,"Principal":{"AWS":[]}}}`, "list is empty"},
		{"a wildcard inside of a principal", Resource, `{"Statement":{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:role/*"}}}`, "without wildcards"},
		{"a wildcard service", Resource, `{"Statement":{` + allow + `,"Principal":{"Service":"*"}}}`, "want a service"},
		{"a canonical user", Resource, `{"Statement":{` + allow + `,"Principal":{"CanonicalUser":"79a59d"}}}`, "a canonical id"},
		{"an unknown type of principal", Resource, `{"Statement":{` + allow + `,"Principal":{"Everyone":"*"}}}`, "not a type of principal"},
		{"a Sid twice", Identity, `{"Statement":[{"Sid":"a",` + allow + `},{"Sid":"a",` + allow + `}]}`, "statement 2 (a): Sid: statement 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(test.kind, "Stack/Policy", []byte(test.doc))
			if err == nil {
				t.Fatal("got no error")
			}
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), `"Stack/Policy"`) {
				t.Errorf("got %q, want the policy's name and %q", err, test.want)
			}
		})
	}
}

func TestParse_reportsAllFaultsAtOnce(t *testing.T) {
	_, err := Parse(Identity, "p", []byte(`{"Version":"1","Statement":[{"Effect":"No","Action":"x","Resource":1},{"Sid":"b"}]}`))
	for _, want := range []string{"Version", "statement 1: Effect", "statement 1: Action", "statement 1: Resource", "statement 2 (b): Effect: missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestParse_takesTheStarredPrincipalsAsOne(t *testing.T) {
	for _, p := range []string{`"*"`, `{"AWS":"*"}`, `{"AWS":["*"]}`} {
		doc, err := Parse(Resource, "p", []byte(`{"Statement":{`+allow+`,"Principal":`+p+`}}`))
		if err != nil || !doc.Statements[0].Principals.Everyone {
			t.Errorf("%s: got %+v, %v", p, doc, err)
		}
	}
}

// FuzzParse holds that reading ends without a panic, and that what is accepted has all that a statement needs.
func FuzzParse(f *testing.F) {
	f.Add(uint8(0), []byte(`{"Version":"2012-10-17","Statement":[{"Sid":"a",`+allow+`,"Condition":{"Null":{"a:b":[true,1]}}}]}`))
	f.Add(uint8(1), []byte(`{"Id":"x","Statement":{`+allow+`,"Principal":{"AWS":["*","111122223333"]}}}`))
	f.Add(uint8(3), []byte(`{"Statement":{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}}`))
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		doc, err := Parse(Kind(kind%4), "p", data)
		if err != nil {
			if len(doc.Statements) > 0 {
				t.Fatal("got statements with an error")
			}
			return
		}
		if len(doc.Statements) == 0 {
			t.Fatal("accepted without a statement")
		}
		for _, s := range doc.Statements {
			p := s.Principals
			hasPrincipal := p.Everyone || len(p.AWS)+len(p.Service)+len(p.Federated) > 0
			if len(s.Actions) == 0 || (len(s.Resources) == 0) != (doc.Kind == Trust) || hasPrincipal != doc.Kind.hasPrincipal() {
				t.Fatalf("accepted %+v", s)
			}
		}
	})
}

package policy

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is written of a statement says what was read, and says it as AWS does.
func TestStatement_isWrittenAsItWasRead(t *testing.T) {
	for name, test := range map[string]struct {
		kind Kind
		text string
	}{
		"one of each": {Identity, `{"Sid":"Get","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`},
		"lists and conditions": {Resource, `{"Effect":"Deny","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` +
			`"Condition":{"Bool":{"aws:SecureTransport":"false"},"StringLike":{"s3:prefix":["a/*","b/*"]}}}`},
		"what is not": {Identity, `{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::b"}`},
		"principals":  {Trust, `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/R","Service":["a.amazonaws.com","b.amazonaws.com"]},"Action":"sts:AssumeRole"}`},
		"an origin":   {Resource, `{"Effect":"Allow","Principal":{"CanonicalUser":"` + strings.Repeat("a1", 48) + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`},
		"others":      {Resource, `{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}`},
	} {
		doc, err := Parse(test.kind, "P", []byte(`{"Version":"2012-10-17","Statement":[`+test.text+`]}`))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := json.Marshal(&doc.Statements[0])
		if diff := cmp.Diff(test.text, string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v (-read +written):\n%s", name, err, diff)
		}
	}
}

// Whatever kind of principal there is, is written.
func TestPrincipals_areAllWritten(t *testing.T) {
	const name = "a1b2"
	kinds := reflect.TypeFor[Principals]()
	for i := range kinds.NumField() {
		var p Principals
		field, want := reflect.ValueOf(&p).Elem().Field(i), name
		if field.Kind() == reflect.Bool {
			field.SetBool(true)
			want = "*"
		} else {
			field.Set(reflect.ValueOf([]string{name}))
		}
		if text, err := json.Marshal(p.element()); err != nil || !strings.Contains(string(text), `"`+want+`"`) {
			t.Errorf("%s: got %s, %v, want %s in it", kinds.Field(i).Name, text, err, want)
		}
	}
}

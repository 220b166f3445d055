package policy

import (
	"encoding/json"
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

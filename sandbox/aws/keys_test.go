package aws_test

import (
	"fmt"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

func TestCheckKeys_refusesKeysThatNoRequestHas(t *testing.T) {
	check := func(operator, key string) error {
		return aws.CheckKeys(iam.Identity, "FileStorage/GuestAccess", fmt.Appendf(nil, `{"Version":"2012-10-17","Statement":[{
			"Sid":"Rows","Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*","Condition":{"%s":{"%s":"x"}}}]}`, operator, key))
	}
	// Of a key that is always absent ForAllValues is true: such a statement would open what AWS keeps shut.
	err := check("ForAllValues:StringEquals", "dynamodb:LeadingKeys")
	if err == nil || !strings.Contains(err.Error(), "Rows") || !strings.Contains(err.Error(), "dynamodb:LeadingKeys is not supported by the sandbox") {
		t.Errorf("got %v, want a refusal that names statement and key", err)
	}
	if err := check("StringEquals", "aws:SourceVpce"); err == nil {
		t.Error("got no error for aws:SourceVpce, want one")
	}
	for _, key := range append(aws.ConditionKeys(), "aws:PrincipalTag/user", "S3:Prefix") {
		if err := check("StringEquals", strings.TrimSuffix(key, "/")+map[bool]string{true: "/x"}[strings.HasSuffix(key, "/")]); err != nil {
			t.Errorf("got %v, want no error", err)
		}
	}
}

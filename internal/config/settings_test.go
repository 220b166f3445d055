package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each row is one faulty setting and the one line that it gets.
func TestLoad_refuses(t *testing.T) {
	const certificate = `"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0f3c"`
	const identity = `"sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com"`
	const keys = "account, alarms, allowDeletion, api, auth, budget, cdn, disableTracing, email, introspection, logRetentionDays, mfa, openOrigins, pictures, region, removeData, site, social, tables, tags, threatProtection, webOrigins"
	for _, test := range []struct{ name, members, want string }{
		{"a key that is like none", `"zzz": 1`, `: got the unknown key "zzz", want one of ` + keys},
		{"a key in another case", `"MFA": "off"`, `: got the unknown key "MFA", want a known key; did you mean "mfa"?`},
		{"a key with a line break", `"zz\nz": 1`, `: got the unknown key "zz\nz", want one of ` + keys},
		{"a key misspelt below", `"tables": {"maxReadRequestUnit": 5}`, `.tables: got the unknown key "maxReadRequestUnit", want a known key; did you mean "maxReadRequestUnits"?`},
		{"the client secret by its value, unseen", `"social": {"clientSecret": "s3cret"}`, `.social: got the unknown key "clientSecret", want a known key; did you mean "clientSecretName"?`},

		{"null", `"mfa": null`, `.mfa: got null, want a string`},
		{"a boolean for a string", `"mfa": true`, `.mfa: got the boolean true, want a string`},
		{"a string for a boolean", `"removeData": "true"`, `.removeData: got the string "true", want true or false`},
		{"a number for a boolean", `"introspection": 1`, `.introspection: got the number 1, want true or false`},
		{"a string for a number", `"logRetentionDays": "30"`, `.logRetentionDays: got the string "30", want a number`},
		{"a number for the account", `"account": 123456789012`, `.account: got the number 123456789012, want a string`},
		{"a string for an array", `"webOrigins": "https://x.com"`, `.webOrigins: got the string "https://x.com", want an array of strings`},
		{"an element of another type", `"webOrigins": ["https://x.com", {}]`, `.webOrigins[1]: got an object, want a string`},
		{"an array for an object", `"cdn": []`, `.cdn: got an array, want an object`},
		{"a string for an object", `"tags": "a=b"`, `.tags: got the string "a=b", want an object`},

		{"an account that is too short", `"account": "12345678901"`, `.account: got "12345678901", want 12 digits in quotes, as in "123456789012", or no such key`},
		{"an account with a letter", `"account": "12345678901x"`, `.account: got "12345678901x", want 12 digits in quotes, as in "123456789012", or no such key`},
		{"an empty account", `"account": ""`, `.account: got "", want 12 digits in quotes, as in "123456789012", or no such key`},
		{"an availability zone", `"region": "eu-west-1a"`, `.region: got "eu-west-1a", want the name of a region, as in "eu-west-1"`},
		{"a region without AppSync", `"region": "mx-central-1"`, `.region: got "mx-central-1", want a region that has all services of the stacks, as in "eu-west-1"; this one lacks AppSync (as of 2026-10-20, by internal/config/regions.go)`},
		{"a region that nobody knows", `"region": "xx-moon-1"`, `.region: got "xx-moon-1", want a region that has all services of the stacks, as in "eu-west-1"; this one was not known on 2026-10-20: internal/config/regions.go says how to add one`},
		{"a region next to one", `"region": "eu-west-4"`, `.region: got "eu-west-4", want a region that has all services of the stacks, as in "eu-west-1"; this one was not known on 2026-10-20: internal/config/regions.go says how to add one; did you mean "eu-west-1"?`},
		{"a region in upper case", `"region": "EU-WEST-1"`, `.region: got "EU-WEST-1", want the name of a region, as in "eu-west-1"`},

		{"removal of protected data", `"removeData": true`, `.removeData: got true, want "allowDeletion": true beside it: what is protected from deletion cannot be removed`},
		{"MFA in Cognito's words", `"mfa": "ON"`, `.mfa: got "ON", want one of "off", "optional", "required"; did you mean "off"?`},
		{"a day between", `"logRetentionDays": 29`, `.logRetentionDays: got 29, want days that CloudWatch Logs knows: ` + joinInts(retentionDays)},
		{"a part of a day", `"logRetentionDays": 30.5`, `.logRetentionDays: got 30.5, want days that CloudWatch Logs knows: ` + joinInts(retentionDays)},

		{"a ceiling of nothing", `"tables": {"maxWriteRequestUnits": 0}`, `.tables.maxWriteRequestUnits: got 0, want a whole number from 1 to 2147483647`},
		{"a negative ceiling", `"tables": {"maxReadRequestUnits": -1}`, `.tables.maxReadRequestUnits: got -1, want a whole number from 1 to 2147483647`},
		{"half a unit", `"tables": {"maxReadRequestUnits": 1.5}`, `.tables.maxReadRequestUnits: got 1.5, want a whole number from 1 to 2147483647`},
		{"a ceiling that is too high", `"tables": {"maxReadRequestUnits": 2147483648}`, `.tables.maxReadRequestUnits: got 2147483648, want a whole number from 1 to 2147483647`},
		{"a ceiling beyond counting", `"tables": {"maxReadRequestUnits": 1e300}`, `.tables.maxReadRequestUnits: got 1e+300, want a whole number from 1 to 2147483647`},

		{"a domain without a certificate", `"cdn": {"domain": "images.example.com"}`, `.cdn.certificateArn: got nothing, want a value, because domain is set`},
		{"a certificate without a domain", `"cdn": {` + certificate + `}`, `.cdn.domain: got nothing, want a value, because certificateArn is set`},
		{"a URL for a domain", `"cdn": {"domain": "https://images.example.com", ` + certificate + `}`,
			`.cdn.domain: got "https://images.example.com", want a host name in lower case without scheme, as in "images.example.com"`},
		{"a domain of one label", `"cdn": {"domain": "images", ` + certificate + `}`,
			`.cdn.domain: got "images", want a host name in lower case without scheme, as in "images.example.com"`},
		{"a wildcard domain", `"cdn": {"domain": "*.example.com", ` + certificate + `}`,
			`.cdn.domain: got "*.example.com", want a host name in lower case without scheme, as in "images.example.com"`},
		{"a certificate of another region", `"cdn": {"domain": "a.example.com", "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/0f3c"}`,
			`.cdn.certificateArn: got "arn:aws:acm:eu-west-1:123456789012:certificate/0f3c", want a certificate of ACM in us-east-1, where CloudFront looks for it, as in "arn:aws:acm:us-east-1:123456789012:certificate/ID"`},
		{"a regional web ACL", `"cdn": {"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`,
			`.cdn.webAclArn: got "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55", want a web ACL of WAF with the scope CLOUDFRONT, so in us-east-1, as in "arn:aws:wafv2:us-east-1:123456789012:global/webacl/NAME/UUID"`},
		{"a web ACL of another region", `"cdn": {"webAclArn": "arn:aws:wafv2:eu-west-1:123456789012:global/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`,
			`.cdn.webAclArn: got "arn:aws:wafv2:eu-west-1:123456789012:global/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55", want a web ACL of WAF with the scope CLOUDFRONT, so in us-east-1, as in "arn:aws:wafv2:us-east-1:123456789012:global/webacl/NAME/UUID"`},
		{"a web ACL of the CDN before the API", `"api": {"webAclArn": "arn:aws:wafv2:eu-west-1:123456789012:global/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`,
			`.api.webAclArn: got "arn:aws:wafv2:eu-west-1:123456789012:global/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55", want a web ACL of WAF with the scope REGIONAL, as in "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/NAME/UUID"`},
		{"a web ACL of another region before the API", `"api": {"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`,
			`.api.webAclArn: got "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55", want one in eu-west-1, the environment's region`},
		{"a web ACL of another account before the user pool", `"account": "111122223333", "auth": {"webAclArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`,
			`.auth.webAclArn: got "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55", want one of 111122223333, the environment's account`},
		{"a web ACL by its name", `"auth": {"webAclArn": "guard"}`,
			`.auth.webAclArn: got "guard", want a web ACL of WAF with the scope REGIONAL, as in "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/NAME/UUID"`},
		{"a web ACL without a UUID", `"api": {"webAclArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/0f-3c"}`,
			`.api.webAclArn: got "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/0f-3c", want a web ACL of WAF with the scope REGIONAL, as in "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/NAME/UUID"`},
		{"a web ACL with too long a name", `"cdn": {"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/` + strings.Repeat("a", 129) + `/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`,
			`.cdn.webAclArn: got "arn:aws:wafv2:us-east-1:123456789012:global/webacl/` + strings.Repeat("a", 49) + `"… (217 characters), want a web ACL of WAF with the scope CLOUDFRONT, so in us-east-1, as in "arn:aws:wafv2:us-east-1:123456789012:global/webacl/NAME/UUID"`},
		{"a key of the CDN at the API", `"api": {"priceClass": "PriceClass_100"}`, `.api: got the unknown key "priceClass", want one of webAclArn`},
		{"a price class of no name", `"cdn": {"priceClass": "100"}`, `.cdn.priceClass: got "100", want one of "PriceClass_100", "PriceClass_200", "PriceClass_All"`},

		{"a sender without an identity", `"email": {"from": "a@example.com"}`, `.email.sesIdentityArn: got nothing, want a value, because from is set`},
		{"an identity without a sender", `"email": {` + identity + `}`, `.email.from: got nothing, want a value, because sesIdentityArn is set`},
		{"a sender that is no address", `"email": {"from": "Lightbox", ` + identity + `}`, `.email.from: got "Lightbox", want an address, as in "Lightbox <no-reply@example.com>" or "no-reply@example.com"`},
		{"a sender on this machine", `"email": {"from": "root@localhost", ` + identity + `}`, `.email.from: got "root@localhost", want an address, as in "Lightbox <no-reply@example.com>" or "no-reply@example.com"`},
		{"two senders", `"email": {"from": "a@example.com, b@example.com", ` + identity + `}`, `.email.from: got "a@example.com, b@example.com", want an address, as in "Lightbox <no-reply@example.com>" or "no-reply@example.com"`},
		{"a sender with a header in it", `"email": {"from": "a@example.com\r\nBcc: b@example.com", ` + identity + `}`,
			`.email.from: got "a@example.com\r\nBcc: b@example.com", want an address, as in "Lightbox <no-reply@example.com>" or "no-reply@example.com", in ASCII`},
		{"a sender of another domain", `"email": {"from": "a@notexample.com", ` + identity + `}`, `.email.from: got "a@notexample.com", want an address of the verified identity "example.com"`},
		{"a topic for an identity", `"email": {"from": "a@example.com", "sesIdentityArn": "arn:aws:sns:eu-west-1:123456789012:topic"}`,
			`.email.sesIdentityArn: got "arn:aws:sns:eu-west-1:123456789012:topic", want a verified identity of SES, as in "arn:aws:ses:eu-west-1:123456789012:identity/example.com"`},

		{"alarms for nobody", `"alarms": {"email": ""}`, `.alarms.email: got "", want an address, as in "ops@example.com"`},
		{"alarms for somebody by name", `"alarms": {"email": "Ops <ops@example.com>"}`, `.alarms.email: got "Ops <ops@example.com>", want an address, as in "ops@example.com"`},
		{"alarms for two", `"alarms": {"email": "a@example.com,b@example.com"}`, `.alarms.email: got "a@example.com,b@example.com", want an address, as in "ops@example.com"`},
		{"alarms for this machine", `"alarms": {"email": "root@localhost"}`, `.alarms.email: got "root@localhost", want an address, as in "ops@example.com"`},
		{"alarms for an address beyond ASCII", `"alarms": {"email": "ops@schön.example"}`, `.alarms.email: got "ops@schön.example", want an address, as in "ops@example.com"`},
		{"alarms for too long a name", `"alarms": {"email": "` + strings.Repeat("a", 65) + `@example.com"}`,
			`.alarms.email: got "` + strings.Repeat("a", 65) + `@example.com", want an address, as in "ops@example.com", of at most 254 characters, 64 of them before the @`},
		{"alarms for too long an address", `"alarms": {"email": "a@` + strings.Repeat("a.", 125) + `com"}`,
			`.alarms.email: got "a@` + strings.Repeat("a.", 49) + `"… (255 characters), want an address, as in "ops@example.com", of at most 254 characters, 64 of them before the @`},
		{"a budget that nobody hears of", `"budget": {"monthly": 50}`, `.budget.monthly: got 50, want alarms.email beside it, which gets its mails`},
		{"a budget of nothing", `"alarms": {"email": "ops@example.com"}, "budget": {"monthly": 0}`, `.budget.monthly: got 0, want a whole number from 1 to 999999999`},
		{"a budget with cents", `"alarms": {"email": "ops@example.com"}, "budget": {"monthly": 9.99}`, `.budget.monthly: got 9.99, want a whole number from 1 to 999999999`},
		{"a budget in words", `"alarms": {"email": "ops@example.com"}, "budget": {"monthly": "50 USD"}`, `.budget.monthly: got the string "50 USD", want a number`},

		{"an identity beyond ASCII", `"email": {"from": "a@example.com", "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/schön.example"}`,
			`.email.sesIdentityArn: got "arn:aws:ses:eu-west-1:123456789012:identity/schön.example", want a verified identity of SES, as in "arn:aws:ses:eu-west-1:123456789012:identity/example.com"`},

		{"a tag of the CDK", `"tags": {"aws-cdk:auto-delete-objects": "true"}`, `.tags: got the key "aws-cdk:auto-delete-objects", want one without the prefix "aws-cdk:": by aws-cdk:auto-delete-objects a bucket is emptied`},
		{"a tag of AWS", `"tags": {"AWS:x": "y"}`, `.tags: got the key "AWS:x", want one without the prefix "aws:": AWS reserves it`},
		{"a tag without a name", `"tags": {"": "y"}`, `.tags: got the key "", want 1 to 128 letters, digits, spaces and _.:/=+-@`},
		{"a tag's name that is too long", `"tags": {"` + strings.Repeat("x", 129) + `": "y"}`,
			`.tags: got the key "` + strings.Repeat("x", 100) + `"… (129 characters), want 1 to 128 letters, digits, spaces and _.:/=+-@`},
		{"a tag's value that is too long", `"tags": {"x": "` + strings.Repeat("y", 257) + `"}`,
			`.tags.x: got "` + strings.Repeat("y", 100) + `"… (257 characters), want at most 256 letters, digits, spaces and _.:/=+-@`},
		{"a tag's value with other characters", `"tags": {"a b": "<x>"}`, `.tags["a b"]: got "<x>", want at most 256 letters, digits, spaces and _.:/=+-@`},
		{"a site by a flag", `"site": true`, `.site: got the boolean true, want an object`},
		{"a site's domain alone", `"site": {"domain": "www.example.com"}`, `.site.certificateArn: got nothing, want a value, because domain is set`},
		{"a site's certificate elsewhere", `"site": {"domain": "www.example.com", "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/0f3c"}`,
			`.site.certificateArn: got "arn:aws:acm:eu-west-1:123456789012:certificate/0f3c", want a certificate of ACM in us-east-1, where CloudFront looks for it, as in "arn:aws:acm:us-east-1:123456789012:certificate/ID"`},
		{"a site by the CDN's name", `"cdn": {"domain": "a.example.com", ` + certificate + `}, "site": {"domain": "a.example.com", ` + certificate + `}`,
			`.site.domain: got "a.example.com", want another name than cdn.domain: a name is one distribution's`},
		{"a site's origin twice", `"site": {"domain": "shop.example.com", ` + certificate + `}`,
			`.webOrigins[0]: got "https://shop.example.com", want each origin once: it is that of site.domain already`},
		{"an empty list of origins beside a site", `"site": {}, "webOrigins": []`, `.webOrigins: got nothing, want at least one origin, as in ["https://shop.example.com"], or "site": {}`},
		{"a tag's value of another type", `"tags": {"x": 1}`, `.tags.x: got the number 1, want a string`},
		{"tags that differ in case alone", `"tags": {"Env": "a", "env": "b"}`, `.tags: got the key "env", want one that differs from "Env" in more than case`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := loadWith(t, test.members)
			if diff := cmp.Diff([]string{"environments.prod" + test.want}, faultsOf(err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// The controls of the rows above: what is next to a fault and right.
func TestLoad_accepts(t *testing.T) {
	for _, test := range []struct{ name, members string }{
		{"a region with a longer name", `"region": "ap-southeast-5"`},
		{"a region of another word", `"region": "sa-east-1"`},
		{"deletion without removal", `"allowDeletion": true`},
		{"removal of unprotected data", `"allowDeletion": true, "removeData": true`},
		{"the shortest retention", `"logRetentionDays": 1`},
		{"the longest retention", `"logRetentionDays": 3653`},
		{"a whole number with a fraction of zero", `"logRetentionDays": 30.0`},
		{"a web ACL without a domain", `"cdn": {"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a_b/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`},
		{"one web ACL before the API and the user pool", `"account": "123456789012", "api": {"webAclArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a_b/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}, "auth": {"webAclArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a_b/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`},
		{"a web ACL with the longest name", `"cdn": {"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/` + strings.Repeat("a", 128) + `/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"}`},
		{"a sender that is the identity", `"email": {"from": "a@example.com", "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/a@example.com"}`},
		{"a sender in the identity's domain", `"email": {"from": "A <a@Example.com>", "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com"}`},
		{"a sender in a domain below", `"email": {"from": "a@mail.example.com", "sesIdentityArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com"}`},
		{"alarms for the longest name", `"alarms": {"email": "` + strings.Repeat("a", 64) + `@example.com"}`},
		{"alarms for the longest address", `"alarms": {"email": "ab@` + strings.Repeat("a.", 124) + `com"}`},
		{"the highest ceiling", `"tables": {"maxReadRequestUnits": 2147483647}`},
		{"objects without settings", `"api": {}, "auth": {}, "cdn": {}, "tables": {}, "email": {}, "social": {}, "tags": {}`},
		{"a tag without a value", `"tags": {"x": ""}`},
		{"a tag's name of the full length", `"tags": {"` + strings.Repeat("ü", 128) + `": "` + strings.Repeat("ü", 256) + `"}`},
		{"a tag that begins like AWS's", `"tags": {"awsome": "x"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := loadWith(t, test.members); err != nil {
				t.Errorf("got %v, want no fault", err)
			}
		})
	}
}

func TestLoad_refusesMoreTagsThanAResourceCanHave(t *testing.T) {
	tags := func(n int) string {
		var pairs []string
		for i := range n {
			pairs = append(pairs, `"t`+strings.Repeat("x", i)+`": ""`)
		}
		return `"tags": {` + strings.Join(pairs, ", ") + `}`
	}
	if _, err := loadWith(t, tags(50)); err != nil {
		t.Errorf("50 tags: got %v, want no fault", err)
	}
	_, err := loadWith(t, tags(51))
	want := []string{`environments.prod.tags: got 51 tags, want at most 50`}
	if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
		t.Errorf("51 tags: faults (-want +got):\n%s", diff)
	}
}

func TestLoad_refusesOtherPartitionsByName(t *testing.T) {
	for region, partition := range map[string]string{
		"cn-north-1":      "aws-cn",
		"us-gov-west-1":   "aws-us-gov",
		"us-iso-east-1":   "aws-iso",
		"us-isob-east-1":  "aws-iso-b",
		"us-isof-south-1": "aws-iso-f",
		"eu-isoe-west-1":  "aws-iso-e",
		"eusc-de-east-1":  "aws-eusc",
	} {
		_, err := loadWith(t, `"region": "`+region+`"`)
		if err == nil || !strings.Contains(err.Error(), "of the partition "+partition+", which") {
			t.Errorf("%s: got %v, want a fault that names %s", region, err, partition)
		}
	}
}

func TestLoad_takesSocialSignInWholeOrNotAtAll(t *testing.T) {
	all := map[string]string{
		"provider":         `"provider": "Facebook"`,
		"clientId":         `"clientId": "1234567890"`,
		"clientSecretName": `"clientSecretName": "lightbox/facebook"`,
		"domainPrefix":     `"domainPrefix": "example-shop"`,
	}
	for missing := range all {
		var members []string
		for key, member := range all {
			if key != missing {
				members = append(members, member)
			}
		}
		_, err := loadWith(t, `"social": {`+strings.Join(members, ", ")+`}`)
		if lines := faultsOf(err); len(lines) != 1 || !strings.HasPrefix(lines[0], "environments.prod.social."+missing+": got nothing, want a value, because ") {
			t.Errorf("without %s: got %q, want one fault that names it", missing, lines)
		}
	}
}

func TestLoad_refusesSocialSettings(t *testing.T) {
	const (
		prefix   = `environments.prod.social.`
		wantName = `want the name of a secret in Secrets Manager, as in "lightbox/google"`
		isSecret = wantName + `; this looks like the secret itself, which must not stand in a file: change it at the provider`
	)
	// faults are those of a whole set of settings with one changed.
	faults := func(t *testing.T, key, text string) []string {
		t.Helper()
		settings := map[string]string{"provider": "Google", "clientId": "id", "clientSecretName": "lightbox/google", "domainPrefix": "shop", key: text}
		_, err := Load(func(key string) any {
			social := map[string]any{}
			for name, value := range settings {
				social[name] = value
			}
			environment := map[string]any{"region": "eu-west-1", "webOrigins": []any{"https://x.example"}, "social": social}
			return map[string]any{"env": "prod", "environments": map[string]any{"prod": environment}}[key]
		})
		return faultsOf(err)
	}
	for _, test := range []struct{ name, key, text, want string }{
		{"a provider in the console's words", "provider", "google", `got "google", want one of "Google", "Facebook", "LoginWithAmazon"; did you mean "Google"?`},
		{"a provider that is not supported", "provider", "SignInWithApple", `got "SignInWithApple", want one of "Google", "Facebook", "LoginWithAmazon"`},
		{"an empty client id", "clientId", "", `got "", want the app's id at the provider, without spaces`},
		{"a client id with a space", "clientId", "a b", `got "a b", want the app's id at the provider, without spaces`},
		{"the secret's ARN", "clientSecretName", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf",
			`got a text of 61 characters, not shown here, ` + wantName + `; this is an ARN, which ties the settings to one account`},
		{"a secret of Google", "clientSecretName", "GOCSPX-abcdefghijklmnopqrstuvwxyz12", `got a text of 35 characters, not shown here, ` + isSecret},
		{"a secret of Facebook", "clientSecretName", "0123456789abcdef0123456789abcdef", `got a text of 32 characters, not shown here, ` + isSecret},
		{"a secret of Amazon", "clientSecretName", "amzn1.oa2-cs.v1.0123456789abcdef", `got a text of 32 characters, not shown here, ` + isSecret},
		{"a random text", "clientSecretName", "prod/aB3dE5fG7hI9jK1lM3nO", `got a text of 25 characters, not shown here, ` + isSecret},
		{"a name with a space", "clientSecretName", "my secret", `got a text of 9 characters, not shown here, ` + wantName + `: letters, digits and /_+=.@-`},
		{"an empty name", "clientSecretName", "", `got a text of 0 characters, not shown here, ` + wantName + `: letters, digits and /_+=.@-`},
		{"a prefix with a reserved word", "domainPrefix", "myaws-shop", `got "myaws-shop", want a prefix without "aws": Cognito reserves the word`},
		{"a prefix with a dot", "domainPrefix", "shop.example", `got "shop.example", want at most 63 lower-case letters, digits and inner hyphens, as in "example-shop"`},
		{"a prefix that is too long", "domainPrefix", strings.Repeat("x", 64), `got "` + strings.Repeat("x", 64) + `", want at most 63 lower-case letters, digits and inner hyphens, as in "example-shop"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{prefix + test.key + ": " + test.want}, faults(t, test.key, test.text)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
	for _, control := range []struct{ key, text string }{
		{"provider", "LoginWithAmazon"},
		{"clientId", "amzn1.application-oa2-client.0123"},
		{"clientSecretName", "lightbox/production/google-client-secret"},
		{"clientSecretName", "lightboxproductiongoogleclientsecret"},
		{"clientSecretName", "LightboxProductionGoogleClientSecret"},
		{"clientSecretName", "LIGHTBOX_2026_GOOGLE_CLIENT_SECRET"},
		{"clientSecretName", "lightbox2026googleclientsecret"},
		{"clientSecretName", "lightbox/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"},
		{"domainPrefix", strings.Repeat("x", 63)},
	} {
		if lines := faults(t, control.key, control.text); lines != nil {
			t.Errorf("%s %q: got %q, want no fault", control.key, control.text, lines)
		}
	}
}

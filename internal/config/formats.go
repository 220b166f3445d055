package config

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/origin"
)

var accountPattern = regexp.MustCompile(`^[0-9]{12}$`)

func account(text string) string {
	return unless(accountPattern.MatchString(text), `12 digits in quotes, as in "123456789012", or no such key`)
}

func domain(text string) string {
	return unless(strings.Contains(text, ".") && origin.IsHostName(text), `a host name in lower case without scheme, as in "images.example.com"`)
}

var certificatePattern = regexp.MustCompile(`^arn:aws:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]+$`)

// certificate checks the ARN of a distribution's certificate.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
func certificate(text string) string {
	return unless(certificatePattern.MatchString(text),
		`a certificate of ACM in us-east-1, where CloudFront looks for it, as in "arn:aws:acm:us-east-1:123456789012:certificate/ID"`)
}

// webACLName is the name of a web ACL and its id, a UUID, at the end of its ARN.
//
// https://docs.aws.amazon.com/waf/latest/APIReference/API_WebACLSummary.html
const webACLName = `webacl/[A-Za-z0-9_-]{1,128}/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$`

var webACLPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:aws:wafv2:us-east-1:[0-9]{12}:global/` + webACLName)
})

// webACL checks the ARN of a distribution's web ACL.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html
func webACL(text string) string {
	return unless(webACLPattern().MatchString(text),
		`a web ACL of WAF with the scope CLOUDFRONT, so in us-east-1, as in "arn:aws:wafv2:us-east-1:123456789012:global/webacl/NAME/UUID"`)
}

var regionalWebACLPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:aws:wafv2:[a-z0-9-]+:[0-9]{12}:regional/` + webACLName)
})

// regionalWebACL checks the ARN of a web ACL for an API or a user pool.
//
// https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
func regionalWebACL(text string) string {
	return unless(regionalWebACLPattern().MatchString(text),
		`a web ACL of WAF with the scope REGIONAL, as in "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/NAME/UUID"`)
}

var tableNamePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`) })

// tableName checks the name of a DynamoDB table.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
func tableName(text string) string {
	return unless(tableNamePattern().MatchString(text), "the name of a table: 3 to 255 letters, digits and _.-")
}

// placeOf is the region and the account of an ARN, empty for a text that is none.
func placeOf(arn string) (region, account string) {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[3], parts[4]
	}
	return "", ""
}

// sender checks the From of messages. It must be ASCII, as SES wants it.
//
// https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
func sender(text string) string {
	const want = `an address, as in "Lightbox <no-reply@example.com>" or "no-reply@example.com"`
	if !printable(text) {
		return want + ", in ASCII"
	}
	address, err := mail.ParseAddress(text)
	if err != nil {
		return want
	}
	host := afterLast(address.Address, "@")
	return unless(domain(strings.ToLower(host)) == "", want)
}

// mostOfAddress and mostBeforeAt are how long an address may be: a path of 256 characters has it between < and >.
//
// https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1
const (
	mostOfAddress = 254
	mostBeforeAt  = 64
)

// address checks an address that gets mails, and not one with a name before it: SNS takes none.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func address(text string) string {
	const want = `an address, as in "ops@example.com"`
	parsed, err := mail.ParseAddress(text)
	if !printable(text) || err != nil || parsed.Address != text {
		return want
	}
	if len(text) > mostOfAddress || strings.LastIndexByte(text, '@') > mostBeforeAt {
		return fmt.Sprintf("%s, of at most %d characters, %d of them before the @", want, mostOfAddress, mostBeforeAt)
	}
	return unless(domain(strings.ToLower(afterLast(text, "@"))) == "", want)
}

var sesIdentityPattern = regexp.MustCompile(`^arn:aws:ses:[a-z0-9-]+:[0-9]{12}:identity/[!-.0-~]+$`)

// sesIdentity checks the ARN of a verified identity of SES.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
func sesIdentity(text string) string {
	return unless(sesIdentityPattern.MatchString(text),
		`a verified identity of SES, as in "arn:aws:ses:eu-west-1:123456789012:identity/example.com"`)
}

// identityName is what an identity of SES is called: an address or a domain.
func identityName(arn string) string {
	_, name, _ := strings.Cut(arn, ":identity/")
	return name
}

// sends tells whether the identity of SES may send from the address: it is the
// address or its domain, or a domain above that.
//
// https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
func sends(identityARN, from string) bool {
	parsed, err := mail.ParseAddress(from)
	if err != nil {
		return false
	}
	address, identity := strings.ToLower(parsed.Address), strings.ToLower(identityName(identityARN))
	host := afterLast(address, "@")
	return address == identity || host == identity || strings.HasSuffix(host, "."+identity)
}

func clientID(text string) string {
	return unless(text != "" && printable(text) && !strings.Contains(text, " "), "the app's id at the provider, without spaces")
}

var (
	secretNamePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]{1,512}$`) })
	// The secrets of Google, Amazon (new and old) and Facebook.
	secretValuePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^GOCSPX-|^amzn1\.oa2-cs\.|^[0-9a-fA-F]{32,}$`) })
	longRunPattern     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z0-9+=_]{20,}`) })
)

// isSecretLike tells whether a text looks like a secret rather than like the
// name of one: names are made of words, while a random text of some length holds
// upper case, lower case and digits.
func isSecretLike(text string) bool {
	random := func(run string) bool {
		return strings.ContainsFunc(run, unicode.IsUpper) && strings.ContainsFunc(run, unicode.IsLower) &&
			strings.ContainsFunc(run, unicode.IsDigit)
	}
	return secretValuePattern().MatchString(text) || slices.ContainsFunc(longRunPattern().FindAllString(text, -1), random)
}

// secretName checks the name of a secret in Secrets Manager.
//
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
func secretName(text string) string {
	const want = `the name of a secret in Secrets Manager, as in "lightbox/google"`
	switch {
	case strings.HasPrefix(text, "arn:"):
		return want + "; this is an ARN, which ties the settings to one account"
	case isSecretLike(text):
		return want + "; this looks like the secret itself, which must not stand in a file: change it at the provider"
	case !secretNamePattern().MatchString(text):
		return want + ": letters, digits and /_+=.@-"
	}
	return ""
}

var domainPrefixPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`) })

// domainPrefix checks the first label of the sign-in page's host.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
func domainPrefix(text string) string {
	for _, reserved := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(text, reserved) {
			return fmt.Sprintf("a prefix without %q: Cognito reserves the word", reserved)
		}
	}
	return unless(domainPrefixPattern().MatchString(text), `at most 63 lower-case letters, digits and inner hyphens, as in "example-shop"`)
}

// mostTags is how many tags a resource can have.
//
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const mostTags = 50

var tagPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`) })

func tagKey(text string) string {
	if strings.HasPrefix(strings.ToLower(text), "aws:") {
		return `one without the prefix "aws:": AWS reserves it`
	}
	// A stack's tags are put on its buckets, and by a tag the CDK's function knows which of them it may empty.
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
	if strings.HasPrefix(strings.ToLower(text), "aws-cdk:") {
		return `one without the prefix "aws-cdk:": by aws-cdk:auto-delete-objects a bucket is emptied`
	}
	return unless(text != "" && utf8.RuneCountInString(text) <= 128 && tagPattern().MatchString(text),
		"1 to 128 letters, digits, spaces and _.:/=+-@")
}

func tagValue(text string) string {
	return unless(utf8.RuneCountInString(text) <= 256 && tagPattern().MatchString(text),
		"at most 256 letters, digits, spaces and _.:/=+-@")
}

// printable tells whether a text is printable ASCII.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) })
}

// afterLast is what follows the last sep, "" where there is none.
func afterLast(text, sep string) string {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return ""
	}
	return text[i+len(sep):]
}

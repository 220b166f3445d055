package access

import (
	"slices"
	"strings"
)

// Statement is one statement of an IAM policy that allows something on the
// bucket, as plain data. Exactly one of Keys and Prefixes is set.
//
//   - With Keys the resources are the objects whose keys match one of them.
//   - With Prefixes it lists: the resource is the bucket itself, on the condition
//     {"StringLike": {"s3:prefix": Prefixes}}.
//
// Patterns hold "*" for any run of characters, "/" included, and IAM policy
// variables in place of owner tokens. No pattern is a bare "*".
type Statement struct {
	// Sid names the statement by verbs and area, as in "GetPublicProducts" or
	// "PutDeleteOwnProtected". It is unique in its policy and alphanumeric, as IAM
	// demands of the policies of roles.
	Sid string
	// Actions are full names such as "s3:GetObject", never with a wildcard.
	Actions []string
	// Keys are patterns of object keys, as in "public/products/*".
	Keys []string
	// Prefixes are patterns of what a listing may ask for, as in
	// "private/${cognito-identity.amazonaws.com:sub}/*". The pattern matches
	// "private/<id>/" and all below it, and neither "private/<id>", "private/" nor
	// "". A listing without any prefix lacks the condition's key and is denied.
	//
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
	Prefixes []string
}

// actions are the S3 actions behind each verb, in the order of the verbs.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
// and, for put, https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
var actions = [...][]string{
	{"s3:GetObject"},
	{"s3:ListBucket"},
	{"s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"},
	{"s3:DeleteObject"},
	{"s3:ListBucketVersions"},
	{"s3:DeleteObjectVersion"},
}

// Statements compiles the rules to the policy of one principal, in the order of
// the rules: for each area at most one statement on its objects and one on
// listing it, first for everybody's files, then for the caller's own. What the
// principal has already by another statement or policy is not repeated: owners
// by SignedIn, groups by User. Of a function, all areas that it lists in the same
// way are in one statement.
//
// The rules must have passed Validate. A principal the table grants nothing,
// or one it does not know, has no statements and so no rights.
func Statements(rules []Rule, principal Principal) []Statement {
	var statements []Statement
	for _, rule := range rules {
		fixed, _ := rule.stem()
		switch principal {
		case CDN:
			statements = allow(statements, rule.CDN, name(fixed), rule.everybody())
		case Guest:
			statements = allow(statements, rule.Guest, name(fixed), rule.everybody())
		case User:
			statements = allow(statements, rule.SignedIn, name(fixed), rule.everybody())
			statements = allow(statements, rule.Owner&^rule.SignedIn, "Own"+name(fixed), rule.own())
		default:
			verbs := rule.Groups[principal] &^ rule.SignedIn
			if principal.IsFunction() {
				verbs = rule.Functions[principal]
			}
			statements = allow(statements, verbs, name(fixed), rule.everybody())
		}
	}
	if principal.IsFunction() {
		return joinListings(statements)
	}
	return statements
}

// joinListings makes one statement of those by which a function lists areas in the same way: each names the bucket, which stands in
// another stack.
func joinListings(statements []Statement) (joined []Statement) {
	for _, one := range statements {
		at := slices.IndexFunc(joined, func(other Statement) bool { return other.Prefixes != nil && slices.Equal(other.Actions, one.Actions) })
		if one.Prefixes == nil || at < 0 {
			joined = append(joined, one)
			continue
		}
		joined[at].Sid += one.Sid[len(verbsIn(one)):]
		joined[at].Prefixes = append(joined[at].Prefixes, one.Prefixes...)
	}
	return joined
}

// verbsIn is how the Sid of a listing begins.
func verbsIn(listing Statement) (begin string) {
	for i, verb := range verbNames {
		if Verbs(1<<i)&OfBucket != 0 && slices.Contains(listing.Actions, actions[i][0]) {
			begin += title(verb)
		}
	}
	return begin
}

// allow appends the statements that grant the verbs on one pattern, if any.
func allow(statements []Statement, verbs Verbs, area, pattern string) []Statement {
	if pattern == "" {
		return statements
	}
	var objects, listing Statement
	for i, verb := range verbNames {
		switch bit := Verbs(1 << i); {
		case verbs&bit == 0:
			continue
		case bit&OfBucket != 0:
			listing.Sid += title(verb)
			listing.Actions = append(listing.Actions, actions[i]...)
			listing.Prefixes = []string{pattern}
		default:
			objects.Sid += title(verb)
			objects.Actions = append(objects.Actions, actions[i]...)
			objects.Keys = []string{pattern}
		}
	}
	for _, statement := range []Statement{objects, listing} {
		if statement.Actions != nil {
			statement.Sid += area
			statements = append(statements, statement)
		}
	}
	return statements
}

// Prefix is what the keys of an area begin with, whoever owns them, as in "uploads/".
func (r Rule) Prefix() string {
	fixed, _ := r.stem()
	return fixed
}

// ID is the area in one word, as in "PublicPhotos".
func (r Rule) ID() string { return name(r.Prefix()) }

// name turns the fixed part of an area into one word, "public/photos/" into
// "PublicPhotos".
func name(fixed string) string {
	words := strings.FieldsFunc(fixed, func(r rune) bool { return r == '/' || r == '-' })
	for i, word := range words {
		words[i] = title(word)
	}
	return strings.Join(words, "")
}

// title raises the first letter of each ASCII word, and joins words with hyphens.
func title(words string) string {
	joined := ""
	for word := range strings.SplitSeq(words, "-") {
		joined += strings.ToUpper(word[:1]) + word[1:]
	}
	return joined
}

// Erased tells whether the function remover erases versions of what a key is in; elsewhere it puts delete markers.
func Erased(key string) bool {
	for _, rule := range Rules() {
		if strings.HasPrefix(key, rule.Prefix()) {
			return rule.Functions[Remover]&Erase != 0
		}
	}
	return false
}

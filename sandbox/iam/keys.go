package iam

import (
	"fmt"
	"strings"
	"unicode"
)

// conditionKey is the name of a condition key, with the place its value comes from.
// "Context key names are not case-sensitive."
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
type conditionKey struct {
	name   string // as written
	source keySource
	rest   string // the tag's key, or the web identity provider
}

// keySource tells the keys that state who is asking from all others. A principal alone has a say in its own keys:
// nothing in a request's Context can give it another name, tag or identity.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
type keySource uint8

const (
	fromContext keySource = iota
	principalARN
	principalAccount
	principalType
	principalTag
	principalIsService
	principalServiceName
	federatedProvider
	userID
	claimAudience
	claimSubject
	claimMethods
	sourceARN     // of a service's call; from the Context where the principal is no service
	sourceAccount // likewise
)

// principalKeys is the table of the keys that principals bring, in lower case.
var principalKeys = map[string]keySource{
	"aws:principalarn":          principalARN,
	"aws:principalaccount":      principalAccount,
	"aws:principaltype":         principalType,
	"aws:principalisawsservice": principalIsService,
	"aws:principalservicename":  principalServiceName,
	"aws:federatedprovider":     federatedProvider,
	"aws:userid":                userID,
	"aws:sourcearn":             sourceARN,
	"aws:sourceaccount":         sourceAccount,
}

// claims is the table of the claims of a web identity that are keys, as in cognito-identity.amazonaws.com:aud.
var claims = map[string]keySource{
	"aud": claimAudience,
	"sub": claimSubject,
	"amr": claimMethods,
}

const tagPrefix = "aws:principaltag/"

// compileKey reads the name of a condition key: a prefix, a colon and a name.
func compileKey(name string) (conditionKey, error) {
	k := conditionKey{name: name}
	prefix, rest, ok := strings.Cut(name, ":")
	if !ok || prefix == "" || rest == "" || strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name, "*?${}") {
		return k, fmt.Errorf("got the condition key %q, want a prefix and a name, as in aws:SourceArn", name)
	}
	lower := strings.ToLower(name)
	switch {
	case len(name) > len(tagPrefix) && strings.HasPrefix(lower, tagPrefix):
		k.source, k.rest = principalTag, name[len(tagPrefix):]
	case strings.Contains(prefix, "."):
		k.source, ok = claims[strings.ToLower(rest)]
		if !ok {
			return k, fmt.Errorf("condition key %q: of a web identity only the claims aud, sub and amr are supported", name)
		}
		k.rest = prefix
	default:
		k.source = principalKeys[lower]
	}
	return k, nil
}

// value is what a request has for a condition key.
type value struct {
	one     string   // of a key with a single value
	many    []string // of a multivalued key
	multi   bool
	present bool
}

// single is the value of a single-valued key.
func single(s string) value { return value{one: s, present: true} }

// optional is single, where no text means that the key is not there.
func optional(s string) value { return value{one: s, present: s != ""} }

// multiple is the value of a multivalued key. Without any text in it the key counts as absent: it "resolves to a null
// data set, such as an empty string".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func multiple(list []string) value {
	for _, s := range list {
		if s != "" {
			return value{many: list, multi: true, present: true}
		}
	}
	return value{multi: true}
}

// Context are the condition keys of a request, except those that its Principal brings: aws:SecureTransport, s3:prefix
// and so on. A key that is not there is absent, which is not the same as empty. Of two entries for one name the first
// counts.
type Context []Key

// Key is a condition key with its value. With Values it is a multivalued key, as aws:TagKeys is, even if there is just
// one value; else it has the single Value.
type Key struct {
	Name   string // in any case
	Value  string
	Values []string
}

func (c Context) value(name string) value {
	for i := range c {
		k := &c[i]
		if len(k.Name) != len(name) || !strings.EqualFold(k.Name, name) {
			continue
		}
		if k.Values != nil {
			return multiple(k.Values)
		}
		return single(k.Value)
	}
	return value{}
}

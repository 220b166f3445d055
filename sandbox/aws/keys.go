package aws

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/iam/policy"
)

// conditionKeys are the condition keys that a request of the sandbox can have, in lower case; what ends in a slash is the
// beginning of some. A policy that asks for another would get "absent" for an answer, where AWS has a value.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
var conditionKeys = map[string]bool{
	"aws:currenttime": true, "aws:epochtime": true, "aws:federatedprovider": true, "aws:principalaccount": true,
	"aws:principalarn": true, "aws:principalisawsservice": true, "aws:principalservicename": true, "aws:principaltag/": true,
	"aws:principaltype": true, "aws:referer": true, "aws:requestedregion": true, "aws:requesttag/": true,
	"aws:resourceaccount": true, "aws:securetransport": true, "aws:sourceaccount": true, "aws:sourcearn": true,
	"aws:sourceip": true, "aws:tagkeys": true, "aws:useragent": true, "aws:userid": true, "aws:username": true, "aws:viaawsservice": true,
	"cognito-identity.amazonaws.com:amr": true, "cognito-identity.amazonaws.com:aud": true, "cognito-identity.amazonaws.com:sub": true,
	"s3:authtype": true, "s3:delimiter": true, "s3:if-match": true, "s3:if-none-match": true, "s3:max-keys": true, "s3:prefix": true,
	"s3:requestobjecttag/": true, "s3:requestobjecttagkeys": true, "s3:resourceaccount": true, "s3:signatureage": true,
	"s3:signatureversion": true, "s3:tlsversion": true, "s3:versionid": true, "s3:x-amz-acl": true, "s3:x-amz-content-sha256": true,
	"s3:x-amz-copy-source": true, "s3:x-amz-metadata-directive": true, "s3:x-amz-server-side-encryption": true,
	"s3:x-amz-storage-class": true, "sts:externalid": true, "sts:rolesessionname": true,
}

// ConditionKeys are the condition keys that the sandbox knows, in lower case and sorted.
func ConditionKeys() []string { return slices.Sorted(maps.Keys(conditionKeys)) }

// CheckKeys refuses a policy document that asks for a condition key which no request of the sandbox has. Which of them come
// with an action is not checked, as AWS does not either. A document that can't be read is for others to refuse.
func CheckKeys(kind policy.Kind, name string, text []byte) error {
	document, err := policy.Parse(kind, name, text)
	if err != nil {
		return nil //nolint:nilerr // its fault is found, and worded, where it is compiled
	}
	var errs []error
	for i := range document.Statements {
		statement := &document.Statements[i]
		for _, condition := range statement.Conditions {
			key := strings.ToLower(condition.Key)
			prefix, _, tagged := strings.Cut(key, "/")
			if !conditionKeys[key] && (!tagged || !conditionKeys[prefix+"/"]) {
				errs = append(errs, fmt.Errorf("%s of %s: the condition key %s is not supported by the sandbox", statement.Ref(), name, condition.Key))
			}
		}
	}
	return errors.Join(errs...)
}

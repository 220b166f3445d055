package aws

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Dialect is how a service puts the faults of a signature, and what it signs of paths and bodies.
type Dialect uint8

// The dialects. JSON is that of the services with X-Amz-Target, Query that of those with Action=….
const (
	JSON Dialect = iota
	Query
	S3
)

// The sources: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html,
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html. Where these name a code without its
// message, the message is what the services are known to send.

// common is a fault of JSON and Query, whose codes differ while their messages don't.
func (d Dialect) common(json, query, format string, args ...any) *Error {
	if d == JSON {
		return Refuse(http.StatusBadRequest, json, format, args...)
	}
	return Refuse(http.StatusForbidden, query, format, args...)
}

// invalid is the fault of a signature that is there and wrong.
func (d Dialect) invalid(format string, args ...any) *Error {
	return d.common("InvalidSignatureException", "SignatureDoesNotMatch", format, args...)
}

func (d Dialect) incomplete(format string, args ...any) *Error {
	return d.common("IncompleteSignatureException", "IncompleteSignature", format, args...)
}

// malformed is S3's fault of a signature that can't be meant for it.
func malformed(presigned bool, format string, args ...any) *Error {
	if presigned {
		return Refuse(http.StatusBadRequest, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; "+format, args...)
	}
	return Refuse(http.StatusBadRequest, "AuthorizationHeaderMalformed", "The authorization header is malformed; "+format, args...)
}

func (d Dialect) unsigned() *Error {
	return d.common("MissingAuthenticationTokenException", "MissingAuthenticationToken", "Request is missing Authentication Token")
}

func (d Dialect) twoSignatures() *Error {
	if d == S3 {
		return Refuse(http.StatusBadRequest, "InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified").
			With("ArgumentName", "Authorization")
	}
	return d.incomplete("A request may carry one signature: got an Authorization header and query parameters, or more than one header")
}

// otherVersion refuses versions 2 and 4A of the signature.
func (d Dialect) otherVersion() *Error {
	const message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
	if d == S3 {
		return Refuse(http.StatusBadRequest, "InvalidRequest", message)
	}
	return d.incomplete(message)
}

func (d Dialect) unknownAuthorization(header string) *Error {
	if d == S3 {
		return Refuse(http.StatusBadRequest, "InvalidArgument", "Unsupported Authorization Type").
			With("ArgumentName", "Authorization").With("ArgumentValue", header)
	}
	return d.common("MissingAuthenticationTokenException", "MissingAuthenticationToken", "Missing Authentication Token")
}

func (d Dialect) malformedHeader(header string) *Error {
	if d == S3 {
		return malformed(false, "the authorization header requires Credential, SignedHeaders and Signature, each once, separated by commas.")
	}
	return d.incomplete("'%s' not a valid key=value pair (missing equal-sign) in Authorization header: '%s'.", header, header)
}

func (d Dialect) missingPart(name, header string) *Error {
	if d == S3 {
		return malformed(false, "the authorization header requires the %s parameter.", name)
	}
	return d.incomplete("Authorization header requires '%s' parameter. Authorization=%s", name, header)
}

func (d Dialect) missingParameter(name string) *Error {
	if d == S3 {
		return Refuse(http.StatusBadRequest, "AuthorizationQueryParametersError", "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
	}
	return d.incomplete("AWS query-string parameters must include '%s' once.", name)
}

func (d Dialect) badParameter(message string) *Error {
	if d == S3 {
		return Refuse(http.StatusBadRequest, "AuthorizationQueryParametersError", "%s", message)
	}
	return d.incomplete("%s", message)
}

func (d Dialect) noDate(header string) *Error {
	if d == S3 {
		return Refuse(http.StatusForbidden, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
	}
	return d.incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=%s", header)
}

func (d Dialect) malformedCredential(credential string, presigned bool) *Error {
	if d == S3 {
		return malformed(presigned, `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`)
	}
	return d.incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", credential)
}

func (d Dialect) wrongTerminator(got string, presigned bool) *Error {
	if d == S3 {
		return malformed(presigned, `incorrect terminal "%s". This endpoint uses "aws4_request".`, got)
	}
	return d.invalid("Credential should be scoped with a valid terminator: 'aws4_request', not '%s'.", got)
}

func (d Dialect) malformedDate(got string, presigned bool) *Error {
	if d == S3 {
		return malformed(presigned, `incorrect date format "%s". This date in the credential must be in the format "yyyyMMdd".`, got)
	}
	return d.invalid("Date in Credential scope must be in ISO-8601 basic format: '%s'", got)
}

func (d Dialect) wrongDate(s *signature) *Error {
	if d == S3 {
		return malformed(s.presigned, `Invalid credential date "%s". This date is not the same as X-Amz-Date: "%s".`, s.scope.date, s.time.Format(isoDate))
	}
	return d.invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
		s.scope.date, s.time.Format(isoDate), s.time.Format(isoBasic))
}

func (d Dialect) wrongRegion(got, want string, presigned bool) *Error {
	if d == S3 {
		return malformed(presigned, "the region '%s' is wrong; expecting '%s'", got, want).With("Region", want)
	}
	return d.invalid("Credential should be scoped to a valid region, not '%s'. ", got)
}

func (d Dialect) wrongService(got, want string, presigned bool) *Error {
	if d == S3 {
		return malformed(presigned, `incorrect service "%s". This endpoint belongs to "%s".`, got, want)
	}
	return d.invalid("Credential should be scoped to correct service: '%s'. ", want)
}

// skewed is the fault of a request in a header that was signed too early or too late.
func (d Dialect) skewed(signed, now time.Time) *Error {
	switch {
	case d == S3:
		return Refuse(http.StatusForbidden, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.").
			With("RequestTime", signed.Format(isoBasic)).
			With("ServerTime", now.Format(time.RFC3339)).
			With("MaxAllowedSkewMilliseconds", strconv.FormatInt(maxSkew.Milliseconds(), 10))
	case signed.Before(now):
		return d.invalid("Signature expired: %s is now earlier than %s (%s - 15 min.)",
			signed.Format(isoBasic), now.Add(-maxSkew).Format(isoBasic), now.Format(isoBasic))
	}
	return d.invalid("Signature not yet current: %s is still later than %s (%s + 15 min.)",
		signed.Format(isoBasic), now.Add(maxSkew).Format(isoBasic), now.Format(isoBasic))
}

// lapsed is the fault of a presigned request after its time, early of one before it.
func (d Dialect) lapsed(s *signature, now time.Time) *Error {
	end := s.time.Add(s.expires)
	if d == S3 {
		return Refuse(http.StatusForbidden, "AccessDenied", "Request has expired").
			With("X-Amz-Expires", strconv.Itoa(int(s.expires.Seconds()))).
			With("Expires", end.Format(time.RFC3339)).
			With("ServerTime", now.Format(time.RFC3339))
	}
	return d.invalid("Signature expired: %s is now earlier than %s", end.Format(isoBasic), now.Format(isoBasic))
}

func (d Dialect) early(s *signature, now time.Time) *Error {
	if d == S3 {
		return Refuse(http.StatusForbidden, "AccessDenied", "Request is not yet valid").
			With("X-Amz-Expires", strconv.Itoa(int(s.expires.Seconds()))).
			With("ServerTime", now.Format(time.RFC3339))
	}
	return d.skewed(s.time, now)
}

const invalidToken = "The security token included in the request is invalid."

// unknownKey is the fault of a key that is nobody's. To AWS's words it adds where the sandbox's own is: other emulators take test.
func (d Dialect) unknownKey(key string) *Error {
	const hint = " (the sandbox has a key of its own: `lightbox sandbox env` prints it)"
	if d == S3 {
		return Refuse(http.StatusForbidden, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."+hint).
			With("AWSAccessKeyId", key)
	}
	return d.common("UnrecognizedClientException", "InvalidClientTokenId", invalidToken+hint)
}

func (d Dialect) wrongToken(token string) *Error {
	if d == S3 {
		return Refuse(http.StatusBadRequest, "InvalidToken", "The provided token is malformed or otherwise invalid.").With("Token-0", token)
	}
	return d.common("UnrecognizedClientException", "InvalidClientTokenId", invalidToken)
}

func (d Dialect) expiredToken(token string) *Error {
	if d == S3 {
		return Refuse(http.StatusBadRequest, "ExpiredToken", "The provided token has expired.").With("Token-0", token)
	}
	return d.common("ExpiredTokenException", "ExpiredToken", "The security token included in the request is expired")
}

// longTermKey is no fault that AWS has: it refuses what SessionsOnly does.
func (d Dialect) longTermKey(reason error) *Error {
	if d == S3 {
		return Refuse(http.StatusForbidden, "AccessDenied", "%v", reason)
	}
	return d.common("AccessDeniedException", "AccessDenied", "%v", reason)
}

func (d Dialect) hostUnsigned() *Error {
	if d == S3 {
		return d.headersUnsigned([]string{"host"})
	}
	return d.invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
}

func (d Dialect) headersUnsigned(names []string) *Error {
	return Refuse(http.StatusForbidden, "AccessDenied", "There were headers present in the request which were not signed").
		With("HeadersNotSigned", strings.Join(names, ", "))
}

// mismatch is the fault of a signature by another secret or of another request. It shows what should have been signed,
// as AWS does; the secret can't be told from it.
func (d Dialect) mismatch(s *signature, text, canonical string) *Error {
	if d == S3 {
		e := Refuse(http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.").
			With("AWSAccessKeyId", s.accessKey).
			With("StringToSign", text).
			With("SignatureProvided", s.value).
			With("StringToSignBytes", spaced(text))
		if canonical != "" {
			e = e.With("CanonicalRequest", canonical).With("CanonicalRequestBytes", spaced(canonical))
		}
		return e
	}
	return d.invalid("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'%s'\n\nThe String-to-Sign should have been\n'%s'\n", canonical, text)
}

// spaced writes bytes as S3 does, as in "41 57 53".
func spaced(text string) string { return fmt.Sprintf("% x", text) }

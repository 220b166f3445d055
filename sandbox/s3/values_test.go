package s3_test

import "testing"

// What S3 does not have either is refused as S3 does; what the sandbox alone does not have, by name.
func TestPutObject_refusesValuesAsS3Does(t *testing.T) {
	r := newRig(t)
	for header, values := range map[string]map[string]string{
		"X-Amz-Acl":                    {"everyone": "InvalidArgument", "public-read": "AccessControlListNotSupported", "bucket-owner-full-control": "none"},
		"X-Amz-Storage-Class":          {"DEEP_FREEZE": "InvalidStorageClass", "GLACIER": "NotImplemented", "STANDARD": "none"},
		"X-Amz-Server-Side-Encryption": {"ROT13": "InvalidEncryptionAlgorithmError", "aws:kms": "NotImplemented", "AES256": "none"},
	} {
		for value, code := range values {
			response := r.direct(r.caller(operator), "PUT", "/k", map[string]string{header: value}, nil)
			want(t, header+" "+value, errorCode(response.Body.String()), code)
		}
	}
}

package s3_test

import (
	"context"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// What outside judges held against the sandbox, and AWS's pages with them.

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-s3-encryption.html
func TestCopyObject_inItsPlaceSaysHowToKeepIt(t *testing.T) {
	r := newRig(t)
	r.put("k", "x")
	for name, test := range map[string]struct {
		headers map[string]string
		code    string
	}{
		"nothing":       {nil, "InvalidRequest"},
		"encryption":    {map[string]string{"X-Amz-Server-Side-Encryption": "AES256"}, "none"},
		"storage class": {map[string]string{"X-Amz-Storage-Class": "STANDARD"}, "none"},
	} {
		headers := map[string]string{"X-Amz-Copy-Source": r.files + "/k"}
		for header, value := range test.headers {
			headers[header] = value
		}
		want(t, name, errorCode(r.direct(r.caller(operator), "PUT", "/k", headers, nil).Body.String()), test.code)
	}
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
func TestCompleteMultipartUpload_takesTheChecksumOfChecksumsWithAndWithoutItsCount(t *testing.T) {
	r := newRig(t)
	whole, err := inOnePart(t, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	plain, _, counted := strings.Cut(whole, "-")
	if !counted {
		t.Fatalf("got %s, want a count of parts", whole)
	}
	for name, claimed := range map[string]string{"with": whole, "without": plain} {
		if got, err := inOnePart(t, r, &claimed); err != nil || got != whole {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, whole)
		}
	}
	for name, claimed := range map[string]string{"another count": plain + "-2", "another sum": "AAAAAA=="} {
		if _, err := inOnePart(t, r, &claimed); err == nil || !strings.Contains(err.Error(), "BadDigest") {
			t.Errorf("%s: got %v, want BadDigest", name, err)
		}
	}
}

// inOnePart uploads an object of one part, whose checksum is claimed to be such, and returns what S3 says it is.
func inOnePart(t *testing.T, r *rig, claimed *string) (string, error) {
	t.Helper()
	ctx, s, key := context.Background(), r.as(operator), sdk.String("parts")
	upload, err := s.CreateMultipartUpload(ctx, &client.CreateMultipartUploadInput{Bucket: &r.files, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32})
	if err != nil {
		t.Fatal(err)
	}
	part, err := s.UploadPart(ctx, &client.UploadPartInput{
		Bucket: &r.files, Key: key, UploadId: upload.UploadId, PartNumber: sdk.Int32(1), Body: strings.NewReader("x"), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
	})
	if err != nil {
		t.Fatal(err)
	}
	done, err := s.CompleteMultipartUpload(ctx, &client.CompleteMultipartUploadInput{
		Bucket: &r.files, Key: key, UploadId: upload.UploadId, ChecksumCRC32: claimed,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32, PartNumber: sdk.Int32(1)}}},
	})
	if err != nil {
		return "", err
	}
	return *done.ChecksumCRC32, nil
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Checksum.html
func TestPutObject_refusesNewerChecksumsByName(t *testing.T) {
	r := newRig(t)
	for name, headers := range map[string]map[string]string{
		"a value":   {"X-Amz-Checksum-Xxhash3": "AAAAAAAAAAA="},
		"a trailer": {"X-Amz-Trailer": "x-amz-checksum-sha512"},
		"a choice":  {"X-Amz-Sdk-Checksum-Algorithm": "MD5"},
	} {
		want(t, name, errorCode(r.direct(r.caller(operator), "PUT", "/k", headers, []byte("x")).Body.String()), "NotImplemented")
	}
	want(t, "an upload", errorCode(r.direct(r.caller(operator), "POST", "/k?uploads", map[string]string{"X-Amz-Checksum-Algorithm": "XXHASH64"}, nil).Body.String()), "NotImplemented")
	want(t, "control: no algorithm at all", errorCode(r.direct(r.caller(operator), "POST", "/k?uploads", map[string]string{"X-Amz-Checksum-Algorithm": "NONE"}, nil).Body.String()), "InvalidRequest")
	want(t, "control: one that is here", errorCode(r.direct(r.caller(operator), "POST", "/k?uploads", map[string]string{"X-Amz-Checksum-Algorithm": "SHA256"}, nil).Body.String()), "none")
}

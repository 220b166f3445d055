package s3_test

import (
	"net/http"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/sandbox/iam"
)

// inParts puts an object of two parts, 5 MB and four bytes, with a checksum of each, and returns what the first one's is.
func inParts(r *rig, key string) (first string) {
	r.t.Helper()
	m := r.upload(key, func(input *client.CreateMultipartUploadInput) { input.ChecksumAlgorithm = types.ChecksumAlgorithmCrc32 })
	one, two := m.part(1, string(noise(5<<20))), m.part(2, "last")
	want(r.t, "complete", m.complete(one, two), "none")
	return *one.ChecksumCRC32
}

func TestGetObject_ofAPart(t *testing.T) {
	r := newRig(t)
	sum := inParts(r, "in parts")
	r.put("whole", "content")
	r.put("empty", "")
	const size = 5<<20 + 4
	for _, test := range []struct {
		key    string
		part   int32
		length int64
		span   string
		count  int32
	}{
		{"in parts", 1, 5 << 20, "bytes 0-5242879/5242884", 2},
		{"in parts", 2, 4, "bytes 5242880-5242883/5242884", 2},
		{"whole", 1, 7, "bytes 0-6/7", 0},
		{"empty", 1, 0, "", 0},
	} {
		got, err := r.as(operator).GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &test.key, PartNumber: &test.part})
		if err != nil {
			t.Fatalf("%s, part %d: %v", test.key, test.part, err)
		}
		want(t, test.key+": read", int64(len(read(t, got.Body))), test.length)
		head, err := r.as(operator).HeadObject(ctx, &client.HeadObjectInput{Bucket: &r.files, Key: &test.key, PartNumber: &test.part})
		if err != nil {
			t.Fatal(err)
		}
		for verb, fields := range map[string][]any{
			"get":  {*got.ContentLength, sdk.ToString(got.ContentRange), sdk.ToInt32(got.PartsCount)},
			"head": {*head.ContentLength, sdk.ToString(head.ContentRange), sdk.ToInt32(head.PartsCount)},
		} {
			want(t, verb+" "+test.key, fields, []any{test.length, test.span, test.count})
		}
	}
	head, err := r.as(operator).HeadObject(ctx, &client.HeadObjectInput{Bucket: &r.files, Key: sdk.String("in parts"), PartNumber: sdk.Int32(1), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "checksum of a part", []any{*head.ChecksumCRC32, head.ChecksumType}, []any{sum, types.ChecksumTypeComposite})
	head, err = r.as(operator).HeadObject(ctx, &client.HeadObjectInput{Bucket: &r.files, Key: sdk.String("in parts"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "control: the whole", []any{*head.ContentLength, head.PartsCount == nil, strings.HasSuffix(*head.ChecksumCRC32, "-2")}, []any{size, true, true})
}

func TestGetObject_refusesPartsThatAreNotThere(t *testing.T) {
	r := newRig(t)
	inParts(r, "parts")
	r.put("whole", "content")
	for _, test := range []struct {
		target, span, code string
		status             int
	}{
		{"/parts?partNumber=3", "", "InvalidPartNumber", http.StatusRequestedRangeNotSatisfiable},
		{"/whole?partNumber=2", "", "InvalidPartNumber", http.StatusRequestedRangeNotSatisfiable},
		{"/whole?partNumber=0", "", "InvalidArgument", http.StatusBadRequest},
		{"/whole?partNumber=10001", "", "InvalidArgument", http.StatusBadRequest},
		{"/whole?partNumber=", "", "InvalidArgument", http.StatusBadRequest},
		{"/whole?partNumber=1", "bytes=0-1", "InvalidRequest", http.StatusBadRequest},
		{"/whole?partNumber=1", "", "none", http.StatusPartialContent},
		{"/whole", "bytes=0-1", "none", http.StatusPartialContent},
	} {
		headers := map[string]string{}
		if test.span != "" {
			headers["Range"] = test.span
		}
		response := r.direct(r.caller(operator), "GET", test.target, headers, nil)
		want(t, test.target+" "+test.span, []any{response.Code, errorCode(response.Body.String())}, []any{test.status, test.code})
		want(t, "etag of a refusal", response.Code > 299 && response.Header().Get("Etag") != "", false)
	}
}

func TestGetObjectAttributes_tellsWhatItIsAskedFor(t *testing.T) {
	r := newRig(t)
	sum := inParts(r, "parts")
	id := r.put("whole", "content")
	r.put("whole", "another")
	all := types.ObjectAttributes("").Values()
	ask := func(key, version string, page ...int32) *client.GetObjectAttributesOutput {
		input := &client.GetObjectAttributesInput{Bucket: &r.files, Key: &key, ObjectAttributes: all}
		if version != "" {
			input.VersionId = &version
		}
		if len(page) > 0 {
			input.MaxParts = &page[0]
		}
		output, err := r.as(operator).GetObjectAttributes(ctx, input)
		if err != nil {
			t.Fatal(err)
		}
		return output
	}
	whole := ask("whole", id)
	want(t, "whole", []any{*whole.ETag, *whole.ObjectSize, whole.StorageClass, whole.ObjectParts == nil, *whole.VersionId, whole.Checksum.ChecksumCRC32 != nil, whole.LastModified.IsZero()},
		[]any{"9a0364b9e99bb480dd25e1f0284c8555", 7, "STANDARD", true, id, true, false})
	parts := ask("parts", "").ObjectParts
	want(t, "parts", []any{*parts.TotalPartsCount, *parts.IsTruncated, len(parts.Parts), *parts.Parts[0].Size, *parts.Parts[0].ChecksumCRC32, *parts.Parts[1].PartNumber},
		[]any{2, false, 2, 5 << 20, sum, 2})
	first := ask("parts", "", 1).ObjectParts
	want(t, "a page", []any{len(first.Parts), *first.IsTruncated, *first.NextPartNumberMarker, *first.MaxParts}, []any{1, true, 1, 1})

	plain := r.upload("plain")
	plain.part(1, "x")
	want(t, "complete", plain.complete(types.CompletedPart{PartNumber: sdk.Int32(1), ETag: plain.parts[0].ETag}), "none")
	without := ask("plain", "").ObjectParts
	want(t, "parts without checksums", []any{*without.TotalPartsCount, len(without.Parts)}, []any{1, 0})

	all = all[:0:0]
	all = append(all, types.ObjectAttributesObjectSize)
	one := ask("whole", "")
	want(t, "one attribute", []any{*one.ObjectSize, one.ETag == nil, one.Checksum == nil, one.StorageClass}, []any{7, true, true, ""})
}

func TestGetObjectAttributes_refuses(t *testing.T) {
	r := newRig(t)
	id := r.put("k", "content")
	for _, test := range []struct{ target, attributes, max, code string }{
		{"/k?attributes", "", "", "InvalidRequest"},
		{"/k?attributes", "Etag", "", "InvalidArgument"},
		{"/k?attributes", "ETag", "-1", "InvalidArgument"},
		{"/none?attributes", "ETag", "", "NoSuchKey"},
		{"/k?attributes&partNumber=1", "ETag", "", "NotImplemented"},
		{"/k?attributes", "ETag, ObjectSize", "1", "none"},
		{"/k?attributes&versionId=" + id, "ETag", "", "none"},
	} {
		headers := map[string]string{}
		for name, value := range map[string]string{"X-Amz-Object-Attributes": test.attributes, "X-Amz-Max-Parts": test.max} {
			if value != "" {
				headers[name] = value
			}
		}
		response := r.direct(r.caller(operator), "GET", test.target, headers, nil)
		want(t, test.target+" "+test.attributes, errorCode(response.Body.String()), test.code)
	}
}

// Who may read an object may not read its attributes for that, and the other way round.
func TestGetObjectAttributes_needsTwoPermissions(t *testing.T) {
	r := newRig(t)
	id := r.put("k", "content")
	for actions, codes := range map[string][2]string{
		`"s3:GetObject"`:                                         {"AccessDenied", "AccessDenied"},
		`"s3:GetObjectAttributes"`:                               {"AccessDenied", "AccessDenied"},
		`"s3:GetObject", "s3:GetObjectAttributes"`:               {"none", "AccessDenied"},
		`"s3:GetObjectVersion", "s3:GetObjectVersionAttributes"`: {"AccessDenied", "none"},
	} {
		policy, err := iam.Parse(iam.Identity, "P", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [`+actions+`], "Resource": "*"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		who := r.caller(operator)
		who.Identity = []*iam.Policy{policy}
		for i, target := range []string{"/k?attributes", "/k?attributes&versionId=" + id} {
			response := r.direct(who, "GET", target, map[string]string{"X-Amz-Object-Attributes": "ETag"}, nil)
			want(t, actions+" "+target, errorCode(response.Body.String()), codes[i])
		}
	}
}

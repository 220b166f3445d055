package s3_test

import (
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
func TestDeleteObjects_comparesETags(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"same", "quoted", "any", "changed", "empty", "plain"} {
		r.put(key, "first")
	}
	old := `"` + md5Hex("first") + `"`
	r.put("changed", "second")
	r.put("gone", "first")
	r.delete("gone", "")
	output, err := r.as(operator).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: []types.ObjectIdentifier{
		{Key: sdk.String("same"), ETag: sdk.String(md5Hex("first"))},
		{Key: sdk.String("quoted"), ETag: &old},
		{Key: sdk.String("any"), ETag: sdk.String("*")},
		{Key: sdk.String("plain")},
		{Key: sdk.String("changed"), ETag: &old},
		{Key: sdk.String("empty"), ETag: sdk.String("")},
		{Key: sdk.String("gone"), ETag: &old},
		{Key: sdk.String("gone"), ETag: sdk.String("*")},
		{Key: sdk.String("never"), ETag: &old},
		{Key: sdk.String("never")},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	var deleted, failed []string
	for _, d := range output.Deleted {
		deleted = append(deleted, *d.Key)
	}
	for _, e := range output.Errors {
		failed = append(failed, *e.Key+" "+*e.Code)
	}
	want(t, "deleted", deleted, "[same quoted any plain never]")
	want(t, "failed", failed, "[changed PreconditionFailed empty PreconditionFailed gone PreconditionFailed gone PreconditionFailed never NoSuchKey]")
	want(t, "what changed stays", r.content("changed"), "second")
	want(t, "and what had another etag", r.content("empty"), "first")
}

func TestDeleteObject_comparesIfMatch(t *testing.T) {
	r := newRig(t)
	r.put("k", "first")
	response := r.direct(r.caller(operator), "DELETE", "/k", map[string]string{"If-Match": `"other"`}, nil)
	want(t, "another", []any{response.Code, errorCode(response.Body.String())}, "[412 PreconditionFailed]")
	want(t, "it stays", r.content("k"), "first")
	response = r.direct(r.caller(operator), "DELETE", "/none", map[string]string{"If-Match": "*"}, nil)
	want(t, "nothing", errorCode(response.Body.String()), "NoSuchKey")
	response = r.direct(r.caller(operator), "DELETE", "/k", map[string]string{"If-Match": `"` + md5Hex("first") + `"`}, nil)
	want(t, "the same", response.Code, 204)
	want(t, "it is gone", r.content("k"), "error NoSuchKey")
}

// Who may delete and not read learns nothing from a comparison, but for whether there is something; and a policy may ask for
// one.
func TestDelete_comparesForWhoMayRead(t *testing.T) {
	r := newRig(t)
	r.put("k", "first")
	document := `<Delete><Object><Key>k</Key><ETag>"` + md5Hex("first") + `"</ETag></Object></Delete>`
	headers := map[string]string{"Content-MD5": md5Of(document)}
	caller := func(policy string) aws.Caller {
		parsed, err := iam.Parse(iam.Identity, "P", []byte(`{"Version": "2012-10-17", "Statement": `+policy+`}`))
		if err != nil {
			t.Fatal(err)
		}
		c := r.caller(operator)
		c.Identity = []*iam.Policy{parsed}
		return c
	}
	deleter := caller(`[{"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*"}]`)
	body := r.direct(deleter, "POST", "/?delete", headers, []byte(document)).Body.String()
	want(t, "may not read", strings.Contains(body, "<Code>AccessDenied</Code>"), true)
	want(t, "if-match", r.direct(deleter, "DELETE", "/k", map[string]string{"If-Match": md5Hex("first")}, nil).Code, 403)
	want(t, "it stays", r.content("k"), "first")
	want(t, "a star", r.direct(deleter, "DELETE", "/k", map[string]string{"If-Match": "*"}, nil).Code, 204)
	want(t, "it is gone", r.content("k"), "error NoSuchKey")
	r.put("k", "first")
	stars := `<Delete><Object><Key>k</Key><ETag>*</ETag></Object></Delete>`
	body = r.direct(deleter, "POST", "/?delete", map[string]string{"Content-MD5": md5Of(stars)}, []byte(stars)).Body.String()
	want(t, "a star of many", strings.Contains(body, "<Deleted><Key>k</Key>"), true)
	r.put("k", "first")

	careful := caller(`[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
		{"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*", "Condition": {"Null": {"s3:if-match": "false"}}}]`)
	want(t, "without a comparison", r.direct(careful, "DELETE", "/k", nil, nil).Code, 403)
	body = r.direct(careful, "POST", "/?delete", headers, []byte(document)).Body.String()
	want(t, "with one", strings.Contains(body, "<Deleted><Key>k</Key>"), true)
}

func TestDeleteObjects_refusesWhatOnlyDirectoryBucketsKnow(t *testing.T) {
	r := newRig(t)
	r.put("k", "first")
	size, now := int64(5), time.Now()
	for name, object := range map[string]types.ObjectIdentifier{
		"Size": {Key: sdk.String("k"), Size: &size}, "LastModifiedTime": {Key: sdk.String("k"), LastModifiedTime: &now},
	} {
		_, err := r.as(operator).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: []types.ObjectIdentifier{object}}})
		want(t, name, codeOf(err), "NotImplemented")
		want(t, name+" is named", err != nil && strings.Contains(err.Error(), "Delete/Object/"+name), true)
	}
	want(t, "it stays", r.content("k"), "first")
}

func TestMultipart_refusesAChecksumOfAnotherAlgorithm(t *testing.T) {
	r := newRig(t)
	m := r.upload("k")
	part := m.part(1, "content")
	wrong := part
	wrong.ChecksumSHA256 = sdk.String("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	want(t, "a checksum that nobody computed", m.complete(wrong), "BadDigest")
	wrong = part
	wrong.ChecksumSHA512 = sdk.String("x")
	want(t, "an algorithm that the sandbox does not know", m.complete(wrong), "NotImplemented")
	want(t, "as it was", m.complete(part), "none")
}

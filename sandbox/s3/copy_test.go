package s3_test

import (
	"net/url"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
)

// copyInput copies within the bucket as the Amplify client does.
func (r *rig) copyInput(from, to string) *client.CopyObjectInput {
	return &client.CopyObjectInput{
		Bucket: &r.files, Key: &to, CopySource: sdk.String(url.QueryEscape(r.files + "/" + from)), MetadataDirective: "COPY", TaggingDirective: "COPY",
	}
}

func TestCopyObject_copiesBytesAndMetadata(t *testing.T) {
	r := newRig(t)
	r.withFunctions()
	from := "drafts/ä b+c?.png"
	id := r.put(from, "picture", func(input *client.PutObjectInput) {
		input.ContentType, input.Metadata = sdk.String("image/png"), map[string]string{"by": "ann"}
	})
	output, err := r.as(pictures).CopyObject(ctx, r.copyInput(from, "public/products/x.png"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "source version", *output.CopySourceVersionId, id)
	want(t, "checksum", *output.CopyObjectResult.ChecksumCRC32 != "", true)
	got, err := r.as(guest).GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: sdk.String("public/products/x.png")})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "content", read(t, got.Body), "picture")
	want(t, "type", *got.ContentType, "image/png")
	want(t, "metadata", got.Metadata, map[string]string{"by": "ann"})
}

func TestCopyObject_replacesMetadata(t *testing.T) {
	r := newRig(t)
	r.put("a", "x", func(input *client.PutObjectInput) { input.Metadata = map[string]string{"by": "ann"} })
	input := r.copyInput("a", "a")
	_, err := r.as(operator).CopyObject(ctx, input)
	want(t, "to itself unchanged", codeOf(err), "InvalidRequest")
	input.MetadataDirective, input.Metadata, input.ContentType = "REPLACE", map[string]string{"by": "bob"}, sdk.String("text/plain")
	if _, err := r.as(operator).CopyObject(ctx, input); err != nil {
		t.Fatal(err)
	}
	head, err := r.as(operator).HeadObject(ctx, &client.HeadObjectInput{Bucket: &r.files, Key: sdk.String("a")})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "metadata", head.Metadata, map[string]string{"by": "bob"})
	want(t, "type", *head.ContentType, "text/plain")
}

func TestCopyObject_copiesAVersion(t *testing.T) {
	r := newRig(t)
	first := r.put("a", "first")
	r.put("a", "second")
	input := r.copyInput("a", "a")
	*input.CopySource += "?versionId=" + first
	if _, err := r.as(operator).CopyObject(ctx, input); err != nil {
		t.Fatal(err)
	}
	want(t, "restored", r.content("a"), "first")
	marker := r.delete("a", "")
	_, err := r.as(operator).CopyObject(ctx, r.copyInput("a", "b"))
	want(t, "of a deleted object", codeOf(err), "NoSuchKey")
	input = r.copyInput("a", "b")
	*input.CopySource += "?versionId=" + *marker.VersionId
	_, err = r.as(operator).CopyObject(ctx, input)
	want(t, "of a delete marker", codeOf(err), "InvalidRequest")
}

func TestCopyObject_copiesTagsToWhoMay(t *testing.T) {
	r := newRig(t)
	r.withFunctions()
	r.put("drafts/tagged", "x", func(input *client.PutObjectInput) { input.Tagging = sdk.String("kind=cat&n=1") })
	r.put("drafts/plain", "x")
	_, err := r.as(pictures).CopyObject(ctx, r.copyInput("drafts/plain", "public/products/x"))
	want(t, "without tags", codeOf(err), "none")
	_, err = r.as(pictures).CopyObject(ctx, r.copyInput("drafts/tagged", "public/products/x"))
	want(t, "with tags", codeOf(err), "AccessDenied")
	if err == nil || !strings.Contains(err.Error(), "s3:GetObjectTagging") {
		t.Errorf("got %v", err)
	}
	input := r.copyInput("drafts/tagged", "public/products/x")
	input.TaggingDirective = "REPLACE"
	_, err = r.as(pictures).CopyObject(ctx, input)
	want(t, "without copying them", codeOf(err), "none")
	_, err = r.as(operator).CopyObject(ctx, r.copyInput("drafts/tagged", "copy"))
	want(t, "by the operator", codeOf(err), "none")
	tags, err := r.as(operator).GetObjectTagging(ctx, &client.GetObjectTaggingInput{Bucket: &r.files, Key: sdk.String("copy")})
	if err != nil || len(tags.TagSet) != 2 || *tags.TagSet[0].Value != "cat" {
		t.Errorf("got %v, %v", tags, err)
	}
}

func TestCopyObject_conditionsOnTheSource(t *testing.T) {
	r := newRig(t)
	r.put("a", "hello")
	input := r.copyInput("a", "b")
	input.CopySourceIfMatch = sdk.String(`"5d41402abc4b2a76b9719d911017c592"`)
	_, err := r.as(operator).CopyObject(ctx, input)
	want(t, "match", codeOf(err), "none")
	input.CopySourceIfMatch = sdk.String(`"x"`)
	_, err = r.as(operator).CopyObject(ctx, input)
	want(t, "match another", codeOf(err), "PreconditionFailed")
	input.CopySourceIfMatch, input.CopySourceIfNoneMatch = nil, sdk.String("*")
	_, err = r.as(operator).CopyObject(ctx, input)
	want(t, "match none", codeOf(err), "PreconditionFailed")
}

func TestCopyObject_refusesSources(t *testing.T) {
	r := newRig(t)
	r.put("a", "x")
	for source, code := range map[string]string{
		"": "InvalidArgument", "nothing": "InvalidArgument", "/": "InvalidArgument", r.files + "/": "InvalidArgument", "%zz/a": "InvalidArgument",
		"no-bucket/a": "NoSuchBucket", r.files + "/none": "NoSuchKey", r.files + "/a?versionId=x": "InvalidArgument", "/" + r.files + "/a": "none",
	} {
		response := r.direct(r.caller(operator), "PUT", "/copy", map[string]string{"X-Amz-Copy-Source": source}, nil)
		want(t, source, errorCode(response.Body.String()), code)
	}
}

func TestObjectTagging_isSetAndDeleted(t *testing.T) {
	r := newRig(t)
	r.put("k", "x")
	body := `<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>`
	want(t, "put", r.direct(r.caller(operator), "PUT", "/k?tagging", nil, []byte(body)).Code, 200)
	head := r.direct(r.caller(operator), "HEAD", "/k", nil, nil)
	want(t, "count", head.Header().Get("X-Amz-Tagging-Count"), "1")
	want(t, "delete", r.direct(r.caller(operator), "DELETE", "/k?tagging", nil, nil).Code, 204)
	head = r.direct(r.caller(operator), "HEAD", "/k", nil, nil)
	want(t, "count", head.Header().Get("X-Amz-Tagging-Count"), "")
	for tags, code := range map[string]string{
		"<Tag><Key>aws:x</Key><Value>1</Value></Tag>":                                    "InvalidTag",
		"<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>1</Value></Tag>": "InvalidTag",
		"<Tag><Key>a,b</Key><Value>1</Value></Tag>":                                      "InvalidTag",
		"<Tag><Key></Key><Value>1</Value></Tag>":                                         "InvalidTag",
		strings.Repeat("<Tag><Key>a</Key><Value>1</Value></Tag>", 11):                    "BadRequest",
		"<Tag><Key>" + strings.Repeat("k", 129) + "</Key><Value>1</Value></Tag>":         "InvalidTag",
	} {
		response := r.direct(r.caller(operator), "PUT", "/k?tagging", nil, []byte("<Tagging><TagSet>"+tags+"</TagSet></Tagging>"))
		want(t, tags, errorCode(response.Body.String()), code)
	}
	response := r.direct(r.caller(operator), "PUT", "/k", map[string]string{"X-Amz-Tagging": "a=1&a=2"}, nil)
	want(t, "twice in the header", errorCode(response.Body.String()), "InvalidArgument")
}

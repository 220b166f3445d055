package s3_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	transfers "github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// noise are n bytes that don't repeat.
func noise(n int) []byte {
	content := make([]byte, n)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(content) // never fails
	return content
}

func TestMultipart_uploadsTwelveMegabytesAsAUser(t *testing.T) {
	r := newRig(t)
	content := noise(12 << 20)
	key := "uploads/" + sub(userA) + "/big"
	manager := transfermanager.New(r.as(userA), func(o *transfermanager.Options) { o.Concurrency, o.MultipartUploadThreshold = 4, 8<<20 })
	uploaded, err := manager.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket: &r.files, Key: &key, Body: bytes.NewReader(content), ContentType: sdk.String("image/png"), Metadata: map[string]string{"by": "ann"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "parts", len(uploaded.CompletedParts), 2)
	if !strings.HasSuffix(*uploaded.ETag, `-2"`) {
		t.Errorf("etag: got %s", *uploaded.ETag)
	}
	got, err := r.as(userA).GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "content", sha256.Sum256([]byte(read(t, got.Body))), sha256.Sum256(content))
	want(t, "type and metadata", []any{*got.ContentType, got.Metadata, *got.ContentLength}, []any{"image/png", map[string]string{"by": "ann"}, 12 << 20})

	for _, way := range []transfers.GetObjectType{transfers.GetObjectParts, transfers.GetObjectRanges} {
		downloaded := transfers.NewWriteAtBuffer(make([]byte, 0, len(content)))
		_, err = manager.DownloadObject(ctx, &transfermanager.DownloadObjectInput{Bucket: &r.files, Key: &key, WriterAt: downloaded}, func(o *transfermanager.Options) { o.GetObjectType = way })
		want(t, fmt.Sprint("download by ", way), codeOf(err), "none")
		want(t, fmt.Sprint("content of the download by ", way), bytes.Equal(downloaded.Bytes(), content), true)
	}
	uploads, _ := r.s.Uploads(r.files)
	want(t, "uploads", len(uploads), 0)
	want(t, "bodies", r.bodies(), 1)
}

// multi is an upload in parts, step by step.
type multi struct {
	*rig
	key   string
	id    *string
	parts []types.CompletedPart
}

func (r *rig) upload(key string, edit ...func(*client.CreateMultipartUploadInput)) *multi {
	r.t.Helper()
	input := &client.CreateMultipartUploadInput{Bucket: &r.files, Key: &key}
	for _, change := range edit {
		change(input)
	}
	begun, err := r.as(operator).CreateMultipartUpload(ctx, input)
	if err != nil {
		r.t.Fatal(err)
	}
	return &multi{rig: r, key: key, id: begun.UploadId}
}

func (m *multi) part(number int32, content string) types.CompletedPart {
	m.t.Helper()
	output, err := m.as(operator).UploadPart(ctx, &client.UploadPartInput{Bucket: &m.files, Key: &m.key, UploadId: m.id, PartNumber: &number, Body: strings.NewReader(content)})
	if err != nil {
		m.t.Fatal(err)
	}
	part := types.CompletedPart{PartNumber: &number, ETag: output.ETag, ChecksumCRC32: output.ChecksumCRC32}
	m.parts = append(m.parts, part)
	return part
}

func (m *multi) complete(parts ...types.CompletedPart) string {
	_, err := m.as(operator).CompleteMultipartUpload(ctx, &client.CompleteMultipartUploadInput{
		Bucket: &m.files, Key: &m.key, UploadId: m.id, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	return codeOf(err)
}

func TestMultipart_refusesPartsThatAreNotTheOnes(t *testing.T) {
	r := newRig(t)
	m := r.upload("k")
	big := string(noise(5 << 20))
	one, two, three := m.part(1, big), m.part(2, "small"), m.part(3, "last")
	wrong := one
	wrong.ETag = two.ETag
	none := types.CompletedPart{PartNumber: sdk.Int32(4), ETag: one.ETag}
	for _, test := range []struct {
		name  string
		parts []types.CompletedPart
		code  string
	}{
		{"no part", nil, "MalformedXML"},
		{"in another order", []types.CompletedPart{two, one}, "InvalidPartOrder"},
		{"twice", []types.CompletedPart{one, one}, "InvalidPartOrder"},
		{"another's etag", []types.CompletedPart{wrong, two}, "InvalidPart"},
		{"one that is not there", []types.CompletedPart{one, none}, "InvalidPart"},
		{"a small one in the middle", []types.CompletedPart{one, two, three}, "EntityTooSmall"},
		{"the right ones", []types.CompletedPart{one, three}, "none"},
	} {
		want(t, test.name, m.complete(test.parts...), test.code)
	}
	want(t, "content", r.content("k") == big+"last", true)
	want(t, "once it is complete", m.complete(one, three), "NoSuchUpload")
	want(t, "bodies", r.bodies(), 1)
}

func TestMultipart_replacesAPartAndListsThem(t *testing.T) {
	r := newRig(t)
	m := r.upload("k")
	m.part(2, "first")
	second := m.part(2, "second")
	m.part(7, "seventh")
	want(t, "bodies", r.bodies(), 2)
	var numbers []int32
	marker := sdk.String("0")
	for range 3 {
		page, err := r.as(operator).ListParts(ctx, &client.ListPartsInput{Bucket: &r.files, Key: &m.key, UploadId: m.id, MaxParts: sdk.Int32(1), PartNumberMarker: marker})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range page.Parts {
			numbers = append(numbers, *part.PartNumber)
		}
		if !*page.IsTruncated {
			break
		}
		marker = page.NextPartNumberMarker
	}
	want(t, "parts", numbers, []int{2, 7})
	want(t, "complete", m.complete(second), "none")
	want(t, "content", r.content("k"), "second")
	want(t, "bodies", r.bodies(), 1)
}

func TestMultipart_keepsWhatItBeganWith(t *testing.T) {
	r := newRig(t)
	m := r.upload("k", func(input *client.CreateMultipartUploadInput) {
		input.ContentType, input.Metadata, input.Tagging = sdk.String("image/png"), map[string]string{"by": "ann"}, sdk.String("a=b")
		input.ChecksumAlgorithm = "CRC32"
	})
	m.part(1, "content")
	want(t, "complete", m.complete(m.parts...), "none")
	head, err := r.as(operator).HeadObject(ctx, &client.HeadObjectInput{Bucket: &r.files, Key: &m.key, ChecksumMode: "ENABLED"})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "type and metadata", []any{*head.ContentType, head.Metadata, sdk.ToInt32(head.TagCount)}, []any{"image/png", map[string]string{"by": "ann"}, 1})
	want(t, "checksum", []any{head.ChecksumType, strings.HasSuffix(*head.ChecksumCRC32, "-1")}, []any{"COMPOSITE", true})
}

func TestMultipart_isAborted(t *testing.T) {
	r := newRig(t)
	m := r.upload("k")
	m.part(1, "x")
	abort := func() string {
		_, err := r.as(operator).AbortMultipartUpload(ctx, &client.AbortMultipartUploadInput{Bucket: &r.files, Key: &m.key, UploadId: m.id})
		return codeOf(err)
	}
	want(t, "abort", abort(), "none")
	want(t, "bodies", r.bodies(), 0)
	want(t, "again", abort(), "NoSuchUpload")
	want(t, "complete", m.complete(m.parts...), "NoSuchUpload")
	want(t, "content", r.content("k"), "error NoSuchKey")
}

func TestMultipart_preventsOverwriting(t *testing.T) {
	r := newRig(t)
	m := r.upload("k")
	m.part(1, "in parts")
	r.put("k", "first")
	complete := func() string {
		_, err := r.as(operator).CompleteMultipartUpload(ctx, &client.CompleteMultipartUploadInput{
			Bucket: &r.files, Key: &m.key, UploadId: m.id, IfNoneMatch: sdk.String("*"), MultipartUpload: &types.CompletedMultipartUpload{Parts: m.parts},
		})
		return codeOf(err)
	}
	want(t, "over another", complete(), "PreconditionFailed")
	want(t, "content", r.content("k"), "first")
	r.delete("k", "")
	want(t, "over none", complete(), "none")
	want(t, "content", r.content("k"), "in parts")
}

func TestMultipart_listsUploads(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"a/1", "a/2", "b", "b"} {
		r.upload(key)
	}
	var found []string
	input := &client.ListMultipartUploadsInput{Bucket: &r.files, Delimiter: sdk.String("/"), MaxUploads: sdk.Int32(1)}
	for range 5 {
		page, err := r.as(operator).ListMultipartUploads(ctx, input)
		if err != nil {
			t.Fatal(err)
		}
		for _, prefix := range page.CommonPrefixes {
			found = append(found, *prefix.Prefix)
		}
		for _, upload := range page.Uploads {
			found = append(found, *upload.Key)
		}
		if !*page.IsTruncated {
			break
		}
		input.KeyMarker, input.UploadIdMarker = page.NextKeyMarker, page.NextUploadIdMarker
	}
	want(t, "uploads", found, []string{"a/", "b", "b"})
}

func TestMultipart_ofAnUploadThatIsNotThere(t *testing.T) {
	r := newRig(t)
	m := r.upload("k")
	for name, target := range map[string]string{
		"an unknown id":       "/k?partNumber=1&uploadId=nonsense",
		"another key's":       "/other?partNumber=1&uploadId=" + *m.id,
		"no id":               "/k?partNumber=1&uploadId=",
		"a part 0":            "/k?partNumber=0&uploadId=" + *m.id,
		"a part 10001":        "/k?partNumber=10001&uploadId=" + *m.id,
		"a part of no number": "/k?partNumber=one&uploadId=" + *m.id,
	} {
		response := r.direct(r.caller(operator), "PUT", target, nil, []byte("x"))
		code := "NoSuchUpload"
		if strings.Contains(name, "part") {
			code = "InvalidArgument"
		}
		want(t, name, errorCode(response.Body.String()), code)
	}
	want(t, "bodies", fmt.Sprint(r.bodies()), "0")
}

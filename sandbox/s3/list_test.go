package s3_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// page is a page of a listing as one text: keys, then common prefixes with a star.
func page(output *client.ListObjectsV2Output) string {
	var lines []string
	for _, object := range output.Contents {
		lines = append(lines, *object.Key)
	}
	for _, prefix := range output.CommonPrefixes {
		lines = append(lines, *prefix.Prefix+"*")
	}
	if int(*output.KeyCount) != len(lines) {
		return fmt.Sprintf("got KeyCount %d with %d lines", *output.KeyCount, len(lines))
	}
	return strings.Join(lines, " ")
}

func TestListObjectsV2_pages(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"a", "a/1", "a/2", "a/b/3", "b", "b/1", "c/", "c/1", "d\x00e", "d"} {
		r.put(key, key)
	}
	r.put("deleted", "x")
	if _, err := r.as(operator).DeleteObject(ctx, &client.DeleteObjectInput{Bucket: &r.files, Key: sdk.String("deleted")}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		prefix, delimiter, after string
		max                      int32
		pages                    []string
	}{
		{max: 1000, pages: []string{"a a/1 a/2 a/b/3 b b/1 c/ c/1 d d%00e"}},
		{max: 4, pages: []string{"a a/1 a/2 a/b/3", "b b/1 c/ c/1", "d d%00e"}},
		{delimiter: "/", max: 1000, pages: []string{"a b d d%00e a/* b/* c/*"}},
		{delimiter: "/", max: 2, pages: []string{"a a/*", "b b/*", "d c/*", "d%00e"}},
		{delimiter: "/", max: 1, pages: []string{"a", "a/*", "b", "b/*", "c/*", "d", "d%00e"}},
		{prefix: "a", delimiter: "/", max: 1000, pages: []string{"a a/*"}},
		{prefix: "a/", delimiter: "/", max: 1, pages: []string{"a/1", "a/2", "a/b/*"}},
		{prefix: "a/", delimiter: "2", max: 1000, pages: []string{"a/1 a/b/3 a/2*"}},
		{prefix: "c/", delimiter: "/", max: 1000, pages: []string{"c/ c/1"}},
		{prefix: "z", max: 1000, pages: []string{""}},
		{after: "a/2", max: 1000, pages: []string{"a/b/3 b b/1 c/ c/1 d d%00e"}},
		{after: "a/2", delimiter: "/", max: 1000, pages: []string{"b d d%00e b/* c/*"}},
		{prefix: "b", after: "a", max: 1000, pages: []string{"b b/1"}},
		{prefix: "a", after: "z", max: 1000, pages: []string{""}},
		{max: 0, pages: []string{""}},
		{max: 5000, pages: []string{"a a/1 a/2 a/b/3 b b/1 c/ c/1 d d%00e"}},
	} {
		input := &client.ListObjectsV2Input{Bucket: &r.files, Prefix: &test.prefix, MaxKeys: &test.max, EncodingType: types.EncodingTypeUrl}
		if test.delimiter != "" {
			input.Delimiter = &test.delimiter
		}
		if test.after != "" {
			input.StartAfter = &test.after
		}
		var pages []string
		for {
			output, err := r.as(operator).ListObjectsV2(ctx, input)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, page(output))
			want(t, "next token if and only if truncated", output.NextContinuationToken != nil, *output.IsTruncated)
			want(t, "echoed token", sdk.ToString(output.ContinuationToken), sdk.ToString(input.ContinuationToken))
			want(t, "max keys", *output.MaxKeys, min(test.max, 1000))
			if !*output.IsTruncated || len(pages) > 20 {
				break
			}
			input.ContinuationToken = output.NextContinuationToken
		}
		if !slices.Equal(pages, test.pages) {
			t.Errorf("%+v:\ngot  %q\nwant %q", test, pages, test.pages)
		}
	}
}

func TestListObjectsV2_echoesAsTheClientChecks(t *testing.T) {
	r := newRig(t)
	r.put("public/products/ä b+c~*.png", "x")
	response := r.direct(r.caller(operator), "GET", "/?list-type=2&prefix=public%2Fproducts%2F%C3%A4%20&delimiter=%2B&start-after=a%20b&encoding-type=url&max-keys=1000", nil, nil)
	for _, element := range []string{
		"<Name>" + r.files + "</Name>", "<Prefix>public/products/%C3%A4+</Prefix>", "<Delimiter>%2B</Delimiter>", "<StartAfter>a+b</StartAfter>",
		"<EncodingType>url</EncodingType>", "<MaxKeys>1000</MaxKeys>", "<KeyCount>1</KeyCount>", "<IsTruncated>false</IsTruncated>",
		"<CommonPrefixes><Prefix>public/products/%C3%A4+b%2B</Prefix></CommonPrefixes>",
	} {
		if !strings.Contains(response.Body.String(), element) {
			t.Errorf("no %s in %s", element, response.Body)
		}
	}
	response = r.direct(r.caller(operator), "GET", "/?list-type=2&prefix=&encoding-type=url", nil, nil)
	for _, element := range []string{"<Key>public/products/%C3%A4+b%2Bc%7E*.png</Key>", "<Prefix></Prefix>", "<StorageClass>STANDARD</StorageClass>", `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`} {
		if !strings.Contains(response.Body.String(), element) {
			t.Errorf("no %s in %s", element, response.Body)
		}
	}
	response = r.direct(r.caller(operator), "GET", "/?list-type=2&fetch-owner=true", nil, nil)
	if !strings.Contains(response.Body.String(), "<Owner><ID>") {
		t.Errorf("no owner in %s", response.Body)
	}
}

// Without encoding-type=url S3 answers what no parser takes, for a key that XML cannot say.
func TestListings_writeKeysThatXMLCannotSay(t *testing.T) {
	r := newRig(t)
	r.put("a\x01\ufffe\r", "x")
	r.put("a b", "x")
	if response := r.direct(r.caller(operator), "POST", "/a%1B?uploads", nil, nil); !strings.Contains(response.Body.String(), "<Key>a&#x1b;</Key>") {
		t.Errorf("an upload in parts: got %s", response.Body)
	}
	for query, elements := range map[string][]string{
		"list-type=2&prefix=a":                       {"<Key>a&#x1;&#xfffe;&#xd;</Key>", "<Key>a b</Key>"},
		"versions&prefix=a":                          {"<Key>a&#x1;&#xfffe;&#xd;</Key>", "<Key>a b</Key>"},
		"uploads&prefix=a":                           {"<Key>a&#x1b;</Key>"},
		"list-type=2&prefix=a%01&encoding-type=url":  {"<Prefix>a%01</Prefix>", "<Key>a%01%EF%BF%BE%0D</Key>"},
		"versions&key-marker=a%00&encoding-type=url": {"<KeyMarker>a%00</KeyMarker>", "<Key>a%01%EF%BF%BE%0D</Key>", "<Key>a+b</Key>"},
		"uploads&encoding-type=url":                  {"<Key>a%1B</Key>"},
	} {
		response := r.direct(r.caller(operator), "GET", "/?"+query, nil, nil)
		for _, element := range elements {
			if !strings.Contains(response.Body.String(), element) {
				t.Errorf("%s: no %s in %s", query, element, response.Body)
			}
		}
	}
	if _, err := r.as(operator).ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: &r.files}); err == nil || !strings.Contains(err.Error(), "illegal character code U+0001") {
		t.Errorf("the SDK: got %v, want that it does not take it", err)
	}
	if _, err := r.as(operator).ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: &r.files, Prefix: sdk.String("a ")}); err != nil {
		t.Errorf("control: got %v", err)
	}
}

func TestListObjectsV2_refusesParameters(t *testing.T) {
	r := newRig(t)
	for query, code := range map[string]string{
		"continuation-token=": "InvalidArgument", "continuation-token=YWJj": "InvalidArgument", "max-keys=-1": "InvalidArgument", "max-keys=many": "InvalidArgument",
		"encoding-type=": "InvalidArgument", "encoding-type=base64": "InvalidArgument", "max-keys=": "none", "versionId=1": "NotImplemented", "unheard-of=1": "none",
	} {
		response := r.direct(r.caller(operator), "GET", "/?list-type=2&"+query, nil, nil)
		want(t, query, errorCode(response.Body.String()), code)
	}
}

// A page goes on in its bucket alone, behind a key that nobody reads in its token.
func TestListObjectsV2_sealsTokens(t *testing.T) {
	r := newRig(t)
	r.put("secret", "1")
	r.put("two", "2")
	output, err := r.as(operator).ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: &r.files, MaxKeys: sdk.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(*output.NextContinuationToken)
	want(t, "a key is read in the token", []any{err, strings.Contains(string(raw), "secret")}, []any{nil, false})
	for name, test := range map[string]struct{ bucket, token, code string }{
		"its bucket": {r.files, *output.NextContinuationToken, "none"},
		"another":    {r.logs, *output.NextContinuationToken, "InvalidArgument"},
		"forged":     {r.files, base64.RawURLEncoding.EncodeToString([]byte("after secret")), "InvalidArgument"},
	} {
		_, err := r.as(operator).ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: &test.bucket, ContinuationToken: &test.token})
		want(t, name, codeOf(err), test.code)
	}
}

func TestListObjectVersions_pages(t *testing.T) {
	r := newRig(t)
	var ids []string // of dir/a, the oldest first
	for i := range 3 {
		ids = append(ids, r.put("dir/a", fmt.Sprint(i)))
	}
	r.put("dir/sub/b", "b")
	deleted, err := r.as(operator).DeleteObject(ctx, &client.DeleteObjectInput{Bucket: &r.files, Key: sdk.String("dir/a")})
	if err != nil {
		t.Fatal(err)
	}
	ids = append(ids, *deleted.VersionId)
	slices.Reverse(ids)

	all, err := r.as(operator).ListObjectVersions(ctx, &client.ListObjectVersionsInput{Bucket: &r.files})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "markers", len(all.DeleteMarkers), 1)
	want(t, "latest", []any{*all.DeleteMarkers[0].VersionId, *all.DeleteMarkers[0].IsLatest}, []any{ids[0], true})
	want(t, "versions", len(all.Versions), 4)
	want(t, "latest version", []any{*all.Versions[0].IsLatest, *all.Versions[3].IsLatest}, []any{false, true})

	input := &client.ListObjectVersionsInput{Bucket: &r.files, MaxKeys: sdk.Int32(1), Prefix: sdk.String("dir/"), Delimiter: sdk.String("/")}
	var got []string
	for {
		output, err := r.as(operator).ListObjectVersions(ctx, input)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range output.Versions {
			got = append(got, *v.VersionId)
		}
		for _, m := range output.DeleteMarkers {
			got = append(got, *m.VersionId)
		}
		for _, p := range output.CommonPrefixes {
			got = append(got, *p.Prefix)
		}
		if !*output.IsTruncated {
			break
		}
		input.KeyMarker, input.VersionIdMarker = output.NextKeyMarker, output.NextVersionIdMarker
	}
	want(t, "pages", got, append(slices.Clone(ids), "dir/sub/"))

	// A page goes on behind a version that is gone in the meantime.
	if _, err := r.as(operator).DeleteObject(ctx, &client.DeleteObjectInput{Bucket: &r.files, Key: sdk.String("dir/a"), VersionId: &ids[1]}); err != nil {
		t.Fatal(err)
	}
	rest, err := r.as(operator).ListObjectVersions(ctx, &client.ListObjectVersionsInput{Bucket: &r.files, KeyMarker: sdk.String("dir/a"), VersionIdMarker: &ids[1]})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "rest", []any{len(rest.Versions), *rest.Versions[0].VersionId, len(rest.DeleteMarkers)}, []any{3, ids[2], 0})

	_, err = r.as(operator).ListObjectVersions(ctx, &client.ListObjectVersionsInput{Bucket: &r.files, VersionIdMarker: &ids[1]})
	want(t, "a marker of a version alone", codeOf(err), "InvalidArgument")
}

func TestDeleteObjects_deletesEach(t *testing.T) {
	r := newRig(t)
	id := r.put("a", "1")
	r.put("b&<c>", "2")
	output, err := r.as(operator).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: []types.ObjectIdentifier{
		{Key: sdk.String("a"), VersionId: &id}, {Key: sdk.String("b&<c>")}, {Key: sdk.String("never was")}, {Key: sdk.String("a"), VersionId: sdk.String("nonsense")},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "deleted", len(output.Deleted), 3)
	want(t, "errors", []any{len(output.Errors), *output.Errors[0].Code}, []any{1, "NoSuchVersion"})
	want(t, "by version", []any{*output.Deleted[0].VersionId, sdk.ToBool(output.Deleted[0].DeleteMarker)}, []any{id, false})
	want(t, "by key", []any{*output.Deleted[1].Key, sdk.ToBool(output.Deleted[1].DeleteMarker)}, []any{"b&<c>", true})
	versions, _ := r.s.Versions(r.files)
	want(t, "left", len(versions), 3) // b and two markers
	want(t, "bodies", r.bodies(), 1)

	quiet, err := r.as(operator).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Quiet: sdk.Bool(true), Objects: []types.ObjectIdentifier{{Key: sdk.String("a")}}}})
	if err != nil || len(quiet.Deleted) != 0 {
		t.Errorf("quietly: got %+v, %v", quiet, err)
	}
}

func TestDeleteObjects_refuses(t *testing.T) {
	r := newRig(t)
	many := "<Delete>" + strings.Repeat("<Object><Key>k</Key></Object>", 1001) + "</Delete>"
	one := "<Delete><Object><Key>k</Key></Object></Delete>"
	for name, test := range map[string]struct {
		body   string
		digest bool
		code   string
	}{
		"no digest":       {one, false, "InvalidRequest"},
		"another digest":  {one + " ", true, "BadDigest"},
		"1001 keys":       {many, true, "MalformedXML"},
		"no key":          {"<Delete></Delete>", true, "MalformedXML"},
		"no XML":          {"{}", true, "MalformedXML"},
		"half":            {one[:30], true, "MalformedXML"},
		"the right thing": {one, true, "none"},
	} {
		headers := map[string]string{}
		if test.digest {
			headers["Content-Md5"] = md5Of(strings.TrimSuffix(test.body, " "))
		}
		response := r.direct(r.caller(operator), "POST", "/?delete", headers, []byte(test.body))
		want(t, name, errorCode(response.Body.String()), test.code)
	}
}

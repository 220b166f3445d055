package s3_test

import (
	"context"
	"crypto/md5" //nolint:gosec // what Content-MD5 is
	"encoding/base64"
	"fmt"
	"slices"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/s3"
)

func md5Of(text string) string {
	sum := md5.Sum([]byte(text)) //nolint:gosec // what Content-MD5 is
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (r *rig) get(key, version string) (string, string) {
	r.t.Helper()
	input := &client.GetObjectInput{Bucket: &r.files, Key: &key}
	if version != "" {
		input.VersionId = &version
	}
	output, err := r.as(operator).GetObject(ctx, input)
	if err != nil {
		return "", codeOf(err)
	}
	return read(r.t, output.Body), "none"
}

func (r *rig) delete(key, version string) *client.DeleteObjectOutput {
	r.t.Helper()
	input := &client.DeleteObjectInput{Bucket: &r.files, Key: &key}
	if version != "" {
		input.VersionId = &version
	}
	output, err := r.as(operator).DeleteObject(ctx, input)
	if err != nil {
		r.t.Fatal(err)
	}
	return output
}

func TestVersions_areKeptUntilTheyAreDeletedByTheirID(t *testing.T) {
	r := newRig(t)
	first, second := r.put("k", "first"), r.put("k", "second")
	content, _ := r.get("k", first)
	want(t, "first", content, "first")
	content, _ = r.get("k", "")
	want(t, "latest", content, "second")

	marker := r.delete("k", "")
	want(t, "marker", *marker.DeleteMarker, true)
	_, code := r.get("k", "")
	want(t, "deleted", code, "NoSuchKey")
	_, code = r.get("k", *marker.VersionId)
	want(t, "the marker itself", code, "MethodNotAllowed")
	content, _ = r.get("k", second)
	want(t, "second", content, "second")

	response := r.direct(r.caller(operator), "GET", "/k", nil, nil)
	want(t, "marker's header", response.Header().Get("X-Amz-Delete-Marker"), "true")

	want(t, "undeletion", *r.delete("k", *marker.VersionId).DeleteMarker, true)
	content, _ = r.get("k", "")
	want(t, "latest again", content, "second")

	r.delete("k", second)
	content, _ = r.get("k", "")
	want(t, "the one before", content, "first")
	_, code = r.get("k", second)
	want(t, "gone", code, "NoSuchVersion")
	r.delete("k", first)
	versions, _ := r.s.Versions(r.files)
	want(t, "versions", len(versions), 0)
	want(t, "bodies", r.bodies(), 0)
}

func TestVersions_refusesIDsThatAreNone(t *testing.T) {
	r := newRig(t)
	r.put("k", "x")
	for _, id := range []string{"nonsense", "", "k", "2222222222222222222222222222222222222222"} {
		response := r.direct(r.caller(operator), "GET", "/k?versionId="+id, nil, nil)
		want(t, id, errorCode(response.Body.String()), "InvalidArgument")
	}
	response := r.direct(r.caller(operator), "GET", "/k?versionId=null", nil, nil)
	want(t, "null", errorCode(response.Body.String()), "NoSuchVersion")
}

func md5Hex(text string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(text))) //nolint:gosec // what an ETag is
}

// makeBucket makes a bucket with properties beside those of the stack.
func (r *rig) makeBucket(name string, properties map[string]any) {
	r.t.Helper()
	all := map[string]any{"BucketName": name}
	for key, value := range properties {
		all[key] = value
	}
	_, err := r.s.ResourceTypes()["AWS::S3::Bucket"].Create(context.Background(), aws.Resource{
		Region: region, Account: account, Stack: "test", LogicalID: name, Properties: all,
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) setVersioning(name, status string) {
	r.t.Helper()
	_, err := r.s.ResourceTypes()["AWS::S3::Bucket"].Update(context.Background(), nil, aws.Resource{
		Region: region, Account: account, Stack: "test", LogicalID: name, PhysicalID: name,
		Properties: map[string]any{"BucketName": name, "VersioningConfiguration": map[string]any{"Status": status}},
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestVersions_ofABucketWithout(t *testing.T) {
	r := newRig(t)
	r.makeBucket("plain", nil)
	r.files = "plain"
	want(t, "id", r.put("k", "first"), "")
	r.put("k", "second")
	content, _ := r.get("k", "")
	want(t, "content", content, "second")
	want(t, "bodies", r.bodies(), 1)
	content, _ = r.get("k", "null")
	want(t, "the null version", content, "second")
	output := r.delete("k", "")
	want(t, "marker", sdk.ToBool(output.DeleteMarker), false)
	want(t, "bodies", r.bodies(), 0)
	versioning, err := r.as(operator).GetBucketVersioning(ctx, &client.GetBucketVersioningInput{Bucket: &r.files})
	if err != nil || versioning.Status != "" {
		t.Errorf("got %v, %v", versioning.Status, err)
	}
}

func TestVersions_ofABucketThatNoLongerHas(t *testing.T) {
	r := newRig(t)
	r.makeBucket("was", nil)
	r.files = "was"
	r.put("k", "null 1")
	r.setVersioning("was", "Enabled")
	id := r.put("k", "kept")
	content, _ := r.get("k", "null")
	want(t, "the null version", content, "null 1")
	r.setVersioning("was", "Suspended")
	want(t, "id", r.put("k", "null 2"), "null")
	content, _ = r.get("k", "")
	want(t, "latest", content, "null 2")
	content, _ = r.get("k", "null")
	want(t, "the null version", content, "null 2")
	content, _ = r.get("k", id)
	want(t, "the kept version", content, "kept")
	want(t, "marker", *r.delete("k", "").VersionId, "null")
	versions, _ := r.s.Versions("was")
	want(t, "versions", len(versions), 2)
	want(t, "latest is the marker", []bool{versions[0].DeleteMarker, versions[0].Latest}, []bool{true, true})
	want(t, "bodies", r.bodies(), 1)
}

func TestBucket_tellsOfItself(t *testing.T) {
	r := newRig(t)
	location, err := r.as(operator).GetBucketLocation(ctx, &client.GetBucketLocationInput{Bucket: &r.files})
	if err != nil || location.LocationConstraint != "" {
		t.Errorf("location: got %v, %v", location, err)
	}
	encryption, err := r.as(operator).GetBucketEncryption(ctx, &client.GetBucketEncryptionInput{Bucket: &r.files})
	if err != nil || encryption.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != "AES256" {
		t.Errorf("encryption: got %v, %v", encryption, err)
	}
	versioning, err := r.as(operator).GetBucketVersioning(ctx, &client.GetBucketVersioningInput{Bucket: &r.files})
	if err != nil || versioning.Status != "Enabled" {
		t.Errorf("versioning: got %v, %v", versioning, err)
	}
	cors, err := r.as(operator).GetBucketCors(ctx, &client.GetBucketCorsInput{Bucket: &r.files})
	if err != nil || len(cors.CORSRules) != 1 || !slices.Contains(cors.CORSRules[0].ExposeHeaders, "ETag") || !slices.Contains(cors.CORSRules[0].AllowedMethods, "PUT") {
		t.Errorf("CORS: got %+v, %v", cors, err)
	}
	_, err = r.as(operator).GetBucketCors(ctx, &client.GetBucketCorsInput{Bucket: &r.logs})
	want(t, "CORS of a bucket without", codeOf(err), "NoSuchCORSConfiguration")
	head, err := r.as(operator).HeadBucket(ctx, &client.HeadBucketInput{Bucket: &r.files})
	if err != nil || *head.BucketRegion != region {
		t.Errorf("head: got %v, %v", head, err)
	}
	list, err := r.as(operator).ListBuckets(ctx, &client.ListBucketsInput{})
	if err != nil || len(list.Buckets) != 3 || *list.Buckets[2].Name != r.files {
		t.Errorf("list: got %v, %v", list, err)
	}
	none := "not-there"
	_, err = r.as(operator).GetBucketLocation(ctx, &client.GetBucketLocationInput{Bucket: &none})
	want(t, "a bucket that is not there", codeOf(err), "NoSuchBucket")
}

func TestServes_namesItsHosts(t *testing.T) {
	for host, serves := range map[string]bool{
		"s3.amazonaws.com": true, "s3.eu-west-1.amazonaws.com:443": true, "b.s3.eu-west-1.amazonaws.com": true, "a.b.S3.amazonaws.com": true,
		"b.s3-eu-west-1.amazonaws.com": true, "b.s3.dualstack.eu-west-1.amazonaws.com": true,
		"cognito-idp.eu-west-1.amazonaws.com": false, "s3.example.com": false, "127.0.0.1:4566": false, "": false, "amazonaws.com": false,
	} {
		want(t, host, s3.Serves(host), serves)
	}
}

func TestLocate_findsTheBucketInHostOrPath(t *testing.T) {
	r := newRig(t)
	r.put("dir/k", "x")
	for _, url := range []string{
		"https://" + r.files + ".s3.us-east-1.amazonaws.com/dir/k", "https://" + r.files + ".s3.amazonaws.com/dir/k", "https://" + r.files + ".localhost:4566/dir/k",
		"https://" + r.files + ".s3.localhost/dir/k", "https://s3.us-east-1.amazonaws.com/" + r.files + "/dir/k", "https://127.0.0.1:4566/" + r.files + "/dir/k",
		"https://localhost:4566/" + r.files + "/dir/k",
	} {
		response := r.directTo(r.caller(operator), "GET", url)
		want(t, url, response.Body.String(), "x")
	}
}

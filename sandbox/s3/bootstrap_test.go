package s3_test

import (
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/sandbox/store"
)

func TestBootstrap_makesTheBucketThatTheCLIAsksFor(t *testing.T) {
	db, dir := store.NewMemory(), t.TempDir()
	r := startRig(t, db, dir)
	r.people(nil)
	const name = "cdk-hnb659fds-assets-" + account + "-" + region
	want(t, "name", r.s.AssetBucket(), name)
	// The CLI talks to the sandbox by plain HTTP, and in path style, because the endpoint is an address.
	cli := r.as(operator, func(o *client.Options) {
		o.BaseEndpoint, o.UsePathStyle, o.HTTPClient = sdk.String(r.plain.URL), true, r.plain.Client()
	})
	_, err := cli.GetBucketLocation(ctx, &client.GetBucketLocationInput{Bucket: sdk.String(name)})
	want(t, "before", codeOf(err), "NoSuchBucket")
	for range 2 {
		if err := r.s.Bootstrap(ctx); err != nil {
			t.Fatal(err)
		}
		location, err := cli.GetBucketLocation(ctx, &client.GetBucketLocationInput{Bucket: sdk.String(name)})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "location", location.LocationConstraint, "")
		encryption, err := cli.GetBucketEncryption(ctx, &client.GetBucketEncryptionInput{Bucket: sdk.String(name)})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "encryption", encryption.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, "AES256")
		list, err := cli.ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: sdk.String(name), Prefix: sdk.String("asset.json"), MaxKeys: sdk.Int32(1)})
		if err != nil {
			t.Fatal(err)
		}
		if *list.KeyCount == 1 {
			continue // the second time around: Bootstrap leaves what is there
		}
		_, err = cli.PutObject(ctx, &client.PutObjectInput{
			Bucket: sdk.String(name), Key: sdk.String("asset.json"), Body: strings.NewReader("{}"),
			ContentType: sdk.String("application/json"), ChecksumAlgorithm: "SHA256", ServerSideEncryption: "AES256",
		})
		want(t, "put", codeOf(err), "none")
	}
	versions, err := r.s.Versions(name)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "objects", len(versions), 1)
}

func TestBootstrap_keepsTheBucketFromOthers(t *testing.T) {
	r := newRig(t)
	if err := r.s.Bootstrap(ctx); err != nil {
		t.Fatal(err)
	}
	name := r.s.AssetBucket()
	for key, code := range map[string]string{anyone: "AccessDenied", guest: "AccessDenied", admin: "AccessDenied", operator: "none"} {
		_, err := r.as(key).ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: &name})
		want(t, "list as "+key, codeOf(err), code)
	}
	_, err := r.s.ResourceTypes()["AWS::S3::Bucket"].Create(ctx, declare("Mine", map[string]any{"BucketName": name}))
	if err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("a stack takes the bucket: got %v", err)
	}
}

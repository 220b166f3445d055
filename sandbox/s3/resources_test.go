package s3_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	bucketType     = "AWS::S3::Bucket"
	policyType     = "AWS::S3::BucketPolicy"
	autoDeleteType = "Custom::S3AutoDeleteObjects"
)

// fails checks that an error says all of the words, or that there is none if there are none.
func fails(t *testing.T, what string, err error, words ...string) {
	t.Helper()
	if err == nil || len(words) == 0 {
		if (err == nil) != (len(words) == 0) {
			t.Errorf("%s: got %v, want %q", what, err, words)
		}
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v, want it to say %q", what, err, word)
		}
	}
}

func (r *rig) one(kind, prefix string) aws.Resource { return r.One(kind, prefix).Resource }

// change updates a resource in place.
func (r *rig) change(kind string, resource aws.Resource, edit func(map[string]any)) (aws.State, error) {
	old := resource.Properties
	resource.Properties = maps.Clone(old)
	edit(resource.Properties)
	return r.s.ResourceTypes()[kind].Update(ctx, old, resource)
}

func TestResourceTypes_acceptWhatEveryTemplateDeclares(t *testing.T) {
	for environment, count := range map[string]map[string]int{
		"dev":  {bucketType: 3, policyType: 3, autoDeleteType: 3},
		"prod": {bucketType: 3, policyType: 3},
	} {
		r := startRig(t, store.NewMemory(), t.TempDir())
		r.deploy(environment)
		got := map[string]int{}
		types := r.s.ResourceTypes()
		for _, made := range r.All() {
			id, resource := made.Resource.LogicalID, made.Resource
			kind, ok := types[made.Type]
			if !ok {
				continue
			}
			got[made.Type]++
			again, err := kind.Create(ctx, resource)
			fails(t, "create "+id+" again, as after a kill", err)
			want(t, id, again, made.State)
			same, err := kind.Update(ctx, resource.Properties, resource)
			fails(t, "update "+id+" to the same", err)
			want(t, id, same, made.State)
		}
		want(t, environment, got, count)
	}
}

func TestBucket_tellsItsAttributes(t *testing.T) {
	r := newRig(t)
	state := r.One(bucketType, "Files").State
	want(t, "name", state.PhysicalID, "lightbox-dev-filestorage-files8e6940b8-abcdefghijkl")
	want(t, "arn", state.Attributes["Arn"], "arn:aws:s3:::"+r.files)
	want(t, "regional domain", state.Attributes["RegionalDomainName"], r.files+".s3.us-east-1.amazonaws.com")
	want(t, "the names that are told", slices.Sorted(maps.Keys(state.Attributes)), r.s.ResourceTypes()[bucketType].Attributes)
}

func TestBucket_refusesByNameWhatItDoesNotKnow(t *testing.T) {
	r := newRig(t)
	for path, properties := range map[string]map[string]any{
		"AWS::S3::Bucket.WebsiteConfiguration":                            {"WebsiteConfiguration": map[string]any{"IndexDocument": "index.html"}},
		"AWS::S3::Bucket.AccessControl":                                   {"AccessControl": "PublicRead"},
		"AWS::S3::Bucket.CorsConfiguration.CorsRules[0].AllowCredentials": {"CorsConfiguration": map[string]any{"CorsRules": []any{map[string]any{"AllowCredentials": true}}}},
		"CorsRules[0].ExposedHeaders":                                     {"CorsConfiguration": map[string]any{"CorsRules": []any{map[string]any{"AllowedMethods": []any{"GET"}, "AllowedOrigins": []any{"*"}, "ExposedHeaders": []any{"x-amz-meta-*"}}}}},
		"CorsRules[0].AllowedMethods":                                     {"CorsConfiguration": map[string]any{"CorsRules": []any{map[string]any{"AllowedMethods": []any{"PATCH"}, "AllowedOrigins": []any{"*"}}}}},
		"CorsRules[0].AllowedOrigins":                                     {"CorsConfiguration": map[string]any{"CorsRules": []any{map[string]any{"AllowedMethods": []any{"GET"}, "AllowedOrigins": []any{"https://*.*"}}}}},
		"BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm: got \"aws:kms\"": {"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "aws:kms"}}}}},
		"OwnershipControls.Rules[0].ObjectOwnership: got \"ObjectWriter\"":                                                  {"OwnershipControls": map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "ObjectWriter"}}}},
		"LifecycleConfiguration.Rules[0].Status":                                                                            {"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{"Status": "On"}}}},
		"LifecycleConfiguration.Rules[0].ExpirationInDays":                                                                  {"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{"Status": "Enabled", "ExpirationInDays": "-1"}}}},
		"LifecycleConfiguration.Rules[0].NoncurrentVersionExpiration.NoncurrentDays":                                        {"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{"Status": "Enabled", "NoncurrentVersionExpiration": map[string]any{"NoncurrentDays": "-1"}}}}},
		"LifecycleConfiguration.Rules[0].ExpirationInDays: got \"0\"":                                                       {"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{"Status": "Enabled", "ExpirationInDays": "0"}}}},
		"LifecycleConfiguration.Rules[1].AbortIncompleteMultipartUpload.DaysAfterInitiation: got \"0\"": {"LifecycleConfiguration": map[string]any{"Rules": []any{
			map[string]any{"Status": "Enabled", "ExpirationInDays": "1"}, map[string]any{"Status": "Enabled", "AbortIncompleteMultipartUpload": map[string]any{"DaysAfterInitiation": "0"}},
		}}},
		"VersioningConfiguration.Status":               {"VersioningConfiguration": map[string]any{"Status": "On"}},
		"The target bucket for logging does not exist": {"LoggingConfiguration": map[string]any{"DestinationBucketName": "nowhere"}},
		"The specified bucket is not valid":            {"BucketName": "Capital"},
	} {
		_, err := r.s.ResourceTypes()[bucketType].Create(ctx, declare("New", properties))
		fails(t, path, err, path)
		_, err = r.s.Versions("lightbox-dev-filestorage-new-abcdefghijkl")
		fails(t, "no bucket after "+path, err, "NoSuchBucket")
	}
}

func TestBucket_isUpdatedInPlace(t *testing.T) {
	r := newRig(t)
	bucket := r.one(bucketType, "Files")
	r.put("k", "before")
	_, err := r.change(bucketType, bucket, func(properties map[string]any) {
		delete(properties, "VersioningConfiguration")
		properties["CorsConfiguration"] = map[string]any{"CorsRules": []any{map[string]any{"AllowedMethods": []any{"GET"}, "AllowedOrigins": []any{"https://new.example"}}}}
	})
	fails(t, "update", err)
	want(t, "version after it lost its versioning", r.put("k", "after"), "null")
	versions, _ := r.s.Versions(r.files)
	want(t, "versions", len(versions), 2)
	for origin, status := range map[string]int{"https://new.example": 200, "http://localhost:3000": 403} {
		response := r.request("OPTIONS", "/k", map[string]string{"Origin": origin, "Access-Control-Request-Method": "GET"}, "")
		want(t, origin, response.status, status)
	}
	bucket.PhysicalID = "gone"
	_, err = r.change(bucketType, bucket, func(map[string]any) {})
	fails(t, "update of none", err, "NoSuchBucket")
}

func TestBucket_withAnotherNameIsAnother(t *testing.T) {
	r := newRig(t)
	types := r.s.ResourceTypes()
	want(t, "what replaces", types[bucketType].Replaces, []string{"BucketName"})
	old := r.one(bucketType, "Files")
	successor := old
	successor.Properties, successor.Suffix = maps.Clone(old.Properties), "zyxwvutsrqpo"
	made, err := types[bucketType].Create(ctx, successor)
	fails(t, "a successor with a name of the sandbox's own", err)
	if made.PhysicalID == r.files {
		t.Errorf("the successor is the bucket itself")
	}
	other := declare("Other", map[string]any{"BucketName": r.files})
	_, err = types[bucketType].Create(ctx, other)
	fails(t, "another resource with the name", err, "already exists")
	fails(t, "delete", types[bucketType].Delete(ctx, old))
	_, err = types[bucketType].Create(ctx, other)
	fails(t, "with the name of a deleted one", err)
}

func TestBucket_isDeletedOnlyWhenEmpty(t *testing.T) {
	r := newRig(t)
	types := r.s.ResourceTypes()
	bucket := r.one(bucketType, "Files")
	id := r.put("k", "x")
	marker := r.delete("k", "")
	fails(t, "with a version under a delete marker", types[bucketType].Delete(ctx, bucket), "BucketNotEmpty")
	r.delete("k", id)
	fails(t, "with a delete marker", types[bucketType].Delete(ctx, bucket), "BucketNotEmpty")
	r.delete("k", *marker.VersionId)
	r.begin("left")
	fails(t, "empty but for an upload", types[bucketType].Delete(ctx, bucket))
	fails(t, "again", types[bucketType].Delete(ctx, bucket))
	want(t, "bodies", r.bodies(), 0)
	_, err := r.as(operator).GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: sdk.String("k")})
	want(t, "read", codeOf(err), "NoSuchBucket")
}

// begin begins an upload with one part and returns its id.
func (r *rig) begin(key string) string {
	r.t.Helper()
	begun, err := r.as(operator).CreateMultipartUpload(ctx, &client.CreateMultipartUploadInput{Bucket: &r.files, Key: &key})
	if err != nil {
		r.t.Fatal(err)
	}
	_, err = r.as(operator).UploadPart(ctx, &client.UploadPartInput{Bucket: &r.files, Key: &key, UploadId: begun.UploadId, PartNumber: sdk.Int32(1), Body: strings.NewReader("part")})
	if err != nil {
		r.t.Fatal(err)
	}
	return *begun.UploadId
}

func TestAutoDeleteObjects_emptiesABucketWithTheTag(t *testing.T) {
	r := newRig(t)
	types := r.s.ResourceTypes()
	r.put("k", "first")
	r.put("k", "second")
	r.put("other", "x")
	r.delete("other", "")
	r.begin("left")
	bucket, custom := r.one(bucketType, "Files"), r.one(autoDeleteType, "Files")
	want(t, "what it empties", custom.PhysicalID, r.files)

	// Without the tag it does nothing.
	_, err := r.change(bucketType, bucket, func(properties map[string]any) { delete(properties, "Tags") })
	fails(t, "take the tag away", err)
	fails(t, "delete without the tag", types[autoDeleteType].Delete(ctx, custom))
	versions, _ := r.s.Versions(r.files)
	want(t, "versions", len(versions), 4)
	_, err = r.change(bucketType, bucket, func(map[string]any) {})
	fails(t, "give the tag back", err)

	fails(t, "delete", types[autoDeleteType].Delete(ctx, custom))
	versions, _ = r.s.Versions(r.files)
	want(t, "versions", len(versions), 0)
	want(t, "bodies", r.bodies(), 0)
	uploads, _ := r.s.Uploads(r.files)
	want(t, "uploads", len(uploads), 0)
	fails(t, "delete the policy", types[policyType].Delete(ctx, r.one(policyType, "Files")))
	fails(t, "delete the bucket", types[bucketType].Delete(ctx, bucket))
	fails(t, "delete again, the bucket being gone", types[autoDeleteType].Delete(ctx, custom))
	fails(t, "delete the policy again", types[policyType].Delete(ctx, r.one(policyType, "Files")))
}

func TestAutoDeleteObjects_refusesWhatItDoesNotKnow(t *testing.T) {
	r := newRig(t)
	create := r.s.ResourceTypes()[autoDeleteType].Create
	_, err := create(ctx, declare("Empties", map[string]any{"BucketName": r.files, "ServiceToken": "arn", "Force": true}))
	fails(t, "property", err, autoDeleteType+".Force is not supported by the sandbox")
	_, err = create(ctx, declare("Empties", map[string]any{"BucketName": "nowhere", "ServiceToken": "arn"}))
	fails(t, "bucket", err, "NoSuchBucket")
}

func TestBucketPolicy_isOneABucket(t *testing.T) {
	r := newRig(t)
	kind := r.s.ResourceTypes()[policyType]
	document := func(resource string) map[string]any {
		return map[string]any{"Version": "2012-10-17", "Statement": map[string]any{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resource}}
	}
	_, err := kind.Create(ctx, declare("Second", map[string]any{"Bucket": r.files, "PolicyDocument": document("arn:aws:s3:::" + r.files + "/*")}))
	fails(t, "a second policy", err, "already exists")
	_, err = kind.Create(ctx, declare("Lost", map[string]any{"Bucket": "nowhere", "PolicyDocument": document("*")}))
	fails(t, "of no bucket", err, "NoSuchBucket")
	own := r.one(policyType, "Files")
	_, err = r.change(policyType, own, func(properties map[string]any) { properties["PolicyDocument"] = document("arn:aws:s3:::" + r.logs) })
	fails(t, "about another bucket", err, "MalformedPolicy", "invalid resource")
	_, err = r.change(policyType, own, func(properties map[string]any) { properties["PolicyDocument"] = "nonsense" })
	fails(t, "that is none", err, "MalformedPolicy")
	_, err = r.change(policyType, own, func(properties map[string]any) {
		properties["PolicyDocument"] = map[string]any{"Version": "2012-10-17", "Statement": map[string]any{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + r.files + "/public/*"}}
	})
	fails(t, "that is public", err, "AccessDenied", "BlockPublicPolicy")
	_, err = r.change(policyType, own, func(properties map[string]any) { properties["PolicyText"] = "x" })
	fails(t, "with another property", err, "AWS::S3::BucketPolicy.PolicyText is not supported by the sandbox")
	_, err = r.change(policyType, own, func(properties map[string]any) {
		text := document("arn:aws:s3:::" + r.files + "/*")
		text["Statement"].(map[string]any)["Condition"] = map[string]any{"StringNotEquals": map[string]any{"aws:SourceVpce": "vpce-1"}}
		properties["PolicyDocument"] = text
	})
	fails(t, "with a condition key that no request has", err, "the condition key aws:SourceVpce is not supported by the sandbox")

	// None of that has changed anything.
	_, err = r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("x")})
	want(t, "still the first policy", codeOf(err), "none")
	_, err = r.change(policyType, own, func(properties map[string]any) {
		properties["PolicyDocument"] = document("arn:aws:s3:::" + r.files + "/*")
	})
	fails(t, "another document", err)
	_, err = r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("x")})
	want(t, "under the other document", codeOf(err), "AccessDenied")
	second := declare("Second", nil)
	second.PhysicalID = r.files
	fails(t, "delete by one who never owned it", kind.Delete(ctx, second))
	_, err = r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("x")})
	want(t, "which changes nothing", codeOf(err), "AccessDenied")
	fails(t, "delete", kind.Delete(ctx, own))
	_, err = r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("x")})
	want(t, "without a policy", codeOf(err), "none")
}

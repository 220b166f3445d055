package s3_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// The functions that ship, as callers.
const pictures, remover = "AKIDPICTURES", "AKIDREMOVER"

// withFunctions brings the stack that has the functions, whose roles then have keys.
func (r *rig) withFunctions() {
	r.t.Helper()
	r.Deploy("API")
	for key, policy := range map[string]string{pictures: "PicturesAccess", remover: "RemoverAccess"} {
		r.keys[key] = aws.Credentials{
			Secret: "secret " + key, SessionToken: "token " + key, Expiration: r.clock.Now().Add(1000 * time.Hour), Account: account,
			Principal: iam.RoleSession{Role: "arn:aws:iam::" + account + ":role/" + policy, Name: policy}, Identity: []*iam.Policy{r.policies[policy]},
		}
	}
}

// What nobody but the remover does: it names the versions of what it erases, and erases them.
func TestAccess_erasesAsTheRemoverAlone(t *testing.T) {
	r := newRig(t)
	r.withFunctions()
	for key, erased := range map[string]bool{
		"uploads/" + sub(userA) + "/x": true, "originals/" + sub(userA) + "/x": true, "answers/x": true, "public/photos/f01de2/x.webp": true,
		"public/products/x.png": false, "drafts/x.png": false, "protected/" + identity(userA) + "/x": true, "private/" + identity(userA) + "/x": true, "x": false,
	} {
		for _, who := range []string{anyone, guest, userA, admin, pictures, remover, operator} {
			id := r.put(key, "content")
			wanted := "AccessDenied"
			if who == operator || who == remover && erased {
				wanted = "none"
			}
			_, err := r.as(who).ListObjectVersions(ctx, &client.ListObjectVersionsInput{Bucket: &r.files, Prefix: sdk.String(key[:strings.LastIndex(key, "/")+1])})
			want(t, fmt.Sprintf("%q: list the versions of %s", who, key), codeOf(err), wanted)
			_, err = r.as(who).DeleteObject(ctx, &client.DeleteObjectInput{Bucket: &r.files, Key: &key, VersionId: &id})
			want(t, fmt.Sprintf("%q: erase %s", who, key), codeOf(err), wanted)
		}
	}
}

// M66: nobody wipes the catalogue, and what functions delete there can be brought back.
func TestAccess_deletesACatalogueToBeRestored(t *testing.T) {
	r := newRig(t)
	r.withFunctions()
	objects := []types.ObjectIdentifier{{Key: sdk.String("public/products/a")}, {Key: sdk.String("public/products/b")}}
	var ids []string
	for _, object := range objects {
		ids = append(ids, r.put(*object.Key, "content"))
	}
	for _, who := range []string{userA, admin} {
		output, err := r.as(who).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: objects}})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "denied", []any{len(output.Deleted), len(output.Errors), *output.Errors[1].Code}, []any{0, 2, "AccessDenied"})
	}
	for i, who := range []string{pictures, remover} {
		output, err := r.as(who).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: objects[i : i+1]}})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "deleted", []any{len(output.Deleted), len(output.Errors)}, []any{1, 0})
	}
	for i := range objects {
		want(t, "read", verbs[0].do(r, guest, *objects[i].Key), "AccessDenied")
		objects[i].VersionId = &ids[i]
	}
	for _, who := range []string{pictures, remover} {
		output, err := r.as(who).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: objects}})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "for good", []any{len(output.Deleted), *output.Errors[0].Code}, []any{0, "AccessDenied"})
	}
	for _, marker := range []int{0, 1} {
		versions, _ := r.s.Versions(r.files)
		for _, version := range versions {
			if version.DeleteMarker && version.Key == *objects[marker].Key {
				r.delete(version.Key, version.VersionID)
			}
		}
		want(t, "restored", r.content(*objects[marker].Key), "content")
	}
}

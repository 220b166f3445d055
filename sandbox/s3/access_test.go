package s3_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/sandbox/iam"
)

// verbs are what a caller can do with an object or with the folder it lies in, each with the letter of its right. They
// return the code of the refusal, "none" if there is none. All go over the wire, signed as by any client.
var verbs = []struct {
	name, right string
	do          func(r *rig, who, key string) string
}{
	{"get", "g", func(r *rig, who, key string) string {
		_, err := r.as(who).GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &key})
		return codeOf(err)
	}},
	{"head", "g", func(r *rig, who, key string) string {
		_, err := r.as(who).HeadObject(ctx, &client.HeadObjectInput{Bucket: &r.files, Key: &key})
		return codeOf(err)
	}},
	{"list", "l", func(r *rig, who, key string) string {
		_, err := r.as(who).ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: &r.files, Prefix: sdk.String(key[:strings.LastIndex(key, "/")+1])})
		return codeOf(err)
	}},
	{"put", "p", func(r *rig, who, key string) string {
		_, err := r.as(who).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: &key, Body: strings.NewReader("new")})
		return codeOf(err)
	}},
	{"put in parts", "p", func(r *rig, who, key string) string {
		begun, err := r.as(who).CreateMultipartUpload(ctx, &client.CreateMultipartUploadInput{Bucket: &r.files, Key: &key})
		if err == nil {
			_, err = r.as(who).AbortMultipartUpload(ctx, &client.AbortMultipartUploadInput{Bucket: &r.files, Key: &key, UploadId: begun.UploadId})
		}
		return codeOf(err)
	}},
	{"delete", "d", func(r *rig, who, key string) string {
		_, err := r.as(who).DeleteObject(ctx, &client.DeleteObjectInput{Bucket: &r.files, Key: &key})
		return codeOf(err)
	}},
	{"delete among many", "d", func(r *rig, who, key string) string {
		output, err := r.as(who).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: &key}}}})
		if err == nil && len(output.Errors) > 0 {
			return *output.Errors[0].Code
		}
		return codeOf(err)
	}},
}

// M24 to M29, M40 to M44, M65, M70, M85, M86, M91, M01 to M04: the table of the design, cell by cell, and what lies beside it. The
// letters are those of get, list, put and delete.
func TestAccess_isWhatTheDesignSays(t *testing.T) {
	table := map[string]map[string]string{
		"uploads/" + sub(userA) + "/x":                 {userA: "gp", pictures: "g"},
		"uploads/" + sub(admin) + "/x":                 {admin: "gp", pictures: "g"},
		"uploads/" + sub(guest) + "/x":                 {pictures: "g"},
		"uploads/" + sub(userA) + "x/x":                {pictures: "g"},
		"uploads/x":                                    {pictures: "g"},
		"originals/" + sub(userA) + "/x":               {userA: "g", pictures: "gp"},
		"originals/" + sub(userB) + "/x":               {userB: "g", pictures: "gp"},
		"answers/x":                                    {pictures: "gp"},
		"public/products/x.png":                        {guest: "g", userA: "g", userB: "g", admin: "gl", pictures: "gpd", remover: "ld"},
		"public/photos/f01de2/x.webp":                  {guest: "g", userA: "g", userB: "g", admin: "gl", pictures: "gp"},
		"public/photos/" + sub(userA) + "/x.png":       {guest: "g", userA: "g", userB: "g", admin: "gl", pictures: "gp"},
		"protected/" + identity(userA) + "/x.png":      {userA: "glpd", userB: "g", admin: "gld"},
		"private/" + identity(userA) + "/x.png":        {userA: "glpd"},
		"private/" + identity(admin) + "/x.png":        {admin: "glpd"},
		"protected/" + identity(guest) + "/x.png":      {userA: "g", userB: "g", admin: "gld"},
		"private/" + identity(guest) + "/x.png":        {},
		"drafts/x.png":                                 {admin: "gl", pictures: "gp", remover: "ld"},
		"public/x.png":                                 {},
		"public/photos/x.png":                          {guest: "g", userA: "g", userB: "g", admin: "gl", pictures: "gp"},
		"private/x.png":                                {},
		"x.png":                                        {},
		"private/" + identity(userA) + "x/x.png":       {},
		"private/" + identity(userB) + "/../x.png":     {userB: "glpd"}, // dots are letters
		"private/../private/" + identity(userA) + "/x": {},
	}
	r := newRig(t)
	r.withFunctions()
	for key, row := range table {
		for _, who := range []string{anyone, guest, userA, userB, admin, pictures, remover, operator} {
			r.put(key, "content")
			rights := row[who]
			if who == operator {
				rights = "glpd" // the control: it is there, and the policies are what decides
			}
			for _, verb := range verbs {
				wanted := "AccessDenied"
				if verb.name == "head" {
					wanted = "Forbidden" // there is no document to read a code from
				}
				if strings.Contains(rights, verb.right) {
					wanted = "none"
				}
				want(t, fmt.Sprintf("%q: %s %s", who, verb.name, key), verb.do(r, who, key), wanted)
			}
		}
	}
}

// M28, M29 and M44: a list is of a folder that one may list, and of nothing above it.
func TestAccess_listsFoldersOnly(t *testing.T) {
	r := newRig(t)
	own := "private/" + identity(userA)
	for _, key := range []string{own + "/x", "private/" + identity(userB) + "/x", "public/products/x", "drafts/x"} {
		r.put(key, "x")
	}
	for _, test := range []struct {
		who, prefix string
		found       int // -1 for a refusal
	}{
		{userA, own + "/", 1}, {userA, own + "/x", 1}, {userA, own + "/y", 0},
		{userA, own, -1}, {userA, "private/", -1}, {userA, "private", -1}, {userA, "p", -1}, {userA, "", -1}, {userA, "none", -1},
		{userA, "private/*", -1}, {userA, "private/" + identity(userB) + "/", -1}, {userA, "public/products/", -1}, {userA, "drafts/", -1},
		{userA, "uploads/" + sub(userA) + "/", -1}, {userA, "originals/" + sub(userA) + "/", -1}, {admin, "uploads/", -1}, {admin, "answers/", -1},
		{admin, "public/products/", 1}, {admin, "drafts/", 1}, {admin, "public/", -1}, {admin, "", -1}, {admin, "private/", -1},
		{guest, "", -1}, {guest, "p", -1}, {guest, "public/", -1}, {guest, "public/products/", -1}, {guest, "private/" + identity(guest) + "/", -1},
		{anyone, "", -1}, {anyone, "public/products/", -1},
		{operator, "", 4}, {operator, "private/", 2},
	} {
		input := &client.ListObjectsV2Input{Bucket: &r.files, Prefix: &test.prefix}
		if test.prefix == "none" {
			input.Prefix = nil
		}
		output, err := r.as(test.who).ListObjectsV2(ctx, input)
		got := -1
		if err == nil {
			got = len(output.Contents)
		} else {
			want(t, test.who+" "+test.prefix, codeOf(err), "AccessDenied")
		}
		want(t, fmt.Sprintf("%q lists %q", test.who, test.prefix), got, test.found)
	}
}

// M31 and M50: nobody but an operator asks about a bucket or changes it, and what nobody wrote is denied first.
func TestAccess_keepsTheBucketsOwnMatters(t *testing.T) {
	r := newRig(t)
	key := "public/products/x.png"
	own := "private/" + identity(userA) + "/x"
	id := r.put(own, "x")
	r.put(key, "x")
	for _, test := range []struct {
		name, method, target, operators string
	}{
		{"ListMultipartUploads", "GET", "/?uploads", "none"},
		{"ListObjectVersions", "GET", "/?versions", "none"},
		{"GetBucketVersioning", "GET", "/?versioning", "none"},
		{"GetBucketLocation", "GET", "/?location", "none"},
		{"GetBucketPolicy", "GET", "/?policy", "NotImplemented"},
		{"PutBucketPolicy", "PUT", "/?policy", "NotImplemented"},
		{"DeleteBucketPolicy", "DELETE", "/?policy", "NotImplemented"},
		{"PutBucketCors", "PUT", "/?cors", "NotImplemented"},
		{"PutPublicAccessBlock", "PUT", "/?publicAccessBlock", "NotImplemented"},
		{"PutBucketVersioning", "PUT", "/?versioning", "NotImplemented"},
		{"DeleteBucket", "DELETE", "/", "NotImplemented"},
		{"PutBucketAcl", "PUT", "/?acl", "NotImplemented"},
		{"PutObjectAcl", "PUT", "/" + key + "?acl", "NotImplemented"},
		{"GetObjectAcl", "GET", "/" + key + "?acl", "NotImplemented"},
		{"GetObjectTagging", "GET", "/" + own + "?tagging", "none"},
		{"DeleteObjectTagging", "DELETE", "/" + own + "?tagging", "none"},
		{"GetObject of a version", "GET", "/" + own + "?versionId=" + id, "none"},
		{"DeleteObject of a version", "DELETE", "/" + own + "?versionId=" + id, "none"},
		{"PutObject with tags", "PUT tagged", "/" + own, "none"},
		{"PostObject", "POST", "/", "NotImplemented"},
	} {
		method, tagged := strings.CutSuffix(test.method, " tagged")
		headers := map[string]string{}
		if tagged {
			headers["X-Amz-Tagging"] = "a=b"
		}
		for _, who := range []string{guest, userA, admin, operator} {
			wanted := "AccessDenied"
			if who == operator {
				wanted = test.operators
			}
			response := r.direct(r.caller(who), method, test.target, headers, nil)
			want(t, who+": "+test.name, errorCode(response.Body.String()), wanted)
		}
	}
}

// M48: to copy is to read and to write.
func TestAccess_copiesWhatOneMayReadToWhereOneMayWrite(t *testing.T) {
	r := newRig(t)
	own, others := "private/"+identity(userA)+"/x", "private/"+identity(userB)+"/x"
	r.withFunctions()
	upload := "uploads/" + sub(userA) + "/x"
	for _, key := range []string{own, others, "drafts/x", "public/products/x"} {
		r.put(key, "of "+key)
	}
	for _, test := range []struct{ who, from, to, code string }{
		{userA, own, upload, "none"},
		{userA, own, "public/photos/" + sub(userA) + "/x", "AccessDenied"},
		{userA, own, "public/products/y", "AccessDenied"},
		{userA, others, upload, "AccessDenied"},
		{userA, "drafts/x", upload, "AccessDenied"},
		{userA, own, others, "AccessDenied"},
		{userA, "public/products/x", own, "none"},
		{pictures, "drafts/x", "public/products/x", "none"},
		{pictures, own, "drafts/y", "AccessDenied"},
		{admin, "drafts/x", "public/products/x", "AccessDenied"},
		{admin, own, "drafts/y", "AccessDenied"},
		{guest, "public/products/x", "public/products/y", "AccessDenied"},
		{anyone, "public/products/x", "public/products/y", "AccessDenied"},
	} {
		_, err := r.as(test.who).CopyObject(ctx, r.copyInput(test.from, test.to))
		want(t, fmt.Sprintf("%q copies %s to %s", test.who, test.from, test.to), codeOf(err), test.code)
		begun, err := r.as(operator).CreateMultipartUpload(ctx, &client.CreateMultipartUploadInput{Bucket: &r.files, Key: &test.to})
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.as(test.who).UploadPartCopy(ctx, &client.UploadPartCopyInput{
			Bucket: &r.files, Key: &test.to, UploadId: begun.UploadId, PartNumber: sdk.Int32(1), CopySource: sdk.String(r.files + "/" + test.from),
		})
		want(t, fmt.Sprintf("%q copies %s to a part of %s", test.who, test.from, test.to), codeOf(err), test.code)
	}
	want(t, "the upload", r.content(upload), "of "+own)
}

// M31's neighbours: the steps of somebody else's upload.
func TestAccess_leavesOthersUploadsAlone(t *testing.T) {
	r := newRig(t)
	key := "uploads/" + sub(userA) + "/x"
	begun, err := r.as(userA).CreateMultipartUpload(ctx, &client.CreateMultipartUploadInput{Bucket: &r.files, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	id := begun.UploadId
	part := func(who string) error {
		_, err := r.as(who).UploadPart(ctx, &client.UploadPartInput{Bucket: &r.files, Key: &key, UploadId: id, PartNumber: sdk.Int32(1), Body: strings.NewReader("x")})
		return err
	}
	list := func(who string) error {
		_, err := r.as(who).ListParts(ctx, &client.ListPartsInput{Bucket: &r.files, Key: &key, UploadId: id})
		return err
	}
	complete := func(who string) error {
		_, err := r.as(who).CompleteMultipartUpload(ctx, &client.CompleteMultipartUploadInput{
			Bucket: &r.files, Key: &key, UploadId: id,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: sdk.Int32(1), ETag: sdk.String("9dd4e461268c8034f5c8564e155c67a6")}}},
		})
		return err
	}
	abort := func(who string) error {
		_, err := r.as(who).AbortMultipartUpload(ctx, &client.AbortMultipartUploadInput{Bucket: &r.files, Key: &key, UploadId: id})
		return err
	}
	for _, who := range []string{anyone, guest, userB, admin} {
		for name, step := range map[string]func(string) error{"part": part, "list": list, "complete": complete, "abort": abort} {
			want(t, who+": "+name, codeOf(step(who)), "AccessDenied")
		}
	}
	for name, step := range map[string]func(string) error{"part": part, "list": list} {
		want(t, "its own: "+name, codeOf(step(userA)), "none")
	}
	want(t, "its own: complete", codeOf(complete(userA)), "none")
	want(t, "its own: abort of what is complete", codeOf(abort(userA)), "NoSuchUpload")
	want(t, "content", r.content(key), "x")
}

// A key that is not there is not found by who may list its folder, and denied to all others.
func TestAccess_tellsWhatIsMissingToWhoMayListOnly(t *testing.T) {
	r := newRig(t)
	for _, test := range []struct{ who, key, code string }{
		{userA, "private/" + identity(userA) + "/none", "NoSuchKey"},
		{userA, "uploads/" + sub(userA) + "/none", "AccessDenied"},
		{userA, "originals/" + sub(userA) + "/none", "AccessDenied"},
		{userA, "public/products/none", "AccessDenied"},
		{userA, "protected/" + identity(userB) + "/none", "AccessDenied"},
		{userA, "private/" + identity(userB) + "/none", "AccessDenied"},
		{guest, "public/products/none", "AccessDenied"},
		{admin, "public/products/none", "NoSuchKey"},
		{operator, "none", "NoSuchKey"},
	} {
		want(t, test.who+" "+test.key, verbs[0].do(r, test.who, test.key), test.code)
	}
}

// without takes the statement from the policy that all users have, for the caller.
func (r *rig) without(who, sid string) {
	r.t.Helper()
	document := maps.Clone(r.documents["UserAccess"])
	document["Statement"] = slices.DeleteFunc(slices.Clone(document["Statement"].([]any)), func(statement any) bool {
		return statement.(map[string]any)["Sid"] == sid
	})
	text, err := json.Marshal(document)
	if err != nil {
		r.t.Fatal(err)
	}
	policy, err := iam.Parse(iam.Identity, "UserAccess", text)
	if err != nil {
		r.t.Fatal(err)
	}
	c := r.keys[who]
	c.Identity = []*iam.Policy{policy}
	r.keys[who] = c
}

func TestAccess_endsWithTheStatementThatGaveIt(t *testing.T) {
	own := "private/" + identity(userA) + "/x"
	for sid, test := range map[string]struct{ verb, who, key string }{
		"GetPublicProducts":      {"get", userA, "public/products/x"},
		"GetPublicPhotos":        {"get", userA, "public/photos/x/x"},
		"GetPutOwnUploads":       {"put", userA, "uploads/" + sub(userA) + "/x"},
		"GetOwnOriginals":        {"get", userA, "originals/" + sub(userA) + "/x"},
		"GetProtected":           {"get", userA, "protected/" + identity(userA) + "/x"},
		"PutDeleteOwnProtected":  {"delete", userA, "protected/" + identity(userA) + "/x"},
		"ListOwnProtected":       {"list", userA, "protected/" + identity(userA) + "/x"},
		"GetPutDeleteOwnPrivate": {"get", userA, own},
		"ListOwnPrivate":         {"list", userA, own},
	} {
		r := newRig(t)
		r.put(test.key, "x")
		for _, verb := range verbs {
			if verb.name != test.verb {
				continue
			}
			want(t, sid+": with it", verb.do(r, test.who, test.key), "none")
			r.without(test.who, sid)
			want(t, sid+": without it", verb.do(r, test.who, test.key), "AccessDenied")
		}
	}
}

func TestAccess_isLoggedWithWhatDecided(t *testing.T) {
	r := newRig(t)
	for len(r.entries) > 0 {
		<-r.entries
	}
	verbs[0].do(r, userA, "private/"+identity(userB)+"/x")
	entry := <-r.entries
	want(t, "entry", []any{entry.Service, entry.Operation, entry.Decided, entry.Decision}, []any{"s3", "GetObject", true, iam.Deny})
	for _, word := range []string{"role/A", "s3:GetObject"} {
		if !strings.Contains(entry.Caller+entry.Reasons.String(), word) {
			t.Errorf("got %s: %s, want it to say %s", entry.Caller, entry.Reasons, word)
		}
	}
}

// Each step has an action of its own, where AWS gives it one.
func TestAccess_asksForTheActionOfEachStep(t *testing.T) {
	r := newRig(t)
	version := r.put("k", "x")
	upload := r.begin("k")
	steps := map[string]string{ // the request by its action
		"s3:PutObject":                  "POST /k?uploads",
		"s3:AbortMultipartUpload":       "DELETE /k?uploadId=none",
		"s3:ListMultipartUploadParts":   "GET /k?uploadId=" + upload,
		"s3:GetObject":                  "GET /k",
		"s3:GetObjectVersion":           "GET /k?versionId=" + version,
		"s3:DeleteObject":               "DELETE /other",
		"s3:DeleteObjectVersion":        "DELETE /other?versionId=" + version,
		"s3:GetObjectTagging":           "GET /k?tagging",
		"s3:ListBucketMultipartUploads": "GET /?uploads",
		"s3:ListBucketVersions":         "GET /?versions",
		"s3:ListBucket":                 "GET /?list-type=2",
	}
	for allowed := range steps {
		policy, err := iam.Parse(iam.Identity, allowed, []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "`+allowed+`", "Resource": "*"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		caller := r.caller(operator)
		caller.Identity = []*iam.Policy{policy}
		for action, request := range steps {
			method, target, _ := strings.Cut(request, " ")
			response := r.direct(caller, method, target, nil, nil)
			want(t, "with "+allowed+" alone: "+request, errorCode(response.Body.String()) != "AccessDenied", action == allowed)
		}
	}
}

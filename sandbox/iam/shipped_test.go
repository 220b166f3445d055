package iam_test

import (
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

// The policies of a system as ours: areas of one bucket with two kinds of owner, a GraphQL API, a CDN. They are a
// stand-in for the synthesized ones, which package proof checks, and the load of the benchmark.

const (
	account = "111122223333"
	bucket  = "arn:aws:s3:::b"
	api     = "arn:aws:appsync:us-east-1:111122223333:apis/api"
)

const guestDocument = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/public/products/*", "arn:aws:s3:::b/public/photos/*"]}]}`

const guestFieldsDocument = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": [
		"arn:aws:appsync:us-east-1:111122223333:apis/api/types/Query/fields/getProduct",
		"arn:aws:appsync:us-east-1:111122223333:apis/api/types/Query/fields/listProducts",
		"arn:aws:appsync:us-east-1:111122223333:apis/api/types/Subscription/fields/onProductPublished",
		"arn:aws:appsync:us-east-1:111122223333:apis/api/types/Subscription/fields/onProductWithdrawn"]}]}`

const userDocument = `{"Version": "2012-10-17", "Statement": [
	{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": [
		"arn:aws:s3:::b/public/products/*", "arn:aws:s3:::b/public/photos/*", "arn:aws:s3:::b/protected/*"]},
	{"Sid": "OwnUploads", "Effect": "Allow",
		"Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
		"Resource": "arn:aws:s3:::b/uploads/${aws:PrincipalTag/user}/*"},
	{"Sid": "Own", "Effect": "Allow",
		"Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"],
		"Resource": [
			"arn:aws:s3:::b/protected/${cognito-identity.amazonaws.com:sub}/*",
			"arn:aws:s3:::b/private/${cognito-identity.amazonaws.com:sub}/*"]},
	{"Sid": "OwnOriginals", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/originals/${aws:PrincipalTag/user}/*"},
	{"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", "Condition": {"StringLike": {"s3:prefix": [
		"protected/${cognito-identity.amazonaws.com:sub}/*",
		"private/${cognito-identity.amazonaws.com:sub}/*"]}}}]}`

const adminDocument = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": "s3:GetObject", "Resource": [
		"arn:aws:s3:::b/public/products/*", "arn:aws:s3:::b/public/photos/*", "arn:aws:s3:::b/drafts/*"]},
	{"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::b/protected/*"},
	{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", "Condition": {"StringLike": {"s3:prefix": [
		"public/products/*", "public/photos/*", "protected/*", "drafts/*"]}}}]}`

// Of a function: what it reads, what it writes, and what it removes for good, of versions too.
const functionDocument = `{"Version": "2012-10-17", "Statement": [
	{"Sid": "GetUploads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/uploads/*"},
	{"Sid": "Write", "Effect": "Allow",
		"Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
		"Resource": ["arn:aws:s3:::b/originals/*", "arn:aws:s3:::b/answers/*", "arn:aws:s3:::b/public/products/*", "arn:aws:s3:::b/public/photos/*", "arn:aws:s3:::b/drafts/*"]},
	{"Sid": "EraseUploads", "Effect": "Allow", "Action": "s3:DeleteObjectVersion", "Resource": "arn:aws:s3:::b/uploads/*"},
	{"Sid": "ListVersionsUploads", "Effect": "Allow", "Action": "s3:ListBucketVersions", "Resource": "arn:aws:s3:::b", "Condition": {"StringLike": {"s3:prefix": "uploads/*"}}}]}`

const bucketDocument = `{"Version": "2012-10-17", "Statement": [
	{"Sid": "TLS", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
	{"Sid": "TLS12", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"], "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}},
	{"Sid": "CDN", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
		"Resource": ["arn:aws:s3:::b/public/products/*", "arn:aws:s3:::b/public/photos/*"],
		"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*"}}}]}`

// shipped are the compiled policies by role.
type shipped struct {
	guest, user, admin, cdn, function iam.Policies
}

func newShipped(t testing.TB) shipped {
	t.Helper()
	files := []*iam.Policy{mustParse(t, iam.Resource, "FileStorage/Bucket", bucketDocument)}
	guest := mustParse(t, iam.Identity, "FileStorage/GuestAccess", guestDocument)
	fields := mustParse(t, iam.Identity, "API/GuestFields", guestFieldsDocument)
	user := mustParse(t, iam.Identity, "FileStorage/UserAccess", userDocument)
	admin := mustParse(t, iam.Identity, "FileStorage/AdminAccess", adminDocument)
	function := mustParse(t, iam.Identity, "API/PicturesAccess", functionDocument)
	return shipped{
		guest: iam.Policies{Identity: []*iam.Policy{guest, fields}, Resource: files, Session: iam.GuestCeiling(), RestrictPublic: true},
		user:  iam.Policies{Identity: []*iam.Policy{user, fields}, Resource: files, RestrictPublic: true},
		admin: iam.Policies{Identity: []*iam.Policy{user, admin, fields}, Resource: files, RestrictPublic: true},
		cdn:   iam.Policies{Resource: files, RestrictPublic: true},

		function: iam.Policies{Identity: []*iam.Policy{function}, Resource: files, RestrictPublic: true},
	}
}

// signedIn is the session of the user whose identity and sub are both named for them.
func signedIn(role, name string) iam.RoleSession {
	return iam.RoleSession{
		Role:     "arn:aws:iam::" + account + ":role/" + role,
		Name:     "CognitoIdentityCredentials",
		Tags:     []iam.Tag{{Key: "user", Value: "sub-" + name}},
		Identity: iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Subject: "us-east-1:" + name, Methods: []string{"authenticated"}},
	}
}

func overTLS(keys ...iam.Key) iam.Context {
	return append(iam.Context{{Name: "aws:SecureTransport", Value: "true"}, {Name: "s3:TlsVersion", Value: "1.3"}}, keys...)
}

func TestAuthorize_decidesTheAreasOfABucket(t *testing.T) {
	p := newShipped(t)
	guest := iam.RoleSession{Role: "arn:aws:iam::" + account + ":role/guest", Identity: iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Subject: "us-east-1:g"}}
	user, admin := signedIn("user", "me"), signedIn("admin", "ad")
	cdn := iam.Service{Name: "cloudfront.amazonaws.com", SourceARN: "arn:aws:cloudfront::111122223333:distribution/E"}
	function := iam.RoleSession{Role: "arn:aws:iam::" + account + ":role/pictures", Name: "pictures"}
	tests := []struct {
		name      string
		principal iam.Principal
		policies  iam.Policies
		action    string
		key       string // of the object; for ListBucket the prefix
		want      iam.Decision
	}{
		{"a guest reads a product", guest, p.guest, "s3:GetObject", "public/products/x.png", iam.Allow},
		{"a guest writes a product", guest, p.guest, "s3:PutObject", "public/products/x.png", iam.Deny},
		{"a guest reads beside the areas", guest, p.guest, "s3:GetObject", "public/x.png", iam.Deny},
		{"a guest reads the area without its slash", guest, p.guest, "s3:GetObject", "public/products", iam.Deny},
		{"a guest reads a protected file", guest, p.guest, "s3:GetObject", "protected/us-east-1:me/x", iam.Deny},
		{"a guest reads its own private file", guest, p.guest, "s3:GetObject", "private/us-east-1:g/x", iam.Deny},
		{"a guest lists", guest, p.guest, "s3:ListBucket", "public/", iam.Deny},
		{"a user reads its private file", user, p.user, "s3:GetObject", "private/us-east-1:me/x", iam.Allow},
		{"a user reads another's private file", user, p.user, "s3:GetObject", "private/us-east-1:you/x", iam.Deny},
		{"a user reads another's protected file", user, p.user, "s3:GetObject", "protected/us-east-1:you/x", iam.Allow},
		{"a user writes another's protected file", user, p.user, "s3:PutObject", "protected/us-east-1:you/x", iam.Deny},
		{"a user uploads", user, p.user, "s3:PutObject", "uploads/sub-me/x", iam.Allow},
		{"a user reads its upload", user, p.user, "s3:GetObject", "uploads/sub-me/x", iam.Allow},
		{"a user aborts its upload", user, p.user, "s3:AbortMultipartUpload", "uploads/sub-me/x", iam.Allow},
		{"a user deletes its upload", user, p.user, "s3:DeleteObject", "uploads/sub-me/x", iam.Deny},
		{"a user lists its uploads", user, p.user, "s3:ListBucket", "uploads/sub-me/", iam.Deny},
		{"a user uploads to another's folder", user, p.user, "s3:PutObject", "uploads/sub-you/x", iam.Deny},
		{"a user reads its original", user, p.user, "s3:GetObject", "originals/sub-me/x", iam.Allow},
		{"a user writes its original", user, p.user, "s3:PutObject", "originals/sub-me/x", iam.Deny},
		{"a user writes a photo in a folder that is called as it is", user, p.user, "s3:PutObject", "public/photos/sub-me/x.png", iam.Deny},
		{"a user lists its folder", user, p.user, "s3:ListBucket", "private/us-east-1:me/", iam.Allow},
		{"a user lists another's folder", user, p.user, "s3:ListBucket", "private/us-east-1:you/", iam.Deny},
		{"a user lists all folders", user, p.user, "s3:ListBucket", "private/", iam.Deny},
		{"a user writes a product", user, p.user, "s3:PutObject", "public/products/x.png", iam.Deny},
		{"an admin writes a product", admin, p.admin, "s3:PutObject", "public/products/x.png", iam.Deny},
		{"an admin deletes a product", admin, p.admin, "s3:DeleteObject", "public/products/x.png", iam.Deny},
		{"an admin deletes a photo", admin, p.admin, "s3:DeleteObject", "public/photos/f/160.webp", iam.Deny},
		{"an admin deletes a protected file", admin, p.admin, "s3:DeleteObject", "protected/us-east-1:me/x", iam.Allow},
		{"an admin lists the drafts", admin, p.admin, "s3:ListBucket", "drafts/", iam.Allow},
		{"an admin writes a draft", admin, p.admin, "s3:PutObject", "drafts/x.png", iam.Deny},
		{"an admin reads a draft", admin, p.admin, "s3:GetObject", "drafts/x.png", iam.Allow},
		{"a user reads a draft", user, p.user, "s3:GetObject", "drafts/x.png", iam.Deny},
		{"an admin reads another's private file", admin, p.admin, "s3:GetObject", "private/us-east-1:me/x", iam.Deny},
		{"an admin reads its own private file", admin, p.admin, "s3:GetObject", "private/us-east-1:ad/x", iam.Allow},
		{"the CDN reads a product", cdn, p.cdn, "s3:GetObject", "public/products/x.png", iam.Allow},
		{"the CDN reads a private file", cdn, p.cdn, "s3:GetObject", "private/us-east-1:me/x", iam.Deny},
		{"a function reads an upload", function, p.function, "s3:GetObject", "uploads/sub-me/x", iam.Allow},
		{"a function writes an upload", function, p.function, "s3:PutObject", "uploads/sub-me/x", iam.Deny},
		{"a function erases an upload", function, p.function, "s3:DeleteObjectVersion", "uploads/sub-me/x", iam.Allow},
		{"a function deletes an upload", function, p.function, "s3:DeleteObject", "uploads/sub-me/x", iam.Deny},
		{"a function writes a photo", function, p.function, "s3:PutObject", "public/photos/f/160.webp", iam.Allow},
		{"a function reads a private file", function, p.function, "s3:GetObject", "private/us-east-1:me/x", iam.Deny},
		{"a function lists objects", function, p.function, "s3:ListBucket", "uploads/sub-me/", iam.Deny},
		{"the CDN lists", cdn, p.cdn, "s3:ListBucket", "public/products/", iam.Deny},
		{"anyone reads a product directly", iam.Anonymous{}, p.cdn, "s3:GetObject", "public/products/x.png", iam.Deny},
	}
	for _, test := range tests {
		request := iam.Request{Principal: test.principal, Action: test.action, Resource: bucket + "/" + test.key, ResourceAccount: account, Context: overTLS()}
		if test.action == "s3:ListBucket" {
			request.Resource, request.Context = bucket, overTLS(iam.Key{Name: "s3:prefix", Value: test.key})
		}
		if got, reasons := iam.Authorize(request, test.policies); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, reasons, test.want)
		}
	}
}

func BenchmarkAuthorize(b *testing.B) {
	p := newShipped(b)
	user := iam.Principal(signedIn("admin", "me"))
	requests := map[string]iam.Request{
		"allow":  {Principal: user, Action: "s3:GetObject", Resource: bucket + "/private/us-east-1:me/x.png", ResourceAccount: account, Context: overTLS()},
		"deny":   {Principal: user, Action: "s3:GetObject", Resource: bucket + "/private/us-east-1:you/x.png", ResourceAccount: account, Context: overTLS()},
		"list":   {Principal: user, Action: "s3:ListBucket", Resource: bucket, ResourceAccount: account, Context: overTLS(iam.Key{Name: "s3:prefix", Value: "private/us-east-1:me/"})},
		"field":  {Principal: user, Action: "appsync:GraphQL", Resource: api + "/types/Query/fields/listProducts", ResourceAccount: account},
		"no TLS": {Principal: user, Action: "s3:GetObject", Resource: bucket + "/public/products/x.png", ResourceAccount: account, Context: iam.Context{{Name: "aws:SecureTransport", Value: "false"}}},
	}
	for name, request := range requests {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				iam.Authorize(request, p.admin)
			}
		})
	}
	b.Run("guest", func(b *testing.B) {
		guest := iam.Request{Principal: user, Action: "s3:GetObject", Resource: bucket + "/public/products/x.png", ResourceAccount: account, Context: overTLS()}
		b.ReportAllocs()
		for b.Loop() {
			iam.Authorize(guest, p.guest)
		}
	})
	b.Run("reasons", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, reasons := iam.Authorize(requests["deny"], p.admin)
			_ = reasons.String()
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		mustParse(b, iam.Identity, "FileStorage/UserAccess", userDocument)
	}
}

func TestAuthorize_allocatesNothing(t *testing.T) {
	p := newShipped(t)
	request := iam.Request{
		Principal: signedIn("admin", "me"), Action: "s3:ListBucket", Resource: bucket, ResourceAccount: account,
		Context: overTLS(iam.Key{Name: "s3:prefix", Value: "private/us-east-1:you/"}),
	}
	if n := testing.AllocsPerRun(100, func() { iam.Authorize(request, p.admin) }); n != 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

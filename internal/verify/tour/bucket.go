package tour

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// accessDenied is how S3 refuses.
const accessDenied = "AccessDenied"

// tryBucket tries what the access table does not say.
func (w *walk) tryBucket(ctx context.Context) error {
	own := "private/" + w.user.identity + "/" + Prefix + "own"
	if _, err := w.user.files.PutObject(ctx, &s3.PutObjectInput{Bucket: &w.stores.Bucket, Key: &own, Body: body()}); err != nil {
		w.got(trial{"M40", "the bucket", w.user, "put a file of their own"}, said(err), allowed)
		return ctx.Err()
	}
	w.tryTransport(ctx, own)
	w.tryLinks(ctx, own)
	w.tryOutside(ctx)
	w.tryOrigins(ctx, own)
	w.tryParts(ctx)
	w.tryTricks(ctx, own)
	return ctx.Err()
}

// presigned is the address to get a key by somebody's keys, signed for so many seconds.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
func (w *walk) presigned(ctx context.Context, keys aws.Credentials, scheme, key string, seconds int) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.fileURL(scheme, key)+fmt.Sprint("?X-Amz-Expires=", seconds), nil)
	if err != nil {
		return "", err
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	target, _, err := signer.PresignHTTP(ctx, keys, request, "UNSIGNED-PAYLOAD", "s3", w.AWS.Region, time.Now())
	return target, err
}

var errorCode = regexp.MustCompile(`<Code>(\w+)</Code>`)

// code is a reply of S3 by its code.
func code(got reply, err error) string {
	switch {
	case err != nil:
		return unanswered(err)
	case got.status/100 == 2:
		return allowed
	}
	if match := errorCode.FindSubmatch(got.body); match != nil {
		return string(match[1])
	}
	return fmt.Sprint("status ", got.status)
}

// open gets a presigned address by a client.
func (w *walk) open(ctx context.Context, client *http.Client, scheme, key string, change func(string) string) string {
	target, err := w.presigned(ctx, w.user.keys, scheme, key, 300)
	if err != nil {
		return said(err)
	}
	if change != nil {
		target = change(target)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return said(err)
	}
	return code(do(client, request))
}

// tryTransport tries good keys without TLS, and by an old one. TLS 1.1 is refused before anybody reads a request, as AWS's endpoints do, or
// by the bucket's policy.
func (w *walk) tryTransport(ctx context.Context, own string) {
	about := "the bucket"
	w.got(trial{"M06 M07", about, w.user, "get their own file by TLS"}, w.open(ctx, w.roads.client, "https", own, nil), allowed)
	w.got(trial{"M06", about, w.user, "get their own file by plain HTTP"}, w.open(ctx, w.roads.client, "http", own, nil), accessDenied)
	w.got(trial{"M07", about, w.user, "get their own file by TLS 1.1"}, w.open(ctx, w.roads.ofOldTLS(), "https", own, nil), noAnswer, accessDenied)
}

// tryLinks tries presigned addresses, and keys that don't sign.
func (w *walk) tryLinks(ctx context.Context, own string) {
	about := "the bucket"
	w.got(trial{"M52", about, w.anyone, "get a file by its owner's link"}, w.open(ctx, w.roads.client, "https", own, nil), allowed)
	w.got(trial{"M52", about, w.anyone, "get another key by that link"},
		w.open(ctx, w.roads.client, "https", own, func(target string) string { return strings.Replace(target, "own?", "owm?", 1) }), "SignatureDoesNotMatch")
	w.got(trial{"M52", about, w.anyone, "delete by a link to get"},
		code(w.byLink(ctx, http.MethodDelete, own, 300, 0)), "SignatureDoesNotMatch")
	w.got(trial{"M52", about, w.anyone, "get a file by a link that has ended"}, code(w.byLink(ctx, http.MethodGet, own, 1, 2*time.Second)), accessDenied)

	wrong := w.user.keys
	last := wrong.SecretAccessKey[len(wrong.SecretAccessKey)-1]
	wrong.SecretAccessKey = wrong.SecretAccessKey[:len(wrong.SecretAccessKey)-1] + string('a'+(last+1)%26)
	_, err := w.filesOf(wrong).GetObject(ctx, &s3.GetObjectInput{Bucket: &w.stores.Bucket, Key: &own})
	w.got(trial{"", about, w.anyone, "get by a key id with a wrong secret"}, said(err), "SignatureDoesNotMatch")
}

// byLink uses the link of a get for another method, or after a while.
func (w *walk) byLink(ctx context.Context, method, key string, seconds int, wait time.Duration) (reply, error) {
	target, err := w.presigned(ctx, w.user.keys, "https", key, seconds)
	if err != nil {
		return reply{}, err
	}
	select {
	case <-ctx.Done():
		return reply{}, ctx.Err()
	case <-time.After(wait):
	}
	return w.roads.fetch(ctx, method, target)
}

// tryOutside tries keys in no area, lists of more than a folder, and what would publish.
func (w *walk) tryOutside(ctx context.Context) {
	bucket := &w.stores.Bucket
	source := aws.String(w.stores.Bucket + "/" + url.PathEscape("private/"+w.user.identity+"/"+Prefix+"own"))
	for _, c := range w.everyone() {
		for _, key := range []string{"public/" + Prefix + w.run, Prefix + w.run, "uploads/" + Prefix + w.run} {
			_, err := c.files.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: body()})
			w.got(trial{"M31 M85 M86", "the bucket", c, "put " + strings.TrimSuffix(key, w.run) + "…, which lies in no area or folder"}, said(err), accessDenied)
		}
		for _, prefix := range []*string{nil, aws.String("p"), aws.String("private/"), aws.String("private")} {
			_, err := c.files.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: prefix, MaxKeys: aws.Int32(1)})
			w.got(trial{"M03 M28 M44", "the bucket", c, fmt.Sprintf("list by the prefix %q", aws.ToString(prefix))}, said(err), accessDenied)
		}
		_, err := c.files.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("public/products/" + Prefix + w.run + "/copy"), CopySource: source})
		w.got(trial{"M48", "the bucket", c, "copy into public/products/"}, said(err), accessDenied)
	}
	own := aws.String("private/" + w.user.identity + "/" + Prefix + "own")
	_, err := w.user.files.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: bucket, Key: own, ACL: types.ObjectCannedACLPublicRead})
	w.got(trial{"M50", "the bucket", w.user, "make their own file public by an ACL"}, said(err), accessDenied)
	_, err = w.user.files.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: bucket, Key: own, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}})
	w.got(trial{"M50", "the bucket", w.user, "tag their own file"}, said(err), accessDenied)
	for what, ask := range map[string]func() error{
		"policy": func() error {
			_, err := w.user.files.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: bucket})
			return err
		},
		"CORS": func() error {
			_, err := w.user.files.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: bucket})
			return err
		},
	} {
		w.got(trial{"M50", "the bucket", w.user, "read the bucket's " + what}, said(ask()), accessDenied)
	}
}

// tryOrigins asks for what a page of another site could do.
func (w *walk) tryOrigins(ctx context.Context, own string) {
	target := w.fileURL("https", own)
	preflight := func(origin string) string {
		got, err := w.roads.fetch(ctx, http.MethodOptions, target, "Origin", origin, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization")
		if err != nil {
			return said(err)
		}
		return fmt.Sprintf("%d, origin %q", got.status, got.header.Get("Access-Control-Allow-Origin"))
	}
	const refused = `403, origin ""`
	if w.anyOrigin() {
		w.skip("M74 the bucket", "other sites", "webOrigins lets all in")
		return
	}
	for _, origin := range []string{"https://evil.example", "null"} {
		w.got(trial{"M74", "the bucket", w.anyone, "ask from " + origin}, preflight(origin), refused)
	}
	for _, origin := range w.Config.WebOrigins {
		w.got(trial{"M74", "the bucket", w.anyone, "ask from " + origin}, preflight(origin), fmt.Sprintf("200, origin %q", origin))
		w.got(trial{"M74", "the bucket", w.anyone, "ask from " + origin + ".evil.example"}, preflight(origin+".evil.example"), refused)
	}
	if len(w.Config.WebOrigins) == 0 {
		return
	}
	link, err := w.presigned(ctx, w.user.keys, "https", own, 300)
	if err != nil {
		w.got(trial{"M80", "the bucket", w.user, "sign"}, said(err), allowed)
		return
	}
	got, err := w.roads.fetch(ctx, http.MethodGet, link, "Origin", w.Config.WebOrigins[0])
	exposed := said(err)
	if err == nil {
		exposed = fmt.Sprint("ETag ", strings.Contains(strings.ToLower(got.header.Get("Access-Control-Expose-Headers")), "etag"))
	}
	w.got(trial{"M80", "the bucket", w.user, "read a file's ETag in a page"}, exposed, "ETag true")
}

func (w *walk) anyOrigin() bool {
	for _, origin := range w.Config.WebOrigins {
		if origin == "*" {
			return true
		}
	}
	return false
}

// tryParts tries to abort and to list another's upload in parts.
func (w *walk) tryParts(ctx context.Context) {
	bucket, key := &w.stores.Bucket, aws.String("uploads/"+w.user.sub+"/"+Prefix+"parts")
	begun, err := w.user.files.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
	if err != nil {
		w.got(trial{"M31", "uploads/{user}/", w.user, "begin an upload in parts"}, said(err), allowed)
		return
	}
	for _, c := range []*caller{w.anyone, w.guest, w.other} {
		_, err := c.files.ListParts(ctx, &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: begun.UploadId})
		w.got(trial{"M31", "uploads/{user}/", c, "list the parts of another's upload"}, said(err), accessDenied)
		_, err = c.files.UploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: bytes.NewReader([]byte(content))})
		w.got(trial{"M31", "uploads/{user}/", c, "put a part of another's upload"}, said(err), accessDenied)
		_, err = c.files.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: begun.UploadId})
		w.got(trial{"M31", "uploads/{user}/", c, "abort another's upload"}, said(err), accessDenied)
	}
	_, err = w.user.files.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: begun.UploadId})
	w.got(trial{"M31", "uploads/{user}/", w.user, "abort their own upload"}, said(err), allowed)
}

// tryTricks tries keys that look like another's folder.
func (w *walk) tryTricks(ctx context.Context, own string) {
	name := strings.TrimPrefix(own, "private/")
	for _, key := range []string{"private/" + w.other.identity + "/../" + name, "private//" + name, "Private/" + name, "private/*/" + Prefix + "own"} {
		_, err := w.other.files.GetObject(ctx, &s3.GetObjectInput{Bucket: &w.stores.Bucket, Key: &key})
		t := trial{"M12 M41", "private/{identity}/", w.other, "get " + abbreviated(key) + ", in another's name"}
		// The first is in their own folder, as S3 takes it: nothing lies there, and they may list it.
		w.got(t, said(err), accessDenied, "NoSuchKey")
	}
	_, err := w.user.files.GetObject(ctx, &s3.GetObjectInput{Bucket: &w.stores.Bucket, Key: &own})
	w.got(trial{"M40", "private/{identity}/", w.user, "get their own file"}, said(err), allowed)
}

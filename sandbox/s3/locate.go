package s3

import (
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// Serves reports whether a Host is one of S3's own: s3.REGION.amazonaws.com, BUCKET.s3.REGION.amazonaws.com and the forms
// without a region, with a dash, and for both versions of IP.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
func Serves(host string) bool {
	_, ok := awsHost(aws.Hostname(host))
	return ok
}

// locate returns the bucket and key that a request names: by its host or, else, by its path. Both may be "".
//
// On this machine the host of a bucket is BUCKET.localhost or BUCKET.s3.localhost; any other host has no bucket in it.
func locate(r *http.Request) (bucket, key string) {
	path := strings.TrimPrefix(aws.Path(r.URL), "/")
	host := aws.Hostname(r.Host)
	bucket, ok := awsHost(host)
	if !ok {
		bucket, _ = strings.CutSuffix(host, ".localhost")
		if bucket == host || bucket == "s3" {
			bucket = ""
		}
		bucket = strings.TrimSuffix(bucket, ".s3")
	}
	if bucket != "" {
		return bucket, path
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key
}

// awsHost returns the bucket in a host of S3's, "" if there is none in it.
func awsHost(host string) (bucket string, ok bool) {
	rest, ok := strings.CutSuffix(host, ".amazonaws.com")
	if !ok {
		return "", false
	}
	labels := strings.Split(rest, ".")
	// Behind s3 there are at most "dualstack" and the region.
	for i := len(labels) - 1; i >= max(0, len(labels)-3); i-- {
		if labels[i] == "s3" || strings.HasPrefix(labels[i], "s3-") {
			return strings.Join(labels[:i], "."), true
		}
	}
	return "", false
}

package aws_test

import (
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
)

func TestHostname_isInLowerCaseAndWithoutAPort(t *testing.T) {
	for host, want := range map[string]string{
		"B.s3.US-EAST-1.amazonaws.com": "b.s3.us-east-1.amazonaws.com", "LocalHost:4566": "localhost",
		"127.0.0.1:80": "127.0.0.1", "[::1]:80": "::1", "[::1]": "::1", "": "",
	} {
		if got := aws.Hostname(host); got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}

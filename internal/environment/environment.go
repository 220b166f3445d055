// Package environment is what functions are told by their environment, and who answers there for S3.
package environment

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Settings are what the functions are told by their environment.
type Settings struct {
	Bucket string // the name of the bucket of files
	// DropOriginals does not keep uploads in originals/.
	DropOriginals bool
	// AVIF makes an AVIF beside each WebP.
	AVIF bool
}

// ReadSettings reads BUCKET, which has to be there; KEEP_ORIGINALS, which is true, false or absent (true); and AVIF, which is
// true, false or absent (false). The error joins all faults.
func ReadSettings(getenv func(name string) string) (Settings, error) {
	s := Settings{Bucket: getenv("BUCKET")}
	var faults []error
	flag := func(name string, absent bool) bool {
		switch value := getenv(name); value {
		case "":
			return absent
		case "true", "false":
			return value == "true"
		default:
			faults = append(faults, fmt.Errorf("%s: got %q, want true or false", name, value))
			return absent
		}
	}
	if s.Bucket == "" {
		faults = append(faults, errors.New("BUCKET: got nothing, want the name of the bucket of files"))
	}
	s.DropOriginals, s.AVIF = !flag("KEEP_ORIGINALS", true), flag("AVIF", false)
	return s, errors.Join(faults...)
}

// LoadConfig is what clients are made of, by the SDK's standard environment: AWS_REGION, the keys, AWS_ENDPOINT_URL and
// AWS_CA_BUNDLE. An endpoint whose host is an IP address is called in path style, any other by a host of the bucket.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func LoadConfig(ctx context.Context) (aws.Config, error) { return config.LoadDefaultConfig(ctx) }

// NewClient is a client of S3 by LoadConfig.
func NewClient(ctx context.Context) (*s3.Client, error) {
	cfg, err := LoadConfig(ctx)
	if err != nil {
		return nil, err
	}
	return s3.NewFromConfig(cfg, quietly), nil
}

// quietly keeps a line out of the log for each upload that came in parts: its checksum is one of checksums, which the SDK does
// not compare.
func quietly(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }

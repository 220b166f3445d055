// Package environment is what functions are told by their environment, and who answers there for S3.
package environment

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Settings are what the functions are told by their environment.
type Settings struct {
	Bucket string // the name of the bucket of files
	// DropOriginals does not keep uploads in originals/.
	DropOriginals bool
}

// ReadSettings reads BUCKET, which has to be there, and KEEP_ORIGINALS, which is true, false or absent (true). The error joins
// all faults.
func ReadSettings(getenv func(name string) string) (Settings, error) {
	s := Settings{Bucket: getenv("BUCKET")}
	var faults []error
	if s.Bucket == "" {
		faults = append(faults, errors.New("BUCKET: got nothing, want the name of the bucket of files"))
	}
	switch keep := getenv("KEEP_ORIGINALS"); keep {
	case "", "true":
	case "false":
		s.DropOriginals = true
	default:
		faults = append(faults, fmt.Errorf("KEEP_ORIGINALS: got %q, want true or false", keep))
	}
	return s, errors.Join(faults...)
}

// NewClient is a client of S3 by the SDK's standard environment: AWS_REGION, the keys, AWS_ENDPOINT_URL and AWS_CA_BUNDLE. An
// endpoint whose host is an IP address is called in path style, any other by a host of the bucket.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func NewClient(ctx context.Context) (*s3.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return s3.NewFromConfig(cfg, quietly), nil
}

// quietly keeps a line out of the log for each upload that came in parts: its checksum is one of checksums, which the SDK does
// not compare.
func quietly(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }

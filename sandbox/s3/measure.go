package s3

import (
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

// Measure reports what S3 counts once a day of each bucket: how large it is, with noncurrent versions and the parts of uploads that are
// not over, and how many objects it has. All of it is of the storage class STANDARD.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
func (s *Service) Measure(meter aws.Meter) error {
	day := s.Now().UTC().Truncate(24 * time.Hour)
	for _, b := range s.allBuckets() {
		name := b.Name
		versions, err := s.Versions(name)
		if err != nil {
			return fmt.Errorf("measure %s: %w", name, err)
		}
		uploads, err := s.Uploads(name)
		if err != nil {
			return fmt.Errorf("measure %s: %w", name, err)
		}
		bytes := int64(0)
		for _, v := range versions {
			bytes += v.Size
		}
		for _, u := range uploads {
			bytes += u.Size
		}
		report := func(metric, storage, unit string, value float64) {
			meter(aws.Datum{
				Namespace: "AWS/S3", Name: metric, Value: value, Unit: unit, At: day,
				Dimensions: []aws.Dimension{{Name: "BucketName", Value: name}, {Name: "StorageType", Value: storage}},
			})
		}
		report("BucketSizeBytes", "StandardStorage", "Bytes", float64(bytes))
		report("NumberOfObjects", "AllStorageTypes", "Count", float64(len(versions)))
	}
	return nil
}

// Package cdn has the distribution forget what it served.
package cdn

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"lightbox.example/lightbox/internal/access"
)

// mostFolders is how many folders are named one by one. CloudFront takes 15 paths that end with * at a time, and each costs as much as
// the whole area, which is named where there are more.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
const mostFolders = 10

// A CDN is a distribution: that of the site, or that of pictures, which serves what lies below access.OriginPath.
type CDN struct {
	Client       *cloudfront.Client
	Distribution string // its id
}

// Invalidate has the CDN forget what it served of folders, as in public/photos/FOLDER/: of those that it serves at all. It asks for
// cloudfront:CreateInvalidation on the distribution.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation_Requests.html
func (c CDN) Invalidate(ctx context.Context, folders []string) error {
	var paths []string
	for _, folder := range folders {
		if path, served := strings.CutPrefix("/"+folder, access.OriginPath); served {
			paths = append(paths, path+"*")
		}
	}
	if len(paths) > mostFolders {
		for i, path := range paths {
			area := strings.TrimSuffix(path, "/*")
			paths[i] = area[:strings.LastIndex(area, "/")+1] + "*"
		}
	}
	slices.Sort(paths)
	if paths = slices.Compact(paths); len(paths) == 0 {
		return nil
	}
	_, err := c.create(ctx, paths)
	return err
}

// InvalidateAll has the CDN forget all that it has, and waits for that, a quarter of an hour at most. A path with a * costs as much as
// one without. It asks for cloudfront:GetInvalidation as well.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PayingForInvalidation.html
func (c CDN) InvalidateAll(ctx context.Context) error {
	made, err := c.create(ctx, []string{"/*"})
	if err != nil {
		return err
	}
	done := cloudfront.NewInvalidationCompletedWaiter(c.Client, func(o *cloudfront.InvalidationCompletedWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Second, 10*time.Second
	})
	return done.Wait(ctx, &cloudfront.GetInvalidationInput{DistributionId: &c.Distribution, Id: made.Invalidation.Id}, 15*time.Minute)
}

func (c CDN) create(ctx context.Context, paths []string) (*cloudfront.CreateInvalidationOutput, error) {
	return c.Client.CreateInvalidation(ctx, &cloudfront.CreateInvalidationInput{
		DistributionId: &c.Distribution,
		InvalidationBatch: &types.InvalidationBatch{
			CallerReference: aws.String(rand.Text()), // another each time: what was served since an earlier one has to be forgotten, too
			Paths:           &types.Paths{Items: paths, Quantity: aws.Int32(int32(len(paths)))},
		},
	})
}

// Patiently tries an invalidation again that met too many others: those end in seconds, on AWS in a minute or so.
func Patiently(o *cloudfront.Options) {
	o.Retryer = retry.AddWithErrorCodes(retry.AddWithMaxAttempts(o.Retryer, 12), "TooManyInvalidationsInProgress")
}

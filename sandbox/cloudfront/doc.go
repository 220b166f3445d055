// Package cloudfront is the CloudFront of the sandbox: distributions in front of S3, as CloudFormation declares them.
//
// A request takes these steps: the host names a distribution; plain HTTP is redirected; a method that the distribution
// does not allow is refused; what is in the cache and fresh is the answer. Else CloudFront asks S3 for the origin's path and
// the viewer's behind it, as the service principal cloudfront.amazonaws.com with the distribution as its source: the policy
// of the bucket decides whether it gets the object. At last the response headers policy is applied.
//
// # Paths
//
// CloudFront normalizes a path (dot segments, repeated slashes) to choose a cache behavior, and sends the raw path to the
// origin: /../private/x asks S3 for the object whose key is public/../private/x to the letter, and no policy gives that
// away. An origin path is a convention and not a permission.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#path-normalization
//
// A function that the behavior names for viewers' requests can say that another path is wanted. That is what is in the cache and
// what the origin is asked for; behavior and origin stay those of the path that the viewer has sent. Package edge runs it.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
//
// CustomErrorResponses can name a page that is answered in the place of an error, with a status of its own.
//
// # The cache
//
// Query strings, cookies and headers are neither in the key nor sent to the origin; Accept-Encoding is in the key, normalized
// to gzip or nothing. How long an object is fresh is said by its Cache-Control or Expires within the bounds of the cache
// policy. Afterwards it is validated by its ETag. Errors are kept as long as CustomErrorResponses says, or for 10 seconds.
// The cache is in memory, of bounded size, and forgotten with the process: a restart is like an invalidation.
// A HEAD is answered from what a GET left there; by itself it leaves nothing.
//
// # Invalidations
//
// CreateInvalidation, GetInvalidation and ListInvalidations of CloudFront's API are there, at cloudfront.amazonaws.com and by
// what the signature says; IAM decides on cloudfront:OPERATION for the distribution. An invalidation is in progress for two
// seconds, as long as viewers get what is in the cache: on AWS an edge may serve it until then. What it names is gone at the
// moment at which it completes, errors and all encodings too, and what S3 was asked for before that moment is not kept when it
// arrives afterwards. The latest 3,015 of a distribution are listed: as many as can be in progress at a time.
//
// A path is compared in decoded form with what viewers sent, so that none keeps an object by writing its address in another
// way; AWS doesn't document that it does the same. What it documents to have no effect is refused by name: a path that encodes
// a character without need ("CloudFront will not invalidate the old version of the updated file"), and a query string, which is
// not in the key here.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
//
// # Where to look
//
// viewer.go has the steps, in their order, behavior.go which behavior is a path's, function.go what its function is told;
// errorpage.go has the pages for errors. cache.go, lifetime.go and origin.go are where an answer comes from, headers.go
// and compress.go what is done with it. resources.go and registry.go are what CloudFormation makes. api.go has the operations of
// CloudFront's API, rest.go and document.go how they are written; invalidation.go and target.go are what they do.
//
// # What is not imitated
//
// Brotli (whoever accepts gzip too gets that), objects above 10 MB in the cache, ranges of objects that are not in the
// cache yet (they are asked of the origin each time), other origins than S3, other domain names and certificates,
// access logs, functions for viewers' responses, Lambda@Edge, signed URLs, WAF, geography, cache tags, that a change
// takes minutes to arrive, more of CloudFront's API than invalidations, and HTTP/2 and 3, which are the listener's. AWS
// doesn't document which headers CloudFront puts on the answers of its own: here a redirect and a refusal don't have those
// of the response headers policy.
package cloudfront

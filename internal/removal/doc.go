// Package removal is what the function remover does: it removes what a row had, and no row has any more. It hears of it by the
// streams of the tables. Which areas it erases and in which it puts delete markers is its column of the access table; what it asks of
// tables is its row of access.Functions. The calls, each a point where it may be killed:
//
//	erase:      ListObjectVersions  s3:ListBucketVersions on the bucket, by s3:prefix
//	            DeleteObjects       s3:DeleteObjectVersion; DeleteObject for keys that XML cannot say
//	delete:     ListObjectsV2       s3:ListBucket on the bucket, by s3:prefix
//	            DeleteObjects       s3:DeleteObject
//	look:       GetItem             of the row, which may be there again
//	children:   Query, BatchWriteItem
//	invalidate: CreateInvalidation
//
// Whatever it is killed at, the stream brings the change again, and all of it is done again: what is gone is gone.
package removal

// Package bucket is what the functions know of the bucket of files: its areas, the shapes of its keys, how an event is read, and
// who answers for S3. Package ingest writes there, and package removal removes.
package bucket

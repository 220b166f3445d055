// Package beside measures the sandbox beside other emulators, in one run and by the same client: fauxqs (S3), dynalite (DynamoDB), moto and
// MiniStack.
//
//	make beside
//
// All of them listen on this machine alone, by plain HTTP, and are asked by AWS's SDK for Go with keys that the sandbox checks and the others
// take as they come. The sandbox is there twice: as it is by default, with its data on the disk, and in memory, as the others have theirs. A
// figure is the median of a second or more, by one caller and by sixteen, on the processors that the clients have too: what counts is the
// ratio, not the figure.
package beside_test

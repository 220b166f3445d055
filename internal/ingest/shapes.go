package ingest

import (
	"lightbox.example/lightbox/internal/bucket"
)

var (
	aUUID    = bucket.Whole(bucket.UUID)
	aClaim   = bucket.Whole(bucket.Claim)
	aSub     = bucket.Whole(bucket.Sub)
	aProduct = bucket.Whole(bucket.Product)
	aFolder  = bucket.Whole(bucket.Folder)
	aFile    = bucket.Whole(bucket.File)
	aCopy    = bucket.Whole(bucket.Folder + bucket.Version) // the claim of a copy: FOLDER.VERSION
	aJPEG    = bucket.Whole(bucket.Products + bucket.Folder + `/[1-9][0-9]{0,4}\.jpg`)
)

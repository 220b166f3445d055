// Package ingest is what the function `pictures` does with S3: it reads an upload, claims it, writes the set of renditions that
// package pictures makes of it, and copies a set. It knows nothing of the sandbox: where S3 is, and with whose keys, is the
// SDK's standard environment.
//
// # Once
//
// A set is claimed before anything is written: an object in answers/, put with `If-None-Match: *`, names the folder of its
// renditions and says of what bytes they are made. Whoever comes second, or again after a kill, finds the claim, and writes the
// same bytes into the same folder. When all of a set is written, the claim says so, and what is in the row: the upload is removed when its row
// is written, and who asks once more is answered by the claim. Originals, renditions and copies are put with `If-None-Match: *` too: no key of such a
// folder is ever written twice, so that what is cached for a year stays true. A claim is named by the row that is to have the
// set, at its version, and by the upload, so that another row or another try with another picture has its own.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
//
// # Calls and permissions
//
// In this order, each a point where the function may be killed. A conditional put needs what a put needs, and nothing is asked
// by HEAD. Nothing has tags, so a copy asks for none.
//
//	make    GetObject uploads/          s3:GetObject
//	        PutObject answers/          s3:PutObject     (the claim)
//	        GetObject answers/          s3:GetObject     (only where the claim was there, or the upload is gone)
//	        GetObject AREA/FOLDER/…     s3:GetObject     (only where the claim says that all was made)
//	        PutObject originals/        s3:PutObject     (only where originals are kept)
//	        PutObject AREA/FOLDER/…     s3:PutObject     (one a rendition)
//	        PutObject answers/          s3:PutObject, s3:GetObject (the claim with the set, If-Match)
//	copy    PutObject, GetObject answers/, as above
//	        CopyObject one a file       s3:GetObject on its source, s3:PutObject on its target
//	render  GetObject originals/ or AREA/FOLDER/  s3:GetObject
//	        PutObject, GetObject answers/, PutObject AREA/FOLDER/…, as in make
//	main    CopyObject                  s3:GetObject and s3:PutObject below public/products/
//	stream  CopyObject one a product that is live and has another picture, as above
//	        DeleteObject                s3:DeleteObject below public/products/ (one a product that is live no more)
//
// Without s3:ListBucket S3 answers 403 for an object that is not there: both answers are taken for "not there".
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
package ingest

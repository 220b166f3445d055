// Package sweep finds what the streams of the tables did not tell the function remover of: objects that no row names, and photos whose
// files are gone. What two passes an hour apart agree on is removed; nothing is that is younger than two hours, so that a call which is
// still at work, or is tried again, finds what it made. What uploads/ and answers/ have S3 removes by itself.
//
// A pass lists the areas first and reads the tables then, so that a row that is written meanwhile is seen. What it finds it notes in
// the table of photos, below the key SWEEP, because the function may read no object. The calls, each a point where it may be killed:
//
//	Query               of what was noted
//	ListObjectVersions  of areas that are erased; what has nothing but versions that are not current, or delete markers, is found too
//	ListObjectsV2       of the others
//	Scan                of both tables, consistently, and slowly: at half of what the table's ceiling lets through
//	BatchWriteItem      notes what is found for the first time
//	…                   a look at each thing again, and what package removal does
//	TransactWriteItems  of a photo whose files are gone: its row, and what its owner's profile counts of it, as deletePhoto
//	BatchWriteItem      forgets what was noted
//
// Whatever it is killed at, the next pass finds the same, and what is gone by then the CDN is told of again.
package sweep

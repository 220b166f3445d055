// Package pictures makes, of the bytes that somebody uploaded, the pictures that are shown to others: in the sizes that the
// pages need, upright, in sRGB, without a byte of metadata. Nothing of the source is copied: it is decoded and written anew.
// Go and WebAssembly, without cgo. It knows nothing of AWS, of keys, or of Lightbox's rows.
//
// # Steps
//
// Make sniffs what the source is, whatever it was called; reads its header; refuses what has too many pixels, or by its
// header would take too much memory; and only then decodes it, the first frame of an animation. Decoders are Go's own and
// golang.org/x/image's, in memory-safe Go. The picture is averaged in boxes and resized by Lanczos' kernel to the largest
// rendition; its colour profile is applied after that, where there are fewer pixels, and then its orientation. Each further
// rendition is made of the one before.
//
// # What is taken
//
// JPEG (baseline and progressive, grey, YCbCr, RGB and CMYK, of 8 bits), PNG (every kind; of an APNG its default picture), GIF
// and WebP (lossy, lossless, with alpha, animated). By name are refused, among others: HEIC, AVIF, TIFF, BMP, SVG, PDF and
// videos. AVIF, because no decoder of it in Go or WebAssembly is as looked after as its inputs are hostile; TIFF and BMP,
// because nobody's camera or browser makes them. A profile that is damaged, or of another kind of colour than the picture,
// does not count; PNG's gAMA, cHRM and cICP and Exif's colour space do not either. CMYK without a profile is converted by the
// plain rule.
//
// # Widths
//
// The default widths follow from the slots that pictures have in web/styles, in CSS pixels, and from the densities that
// screens have. A phone is 375 wide, a page at most 1,152 (--width), less its edges. A slot takes the next width.
//
//	slot                                           CSS pixels      density 1   density 2   density 3
//	admin: row of a product (work.css, .row)       72 to 88        160         160, 480    480
//	profile: a third of the page (photos.css)      112 to 355      160, 480    480, 960    480 (phones)
//	products: a card (store.css, .cards)           165 to 372      480         480, 960    960 (phones)
//	feed: a column of 36rem (shell.css, .column)   343 to 574      480, 960    960, 1280   1280 (phones)
//	product: three fifths of a page, or all of it  343 to 707      480, 960    960 to 2048 1280 (phones)
//	photo: a column of 48rem (photos.css)          343 to 766      480, 960    960, 2048   1280 (phones)
//	e-mail, Open Graph, payment pages: the JPEG    600 to 1200     1280
//
// Where Options.AVIF is set, each WebP has an AVIF beside it, at a third fewer bytes for the same likeness, and twice to three
// times the work.
//
// A rendition is at most as wide as the source, and at most four times as high as its nominal width: what is a longer strip
// is made narrower.
//
// # What it takes
//
// Peaks and times are measured by TestPeak and TestFigures. Options.MaxMemory is held against an estimate; for the process to
// keep to it, GOMEMLIMIT has to be some 300 MiB below it, so that the collector does not wait for twice the heap.
package pictures

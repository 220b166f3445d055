package pictures

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
)

// A hostile source and its answer. Empty words: it is taken, and what is hostile in it has no effect.
type hostile struct {
	name   string
	source []byte
	code   Code
	words  string // a part of the refusal's
}

// hostiles are sources that mean harm, or that people take for pictures. Cut-short ones are in another test.
func hostiles(t testing.TB) []hostile {
	t.Helper()
	return slices.Concat(foreign(), tooMuch(), rareJPEGs(t), broken(t), withPassengers(t))
}

// foreign are no pictures, or of formats that are not taken.
func foreign() []hostile {
	return []hostile{
		{"empty", nil, Empty, "empty"},
		{"20 MiB and a byte", make([]byte, 20<<20+1), TooLarge, "21.0 MB: want 21.0 MB at most"},
		{"zeros", make([]byte, 4096), NotAPicture, "not a picture"},
		{"text", []byte("Dear all, please find attached."), NotAPicture, "not a picture"},
		{"one byte", []byte{0xff}, NotAPicture, "not a picture"},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), WrongFormat, "an SVG drawing"},
		{"SVG behind a declaration", []byte("\xef\xbb\xbf  <?xml version='1.0'?>\n<!-- --><SVG></SVG>"), WrongFormat, "an SVG drawing"},
		{"HTML", []byte("<!DOCTYPE html><script>alert(1)</script>"), WrongFormat, "a page of HTML"},
		{"script", []byte(" \n<script>alert(1)</script>"), WrongFormat, "a page of HTML"},
		{"XML", []byte("<?xml version='1.0'?><a/>"), WrongFormat, "a text with markup"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), WrongFormat, "a HEIC picture: want a JPEG, PNG, WebP or GIF (an iPhone makes them"},
		{"HEIF", []byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"), WrongFormat, "a HEIC picture"},
		{"AVIF", []byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1"), WrongFormat, "an AVIF picture"},
		{"MP4", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00"), WrongFormat, "a video"},
		{"JPEG XL", []byte("\xff\x0a\xfa\x1f"), WrongFormat, "a JPEG XL picture"},
		{"JPEG 2000", []byte("\x00\x00\x00\x0cjP  \r\n\x87\n"), WrongFormat, "a JPEG 2000 picture"},
		{"TIFF", []byte("II*\x00\x08\x00\x00\x00"), WrongFormat, "a TIFF or raw picture"},
		{"TIFF, big endian", []byte("MM\x00*\x00\x00\x00\x08"), WrongFormat, "a TIFF or raw picture"},
		{"BMP", []byte("BM\x36\x00\x00\x00"), WrongFormat, "a BMP picture"},
		{"icon", []byte("\x00\x00\x01\x00\x01\x00"), WrongFormat, "an icon"},
		{"Photoshop", []byte("8BPS\x00\x01"), WrongFormat, "a Photoshop file"},
		{"PDF", []byte("%PDF-1.7\n"), WrongFormat, "a PDF"},
		{"ZIP", []byte("PK\x03\x04\x14\x00"), WrongFormat, "a ZIP archive"},
		{"Windows program", []byte("MZ\x90\x00\x03"), WrongFormat, "a program"},
		{"Linux program", []byte("\x7fELF\x02\x01"), WrongFormat, "a program"},
	}
}

// tooMuch say in a few bytes that they are very large.
func tooMuch() []hostile {
	return []hostile{
		{"PNG of 50,000 by 50,000", pngOfSize(50_000, 50_000, 8, pngRGB, 0), TooManyPixels, "50000 × 50000 pixels, more than 50 million: want that at most"},
		{"PNG of 2^31-1 by 2^31-1", pngOfSize(1<<31-1, 1<<31-1, 8, pngGrey, 0), Damaged, "the PNG is damaged"},
		{"PNG of 2^32-1 by 1", pngOfSize(1<<32-1, 1, 8, pngGrey, 0), Damaged, "the PNG is damaged"},
		{"PNG without width", pngOfSize(0, 10, 8, pngGrey, 0), Damaged, "the PNG is damaged"},
		{"PNG of one pixel too many", pngOfSize(50_000_001, 1, 8, pngGrey, 0), TooManyPixels, "50000001 × 1"},
		{"JPEG of 65,535 by 65,535", jpegOfSize(65_535, 65_535, markerSOF0, 3), TooManyPixels, "65535 × 65535"},
		{"GIF of 65,535 by 65,535", append([]byte("GIF89a\xff\xff\xff\xff\x80\x00\x00"), make([]byte, 64)...), TooManyPixels, "65535 × 65535"},
		{"WebP of 16,384 by 16,384", webpOfChunks(webpChunk("VP8L", []byte{0x2f, 0xff, 0xff, 0xff, 0x0f, 0})), TooManyPixels, "16384 × 16384"},
		{"WebP canvas of 2^24 by 2^24", webpOfChunks(webpChunk("VP8X", []byte{0, 0, 0, 0, 255, 255, 255, 255, 255, 255}),
			webpChunk("VP8L", []byte{0x2f, 0, 0, 0, 0, 0})), TooManyPixels, "16777216 × 16777216"},
		{"small WebP canvas, large frame", webpOfChunks(webpChunk("VP8X", []byte{0, 0, 0, 0, 9, 0, 0, 9, 0, 0}),
			webpChunk("VP8L", []byte{0x2f, 0xff, 0xff, 0xff, 0x0f, 0})), Damaged, "the WebP is damaged"},
	}
}

// rareJPEGs are of kinds that no decoder here knows, or that it would take too long for.
func rareJPEGs(t testing.TB) []hostile {
	plainJPEG := jpegOf(t, scene(64, 48), 90)
	return []hostile{
		{"lossless JPEG", jpegOfSize(64, 64, 0xc3, 3), Unsupported, "of a rare kind"},
		{"arithmetic JPEG", jpegOfSize(64, 64, 0xc9, 3), Unsupported, "of a rare kind"},
		{"JPEG of 12 bits", bytes.Replace(jpegOfSize(64, 64, 0xc1, 3), []byte{0xc1, 0, 17, 8}, []byte{0xc1, 0, 17, 12}, 1), Unsupported, "12 bits a colour"},
		{"JPEG that ends with its height", jpegOfSize(64, 0, markerSOF0, 3), Unsupported, "says its height at its end"},
		{"JPEG of two frames", withSegments(plainJPEG, jpegOfSize(32, 32, markerSOF0, 3)[2:21]), Damaged, "the JPEG is damaged"},
		{"JPEG of a scan without a frame", append([]byte("\xff\xd8"), segment(markerSOS, make([]byte, 10))...), Damaged, "the JPEG is damaged"},
		{"JPEG of 100,000 scans", append(jpegOfSize(4000, 4000, markerSOF2, 3), bytes.Repeat(segment(markerSOS, []byte{1, 1, 0, 1, 5, 0}), 100_000)...), Unsupported, "made of 100001 scans"},
		{"JPEG of markers only", bytes.Repeat([]byte{0xff, 0xd8}, 1<<20), Damaged, "the JPEG is damaged"},
		{"JPEG of fill bytes only", append([]byte{0xff, 0xd8}, bytes.Repeat([]byte{0xff}, 1<<20)...), Damaged, "the JPEG is damaged"},
	}
}

// broken lie about their parts.
func broken(t testing.TB) []hostile {
	plainPNG, plainWebP, plainGIF := pngOf(t, scene(64, 48)), webpOf(t, scene(64, 48)), smallFrameGIF(t)
	return []hostile{
		{"PNG with a chunk longer than the file", pngWithLength(plainPNG, 0x7fffffff), Damaged, "the PNG is damaged"},
		{"PNG with a chunk of 2^32-1", pngWithLength(plainPNG, 0xffffffff), Damaged, "the PNG is damaged"},
		{"PNG with a wrong checksum", flipped(plainPNG, 8+8+13+1), Damaged, "the PNG is damaged"},
		{"PNG without a palette", pngOfSize(10, 10, 8, pngPalette, 0), Damaged, "the PNG is damaged"},
		{"PNG of a kind there is not", pngOfSize(10, 10, 8, 5, 0), Damaged, "the PNG is damaged"},
		{"PNG with 16 MiB behind its pixels", append(pngOfSize(4, 4, 8, pngGrey, 0)[:33], pngChunk("IDAT", bomb())...), Damaged, "the PNG is damaged"},
		{"GIF that is a script", []byte("GIF89a=1;alert(document.domain);//" + strings.Repeat(" ", 4096)), TooManyPixels, "12605 × 24891"},
		{"GIF frame outside its screen", bytes.Replace(plainGIF, []byte{0x2c, 20, 0, 10, 0}, []byte{0x2c, 20, 1, 10, 0}, 1), Damaged, "the GIF is damaged"},
		{"WebP that says it is longer", lengthened(plainWebP), Damaged, "the WebP is damaged"},
		{"WebP of two headers", webpOfChunks(bytes.Repeat(webpChunk("VP8X", make([]byte, 10)), 2)), Damaged, "the WebP is damaged"},
		{"WebP animation, frame outside its canvas", webpOfChunks(webpChunk("VP8X", []byte{2, 0, 0, 0, 9, 0, 0, 9, 0, 0}),
			webpChunk("ANMF", append([]byte{5, 0, 0, 5, 0, 0, 7, 0, 0, 7, 0, 0, 0, 0, 0, 0}, webpChunk("VP8L", []byte{0x2f, 7, 0xc0, 1, 0, 0})...))), Damaged, "the WebP is damaged"},
		{"WebP of a thousand animations in each other", webpOfChunks(webpChunk("VP8X", []byte{2, 0, 0, 0, 9, 0, 0, 9, 0, 0}), nested(1000)), Damaged, "the WebP is damaged"},
	}
}

// withPassengers are pictures, with something else in them that nobody decodes.
func withPassengers(t testing.TB) []hostile {
	plainJPEG, plainPNG := jpegOf(t, scene(64, 48), 90), pngOf(t, scene(64, 48))
	return []hostile{
		{"JPEG with an archive behind it", append(bytes.Clone(plainJPEG), "PK\x03\x04evil.exe<script>"...), "", ""},
		{"JPEG with a page in its comment", withSegments(plainJPEG, segment(0xfe, []byte("<script>alert(1)</script>"))), "", ""},
		{"PNG with a page in its text", pngWith(plainPNG, "tEXt", []byte("Title\x00<html><script>alert(1)</script>")), "", ""},
		{"PNG with a bomb for a text", pngWith(plainPNG, "zTXt", append([]byte("Comment\x00\x00"), bomb()...)), "", ""},
		{"PNG with a bomb for a profile", pngWith(plainPNG, "iCCP", append([]byte("x\x00\x00"), bomb()...)), "", ""},
		{"PNG with 200 bombs for profiles", pngWithCopies(plainPNG, 200, "iCCP", append([]byte("x\x00\x00"), bomb()...)), "", ""},
		{"PNG of 20,000 chunks", pngWithCopies(plainPNG, 20_000, "teXt", nil), "", ""},
		{"GIF of 20,000 frames", endlessGIF(smallFrameGIF(t), 20_000), "", ""},
		{"JPEG whose Exif points behind its end", withSegments(plainJPEG, segment(markerAPP1, []byte(exifPrefix+"MM\x00*\xff\xff\xff\xff"))), "", ""},
		{"JPEG whose Exif has 65,535 entries", withSegments(plainJPEG, segment(markerAPP1, []byte(exifPrefix+"MM\x00*\x00\x00\x00\x08\xff\xff"))), "", ""},
		{"JPEG turned by 9", withSegments(plainJPEG, segment(markerAPP1, append([]byte(exifPrefix), exif(binary.BigEndian, 9)...))), "", ""},
		{"JPEG with a profile of two thousand million tags", withProfile(plainJPEG, tagged(profileOf("RGB ", 2.2), 1<<31)), "", ""},
		{"JPEG with a profile whose curve has four thousand million points", withProfile(plainJPEG, curved(profileOf("RGB ", 2.2), 1<<32-1)), "", ""},
		{"JPEG with a profile of grey", withProfile(plainJPEG, profileOf("GRAY", 2.2)), "", ""},
		{"JPEG with 255 parts of no profile", withSegments(plainJPEG, bytes.Repeat(segment(markerAPP2, []byte("ICC_PROFILE\x00\x01\xff")), 255)), "", ""},
	}
}

// bomb is 16 MiB of zeros, compressed to a thousandth.
func bomb() []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestCompression)
	for range 16 {
		_, _ = w.Write(make([]byte, 1<<20))
	}
	_ = w.Close()
	return out.Bytes()
}

// TestMake_answersWhatMeansHarm gives each its named answer, and lets nothing of it through (M87 of docs/MISUSE.md).
func TestMake_answersWhatMeansHarm(t *testing.T) {
	for _, h := range hostiles(t) {
		t.Run(h.name, func(t *testing.T) {
			set, err := Make(t.Context(), h.source, Options{Widths: []int{48}, JPEGWidth: 48})
			var refusal *Refusal
			switch {
			case h.code == "" && err != nil:
				t.Fatalf("got %q, want it taken", err)
			case h.code != "" && (!errors.As(err, &refusal) || refusal.Code != h.code || !strings.Contains(refusal.Words, h.words)):
				t.Fatalf("got %v and %d renditions, want %s with %q", err, len(set.Renditions), h.code, h.words)
			}
			for _, rendition := range set.Renditions {
				for _, evil := range []string{"script", "PK\x03\x04", "evil", "SECRET", "GPS"} {
					if bytes.Contains(rendition.Body, []byte(evil)) {
						t.Errorf("got %q in the %s, want nothing of the source's bytes", evil, rendition.Format)
					}
				}
			}
		})
	}
}

// TestMake_refusesWhatTakesTooMuchMemory has, as its control, the same picture with its scans in one.
func TestMake_refusesWhatTakesTooMuchMemory(t *testing.T) {
	for marker, want := range map[byte]Code{markerSOF2: TooMuchMemory, markerSOF0: Damaged} {
		_, err := Make(t.Context(), jpegOfSize(3400, 14600, marker, 4), Options{MaxMemory: 1200 << 20})
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Code != want {
			t.Errorf("frame %#x of 3400 × 14600 pixels in CMYK: got %v, want %s", marker, err, want)
		}
	}
}

// TestMake_refusesWhatIsCutShort cuts each format at 24 places. Up to where its last pixel is, it is damaged.
func TestMake_refusesWhatIsCutShort(t *testing.T) {
	for name, source := range map[string][]byte{
		"JPEG": jpegOf(t, scene(64, 48), 90), "PNG": pngOf(t, scene(64, 48)),
		"WebP": webpOf(t, scene(64, 48)), "GIF": smallFrameGIF(t)[:700],
	} {
		for i := range 24 {
			cut := source[:12+(len(source)-12)*i/24]
			_, err := Make(t.Context(), cut, Options{Widths: []int{32}})
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Code != Damaged {
				t.Errorf("%s of %d bytes cut at %d: got %v, want damaged", name, len(source), len(cut), err)
			}
		}
	}
}

func flipped(source []byte, at int) []byte {
	source = bytes.Clone(source)
	source[at] ^= 0xff
	return source
}

// pngOfSize is a PNG of a header, and of pixels that are zeros as far as they go.
func pngOfSize(width, height uint32, depth, kind, interlace byte) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	out := append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(ihdr, depth, kind, 0, 0, interlace))...)
	var pixels bytes.Buffer
	w := zlib.NewWriter(&pixels)
	_, _ = w.Write(make([]byte, 4096))
	_ = w.Close()
	return append(append(out, pngChunk("IDAT", pixels.Bytes())...), pngChunk("IEND", nil)...)
}

func pngWithLength(png []byte, length uint32) []byte {
	png = bytes.Clone(png)
	binary.BigEndian.PutUint32(png[33:], length)
	return png
}

func pngWithCopies(png []byte, count int, name string, data []byte) []byte {
	const header = 8 + 25
	return append(append(bytes.Clone(png[:header]), bytes.Repeat(pngChunk(name, data), count)...), png[header:]...)
}

// jpegOfSize is a JPEG of a frame's header and that of a scan.
func jpegOfSize(width, height uint16, marker byte, components int) []byte {
	frame := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, height), width)
	frame = append(frame, byte(components))
	for i := range components {
		frame = append(frame, byte(i+1), 0x11, 0)
	}
	return append(append([]byte("\xff\xd8"), segment(marker, frame)...), segment(markerSOS, []byte{1, 1, 0, 0, 63, 0})...)
}

func webpOfChunks(chunks ...[]byte) []byte {
	whole := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(whole))), whole...)
}

func lengthened(webp []byte) []byte {
	webp = bytes.Clone(webp)
	binary.LittleEndian.PutUint32(webp[4:], 1<<31)
	return webp
}

func nested(depth int) []byte {
	var out []byte
	for range depth {
		out = webpChunk("ANMF", append(make([]byte, 16), out...))
	}
	return out
}

// endlessGIF repeats the last frame, without an end.
func endlessGIF(gif []byte, frames int) []byte {
	last := bytes.LastIndex(gif, []byte{0x21, 0xf9})
	return append(bytes.Clone(gif[:last]), bytes.Repeat(gif[last:len(gif)-1], frames)...)
}

// tagged says that a profile has so many tags.
func tagged(profile []byte, tags uint32) []byte {
	binary.BigEndian.PutUint32(profile[128:], tags)
	return profile
}

// curved says that each curve of a profile has so many points.
func curved(profile []byte, points uint32) []byte {
	count := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), points)
	return bytes.ReplaceAll(profile, []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), count)
}

// TestHostile_areMany holds the number that the project promises.
func TestHostile_areMany(t *testing.T) {
	names := map[string]bool{}
	for _, h := range hostiles(t) {
		if names[h.name] {
			t.Errorf("two are named %q", h.name)
		}
		names[h.name] = true
	}
	if got := len(names); got < 60 {
		t.Errorf("got %d hostile sources, want at least 60", got)
	}
}

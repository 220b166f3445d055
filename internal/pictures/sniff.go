package pictures

import (
	"bytes"
	"strings"
)

// The formats that are taken, as their names are told to people.
const (
	formatJPEG = "JPEG"
	formatPNG  = "PNG"
	formatGIF  = "GIF"
	formatWebP = "WebP"
)

const taken = "a JPEG, PNG, WebP or GIF"

// A signature is how a format begins. A dot in text stands for any byte.
type signature struct {
	name string
	at   int
	text string
}

var signatures = []signature{
	{formatJPEG, 0, "\xff\xd8\xff"},
	{formatPNG, 0, "\x89PNG\r\n\x1a\n"},
	{formatGIF, 0, "GIF87a"},
	{formatGIF, 0, "GIF89a"},
	{formatWebP, 0, "RIFF....WEBP"},
}

// What people do upload, and how it is called. The brands of HEIC and AVIF are those of ISO/IEC 23008-12 and AV1-AVIF.
var refused = []struct {
	signature
	hint string
}{
	{signature{"a HEIC picture", 4, "ftyphei"}, heicHint},
	{signature{"a HEIC picture", 4, "ftyphev"}, heicHint},
	{signature{"a HEIC picture", 4, "ftypmif1"}, heicHint},
	{signature{"a HEIC picture", 4, "ftypmsf1"}, heicHint},
	{signature{"an AVIF picture", 4, "ftypavi"}, ""},
	{signature{"a video", 4, "ftyp"}, "only still pictures are taken"},
	{signature{"a JPEG XL picture", 0, "\xff\x0a"}, ""},
	{signature{"a JPEG XL picture", 4, "JXL \r\n\x87\n"}, ""},
	{signature{"a JPEG 2000 picture", 4, "jP  \r\n\x87\n"}, ""},
	{signature{"a TIFF or raw picture", 0, "II*\x00"}, ""},
	{signature{"a TIFF or raw picture", 0, "MM\x00*"}, ""},
	{signature{"a raw picture", 0, "FUJIFILMCCD-RAW"}, ""},
	{signature{"a BMP picture", 0, "BM"}, ""},
	{signature{"an icon", 0, "\x00\x00\x01\x00"}, ""},
	{signature{"a Photoshop file", 0, "8BPS"}, ""},
	{signature{"a PDF", 0, "%PDF-"}, ""},
	{signature{"a ZIP archive", 0, "PK\x03\x04"}, ""},
	{signature{"a program", 0, "MZ"}, ""},
	{signature{"a program", 0, "\x7fELF"}, ""},
}

const heicHint = "an iPhone makes them; choose Settings, Camera, Formats, Most Compatible, or send it as a JPEG"

func (s signature) begins(source []byte) bool {
	if len(source) < s.at+len(s.text) {
		return false
	}
	for i := range len(s.text) {
		if s.text[i] != '.' && s.text[i] != source[s.at+i] {
			return false
		}
	}
	return true
}

// sniff says what the source is by its own bytes; what its name or its sender says does not count. It errs by a Refusal for
// everything that is not taken.
func sniff(source []byte) (format string, err error) {
	if len(source) == 0 {
		return "", refuse(Empty, "the file is empty: want %s", taken)
	}
	for _, s := range signatures {
		if s.begins(source) {
			return s.name, nil
		}
	}
	for _, s := range refused {
		if !s.begins(source) {
			continue
		}
		if s.hint == "" {
			return "", refuse(WrongFormat, "%s: want %s", s.name, taken)
		}
		return "", refuse(WrongFormat, "%s: want %s (%s)", s.name, taken, s.hint)
	}
	if name := markup(source); name != "" {
		return "", refuse(WrongFormat, "%s: want %s", name, taken)
	}
	return "", refuse(NotAPicture, "not a picture, whatever its name says: want %s", taken)
}

// markup names a text that a browser would run. It only chooses words: whatever is not taken is refused.
func markup(source []byte) string {
	start := bytes.TrimPrefix(source[:min(len(source), 1024)], []byte("\xef\xbb\xbf"))
	text := strings.ToLower(string(bytes.TrimSpace(start)))
	switch {
	case !strings.HasPrefix(text, "<"):
		return ""
	case strings.Contains(text, "<svg"):
		return "an SVG drawing"
	case strings.Contains(text, "<html"), strings.Contains(text, "<!doctype html"), strings.Contains(text, "<script"):
		return "a page of HTML"
	}
	return "a text with markup"
}

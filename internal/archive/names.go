// Package archive says what files are called in an archive of what a person has: that of `lightbox user export`, and that which the pages
// make (web/lib/names.ts has the same rule, and both are held against testdata/names.json).
package archive

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

const (
	root        = "files"
	long        = "long" // the folder in it for what would have a long path
	longestPart = 200    // bytes: file systems take 255, and a number may follow
	longestPath = 200    // of UTF-16: Windows takes 259, with the folder where it is unpacked
	longestEnd  = 20     // bytes of what ends a name, such as .jpg
)

// Names are those of the files of one archive: paths that Windows, macOS and Linux take, below files/, no two of which are one file there.
//
// Each part of a key is a name in its folder, as the key has it but for this: what Windows does not take is _, dots and spaces at its end
// go, a name of a device gets _ before it, and 200 bytes are the most. A name that the folder has, of a file or of a folder, in capitals or
// not, however its accents are written, gets a number, as in "notes (2).txt". So what is in one folder of keys is in one folder here, and
// nothing else is. What would have a path of more than 200 characters is in files/long/ by its last part.
//
// https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
type Names struct {
	top, long *folder
	upper     cases.Caser
}

// folder is one of the archive.
type folder struct {
	path    string
	folders map[string]*folder // by the part of the key
	last    map[string]int     // the number of the last that got a name, by what file systems see of it
}

// NewNames are those of an archive without files.
func NewNames() *Names {
	n := &Names{newFolder(root), newFolder(root + "/" + long), cases.Upper(language.Und)}
	n.take(n.top, long)
	return n
}

func newFolder(path string) *folder { return &folder{path, map[string]*folder{}, map[string]int{}} }

// Of is the path of a key's file. It is to be asked once for each.
func (n *Names) Of(key string) string {
	parts := strings.Split(key, "/")
	length := len(root)
	for i, part := range parts {
		parts[i] = safe(part)
		length += 1 + units(parts[i])
	}
	file := parts[len(parts)-1]
	if length > longestPath {
		return n.take(n.long, file)
	}
	in := n.top
	for i, part := range strings.Split(key, "/")[:len(parts)-1] {
		next := in.folders[part]
		if next == nil {
			next = newFolder(n.take(in, parts[i]))
			in.folders[part] = next
		}
		in = next
	}
	return n.take(in, file)
}

// take is the path of something in a folder that has no other by its name then.
func (n *Names) take(in *folder, name string) string {
	seen, whole := n.seen(name), name
	number := in.last[seen]
	for in.last[n.seen(name)] > 0 {
		number++
		name = numbered(whole, number)
	}
	in.last[seen] = max(number, 1)
	in.last[n.seen(name)] = max(in.last[n.seen(name)], 1)
	return in.path + "/" + name
}

// seen is what is one name to a file system that knows neither capitals nor how an accent is written, nor what is not seen.
func (n *Names) seen(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
			return -1
		}
		return r
	}, name)
	return norm.NFKD.String(n.upper.String(norm.NFKD.String(name)))
}

// numbered has a number before what ends the name.
func numbered(name string, number int) string {
	stem, end := split(name)
	return fmt.Sprintf("%s (%d)%s", stem, number, end)
}

// split splits off what ends a name, such as .jpg.
func split(name string) (stem, end string) {
	if dot := strings.LastIndex(name, "."); dot > 0 && len(name)-dot <= longestEnd {
		return name[:dot], name[dot:]
	}
	return name, ""
}

var device = regexp.MustCompile(`^(?i:con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\x{b9}\x{b2}\x{b3}]) *(\.|$)`)

// safe is a part of a key as a name that every system takes.
func safe(part string) string {
	part = trim(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"\|?*`, r) || r == 0xFFFE || r == 0xFFFF {
			return '_'
		}
		return r
	}, part))
	if stem, end := split(part); len(part) > longestPart {
		part = trim(clip(stem, longestPart-len(end)) + end)
	}
	switch {
	case part == "":
		return "_"
	case device.MatchString(part):
		return "_" + part
	}
	return part
}

func trim(name string) string { return strings.TrimRight(name, " .") }

// clip is as much of a text as has no more bytes.
func clip(text string, most int) string {
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// units are how many of UTF-16 a text has.
func units(text string) (count int) {
	for _, r := range text {
		count += utf16.RuneLen(r)
	}
	return count
}

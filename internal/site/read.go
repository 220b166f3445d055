package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// known is the folder of what is well known by a name (RFC 8615). The distribution's function leaves names in it as they are.
	known = ".well-known/"
	// longest is how many bytes a key may have.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
	longest = 1024
)

// Name is a key for people: quoted if something in it would not be seen as it is.
func Name(key string) string {
	if strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }) || !utf8.ValidString(key) {
		return strconv.Quote(key)
	}
	return key
}

// reading is a folder that is being read.
type reading struct {
	folder  string
	root    *os.Root
	build   Build
	leftOut []string
	faults  []error
}

// ReadBuild reads the folder of a static export, and has outputs be its settings. A copy that was compressed, as page.html.gz beside
// page.html, is left out: CloudFront compresses. So are, and those it names, files that are no pages' business, with a name or a
// folder that begins with a dot (.well-known/ may), and files that are never served, as the function at the edge takes a name
// without a dot for a folder's. The error joins all faults: no page, no page for what is missing, an empty one, a link, a
// file where pages for sharing are, or a name that S3 has no key for.
func ReadBuild(folder string, outputs []byte) (build Build, leftOut []string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = root.Close() }()
	r := &reading{folder: folder, root: root, build: Build{}}
	if err := fs.WalkDir(root.FS(), ".", r.visit); err != nil {
		return nil, nil, err
	}
	for _, needed := range []string{"index.html", "404.html"} {
		if page, there := r.build[needed]; !there {
			r.refuse(needed, "no such file", "a static export, as `npm run build` of web/ makes it")
		} else if len(page.Content) == 0 {
			r.refuse(needed, "an empty file", "a page")
		}
	}
	r.build[Outputs] = file(Outputs, outputs)
	for key := range r.build {
		if plain, packed := strings.CutSuffix(key, ".gz"); packed {
			if _, there := r.build[plain]; there {
				delete(r.build, key)
			}
		}
	}
	slices.Sort(r.leftOut)
	return r.build, r.leftOut, errors.Join(r.faults...)
}

func (r *reading) refuse(key, got, want string) {
	r.faults = append(r.faults, fmt.Errorf("%s: got %s, want %s", Name(path.Join(r.folder, key)), got, want))
}

// visit takes a file, refuses it or leaves it out. It is what fs.WalkDir calls.
func (r *reading) visit(key string, entry fs.DirEntry, err error) error {
	hidden := key != "." && strings.HasPrefix(path.Base(key), ".") && key+"/" != known
	switch {
	case err != nil:
		return err
	case hidden && entry.IsDir():
		r.leftOut = append(r.leftOut, key+"/")
		return fs.SkipDir
	case hidden:
		r.leftOut = append(r.leftOut, key)
		return nil
	case !keyed(key):
		r.refuse(key, "a name with control characters or not in UTF-8", "one that S3 can list")
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	case entry.IsDir():
		return nil
	case !entry.Type().IsRegular():
		r.refuse(key, "no regular file", "the files themselves")
		return nil
	case strings.HasPrefix(key, Shared):
		r.refuse(key, "a file in the folder "+Shared, "it elsewhere: pages for sharing are there, which no build has")
		return nil
	case len(key) > longest:
		r.refuse(key, fmt.Sprintf("a name of %d bytes", len(key)), fmt.Sprintf("at most %d, as S3 has keys", longest))
		return nil
	case !strings.Contains(path.Base(key), ".") && !strings.HasPrefix(key, known) && !strings.HasPrefix(key, immutable):
		r.leftOut = append(r.leftOut, key)
		return nil
	}
	content, err := r.root.ReadFile(key)
	r.build[key] = file(key, content)
	return err
}

// keyed is whether a name can be said in XML, as in lists of keys of whoever looks after the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
func keyed(key string) bool {
	return utf8.ValidString(key) && !strings.ContainsFunc(key, func(r rune) bool { return unicode.IsControl(r) || r&0xFFFE == 0xFFFE })
}

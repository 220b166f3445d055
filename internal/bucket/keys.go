package bucket

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The areas of the bucket that functions know, each a prefix of keys.
const (
	Uploads   = "uploads/"         // uploads/SUB/UUID: what people send
	Originals = "originals/"       // originals/SUB/FOLDER: the same, kept
	Answers   = "answers/"         // answers/CLAIM: the claims
	Photos    = "public/photos/"   // public/photos/FOLDER/WIDTH.webp
	Products  = "public/products/" // public/products/FOLDER/WIDTH.webp, public/products/ID/main.jpg
	Drafts    = "drafts/"          // drafts/FOLDER/WIDTH.webp
)

// Sets are the areas with sets of renditions, ProductSets those between which a set is copied.
var (
	Sets        = []string{Photos, Products, Drafts}
	ProductSets = []string{Products, Drafts}
)

// Patterns of what stands in keys and claims.
const (
	UUID    = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	Sub     = `[0-9A-Za-z-]{1,128}` // the user pool's sub: a UUID today
	Product = `[0-9A-Za-z-]{1,128}`
	Folder  = `[0-9a-f]{32}`
	Version = `\.[0-9]{1,15}`
	Claim   = "(" + Product + Version + `\.)?` + UUID // of make: UUID or PRODUCT.VERSION.UUID
	File    = `[1-9][0-9]{0,4}\.(webp|jpg)`
)

// Whole is a pattern of a whole text.
func Whole(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(` + pattern + `)$`) }

var aFolder = Whole(Folder)

// FolderIn splits AREA/FOLDER/ where AREA is one of the areas.
func FolderIn(areas []string, key string) (area, folder string, err error) {
	for _, area := range areas {
		if rest, found := strings.CutPrefix(key, area); found {
			if folder, found := strings.CutSuffix(rest, "/"); found && aFolder.MatchString(folder) {
				return area, folder, nil
			}
		}
	}
	return "", "", fmt.Errorf("got %q, want a folder of 32 hex digits in %s, as in %s0123456789abcdef0123456789abcdef/",
		key, strings.Join(areas, " or "), areas[0])
}

// OneOf errs unless a member of an event is one of those wanted.
func OneOf(what, got string, wanted []string) error {
	if slices.Contains(wanted, got) {
		return nil
	}
	return fmt.Errorf("%s: got %q, want one of %s", what, got, strings.Join(wanted, " "))
}

// Matches errs unless a member of an event has a pattern; want says which, in words.
func Matches(what string, pattern *regexp.Regexp, got, want string) error {
	if pattern.MatchString(got) {
		return nil
	}
	return fmt.Errorf("%s: got %q, want %s", what, got, want)
}

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
	Hidden    = "hidden/photos/"   // hidden/photos/FOLDER/WIDTH.webp, of a photo that is hidden
	Products  = "public/products/" // public/products/FOLDER/WIDTH.webp, and MainKey
	Drafts    = "drafts/"          // drafts/FOLDER/WIDTH.webp
)

// sets are the areas that sets of renditions are made in, allSets those that have some, productSets those between which a set is copied.
var (
	sets        = []string{Photos, Products, Drafts}
	allSets     = []string{Photos, Products, Drafts, Hidden}
	productSets = []string{Products, Drafts}
)

// MainKey is where the JPEG of a live product is, whatever its picture.
func MainKey(product string) string { return Products + product + "/main.jpg" }

// folderIn splits AREA/FOLDER/ where AREA is one of the areas.
func folderIn(areas []string, key string) (area, folder string, err error) {
	for _, area := range areas {
		if rest, found := strings.CutPrefix(key, area); found {
			if folder, found := strings.CutSuffix(rest, "/"); found && IsFolder(folder) {
				return area, folder, nil
			}
		}
	}
	return "", "", fmt.Errorf("got %q, want a folder of 32 hex digits in %s, as in %s0123456789abcdef0123456789abcdef/",
		key, strings.Join(areas, " or "), areas[0])
}

// UnitOf is what a key goes with, all of which a row names or none does: the folder of a set, AREA/FOLDER/, or the key itself, of an
// original or a MainKey. It is not ok for keys that nobody of ours writes, and for what S3 removes by itself.
func UnitOf(key string) (unit string, ok bool) {
	for _, area := range allSets {
		if rest, found := strings.CutPrefix(key, area); found {
			if folder, _, inside := strings.Cut(rest, "/"); inside && IsFolder(folder) {
				return area + folder + "/", true
			}
		}
	}
	return key, aKept().MatchString(key)
}

// MainOwner is the id of the product whose MainKey a key is.
func MainOwner(key string) (product string, ok bool) {
	id, of := strings.CutPrefix(key, Products)
	product, ok = strings.CutSuffix(id, "/main.jpg")
	return product, of && ok
}

// oneOf errs unless a member of an event is one of those wanted.
func oneOf(what, got string, wanted []string) error {
	if slices.Contains(wanted, got) {
		return nil
	}
	return fmt.Errorf("%s: got %q, want one of %s", what, got, strings.Join(wanted, " "))
}

// matches errs unless a member of an event has a pattern; want says which, in words.
func matches(what string, pattern func() *regexp.Regexp, got, want string) error {
	if pattern().MatchString(got) {
		return nil
	}
	return fmt.Errorf("%s: got %q, want %s", what, got, want)
}

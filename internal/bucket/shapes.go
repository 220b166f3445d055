package bucket

import (
	"regexp"
	"strings"
	"sync"
)

// whole is a pattern of a whole text, made when it is first needed: most are large, and who imports this package needs few.
func whole(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(` + pattern + `)$`) })
}

// Patterns of what stands in keys and claims.
const (
	uuid    = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	sub     = `[0-9A-Za-z-]{1,128}` // the user pool's sub: a UUID today
	product = `[0-9A-Za-z-]{1,128}`
	folder  = `[0-9a-f]{32}`
	version = `\.[0-9]{1,15}`
	claim   = "(" + product + version + `\.)?` + uuid // of make: UUID or PRODUCT.VERSION.UUID
	copied  = folder + version                        // of copy: FOLDER.VERSION
	anew    = folder + `\.[0-9a-f]{32}`               // of render: FOLDER.DIGEST
	file    = `[1-9][0-9]{0,4}\.(avif|webp|jpg)`
)

var (
	aUUID    = whole(uuid)
	aClaim   = whole(claim)
	aSub     = whole(sub)
	aProduct = whole(product)
	aFolder  = whole(folder)
	aFile    = whole(file)
	aCopy    = whole(copied)
	aJPEG    = whole(Products + folder + `/[1-9][0-9]{0,4}\.jpg`)
	// anOriginal and aSource are what a set is made of anew: aSource is of any set.
	anOriginal = whole(Originals + sub + "/" + folder)
	aSource    = whole(Originals + sub + "/" + folder + "|" + "(" + strings.Join(sets, "|") + ")" + folder + "/" + file)
	// aKept is an object that stays for as long as a row names it, and is in no folder of a set.
	aKept = whole(Originals + sub + "/" + folder + "|" + Products + product + `/main\.jpg`)
	// aRemovable is an object that is removed by itself: no folder, and nothing a folder's name begins like.
	aRemovable = whole(Uploads + sub + "/" + uuid + "|" + Originals + sub + "/" + folder + "|" +
		Answers + "(" + claim + "|" + copied + "|" + anew + ")|" + Products + product + `/main\.jpg`)
)

// IsFolder tells the name of a folder of a set: 32 hex digits.
func IsFolder(name string) bool { return aFolder().MatchString(name) }

// IsRendition tells the name of a file of a set, as in 160.webp.
func IsRendition(name string) bool { return aFile().MatchString(name) }

// IsSub tells the sub of a user, which folders are named by.
func IsSub(text string) bool { return aSub().MatchString(text) }

// IsUUID tells a UUID in lower case.
func IsUUID(text string) bool { return aUUID().MatchString(text) }

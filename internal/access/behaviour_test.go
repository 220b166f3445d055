package access

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
)

// caller is somebody who asks S3 for something.
type caller struct {
	name string
	// principals are those whose policies hang on the caller's role.
	principals []Principal
	// variables are the caller's values of policy variables.
	variables map[string]string
}

const (
	aliceID, aliceSub = "eu-west-1:a11ce", "a11ce-5ub"
	bobID, bobSub     = "eu-west-1:b0b", "b0b-5ub"
	adaID, adaSub     = "eu-west-1:ada", "ada-5ub"
	guestID           = "eu-west-1:6ue57"
)

// callers are the columns of the tables below, in their order. The guest has an
// identity but no tag, as in AWS.
var callers = []caller{
	{"the CDN", []Principal{CDN}, nil},
	{"a guest", []Principal{Guest}, map[string]string{"${cognito-identity.amazonaws.com:sub}": guestID}},
	{"Alice", []Principal{User}, identityOf(aliceID, aliceSub)},
	{"Ada, an admin", []Principal{User, Admins}, identityOf(adaID, adaSub)},
	{"the function pictures", []Principal{Pictures}, nil},
	{"the function remover", []Principal{Remover}, nil},
}

func identityOf(id, sub string) map[string]string {
	return map[string]string{"${cognito-identity.amazonaws.com:sub}": id, "${aws:PrincipalTag/user}": sub}
}

// objects says of each key what the callers may do: the CDN, a guest, Alice,
// Ada, and the functions pictures and remover. It is written by hand from the design, not computed from Rules. Each
// denial stands next to somebody or something that is allowed.
var objects = []struct {
	name, key              string
	cdn, guest, alice, ada Verbs
	pictures, remover      Verbs
}{
	{"M40 Alice's upload", "uploads/" + aliceSub + "/x", 0, 0, Get | Put, 0, Get, Erase},
	{"M86 M89 Bob's upload", "uploads/" + bobSub + "/x", 0, 0, 0, 0, Get, Erase},
	{"Ada's upload", "uploads/" + adaSub + "/x", 0, 0, 0, Get | Put, Get, Erase},
	{"an upload of one whose sub begins like Alice's", "uploads/" + aliceSub + "-2/x", 0, 0, 0, 0, Get, Erase},
	{"an upload under Alice's identity id, which is not her sub", "uploads/" + aliceID + "/x", 0, 0, 0, 0, Get, Erase},
	{"an upload in nobody's folder", "uploads/x", 0, 0, 0, 0, Get, Erase},
	{"a neighbour of the uploads", "uploads2/" + aliceSub + "/x", 0, 0, 0, 0, 0, 0},

	{"Alice's original", "originals/" + aliceSub + "/x", 0, 0, Get, 0, Get | Put, Erase},
	{"M88 Bob's original", "originals/" + bobSub + "/x", 0, 0, 0, 0, Get | Put, Erase},
	{"Ada's original", "originals/" + adaSub + "/x", 0, 0, 0, Get, Get | Put, Erase},
	{"an original of one whose sub begins like Alice's", "originals/" + aliceSub + "-2/x", 0, 0, 0, 0, Get | Put, Erase},
	{"an original under Alice's identity id", "originals/" + aliceID + "/x", 0, 0, 0, 0, Get | Put, Erase},
	{"a neighbour of the originals", "originals2/" + aliceSub + "/x", 0, 0, 0, 0, 0, 0},

	{"an answer", "answers/x", 0, 0, 0, 0, Get | Put, Erase},
	{"a neighbour of the answers", "answers2/x", 0, 0, 0, 0, 0, 0},

	{"M08 M24 M65 M86 a product's picture", "public/products/x.jpg", Get, Get, Get, Get, Get | Put | Delete, Delete},
	{"a product's picture in a folder", "public/products/a/b/x.jpg", Get, Get, Get, Get, Get | Put | Delete, Delete},
	{"M12 a product's picture with dots, which S3 takes literally", "public/products/../../private/" + bobID + "/x.jpg", Get, Get, Get, Get, Get | Put | Delete, Delete},
	{"a neighbour of the products", "public/products-old/x.jpg", 0, 0, 0, 0, 0, 0},
	{"the products' folder without its slash", "public/products", 0, 0, 0, 0, 0, 0},

	{"M86 a photo", "public/photos/f01de2/x.webp", Get, Get, Get, Get, Get | Put, Erase},
	{"M86 a photo in a folder that is called as Alice is", "public/photos/" + aliceSub + "/x.jpg", Get, Get, Get, Get, Get | Put, Erase},
	{"a photo in no folder", "public/photos/x.jpg", Get, Get, Get, Get, Get | Put, Erase},
	{"M110 a hidden photo", "hidden/photos/f01de2/x.webp", 0, 0, 0, 0, 0, Erase},
	{"M110 a hidden photo in a folder that is called as Ada is", "hidden/photos/" + adaSub + "/x.webp", 0, 0, 0, 0, 0, Erase},
	{"a hidden photo in no folder", "hidden/photos/x.webp", 0, 0, 0, 0, 0, Erase},
	{"a neighbour of the hidden photos", "hidden/photos2/x.webp", 0, 0, 0, 0, 0, 0},
	{"what is hidden in no area", "hidden/x.webp", 0, 0, 0, 0, 0, 0},
	{"a neighbour of what is hidden", "hidden2/photos/x.webp", 0, 0, 0, 0, 0, 0},
	{"a neighbour of the photos", "public/photos2/" + aliceSub + "/x.jpg", 0, 0, 0, 0, 0, 0},

	{"M43 Alice's protected file", "protected/" + aliceID + "/x.jpg", 0, 0, Get | Put | Delete, Get | Delete, 0, Erase},
	{"M02 M09 M26 M42 M43 M91 Bob's protected file", "protected/" + bobID + "/x.jpg", 0, 0, Get, Get | Delete, 0, Erase},
	{"Ada's protected file", "protected/" + adaID + "/x.jpg", 0, 0, Get, Get | Put | Delete, 0, Erase},
	{"a guest's protected file", "protected/" + guestID + "/x.jpg", 0, 0, Get, Get | Delete, 0, Erase},
	{"a protected file of one whose id begins like Alice's", "protected/" + aliceID + "2/x.jpg", 0, 0, Get, Get | Delete, 0, Erase},
	{"a protected file under Alice's sub, which is not her identity id", "protected/" + aliceSub + "/x.jpg", 0, 0, Get, Get | Delete, 0, Erase},
	{"a neighbour of the protected files", "protected2/" + aliceID + "/x.jpg", 0, 0, 0, 0, 0, 0},

	{"M40 M70 Alice's private file", "private/" + aliceID + "/x.jpg", 0, 0, Get | Put | Delete, 0, 0, Erase},
	{"M02 M09 M41 M70 M91 Bob's private file", "private/" + bobID + "/x.jpg", 0, 0, 0, 0, 0, Erase},
	{"M70 Ada's private file", "private/" + adaID + "/x.jpg", 0, 0, 0, Get | Put | Delete, 0, Erase},
	{"M27 a guest's private file", "private/" + guestID + "/x.jpg", 0, 0, 0, 0, 0, Erase},
	{"a private file of one whose id begins like Alice's", "private/" + aliceID + "2/x.jpg", 0, 0, 0, 0, 0, Erase},
	{"a private file under Alice's sub, which is not her identity id", "private/" + aliceSub + "/x.jpg", 0, 0, 0, 0, 0, Erase},
	{"a private file of nobody", "private/x.jpg", 0, 0, 0, 0, 0, Erase},
	{"a neighbour of the private files", "private2/" + aliceID + "/x.jpg", 0, 0, 0, 0, 0, 0},

	{"M71 M86 a draft", "drafts/x.jpg", 0, 0, 0, Get, Get | Put, Delete},
	{"a neighbour of the drafts", "drafts2/x.jpg", 0, 0, 0, 0, 0, 0},

	{"M01 M04 M25 M85 a picture in no area", "public/x.png", 0, 0, 0, 0, 0, 0},
	{"a file beside the areas", "x.png", 0, 0, 0, 0, 0, 0},
	{"an area below another folder", "x/public/products/x.jpg", 0, 0, 0, 0, 0, 0},
	{"an area after a slash", "/public/products/x.jpg", 0, 0, 0, 0, 0, 0},
	{"an area in upper case", "PUBLIC/PRODUCTS/x.jpg", 0, 0, 0, 0, 0, 0},
}

// noPrefix stands for a listing of the whole bucket.
const noPrefix = "(none)"

// listings says of each prefix who may list it, as above, and of the functions who may list the objects or their versions.
var listings = []struct {
	name, prefix           string
	cdn, guest, alice, ada bool
	remover                Verbs
}{
	{"M03 M28 the whole bucket", noPrefix, false, false, false, false, 0},
	{"M28 the empty prefix", "", false, false, false, false, 0},
	{"M28 a letter", "p", false, false, false, false, 0},
	{"M29 all that is public", "public/", false, false, false, false, 0},
	{"M66 the products", "public/products/", false, false, false, true, List},
	{"a folder of the products", "public/products/a/", false, false, false, true, List},
	{"the products without the slash", "public/products", false, false, false, false, 0},
	{"a neighbour of the products", "public/products-old/", false, false, false, false, 0},
	{"the photos", "public/photos/", false, false, false, true, ListVersions},
	{"M110 the hidden photos", "hidden/photos/", false, false, false, false, ListVersions},
	{"the hidden photos without the slash", "hidden/photos", false, false, false, false, 0},
	{"a neighbour of the hidden photos", "hidden/photos2/", false, false, false, false, 0},
	{"all that is hidden", "hidden/", false, false, false, false, 0},
	{"the photos without the slash", "public/photos", false, false, false, false, 0},
	{"a folder of the photos", "public/photos/" + aliceSub + "/", false, false, false, true, ListVersions},
	{"Alice's uploads", "uploads/" + aliceSub + "/", false, false, false, false, ListVersions},
	{"the uploads without the slash", "uploads", false, false, false, false, 0},
	{"a neighbour of the uploads", "uploads2/", false, false, false, false, 0},
	{"Alice's originals", "originals/" + aliceSub + "/", false, false, false, false, ListVersions},
	{"the originals without the slash", "originals", false, false, false, false, 0},
	{"a neighbour of the originals", "originals2/", false, false, false, false, 0},
	{"the answers", "answers/", false, false, false, false, ListVersions},
	{"the answers without the slash", "answers", false, false, false, false, 0},
	{"a neighbour of the answers", "answers2/", false, false, false, false, 0},
	{"M28 the protected files", "protected/", false, false, false, true, ListVersions},
	{"the protected files without the slash", "protected", false, false, false, false, 0},
	{"a neighbour of the protected files", "protected2/", false, false, false, false, 0},
	{"Alice's protected files", "protected/" + aliceID + "/", false, false, true, true, ListVersions},
	{"Alice's protected files without the slash", "protected/" + aliceID, false, false, false, true, ListVersions},
	{"protected files under Alice's sub", "protected/" + aliceSub + "/", false, false, false, true, ListVersions},
	{"Bob's protected files", "protected/" + bobID + "/", false, false, false, true, ListVersions},
	{"M28 M44 the private files", "private/", false, false, false, false, ListVersions},
	{"M44 Alice's private files", "private/" + aliceID + "/", false, false, true, false, ListVersions},
	{"a folder of Alice's private files", "private/" + aliceID + "/a/", false, false, true, false, ListVersions},
	{"Alice's private files without the slash", "private/" + aliceID, false, false, false, false, ListVersions},
	{"private files of one whose id begins like Alice's", "private/" + aliceID + "2/", false, false, false, false, ListVersions},
	{"private files under Alice's sub", "private/" + aliceSub + "/", false, false, false, false, ListVersions},
	{"M44 Bob's private files", "private/" + bobID + "/", false, false, false, false, ListVersions},
	{"Ada's private files", "private/" + adaID + "/", false, false, false, true, ListVersions},
	{"a guest's private files", "private/" + guestID + "/", false, false, false, false, ListVersions},
	{"the drafts", "drafts/", false, false, false, true, List},
	{"the drafts without the slash", "drafts", false, false, false, false, 0},
	{"a neighbour of the drafts", "drafts2/", false, false, false, false, 0},
}

// verbOf are the actions on objects that the table speaks of. All others are
// denied to everybody, wherever.
var verbOf = map[string]Verbs{
	"s3:GetObject":                Get,
	"s3:PutObject":                Put,
	"s3:AbortMultipartUpload":     Put,
	"s3:ListMultipartUploadParts": Put,
	"s3:DeleteObject":             Delete,
	"s3:DeleteObjectVersion":      Erase,
	// M31 M50: neighbours of the verbs.
	"s3:GetObjectVersion":          0,
	"s3:GetObjectAcl":              0,
	"s3:GetObjectTagging":          0,
	"s3:PutObjectAcl":              0,
	"s3:PutObjectTagging":          0,
	"s3:RestoreObject":             0,
	"s3:BypassGovernanceRetention": 0,
}

// bucketActions are denied to everybody on the bucket: M11 M31 M50.
var bucketActions = []string{
	"s3:ListBucketMultipartUploads", "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketCORS",
	"s3:DeleteBucket", "s3:PutBucketAcl",
}

// policies are the compiled policies of all principals.
type policies map[Principal][]Statement

func compiled(rules []Rule) policies {
	compiled := policies{}
	for _, principal := range Principals() {
		compiled[principal] = Statements(rules, principal)
	}
	return compiled
}

// allows evaluates the caller's policies as IAM does. An object is asked for by
// its key; the bucket by the prefix of a listing.
func (p policies) allows(c caller, action, key string, onBucket bool) bool {
	for _, principal := range c.principals {
		for _, statement := range p[principal] {
			if !slices.ContainsFunc(statement.Actions, func(granted string) bool { return c.matches(granted, action) }) {
				continue
			}
			patterns := statement.Keys
			if onBucket {
				if len(statement.Keys) == 0 && len(statement.Prefixes) == 0 {
					return true // the bucket without a condition, in mutants only
				}
				patterns = statement.Prefixes
			}
			if slices.ContainsFunc(patterns, func(pattern string) bool { return c.matches(pattern, key) }) {
				return true
			}
		}
	}
	return false
}

// matches is IAM's matching: * is any run of characters, variables stand for the
// caller's values, taken literally, and one without a value matches nothing.
func (c caller) matches(pattern, text string) bool {
	switch {
	case text == noPrefix:
		return false // the request lacks s3:prefix
	case pattern == "":
		return text == ""
	case strings.HasPrefix(pattern, "${"):
		end := strings.IndexByte(pattern, '}') + 1
		value, ok := c.variables[pattern[:end]]
		rest, found := strings.CutPrefix(text, value)
		return ok && found && c.matches(pattern[end:], rest)
	case pattern == "*":
		return true
	case pattern[0] == '*':
		return c.matches(pattern[1:], text) || text != "" && c.matches(pattern, text[1:])
	default:
		return text != "" && pattern[0] == text[0] && c.matches(pattern[1:], text[1:])
	}
}

// surprises yields what differs from the tables above: the name of the
// behaviour and how.
func (p policies) surprises() iter.Seq2[string, string] {
	return func(yield func(behaviour, difference string) bool) {
		for _, object := range objects {
			for i, allowed := range []Verbs{object.cdn, object.guest, object.alice, object.ada, object.pictures, object.remover} {
				for action, verb := range verbOf {
					want := allowed&verb != 0
					got := p.allows(callers[i], action, object.key, false)
					if got != want && !yield(object.name, fmt.Sprintf("%s: %s on %q: got allowed %t, want %t", callers[i].name, action, object.key, got, want)) {
						return
					}
				}
			}
		}
		for _, listing := range listings {
			for i, want := range []Verbs{listed(listing.cdn), listed(listing.guest), listed(listing.alice), listed(listing.ada), 0, listing.remover} {
				for action, verb := range map[string]Verbs{"s3:ListBucket": List, "s3:ListBucketVersions": ListVersions} {
					got, want := p.allows(callers[i], action, listing.prefix, true), want&verb != 0
					if got != want && !yield("listing: "+listing.name, fmt.Sprintf("%s: %s of %q: got allowed %t, want %t", callers[i].name, action, listing.prefix, got, want)) {
						return
					}
				}
				for _, action := range bucketActions {
					if p.allows(callers[i], action, listing.prefix, true) && !yield("listing: "+listing.name, fmt.Sprintf("%s: %s: got allowed, want denied", callers[i].name, action)) {
						return
					}
				}
			}
		}
	}
}

// listed is the verb of people who may list.
func listed(may bool) Verbs {
	if may {
		return List
	}
	return 0
}

func TestRules_allowWhatTheDesignSaysAndNothingElse(t *testing.T) {
	faults := map[string][]string{}
	for behaviour, difference := range compiled(Rules()).surprises() {
		faults[behaviour] = append(faults[behaviour], difference)
	}
	var names []string
	for _, object := range objects {
		names = append(names, object.name)
	}
	for _, listing := range listings {
		names = append(names, "listing: "+listing.name)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			for _, fault := range faults[name] {
				t.Error(fault)
			}
		})
	}
}

func TestRules_areValid(t *testing.T) {
	if err := Validate(Rules()); err != nil {
		t.Error(err)
	}
}

// A caller's own values must never act as patterns.
func TestRules_takeOwnersLiterally(t *testing.T) {
	p := compiled(Rules())
	mallory := caller{"Mallory", []Principal{User}, identityOf("*", "*")}
	if p.allows(mallory, "s3:GetObject", "private/"+bobID+"/x.jpg", false) {
		t.Error("an identity id of * reads Bob's private file")
	}
	if !p.allows(mallory, "s3:GetObject", "private/*/x.jpg", false) {
		t.Error("an identity id of * does not read its own private file")
	}
	untagged := caller{"one without a tag", []Principal{User}, map[string]string{"${cognito-identity.amazonaws.com:sub}": aliceID}}
	if p.allows(untagged, "s3:PutObject", "uploads//x", false) {
		t.Error("one without the tag uploads")
	}
	if !p.allows(untagged, "s3:PutObject", "private/"+aliceID+"/x.jpg", false) {
		t.Error("one without the tag does not write a private file")
	}
}

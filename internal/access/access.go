// Package access says who may do what to which files, and who may call which field of the API.
//
// The API's table (Fields) says besides what a call changes, which steps answer it and what a
// subscription hears: the wiring of resolvers, the roles of data sources and the trials of the
// proof come from it.
//
// The table of files (Rules) is data. From it come the statements of the roles' policies
// and of the bucket's (Statements), their length against AWS's limits (Sizes)
// and the same permissions in the words of Amplify's outputs file (Paths).
// Whatever the table does not mention is denied, because nothing else grants
// anything on the bucket.
package access

import "strings"

// Verbs is a set of the things one can do with a file: Get | List, for example.
type Verbs uint8

// The verbs, in the order in which they are written everywhere.
const (
	// Get reads one object, its metadata included.
	Get Verbs = 1 << iota
	// List names the objects below a prefix.
	List
	// Put writes one object, in one piece or in parts. It includes aborting an
	// upload in parts and listing its parts: a browser that cannot abort leaves
	// parts that are billed, and one that cannot list starts again from zero.
	Put
	// Delete removes one object. In a versioned bucket its versions stay.
	Delete
	// ListVersions names the versions below a prefix, those of deleted objects too. Functions only.
	ListVersions
	// Erase removes a version of an object for good. Functions only.
	Erase

	// OfBucket are asked of the bucket, by a prefix; all others of an object.
	OfBucket = List | ListVersions

	all          = Get | List | Put | Delete | ListVersions | Erase
	forFunctions = ListVersions | Erase
)

// verbNames are the verbs' names, by their bit.
var verbNames = [...]string{"get", "list", "put", "delete", "list-versions", "erase"}

// AllVerbs are the verbs one by one, in their order.
func AllVerbs() []Verbs {
	var each []Verbs
	for i := range verbNames {
		each = append(each, 1<<i)
	}
	return each
}

// String is the verbs' names in their order, as in "get list". An empty set is
// "nothing"; bits that are no verb show up as "unknown".
func (v Verbs) String() string { return setOf(uint32(v), verbNames[:], " ", "nothing") }

// setOf are the names of the bits of a set, in their order; a bit without a name is "unknown".
func setOf(bits uint32, names []string, separator, none string) string {
	if bits == 0 {
		return none
	}
	var set []string
	for i, name := range names {
		if bits&(1<<i) != 0 {
			set = append(set, name)
		}
	}
	if bits>>len(names) != 0 {
		set = append(set, "unknown")
	}
	return strings.Join(set, separator)
}

// Owner tokens. One stands in an area for its owner's own folder.
const (
	// IdentityToken is the id that the identity pool gives a person, as in
	// "us-east-1:8a3b…". Amplify's protected/ and private/ folders are named by it.
	IdentityToken = "{identity}"
	// UserToken is the user pool's sub. The identity pool hands it to S3 as the
	// principal tag "user", so a resolver, which sees the sub and never the
	// identity id, can tell whose folder an image lies in.
	UserToken = "{user}"
)

// OriginPath is the folder of the bucket that the distribution serves: the
// path /products/x.jpg is the key public/products/x.jpg. CloudFront puts it in
// front of every request; it is no permission, which is why the distribution is
// a principal of the table.
const OriginPath = "/public"

// Principal names one compiled policy: whose it is.
type Principal string

// The principals that have a policy of their own. A group is another one: see Groups. Its policy
// holds only what its members have on top of User: a group's role replaces the signed-in role, so
// both policies hang on it.
const (
	// CDN is CloudFront, for anyone on the internet. Its statements belong in the
	// bucket's policy.
	CDN Principal = "CDN"
	// Guest is whoever has not signed in.
	Guest Principal = "Guest"
	// User is whoever has signed in. The policy holds what they may do with
	// everybody's files (the column SignedIn) and with their own (Owner).
	User Principal = "User"
)

// Principals lists the principals in the order of the table: the CDN, people, functions with columns.
func Principals() []Principal {
	all := append([]Principal{CDN}, People()...)
	for _, function := range Functions() {
		if !function.IsTrigger() {
			all = append(all, function.Name)
		}
	}
	return all
}

// People are those with a role of the identity pool: guests and whoever has signed in.
func People() []Principal { return append([]Principal{Guest}, SignedInPrincipals()...) }

// SignedInPrincipals are those who have signed in: User, and the groups.
func SignedInPrincipals() []Principal {
	all := []Principal{User}
	for _, group := range Groups() {
		all = append(all, group.Name)
	}
	return all
}

// Rule is one row of the table: an area of the bucket and what each principal
// may do there. A zero column grants nothing.
type Rule struct {
	// Area is a prefix of keys that ends with "/", as in "public/products/". Its
	// last segment may be an owner token, as in "private/{identity}/": every owner
	// then has a folder there, and for all others the token stands for anybody's.
	Area string
	// CDN is what anyone may do through the distribution: Get or nothing.
	CDN Verbs
	// Guest is what people may do who have not signed in.
	Guest Verbs
	// SignedIn is what everybody may do who has signed in, members of groups included.
	SignedIn Verbs
	// Owner is what people may do in their own folder, on top of SignedIn.
	Owner Verbs
	// Groups is all that a group may do, by its name, so it includes SignedIn. A group
	// without a column here may do what SignedIn may.
	Groups map[Principal]Verbs
	// Functions is all that a function of ours may do, by its name; one without a column may do nothing.
	Functions map[Principal]Verbs
	// Days is after how many days S3 removes what lies here, with its versions; 0 for never.
	Days int
}

// In is what a group may do in everybody's folders.
func (r Rule) In(group Principal) Verbs {
	if column, has := r.Groups[group]; has {
		return column
	}
	return r.SignedIn
}

// verbs are the columns of groups and functions.
type verbs = map[Principal]Verbs

// Rules is the table that ships. A new area or verb is one row here.
func Rules() []Rule {
	erase := ListVersions | Erase
	return []Rule{
		// What people send to be made a picture of. Owners get what they put, because Amplify's uploadData asks
		// for the size of what it sent in parts.
		{Area: "uploads/{user}/", Owner: Get | Put, Functions: verbs{Pictures: Get, Remover: erase}, Days: 1},
		// What a picture was made of, for its owner alone.
		{Area: "originals/{user}/", Owner: Get, Functions: verbs{Pictures: Get | Put, Remover: erase}},
		// Which folder the pictures of an upload are in, so that a second try writes there again.
		{Area: "answers/", Functions: verbs{Pictures: Get | Put, Remover: erase}, Days: 1},
		// The catalogue. Guests and users may read it past the distribution too. Who writes a live product's JPEG removes it.
		{Area: "public/products/", CDN: Get, Guest: Get, SignedIn: Get, Groups: verbs{Admins: Get | List}, Functions: verbs{Pictures: Get | Put | Delete, Remover: List | Delete}},
		{Area: "public/photos/", CDN: Get, Guest: Get, SignedIn: Get, Groups: verbs{Admins: Get | List}, Functions: verbs{Pictures: Get | Put, Remover: erase}},
		// Photos of people who are blocked, until they are shown again. Nobody of the application reads them; the operator moves them.
		{Area: "hidden/photos/", Functions: verbs{Remover: erase}},
		// Pictures of products that are not published yet.
		{Area: "drafts/", Groups: verbs{Admins: Get | List}, Functions: verbs{Pictures: Get | Put, Remover: List | Delete}},
		// Amplify's two conventions: everybody reads protected/, nobody else private/. Who leaves takes theirs along.
		{Area: "protected/{identity}/", SignedIn: Get, Owner: List | Put | Delete, Groups: verbs{Admins: Get | List | Delete}, Functions: verbs{Remover: erase}},
		{Area: "private/{identity}/", Owner: Get | List | Put | Delete, Functions: verbs{Remover: erase}},
	}
}

// owners maps each owner token to the policy variable that IAM replaces with
// the caller's own value at each request. A caller who has no such value
// matches nothing.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
var owners = map[string]string{
	IdentityToken: "${cognito-identity.amazonaws.com:sub}",
	UserToken:     "${aws:PrincipalTag/user}",
}

// stem splits the rule's area: the part that is fixed, and the owner token that
// ends it, or "".
func (r Rule) stem() (fixed, token string) {
	for token := range owners {
		if fixed, found := strings.CutSuffix(r.Area, token+"/"); found {
			return fixed, token
		}
	}
	return r.Area, ""
}

// everybody is the pattern of the area's keys, whoever owns them.
func (r Rule) everybody() string {
	fixed, _ := r.stem()
	return fixed + "*"
}

// own is the pattern of the caller's own keys in the area, or "" where nobody
// owns any.
func (r Rule) own() string {
	fixed, token := r.stem()
	if token == "" {
		return ""
	}
	return fixed + owners[token] + "/*"
}

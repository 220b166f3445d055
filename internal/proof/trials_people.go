package proof

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// A cast is who calls in the trials, with all that must not matter to a resolver: names, ids,
// claims, headers, addresses, groups of somebody else. The trials run with two of them, and each
// field has to answer both alike.
type cast struct {
	me, other, stranger, leaver string // subs; the leaver's account is being deleted
	blocked                     string // the sub of who may not post
	member                      string // of the members of a group the first 24 letters of their subs
	names                       map[string]string
	claims                      map[string]any
	groups                      []string // of everybody, and none of ours
	headers                     map[string][]string
	sourceIP                    string
	provider                    string // the user pool's name as a provider of the identity pool
}

// casts are the two. The second one has what people can write themselves, or come by.
func casts() []cast {
	ours := groupNames(access.Groups()...)
	all, foreign := strings.Join(ours, ","), []string{"Administrators", "us-east-1_EXAMPLE_Google"}
	for _, group := range access.Groups() {
		for _, near := range []string{strings.ToLower(string(group.Name)), group.ID("")} {
			if !slices.Contains(ours, near) {
				foreign = append(foreign, near)
			}
		}
	}
	return []cast{
		{
			me: "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b", other: "1d1d1d1d-1d1d-4d1d-8d1d-1d1d1d1d1d1d",
			stranger: "2e2e2e2e-2e2e-4e2e-8e2e-2e2e2e2e2e2e", leaver: "3f3f3f3f-3f3f-4f3f-8f3f-3f3f3f3f3f3f",
			blocked: "4a4a4a4a-4a4a-4a4a-8a4a-4a4a4a4a4a4a",
			member:  "ad000000-0000-4000-8000-000000000000",
			names:   map[string]string{}, sourceIP: "192.0.2.1",
		},
		{
			me: "f0f0f0f0-0f0f-4f0f-8f0f-f0f0f0f0f0f0", other: "00000000-0000-4000-8000-000000000000",
			stranger: "a0000000-0000-4000-8000-000000000001", leaver: "b0000000-0000-4000-8000-000000000001",
			blocked: "c0000000-0000-4000-8000-000000000001",
			member:  "ffffffff-ffff-4fff-bfff-ffffffffffff",
			names:   map[string]string{"me": all, "other": "admin", "stranger": "root", "member": "nobody"},
			claims: map[string]any{
				"custom:role": all, "custom:groups": all, "cognito:groups": ours, "email": "admin@example.com",
				"name": all, "email_verified": true,
			},
			groups:   foreign,
			headers:  map[string][]string{"x-admin": {"true"}, "authorization": ours, "x-amz-user": ours, "x-forwarded-for": {"127.0.0.1"}},
			sourceIP: "127.0.0.1",
		},
	}
}

// A person is one kind of caller of a cast.
type person struct {
	name     string
	sub      string // in the user pool; empty for who is not known there
	byIAM    bool   // who signs with AWS credentials, and has no token
	groups   []access.Group
	identity any
}

func groupNames(groups ...access.Group) []string {
	var names []string
	for _, group := range groups {
		names = append(names, string(group.Name))
	}
	return names
}

// memberOf is somebody in groups of ours; number tells their sub from other members'.
func (c cast) memberOf(name string, number int, groups ...access.Group) person {
	sub := fmt.Sprintf("%.24s%012d", c.member, number)
	return person{name: name, sub: sub, groups: groups, identity: c.token("member", sub, append(groupNames(groups...), c.groups...)...)}
}

// name is what a person of the cast calls themselves.
func (c cast) name(role string) string {
	if name, given := c.names[role]; given {
		return name
	}
	return role
}

func (c cast) token(role, sub string, groups ...string) appsyncjs.UserPoolIdentity {
	return appsyncjs.UserPoolIdentity{
		Sub: sub, Username: c.name(role), Groups: groups, Claims: c.claims, SourceIP: []string{c.sourceIP},
		Issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE", DefaultAuthStrategy: "ALLOW",
	}
}

// identityID is the id in the identity pool of who has a sub.
func identityID(sub string) string { return "us-east-1:" + sub }

// iam are credentials of the identity pool, of who signed in by the providers.
func (c cast) iam(authType, sub string, providers ...string) appsyncjs.IAMIdentity {
	pool, id := "us-east-1:11111111-1111-4111-8111-111111111111", identityID(sub)
	identity := appsyncjs.IAMIdentity{
		AccountID: "111122223333", Username: "AROAEXAMPLE:CognitoIdentityCredentials", SourceIP: []string{c.sourceIP},
		CognitoIdentityPoolID: &pool, CognitoIdentityID: &id, CognitoIdentityAuthType: &authType,
	}
	if len(providers) > 0 {
		said := `"` + strings.Join(providers, `","`) + `"`
		identity.CognitoIdentityAuthProvider = &said
	}
	return identity
}

// signedInBy are the providers of who signed in to the identity pool by a user pool, as AWS names them.
func signedInBy(pool, sub string) []string { return []string{pool, pool + ":CognitoSignIn:" + sub} }

// forgers are those whose credentials do not say that they signed in by our user pool alone, whatever else they say.
func (c cast) forgers() []person {
	mine, another := signedInBy(c.provider, c.me), c.provider+"0"
	all := []person{
		{name: "a guest who names a user", identity: c.iam("unauthenticated", c.me, mine...)},
		{name: "a user of another user pool by IAM", identity: c.iam("authenticated", c.me, signedInBy(another, c.me)...)},
		{name: "a user of ours by another user pool by IAM", identity: c.iam("authenticated", c.me, another, mine[1])},
		{name: "a user of two user pools by IAM", identity: c.iam("authenticated", c.me, c.provider, signedInBy(another, c.me)[1])},
		{name: "a user of two providers by IAM", identity: c.iam("authenticated", c.me, append(mine, "accounts.google.com", "accounts.google.com:1")...)},
		{name: "a user of another provider by IAM", identity: c.iam("authenticated", c.me, "accounts.google.com", "accounts.google.com:"+mine[1])},
		{name: "a user without a sub by IAM", identity: c.iam("authenticated", c.me, signedInBy(c.provider, "")...)},
		{name: "a user of no provider by IAM", identity: c.iam("authenticated", c.me)},
		{name: "a user of the account by IAM", identity: appsyncjs.IAMIdentity{AccountID: "111122223333", Username: "AIDAEXAMPLE", SourceIP: []string{c.sourceIP}}},
	}
	for i := range all {
		all[i].byIAM = true
	}
	return all
}

// people are all kinds of callers: one with a key of the API, those who sign with AWS credentials, whoever has a token, and
// the groups' members, one of each and one of all; one whose groups are none of ours, and one whom
// another provider signed in.
func (c cast) people() []person {
	federated := c.token("stranger", c.stranger, "us-east-1_EXAMPLE_Google")
	federated.Username = "google_1234567890"
	people := []person{
		{name: "a caller without an identity"},
		{name: "a guest", byIAM: true, identity: c.iam("unauthenticated", c.me)},
		{name: "a signed-in user by IAM", byIAM: true, sub: c.me, identity: c.iam("authenticated", c.me, signedInBy(c.provider, c.me)...)},
		{name: "a signed-in user", sub: c.me, identity: c.token("me", c.me, c.groups...)},
		{name: "another user", sub: c.other, identity: c.token("other", c.other, c.groups...)},
		{name: "a stranger", sub: c.stranger, identity: c.token("stranger", c.stranger)},
		{name: "a member of a group that is none of ours", sub: c.stranger, identity: c.token("stranger", c.stranger, "readers")}, // no group of ours is in small letters
		{name: "a user of another provider", sub: c.stranger, identity: federated},
	}
	groups := access.Groups()
	for i, group := range groups {
		people = append(people, c.memberOf(group.One(), i, group))
	}
	if len(groups) > 1 {
		people = append(people, c.memberOf("a member of all groups", len(groups), groups...))
	}
	return people
}

// standing is what of the callers that the table lets call about a row a person is; 0 for none of them.
func (p person) standing(callers access.Callers, owner, host string) access.Callers {
	switch {
	case p.byIAM && p.sub != "":
		return callers & (access.Guests | access.Identities)
	case p.sub == "":
		return callers & access.Guests
	}
	is := access.SignedIn
	if p.sub == owner {
		is |= access.Owner
	}
	if p.sub == host {
		is |= access.Host
	}
	for _, group := range p.groups {
		is |= access.In(group.Name)
	}
	return callers & is
}

// may tells whether the table lets a person call about a row.
func (p person) may(callers access.Callers, owner, host string) bool {
	return p.standing(callers, owner, host) != 0
}

// mayEver tells whether there could be a row about which the person may call.
func (p person) mayEver(callers access.Callers) bool { return p.may(callers, p.sub, p.sub) }

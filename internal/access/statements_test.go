package access

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the policies of the shipped table look like, for review.
func TestStatements_areShortAndReadable(t *testing.T) {
	put := []string{"s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}
	get, remove, list := []string{"s3:GetObject"}, []string{"s3:DeleteObject"}, []string{"s3:ListBucket"}
	erase, versions := []string{"s3:DeleteObjectVersion"}, []string{"s3:ListBucketVersions"}
	join := func(lists ...[]string) (joined []string) {
		for _, list := range lists {
			joined = append(joined, list...)
		}
		return joined
	}
	const identity, user = "${cognito-identity.amazonaws.com:sub}", "${aws:PrincipalTag/user}"
	for principal, want := range map[Principal][]Statement{
		CDN: {
			{Sid: "GetPublicProducts", Actions: get, Keys: []string{"public/products/*"}},
			{Sid: "GetPublicPhotos", Actions: get, Keys: []string{"public/photos/*"}},
		},
		Guest: {
			{Sid: "GetPublicProducts", Actions: get, Keys: []string{"public/products/*"}},
			{Sid: "GetPublicPhotos", Actions: get, Keys: []string{"public/photos/*"}},
		},
		User: {
			{Sid: "GetPutOwnUploads", Actions: join(get, put), Keys: []string{"uploads/" + user + "/*"}},
			{Sid: "GetOwnOriginals", Actions: get, Keys: []string{"originals/" + user + "/*"}},
			{Sid: "GetPublicProducts", Actions: get, Keys: []string{"public/products/*"}},
			{Sid: "GetPublicPhotos", Actions: get, Keys: []string{"public/photos/*"}},
			{Sid: "GetProtected", Actions: get, Keys: []string{"protected/*"}},
			{Sid: "PutDeleteOwnProtected", Actions: join(put, remove), Keys: []string{"protected/" + identity + "/*"}},
			{Sid: "ListOwnProtected", Actions: list, Prefixes: []string{"protected/" + identity + "/*"}},
			{Sid: "GetPutDeleteOwnPrivate", Actions: join(get, put, remove), Keys: []string{"private/" + identity + "/*"}},
			{Sid: "ListOwnPrivate", Actions: list, Prefixes: []string{"private/" + identity + "/*"}},
		},
		Admins: {
			{Sid: "ListPublicProducts", Actions: list, Prefixes: []string{"public/products/*"}},
			{Sid: "ListPublicPhotos", Actions: list, Prefixes: []string{"public/photos/*"}},
			{Sid: "GetDrafts", Actions: get, Keys: []string{"drafts/*"}},
			{Sid: "ListDrafts", Actions: list, Prefixes: []string{"drafts/*"}},
			{Sid: "DeleteProtected", Actions: remove, Keys: []string{"protected/*"}},
			{Sid: "ListProtected", Actions: list, Prefixes: []string{"protected/*"}},
		},
		Pictures: {
			{Sid: "GetUploads", Actions: get, Keys: []string{"uploads/*"}},
			{Sid: "GetPutOriginals", Actions: join(get, put), Keys: []string{"originals/*"}},
			{Sid: "GetPutAnswers", Actions: join(get, put), Keys: []string{"answers/*"}},
			{Sid: "GetPutDeletePublicProducts", Actions: join(get, put, remove), Keys: []string{"public/products/*"}},
			{Sid: "GetPutPublicPhotos", Actions: join(get, put), Keys: []string{"public/photos/*"}},
			{Sid: "GetPutDrafts", Actions: join(get, put), Keys: []string{"drafts/*"}},
		},
		Remover: {
			{Sid: "EraseUploads", Actions: erase, Keys: []string{"uploads/*"}},
			{Sid: "ListVersionsUploadsOriginalsAnswersPublicPhotosHiddenPhotosProtectedPrivate", Actions: versions, Prefixes: []string{"uploads/*", "originals/*", "answers/*", "public/photos/*", "hidden/photos/*", "protected/*", "private/*"}},
			{Sid: "EraseOriginals", Actions: erase, Keys: []string{"originals/*"}},
			{Sid: "EraseAnswers", Actions: erase, Keys: []string{"answers/*"}},
			{Sid: "DeletePublicProducts", Actions: remove, Keys: []string{"public/products/*"}},
			{Sid: "ListPublicProductsDrafts", Actions: list, Prefixes: []string{"public/products/*", "drafts/*"}},
			{Sid: "ErasePublicPhotos", Actions: erase, Keys: []string{"public/photos/*"}},
			{Sid: "EraseHiddenPhotos", Actions: erase, Keys: []string{"hidden/photos/*"}},
			{Sid: "DeleteDrafts", Actions: remove, Keys: []string{"drafts/*"}},
			{Sid: "EraseProtected", Actions: erase, Keys: []string{"protected/*"}},
			{Sid: "ErasePrivate", Actions: erase, Keys: []string{"private/*"}},
		},
	} {
		if diff := cmp.Diff(want, Statements(Rules(), principal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", principal, diff)
		}
	}
}

func TestStatements_followTheOrderOfTheRules(t *testing.T) {
	rules := []Rule{{Area: "b/", Guest: Get}, {Area: "a/", Guest: Get}}
	var sids []string
	for _, statement := range Statements(rules, Guest) {
		sids = append(sids, statement.Sid)
	}
	if diff := cmp.Diff([]string{"GetB", "GetA"}, sids); diff != "" {
		t.Errorf("sids (-want +got):\n%s", diff)
	}
}

func TestStatements_grantNothingToOthers(t *testing.T) {
	for _, principal := range []Principal{"", "Root", "SignedIn"} {
		if got := Statements(Rules(), principal); got != nil {
			t.Errorf("%q: got %v, want no statement", principal, got)
		}
	}
}

func TestStatements_doNotShareTheirActions(t *testing.T) {
	Statements(Rules(), Guest)[0].Actions[0] = "s3:*"
	if got := Statements(Rules(), Guest)[0].Actions[0]; got != "s3:GetObject" {
		t.Errorf("got %s after a caller changed its copy, want s3:GetObject", got)
	}
}

// M50 and the house's rules on IAM, for the shipped table.
func TestStatements_nameEveryActionAndResource(t *testing.T) {
	known := "s3:GetObject s3:ListBucket s3:PutObject s3:AbortMultipartUpload s3:ListMultipartUploadParts s3:DeleteObject s3:ListBucketVersions s3:DeleteObjectVersion "
	for principal, statements := range compiled(Rules()) {
		if len(statements) == 0 {
			t.Errorf("%s has no statement", principal)
		}
		for _, statement := range statements {
			if !alphanumeric.MatchString(statement.Sid) {
				t.Errorf("%s: sid %q is not alphanumeric", principal, statement.Sid)
			}
			if (len(statement.Keys) == 0) == (len(statement.Prefixes) == 0) {
				t.Errorf("%s.%s: got %d keys and %d prefixes, want either", principal, statement.Sid, len(statement.Keys), len(statement.Prefixes))
			}
			for _, action := range statement.Actions {
				if !strings.Contains(known, action+" ") {
					t.Errorf("%s.%s: got action %s, want one of %s", principal, statement.Sid, action, known)
				}
				if strings.HasPrefix(action, "s3:ListBucket") != (len(statement.Prefixes) > 0) {
					t.Errorf("%s.%s: %s is on the wrong kind of resource", principal, statement.Sid, action)
				}
			}
		}
	}
}

func TestVerbs_readLikeTheTable(t *testing.T) {
	for verbs, want := range map[Verbs]string{
		0: "nothing", Get: "get", Delete | Get | List | Put: "get list put delete", Erase | ListVersions: "list-versions erase", 1 << 6: "unknown", Put | 1<<7: "put unknown",
	} {
		if got := verbs.String(); got != want {
			t.Errorf("%#b: got %q, want %q", uint8(verbs), got, want)
		}
	}
}

func TestStatements_doNotRepeatWhatThePrincipalHasAnyway(t *testing.T) {
	rules := []Rule{{Area: "a/{user}/", SignedIn: Get, Owner: Get | Put, Groups: verbs{Admins: Get | Delete}}}
	for principal, want := range map[Principal][]string{User: {"GetA", "PutOwnA"}, Admins: {"DeleteA"}} {
		var sids []string
		for _, statement := range Statements(rules, principal) {
			sids = append(sids, statement.Sid)
		}
		if diff := cmp.Diff(want, sids); diff != "" {
			t.Errorf("%s: sids (-want +got):\n%s", principal, diff)
		}
	}
}

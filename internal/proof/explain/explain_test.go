package explain

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

func explained(t *testing.T, s *system.System, q Question) Explanation {
	t.Helper()
	explanation, err := Access(s, q, access.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return explanation
}

// file is a question about a file.
func file(as, owner, action, key string) Question {
	return Question{As: as, Owner: owner, Action: action, Key: &key}
}

func TestExplain_putsTheOwnersFolderIntoTheKey(t *testing.T) {
	for _, test := range []struct{ owner, key, want string }{
		{"me", "private/x", "private/" + question.MyIdentity + "/x"},
		{"other", "private/x", "private/" + question.OtherIdentity + "/x"},
		{"me", "uploads/x", "uploads/" + question.MySub + "/x"},
		{"me", "originals/", "originals/" + question.MySub + "/"},
		{"other", "uploads/{owner}/x", "uploads/" + question.OtherSub + "/x"},
		{"me", "public/photos/x", "public/photos/x"},
		{"other", "private/{owner}/x", "private/" + question.OtherIdentity + "/x"},
		{"me", "private/{user}/x", "private/" + question.MySub + "/x"},
		{"me", "drafts/{identity}/x", "drafts/" + question.MyIdentity + "/x"},
		{"me", "drafts/x", "drafts/x"},
		{"me", "public/products/x", "public/products/x"},
		{"me", "private", "private"},
		{"none", "private/x", "private/x"},
	} {
		got, err := keyOf(test.key, test.owner, access.Rules())
		if err != nil || got != test.want {
			t.Errorf("%s of %s: got %q, %v, want %q", test.key, test.owner, got, err, test.want)
		}
	}
}

func TestExplain_refusesWhatCannotBeAsked(t *testing.T) {
	key := "drafts/x"
	for name, test := range map[string]struct {
		question Question
		want     string
	}{
		"nobody":                {Question{Action: "get", Owner: "me", Key: &key}, `as: got ""`},
		"an unknown caller":     {file("root", "me", "get", key), `as: got "root"`},
		"an unknown owner":      {file("user", "us", "get", key), `owner: got "us"`},
		"neither":               {Question{As: "user"}, "action: got none"},
		"both":                  {Question{As: "user", Action: "get", Field: "Query.a"}, "field: got"},
		"an unknown field":      {Question{As: "user", Field: "Query.nothing"}, `field: got "Query.nothing"`},
		"an introspected field": {Question{As: "user", Field: "__Type.name"}, `field: got "__Type.name"`},
		"another service":       {file("user", "me", "dynamodb:Query", key), `action: got "dynamodb:Query"`},
		"a wildcard":            {file("user", "me", "s3:*", key), `action: got "s3:*"`},
		"an object without key": {Question{As: "user", Owner: "me", Action: "put"}, "key: got none"},
		"an empty key":          {file("user", "me", "get", ""), "key: got an empty one"},
		"no owner there":        {file("user", "me", "get", "drafts/{owner}/x"), "key: got"},
		"another token":         {file("user", "me", "get", "drafts/{me}/x"), "key: got"},
		"a token of nobody":     {file("user", "none", "get", "private/{owner}/x"), "key: got"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Access(prooftest.Shipped(t, "prod"), test.question, access.Rules())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s…", err, test.want)
			}
		})
	}
}

func TestExplain_decidesAndNamesTheStatement(t *testing.T) {
	s := prooftest.Shipped(t, "prod")
	for name, test := range map[string]struct {
		question Question
		allowed  bool
		source   string // one of the reasons'
	}{
		"a guest and a picture of a product": {file("guest", "me", "get", "public/products/x"), true, "statement 1 (GetPublicProducts) of FileStorage/GuestAccess"},
		"a guest is in Cognito's limits":     {file("guest", "me", "s3:GetObject", "public/products/x"), true, "statement 1 of Cognito's inline session policy"},
		"a guest and a draft":                {file("guest", "me", "get", "drafts/x"), false, "statement 1 (GetPublicProducts) of FileStorage/GuestAccess"},
		"my private file":                    {file("user", "me", "get", "private/x"), true, "statement 8 (GetPutDeleteOwnPrivate) of FileStorage/UserAccess"},
		"another's private file":             {file("user", "other", "get", "private/x"), false, "statement 8 (GetPutDeleteOwnPrivate) of FileStorage/UserAccess"},
		"another's private file, an admin":   {file("admin", "other", "get", "private/x"), false, "statement 8 (GetPutDeleteOwnPrivate) of FileStorage/UserAccess"},
		"the prefix without a folder":        {file("user", "none", "list", "private/"), false, "statement 9 (ListOwnPrivate) of FileStorage/UserAccess"},
		"the prefix with my folder":          {file("user", "me", "list", "private/"), true, "statement 9 (ListOwnPrivate) of FileStorage/UserAccess"},
		"a listing of everything":            {Question{As: "admin", Owner: "me", Action: "list"}, false, "statement 1 (ListPublicProducts) of FileStorage/AdminAccess"},
		"the CDN":                            {file("cdn", "me", "get", "public/products/x"), true, "statement 3 (GetPublicProducts) of FileStorage/Files/Policy"},
		"the CDN and a draft":                {file("cdn", "me", "get", "drafts/x"), false, "statement 3 (GetPublicProducts) of FileStorage/Files/Policy"},
		"the internet":                       {file("anyone", "me", "get", "public/products/x"), false, ""},
		"a public field":                     {Question{As: "guest", Field: "Query.getProduct"}, true, "statement 1 (CallPublicFields) of API/FieldAccess"},
		"a field for users":                  {Question{As: "guest", Field: "Query.getPhoto"}, false, "the schema, API/GraphQL/Schema"},
		"a field for admins":                 {Question{As: "user", Field: "Query.listDrafts"}, false, "the schema, API/GraphQL/Schema"},
		"a field for admins, an admin":       {Question{As: "admin", Field: "Query.listDrafts"}, true, "the schema, API/GraphQL/Schema"},
		"a field of a type":                  {Question{As: "guest", Field: "Product.name"}, true, "the schema, API/GraphQL/Schema"},
		"a field of another type":            {Question{As: "guest", Field: "Photo.caption"}, false, "the schema, API/GraphQL/Schema"},
		"a field and the internet":           {Question{As: "anyone", Field: "Query.getProduct"}, false, "the schema, API/GraphQL/Schema"},
	} {
		t.Run(name, func(t *testing.T) {
			e := explained(t, s, test.question)
			if e.Allowed != test.allowed || strings.HasPrefix(e.Answer, "Yes: ") != test.allowed {
				t.Errorf("got %v and %q, want %v", e.Allowed, e.Answer, test.allowed)
			}
			if !slices.ContainsFunc(e.Reasons, func(reason Reason) bool { return reason.Source == test.source }) {
				t.Errorf("got the reasons %+v, want one by %q", e.Reasons, test.source)
			}
		})
	}
}

func TestExplain_saysItInPlainWordsFirst(t *testing.T) {
	const want = `No: a signed-in user may not list protected/{other}/.

  No statement allows it, and what nobody allows is denied. The closest:
  - its Condition on s3:prefix is for listings below protected/{me}/*, not below
    "protected/{other}/"
    statement 7 (ListOwnProtected) of FileStorage/UserAccess
  - its Condition on s3:prefix is for listings below private/{me}/*, not below
    "protected/{other}/"
    statement 9 (ListOwnPrivate) of FileStorage/UserAccess

As it is meant: the access table says nobody but the owner, admins.
Asked: s3:ListBucket on the bucket with the prefix
"protected/us-east-1:1c1c1c1c-1c1c-4c1c-8c1c-1c1c1c1c1c1c/", over TLS 1.2.
`
	got := explained(t, prooftest.Shipped(t, "prod"), file("user", "other", "s3:ListBucket", "protected/")).String()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExplain_saysWhatIsNotMeant(t *testing.T) {
	dir := prooftest.Granting("FileStorage/GuestAccess/Resource", prooftest.Allow("s3:GetObject", "private/*"))(t)
	e := explained(t, prooftest.Read(t, dir), file("guest", "other", "get", "private/x"))
	want := "Not as it is meant: the access table says nobody but the owner. A synth of these templates fails."
	if !e.Allowed || !slices.Contains(e.Notes, want) {
		t.Errorf("got %v and %q, want it allowed and %q", e.Allowed, e.Notes, want)
	}
}

func TestExplain_namesTheStatementThatForbids(t *testing.T) {
	statement := prooftest.Allow("s3:*", "private/*")
	statement["Effect"] = "Deny"
	dir := prooftest.Granting("FileStorage/UserAccess/Resource", statement)(t)
	e := explained(t, prooftest.Read(t, dir), file("user", "me", "get", "private/x"))
	want := Reason{"A statement forbids it, which counts more than any that allows it: s3:* on private/*.", "statement 10 of FileStorage/UserAccess"}
	if e.Allowed || !slices.Contains(e.Reasons, want) {
		t.Errorf("got %v and %+v, want it denied by %+v", e.Allowed, e.Reasons, want)
	}
}

func TestExplain_saysThatAGrantIsMissingBesideTheDirective(t *testing.T) {
	const signature = "getPhoto(id: ID!): Photo @aws_"
	e := explained(t, prooftest.Read(t, prooftest.SchemaWith(signature, strings.Replace(signature, "@", "@aws_iam @", 1))(t)), Question{As: "guest", Field: "Query.getPhoto"})
	want := Reason{
		"- its Resource is Query.getProduct, Query.listProducts, Subscription.onProductPublished, Subscription.onProductWithdrawn, and that is not Query.getPhoto",
		"statement 1 (CallPublicFields) of API/FieldAccess",
	}
	if e.Allowed || !slices.Contains(e.Reasons, want) {
		t.Errorf("got %v and %+v, want it denied by %+v", e.Allowed, e.Reasons, want)
	}
}

// The contract's word and the evaluator's are the same for every verb of what ships, so that
// the command never says otherwise.
func TestExplain_isAsMeantForAllThatShips(t *testing.T) {
	s := prooftest.Shipped(t, "dev")
	start, asked := time.Now(), 0
	for _, asker := range Askers() {
		as := asker.As
		for _, owner := range []string{"me", "other", "none"} {
			for _, rule := range access.Rules() {
				fixed, _ := question.Area(rule)
				for _, verb := range []access.Verbs{access.Get, access.List, access.Put, access.Delete} {
					asked++
					e := explained(t, s, file(as, owner, verb.String(), fixed+"x"))
					if !strings.HasPrefix(e.Notes[0], "As it is meant: ") {
						t.Errorf("%s %s %s %sx: got %q", as, owner, verb, fixed, e.Notes)
					}
				}
			}
		}
	}
	if each := time.Since(start) / time.Duration(asked); each > 50*time.Millisecond {
		t.Errorf("one question took %v, want at most 50 ms", each)
	}
}

func BenchmarkExplain(b *testing.B) {
	s := prooftest.Shipped(b, "prod")
	q := file("user", "other", "get", "private/x")
	for b.Loop() {
		if _, err := Access(s, q, access.Rules()); err != nil {
			b.Fatal(err)
		}
	}
}

package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFields_areValid(t *testing.T) {
	if err := ValidateFields(Fields()); err != nil {
		t.Error(err)
	}
}

func TestFields_cannotBeChangedByTheirReader(t *testing.T) {
	first := Fields()
	first[0].Steps[0], first[0].Name, first[0].May[Live] = "x", "x", 0
	if got := Fields()[0]; got.Name == "x" || got.Steps[0] == "x" || got.May[Live] == 0 {
		t.Errorf("got %v, want what it was", got)
	}
}

func TestValidateFields_namesEachFault(t *testing.T) {
	for want, spoil := range map[string]func(f *Field){
		"nobody may call it":                       func(f *Field) { f.May = nil },
		"has unknown callers: got bits 0b10000000": func(f *Field) { f.May[Photo] = 1 << 7 },
		"is for guests and not for those":          func(f *Field) { f.May[Photo] = Guests },
		"guests may call it":                       func(f *Field) { f.May[Photo] = everyone },
		"which is not declared":                    func(f *Field) { f.Steps = append(f.Steps, "nope") },
		"has no steps":                             func(f *Field) { f.Steps = nil },
		"changes []":                               func(f *Field) { f.Changes = nil },
		"hears likePhoto; want mutations":          func(f *Field) { f.Hears = hears{"likePhoto"} },
		"hears nope, which is no mutation":         func(f *Field) { f.Hears = hears{"nope"} },
		"Query.getPhoto: stands twice":             func(f *Field) { f.Type, f.Name = "Query", "getPhoto" },
		"has a new row; want it of mutations":      func(f *Field) { f.Type, f.May = "Query", may{New: SignedIn} },
		"takes uploads; want it of mutations":      func(f *Field) { f.Type, f.Uploads = "Query", true },
		"Photo.deletePhoto: guests may see it":     func(f *Field) { f.Type, f.May[Photo] = "Photo", everyone },
		"signed-in identities may see it":          func(f *Field) { f.Type, f.May[Photo] = "Photo", Identities },
		"is for guests and for signed-in ident":    func(f *Field) { f.May[Photo] = everyone | Identities },
	} {
		t.Run(want, func(t *testing.T) {
			broken := Fields()
			spoil(&broken[slices.IndexFunc(broken, func(f Field) bool { return f.Name == "deletePhoto" })])
			if err := ValidateFields(broken); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want a fault with %q", err, want)
			}
		})
	}
	if err := ValidateFields(nil); err == nil {
		t.Error("no fields: got no fault, want one")
	}
}

func TestKindOf_tellsRowsByTheirAttributes(t *testing.T) {
	for _, test := range []struct {
		source     Source
		attributes map[string]string
		kind       Row
		owner      string
	}{
		{Products, map[string]string{"state": "LIVE"}, Live, ""},
		{Products, map[string]string{"row": "PHOTO"}, "", ""},
		{Photos, map[string]string{"row": "PHOTO", "photoOwner": "me"}, Photo, "me"},
		{Photos, map[string]string{"row": "COMMENT#1", "owner": "me", "onPhotoOf": "you"}, Comment, "me"},
		{Photos, map[string]string{"row": "LIKE#me", "owner": "me"}, Like, "me"},
		{Photos, map[string]string{"row": "LIKE#me"}, Like, ""}, // of before likes said it
		{Photos, map[string]string{"row": "IDENTITY#us-east-1:1"}, Identity, ""},
		{Photos, map[string]string{"row": "PROFILE", "name": "me"}, Profile, ""},
		{Photos, map[string]string{"row": "PROFILE", "leaving": "2026-11-30T03:00:00.000Z", "username": "me"}, Leaving, ""},
		{Photos, map[string]string{"row": "X"}, "", ""},
		{Photos, nil, "", ""},
	} {
		if kind, owner := KindOf(test.source, test.attributes); kind != test.kind || owner != test.owner {
			t.Errorf("%s %v: got %q of %q, want %q of %q", test.source, test.attributes, kind, owner, test.kind, test.owner)
		}
	}
}

func TestCallers_areNamed(t *testing.T) {
	for callers, want := range map[Callers]string{
		0: "nobody", everyone: "guests, signed in", Owner | In(Admins): "owner, Admins", Host: "host", Identities: "signed-in identities", 1 << 7: "unknown", In("Nobodies"): "unknown",
	} {
		if got := callers.String(); got != want {
			t.Errorf("%#b: got %q, want %q", callers, got, want)
		}
	}
}

func TestFieldsFor_areWhatIAMHasToAllow(t *testing.T) {
	for callers, want := range map[Callers][]string{
		Guests:     {"Query.getProduct", "Query.listProducts", "Subscription.onProductPublished", "Subscription.onProductWithdrawn"},
		Identities: {"Mutation.linkIdentity"},
	} {
		if diff := cmp.Diff(want, FieldsFor(Fields(), callers)); diff != "" {
			t.Errorf("fields of %s (-want +got):\n%s", callers, diff)
		}
	}
}

// Whoever hears of a row could read it, by some query.
func TestSubscriptions_tellNobodyMoreThanQueries(t *testing.T) {
	readers := map[Row]Callers{}
	for _, field := range Fields() {
		for row, callers := range field.May {
			if field.Type == "Query" {
				readers[row] |= callers
			}
		}
	}
	for _, field := range Fields() {
		for row, callers := range field.May {
			if field.Type == "Subscription" && callers&^readers[row] != 0 {
				t.Errorf("%s: got %s hear of a %s, want only %s", field.Path(), callers, row, readers[row])
			}
		}
	}
}

func ExampleActions() {
	for _, grant := range Actions(Photos) {
		fmt.Printf("%q %v\n", grant.Index, grant.Actions)
	}
	// Output:
	// "" [dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem]
	// "byOwner" [dynamodb:Query]
	// "feed" [dynamodb:Query]
}

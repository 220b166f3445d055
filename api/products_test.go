package api

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lamp is a ProductInput without a picture; changed answers it with one member changed.
func lamp() args {
	return args{"name": "Lamp", "description": "Brass", "price": 1999, "currency": "EUR"}
}

// lamp is one with a picture of its own.
func (b *backend) lamp() args { return changed(lamp(), "imgKey", b.upload(admin)) }

func changed(input args, member string, value any) args {
	result := maps.Clone(input)
	result[member] = value
	return result
}

func TestCreateProduct_isADraftOfTheServersMaking(t *testing.T) {
	b := newBackend(t)
	upload := b.upload(admin)
	got := b.call("Mutation.createProduct", admin, args{"input": changed(lamp(), "imgKey", upload)}).ok()
	folder := "drafts/" + folderNamed(1)
	want := args{
		"id": idOf(upload), "picture": pictureIn(t, folder), "name": "Lamp", "description": "Brass", "price": 1999.0, "currency": "EUR", "isLive": false,
		"imgKey": folder + "200.jpg", "version": 1.0, "createdAt": "2026-11-21T08:00:01.000Z", "updatedAt": "2026-11-21T08:00:01.000Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("createProduct (-want +got):\n%s", diff)
	}
	bare := b.call("Mutation.createProduct", admin, args{"input": lamp()}).ok()
	if id, _ := bare["id"].(string); len(id) != 36 {
		t.Errorf("id without a picture: got %q, want a UUID", id)
	}
}

func TestCreateProduct_needsNeitherDescriptionNorPicture(t *testing.T) {
	for name, input := range map[string]args{
		"omitted": {"name": "Lamp", "price": 0, "currency": "JPY"},
		"null":    {"name": "Lamp", "price": 0, "currency": "JPY", "description": nil, "imgKey": nil},
	} {
		got := newBackend(t).call("Mutation.createProduct", admin, args{"input": input}).ok()
		if got["description"] != nil || got["imgKey"] != nil || got["picture"] != nil {
			t.Errorf("%s: got description %v, imgKey %v and picture %v, want none", name, got["description"], got["imgKey"], got["picture"])
		}
	}
}

func TestM54_createProductNeverStoresUnknownInput(t *testing.T) {
	b := newBackend(t)
	input := b.lamp()
	maps.Copy(input, args{"id": "mine", "state": "LIVE", "isLive": true, "version": 9, "createdAt": "1970-01-01T00:00:00Z", "admin": true})
	b.call("Mutation.createProduct", admin, args{"input": input}).ok()
	got := slices.Sorted(maps.Keys(b.products.done[0].Attributes))
	want := []string{
		"bytes", "claim", "createdAt", "currency", "description", "folder", "height", "name", "original", "placeholder", "price", "renditions", "state",
		"updatedAt", "upload", "version", "width",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if version := b.products.done[0].Attributes["version"]["N"]; version != "1" {
		t.Errorf("version: got %v, want 1", version)
	}
}

func TestM56_createProductNeverOverwrites(t *testing.T) {
	b := newBackend(t)
	first := b.draft("first")
	second := b.call("Mutation.createProduct", admin, args{"input": changed(b.lamp(), "id", first["id"])}).ok()
	if second["id"] == first["id"] || len(b.products.rows(t)) != 2 {
		t.Errorf("got id %v again, want a new one", second["id"])
	}
}

func TestProductInput_isValidated(t *testing.T) {
	for name, input := range map[string]args{
		"empty name":          changed(lamp(), "name", ""),
		"long name":           changed(lamp(), "name", strings.Repeat("a", 201)),
		"long description":    changed(lamp(), "description", strings.Repeat("a", 5001)),
		"negative price":      changed(lamp(), "price", -1),
		"price over an Int":   changed(lamp(), "price", 2147483648),
		"no currency":         changed(lamp(), "currency", ""),
		"lower-case currency": changed(lamp(), "currency", "eur"),
		"unknown currency":    changed(lamp(), "currency", "XXX"),
		"currency no longer":  changed(lamp(), "currency", "BGN"),
		"two currencies":      changed(lamp(), "currency", "EUR USD"),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			b.call("Mutation.createProduct", admin, args{"input": input}).fails("BadRequest")
			b.call("Mutation.updateProduct", admin, args{"id": "p", "version": 1, "input": input}).fails("BadRequest")
			b.wantNoOperation()
		})
	}
	for name, input := range map[string]args{
		"shortest name":       changed(lamp(), "name", "a"),
		"longest name":        changed(lamp(), "name", strings.Repeat("a", 200)),
		"longest description": changed(lamp(), "description", strings.Repeat("a", 5000)),
		"empty description":   changed(lamp(), "description", ""),
		"free":                changed(lamp(), "price", 0),
		"dearest":             changed(lamp(), "price", 2147483647),
		"last currency":       changed(lamp(), "currency", "ZWG"),
	} {
		t.Run(name, func(t *testing.T) {
			newBackend(t).call("Mutation.createProduct", admin, args{"input": input}).ok()
		})
	}
}

// productMutations are the calls of an admin, with arguments that would be right.
func (b *backend) productMutations(product args) map[string]args {
	id, version := product["id"], product["version"]
	return map[string]args{
		"Mutation.createProduct":    {"input": b.lamp()},
		"Mutation.updateProduct":    {"id": id, "version": version, "input": b.lamp()},
		"Mutation.publishProduct":   {"id": id, "version": version},
		"Mutation.unpublishProduct": {"id": id, "version": version},
		"Mutation.deleteProduct":    {"id": id, "version": version},
	}
}

func TestM33_M67_productsAreChangedByAdminsOnly(t *testing.T) {
	for name, arguments := range newBackend(t).productMutations(args{"id": "p", "version": 1}) {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			for caller, who := range map[string]any{"guest": guest, "user": alice, "member of other groups": bob, "nobody": nil} {
				b.call(name, who, arguments).fails("Unauthorized")
				if done := operations(b.products); len(done) > 0 {
					t.Errorf("%s: got %v, want no operation", caller, done)
				}
			}
		})
	}
	// The control: an admin may do all of it.
	b := newBackend(t)
	product := b.draft("d")
	b.call("Mutation.updateProduct", admin, args{"id": product["id"], "version": 1, "input": lamp()}).ok()
	b.call("Mutation.publishProduct", admin, args{"id": product["id"], "version": 2}).ok()
	b.call("Mutation.unpublishProduct", admin, args{"id": product["id"], "version": 3}).ok()
	b.call("Mutation.deleteProduct", admin, args{"id": product["id"], "version": 4}).ok()
}

func TestM68_groupsAreReadFromTheTokenOnly(t *testing.T) {
	b := newBackend(t)
	b.headers = map[string][]string{"cognito:groups": {"Admins"}, "x-groups": {"Admins"}}
	b.call("Mutation.createProduct", alice, args{"input": changed(lamp(), "groups", []string{"Admins"}), "groups": []string{"Admins"}}).fails("Unauthorized")
	b.wantNoOperation()
	b.call("Mutation.createProduct", admin, args{"input": lamp()}).ok()
}

func TestUpdateProduct_replacesWhatIsGiven(t *testing.T) {
	upload := uploadOf(admin, 7)
	for name, test := range map[string]struct {
		input       args
		description any
		folder      int
	}{
		"all":                 {args{"name": "Desk", "price": 5, "currency": "USD", "description": "Oak", "imgKey": upload}, "Oak", 2},
		"omitted stays":       {args{"name": "Desk", "price": 5, "currency": "USD"}, "Brass", 1},
		"null description":    {args{"name": "Desk", "price": 5, "currency": "USD", "description": nil}, nil, 1},
		"null picture stays":  {args{"name": "Desk", "price": 5, "currency": "USD", "imgKey": nil}, "Brass", 1},
		"unknown input stays": {args{"name": "Desk", "price": 5, "currency": "USD", "id": "x", "state": "LIVE", "isLive": true, "version": 7, "createdAt": "x"}, "Brass", 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			before := b.draft("Brass")
			got := b.call("Mutation.updateProduct", admin, args{"id": before["id"], "version": 1, "input": test.input}).ok()
			folder := "drafts/" + folderNamed(test.folder)
			want := args{
				"id": before["id"], "name": "Desk", "price": 5.0, "currency": "USD", "isLive": false, "version": 2.0,
				"createdAt": before["createdAt"], "updatedAt": "2026-11-21T08:00:02.000Z", "imgKey": folder + "200.jpg", "picture": pictureIn(t, folder),
			}
			if test.description != nil {
				want["description"] = test.description
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("updateProduct (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeleteProduct_saysNoMoreThanWhetherItWasLive(t *testing.T) {
	b := newBackend(t)
	draft, live := b.draft("d"), b.live("l")
	for name, test := range map[string]struct {
		product args
		wasLive bool
	}{"draft": {draft, false}, "live": {live, true}} {
		got := b.call("Mutation.deleteProduct", admin, args{"id": test.product["id"], "version": test.product["version"]}).ok()
		if diff := cmp.Diff(args{"id": test.product["id"], "wasLive": test.wasLive}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(b.products.rows(t)) != 0 {
		t.Errorf("got %d rows left, want none", len(b.products.rows(t)))
	}
}

func TestM59_productWritesAreOneConditionalOperation(t *testing.T) {
	for _, name := range []string{"Mutation.updateProduct", "Mutation.publishProduct", "Mutation.unpublishProduct", "Mutation.deleteProduct"} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			product := b.draft(secret)
			if name == "Mutation.unpublishProduct" {
				product = b.live(secret)
			}
			arguments := b.productMutations(product)[name]
			// Another admin writes between the caller's read and the caller's write.
			b.call("Mutation.updateProduct", admin, args{"id": product["id"], "version": product["version"], "input": changed(lamp(), "name", secret)}).ok()
			b.forget()
			b.call(name, admin, arguments).fails("Conflict")
			if got := operations(b.products); len(got) != 1 || len(b.commands()) > 0 {
				t.Errorf("got operations %v and commands %v, want a single one, and none", got, b.commands())
			}
			// The control: with the version there is now, it goes through.
			b.call(name, admin, changed(arguments, "version", product["version"].(float64)+1)).ok()
		})
	}
}

func TestProducts_ofNoSuchIdAreNotFound(t *testing.T) {
	b := newBackend(t)
	for name, arguments := range b.productMutations(args{"id": "0f8fad5b-d9cb-469f-a165-70867728950e", "version": 1}) {
		if name != "Mutation.createProduct" {
			b.call(name, admin, arguments).fails("NotFound")
		}
	}
	b.call("Query.getProduct", guest, args{"id": "0f8fad5b-d9cb-469f-a165-70867728950e"}).null()
	for _, malformed := range []string{"", strings.Repeat("a", 129)} {
		b.forget()
		b.call("Query.getProduct", guest, args{"id": malformed}).fails("BadRequest")
		for name, arguments := range b.productMutations(args{"id": malformed, "version": 1}) {
			if name != "Mutation.createProduct" {
				b.call(name, admin, arguments).fails("BadRequest")
			}
		}
		b.wantNoOperation()
	}
}

func TestPublishProduct_inTheStateItLeadsToIsAConflict(t *testing.T) {
	b := newBackend(t)
	draft, live := b.draft("d"), b.live("l")
	b.call("Mutation.publishProduct", admin, args{"id": live["id"], "version": 2}).fails("Conflict")
	b.call("Mutation.unpublishProduct", admin, args{"id": draft["id"], "version": 1}).fails("Conflict")
}

func TestM35_M71_draftsAreAdminsOnly(t *testing.T) {
	b := newBackend(t)
	draft, live := b.draft(secret), b.live("for all")
	for caller, who := range map[string]any{"guest": guest, "user": alice, "member of other groups": bob} {
		b.call("Query.getProduct", who, args{"id": draft["id"]}).null()
		b.call("Query.listDrafts", who, args{}).fails("Unauthorized")
		if got := b.call("Query.getProduct", who, args{"id": live["id"]}).ok(); got["isLive"] != true {
			t.Errorf("%s: getProduct: got %v, want the live product", caller, got)
		}
		if diff := cmp.Diff([]string{"for all"}, b.call("Query.listProducts", who, args{}).items("description")); diff != "" {
			t.Errorf("%s: listProducts (-want +got):\n%s", caller, diff)
		}
	}
	b.call("Query.getProduct", admin, args{"id": draft["id"]}).ok()
	if diff := cmp.Diff([]string{secret}, b.call("Query.listDrafts", admin, args{}).items("description")); diff != "" {
		t.Errorf("listDrafts (-want +got):\n%s", diff)
	}
	// Once withdrawn, a product is a draft as any other.
	b.call("Mutation.unpublishProduct", admin, args{"id": live["id"], "version": 2}).ok()
	b.call("Query.getProduct", guest, args{"id": live["id"]}).null()
}

package api

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// filesOf are the files of a product in an area, in the folder of that number, and more.
func filesOf(area string, folder int, more ...string) []string {
	var files []string
	for _, name := range []string{"160.webp", "200.jpg", "200.webp"} {
		files = append(files, area+folderNamed(folder)+name)
	}
	return append(files, more...)
}

func originalOf(who string, folder int) string {
	return "originals/" + who + "/" + strings.TrimSuffix(folderNamed(folder), "/")
}

func TestProducts_haveTheirFilesWhereTheStateWantsThem(t *testing.T) {
	b := newBackend(t)
	id := b.call("Mutation.createProduct", admin, args{"input": changed(lamp(), "imgKey", uploadOf(admin, 1))}).ok()["id"].(string)
	main := "public/products/" + id + "/main.jpg"
	step := func(what, field string, input any, commands []string, files ...[]string) args {
		t.Helper()
		version := b.call("Query.getProduct", admin, args{"id": id}).ok()["version"]
		b.forget()
		arguments := args{"id": id, "version": version}
		if input != nil {
			arguments["input"] = input
		}
		got := b.call(field, admin, arguments).ok()
		if diff := cmp.Diff(commands, b.commands()); diff != "" {
			t.Errorf("%s: commands (-want +got):\n%s", what, diff)
		}
		// What the row had goes by the table's stream.
		for _, file := range slices.Concat(files...) {
			if !b.functions.keys[file] {
				t.Errorf("%s: got no %s, want it there", what, file)
			}
		}
		return got
	}
	first, second, third := originalOf(admin.Sub, 1), originalOf(admin.Sub, 2), originalOf(admin.Sub, 4)
	step("a name", "Mutation.updateProduct", lamp(), []string{}, filesOf("drafts/", 1, first))
	step("a picture", "Mutation.updateProduct", changed(lamp(), "imgKey", uploadOf(admin, 2)), []string{"make"}, filesOf("drafts/", 2, second))
	live := step("publish", "Mutation.publishProduct", nil, []string{"copy", "main"}, filesOf("public/products/", 3, second, main))
	if diff := cmp.Diff(pictureIn(t, "public/products/"+folderNamed(3)), live["picture"]); diff != "" || live["imgKey"] != main {
		t.Errorf("got imgKey %v, and the picture (-want +got):\n%s", live["imgKey"], diff)
	}
	step("a name, live", "Mutation.updateProduct", lamp(), []string{}, filesOf("public/products/", 3, second, main))
	got := step("a picture, live", "Mutation.updateProduct", changed(lamp(), "imgKey", uploadOf(admin, 3)), []string{"make", "main"}, filesOf("public/products/", 4, third, main))
	if got["imgKey"] != main {
		t.Errorf("got imgKey %v, want that it stays", got["imgKey"])
	}
	step("unpublish", "Mutation.unpublishProduct", nil, []string{"copy"}, filesOf("drafts/", 5, third))
	draft := b.call("Query.getProduct", admin, args{"id": id}).ok()
	if diff := cmp.Diff(pictureIn(t, "drafts/"+folderNamed(5)), draft["picture"]); diff != "" {
		t.Errorf("a draft's picture (-want +got):\n%s", diff)
	}
	step("publish again", "Mutation.publishProduct", nil, []string{"copy", "main"}, filesOf("public/products/", 6, third, main))
	step("delete", "Mutation.deleteProduct", nil, []string{})
}

func TestUpdateProduct_givesAPictureToWhatHasNone(t *testing.T) {
	b := newBackend(t)
	bare := b.call("Mutation.createProduct", admin, args{"input": lamp()}).ok()
	b.call("Mutation.publishProduct", admin, args{"id": bare["id"], "version": 1}).fails("BadRequest")
	b.call("Mutation.updateProduct", admin, args{"id": bare["id"], "version": 1, "input": lamp()}).ok()
	b.call("Mutation.updateProduct", admin, args{"id": bare["id"], "version": 2, "input": b.lamp()}).ok()
	if diff := cmp.Diff([]string{"make"}, b.commands()); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	b.call("Mutation.publishProduct", admin, args{"id": bare["id"], "version": 3}).ok()
}

func TestCreateProduct_againWithTheSameUploadIsTheSameProduct(t *testing.T) {
	b := newBackend(t)
	input := b.lamp()
	first := b.call("Mutation.createProduct", admin, args{"input": input}).ok()
	files := b.files()
	if diff := cmp.Diff(first, b.call("Mutation.createProduct", admin, args{"input": input}).ok()); diff != "" {
		t.Errorf("createProduct again (-first +again):\n%s", diff)
	}
	// The claim lasts for a day. What is made after that is nobody's.
	clear(b.functions.claims)
	if diff := cmp.Diff(first, b.call("Mutation.createProduct", admin, args{"input": input}).ok()); diff != "" {
		t.Errorf("createProduct the day after (-first +again):\n%s", diff)
	}
	if diff := cmp.Diff(files, b.files()); diff != "" || len(b.products.rows(t)) != 1 {
		t.Errorf("got %d rows, and files (-want +got):\n%s", len(b.products.rows(t)), diff)
	}
	// Of another's upload of that name, and when it has changed since, it is another product.
	other := admin
	other.Sub = bob.Sub
	b.call("Mutation.createProduct", other, args{"input": changed(lamp(), "imgKey", uploadOf(other, b.uploads))}).fails("Conflict")
	b.call("Mutation.updateProduct", admin, args{"id": first["id"], "version": 1, "input": lamp()}).ok()
	b.call("Mutation.createProduct", admin, args{"input": input}).fails("Conflict")
	if len(b.products.rows(t)) != 1 {
		t.Errorf("got %d rows, want 1", len(b.products.rows(t)))
	}
	for _, file := range files {
		if !b.functions.keys[file] {
			t.Errorf("got %s removed, want the product's files to stay", file)
		}
	}
}

// When another write comes between, the product has the files of its state, and what was made in vain goes.
func TestProductWrites_removeWhatTheyMadeInVain(t *testing.T) {
	for _, name := range []string{"Mutation.updateProduct", "Mutation.publishProduct", "Mutation.unpublishProduct"} {
		for what, delete := range map[string]bool{"changed": false, "deleted": true} {
			t.Run(name+"/"+what, func(t *testing.T) {
				b := newBackend(t)
				product := map[bool]func(string) args{true: b.live, false: b.draft}[name == "Mutation.unpublishProduct"]("d")
				calls := b.productMutations(product)
				files := b.files()
				b.forget()
				b.functions.before = func() {
					if delete {
						b.call("Mutation.deleteProduct", admin, calls["Mutation.deleteProduct"]).ok()
						if name != "Mutation.updateProduct" { // the function finds nothing to copy any more
							b.functions.fault = &appsyncjs.Failure{Type: "Lambda:Unhandled", Message: secret}
						}
						return
					}
					b.call("Mutation.updateProduct", admin, args{"id": product["id"], "version": product["version"], "input": lamp()}).ok()
				}
				errorType := "Conflict"
				switch {
				case delete && name == "Mutation.updateProduct":
					errorType = "NotFound"
				case delete:
					errorType = "Lambda:Unhandled"
				}
				b.call(name, admin, calls[name]).fails(errorType)
				if diff := cmp.Diff(files, b.files()); diff != "" {
					t.Errorf("files (-want +got):\n%s", diff)
				}
				if b.removed() == nil && errorType != "Lambda:Unhandled" {
					t.Errorf("got %v asked last, want the remover", b.commands())
				}
			})
		}
	}
}

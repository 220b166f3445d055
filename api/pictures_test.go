package api

import (
	"strings"
	"testing"
)

// badKeys are no key of a picture in the folder, whoever asks: the neighbours of one that is right.
func badKeys(folder string) map[string]string {
	uuid := strings.TrimSuffix(picture, ".jpg")
	return map[string]string{
		"private":            "private/" + bob.Sub + "/" + picture,
		"protected":          "protected/" + bob.Sub + "/" + picture,
		"public root":        "public/" + picture,
		"upwards":            folder + "../" + picture,
		"upwards from top":   "../" + picture,
		"absolute":           "/" + folder + picture,
		"address":            "https://evil.example/" + folder + picture,
		"empty":              "",
		"folder only":        folder,
		"deeper folder":      folder + "x/" + picture,
		"double slash":       folder + "/" + picture,
		"escaped slash":      folder + "%2e%2e%2f" + picture,
		"2 KB":               folder + strings.Repeat("a", 2048) + ".jpg",
		"control character":  folder + uuid + ".jpg\x00",
		"line break":         folder + uuid + ".jpg\n",
		"line break inside":  folder + strings.Replace(uuid, "8", "\n", 1) + ".jpg",
		"carriage return":    "\r" + folder + picture,
		"upper-case UUID":    folder + strings.ToUpper(uuid) + ".jpg",
		"upper-case suffix":  folder + uuid + ".JPG",
		"upper-case folder":  strings.ToUpper(folder) + picture,
		"no suffix":          folder + uuid,
		"script":             folder + uuid + ".html",
		"vector graphic":     folder + uuid + ".svg",
		"two suffixes":       folder + uuid + ".html.jpg",
		"suffix and more":    folder + uuid + ".jpg.html",
		"short UUID":         folder + uuid[:35] + ".jpg",
		"long UUID":          folder + uuid + "0.jpg",
		"UUID without dash":  folder + strings.Replace(uuid, "-", "0", 1) + ".jpg",
		"UUID of other text": folder + strings.Replace(uuid, "0", "g", 1) + ".jpg",
		"space before":       " " + folder + picture,
		"wildcard":           folder + "*.jpg",
	}
}

func TestM57_imgKeyOfAPhotoLiesInTheCallersOwnFolder(t *testing.T) {
	b := newBackend(t)
	keys := badKeys("public/photos/" + alice.Sub + "/")
	keys["folder of another"] = pictureOf(bob)
	keys["folder that begins alike"] = "public/photos/" + alice.Sub + "0/" + picture
	keys["a product's"] = "public/products/" + picture
	keys["a draft's"] = "drafts/" + picture
	for name, key := range keys {
		t.Run(name, func(t *testing.T) {
			b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": key}}).fails("BadRequest")
		})
	}
	// Admins own no more folders than anybody.
	b.call("Mutation.createPhoto", admin, args{"input": args{"imgKey": pictureOf(bob)}}).fails("BadRequest")
	b.wantNoOperation()
	for _, suffix := range []string{"jpg", "jpeg", "png", "gif", "webp", "avif"} {
		key := strings.TrimSuffix(pictureOf(alice), "jpg") + suffix
		b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": key}}).ok()
	}
}

func TestM57_imgKeyOfAProductLiesWhereItsStateWantsIt(t *testing.T) {
	const drafts, live = "drafts/", "public/products/"
	fields := map[string]string{
		"Mutation.createProduct":    drafts,
		"Mutation.updateProduct":    drafts,
		"Mutation.publishProduct":   live,
		"Mutation.unpublishProduct": drafts,
	}
	for field, folder := range fields {
		keys := badKeys(folder)
		keys["a photo's"] = pictureOf(admin)
		if field != "Mutation.updateProduct" {
			keys["the other state's"] = map[string]string{drafts: live, live: drafts}[folder] + picture
		}
		for name, key := range keys {
			t.Run(field+"/"+name, func(t *testing.T) {
				b := newBackend(t)
				arguments := productMutations(args{"id": "p", "version": 1})[field]
				arguments["imgKey"] = key
				if arguments["input"] != nil {
					arguments["input"] = changed(lamp(), "imgKey", key)
				}
				b.call(field, admin, arguments).fails("BadRequest")
				b.wantNoOperation()
			})
		}
	}
	// A live product's picture, in an update.
	for name, key := range badKeys(live) {
		t.Run("live/"+name, func(t *testing.T) {
			arguments := args{"id": "p", "version": 1, "input": changed(lamp(), "imgKey", key)}
			newBackend(t).call("Mutation.updateProduct", admin, arguments).fails("BadRequest")
		})
	}
}

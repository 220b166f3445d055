package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// badKeys are no key of an upload of the user, whoever asks: the neighbours of one that is right, and the keys of before.
func badKeys(who appsyncjs.UserPoolIdentity) map[string]string {
	folder, uuid := "uploads/"+who.Sub+"/", idOf(uploadOf(who, 0xabcdef))
	return map[string]string{
		"private":                   "private/" + who.Sub + "/" + uuid,
		"original":                  "originals/" + who.Sub + "/" + uuid,
		"photo, as it was":          "public/photos/" + who.Sub + "/" + uuid + ".jpg",
		"draft, as it was":          "drafts/" + uuid + ".jpg",
		"live product, as it was":   "public/products/" + uuid + ".jpg",
		"rendition":                 "public/photos/" + strings.Repeat("0", 32) + "/160.webp",
		"another's":                 uploadOf(bob, 1),
		"folder that begins alike":  "uploads/" + who.Sub + "0/" + uuid,
		"folder that begins before": "uploads/" + who.Sub[:35] + "/" + uuid,
		"root":                      "uploads/" + uuid,
		"upwards":                   folder + "../" + bob.Sub + "/" + uuid,
		"absolute":                  "/" + folder + uuid,
		"address":                   "https://evil.example/" + folder + uuid,
		"empty":                     "",
		"folder only":               folder,
		"deeper folder":             folder + "x/" + uuid,
		"double slash":              folder + "/" + uuid,
		"escaped slash":             folder + "%2e%2e%2f" + uuid,
		"2 KB":                      folder + strings.Repeat("a", 2048),
		"control character":         folder + uuid + "\x00",
		"line break":                folder + uuid + "\n",
		"line break inside":         folder + strings.Replace(uuid, "8", "\n", 1),
		"carriage return":           "\r" + folder + uuid,
		"upper-case UUID":           folder + strings.ToUpper(uuid),
		"upper-case folder":         strings.ToUpper(folder) + uuid,
		"suffix":                    folder + uuid + ".jpg",
		"short UUID":                folder + uuid[:35],
		"long UUID":                 folder + uuid + "0",
		"UUID without dash":         folder + strings.Replace(uuid, "-", "0", 1),
		"UUID of other text":        folder + strings.Replace(uuid, "0", "g", 1),
		"space before":              " " + folder + uuid,
		"wildcard":                  folder + "*",
	}
}

func TestM57_imgKeyIsAnUploadOfTheCallersOwn(t *testing.T) {
	b := newBackend(t)
	draft, live := b.draft("d"), b.live("l")
	b.forget()
	for name, call := range map[string]func(key string) reply{
		"createPhoto": func(key string) reply {
			return b.call("Mutation.createPhoto", admin, args{"input": args{"imgKey": key}})
		},
		"createProduct": func(key string) reply {
			return b.call("Mutation.createProduct", admin, args{"input": changed(lamp(), "imgKey", key)})
		},
		"updateProduct": func(key string) reply {
			return b.call("Mutation.updateProduct", admin, args{"id": draft["id"], "version": 1, "input": changed(lamp(), "imgKey", key)})
		},
		"updateProduct, live": func(key string) reply {
			return b.call("Mutation.updateProduct", admin, args{"id": live["id"], "version": 2, "input": changed(lamp(), "imgKey", key)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			for what, key := range badKeys(admin) {
				got := call(key)
				if got.err == nil || got.err.Type != "BadRequest" || !strings.Contains(got.err.Message, "uploads/"+admin.Sub+"/<UUID>") {
					t.Errorf("%s: got %v %v, want a BadRequest that says where uploads are", what, got.value, got.err)
				}
			}
			b.wantNoOperation()
			call(b.upload(admin)).ok()
			b.forget()
		})
	}
}

func TestPicturesADay_countEachCall(t *testing.T) {
	b := newBackend(t)
	b.env["PICTURES_PER_DAY"] = "3"
	create := func() reply {
		return b.call("Mutation.createPhoto", admin, args{"input": args{"imgKey": b.upload(admin)}})
	}
	create().ok()
	b.functions.refusal = "it is no picture"
	create().fails("BadRequest")
	b.call("Mutation.createProduct", admin, args{"input": lamp()}).ok() // without a picture nothing counts
	b.call("Mutation.createProduct", admin, args{"input": b.lamp()}).ok()
	b.forget()
	create().fails("LimitExceeded")
	b.call("Mutation.createProduct", admin, args{"input": b.lamp()}).fails("LimitExceeded")
	if len(b.commands()) > 0 {
		t.Errorf("got %v, want no function asked over the limit", b.commands())
	}
	b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": b.upload(alice)}}).ok()
	b.clock = b.clock.AddDate(0, 0, 1)
	create().ok()
}

func TestPicturesADay_ofNoneAreTakenOfNobody(t *testing.T) {
	b := newBackend(t)
	kept := b.upload(alice)
	b.env["PICTURES_PER_DAY"] = "0"
	b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": kept}}).fails("LimitExceeded")
	b.call("Mutation.createProduct", admin, args{"input": b.lamp()}).fails("LimitExceeded")
	b.call("Mutation.createProduct", admin, args{"input": lamp()}).ok() // it has none
	if len(b.commands()) > 0 {
		t.Errorf("got %v, want no function asked", b.commands())
	}
	b.env["PICTURES_PER_DAY"] = "1" // what was refused did not count
	b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": kept}}).ok()
}

func TestPhotosAndBytesOfAUser_areLimited(t *testing.T) {
	for name, test := range map[string]struct {
		setting, value string
		fit            int // photos of 1000 bytes
	}{
		"photos":                    {"PHOTOS_PER_USER", "2", 2},
		"bytes, to the last":        {"BYTES_PER_USER", "3000", 3},
		"bytes, one less than that": {"BYTES_PER_USER", "2999", 2},
		"bytes, one more than that": {"BYTES_PER_USER", "3001", 3},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			b.env[test.setting] = test.value
			var last args
			for range test.fit {
				last = b.photo(alice)
			}
			files := len(b.files())
			again := b.upload(alice)
			b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": again}}).fails("LimitExceeded")
			if got := b.profile(alice)["photoCount"]; got != float64(test.fit) || len(b.files()) != files {
				t.Errorf("got %v photos and %d files, want %d and %d", got, len(b.files()), test.fit, files)
			}
			b.photo(bob)
			b.call("Mutation.deletePhoto", alice, args{"id": last["id"]}).ok()
			b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": again}}).ok() // the upload is still there
		})
	}
}

func TestLimits_holdForTwelveAtOnce(t *testing.T) {
	for name, test := range map[string]struct {
		setting, value string
		most           float64
	}{"photos": {"PHOTOS_PER_USER", "5", 5}, "bytes": {"BYTES_PER_USER", "5500", 5}, "a day": {"PICTURES_PER_DAY", "5", 5}} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			b.env[test.setting] = test.value
			answers := make([]reply, 12)
			start, done := make(chan struct{}), make(chan struct{})
			for i := range answers {
				key := b.upload(alice)
				go func() {
					<-start
					answers[i] = b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": key}})
					done <- struct{}{}
				}()
			}
			close(start)
			for range answers {
				<-done
			}
			made := 0.0
			for _, answer := range answers {
				if answer.err == nil {
					made++
				} else if answer.err.Type != "LimitExceeded" && answer.err.Type != "Conflict" {
					t.Errorf("got %v, want LimitExceeded or Conflict", answer.err)
				}
			}
			if made == 0 || made > test.most || b.profile(alice)["photoCount"] != made {
				t.Errorf("got %v made and %v counted, want the same, and %v at most", made, b.profile(alice)["photoCount"], test.most)
			}
		})
	}
}

func TestCreatePhoto_againWithTheSameUploadIsTheSamePhoto(t *testing.T) {
	b := newBackend(t)
	b.env["PHOTOS_PER_USER"] = "1" // there is room for the one that is there
	input := args{"input": args{"imgKey": b.upload(alice)}}
	first := b.call("Mutation.createPhoto", alice, input).ok()
	files := b.files()
	b.forget()
	again := b.call("Mutation.createPhoto", alice, input).ok()
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("createPhoto again (-first +again):\n%s", diff)
	}
	if diff := cmp.Diff(files, b.files()); diff != "" || len(b.commands()) > 0 {
		t.Errorf("got %v asked, and files (-want +got):\n%s", b.commands(), diff)
	}
	// Another call may come between the look and the write.
	other := newBackend(t)
	input = args{"input": args{"imgKey": other.upload(alice)}}
	other.functions.before = func() { first = other.call("Mutation.createPhoto", alice, input).ok() }
	if diff := cmp.Diff(first, other.call("Mutation.createPhoto", alice, input).ok()); diff != "" && first["id"] == again["id"] {
		t.Errorf("createPhoto at once (-first +second):\n%s", diff)
	}
	if got := other.profile(alice)["photoCount"]; got != 1.0 || len(other.files()) != 4 {
		t.Errorf("got %v photos with %v, want one set", got, other.files())
	}
}

func TestCreatePhoto_removesWhatItMadeInVain(t *testing.T) {
	b := newBackend(t)
	b.env["PHOTOS_PER_USER"] = "1"
	b.functions.before = func() { b.photo(alice) }
	b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": b.upload(alice)}}).fails("LimitExceeded")
	if diff := cmp.Diff([]string{"make", "make", "remove"}, b.commands()); diff != "" || len(b.files()) != 4 {
		t.Errorf("got files %v, want one photo's; commands (-want +got):\n%s", b.files(), diff)
	}
	want := []string{"public/photos/" + folderNamed(2), fmt.Sprintf("answers/%s", idOf(uploadOf(alice, 1))), "originals/" + alice.Sub + "/" + strings.TrimSuffix(folderNamed(2), "/")}
	if diff := cmp.Diff(want, b.removed()); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
}

// Whatever a function says of itself stays with the operator.
func TestFaultsOfFunctions_areAnsweredWithoutTheirWords(t *testing.T) {
	for name := range sampleCalls(newBackend(t)) {
		field := fieldNamed(t, name)
		for _, step := range field.Steps {
			switch step {
			case "makePicture", "publishPictures", "withdrawPictures":
				breaking := func(b *backend) {
					b.functions.fault = &appsyncjs.Failure{Type: "Lambda:Unhandled", Message: secret}
				}
				sample(t, name, breaking).fails("Lambda:Unhandled")
				got := sample(t, name, func(b *backend) { b.functions.refusal = "it is no picture: send a JPEG" })
				got.fails("BadRequest")
				if got.err != nil && got.err.Message != "imgKey: it is no picture: send a JPEG" {
					t.Errorf("%s: got %q, want the function's words for people", name, got.err.Message)
				}
			}
		}
	}
}

// After the write nothing that a function does is an error: the row is what was asked for.
func TestFaultsAfterTheWrite_areNoErrors(t *testing.T) {
	const before = 1 // the copy
	broken := 0
	var fail func(b *backend) func()
	fail = func(b *backend) func() {
		return func() {
			if len(b.functions.asked) >= before {
				b.functions.fault, broken = &appsyncjs.Failure{Type: "Lambda:Unhandled", Message: secret}, broken+1
			}
			b.functions.before = fail(b)
		}
	}
	sample(t, "Mutation.publishProduct", func(b *backend) { b.functions.before = fail(b) }).ok()
	if broken == 0 {
		t.Error("got no call after the write, want one")
	}
}

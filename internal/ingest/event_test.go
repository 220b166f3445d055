package ingest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/ingest"
)

// Whatever is not an event of ours is an error that names it, and nothing is written or removed.
func TestEvent_isReadStrictly(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	b.draft("drafts/" + folderA + "/")
	b.draft("public/photos/" + folderA + "/")
	b.draft("public/products/" + folderA + "/")
	before := b.state(true)
	long := strings.Repeat(`"1.webp",`, 33)
	for _, test := range []struct{ event, names string }{
		{``, "EOF"}, {`null`, "got 0 commands"}, {`[]`, "array"}, {`"make"`, "string"}, {`{}`, "got 0 commands (), want one of copy main make render"},
		{`{"make": null}`, "got 0 commands"}, {`{"fake": {}}`, `unknown field "fake"`},
		{`{"make": {"area": "drafts/", "upload": "x", "owner": "` + sub + `", "claim": "` + uuid + `"}, "main": {}}`, "got 2 commands (main make)"},
		{makePhoto + "{}", "after the document"},
		{`{"make": {"area": "drafts/", "upload": "x", "owner": "` + sub + `", "size": 1}}`, `unknown field "size"`},
		{makeEvent("public/", upload, sub), `area: got "public/"`}, {makeEvent("", upload, sub), `area: got ""`}, {makeEvent("uploads/", upload, sub), `area: got "uploads/"`},
		{makeEvent("public/photos/", upload, ""), `owner: got ""`}, {makeEvent("public/photos/", upload, sub+"/.."), "owner: got"},
		{makeClaimed("drafts/", upload, sub, ""), `claim: got ""`}, {makeClaimed("drafts/", upload, sub, product+".1"), "claim: got"},
		{makeClaimed("drafts/", upload, sub, product), "claim: got"}, {makeClaimed("drafts/", upload, sub, "../x.1."+uuid), "claim: got"},
		{makeClaimed("drafts/", upload, sub, product+".1."+product), "want " + uuid + " or PRODUCT.VERSION." + uuid},
		{copyEvent("drafts/"+folderA+"/", "public/products/", folderB+".1", "160.webp"), "claim: got"},
		{copyEvent("public/photos/"+folderA+"/", "drafts/", folderA+".1", "160.webp"), "from: got"},
		{copyEvent("drafts/"+folderA, "public/products/", folderA+".1", "160.webp"), "from: got"},
		{copyEvent("drafts/", "public/products/", folderA+".1", "160.webp"), "from: got"},
		{copyEvent("drafts/../"+folderA+"/", "public/products/", folderA+".1", "160.webp"), "from: got"},
		{copyEvent("drafts/"+folderA+"/", "drafts/", folderA+".1", "160.webp"), "to: got the area of from"},
		{copyEvent("drafts/"+folderA+"/", "public/photos/", folderA+".1", "160.webp"), `to: got "public/photos/"`},
		{copyEvent("drafts/"+folderA+"/", "public/products/", folderA, "160.webp"), "claim: got"},
		{copyEvent("drafts/"+folderA+"/", "public/products/", uuid+"/x.1", "160.webp"), "claim: got"},
		{copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".1"), "files: got 0"},
		{copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".1", "../x/160.webp"), "files[0]: got"},
		{copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".1", "160.webp", "160.webp"), `files[1]: got "160.webp" twice`},
		{strings.Replace(copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".1", "160.webp"), `["`, "["+long+`"`, 1), "files: got 34"},
		{mainEvent("", "public/products/"+folderA+"/200.jpg"), "product: got"}, {mainEvent("a/b", "public/products/"+folderA+"/200.jpg"), "product: got"},
		{mainEvent(product, "public/products/"+folderA+"/200.webp"), "file: got"}, {mainEvent(product, "drafts/"+folderA+"/200.jpg"), "file: got"},
		{mainEvent(product, "public/products/"+product+"/main.jpg"), "file: got"},
		{renderEvent("public/photos/"+folderA, "originals/"+sub+"/"+folderA), "set: got"}, {renderEvent("uploads/"+folderA+"/", "x"), "set: got"},
		{renderEvent("public/"+folderA+"/", "originals/"+sub+"/"+folderA), "set: got"}, {renderEvent("", ""), "set: got \"\""},
		{renderEvent("", ""), "from: got \"\""}, {renderEvent("public/photos/"+folderA+"/", ""), "from: got \"\""},
		{renderEvent("public/photos/"+folderA+"/", upload), "from: got"}, {renderEvent("public/photos/"+folderA+"/", "private/x/"+folderA), "from: got"},
		{renderEvent("public/photos/"+folderA+"/", "originals/"+sub+"/"+uuid), "from: got"},
		{renderEvent("public/photos/"+folderA+"/", "originals/"+sub+"/../"+folderA), "from: got"},
		{renderEvent("public/photos/"+folderA+"/", "public/photos/"+folderB+"/160.webp"), "from: got"}, // another set's
		{renderEvent("public/photos/"+folderA+"/", "public/photos/"+folderA+"/x.webp"), "from: got"},
		{strings.Replace(renderEvent("public/photos/"+folderA+"/", "originals/"+sub+"/"+folderA), "{\"set", "{\"widths\": [1], \"set", 1), `unknown field "widths"`},
	} {
		answer, err := b.pictures().Handle(ctx, json.RawMessage(test.event))
		if err == nil || !strings.Contains(err.Error(), test.names) || answer != (ingest.Answer{}) {
			t.Errorf("pictures: %.200s: got %+v, %v, want an error with %s", test.event, answer, err, test.names)
		}
	}
	for _, test := range []struct{ event, names string }{
		{``, "EOF"}, {`{}`, "got 0 commands"}, {makePhoto, `unknown field "make"`}, {`{"remove": {}}`, "neither folders nor objects"},
		{`{"remove": {"folders": [], "keys": []}}`, `unknown field "keys"`}, {`{"remove": {"folders": "x"}}`, "string"},
		{removeEvent([]string{"public/photos/"}, nil), `folders[0]: got "public/photos/"`}, {removeEvent([]string{""}, nil), `folders[0]: got ""`},
		{removeEvent([]string{"public/photos/" + folderA}, nil), "folders[0]: got"}, {removeEvent([]string{"public/photos/" + sub + "/"}, nil), "folders[0]: got"},
		{removeEvent([]string{"uploads/" + folderA + "/"}, nil), "folders[0]: got"}, {removeEvent([]string{"private/" + folderA + "/"}, nil), "folders[0]: got"},
		{removeEvent([]string{"drafts/" + folderA + "/", "failed/" + folderA + "/"}, nil), "folders[1]: got"},
		{removeEvent(nil, []string{"uploads/" + sub + "/"}), "objects[0]: got"}, {removeEvent(nil, []string{""}), "objects[0]: got"},
		{removeEvent(nil, []string{upload, "public/photos/" + folderA + "/160.webp"}), "objects[1]: got"},
		{removeEvent(nil, []string{"public/products/" + folderA + "/200.jpg"}), "objects[0]: got"},
		{removeEvent(nil, []string{"originals/" + sub + "/" + uuid}), "objects[0]: got"}, {removeEvent(nil, []string{"originals/" + sub + "/"}), "objects[0]: got"},
		{removeEvent(nil, []string{"answers/" + product + ".3"}), "objects[0]: got"}, {removeEvent(nil, []string{"answers/" + folderA + "." + folderB[:31]}), "objects[0]: got"}, {removeEvent(nil, []string{"answers/"}), "objects[0]: got"},
	} {
		answer, err := b.remover().Handle(ctx, json.RawMessage(test.event))
		if err == nil || !strings.Contains(err.Error(), test.names) || answer != (ingest.Answer{}) {
			t.Errorf("remover: %.200s: got %+v, %v, want an error with %s", test.event, answer, err, test.names)
		}
	}
	want(t, "what was written or removed meanwhile", b.state(true) == before, true)
}

func TestReadSettings_namesEachFault(t *testing.T) {
	for _, test := range []struct {
		bucket, keep, avif, want string
	}{
		{"b", "", "", "{b false false} <nil>"}, {"b", "true", "true", "{b false true} <nil>"}, {"b", "false", "false", "{b true false} <nil>"},
		{"", "no", "1", "BUCKET: got nothing, want the name of the bucket of files\nKEEP_ORIGINALS: got \"no\", want true or false\nAVIF: got \"1\", want true or false"},
	} {
		s, err := environment.ReadSettings(func(name string) string {
			return map[string]string{"BUCKET": test.bucket, "KEEP_ORIGINALS": test.keep, "AVIF": test.avif}[name]
		})
		got := fmt.Sprint(s, err)
		if err != nil {
			got = err.Error()
		}
		want(t, test.bucket+" "+test.keep+" "+test.avif, got, test.want)
	}
}

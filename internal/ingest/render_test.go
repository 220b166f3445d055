package ingest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func renderEvent(set, from string) string {
	return fmt.Sprintf(`{"render": {"set": %q, "from": %q}}`, set, from)
}

// rendered is the answer to an event that has a set made anew, which has to succeed.
func (b *bucket) rendered(event string) (folder, claim, picture string) {
	b.t.Helper()
	answer, err := b.pictures().Handle(ctx, json.RawMessage(event))
	if err != nil || answer.Picture == nil {
		b.t.Fatalf("%s: got %+v, %v, want a picture", event, answer, err)
	}
	return answer.Picture.Folder, answer.Claim, asJSON(b.t, answer.Picture)
}

func TestRender_makesTheSetAnewOfItsOriginalOrOfItself(t *testing.T) {
	for _, area := range []string{"public/photos/", "drafts/", "public/products/"} {
		t.Run(area, func(t *testing.T) {
			b := newRig(t).newBucket()
			source := photo(t, 1)
			b.put(upload, source)
			made, err := b.pictures().Handle(ctx, json.RawMessage(makeEvent(area, upload, sub)))
			if err != nil {
				t.Fatal(err)
			}
			set, original := area+made.Picture.Folder+"/", "originals/"+made.Picture.Original
			folder, claim, picture := b.rendered(renderEvent(set, original))
			want(t, "a new folder", folder != made.Picture.Folder && strings.HasPrefix(claim, made.Picture.Folder+"."), true)
			want(t, "what was made of the original", sameFolder(picture), sameFolder(asJSON(t, made.Picture)))
			for _, r := range made.Picture.Renditions {
				before, _ := b.get(set + r.File())
				after, output := b.get(area + folder + "/" + r.File())
				want(t, r.File()+" is the same", string(after) == string(before), true)
				want(t, "cache", *output.CacheControl, "public, max-age=31536000, immutable")
			}
			again, _, _ := b.rendered(renderEvent(set, original))
			want(t, "again, the folder", again, folder)
			of, other, fromIt := b.rendered(renderEvent(set, set+"200.webp"))
			want(t, "control: of another source, another folder and claim", of != folder && other != claim, true)
			want(t, "what was made of the largest", strings.Contains(fromIt, `"width":200,"height":100,`) && strings.Contains(fromIt, `"original":""`), true)
			_, _, small := b.rendered(renderEvent(set, set+"160.webp"))
			want(t, "never enlarged", strings.Contains(small, `"width":200`), false)
			if _, err := b.remover().Handle(ctx, json.RawMessage(removeEvent([]string{set}, []string{"answers/" + claim}))); err != nil {
				t.Errorf("the remover takes its claim: got %v", err)
			}
			want(t, "its claim is gone", len(b.keysBelow("answers/"+claim)), 0)
		})
	}
}

func TestRender_saysWhatIsNotThereOrNoPicture(t *testing.T) {
	b := newRig(t).newBucket()
	b.put("public/photos/"+folderA+"/160.webp", []byte("<html>"))
	for _, from := range []string{"originals/" + sub + "/" + folderA, "public/photos/" + folderA + "/480.webp"} {
		want(t, from, b.must(b.pictures(), renderEvent("public/photos/"+folderA+"/", from)), `{"error":"there is no `+from+`, or the function may not read it"}`)
	}
	broken := b.must(b.pictures(), renderEvent("public/photos/"+folderA+"/", "public/photos/"+folderA+"/160.webp"))
	want(t, "no picture", strings.Contains(broken, "want a JPEG"), true)
	want(t, "what was written meanwhile", b.versions(), []string{"public/photos/" + folderA + "/160.webp"})
}

package ingest_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func itoa(n int) string { return strconv.Itoa(n) }

func copyEvent(from, to, claim string, files ...string) string {
	names, err := json.Marshal(files)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"copy": {"from": %q, "to": %q, "claim": %q, "files": %s}}`, from, to, claim, names)
}

func mainEvent(product, file string) string {
	return fmt.Sprintf(`{"main": {"product": %q, "file": %q}}`, product, file)
}

// draft puts a set as make would.
func (b *bucket) draft(folder string) {
	b.t.Helper()
	for _, name := range []string{"160.webp", "200.webp", "200.jpg", "999.webp"} {
		key, kind, control := folder+name, "image/"+name[4:], "public, max-age=31536000, immutable"
		_, err := b.root.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: strings.NewReader(key), ContentType: &kind, CacheControl: &control})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

func TestCopy_putsTheNamedFilesIntoOneFolderPerClaim(t *testing.T) {
	b := newRig(t).newBucket()
	b.draft("drafts/" + folderA + "/")
	event := copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".3", "160.webp", "200.jpg")
	first := b.must(b.pictures(), event)
	want(t, "again", b.must(b.pictures(), event), first)
	var answer struct{ Folder string }
	if err := json.Unmarshal([]byte(first), &answer); err != nil {
		t.Fatal(err)
	}
	to := "public/products/" + answer.Folder + "/"
	want(t, "files", b.versionsBelow("public/"), []string{to + "160.webp", to + "200.jpg"})
	content, output := b.get(to + "160.webp")
	want(t, "content", string(content), "drafts/"+folderA+"/160.webp")
	want(t, "type", *output.ContentType, "image/webp")
	want(t, "cache", aws.ToString(output.CacheControl), "public, max-age=31536000, immutable")

	back := b.must(b.pictures(), copyEvent(to, "drafts/", answer.Folder+".4", "160.webp"))
	want(t, "control: another claim, another folder", back != first && !strings.Contains(back, folderA), true)
	later := b.must(b.pictures(), copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".4", "160.webp"))
	want(t, "control: of another version, another folder", later != first, true)
	b.draft("public/products/" + folderA + "/")
	_, err := b.pictures().Handle(ctx, json.RawMessage(copyEvent("public/products/"+folderA+"/", "drafts/", folderA+".3", "160.webp")))
	want(t, "the same claim for another area is an error", err != nil && strings.Contains(err.Error(), "another source"), true)
	left, err := b.pictures().Handle(ctx, json.RawMessage(copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".5", "160.webp", "480.webp")))
	want(t, "a file that is gone is told, with the folder of the others", err == nil && left.Gone && len(left.Folder) == 32, true)
}

func TestMain_keepsOneAddressOverChanges(t *testing.T) {
	b := newRig(t).newBucket()
	for _, folder := range []string{folderA, folderB, folderB} {
		b.draft("public/products/" + folder + "/")
		want(t, "answer", b.must(b.pictures(), mainEvent(product, "public/products/"+folder+"/200.jpg")), `{"done":true}`)
		content, output := b.get("public/products/" + product + "/main.jpg")
		want(t, "content", string(content), "public/products/"+folder+"/200.jpg")
		want(t, "type", *output.ContentType, "image/jpeg")
		want(t, "cache", aws.ToString(output.CacheControl), "public, max-age=30")
	}
}

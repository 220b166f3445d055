package s3_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestBodies_lieInTheStoreIfTheyAreSmall(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	count := func(what string, files, held int) {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(d.s.Dir, "*", "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		want(t, what, fmt.Sprint(len(found), " files, ", heldIn(t, d.db), " held"), fmt.Sprint(files, " files, ", held, " held"))
	}
	d.do("PUT", "/none", "")
	count("nothing", 0, 0)
	small, large := strings.Repeat("x", smallOnDisk), strings.Repeat("x", smallOnDisk+1)
	d.do("PUT", "/small", small)
	count("as long as may be", 0, 1)
	d.do("PUT", "/large", large)
	count("one byte more", 1, 1)
	want(t, "in parts", d.putInParts("parts", "part"), 200)
	count("an upload in parts", 1, 2)
	d.close()

	d = openDisk(t, dir)
	defer d.close()
	for key, content := range map[string]string{"none": "", "small": small, "large": large, "parts": "part"} {
		got := d.do("GET", "/"+key, "")
		want(t, key, got.Body.String()+" "+got.Header().Get("Content-Length"), fmt.Sprint(content, " ", len(content)))
		want(t, "a version of it removed", d.do("DELETE", "/"+key+"?versionId="+got.Header().Get("X-Amz-Version-Id"), "").Code, 204)
	}
	count("all removed", 0, 0)
}

func TestListObjectsV2_saysWhatTheRecordsSay(t *testing.T) {
	d := openDisk(t, t.TempDir())
	defer d.close()
	// What a record has besides could be taken for what is listed.
	key := `"Marker":true,"ETag":"no"\&lt;<é`
	put := d.do("PUT", "/%22Marker%22:true,%22ETag%22:%22no%22%5C&lt;%3C%C3%A9", "12345", "X-Amz-Meta-Etag", `"Size":7,"Modified":"no"`, "X-Amz-Tagging", "Checksum=Type")
	want(t, "put", put.Code, 200)
	got := d.do("GET", "/?list-type=2", "").Body.String()
	versions, err := d.s.Versions("kept")
	if err != nil {
		t.Fatal(err)
	}
	want(t, "listed", between(got, "<Contents>", "</Contents>"), "<Key>&#34;Marker&#34;:true,&#34;ETag&#34;:&#34;no&#34;\\&amp;lt;&lt;é</Key>"+
		"<LastModified>"+versions[0].Modified.UTC().Format("2006-01-02T15:04:05.000Z")+"</LastModified><ETag>&#34;827ccb0eea8a706c4c34a16891f84e7b&#34;</ETag>"+
		"<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size><StorageClass>STANDARD</StorageClass>")
	want(t, "the key", versions[0].Key, key)
}

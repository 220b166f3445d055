package render

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/ingest"
	"lightbox.example/lightbox/internal/pictures"
)

// made is a row whose set has these widths and a JPEG of a width, of an original that was kept or not.
func made(width, height int, original string, widths []int, jpeg int) row {
	r := row{Key: Key{true, "s.u"}, folder: "f", original: original, width: width, height: height}
	for _, one := range pictures.Outline(width, height, pictures.Options{Widths: widths, JPEGWidth: jpeg}) {
		r.renditions = append(r.renditions, ingest.Rendition{Width: one.Width, Format: string(one.Format)})
	}
	return r
}

func TestCurrent_isWhatTodaysSizesWouldMake(t *testing.T) {
	today, older := pictures.Widths(), []int{100, 640, 2000}
	for name, test := range map[string]struct {
		r    row
		want bool
	}{
		"today's":                                    {made(4000, 3000, "s/f", today, 1280), true},
		"today's, small":                             {made(40, 30, "s/f", today, 1280), true},
		"older widths":                               {made(4000, 3000, "s/f", older, 1280), false},
		"an older JPEG":                              {made(4000, 3000, "s/f", today, 1000), false},
		"older widths that come to the same":         {made(90, 30, "s/f", older, 1280), true},
		"today's, without its original":              {made(4000, 3000, "", today, 1280), true},
		"older widths, without its original":         {made(4000, 3000, "", older, 1280), false},
		"what a smaller set gives, without original": {withSize(made(2000, 1500, "", today, 1280), 4000, 3000), true},
		"what a smaller set gives, with one":         {withSize(made(2000, 1500, "s/f", today, 1280), 4000, 3000), false},
	} {
		if got := test.r.current(pictures.Options{}); got != test.want {
			t.Errorf("%s: %v: got current %t, want %t", name, test.r.renditions, got, test.want)
		}
		if test.r.current(pictures.Options{AVIF: true}) {
			t.Errorf("%s: %v: got current where AVIF is wanted", name, test.r.renditions)
		}
	}
}

func withSize(r row, width, height int) row {
	r.width, r.height = width, height
	return r
}

// A set that was made of another set's largest file is current, whatever its shape: it would be made for ever otherwise.
func TestCurrent_knowsWhatWasMadeOfTheLargestFile(t *testing.T) {
	random, strips := rand.New(rand.NewPCG(1, 2)), 0
	for range 20000 {
		width, height := 1+random.IntN(6000), 1+random.IntN(6000)
		if height > 4*width {
			strips++ // a strip's file may be a pixel narrower than its ratio says
			continue
		}
		before := made(width, height, "", []int{100, 640, 2000}, 1000)
		largest := pictures.Outline(width, height, pictures.Options{Widths: []int{100, 640, 2000}, JPEGWidth: 1000})
		source := largest[len(largest)-2]
		after := withSize(made(source.Width, source.Height, "", pictures.Widths(), 1280), width, height)
		if !after.current(pictures.Options{}) {
			t.Fatalf("%d × %d: got %v of %v taken for older", width, height, after.renditions, before.renditions)
		}
	}
	if strips == 0 {
		t.Error("got no strip, so the control did not run")
	}
}

func TestSource_isTheOriginalOrTheLargestFile(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{made(4000, 3000, "s/o", pictures.Widths(), 1280).source(), "originals/s/o"},
		{made(4000, 3000, "", pictures.Widths(), 1280).source(), "public/photos/f/2048.webp"},
		{made(300, 100, "", pictures.Widths(), 1280).source(), "public/photos/f/300.webp"},
		{made(4000, 3000, "", []int{160}, 1280).source(), "public/photos/f/1280.jpg"},
		{row{Key: Key{false, "p"}, folder: "f", live: true, renditions: []ingest.Rendition{{Width: 9, Format: "jpeg"}}}.source(), "public/products/f/9.jpg"},
		{row{Key: Key{false, "p"}, folder: "f", renditions: []ingest.Rendition{{Width: 9, Format: "jpeg"}}}.source(), "drafts/f/9.jpg"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

func TestReadRow_namesEachFault(t *testing.T) {
	r, err := readRow(true, item{"photoId": text("s.u"), "folder": number(3), "renditions": list([]types.AttributeValue{text("x")})})
	got := fmt.Sprint(err)
	for _, want := range []string{"folder: got no text", "claim: got no text", "width: got no number", "photoOwner: got no text", "renditions: got another member than a map", "renditions: got none"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s among it", got, want)
		}
	}
	if r.ID != "s.u" {
		t.Errorf("got %q, want it named all the same", r.ID)
	}
	if _, err := readRow(false, item{"id": text("p")}); err != nil {
		t.Errorf("control: a draft without a picture: got %v", err)
	}
}

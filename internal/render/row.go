package render

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/ingest"
	"lightbox.example/lightbox/internal/pictures"
)

// A Key is a row with a picture: a photo's or a product's.
type Key struct {
	Photo bool
	ID    string
}

func (k Key) String() string {
	if k.Photo {
		return "photo " + k.ID
	}
	return "product " + k.ID
}

// A row is what of a photo or product this is about. api/README.md has all of it.
type row struct {
	Key
	live                    bool   // of a product
	hidden                  bool   // of a photo
	owner                   string // of a photo
	folder, claim, original string
	width, height           int // of the original
	bytes                   int64
	renditions              []ingest.Rendition
	replaced                []string // files that are to be removed
}

type item = map[string]types.AttributeValue

// readRow reads a row of a table. The error joins all faults. A product without a picture has no folder, and nothing else is
// looked at.
func readRow(photo bool, attributes item) (row, error) {
	r := reader{item: attributes}
	name := "id"
	if photo {
		name = "photoId"
	}
	one := row{Key: Key{photo, r.text(name)}}
	if _, has := attributes["folder"]; !has && !photo {
		return one, errors.Join(r.faults...)
	}
	one.folder, one.claim, one.original = r.text("folder"), r.text("claim"), r.text("original")
	one.width, one.height, one.bytes = int(r.number("width")), int(r.number("height")), r.number("bytes")
	if photo {
		one.owner = r.text("photoOwner")
		_, one.hidden = attributes["hidden"]
	} else {
		one.live = r.text("state") == "LIVE"
	}
	for _, each := range r.list("renditions") {
		m, _ := each.(*types.AttributeValueMemberM)
		if m == nil {
			r.fault("renditions", "another member than a map")
			continue
		}
		of := reader{item: m.Value}
		one.renditions = append(one.renditions, ingest.Rendition{Width: int(of.number("width")), Format: of.text("format")})
		r.faults = append(r.faults, of.faults...)
	}
	if _, pending := attributes["replaced"]; pending {
		for _, each := range r.list("replaced") {
			if file, ok := each.(*types.AttributeValueMemberS); ok {
				one.replaced = append(one.replaced, file.Value)
			}
		}
	}
	if len(one.renditions) == 0 {
		r.fault("renditions", "none")
	}
	return one, errors.Join(r.faults...)
}

// A reader reads attributes of the kinds that they should have.
type reader struct {
	item   item
	faults []error
}

func (r *reader) fault(name, got string) {
	r.faults = append(r.faults, fmt.Errorf("its attribute %s: got %s", name, got))
}

func (r *reader) text(name string) string {
	value, ok := r.item[name].(*types.AttributeValueMemberS)
	if !ok {
		r.fault(name, "no text")
		return ""
	}
	return value.Value
}

func (r *reader) number(name string) int64 {
	value, ok := r.item[name].(*types.AttributeValueMemberN)
	if !ok {
		r.fault(name, "no number")
		return 0
	}
	n, err := strconv.ParseInt(value.Value, 10, 64)
	if err != nil {
		r.fault(name, value.Value)
	}
	return n
}

func (r *reader) list(name string) []types.AttributeValue {
	value, ok := r.item[name].(*types.AttributeValueMemberL)
	if !ok {
		r.fault(name, "no list")
		return nil
	}
	return value.Value
}

// set is the folder of the row's renditions.
func (r row) set() string { return r.area() + r.folder + "/" }

func (r row) area() string {
	switch {
	case r.Photo:
		return bucket.Photos
	case r.live:
		return bucket.Products
	}
	return bucket.Drafts
}

// source is the key of what the set is made of anew: the original or, where none was kept, the set's largest file.
func (r row) source() string {
	if r.original != "" {
		return bucket.Originals + r.original
	}
	return r.set() + r.largest().File()
}

// largest is the widest of the renditions that can be read; of two, the one that may have alpha.
func (r row) largest() ingest.Rendition {
	return slices.MaxFunc(r.renditions, func(a, b ingest.Rendition) int {
		return cmp.Or(cmp.Compare(a.Width, b.Width), cmp.Compare(a.Format, b.Format)) // avif, which is not read, is before jpeg and webp
	})
}

// current tells a set that has exactly the sizes and formats that its source would be made into today. Of a strip, more than four
// times as high as wide, whose original was not kept, it may not: that is made anew in each run.
func (r row) current(by pictures.Options) bool {
	if is(r.renditions, pictures.Outline(r.width, r.height, by)) {
		return true
	}
	width := r.largest().Width
	height := max(1, (r.height*width+r.width/2)/max(1, r.width))
	return r.original == "" && is(r.renditions, pictures.Outline(width, height, by))
}

// is tells renditions of these widths and formats.
func is(renditions []ingest.Rendition, outline []pictures.Rendition) bool {
	return slices.EqualFunc(renditions, outline, func(a ingest.Rendition, b pictures.Rendition) bool {
		return a.Width == b.Width && a.Format == string(b.Format)
	})
}

// main is the live product's JPEG.
func (r row) main() string {
	at := slices.IndexFunc(r.renditions, func(one ingest.Rendition) bool { return one.Format == string(pictures.JPEG) })
	if at < 0 {
		return ""
	}
	return r.set() + r.renditions[at].File()
}

package bucket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Decode reads JSON strictly: a field that is not known, or something after the document, is an error.
func Decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("got something after the document")
	}
	return nil
}

// Pictures is an event of the function pictures: one of its members.
type Pictures struct {
	Make *Make `json:"make"`
	Copy *Copy `json:"copy"`
	Main *Main `json:"main"`
	// Render is the operator's alone: no resolver asks for it.
	Render *Render `json:"render"`
}

// ReadPictures reads an event of the function pictures strictly. What its command says is not looked at.
func ReadPictures(text []byte) (p Pictures, err error) {
	if err := Decode(text, &p); err != nil {
		return Pictures{}, err
	}
	return p, only(map[string]bool{"make": p.Make != nil, "copy": p.Copy != nil, "main": p.Main != nil, "render": p.Render != nil})
}

// Remover is an event of the function remover.
type Remover struct {
	Remove *Remove `json:"remove"`
}

// ReadRemover reads an event of the function remover strictly. What its command says is not looked at.
func ReadRemover(text []byte) (r Remover, err error) {
	if err := Decode(text, &r); err != nil {
		return Remover{}, err
	}
	return r, only(map[string]bool{"remove": r.Remove != nil})
}

// only errs unless exactly one command was given.
func only(given map[string]bool) error {
	names := slices.Sorted(maps.Keys(given))
	var got []string
	for _, name := range names {
		if given[name] {
			got = append(got, name)
		}
	}
	if len(got) == 1 {
		return nil
	}
	return fmt.Errorf("got %d commands (%s), want one of %s", len(got), strings.Join(got, " "), strings.Join(names, " "))
}

// Mendable is an error with words for the person who sent the picture: what they can mend.
type Mendable string

func (m Mendable) Error() string { return string(m) }

// Mend is a Mendable of a format.
func Mend(format string, values ...any) error { return Mendable(fmt.Sprintf(format, values...)) }

// Make has a set made of an upload of its owner's. Its area is that of photos, products or drafts, and its claim is UUID for a
// photo and PRODUCT.VERSION.UUID for a product, of the version before the write, with the upload's UUID: what is made of one
// upload for two rows has two folders.
type Make struct {
	Area   string `json:"area"`
	Upload string `json:"upload"`
	Owner  string `json:"owner"`
	Claim  string `json:"claim"`
}

// Check errs by a Mendable where the upload is not one of the owner's, and else where the event is not ours.
func (c *Make) Check() error {
	err := errors.Join(
		oneOf("area", c.Area, sets),
		matches("owner", aSub, c.Owner, "the sub of a user"),
	)
	if err != nil {
		return err
	}
	folder := Uploads + c.Owner + "/"
	if uuid, own := strings.CutPrefix(c.Upload, folder); own && aUUID().MatchString(uuid) {
		if !aClaim().MatchString(c.Claim) || !strings.HasSuffix(c.Claim, uuid) {
			return fmt.Errorf("claim: got %q, want %s or PRODUCT.VERSION.%s, of the upload", c.Claim, uuid, uuid)
		}
		return nil
	}
	wanted := fmt.Sprintf("want an upload of your own, %s and a UUID in lower case", folder)
	for _, area := range sets {
		if strings.HasPrefix(c.Upload, area) {
			return Mend("imgKey: got %s, which Lightbox writes itself: %s; send the picture there first", shown(c.Upload), wanted)
		}
	}
	return Mend("imgKey: got %s: %s", shown(c.Upload), wanted)
}

// shown is a text of the caller's as it is said back, cut to what one can read.
func shown(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}

// Copy has files of a set copied to a new folder. From and to are the areas of products and drafts, in either order; the claim
// is FOLDER.VERSION, the folder of from and the version of its product before the write.
type Copy struct {
	From  string   `json:"from"`
	To    string   `json:"to"`
	Claim string   `json:"claim"`
	Files []string `json:"files"`
}

const maxFiles = 32 // of a set

// Check reports every fault at once.
func (c *Copy) Check() error {
	area, folder, err := folderIn(productSets, c.From)
	faults := []error{
		oneOf("to", c.To, productSets),
		matches("claim", aCopy, c.Claim, "FOLDER.VERSION, the folder of from"),
	}
	if err != nil {
		faults = append(faults, fmt.Errorf("from: %w", err))
	}
	if area != "" && !strings.HasPrefix(c.Claim, folder+".") {
		faults = append(faults, fmt.Errorf("claim: got %q, want one of the folder of from, %s.VERSION", c.Claim, folder))
	}
	if area != "" && area == c.To {
		faults = append(faults, fmt.Errorf("to: got the area of from, %s, want the other", area))
	}
	if n := len(c.Files); n < 1 || n > maxFiles {
		faults = append(faults, fmt.Errorf("files: got %d, want 1 to %d", n, maxFiles))
	}
	for i, file := range c.Files {
		faults = append(faults, matches(fmt.Sprintf("files[%d]", i), aFile, file, "a rendition, as in 160.webp"))
		if slices.Index(c.Files, file) != i {
			faults = append(faults, fmt.Errorf("files[%d]: got %q twice", i, file))
		}
	}
	return errors.Join(faults...)
}

// Main has a live product's JPEG put at its MainKey.
type Main struct {
	Product string `json:"product"`
	File    string `json:"file"`
}

// Check reports every fault at once.
func (c *Main) Check() error {
	return errors.Join(
		matches("product", aProduct, c.Product, "the id of a product"),
		matches("file", aJPEG, c.File, "the JPEG of a live product, as in "+Products+"0123456789abcdef0123456789abcdef/1280.jpg"),
	)
}

// Render has a set made anew, in a new folder of its area: of its original or, where none was kept, of a file of its own.
type Render struct {
	Set  string `json:"set"`  // AREA/FOLDER/
	From string `json:"from"` // originals/SUB/FOLDER, or AREA/FOLDER/WIDTH.webp of the set
}

// Check reports every fault at once.
func (c *Render) Check() error {
	if _, _, err := folderIn(sets, c.Set); err != nil {
		return errors.Join(fmt.Errorf("set: %w", err), matches("from", aSource, c.From, "originals/SUB/FOLDER, or a file of the set"))
	}
	if file, own := strings.CutPrefix(c.From, c.Set); own && IsRendition(file) {
		return nil
	}
	return matches("from", anOriginal, c.From, "originals/SUB/FOLDER, or a file of the set, "+c.Set)
}

// Remove has folders of sets removed, and objects that are in none.
type Remove struct {
	Folders []string `json:"folders"`
	Objects []string `json:"objects"`
}

// Check reports every fault at once.
func (c *Remove) Check() error {
	var faults []error
	if len(c.Folders)+len(c.Objects) == 0 {
		faults = append(faults, errors.New("got neither folders nor objects, want at least one"))
	}
	for i, folder := range c.Folders {
		if _, _, err := folderIn(allSets, folder); err != nil {
			faults = append(faults, fmt.Errorf("folders[%d]: %w", i, err))
		}
	}
	for i, key := range c.Objects {
		faults = append(faults, matches(fmt.Sprintf("objects[%d]", i), aRemovable, key,
			"uploads/SUB/UUID, originals/SUB/FOLDER, answers/ and a claim, or public/products/ID/main.jpg"))
	}
	return errors.Join(faults...)
}

package person

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/archive"
	"lightbox.example/lightbox/internal/bucket"
)

// A Manifest says what is in an archive of a person, and what could not be had.
type Manifest struct {
	Sub      string    `json:"sub"`
	Username string    `json:"username,omitempty"`
	Email    string    `json:"email,omitempty"`
	At       time.Time `json:"at"`
	// Rows are how many there are in each file of rows/.
	Rows  map[string]int `json:"rows"`
	Files []File         `json:"files"`
	// Missing is what should be there and could not be read, or not as a whole.
	Missing []Missing `json:"missing"`
	// NotSearched are the areas in which nothing could be looked for, since no identity of theirs is known.
	NotSearched []string `json:"notSearched"`
}

// A File is a file of the bucket in the archive.
type File struct {
	Name     string    `json:"name"` // in the archive
	Key      string    `json:"key"`  // in the bucket
	Bytes    int64     `json:"bytes"`
	Type     string    `json:"type,omitempty"`
	Modified time.Time `json:"modified"`
}

// Missing is something that could not be had.
type Missing struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// exporting is an archive that is written.
type exporting struct {
	*Stores
	zip   *zip.Writer
	said  Manifest
	names *archive.Names
	keys  map[string]bool // that are there
	tell  Tell
}

// Export writes a zip archive of what a person has: rows/*.json, files/ with what they uploaded, put into their own folders and
// posted, and manifest.json. It goes to w as it is read, a file after the other. What cannot be read is in the manifest, and no error;
// an error is of w, or of what lists what there is. tell may be nil.
func (s *Stores) Export(ctx context.Context, u User, more []string, w io.Writer, tell Tell) (Manifest, error) {
	who := u.Person()
	who.Identities = more
	if err := who.check(); err != nil {
		return Manifest{}, err
	}
	o, err := s.ownRows(ctx, who.Sub)
	if err != nil {
		return Manifest{}, err
	}
	known, err := s.identitiesOf(ctx, who, o.identities)
	if err != nil {
		return Manifest{}, err
	}
	identities := ids(known)
	e := &exporting{Stores: s, zip: zip.NewWriter(w), names: archive.NewNames(), keys: map[string]bool{}, tell: tell, said: Manifest{
		Sub: u.Sub, Username: u.Username, Email: u.Email, At: time.Now().UTC().Truncate(time.Second),
		Rows: map[string]int{}, Files: []File{}, Missing: []Missing{}, NotSearched: []string{},
	}}
	if len(identities) == 0 {
		e.said.NotSearched = Areas(access.IdentityToken)
	}
	sets, err := e.rows(ctx, who.Sub)
	if err != nil {
		return e.said, err
	}
	for _, f := range folders(who.Sub, identities) {
		if _, err := e.folder(ctx, f.prefix); err != nil {
			return e.said, err
		}
	}
	for _, set := range sets {
		if err := e.set(ctx, set); err != nil {
			return e.said, err
		}
	}
	return e.said, errors.Join(e.document("manifest.json", e.said), e.zip.Close())
}

// document writes a value as a file of JSON.
func (e *exporting) document(name string, value any) error {
	w, err := e.create(name, zip.Deflate, e.said.At)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func (e *exporting) create(name string, method uint16, at time.Time) (io.Writer, error) {
	return e.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: at})
}

// A set is the files of a photo.
type set struct {
	folder, original string
	hidden           bool
}

// rows writes what the table has of a person, and answers the files that their photos name.
func (e *exporting) rows(ctx context.Context, sub string) (sets []set, err error) {
	own := func(is func(row string) bool) func(item) bool {
		return func(row item) bool { return is(textIn(row, "row")) }
	}
	begins := func(prefix string) func(string) bool {
		return func(row string) bool { return strings.HasPrefix(row, prefix) }
	}
	for _, file := range []struct {
		name, index, attribute, value string
		is                            func(item) bool
	}{
		{"profile", "", "photoId", ProfilePartition + sub, own(func(row string) bool { return row == profileRow })},
		{"days", "", "photoId", ProfilePartition + sub, own(begins(dayRow))},
		{"identities", "", "photoId", ProfilePartition + sub, own(begins(pairRow))},
		{"photos", "byOwner", "photoOwner", sub, func(row item) bool {
			sets = append(sets, set{textIn(row, "folder"), textIn(row, "original"), row["hidden"] != nil})
			return true
		}},
		{"comments", "byAuthor", "owner", sub, own(begins(commentRow))},
		{"likes", "byAuthor", "owner", sub, own(begins(likeRow))},
	} {
		if err := e.table(ctx, file.name, file.index, file.attribute, file.value, file.is); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

// table writes rows as a list, a page of the query after the other.
func (e *exporting) table(ctx context.Context, name, index, attribute, value string, is func(item) bool) error {
	w, err := e.create("rows/"+name+".json", zip.Deflate, e.said.At)
	if err != nil {
		return err
	}
	before := "[\n"
	err = e.each(ctx, index, attribute, value, nil, func(page []item) error {
		for _, row := range page {
			if !is(row) {
				continue
			}
			text, err := json.Marshal(plainItem(row))
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s  %s", before, text); err != nil {
				return err
			}
			before = ",\n"
			e.said.Rows[name]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if e.said.Rows[name] == 0 {
		e.said.Rows[name] = 0
		_, err = fmt.Fprint(w, "[]\n")
		return err
	}
	_, err = fmt.Fprint(w, "\n]\n")
	return err
}

// set writes the pictures of a photo. Its original is in a folder of theirs, if it is there.
func (e *exporting) set(ctx context.Context, of set) error {
	prefix := bucket.Photos + of.folder + "/"
	if of.hidden {
		prefix = bucket.Hidden + of.folder + "/"
	}
	if !bucket.IsFolder(of.folder) {
		e.miss(prefix, fmt.Errorf("got the folder %q, want one of a set", of.folder))
		return nil
	}
	found, err := e.folder(ctx, prefix)
	if err == nil && found == 0 {
		e.miss(prefix, errors.New("there is nothing, though a row names it"))
	}
	if key := bucket.Originals + of.original; of.original != "" && !e.keys[key] {
		e.miss(key, errors.New("it is not there, though a row names it"))
	}
	return err
}

func (e *exporting) miss(what string, why error) {
	e.said.Missing = append(e.said.Missing, Missing{what, strings.ReplaceAll(why.Error(), "\n", "; ")})
}

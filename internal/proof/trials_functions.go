package proof

import (
	"maps"
	"path"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
)

// ordered makes sure of what a call asks of functions: pictures are made of the caller's own uploads, when the call has counted,
// where the row that is written has them, and under a claim that makes no set of another row's; what is copied is what the call's
// row had, to where it has it; what is removed is what was made for it, and no row has it.
func (c trialCall) ordered(changed []string, after rowsByKey) {
	var made []string
	named := c.filesOf(after, slices.Collect(maps.Keys(after)))
	counted := false
	for _, asked := range c.asked {
		if asked.function == "" {
			counted = counted || asked.writes()
			continue
		}
		order, err := readOrder(asked.function, asked.payload)
		if err != nil {
			c.opensOnce(c.place(), "%s: %s", c.field.Path(), c.plain.Replace(err.Error()))
			continue
		}
		made = append(made, order.made()...)
		for _, file := range order.made() {
			if count(named, file) > 1 {
				c.opens(c.place(), "%s: makes %s, which another row has too: want a claim of the row's own", c, c.plain.Replace(file))
			}
		}
		had, has := c.filesOf(c.before, changed), c.filesOf(after, changed)
		switch {
		case order.Make != nil:
			own := bucket.Uploads + c.who.sub + "/"
			if !strings.HasPrefix(order.Make.Upload, own) || order.Make.Owner != c.who.sub {
				c.opens(c.place(), "%s: has a picture made of %s for %s, want an upload of the caller's own", c, c.plain.Replace(order.Make.Upload), c.plain.Replace(order.Make.Owner))
			}
			if !counted {
				c.opens(c.place(), "%s: has a picture made before anything is written: want the call counted first", c)
			}
			if len(changed) > 0 && c.fault == nil && !slices.Contains(has, order.made()[0]) {
				c.opens(c.place(), "%s: has a picture made in %s, and the row has %v", c, order.Make.Area, has)
			}
		case order.Copy != nil:
			if len(changed) > 0 && !slices.Contains(had, order.Copy.From) {
				c.opens(c.place(), "%s: has %s copied, want what its row had, %v", c, order.Copy.From, had)
			}
			if len(changed) > 0 && c.fault == nil && !slices.Contains(has, order.made()[0]) {
				c.opens(c.place(), "%s: has pictures copied to %s, and the row has %v", c, order.Copy.To, has)
			}
			for _, file := range order.Copy.Files {
				if !bucket.IsRendition(file) {
					c.opens(c.place(), "%s: has %s copied, want renditions alone", c, c.plain.Replace(file))
				}
			}
		case order.Main != nil:
			if !slices.ContainsFunc(has, func(file string) bool { return strings.HasPrefix(order.Main.File, file) }) || order.Main.Product != c.about.values["id"] {
				c.opens(c.place(), "%s: shows %s as the picture of %s, want what its row has, %v", c, order.Main.File, c.plain.Replace(order.Main.Product), has)
			}
		case order.Render != nil:
			c.opensOnce(c.place(), "%s: has a set made anew, which the operator alone may", c.field.Path())
		case order.Remove != nil:
			for _, file := range slices.Concat(order.Remove.Folders, order.Remove.Objects) {
				if !slices.Contains(made, file) || slices.Contains(named, file) {
					c.opens(c.place(), "%s: removes %s, want what was made for it, and no row has: it has %s",
						c, c.plain.Replace(file), c.plain.Replace(strings.Join(has, " ")))
				}
			}
		}
		if err := order.check(); err != nil {
			c.opens(c.place(), "%s: asks the function %s what it refuses: %s", c, asked.function, c.plain.Replace(err.Error()))
		}
	}
}

// cleared makes sure that nothing is left behind: what was made for the call is in a row or was removed. What its row had goes by the
// table's stream.
func (c trialCall) cleared(after rowsByKey) {
	var left []string
	kept := c.filesOf(after, slices.Collect(maps.Keys(after)))
	for _, asked := range c.asked {
		order, err := readOrder(asked.function, asked.payload)
		if asked.function == "" || err != nil {
			continue // which ordered says
		}
		switch {
		case order.Make != nil:
			left = append(left, order.made()...)
		case order.Copy != nil:
			left = append(left, order.made()[0]) // its claim ends by itself
		case order.Remove != nil:
			kept = slices.Concat(kept, order.Remove.Folders, order.Remove.Objects)
		}
	}
	for _, file := range left {
		if !slices.Contains(kept, file) && file != bucket.Originals {
			c.closes(c.place(), "%s: leaves %s, which no row has: want it removed", c, c.plain.Replace(file))
			return // one is enough
		}
	}
}

// pictured makes sure that each picture in an answer is a file of a row, where people look for it: below public/, or in drafts/.
func (c trialCall) pictured(value any, rows ...rowsByKey) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			c.pictured(item, rows...)
		}
	case arguments:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			text, isText := value[name].(string)
			switch {
			case !isText:
				c.pictured(value[name], rows...)
				continue
			case name == "url":
				at, _ := strings.CutPrefix(text, c.env["CDN_URL"]+"/")
				text = "public/" + at
			case name != "imgKey" && name != "key":
				continue
			}
			if !slices.ContainsFunc(rows, func(of rowsByKey) bool { return c.isPicture(text, of) }) {
				c.opensOnce(c.place(), "%s: shows %s as a picture, want one of a row's", c.field.Path(), c.plain.Replace(text))
			}
		}
	}
}

// isPicture tells a file in the folder of a row's renditions, or a live product's JPEG.
func (c trialCall) isPicture(key string, rows rowsByKey) bool {
	return slices.ContainsFunc(c.filesOf(rows, slices.Collect(maps.Keys(rows))), func(file string) bool {
		folder, name := path.Split(key)
		shown := strings.HasPrefix(file, "public/") || strings.HasPrefix(file, "drafts/")
		return shown && (key == file || folder == file && bucket.IsRendition(name))
	})
}

// count is how often a text is in a list.
func count(list []string, text string) int {
	return len(slices.DeleteFunc(slices.Clone(list), func(one string) bool { return one != text }))
}

// filesOf are the folders and files that rows name.
func (c trialCall) filesOf(rows rowsByKey, keys []string) []string {
	var all []string
	for _, key := range keys {
		row := rows[key].attributes
		if row["folder"] == "" {
			continue
		}
		area := map[access.Row]string{access.Draft: bucket.Drafts, access.Live: bucket.Products, access.Photo: bucket.Photos}[rows[key].kind]
		all = append(all, area+row["folder"]+"/", bucket.Originals+row["original"], bucket.Uploads+row["upload"], bucket.Answers+row["claim"])
		if rows[key].kind == access.Live {
			all = append(all, bucket.MainKey(row["id"]))
		}
	}
	return all
}

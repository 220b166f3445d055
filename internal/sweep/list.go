package sweep

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/objects"
)

// areas are what is listed, in the order of their keys: all that stays for as long as a row names it.
var areas = []string{bucket.Drafts, bucket.Hidden, bucket.Originals, bucket.Photos, bucket.Products}

// A unit is what goes together: the folder of a set, or an object (see bucket.UnitOf).
type unit struct {
	newest time.Time // of its objects, versions and delete markers
	files  string    // those that are there, as in "/160.webp/160.jpg/"
	named  bool      // by a row
}

// has tells whether a file is there.
func (u *unit) has(file string) bool { return strings.Contains(u.files, "/"+file+"/") }

// A span is of keys: beyond from, up to to.
type span struct{ from, to string }

// last is beyond all keys of ours.
const last = "~"

// covers tells whether the pass has listed a unit.
func (p *pass) covers(unit string) bool {
	return slices.ContainsFunc(p.ranges, func(s span) bool { return s.from < unit && unit <= s.to })
}

// after is the last key that could be of a unit.
func after(unit string) string {
	if folder, is := strings.CutSuffix(unit, "/"); is {
		return folder + "0" // the character after the slash
	}
	return unit
}

func isFolder(unit string) bool { return strings.HasSuffix(unit, "/") }

// list lists from where the last pass stopped, and then from the beginning up to there: for half of the time at most, so that the
// other half is left for rows.
func (p *pass) list(ctx context.Context) error {
	from := p.notes.position
	p.position = from
	spans := []span{{from, last}}
	if from != "" {
		spans = append(spans, span{"", from})
	}
	for _, s := range spans {
		to, err := p.walk(ctx, s)
		if err != nil {
			return err
		}
		if to > s.from {
			p.ranges = append(p.ranges, span{s.from, to})
			p.position = to
		}
		if to != s.to {
			p.Stopped = to
			return nil
		}
	}
	p.position = ""
	return nil
}

// walk lists a span, and answers how far it got: up to the last unit of which it has seen all.
func (p *pass) walk(ctx context.Context, s span) (to string, err error) {
	half := p.began.Add(p.end.Sub(p.began) / 2)
	to = s.from
	current, files := "", []string(nil)
	finish := func() {
		if u := p.units[current]; u != nil {
			u.files = p.once("/" + strings.Join(files, "/") + "/")
			to = max(to, after(current))
		}
		current, files = "", nil
	}
	for _, area := range areas {
		if after(area) <= s.from || area > s.to {
			continue
		}
		next := p.pages(area, max(s.from, area))
		for more := true; more; {
			var page []objects.Object
			if page, more, err = next(ctx); err != nil {
				return to, fmt.Errorf("listing %s: %w", area, err)
			}
			for _, o := range page {
				if o.Key > s.to {
					more = false
					break
				}
				p.Objects++
				key, ours := bucket.UnitOf(o.Key)
				if key != current {
					finish()
				}
				if !ours {
					p.Foreign++
					continue
				}
				current = key
				if o.There {
					files = append(files, strings.TrimPrefix(o.Key, key))
				}
				p.meet(key, o.Modified)
			}
			if more && (time.Now().After(half) || len(p.units) >= cmp.Or(p.settings.MostUnits, mostUnits)) {
				delete(p.units, current)
				return to, nil
			}
		}
		finish()
	}
	return s.to, nil
}

// meet makes a unit known that has an object.
func (p *pass) meet(key string, modified time.Time) {
	u := p.units[key]
	if u == nil {
		u = &unit{}
		p.units[key] = u
	}
	if modified.After(u.newest) {
		u.newest = modified
	}
}

// once is a text that is kept once: most sets have the same files.
func (p *pass) once(text string) string {
	if kept, is := p.lists[text]; is {
		return kept
	}
	p.lists[text] = text
	return text
}

// pages lists what is below a prefix, beyond a key. Where versions are erased it lists them and delete markers too, which costs no more
// calls.
func (s *Sweeper) pages(prefix, beyond string) objects.Listing {
	files := objects.Bucket{Client: s.Files, Name: s.settings.Bucket}
	if access.Erased(prefix) {
		return files.Versions(prefix, beyond)
	}
	return files.Latest(prefix, beyond)
}

// look looks at a unit again: nil if there is nothing of it.
func (s *Sweeper) look(ctx context.Context, key string) (*unit, error) {
	next, files := s.pages(key, key[:len(key)-1]), []string(nil)
	var u *unit
	for more := true; more; {
		var page []objects.Object
		var err error
		if page, more, err = next(ctx); err != nil {
			return nil, err
		}
		for _, o := range page {
			if of, ours := bucket.UnitOf(o.Key); !ours || of != key {
				continue
			}
			if u == nil {
				u = &unit{}
			}
			if o.Modified.After(u.newest) {
				u.newest = o.Modified
			}
			if o.There {
				files = append(files, strings.TrimPrefix(o.Key, key))
			}
		}
	}
	if u != nil {
		u.files = "/" + strings.Join(files, "/") + "/"
	}
	return u, nil
}

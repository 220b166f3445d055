package render

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/ingest"
	"lightbox.example/lightbox/internal/pictures"
)

func answers(claim string) string { return bucket.Answers + claim }

// A State is what became of a row.
type State int

// The states.
const (
	// Current is a set that has today's sizes and formats.
	Current State = iota
	// Due is one that has not: it is to be made. Without a From, it was made, and is to be finished.
	Due
	// Made is one that was made anew.
	Made
	// Finished is one that an earlier run had made, and which has its end now.
	Finished
	// Hidden is a photo that is hidden: it is left out, and made when it is shown again.
	Hidden
	// Gone is a row that is not there any more, or has no picture.
	Gone
	// Failed is one that could not be made; its row is as it was, or as the next run finishes it.
	Failed
)

// An Outcome is what became of a row, and why.
type Outcome struct {
	Key
	State State
	// From is the key of what the set is made of: an original's, or that of the set's largest file.
	From string
	Err  error // of Failed
}

// Largest is whether the set is made of its own largest file.
func (o Outcome) Largest() bool { return o.From != "" && !strings.HasPrefix(o.From, bucket.Originals) }

// Survey looks at all rows with pictures, drafts and live products first, and calls with each. With all, a set is due that has
// today's sizes too.
func (d *Deployment) Survey(ctx context.Context, all bool, do func(Outcome)) error {
	look := func(r row, err error) {
		o := Outcome{Key: r.Key, State: Due}
		switch {
		case err != nil:
			o.State, o.Err = Failed, err
		case r.folder == "":
			return
		case r.hidden:
			o.State = Hidden
		case !all && r.current(d.by):
			if r.replaced == nil {
				o.State = Current
			}
		default:
			o.From = r.source()
		}
		do(o)
	}
	return errors.Join(
		d.each(ctx, false, "byState", "state", "DRAFT", look),
		d.each(ctx, false, "byState", "state", "LIVE", look),
		d.each(ctx, true, "feed", "feed", "PHOTO", look),
		d.each(ctx, true, "feed", "feed", "HIDDEN", look),
	)
}

const tries = 3 // of a row that others write meanwhile

var errChanged = errors.New("it was changed by somebody else each time: run again")

// Render makes the set of a row anew, if that is due.
func (d *Deployment) Render(ctx context.Context, k Key, all bool) Outcome {
	o := Outcome{Key: k, State: Current}
	for range tries {
		r, err := d.read(ctx, k)
		if err == nil && r.hidden {
			o.State = Hidden
			return o
		}
		if err == nil && r.replaced != nil {
			o.State = Finished
			err = d.finish(ctx, r)
			if err == nil && !all && r.current(d.by) {
				return o
			}
			r.replaced = nil
		}
		switch {
		case err != nil:
			return o.failed(err)
		case r.folder == "":
			o.State = Gone
			return o
		case !all && r.current(d.by):
			return o
		}
		o.From = r.source()
		again, err := d.renew(ctx, r)
		if err != nil {
			return o.failed(err)
		}
		if !again {
			o.State = Made
			return o
		}
	}
	return o.failed(errChanged)
}

func (o Outcome) failed(err error) Outcome {
	o.State, o.Err = Failed, err
	return o
}

// renew makes a set and gives it to the row that was read. Where the row had another by then, again is true and nothing is left.
func (d *Deployment) renew(ctx context.Context, r row) (again bool, err error) {
	made, err := d.ask(ctx, d.pictures, bucket.Pictures{Render: &bucket.Render{Set: r.set(), From: r.source()}})
	if err != nil {
		// A set that was replaced meanwhile is not there to be read.
		now, fault := d.read(ctx, r.Key)
		if fault == nil && now.folder != r.folder {
			return true, nil
		}
		return false, err
	}
	if made.Picture == nil || made.Claim == "" {
		return false, fmt.Errorf("the function %s answered no picture", d.pictures)
	}
	if outline := pictures.Outline(made.Picture.Width, made.Picture.Height, d.by); !is(made.Picture.Renditions, outline) {
		err := fmt.Errorf("the function %s makes %v of it, want %v: deploy these sources first", d.pictures, made.Picture.Renditions, outline)
		return false, errors.Join(err, d.remove(ctx, filesMade(r, made)))
	}
	if _, err := d.write(ctx, r, made); err != nil {
		return false, err
	}
	now, err := d.read(ctx, r.Key)
	if err != nil {
		return false, err
	}
	// Another run may have made and written the same, or the first of two writes whose answer was lost.
	if now.folder != made.Picture.Folder {
		return true, d.remove(ctx, filesMade(r, made))
	}
	return false, d.finish(ctx, now)
}

// filesMade are what was written for a set that no row names.
func filesMade(r row, made ingest.Answer) []string {
	return []string{r.area() + made.Picture.Folder + "/", answers(made.Claim)}
}

// finish does what follows the write of a row, and does it again until the row has not changed meanwhile.
func (d *Deployment) finish(ctx context.Context, r row) error {
	replaced, shown := r.replaced, false
	for range tries {
		if r.live {
			if _, err := d.ask(ctx, d.pictures, bucket.Pictures{Main: &bucket.Main{Product: r.ID, File: r.main()}}); err != nil {
				return err
			}
			shown = true
		}
		files := replaced
		if shown && !r.live { // it was withdrawn or deleted while it was shown
			files = append([]string{bucket.MainKey(r.ID)}, files...)
		}
		if len(files) > 0 {
			if err := d.remove(ctx, files); err != nil {
				return err
			}
		}
		if r.folder == "" {
			return nil
		}
		done, err := d.finished(ctx, r)
		if err != nil || done {
			return err
		}
		if r, err = d.read(ctx, r.Key); err != nil {
			return err
		}
	}
	return errChanged
}

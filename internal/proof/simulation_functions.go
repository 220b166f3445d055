package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// An invoked is a function's data source in the simulation: it answers what the function would, of a bucket in which
// whatever is asked for is there.
type invoked struct {
	function   access.Principal
	simulation *simulation
}

// pictureBytes are those of each picture that the simulation makes.
const pictureBytes = 1000

// An order is what a call asked of a function: one of the members.
type order struct {
	bucket.Pictures
	bucket.Remover
}

// Invoke implements appsyncjs.Lambda.
func (f invoked) Invoke(_ context.Context, payload json.RawMessage, _ bool) (appsyncjs.Seen, error) {
	w := f.simulation
	w.asked, w.wrote = append(w.asked, request{function: f.function, payload: payload}), true
	if w.fault != nil && w.fault.at == len(w.asked)-1 {
		return w.fault.seen, nil
	}
	asked, err := readOrder(f.function, payload)
	switch {
	case err != nil:
		return appsyncjs.Seen{}, err
	case asked.Make != nil || asked.Render != nil:
		return appsyncjs.Seen{Result: arguments{"picture": arguments{
			"folder": asked.folder(), "original": asked.original(), "width": 3000, "height": 4000, "placeholder": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w", "bytes": pictureBytes,
			"renditions": []any{arguments{"width": 160, "format": "webp"}, arguments{"width": 1280, "format": "jpeg"}},
		}}}, nil
	case asked.Copy != nil:
		return appsyncjs.Seen{Result: arguments{"folder": asked.folder()}}, nil
	}
	return appsyncjs.Seen{Result: arguments{"done": true}}, nil
}

// readOrder reads a payload, which has to be one that the function takes.
func readOrder(of access.Principal, payload json.RawMessage) (order, error) {
	pictures, err := bucket.ReadPictures(payload)
	remover, other := bucket.ReadRemover(payload)
	if of == access.Remover {
		err, other = other, err
	}
	switch {
	case err == nil:
		return order{pictures, remover}, nil
	case other == nil:
		return order{}, fmt.Errorf("the function %s is asked %s, which the other one does", of, payload)
	}
	return order{}, fmt.Errorf("the function %s is asked %s, want one thing that it does: %w", of, payload, err)
}

// check says why the function would refuse.
func (o order) check() error {
	switch {
	case o.Make != nil:
		return o.Make.Check()
	case o.Copy != nil:
		return o.Copy.Check()
	case o.Main != nil:
		return o.Main.Check()
	case o.Render != nil:
		return o.Render.Check()
	}
	return o.Remove.Check()
}

// folder is the one that a set was made in or copied to, by its claim.
func (o order) folder() string {
	of := ""
	switch {
	case o.Make != nil:
		of = o.Make.Claim
	case o.Copy != nil:
		of = o.Copy.Claim
	case o.Render != nil:
		of = o.Render.Set
	}
	return (hash(of) + hash(of+"."))[:32]
}

// original is the name in originals/ of what a set was made of.
func (o order) original() string {
	if o.Render != nil {
		return strings.TrimPrefix(o.Render.From, bucket.Originals)
	}
	return o.Make.Owner + "/" + o.folder()
}

// made are the folders and files that come of it, if none of its row is there already.
func (o order) made() []string {
	switch {
	case o.Make != nil:
		return []string{o.Make.Area + o.folder() + "/", bucket.Originals + o.Make.Owner + "/" + o.folder(), bucket.Answers + o.Make.Claim}
	case o.Copy != nil:
		return []string{o.Copy.To + o.folder() + "/", bucket.Answers + o.Copy.Claim}
	}
	return nil
}

// renews gives a photo another set, as the operator's `lightbox pictures render` does.
func (t *trial) renews(photo any) {
	if photo == nil {
		return // it could not be posted, which is said already
	}
	_, fault := t.engine.Handle("UpdateItem", fmt.Appendf(nil,
		`{"TableName": %q, "Key": {"photoId": {"S": %q}, "row": {"S": "PHOTO"}}, "UpdateExpression": "SET folder = :v", "ExpressionAttributeValues": {":v": {"S": %q}}}`,
		t.api.Tables[string(access.Photos)].Name, photo, strings.Repeat("f", 32)))
	if fault != nil {
		t.err = fault
	}
}

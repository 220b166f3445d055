package proof

import (
	"fmt"
	"strconv"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/store"
)

// limits makes sure that the settings' limits hold, and count a user's own alone. On another day the caller has asked for no picture.
func (t *trial) limits() {
	for _, limit := range []struct {
		name, value string
		days        int
	}{{"PICTURES_PER_DAY", "1", 0}, {"PHOTOS_PER_USER", "1", 0}, {"BYTES_PER_USER", "1", 0}, {"PICTURES_PER_DAY", "0", 7}} {
		today, usual := t.clock, t.env[limit.name]
		t.clock, t.env[limit.name] = today.AddDate(0, 0, limit.days), limit.value
		_, fault, err := t.call(asMe, "Mutation.createPhoto", arguments{"input": arguments{"imgKey": upload(question.MySub, 7)}})
		if err != nil || fault == nil || fault.Type != "LimitExceeded" {
			t.report("Mutation.createPhoto", "a user with a photo may post another by a %s of %s: got %v%v, want LimitExceeded", limit.name, limit.value, show(fault), show(err))
		}
		t.clock, t.env[limit.name] = today, usual
	}
}

// ownLimits makes sure that each limit is the one that the template says: what reaches it is done, and no more is. A limit of 0 lets
// nothing through. It happens on tables of its own.
func (t *trial) ownLimits() {
	const field = "Mutation.createPhoto"
	scene, today := t.stored, t.clock
	for i, limit := range []struct {
		name, row, counts string
		each              int // what one picture adds to what counts
	}{
		{"PICTURES_PER_DAY", "DAY#", "calls", 1},
		{"PHOTOS_PER_USER", "PROFILE", "photoCount", 1},
		{"BYTES_PER_USER", "PROFILE", "bytes", pictureBytes},
	} {
		own, is := t.own[limit.name]
		most, err := strconv.Atoi(own)
		if !is || err != nil {
			continue // every call broke, and was said to
		}
		fresh := store.NewMemory()
		if t.err = store.Copy(fresh, scene); t.err == nil {
			t.err = t.open(fresh)
		}
		if t.err != nil {
			return
		}
		usual := t.env[limit.name]
		t.env[limit.name], t.clock = own, today.AddDate(0, 0, 14+i)
		try := func(number int) *appsyncjs.Error {
			_, fault, err := t.call(asMe, field, arguments{"input": arguments{"imgKey": upload(question.MySub, 20+2*i+number)}})
			if err != nil {
				t.report(field, "with the limit %s of %s it breaks: %v", limit.name, own, err)
			}
			return fault
		}
		refused := func(fault *appsyncjs.Error) {
			if fault == nil || fault.Type != "LimitExceeded" {
				t.report(field, "a user may have more than the limit %s of %s: got %v, want LimitExceeded", limit.name, own, show(fault))
			}
		}
		if most < limit.each {
			refused(try(0))
		} else {
			row := limit.row
			if row == "DAY#" {
				row += t.clock.Format(time.DateOnly)
			}
			t.counts(row, limit.counts, most-limit.each)
			if fault := try(0); fault != nil {
				t.closes(t.api.PlaceOf(field), "a user may not have what the limit %s of %s allows: %v", limit.name, own, show(fault))
			}
		}
		refused(try(1))
		t.env[limit.name] = usual
	}
	t.clock = today
	if err := t.open(scene); err != nil {
		t.err = err
	}
}

// counts gives a row of the caller's account what it counts.
func (t *trial) counts(row, name string, value int) {
	_, fault := t.engine.Handle("UpdateItem", fmt.Appendf(nil,
		`{"TableName": %q, "Key": {"photoId": {"S": %q}, "row": {"S": %q}}, "UpdateExpression": "SET #name = :v", "ExpressionAttributeNames": {"#name": %q}, "ExpressionAttributeValues": {":v": {"N": "%d"}}}`,
		t.api.Tables[string(access.Photos)].Name, "PROFILE#"+question.MySub, row, name, value))
	if fault != nil {
		t.err = fault
	}
}

package person

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

// What the attribute `feed` of a photo's row says, which is the key of the index feed.
const (
	feedShown  = "PHOTO"
	feedHidden = "HIDDEN"
)

// A Hiding is what became of a person's photos.
type Hiding struct {
	// Changed are those that were hidden, or are shown again. Before are those that were so already.
	Changed, Before int
	// Missed are those that the profile counts and that the index had not by the last look.
	Missed int
}

// Hide hides a person's photos, all of them and for everybody, and has their profile say so: from then on they post none. forget has the
// CDN forget folders; it is told of photos that were hidden before, too, because an earlier run may have been killed. Where one fails
// the others are hidden all the same, and the error joins all faults. tell may be nil.
func (s *Stores) Hide(ctx context.Context, who Person, forget func(ctx context.Context, folders []string) error, tell Tell) (Hiding, error) {
	if err := who.check(); err != nil {
		return Hiding{}, err
	}
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	_, err := s.Tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.Photos, Key: key(ProfilePartition+who.Sub, profileRow), UpdateExpression: aws.String("SET blocked = if_not_exists(blocked, :now)"),
		ExpressionAttributeValues: item{":now": text(now)},
	})
	if err != nil {
		return Hiding{}, wrap("the profile", err)
	}
	m := &moving{Stores: s, tell: tell, forget: forget, one: func(ctx context.Context, id string) (moved, error) { return s.hide(ctx, id, now) }}
	return m.all(ctx, who.Sub)
}

// Show shows again what was hidden of a person, and then their profile says nothing of it any more; if something fails it still does.
// Nothing is shown of somebody who leaves. Where one fails the others are shown all the same, and the error joins all faults. tell may be nil.
func (s *Stores) Show(ctx context.Context, who Person, tell Tell) (Hiding, error) {
	if err := who.check(); err != nil {
		return Hiding{}, err
	}
	if err := s.stays(ctx, who.Sub); err != nil {
		return Hiding{}, err
	}
	m := &moving{Stores: s, tell: tell, one: s.show}
	done, err := m.all(ctx, who.Sub)
	if err != nil {
		return done, err
	}
	return done, wrap("the profile", s.unmark(ctx, who.Sub))
}

// unmark has a profile say nothing of being blocked. One that was made to say it goes: nobody posts while it says so.
func (s *Stores) unmark(ctx context.Context, sub string) error {
	profile := key(ProfilePartition+sub, profileRow)
	_, err := s.Tables.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.Photos, Key: profile,
		ConditionExpression: aws.String("attribute_exists(blocked) AND attribute_not_exists(photoCount) AND attribute_not_exists(leaving)"),
	})
	if !refused(err) {
		return err
	}
	_, err = s.Tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.Photos, Key: profile, UpdateExpression: aws.String("REMOVE blocked"), ConditionExpression: aws.String("attribute_exists(blocked)"),
	})
	if refused(err) { // it says nothing, or is not there
		return nil
	}
	return err
}

// refused tells a write whose condition failed.
func refused(err error) bool {
	_, is := errors.AsType[*types.ConditionalCheckFailedException](err)
	return is
}

const (
	atOnce    = 8   // photos
	forgetAll = 100 // photos of which the CDN is told at once
	looks     = 5   // at the index, which is a second or so behind at most
)

// moving is a run of Hide or Show.
type moving struct {
	*Stores
	tell   Tell
	forget func(ctx context.Context, folders []string) error // nil for Show
	one    func(ctx context.Context, id string) (moved, error)

	mu     sync.Mutex
	done   Hiding
	faults []error
	cached []string // folders of which the CDN is to be told
}

// all moves each photo once. The index may not have the last of them yet: what the profile counts, which is written in the same
// transaction as a photo, says how many there are, and it is looked at again until that many were seen.
func (m *moving) all(ctx context.Context, sub string) (Hiding, error) {
	seen := map[string]bool{}
	for look := 1; ; look++ {
		before := len(seen)
		if err := m.look(ctx, sub, seen); err != nil {
			m.faults = append(m.faults, wrap("photos", err))
			break
		}
		count, err := m.counted(ctx, sub)
		if err != nil {
			m.faults = append(m.faults, wrap("the profile", err))
			break
		}
		m.done.Missed = max(0, count-len(seen))
		if m.done.Missed == 0 || look >= looks && before == len(seen) {
			break
		}
		if err := pause(ctx, min(look*3, tries)); err != nil {
			m.faults = append(m.faults, err)
			break
		}
	}
	return m.done, errors.Join(m.faults...)
}

// look goes through the index once, and moves what was not seen before.
func (m *moving) look(ctx context.Context, sub string, seen map[string]bool) error {
	return m.photos(ctx, sub, func(page []item) error {
		var fresh []string
		for _, row := range page {
			if id := textIn(row, "photoId"); !seen[id] {
				seen[id], fresh = true, append(fresh, id)
			}
		}
		for some := range slices.Chunk(fresh, forgetAll) {
			var group errgroup.Group
			group.SetLimit(atOnce)
			for _, id := range some {
				group.Go(func() error {
					m.move(ctx, id)
					return nil
				})
			}
			_ = group.Wait() // faults are kept
			if m.forget != nil && len(m.cached) > 0 {
				m.faults = append(m.faults, wrap("the CDN", m.forget(ctx, m.cached)))
			}
			m.cached = nil
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	})
}

// move moves a photo.
func (m *moving) move(ctx context.Context, id string) {
	what, err := m.one(ctx, id)
	m.mu.Lock()
	defer m.mu.Unlock()
	if what.folder != "" {
		m.cached = append(m.cached, what.folder)
	}
	switch {
	case err != nil:
		m.faults = append(m.faults, fmt.Errorf("the photo %s: %w", id, err))
		return
	case what.changed:
		m.done.Changed++
	case what.before:
		m.done.Before++
	}
	if m.tell != nil {
		m.tell(Photos, m.done.Changed+m.done.Before)
	}
}

// counted is how many photos a profile counts: none without one.
func (s *Stores) counted(ctx context.Context, sub string) (count int, err error) {
	output, err := s.Tables.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.Photos, Key: key(ProfilePartition+sub, profileRow), ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("photoCount"),
	})
	if err != nil {
		return 0, err
	}
	number, is := output.Item["photoCount"].(*types.AttributeValueMemberN)
	if !is {
		return 0, nil
	}
	_, err = fmt.Sscan(strings.TrimSpace(number.Value), &count)
	return count, err
}

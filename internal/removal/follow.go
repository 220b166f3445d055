package removal

import (
	"context"
	"errors"
	"fmt"
	"log"
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"lightbox.example/lightbox/internal/bucket"
)

// follow removes what rows had and have no longer, and the children of photos that are gone, and has the CDN forget it. One change
// that fails keeps none of the others: Lambda brings the first that failed again, and with it those after it, for which nothing is left
// to do then. One that would fail again holds up all that come later, so that it is left in the bucket of failures at once.
//
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func (r *Remover) follow(ctx context.Context, changes []bucket.Change) (answer Answer) {
	var forgotten []string
	failed := func(change bucket.Change, err error) {
		log.Printf("stream: change %s: %v", change.Number, err)
		if final(err) && r.leave(ctx, change, err) {
			return
		}
		answer.Failures = append(answer.Failures, events.DynamoDBBatchItemFailure{ItemIdentifier: change.Number})
	}
	first := map[string]bucket.Change{}
	for _, change := range changes {
		sets, err := r.followOne(ctx, change)
		if err != nil {
			failed(change, err)
		}
		for _, set := range sets {
			if _, again := first[set]; !again {
				first[set] = change
				forgotten = append(forgotten, set)
			}
		}
	}
	if err := r.cdn.Invalidate(ctx, forgotten); err != nil {
		for _, set := range forgotten {
			failed(first[set], err)
		}
	}
	return answer
}

// followOne removes what the row of a change had and has no longer. It answers the folders that the CDN has to forget, also where
// something else could not be removed. A photo that is hidden has its set elsewhere from then on, as bucket.NamedBy says, and so again
// when it is shown: where it was loses what was there before the change. What came there later is a copy of somebody who turns it again, who
// may be done before the change is heard of.
func (r *Remover) followOne(ctx context.Context, change bucket.Change) (forgotten []string, err error) {
	if sub := leaves(change); sub != "" {
		return nil, r.erase(ctx, sub)
	}
	before, err := bucket.NamedBy(change.Before)
	if err != nil {
		return nil, fmt.Errorf("%w before: %w", errUnreadable, err)
	}
	after, err := bucket.NamedBy(change.After)
	if err != nil {
		return nil, fmt.Errorf("%w after: %w", errUnreadable, err)
	}
	if after.Upload != "" && after.Upload != before.Upload {
		// What it was made into has a row now.
		if err := r.remove(ctx, []string{after.Upload}); err != nil {
			return nil, err
		}
	}
	if before.Set == "" || before.Set == after.Set {
		return nil, nil
	}
	// The claims first, and then the look: who makes the row anew after that makes another set.
	claims := slices.DeleteFunc(before.Claims, func(claim string) bool { return slices.Contains(after.Claims, claim) })
	if err := r.remove(ctx, claims); err != nil {
		return nil, err
	}
	now, made, err := r.now(ctx, change.Before)
	if err != nil {
		return nil, err
	}
	if now.Set != before.Set {
		var original []string
		forgotten, original = gone(before, after, now)
		switch turned := before.Set == after.Twin; {
		case turned && change.At.IsZero():
			err = fmt.Errorf("%w: ApproximateCreationDateTime: got none, want when it was turned", errUnreadable)
		case turned:
			err = r.removeOlder(ctx, forgotten, change.At)
		default:
			err = r.remove(ctx, slices.Concat(forgotten, original))
		}
	}
	if change.After == nil {
		err = errors.Join(err, r.removeChildren(ctx, change.Before, made))
	}
	return forgotten, err
}

// gone are the sets and the original that a row had, but for what it has. There are two sets where one was being moved.
func gone(had bucket.Named, has ...bucket.Named) (sets, original []string) {
	none := func(same func(bucket.Named) bool) bool { return !slices.ContainsFunc(has, same) }
	for _, set := range []string{had.Set, had.Twin} {
		if set != "" && none(func(one bucket.Named) bool { return one.Set == set }) {
			sets = append(sets, set)
		}
	}
	if had.Original != "" && none(func(one bucket.Named) bool { return one.Original == had.Original }) {
		original = append(original, had.Original)
	}
	return sets, original
}

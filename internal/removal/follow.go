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
		set, err := r.followOne(ctx, change)
		if err != nil {
			failed(change, err)
		}
		if _, again := first[set]; set != "" && !again {
			first[set] = change
			forgotten = append(forgotten, set)
		}
	}
	if err := r.invalidate(ctx, forgotten); err != nil {
		for _, set := range forgotten {
			failed(first[set], err)
		}
	}
	return answer
}

// followOne removes what the row of a change had and has no longer. It answers the folder that the CDN has to forget, empty for none,
// also where something else could not be removed.
func (r *Remover) followOne(ctx context.Context, change bucket.Change) (forgotten string, err error) {
	if sub := leaves(change); sub != "" {
		return "", r.erase(ctx, sub)
	}
	before, err := bucket.NamedBy(change.Before)
	if err != nil {
		return "", fmt.Errorf("%w before: %w", errUnreadable, err)
	}
	after, err := bucket.NamedBy(change.After)
	if err != nil {
		return "", fmt.Errorf("%w after: %w", errUnreadable, err)
	}
	if after.Upload != "" && after.Upload != before.Upload {
		// What it was made into has a row now.
		if err := r.remove(ctx, []string{after.Upload}); err != nil {
			return "", err
		}
	}
	if before.Set == "" || before.Set == after.Set {
		return "", nil
	}
	// The claims first, and then the look: who makes the row anew after that makes another set.
	claims := slices.DeleteFunc(before.Claims, func(claim string) bool { return slices.Contains(after.Claims, claim) })
	if err := r.remove(ctx, claims); err != nil {
		return "", err
	}
	now, made, err := r.now(ctx, change.Before)
	if err != nil {
		return "", err
	}
	if now.Set != before.Set {
		forgotten = before.Set
		err = r.remove(ctx, gone(before, after, now))
	}
	if change.After == nil {
		err = errors.Join(err, r.removeChildren(ctx, change.Before, made))
	}
	return forgotten, err
}

// gone are the set and the original that a row had, but for what it has.
func gone(had bucket.Named, has ...bucket.Named) []string {
	files := []string{had.Set}
	if had.Original != "" && !slices.ContainsFunc(has, func(one bucket.Named) bool { return one.Original == had.Original }) {
		files = append(files, had.Original)
	}
	return files
}

package removal

import (
	"context"
	"errors"
	"log"
	"strings"
	"time"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/person"
)

// leaves is the sub of a person who leaves from a change on; empty for every other change.
func leaves(change bucket.Change) (sub string) {
	since, leaving := change.After["leaving"]
	if before, had := change.Before["leaving"]; !leaving || had && before.String() == since.String() {
		return ""
	}
	return strings.TrimPrefix(change.After["photoId"].String(), person.ProfilePartition)
}

// mostWait is how long what comes after in a stream waits for a person who leaves.
const mostWait = 30 * time.Second

// erase erases what there is of a person who leaves, but the mark. What is too much for one go is left to the next round.
func (r *Remover) erase(ctx context.Context, sub string) error {
	short, cancel := context.WithTimeout(ctx, mostWait)
	defer cancel()
	done, err := r.people.Erase(short, person.Person{Sub: sub}, nil)
	if errors.Is(short.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		log.Printf("stream: %s leaves, with more than goes in %s: the next round goes on: %v", sub, mostWait, err)
		return nil
	}
	log.Printf("stream: %s leaves: erased %v; the mark goes after %s", sub, done.Counts, done.Until.UTC().Format(time.RFC3339))
	return err
}

// goOn erases what came of a person after they left, or was left of them, and in the end the mark.
func (r *Remover) goOn(ctx context.Context, sub string) error {
	_, err := r.people.Erase(ctx, person.Person{Sub: sub}, nil)
	return err
}

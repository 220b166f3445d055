package main

import (
	"fmt"
	"io"
	"time"

	"lightbox.example/lightbox/internal/person"
)

// A ticker says every now and then how far something is that takes longer than one waits without a word.
type ticker struct {
	stdout io.Writer
	last   time.Time
}

func newTicker(stdout io.Writer) *ticker { return &ticker{stdout, time.Now()} }

func (t *ticker) tick(format string, values ...any) {
	if time.Since(t.last) < 2*time.Second {
		return
	}
	t.last = time.Now()
	fmt.Fprintf(t.stdout, format+"\n", values...)
}

// count is a tick of how much of something was looked at, or erased, so far.
func (t *ticker) count(doing string) person.Tell {
	return func(of string, items int) { t.tick("%s: %s, %d so far", doing, named(of), items) }
}

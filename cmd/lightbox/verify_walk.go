package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
)

// walkFlags are those of the second half of `lightbox verify`.
type walkFlags struct{ readOnly, tour, clean bool }

func (f *walkFlags) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.readOnly, "read-only", false, "read back alone: make no users and try nothing")
	cmd.Flags().BoolVar(&f.tour, "tour", false, "post a photo and publish a product too, where data is kept: others see them for a moment")
	cmd.Flags().BoolVar(&f.clean, "clean", false, "remove what earlier runs left, stop one that is at work, and do nothing else")
}

// check refuses flags that contradict each other.
func (f walkFlags) check() error {
	if f.readOnly && (f.tour || f.clean) {
		return errors.New("--read-only: got it with --tour or --clean, want one of them")
	}
	return nil
}

// interruptible is a context that ends when somebody interrupts, so that what was made is removed. Who interrupts again ends the process.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// walk adds what came of the tries to a report. The error comes with the rows that there are.
func (f walkFlags) walk(ctx context.Context, world verify.World, report *verify.Report) error {
	if f.readOnly {
		return nil
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	rows, err := tour.Walk(ctx, world, f.tour)
	report.Rows = append(report.Rows, rows...)
	return err
}

// cleaned removes what earlier runs left, and says how much that was.
func (f walkFlags) cleaned(ctx context.Context, world verify.World, stdout io.Writer) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	done, err := tour.Clean(ctx, world)
	fmt.Fprintf(stdout, "Removed what earlier runs left: %d users, with all that was theirs.\n", done.Users)
	for _, sentence := range done.Left() {
		fmt.Fprintln(stdout, sentence)
	}
	return err
}

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/ingest"
	"lightbox.example/lightbox/internal/render"
)

func newPictures() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pictures",
		Short: "Look after the pictures of photos and products",
		Args:  onlyCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPicturesRender())
	return cmd
}

// rendering are the flags of `lightbox pictures render`.
type rendering struct {
	at       place
	all, dry bool
	atOnce   int
}

func newPicturesRender() *cobra.Command {
	var r rendering
	cmd := &cobra.Command{
		Use:   "render",
		Short: "Make all pictures anew, after their sizes or formats changed",
		Long: `render makes the pictures of all photos and products anew, in the sizes and
formats that the deployed function has: after you changed them in
internal/pictures and deployed. New uploads have them at once, what was there
before waits for this command.

Of what they are made
  the original            of each picture that was sent while
                          pictures.keepOriginals was true
  the largest rendition   where no original was kept: nothing is enlarged, and
                          what it lost is lost; an original that was kept and
                          is not there any more fails, by its name
Which one it was is said of each. Pictures that have exactly these sizes and
formats are up to date and are left alone; --all makes them too, as after a
change of quality.

Photos that are hidden ("user block --hide") are left out, and counted: run it
again after "user unblock".

What happens to each
  The function "pictures" writes the new set into a new folder. Then the row
  names it, with its owner's bytes corrected, if nobody changed it meanwhile;
  else it is read and made again. Then the old folder is removed. Addresses
  change, but for main.jpg of live products: that has the new picture. A
  product's version goes up by one, so an admin who had it open to change it
  reads it again. Nobody is counted or limited for it.

It may be ended and run again at any time: the next run finishes what this one
began. What fails is named with the reason, the others go on, and the exit code
is 1.

It asks CloudFormation, DynamoDB and Lambda with the credentials that the AWS
CLI would use, in the region of the environment. They need
cloudformation:ListStackResources, dynamodb:Query, GetItem and UpdateItem, and
lambda:InvokeFunction. The command and the functions have to be of the same
sources: deploy first.`,
		Example: `  lightbox pictures render --dry-run      # dev: how many, and of what
  lightbox pictures render --env prod
  lightbox pictures render --env prod --all --at-once 8
  eval "$(lightbox sandbox env)"; lightbox pictures render     # in the sandbox`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if r.atOnce < 1 || r.atOnce > 100 {
				return fmt.Errorf("--at-once: got %d, want 1 to 100", r.atOnce)
			}
			cfg, err := r.at.settings()
			if err != nil {
				return err
			}
			return r.run(cmd.Context(), cmd.OutOrStdout(), cfg)
		},
	}
	r.at.flags(cmd)
	cmd.Flags().BoolVar(&r.all, "all", false, "also what has today's sizes and formats")
	cmd.Flags().BoolVar(&r.dry, "dry-run", false, "say what would be made of what, and make nothing")
	cmd.Flags().IntVar(&r.atOnce, "at-once", 2, "how `many` are made at once, 1 to 100; people who upload share the account's room for functions")
	return cmd
}

// run makes what is due, and prints a line for each, numbered, so that one sees how far it is.
func (r rendering) run(ctx context.Context, stdout io.Writer, cfg config.Config) error {
	settings, err := inRegion(ctx, cfg)
	if err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	deployment, err := render.Find(ctx, settings, cfg.StackName("API"), ingest.Options(environment.Settings{AVIF: cfg.Pictures.AVIF}))
	if err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	var due, faulty []render.Outcome
	current, hidden := 0, 0
	looking := newTicker(stdout)
	err = deployment.Survey(ctx, r.all, func(o render.Outcome) {
		switch o.State {
		case render.Due:
			due = append(due, o)
		case render.Failed:
			faulty = append(faulty, o)
		case render.Hidden:
			hidden++
		default:
			current++
		}
		looking.tick("looking: %d pictures so far", len(due)+len(faulty)+current+hidden)
	})
	if err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	t := &tally{stdout: stdout, of: len(due), dry: r.dry, current: current, hidden: hidden}
	for _, o := range faulty {
		t.of++
		t.count(o)
	}
	var group errgroup.Group
	group.SetLimit(r.atOnce)
	for _, o := range due {
		group.Go(func() error {
			if !r.dry {
				o = deployment.Render(ctx, o.Key, r.all)
			}
			t.count(o)
			return nil
		})
	}
	_ = group.Wait() // what failed is counted
	return t.result(cfg.Env)
}

// A tally counts what became of rows.
type tally struct {
	stdout io.Writer
	of     int // how many are due
	dry    bool

	mu                                                    sync.Mutex
	done                                                  int
	originals, largest, finished, current, hidden, failed int
}

// count says what became of a row.
func (t *tally) count(o render.Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	fmt.Fprintf(t.stdout, "[%d/%d] %s: %s\n", t.done, t.of, o.Key, t.word(o))
}

// word counts a row, and says what became of it.
func (t *tally) word(o render.Outcome) string {
	switch o.State {
	case render.Failed:
		t.failed++
		return "failed: " + strings.ReplaceAll(o.Err.Error(), "\n", "; ")
	case render.Finished:
		t.finished++
		return "finished what an earlier run had made"
	case render.Hidden:
		t.hidden++
		return "hidden by now, and left out"
	case render.Gone:
		return "gone meanwhile"
	case render.Current:
		t.current++
		return "up to date by now"
	}
	made := "made"
	if t.dry {
		made = "would be made"
	}
	if o.From == "" {
		t.finished++
		return "would be finished, which an earlier run had made"
	}
	if o.Largest() {
		t.largest++
		return made + " from its largest rendition, " + o.From[strings.LastIndex(o.From, "/")+1:]
	}
	t.originals++
	return made + " from the original"
}

// result prints the sums, and errs if anything failed.
func (t *tally) result(env string) error {
	made := "Made"
	if t.dry {
		made = "Would make"
	}
	fmt.Fprintf(t.stdout, "%s: %d from the original, %d from the largest rendition. Up to date: %d.", made, t.originals, t.largest, t.current)
	if t.finished > 0 {
		fmt.Fprintf(t.stdout, " Finished of an earlier run: %d.", t.finished)
	}
	if t.hidden > 0 {
		fmt.Fprintf(t.stdout, " Hidden, and left out: %d.", t.hidden)
	}
	fmt.Fprintf(t.stdout, " Failed: %d.\n", t.failed)
	if t.failed > 0 {
		return fmt.Errorf("pictures: got %d of %d pictures of %s not made, for the reasons above; run it again when they are mended", t.failed, t.of, env)
	}
	return nil
}

package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/cost"
)

// costFlags are the flags of `lightbox cost`.
type costFlags struct {
	usage, format, summary, old string
	template                    bool
}

// newCost takes the clock by which prices grow old.
func newCost(now func() time.Time) *cobra.Command {
	var flags costFlags
	cmd := &cobra.Command{
		Use:   "cost [DIR]",
		Short: "Say what an assembly costs a month, and at most",
		Long: `cost says what an assembly, a folder that cdk synth wrote (cdk.out unless DIR
says another), costs at AWS a month:

- by service, idle and in the use that --usage describes
- what a thousand more users, calls, pictures and views add
- what strangers can cause at most, what limits it, and what web ACLs change
- what other settings would add or save, in that use and of that most

A file of use is JSON: how many users, calls, pictures and views a month has,
and what else costs depend on. --default-usage prints the one that holds without
--usage, to be edited. It must have users, calls, pictures and views; other
counts that are left out are 0; what is left out of each, webAcl and strangers
has the default's value; unknown keys are refused.

Settings are read from the templates. Prices are a table in this program with a
date and AWS's pages; when they are older than a year, cost says so.

--format
  text      for people, in USD
  markdown  a month by service, for the summary of a job, beside that of --old;
            --summary FILE adds it to a file besides
  json      all of it for programs, in nanodollars, with the prices`,
		Example: `  npx cdk synth -q -c env=prod && lightbox cost
  lightbox cost --default-usage > usage.json
  lightbox cost --usage usage.json
  lightbox cost this.out --old main.out --summary "$GITHUB_STEP_SUMMARY"
  lightbox cost --format json | jq '[.month[].cost] | add / 1e9'`,
		Args: wantsAtMost("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "cdk.out"
			if len(args) > 0 {
				dir = args[0]
			}
			return flags.run(dir, now(), cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&flags.usage, "usage", "", "the `file` of use; without it, the default's")
	cmd.Flags().BoolVar(&flags.template, "default-usage", false, "print the default as a file of use")
	cmd.Flags().StringVar(&flags.format, "format", "text", "`text, markdown or json`")
	cmd.Flags().StringVar(&flags.summary, "summary", "", "a `file` that the costs are added to as Markdown")
	cmd.Flags().StringVar(&flags.old, "old", "", "the `folder` of what was before, whose sums Markdown has too")
	return cmd
}

func (f costFlags) run(dir string, now time.Time, stdout io.Writer) error {
	var old *cost.Report
	write, known := map[string]func(cost.Report) error{
		"text":     func(r cost.Report) error { return r.WriteText(stdout) },
		"markdown": func(r cost.Report) error { return r.WriteMarkdown(stdout, old) },
		"json":     func(r cost.Report) error { return writeJSON(stdout, r) },
	}[f.format]
	if !known {
		return fmt.Errorf("--format: got %q, want text, markdown or json", f.format)
	}
	if f.old != "" && f.summary == "" && f.format != "markdown" {
		return fmt.Errorf("--old: got %q, want --format markdown or --summary beside it", f.old)
	}
	usage := cost.DefaultUsage()
	if f.template {
		_, err := stdout.Write(usage.File())
		return err
	}
	if f.usage != "" {
		var err error
		if usage, err = cost.ReadUsage(f.usage); err != nil {
			return err
		}
	}
	report, err := costOf("DIR", dir, usage, now)
	if err != nil {
		return err
	}
	if f.old != "" {
		before, err := costOf("--old", f.old, usage, now)
		if err != nil {
			return err
		}
		old = &before
	}
	return errors.Join(write(report), summarize(f.summary, func(w io.Writer) error { return report.WriteMarkdown(w, old) }))
}

// costOf reports about the assembly in the folder of an argument.
func costOf(argument, dir string, usage cost.Usage, now time.Time) (cost.Report, error) {
	a, err := openAssembly(argument, dir)
	if err != nil {
		return cost.Report{}, err
	}
	facts, err := cost.Read(a)
	if err != nil {
		return cost.Report{}, err
	}
	return cost.NewReport(filepath.ToSlash(filepath.Clean(dir)), facts, usage, now), nil
}

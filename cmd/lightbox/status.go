package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/health"
)

// statusFlags are the flags of `lightbox status`.
type statusFlags struct {
	at         place
	format, id string
	find       bool // an error, by its id
	within     time.Duration
}

// codeWrong is the exit code of what is not well, or not found.
const codeWrong = 2

func newStatus(now func() time.Time) *cobra.Command {
	var flags statusFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say whether it is us, since when, and what changed",
		Long: `status reads how an environment is, and changes nothing: which alarms ring and
since when, whether their mails reach the address of alarms.email, how the last
deployment of each stack went, and whether anybody changed one by hand, as far
as CloudFormation was told to look. The budget is not looked at: AWS Budgets has
it. docs/RUNBOOK.md says what to do then.

With --error ID it finds what the logs of the API and of functions say of an
error that somebody was shown. The pages show the first eight characters of its
id, and more of it is taken too, with the word before it.

It asks with the AWS CLI's credentials, in the region of the environment, and
where that is another one in us-east-1 too: OperationsGlobal stands there. They
need cloudformation:DescribeStacks and DescribeStackEvents of its stacks,
cloudwatch:DescribeAlarms, and sns:ListSubscriptionsByTopic of the topics that
alarms send to; for --error instead cloudformation:ListStackResources and
logs:FilterLogEvents of its log groups.

Exit code: 0 fine, or the error is found; 2 something is wrong, or the error is
not found; 1 it could not be read.`,
		Example: `  lightbox status --env prod
  lightbox status --env prod --format json
  lightbox status --env prod --error 1a2b3c4d --within 48h`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			flags.find = cmd.Flags().Changed("error")
			if cmd.Flags().Changed("within") && !flags.find {
				return errors.New("--within: got no --error, want the id of the error to look for")
			}
			if flags.within <= 0 {
				return fmt.Errorf("--within: got %s, want how long ago it may be, as in 48h", flags.within)
			}
			return flags.run(cmd.Context(), cmd.OutOrStdout(), now())
		},
	}
	flags.at.flags(cmd)
	cmd.Flags().StringVar(&flags.format, "format", "text", "`text or json`")
	cmd.Flags().StringVar(&flags.id, "error", "", "the `id` of an error that somebody was shown")
	cmd.Flags().DurationVar(&flags.within, "within", 24*time.Hour, "how `long` ago it may be, for --error")
	return cmd
}

func (f statusFlags) run(ctx context.Context, stdout io.Writer, now time.Time) error {
	if f.format != "text" && f.format != "json" {
		return fmt.Errorf("--format: got %q, want text or json", f.format)
	}
	cfg, settings, err := f.at.open(ctx)
	if err != nil {
		return err
	}
	if f.find {
		return f.findError(ctx, stdout, cfg, settings, now)
	}
	s, err := health.Read(ctx, cfg, func(region string) health.Clients {
		return health.Clients{
			CloudFormation: cloudformation.NewFromConfig(settings, func(o *cloudformation.Options) { o.Region = region }),
			CloudWatch:     cloudwatch.NewFromConfig(settings, func(o *cloudwatch.Options) { o.Region = region }),
			SNS:            sns.NewFromConfig(settings, func(o *sns.Options) { o.Region = region }),
		}
	}, now)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	write := s.WriteText
	if f.format == "json" {
		write = func(w io.Writer) error { return writeJSON(w, s) }
	}
	if err := write(stdout); err != nil || len(s.Wrong) == 0 {
		return err
	}
	return exit(codeWrong)
}

// findError looks for an error that somebody was shown.
func (f statusFlags) findError(ctx context.Context, stdout io.Writer, cfg config.Config, settings aws.Config, now time.Time) error {
	lines, err := health.Errors(ctx, cfg, cloudformation.NewFromConfig(settings), cloudwatchlogs.NewFromConfig(settings), f.id, now.Add(-f.within))
	return f.writeFound(stdout, cfg.Env, lines, err)
}

// writeFound writes what was found, even if a log could not be read: unread says so.
func (f statusFlags) writeFound(w io.Writer, env string, lines []health.Line, unread error) error {
	if unread != nil {
		unread = fmt.Errorf("status: %w", unread)
		if lines == nil {
			return unread
		}
	}
	if err := errors.Join(f.writeLines(w, env, lines), unread); err != nil || lines != nil {
		return err
	}
	return exit(codeWrong)
}

// writeLines writes what logs say, or that they say nothing.
func (f statusFlags) writeLines(w io.Writer, env string, lines []health.Line) error {
	if f.format == "json" {
		return writeJSON(w, lines)
	}
	if lines == nil {
		_, err := fmt.Fprintf(w, `No line of the logs of %s has %s in the last %s.
They are those of the API and of functions. The id of an error of files is S3's:
it is in the bucket of access logs, some hours later. That of one of sign-in is
Cognito's: it is in CloudTrail's event history.
`, env, f.id, f.within)
		return err
	}
	for _, line := range lines {
		if _, err := fmt.Fprintf(w, "%s %s\n  %s\n", line.At.Format("2006-01-02 15:04:05 UTC"), line.Group, line.Message); err != nil {
			return err
		}
	}
	return nil
}

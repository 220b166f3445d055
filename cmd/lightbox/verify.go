package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
	"lightbox.example/lightbox/sandbox/assembly"
)

// verifyFlags are the flags of `lightbox verify`.
type verifyFlags struct {
	at              place
	format, summary string
	policy          bool
	walkFlags
}

func newVerify() *cobra.Command {
	var flags verifyFlags
	cmd := &cobra.Command{
		Use:   "verify [ASSEMBLY]",
		Short: "Read back what is deployed, and prove that",
		Long: `verify reads back what runs in the account, and proves that: a change that
somebody made by hand, in the console, is a violation with its sentence, and so
is what lives beside what was deployed: another policy of a role, another client
of the user pool, another resolver.

What CloudFormation was given is the frame: the templates, ids and outputs of
the stacks. Each resource is read by AWS's Cloud Control API, which answers in
CloudFormation's own form. What is not as its template has it is

  a violation   where access rests on it, and whatever the proof finds in what
                lives: the proof is that of "npx cdk synth", over what was read
  a difference  where it does not: a description, a name, a tag
  not shown     where AWS answers nothing: taken for what the template says

With ASSEMBLY, a folder that cdk synth wrote, it says besides what of it is not
deployed. Without, the templates are those that are deployed.

Then it tries what must be refused, with users that it makes and removes: every
area of files and every field of the API by guests, users and members of groups,
and the cases of docs/MISUSE.md that can be tried from outside, each beside what
must be allowed. Where data is kept it posts and publishes nothing, unless
--tour says so. Their names begin with lightbox-verify-, they have no address,
and what a run leaves that is killed, the next one removes, or --clean. Others
who signed up by such a name are left alone, and named. One run at a time: it is
refused while another is at work, or was killed less than 15 minutes ago;
--clean stops that, and removes what it made. --read-only leaves all of that
out.

--policy prints the IAM policy that it needs, and does nothing else.

--format
  text      for people
  markdown  for the summary of a job; --summary FILE adds it to a file besides
  json      for programs

It asks with the credentials that the AWS CLI would use, in the region of the
environment. It changes nothing of what is deployed. Names of AWS are reached as
everybody reaches them; in the sandbox, by the addresses of AWS_ENDPOINT_URL and
AWS_ENDPOINT_URL_S3.

Exit code: 0 if what lives is proven; 3 for violations; 1 for an error, as what
could not be read.`,
		Example: `  lightbox verify --env prod
  npx cdk synth -q -c env=prod --output prod.out
  lightbox verify prod.out --env prod
  lightbox verify --env prod --summary "$GITHUB_STEP_SUMMARY"
  lightbox verify --env prod --read-only
  lightbox verify --policy --env prod > verify-policy.json`,
		Args: wantsAtMost("ASSEMBLY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return flags.run(cmd.Context(), args, cmd.OutOrStdout())
		},
	}
	flags.at.flags(cmd)
	cmd.Flags().StringVar(&flags.format, "format", "text", "`text, markdown or json`")
	cmd.Flags().StringVar(&flags.summary, "summary", "", "a `file` that the report is added to as Markdown")
	flags.walkFlags.flags(cmd)
	cmd.Flags().BoolVar(&flags.policy, "policy", false, "print the IAM policy that it needs, and do nothing")
	return cmd
}

func (f verifyFlags) run(ctx context.Context, args []string, stdout io.Writer) error {
	write, known := map[string]func(*verify.Report) error{
		"text":     func(r *verify.Report) error { return r.WriteText(stdout) },
		"markdown": func(r *verify.Report) error { return r.WriteMarkdown(stdout) },
		"json":     func(r *verify.Report) error { return writeJSON(stdout, r) },
	}[f.format]
	if !known {
		return fmt.Errorf("--format: got %q, want text, markdown or json", f.format)
	}
	if err := f.check(); err != nil {
		return err
	}
	cfg, err := f.at.settings()
	if err != nil {
		return err
	}
	if f.policy {
		return writeJSON(stdout, f.needs(cfg))
	}
	settings, err := inRegion(ctx, cfg)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	world := verify.World{Config: cfg, AWS: settings, Tell: func(string, ...any) {}}
	if f.format == "text" { // where people read along
		world.Tell = newTicker(stdout).tick
	}
	if f.clean {
		return f.cleaned(ctx, world, stdout)
	}
	report, err := f.verify(ctx, world, args)
	if report == nil {
		return err
	}
	if err := errors.Join(write(report), summarize(f.summary, report.WriteMarkdown), err); err != nil || report.Code() == verify.CodeFine {
		return err
	}
	return exit(report.Code())
}

// needs is the policy that it needs.
func (f verifyFlags) needs(cfg config.Config) verify.Policy {
	policy := verify.ReadPolicy()
	if !f.readOnly {
		policy.Statement = append(policy.Statement, tour.Needs(cfg)...)
	}
	return policy
}

// verify reads back what is deployed, and walks. A report that there is has what was found before the error.
func (f verifyFlags) verify(ctx context.Context, world verify.World, args []string) (*verify.Report, error) {
	var want *assembly.Assembly
	if len(args) > 0 {
		var err error
		if want, err = openAssembly("ASSEMBLY", args[0]); err != nil {
			return nil, err
		}
	}
	report, err := verify.Deployed(ctx, world, want)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	if err := f.walk(ctx, world, report); err != nil {
		return report, fmt.Errorf("verify: %w", err)
	}
	return report, nil
}

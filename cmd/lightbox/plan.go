package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/plan"
	"lightbox.example/lightbox/sandbox/assembly"
)

// planFlags are the flags of `lightbox plan`.
type planFlags struct {
	env, format, summary, file string
	deployed                   bool
	accept                     []string
}

func newPlan() *cobra.Command {
	var flags planFlags
	cmd := &cobra.Command{
		Use:   "plan OLD NEW",
		Short: "Say what a deployment would do, and who loses what by it",
		Long: `plan compares two assemblies, folders that cdk synth wrote, and says in words
what a deployment of NEW does where OLD is deployed, by stack in the order of
deployment:

  cannot                the deployment fails: two index changes of a table at
                        once, aliases of a user pool, a name that is taken, a
                        service that the region does not have
  replaces              there is a new one, and who loses what: users, members,
                        owners of files, rows, client ids, addresses
  cannot be taken back  something is deleted, or is from now on, with its stack
  stays behind          an unchanged template, whose producer is replaced
  outage                something else must be deployed again, as front ends
  left over             no deployment reaches it any more, and it stays
  fine                  none of these

Where a safe order exists, it prints the steps.

With --deployed it takes NEW alone. OLD is what the account has, with the
credentials that the AWS CLI would use: stacks whose first deployment failed are
named, and those of environments that cdk.json no longer has. It looks in the
regions of NEW, and in us-east-1 for OperationsGlobal.

It knows what is in the templates, and not what was changed by hand.

--format
  text      for people
  markdown  for the summary of a job; --summary FILE adds it to a file besides
  json      for programs

Exit code: 0 fine, or all that is lost is accepted; 2 for an outage, steps, a
deployment that fails, or an account that OLD leaves open; 3 if something is
lost, unless --accept ID says so for each; 1 for an error.`,
		Example: `  git switch main && npx cdk synth -q -c env=prod --output main.out
  git switch -    && npx cdk synth -q -c env=prod --output this.out
  lightbox plan main.out this.out
  lightbox plan main.out this.out --accept replaces:API/Photos
  lightbox plan --deployed this.out --summary "$GITHUB_STEP_SUMMARY"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if flags.deployed {
				return wants("--deployed NEW")(cmd, args)
			}
			return wants("OLD", "NEW")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.env == "" && cmd.Flags().Changed("env") {
				return errors.New("--env: got \"\", want the name of an environment, or no --env for all of them")
			}
			return flags.run(cmd.Context(), args, cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&flags.deployed, "deployed", false, "take OLD from the account")
	cmd.Flags().StringVar(&flags.env, "env", "", "the `name` of the environment; without it, all in the assemblies")
	cmd.Flags().StringArrayVar(&flags.accept, "accept", nil, "the `id` of a loss that is meant, as the plan has it; may stand several times")
	cmd.Flags().StringVar(&flags.format, "format", "text", "`text, markdown or json`")
	cmd.Flags().StringVar(&flags.summary, "summary", "", "a `file` that the plan is added to as Markdown")
	cmd.Flags().StringVar(&flags.file, "config", "cdk.json", "the `file` of settings, for --deployed")
	return cmd
}

func (f planFlags) run(ctx context.Context, args []string, stdout io.Writer) error {
	write, known := map[string]func(*plan.Plan) error{
		"text":     func(p *plan.Plan) error { return p.WriteText(stdout) },
		"markdown": func(p *plan.Plan) error { return p.WriteMarkdown(stdout) },
		"json":     func(p *plan.Plan) error { return writeJSON(stdout, p) },
	}[f.format]
	if !known {
		return fmt.Errorf("--format: got %q, want text, markdown or json", f.format)
	}
	p, err := f.compare(ctx, args)
	if err != nil {
		return err
	}
	refused := p.Accept(f.accept)
	if err := errors.Join(write(p), summarize(f.summary, p.WriteMarkdown), refused); err != nil || p.Code() == plan.CodeFine {
		return err
	}
	return exit(p.Code())
}

// compare plans the one assembly of the arguments, or the last of two.
func (f planFlags) compare(ctx context.Context, args []string) (*plan.Plan, error) {
	next, err := openAssembly("NEW", args[len(args)-1])
	if err != nil {
		return nil, err
	}
	options := plan.Options{Env: f.env}
	var old *assembly.Assembly
	if f.deployed {
		old, options.Failed, err = f.account(ctx, next)
	} else {
		old, err = openAssembly("OLD", args[0])
	}
	if err != nil {
		return nil, err
	}
	return plan.Compare(old, next, options)
}

// openAssembly reads the folder of an argument, which its errors name.
func openAssembly(argument, dir string) (*assembly.Assembly, error) {
	if err := wantAssembly(dir); err != nil {
		return nil, fmt.Errorf("%s: %w", argument, err)
	}
	opened, err := assembly.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", argument, err)
	}
	return opened, nil
}

// account reads what is deployed.
func (f planFlags) account(ctx context.Context, next *assembly.Assembly) (*assembly.Assembly, map[string]plan.Failed, error) {
	environments, err := config.Environments(f.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	settings, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("plan: %w", err)
	}
	account := plan.Account{
		In: func(region string) plan.CloudFormation {
			return cloudformation.NewFromConfig(settings, func(o *cloudformation.Options) {
				if region != "" {
					o.Region = region
				}
			})
		},
		Environments: environments,
	}
	old, failed, err := account.Deployed(ctx, next)
	if err != nil {
		return nil, nil, fmt.Errorf("plan: %w", err)
	}
	return old, failed, nil
}

// summarize adds what write writes to the file of --summary, if it is given.
func summarize(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("--summary: %w", err)
	}
	return errors.Join(write(file), file.Close())
}

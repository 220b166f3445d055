package main

import (
	"context"
	"fmt"
	"io"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/sandbox/assembly"
)

// verifyFlags are the flags of `lightbox verify`.
type verifyFlags struct {
	env, config, format, summary string
	policy, tour                 bool
}

func newVerify() *cobra.Command {
	var flags verifyFlags
	cmd := &cobra.Command{
		Use:   "verify [ASSEMBLY]",
		Short: "Read back what is deployed, and prove that",
		Args:  wantsAtMost("ASSEMBLY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return flags.run(cmd.Context(), args, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&flags.env, "env", "dev", "the `name` of the environment in cdk.json")
	cmd.Flags().StringVar(&flags.config, "config", "cdk.json", "the `file` of settings")
	cmd.Flags().StringVar(&flags.format, "format", "text", "`text, markdown or json`")
	cmd.Flags().StringVar(&flags.summary, "summary", "", "a `file` that the report is added to as Markdown")
	cmd.Flags().BoolVar(&flags.policy, "policy", false, "print the IAM policy that it needs, and do nothing")
	cmd.Flags().BoolVar(&flags.tour, "tour", false, "post and publish pictures too, where data is kept: others see them for a moment")
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
	world, err := f.world(ctx, stdout)
	if err != nil {
		return err
	}
	report, err := f.verify(ctx, world, args)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	_ = write
	_ = report
	return nil
}

func (f verifyFlags) world(ctx context.Context, stdout io.Writer) (verify.World, error) {
	cfg, err := config.Read(f.config, f.env)
	if err != nil {
		return verify.World{}, err
	}
	settings, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(cfg.Region))
	if err != nil {
		return verify.World{}, fmt.Errorf("verify: %w", err)
	}
	return verify.World{Config: cfg, AWS: settings, Tell: newTicker(stdout).tick}, nil
}

// verify reads back what is deployed, and then walks.
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
		return nil, err
	}
	// The walk of package internal/verify/tour goes here: rows, err := tour.Walk(ctx, world, f.tour).
	return report, nil
}

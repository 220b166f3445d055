package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/leftovers"
)

func newLeftovers() *cobra.Command {
	var at place
	var unlock bool
	cmd := &cobra.Command{
		Use:   "leftovers",
		Short: "Say what stayed of a first deployment that failed",
		Long: `leftovers looks for stacks of an environment whose creation failed. It says
what stayed of each, which is new and which nothing uses, and the commands that
remove it: the user pool and the tables are protected from deletion from the
moment they are made.

With --unlock it also switches off the termination protection of these stacks,
and of no other: "cdk deploy" deletes such a stack before it makes it anew, and
is refused otherwise.

It asks CloudFormation with the credentials that the AWS CLI would use. "make
deploy" runs it when a deployment fails.`,
		Example: `  lightbox leftovers --env prod
  lightbox leftovers --env prod --unlock      # then deploy again`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := at.settings()
			if err != nil {
				return err
			}
			return printLeftovers(cmd.Context(), cmd.OutOrStdout(), cfg, unlock)
		},
	}
	at.flags(cmd)
	cmd.Flags().BoolVar(&unlock, "unlock", false, "let the next deployment delete these stacks")
	return cmd
}

func printLeftovers(ctx context.Context, stdout io.Writer, cfg config.Config, unlock bool) error {
	settings, err := inRegion(ctx, cfg)
	if err != nil {
		return fmt.Errorf("leftovers: %w", err)
	}
	api := cloudformation.NewFromConfig(settings)
	stacks, err := leftovers.Find(ctx, api, cfg.StackName(""))
	if err != nil {
		return fmt.Errorf("leftovers: %w", err)
	}
	if len(stacks) == 0 {
		_, err := fmt.Fprintf(stdout, "No stack of %s failed in its creation.\n", cfg.Env)
		return err
	}
	var fault error
	if unlock {
		fault = leftovers.Unlock(ctx, api, stacks)
	}
	return errors.Join(leftovers.Write(stdout, cfg.Region, stacks), fault)
}

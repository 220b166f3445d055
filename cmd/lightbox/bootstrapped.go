package main

import (
	"context"
	"fmt"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/bootstrap"
	"lightbox.example/lightbox/internal/config"
)

func newBootstrapped() *cobra.Command {
	var at place
	cmd := &cobra.Command{
		Use:   "bootstrapped",
		Short: "Say whether us-east-1 is ready for what an environment has there",
		Long: `bootstrapped looks whether "cdk bootstrap" was run in us-east-1, where an
environment with alarms has a stack whatever its region: CloudFront's alarms and
budgets are there. It asks nobody about an environment without such a stack.

It asks CloudFormation with the credentials that the AWS CLI would use. "make
deploy" runs it first, so that no deployment ends before its last stack.`,
		Example: `  lightbox bootstrapped --env prod`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := at.settings()
			if err != nil {
				return err
			}
			return checkHome(cmd.Context(), cfg)
		},
	}
	at.flags(cmd)
	return cmd
}

// checkHome checks the region of the stack that stands there whatever the environment's.
func checkHome(ctx context.Context, cfg config.Config) error {
	if cfg.Alarms.Email == "" || alarms.Global.In(cfg.Region) == alarms.Operations {
		return nil
	}
	settings, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(alarms.Home))
	if err == nil {
		err = bootstrap.Check(ctx, cloudformation.NewFromConfig(settings), alarms.Home)
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", alarms.Global, cfg.Env, err)
	}
	return nil
}

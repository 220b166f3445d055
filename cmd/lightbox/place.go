package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
)

// place are the flags that say which environment, and by which file of settings.
type place struct{ env, config string }

func (p *place) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.env, "env", "dev", "the `name` of the environment in cdk.json")
	cmd.Flags().StringVar(&p.config, "config", settingsHere, "the `file` of settings")
}

// settings are those of the environment.
func (p place) settings() (config.Config, error) { return config.Read(settingsFile(p.config), p.env) }

// open reads the settings, and asks AWS in their region with the credentials that the AWS CLI would use.
func (p place) open(ctx context.Context) (config.Config, aws.Config, error) {
	cfg, err := p.settings()
	if err != nil {
		return config.Config{}, aws.Config{}, err
	}
	at, err := inRegion(ctx, cfg)
	return cfg, at, err
}

// inRegion asks AWS in the region of an environment with the credentials that the AWS CLI would use.
func inRegion(ctx context.Context, cfg config.Config) (aws.Config, error) {
	return awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(cfg.Region))
}

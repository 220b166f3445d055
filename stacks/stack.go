// Package stacks holds the stacks, one a file. A stack takes what it needs from
// the ones above it, hands things from one construct to the next, and names its outputs;
// the opinions are in the constructs.
package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/config"
)

// newStack defines an empty stack of the configured environment. description goes on from the application's name.
func newStack(app awscdk.App, id, description string, cfg config.Config) awscdk.Stack {
	env := &awscdk.Environment{Region: &cfg.Region}
	if cfg.Account != "" {
		env.Account = &cfg.Account
	}
	tags := map[string]*string{}
	for key, value := range cfg.Tags {
		tags[key] = &value
	}
	return awscdk.NewStack(app, &id, &awscdk.StackProps{
		StackName:   jsii.String(cfg.StackName(id)),
		Description: jsii.String(cfg.Title() + ": " + description),
		Env:         env,
		Tags:        &tags,
		// The stacks of what must not be deleted must not be deleted either.
		TerminationProtection: jsii.Bool(!cfg.AllowDeletion),
	})
}

// output names a value for clients. Its key is a contract with whoever reads the
// outputs file.
func output(stack awscdk.Stack, key, description string, value *string) {
	awscdk.NewCfnOutput(stack, &key, &awscdk.CfnOutputProps{Description: &description, Value: value})
}

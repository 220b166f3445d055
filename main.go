// Lightbox is an AWS CDK program that defines a complete image backend: users, files,
// a CDN and a GraphQL API. The CDK CLI runs it; see README.md.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
	"lightbox.example/lightbox/internal/proof/plugin"
	"lightbox.example/lightbox/stacks"
)

func main() {
	if err := run(); err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, "lightbox:", strings.TrimSpace(line))
		}
		os.Exit(1)
	}
}

func run() error {
	// The CLI hands on what it read, and of a key that stands twice it read the last alone.
	if _, err := config.Text("cdk.json"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	if err := build(app); err != nil {
		return err
	}
	app.Synth(nil)
	return nil
}

// build adds the stacks of the configured environment to app, whose synth fails unless the
// access that the templates give is proven.
func build(app awscdk.App) error {
	awscdk.Validations_Of(app).AddPlugins(plugin.New())
	return define(app)
}

// define adds the stacks of the configured environment to app.
// Each stack takes what it needs from the ones above it; nothing points back up.
func define(app awscdk.App) error {
	cfg, err := config.Load(func(key string) any { return app.Node().TryGetContext(&key) })
	if err != nil {
		return err
	}
	bundles := functions.In(".", cfg.Architecture)
	site := stacks.NewSite(app, cfg)
	auth, err := stacks.NewAuth(app, cfg, stacks.AuthProps{Site: site, Declared: access.Functions(), Functions: bundles})
	if err != nil {
		return err
	}
	identity, err := stacks.NewIdentity(app, cfg, stacks.IdentityProps{
		UserPool: auth.UserPool,
		Client:   auth.Client,
	})
	if err != nil {
		return err
	}
	files, err := stacks.NewFileStorage(app, cfg, stacks.FileStorageProps{Roles: identity.Roles, Site: site, Declared: access.Functions()})
	if err != nil {
		return err
	}
	cdn := stacks.NewCDN(app, cfg, stacks.CDNProps{Bucket: files.Bucket})
	api, err := stacks.NewAPI(app, cfg, stacks.APIProps{
		UserPool:  auth.UserPool,
		Client:    auth.Client,
		Roles:     identity.Roles,
		Bucket:    files.Bucket,
		Failures:  files.Failures,
		CDN:       cdn,
		Declared:  access.Functions(),
		Functions: bundles,
	})
	if err != nil {
		return err
	}
	stacks.NewOperations(app, cfg, stacks.OperationsProps{
		Auth: auth, Files: files, CDN: cdn, Site: site, API: api, Declared: access.Functions(),
	})
	return nil
}

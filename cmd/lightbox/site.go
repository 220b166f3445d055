package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/cdn"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/outputs"
	"lightbox.example/lightbox/internal/site"
)

func newSite() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "site",
		Short: "Bring the pages to where `site` has them served",
		Args:  onlyCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSiteDeploy())
	return cmd
}

// publishing are the flags of `lightbox site deploy`.
type publishing struct {
	at      place
	outputs string
	dry     bool
}

func newSiteDeploy() *cobra.Command {
	var p publishing
	cmd := &cobra.Command{
		Use:   "deploy DIR",
		Short: "Upload a build of the pages, with the settings of its backend",
		Long: `deploy brings the static export in DIR into the bucket of the stack Site of an
environment that has "site" in cdk.json and is deployed.

  amplify_outputs.json  is made of what is deployed, and goes up with the build;
                        what stands under "custom" in --outputs, or else in
                        DIR/amplify_outputs.json, stays
  what changed          goes up, compared by digest, type and Cache-Control:
                        what is named by its content, below _next/static/, to
                        be kept for ever, all else to be asked for each time
  the distribution      forgets what it has, and the command waits for that
  what is not in DIR    goes then. Below _next/static/ it stays for a week after
                        a deployment found it unused: pages that are open in a
                        browser still ask for it
  s/                    is not touched: pages for sharing are there
  left out              and named: names that begin with a dot, but
                        .well-known/, and those without a dot elsewhere than
                        there and below _next/static/, which are never served

The new is there before the old goes, and a file before the page that names it.
It may be ended and run again at any time; what is there already is not sent.
Run one at a time: of two at once, the earlier one finds that another came,
removes nothing from then on, says so and ends with 1.

It asks with the credentials that the AWS CLI would use, in the region of the
environment. They need cloudformation:DescribeStacks, s3:ListBucket, GetObject,
PutObject and DeleteObject, cloudfront:CreateInvalidation and GetInvalidation.`,
		Example: `  lightbox site deploy web/out --env prod --dry-run
  lightbox site deploy web/out --env prod`,
		Args: wants("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := p.at.settings()
			if err != nil {
				return err
			}
			if !cfg.Site.Present {
				return fmt.Errorf("site: %s: environments.%s.site: got nothing, want an object, empty or not, and the environment deployed", p.at.config, p.at.env)
			}
			if err := p.run(cmd.Context(), cmd.OutOrStdout(), cfg, args[0]); err != nil {
				return fmt.Errorf("site: %w", err)
			}
			return nil
		},
	}
	p.at.flags(cmd)
	cmd.Flags().StringVar(&p.outputs, "outputs", "", "the `file` of settings whose \"custom\" stays; DIR/amplify_outputs.json if empty")
	cmd.Flags().BoolVar(&p.dry, "dry-run", false, "say what would go up and what would go, and change nothing")
	return cmd
}

func (p publishing) run(ctx context.Context, stdout io.Writer, cfg config.Config, folder string) error {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("DIR: got %q, want the folder of a static export", folder)
	}
	settings, err := inRegion(ctx, cfg)
	if err != nil {
		return err
	}
	text, err := deployed.Outputs(ctx, settings, outputs.Stacks(cfg))
	if err != nil {
		return err
	}
	existing, err := outputs.ReadFile(cmp.Or(p.outputs, filepath.Join(folder, site.Outputs)))
	if err != nil {
		return err
	}
	result, err := outputs.Amplify(cfg, outputs.File{Name: "CloudFormation", Data: text}, existing)
	if err != nil {
		return err
	}
	build, leftOut, err := site.ReadBuild(folder, result.JSON)
	if err != nil {
		return err
	}
	for _, name := range leftOut {
		fmt.Fprintf(stdout, "left out %s\n", site.Name(name))
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(text, &stacks); err != nil {
		return err
	}
	of := stacks[cfg.StackName("Site")]
	to := &site.Site{
		Files: s3.NewFromConfig(settings), Bucket: of["SiteBucketName"],
		CDN: cdn.CDN{Client: cloudfront.NewFromConfig(settings), Distribution: of["SiteDistributionId"]}, Now: time.Now,
	}
	plan, err := to.Plan(ctx, build)
	if err != nil {
		return err
	}
	if p.dry {
		printPlan(stdout, plan)
		return nil
	}
	if err := carryOut(ctx, stdout, to, plan); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "https://%s/: %d uploaded, %d unchanged, %d removed, %d unused for a week\n",
		cmp.Or(cfg.Site.Domain, of["SiteDomainName"]), plan.Puts(), plan.Same, len(plan.Remove), len(plan.Unused)+len(plan.Kept))
	return nil
}

// carryOut does what is planned, and says now and then how far it is.
func carryOut(ctx context.Context, stdout io.Writer, to *site.Site, plan site.Plan) error {
	t, all, done := newTicker(stdout), plan.Puts()+len(plan.Unused)+len(plan.Remove), 0
	var mu sync.Mutex
	return to.Do(ctx, plan, func() {
		mu.Lock()
		defer mu.Unlock()
		done++
		t.tick("[%d/%d]", done, all)
	})
}

// printPlan says what would be done, in that order.
func printPlan(stdout io.Writer, plan site.Plan) {
	for _, wave := range plan.Put {
		for _, f := range wave {
			fmt.Fprintf(stdout, "put     %s (%d bytes, %s, %s)\n", site.Name(f.Key), len(f.Content), f.ContentType, f.CacheControl)
		}
	}
	if plan.Unended {
		fmt.Fprintln(stdout, "forget  what the distribution has: the deployment before did not end, or goes on")
	}
	for _, line := range []struct {
		word string
		keys []string
	}{{"unused", plan.Unused}, {"keep", plan.Kept}, {"remove", plan.Remove}} {
		for _, key := range line.keys {
			fmt.Fprintf(stdout, "%-7s %s\n", line.word, site.Name(key))
		}
	}
	fmt.Fprintf(stdout, "Would upload %d and remove %d. Unchanged: %d.\n", plan.Puts(), len(plan.Remove), plan.Same)
}

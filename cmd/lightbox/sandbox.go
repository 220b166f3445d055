package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/proof/page"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// Where a sandbox is unless flags say otherwise.
const (
	defaultHTTP  = "127.0.0.1:4566"
	defaultHTTPS = "127.0.0.1:8443"
	defaultWeb   = "127.0.0.1:3000"
	defaultData  = ".lightbox"
)

// sandboxFlags are the flags of `lightbox sandbox` and of `lightbox up`.
type sandboxFlags struct {
	config     sandbox.Config
	settings   string // the file that has the environment
	ephemeral  bool
	assembly   string
	watch      bool
	resynth    bool
	background bool
	log        string
	ready      string
	env        string
	origins    []string // webOrigins of the environment; nil if there is no cdk.json

	// deploy deploys what is to be there when it is ready; nil for nothing.
	deploy func(ctx context.Context, s *sandbox.Sandbox, progress func(sandbox.Event)) error
}

func newSandbox() *cobra.Command {
	flags := sandboxFlags{settings: settingsHere}
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run AWS on this machine, for this backend",
		Long: `sandbox is a local AWS that Lightbox deploys to: one process, offline, as strict
as AWS.

It signs people up and in, checks every signature and token, decides every
request by the policies that were deployed, and runs the very resolvers that
were deployed. What it does not know it refuses by name.

Deploy to it as to AWS, with the real CDK CLI:

  lightbox sandbox &
  eval "$(lightbox sandbox env)"
  npx cdk deploy --all --outputs-file outputs.json

or, in no time, from the folder of a synth:

  lightbox sandbox --assembly cdk.out

Everything is kept in a folder, and there again after a restart or a kill;
"lightbox sandbox reset" empties it. Ctrl-C lets the requests under way end.

With --ready json it prints one line on stdout when it is ready, for programs:
its addresses and folder, the certificate, the environment that tools need, and
each stack with its outputs, ids of user pools among them. All else goes to
stderr then. Every address may have the port 0, for a free one.

A console for people is at the address of --http, at /_lightbox/: what is
deployed, each call and which statement decided it, what Cognito and SNS would
send, who may do what, the clock, states. All of it is JSON for programs, and
none of it is for the pages of other sites.

Pages in a browser may call the services if the sandbox serves them (--web), or
if --origin names them. Those at localhost:3000, 4200, 5173, 8080 and 8081,
where tools for front ends serve, may do what people do, by the script
/_lightbox/browser.js.
Those of other sites can load pictures and follow links, as they can on AWS.

It listens on this machine only. Another address needs --expose-to-network:
everyone who reaches it can then use the administrator's key, which is no
secret.`,
		Example: `  lightbox sandbox
  lightbox sandbox --assembly cdk.out --ephemeral
  lightbox sandbox --assembly cdk.out --watch --web web/out
  lightbox sandbox --http 127.0.0.1:5566 --https 127.0.0.1:9443 --data other
  lightbox sandbox --http 127.0.0.1:0 --https 127.0.0.1:0 --ready json`,
		Args: onlyCommands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(cmd); err != nil {
				return err
			}
			if flags.assembly != "" {
				flags.deploy = func(ctx context.Context, s *sandbox.Sandbox, progress func(sandbox.Event)) error {
					return s.Deploy(ctx, flags.assembly, progress)
				}
			}
			return flags.start(cmd)
		},
	}
	f := cmd.Flags()
	flags.addresses(f)
	flags.keeping(f)
	flags.printing(f, "text")
	f.StringVar(&flags.assembly, "assembly", "", "deploy this `folder`, which a synth wrote, at the start")
	f.BoolVar(&flags.watch, "watch", false, "deploy --assembly again when it changes")
	f.BoolVar(&flags.resynth, "resynth", false, "synthesize and deploy --assembly again when a source that cdk.json watches is saved")
	f.StringVar(&flags.config.Web, "web", "", "serve the front end in this `folder`")
	f.StringVar(&flags.config.Region, "region", "", "the `region` that it is; that of the assembly or of cdk.json if empty")
	f.StringVar(&flags.env, "env", "dev", "the `environment` of cdk.json whose region it is")
	cmd.AddCommand(newSandboxEnv(), newSandboxAdmin(), newSandboxClock(), newSandboxLoad(), newSandboxLogs(), newSandboxOutputs(), newSandboxReset(),
		newSandboxSave(), newSandboxStatus(), newSandboxStop())
	return cmd
}

// addresses are flags that say where it listens, and for whom.
func (f *sandboxFlags) addresses(to *pflag.FlagSet) {
	to.StringVar(&f.config.HTTP, "http", defaultHTTP, "the `address` of the endpoint and the pages")
	to.StringVar(&f.config.HTTPS, "https", defaultHTTPS, "the `address` that answers for the names of AWS's services")
	to.StringVar(&f.config.WebAddr, "web-addr", defaultWeb, "the `address` of the front end")
	to.StringArrayVar(&f.config.Origins, "origin", nil, "an `origin` whose pages may call the services, as in http://localhost:5173; as often as needed")
	to.BoolVar(&f.config.ExposeToNetwork, "expose-to-network", false, "allow addresses that other machines reach: they get the administrator's key, and can run functions here")
}

// keeping are flags that say what stays when it ends.
func (f *sandboxFlags) keeping(to *pflag.FlagSet) {
	to.StringVar(&f.config.Data, "data", defaultData, "the `folder` that everything is kept in")
	to.BoolVar(&f.ephemeral, "ephemeral", false, "keep everything in memory, and nothing after the end")
	to.BoolVar(&f.background, "detach", false, "run in the background; lightbox sandbox stop ends it")
}

// printing are flags that say what it says; calls is how it prints each call unless it is told.
func (f *sandboxFlags) printing(to *pflag.FlagSet, calls string) {
	to.StringVar(&f.log, "log", calls, "how to print each call: `text, json or none`")
	to.StringVar(&f.ready, "ready", "text", "how to say that it is ready: `text or json`, one line for programs")
}

// start runs it, here or in the background.
func (f sandboxFlags) start(cmd *cobra.Command) error {
	out := f.printers(cmd.OutOrStdout(), cmd.ErrOrStderr())
	if f.background {
		return f.detach(out)
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends at once
	return f.run(ctx, out)
}

// check refuses what can't be, all of it, before anything is started. Addresses and origins the sandbox itself refuses, before it
// does anything with them.
func (f *sandboxFlags) check(cmd *cobra.Command) error {
	return errors.Join(append(f.checkFlags(cmd), f.checkSettings())...)
}

func (f *sandboxFlags) checkFlags(cmd *cobra.Command) (faults []error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if f.ready != "text" && f.ready != "json" {
		fault("--ready: got %q, want text or json", f.ready)
	}
	if _, err := new(screen).calls(f.log); err != nil {
		faults = append(faults, err)
	}
	if f.ephemeral && cmd.Flags().Changed("data") {
		fault("--ephemeral: got --data %s too, want one of the two: what is kept in memory is in no folder", f.config.Data)
	}
	if f.ephemeral && f.background {
		fault("--detach: got --ephemeral too, want a folder for the log and the process id")
	}
	if regions := schema.Current().Regions; f.config.Region != "" && regions[f.config.Region] == nil {
		fault("--region: got %q, want a region of AWS's, as in eu-central-1%s", f.config.Region, config.DidYouMean(f.config.Region, slices.Collect(maps.Keys(regions))))
	}
	if (f.watch || f.resynth) && f.assembly == "" {
		fault("--watch and --resynth: got no --assembly, want the folder of a synth")
	}
	if f.assembly != "" {
		if err := wantAssembly(f.assembly); err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

// checkSettings refuses an environment that the sandbox is not, and notes what of it there is to know.
func (f *sandboxFlags) checkSettings() error {
	settings, err := settingsOf(f.settings, f.env)
	switch {
	case errors.Is(err, fs.ErrNotExist), err != nil && (f.assembly != "" || f.config.Region != ""):
		return nil // nothing of it is needed
	case err != nil:
		return err
	case settings.Account != "" && settings.Account != sandbox.Account:
		return fmt.Errorf("cdk.json: environments.%s.account: got %q, and the sandbox is the account %s: want an environment without `account`, as dev is",
			f.env, settings.Account, sandbox.Account)
	}
	f.origins = settings.WebOrigins
	return nil
}

func (f sandboxFlags) run(ctx context.Context, to printers) (err error) {
	out := to.people
	if f.config.Log, err = out.calls(f.log); err != nil {
		return err
	}
	if f.ephemeral {
		f.config.Data = ""
	}
	if f.config.Region == "" {
		if f.config.Region, err = f.region(); err != nil {
			return err
		}
	}
	if settings, err := settingsOf(f.settings, f.env); err == nil && settings.Site.Present && f.config.WebFiles == nil {
		f.config.WebStack = settings.StackName("Site") + "/SiteDomainName"
	}
	f.config.Mail, f.config.Pages = out.mail, []sandbox.Page{page.Access()}
	began, over := time.Now(), hurry()
	s, err := sandbox.Start(ctx, f.config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if f.deploy != nil {
		if err := f.deploy(ctx, s, out.event); err != nil {
			return err
		}
	}
	over()
	kept := "in " + f.config.Data
	if f.config.Data == "" {
		kept = "in memory, until the end"
	}
	overview := s.Overview()
	out.line("\n%s after %d ms, region %s, data %s", out.paint("1;32", "The sandbox is ready"), time.Since(began).Milliseconds(), f.config.Region, kept)
	out.ready(overview)
	f.note(out, overview)
	if err := to.ready(overview); err != nil {
		return err
	}
	switch {
	case f.resynth:
		return f.redeploy(ctx, s, out)
	case f.watch:
		return s.Watch(ctx, f.assembly, out.event, out.problem)
	}
	<-ctx.Done()
	out.line("Draining; once more Ctrl-C ends at once.")
	return nil
}

// redeploy deploys whenever a source is saved: the API's code at once, and then what a synth makes of everything.
func (f sandboxFlags) redeploy(ctx context.Context, s *sandbox.Sandbox, out *screen) error {
	app, err := readApp("cdk.json")
	if err != nil {
		return err
	}
	live, err := newLiveAPI("api", f.assembly)
	if err != nil {
		return err
	}
	out.line("Watching the sources that cdk.json names: save one.")
	return app.onSave(ctx, func() {
		began := time.Now()
		step := func(what string, err error) bool {
			if err == nil {
				err = s.Deploy(ctx, f.assembly, out.event)
			}
			switch {
			case ctx.Err() != nil:
			case err != nil:
				out.problem(err)
			default:
				out.line("%s %d ms after it was saved", out.paint("1;32", what), time.Since(began).Milliseconds())
			}
			return err == nil
		}
		if changed, err := live.refresh(); (changed || err != nil) && !step("live", err) {
			return
		}
		saved, err := readApp("cdk.json") // it has the settings
		if err == nil {
			err = saved.synth(ctx, f.env, f.assembly)
		}
		step("synthesized, proven and live", err)
	})
}

// region is that of the assembly's stacks or, without one, of the environment in cdk.json. What else is wrong with the assembly
// its deployment tells.
func (f sandboxFlags) region() (string, error) {
	if f.assembly != "" {
		a, err := assembly.Open(f.assembly)
		if a == nil {
			return "", err
		}
		for _, stack := range a.Stacks {
			if stack.Region != "" {
				return stack.Region, nil
			}
		}
	}
	return regionOf(f.env)
}

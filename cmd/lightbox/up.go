package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/outputs"
	"lightbox.example/lightbox/internal/site"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
)

// What is beside the command in what is downloaded, in the folder share: docs/WITHOUT-GO.md. Nothing is ever written there.
const (
	shareFolder   = "share"
	shareSettings = "cdk.json"
	shareAssembly = "assembly"
	sharePages    = "pages"
	shareTarget   = "dev" // the environment that the assembly is of
	settingsHere  = "cdk.json"
)

// share is the folder that came with this command; "" where none did.
func share() string {
	self, err := os.Executable()
	if err == nil {
		self, err = filepath.EvalSymlinks(self)
	}
	folder := filepath.Join(filepath.Dir(self), shareFolder)
	if _, missing := os.Stat(filepath.Join(folder, shareSettings)); err != nil || missing != nil {
		return ""
	}
	return folder
}

// settingsFile is the file of settings where it is looked for or, if none was named and none is here, that which came with this
// command.
func settingsFile(file string) string {
	if file != settingsHere {
		return file
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return file
	}
	if folder := share(); folder != "" {
		return filepath.Join(folder, shareSettings)
	}
	return file
}

func newUp() *cobra.Command {
	flags := sandboxFlags{env: shareTarget}
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Run the backend and its pages here, without Go or Node",
		Long: `up is what an archive or a package of Lightbox is for: AWS on this machine, the
backend deployed to it, and the pages on top, in a second or two. It compiles
nothing and starts nothing but the functions that came with it. What it deploys
is in share/ beside this command, and never written to.

Everything that people do there is kept in --data, a folder here. Ctrl-C lets
the requests under way end, and the next up finds everything again.

  lightbox sandbox status              what is where
  lightbox sandbox outputs ../shop     amplify_outputs.json for your own pages
  lightbox sandbox admin YOU           makes you an administrator of the store
  lightbox sandbox save NAME, load     all of it under a name, and back
  lightbox sandbox stop                ends one that was started with --detach
  lightbox sandbox reset               empties it

With --ready json it prints one line on stdout when it is ready, for programs,
as "lightbox sandbox" does: addresses, certificate, each stack with its outputs.
Every address may have the port 0, for a free one: what the pages and the bucket
have to know of it, they are told.`,
		Example: `  lightbox up
  lightbox up --http 127.0.0.1:4567 --https 127.0.0.1:8444 \
    --web-addr 127.0.0.1:3001 --data other
  lightbox up --ephemeral --ready json --http 127.0.0.1:0 \
    --https 127.0.0.1:0 --web-addr 127.0.0.1:0`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder := share()
			if folder == "" {
				return errors.New("got no share/ beside this command, want what an archive or a package has; with the sources, `make up` does the same")
			}
			flags.settings = filepath.Join(folder, shareSettings)
			flags.assembly = filepath.Join(folder, shareAssembly)
			if err := flags.check(cmd); err != nil {
				return err
			}
			pages, err := readPages(filepath.Join(folder, sharePages))
			if err != nil {
				return err
			}
			flags.origins = nil // that of the pages is added
			flags.config.WebFiles = pages.at
			flags.deploy = func(ctx context.Context, s *sandbox.Sandbox, progress func(sandbox.Event)) error {
				return flags.deployDownloaded(ctx, s, pages, progress)
			}
			return flags.start(cmd)
		},
	}
	f := cmd.Flags()
	flags.addresses(f)
	flags.keeping(f)
	flags.printing(f, "none")
	return cmd
}

// deployDownloaded deploys what came with this command, for pages where these are, and tells them what that has become.
func (f sandboxFlags) deployDownloaded(ctx context.Context, s *sandbox.Sandbox, pages *sharedPages, progress func(sandbox.Event)) error {
	opened, err := assembly.Open(f.assembly)
	if err != nil {
		return err
	}
	if err := allow(opened, "http://"+s.Web()); err != nil {
		return err
	}
	if err := s.DeployOpened(ctx, opened, progress); err != nil {
		return err
	}
	cfg, err := config.Read(f.settings, f.env)
	if err != nil {
		return err
	}
	deployed, err := json.Marshal(outputsOf(s.Overview()))
	if err != nil {
		return err
	}
	result, err := outputs.Amplify(cfg, outputs.File{Name: "the sandbox", Data: deployed}, outputs.File{})
	if err != nil {
		return err
	}
	pages.add(site.Outputs, result.JSON)
	return nil
}

// outputsOf is what is deployed, as `cdk deploy --outputs-file` writes it.
func outputsOf(o sandbox.Overview) map[string]map[string]string {
	stacks := map[string]map[string]string{}
	for _, stack := range o.Stacks {
		stacks[stack.Name] = stack.Outputs
	}
	return stacks
}

// usualOrigin is that of the pages unless flags say otherwise: one of the webOrigins of the environment.
const usualOrigin = "http://localhost:3000"

// allow puts an origin beside that of the usual pages wherever a template has it, as a synth with `-c origin=` does.
func allow(a *assembly.Assembly, origin string) error {
	if origin == usualOrigin {
		return nil
	}
	one, two := []byte(`"`+usualOrigin+`"`), []byte(`"`+usualOrigin+`","`+origin+`"`)
	found := false
	for _, stack := range a.Stacks {
		if !bytes.Contains(stack.Text, one) {
			continue
		}
		found = true
		stack.Text = bytes.ReplaceAll(stack.Text, one, two)
		template, err := assembly.ParseTemplate(stack.Name, stack.Text)
		if err != nil {
			return err
		}
		for _, resource := range template.Resources.All() {
			if was, ok := stack.Template.Resources.Get(resource.LogicalID); ok {
				resource.Construct = was.Construct // told from elsewhere than the template
			}
		}
		stack.Template = template
	}
	if !found {
		return fmt.Errorf("--web-addr: got pages at %s, and no template that names %s, want 127.0.0.1:3000", origin, usualOrigin)
	}
	return nil
}

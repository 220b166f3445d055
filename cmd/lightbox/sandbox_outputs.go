package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/outputs"
	"lightbox.example/lightbox/internal/site"
)

func newSandboxOutputs() *cobra.Command {
	var at whereabouts
	var flags outputsFlags
	cmd := &cobra.Command{
		Use:   "outputs [DIR]",
		Short: "Write amplify_outputs.json for a front end of your own",
		Long: `outputs asks a running sandbox what is deployed to it, and writes that as
DIR/amplify_outputs.json, for Amplify.configure(): what "lightbox outputs" makes
of a deployment to AWS. DIR is a folder that is there, this one if it is left
out, or - for stdout. What you put under "custom" of a file that is there
stays. It is to be run again when stacks were made anew.

The front end reaches the sandbox by a script tag: see docs/frontends/README.md.`,
		Example: `  lightbox sandbox outputs ../shop/src
  lightbox sandbox outputs - --env staging`,
		Args: wantsAtMost("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, overview, err := at.find(cmd)
			if err != nil {
				return err
			}
			if flags.out, err = settingsIn(args); err != nil {
				return err
			}
			text, err := json.Marshal(outputsOf(overview))
			if err != nil {
				return err
			}
			return flags.convert(cmd.OutOrStdout(), outputs.File{Name: "the sandbox at " + address, Data: text})
		},
	}
	at.flags(cmd)
	flags.at.flags(cmd)
	return cmd
}

// settingsIn is the file of settings in the folder that is named, if one is.
func settingsIn(args []string) (string, error) {
	folder := "."
	if len(args) > 0 {
		folder = args[0]
	}
	if folder == stdoutName {
		return stdoutName, nil
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return "", fmt.Errorf("DIR: got %q, want a folder that is there, or - for stdout", folder)
	}
	return filepath.Join(folder, site.Outputs), nil
}

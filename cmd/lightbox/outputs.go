package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/outputs"
)

// stdoutName is the file name that stands for standard output.
const stdoutName = "-"

// outputsFlags are the flags of `lightbox outputs`.
type outputsFlags struct {
	in   string
	at   place
	out  string
	flat bool
}

func newOutputs() *cobra.Command {
	var flags outputsFlags
	cmd := &cobra.Command{
		Use:   "outputs",
		Short: "Turn the outputs of a deployment into amplify_outputs.json",
		Long: `outputs makes the file of settings that Amplify's client libraries read.

What comes in
  outputs.json    what "npx cdk deploy --all --outputs-file outputs.json" wrote:
                  ids and addresses. The stacks of cdk.json's application and of
                  the environment, as in Lightbox-dev-API, are picked by name,
                  the rest of the file is left alone.
  cdk.json        the settings of the environment: MFA, social sign-in, domain.
  the --out file  what is there already. A deployment of some stacks only, as in
                  "npx cdk deploy Lightbox-dev-API", replaces their parts and
                  keeps the others; what you put under "custom" yourself stays
                  in any case. A file of another environment is refused.

What goes out
  amplify_outputs.json, version 1.4, checked against Amplify's public schema:
  auth, data and storage for Amplify.configure(), custom.cdn.url for public
  pictures, and custom.lightbox with the environment and the paths that
  Amplify's format cannot say. The same input gives the same bytes. Nothing in
  it is a secret.

With --flat it is one object of plain names instead (UserPoolId, BucketName, …),
made of a deployment of all stacks and printed, unless --out names a file.

A fault (a stack or key that is missing, a value of the wrong form, a file cut
short) is a line on stderr, the exit code is 1, and nothing is written.`,
		Example: `  npx cdk deploy --all --outputs-file outputs.json
  lightbox outputs                      # dev → web/amplify_outputs.json
  lightbox outputs --env prod --in prod.json --out dist/amplify_outputs.json
  lightbox outputs --out -              # look at it first
  lightbox outputs --flat               # the articles' plain names`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flags.flat && !cmd.Flags().Changed("out") {
				flags.out = stdoutName
			}
			return flags.run(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&flags.in, "in", "outputs.json", "the `file` that cdk deploy --outputs-file wrote")
	flags.at.flags(cmd)
	cmd.Flags().StringVar(&flags.out, "out", "web/amplify_outputs.json", "the `file` to write or merge, - for stdout")
	cmd.Flags().BoolVar(&flags.flat, "flat", false, "make one object of plain names, as the articles have it")
	return cmd
}

func (f outputsFlags) run(stdout io.Writer) error {
	from, err := outputs.ReadFile(f.in)
	if err != nil {
		return err
	}
	if from.Data == nil {
		return fmt.Errorf("%s: got no such file, want what npx cdk deploy --all --outputs-file %s writes", f.in, f.in)
	}
	return f.convert(stdout, from)
}

// convert writes what a deployment says of itself.
func (f outputsFlags) convert(stdout io.Writer, from outputs.File) error {
	cfg, err := f.at.settings()
	if err != nil {
		return err
	}
	var existing outputs.File
	if f.out != stdoutName {
		if existing, err = outputs.ReadFile(f.out); err != nil {
			return err
		}
	}

	convert := outputs.Amplify
	if f.flat {
		convert = outputs.Flat
	}
	result, err := convert(cfg, from, existing)
	if err != nil {
		return err
	}
	if f.out == stdoutName {
		_, err := stdout.Write(result.JSON)
		return err
	}
	changed, err := outputs.WriteFile(f.out, result.JSON)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, summary(f, result, changed))
	return err
}

// summary says what became of the file, as in
//
//	web/amplify_outputs.json: written for dev from API; kept Auth, Identity, FileStorage, CDN
func summary(f outputsFlags, result outputs.Result, changed bool) string {
	did := "written"
	if !changed {
		did = "unchanged"
	}
	line := fmt.Sprintf("%s: %s for %s from %s", f.out, did, f.at.env, strings.Join(result.Deployed, ", "))
	if len(result.Kept) > 0 {
		line += "; kept " + strings.Join(result.Kept, ", ")
	}
	return line
}

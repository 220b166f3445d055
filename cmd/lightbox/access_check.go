package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/report"
	"lightbox.example/lightbox/sandbox/assembly"
)

// violated is the exit code of `lightbox access check` for an assembly that breaks the contract.
const violated exit = 3

func newAccessCheck() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Prove an assembly, as the synth does",
		Long: `check proves the access of an assembly, a folder that cdk synth wrote: cdk.out
unless DIR says another. It is the proof that the synth itself makes, for an
assembly that something else has made, kept or changed.

It holds the templates against the tables of this program: who may do what with
files, and who may call which field about whose rows. It asks every policy, runs
every resolver, and looks at every property of every resource, at the outputs,
and at what the manifest deploys by which role. Whatever it does not know is a
violation.

--format
  text   by construct, for people
  json   the same for programs: violations[] and count
  sarif  SARIF 2.1.0, for code scanning

Exit code: 0 proven; 3 violations; 1 for an assembly that can't be read.`,
		Example: `  npx cdk synth -q && lightbox access check
  lightbox access check main.out
  lightbox access check --format json | jq -r '.violations[].construct'
  lightbox access check --format sarif > access.sarif`,
		Args: wantsAtMost("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "cdk.out"
			if len(args) > 0 {
				dir = args[0]
			}
			return checkAccess(dir, format, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "`text, json or sarif`")
	return cmd
}

func checkAccess(dir, format string, stdout io.Writer) error {
	write, known := map[string]func(report.Check) error{
		"text":  func(c report.Check) error { return c.WriteText(stdout, coloured(stdout)) },
		"json":  func(c report.Check) error { return writeJSON(stdout, c) },
		"sarif": func(c report.Check) error { return c.WriteSARIF(stdout) },
	}[format]
	if !known {
		return fmt.Errorf("--format: got %q, want text, json or sarif", format)
	}
	if err := wantAssembly(dir); err != nil {
		return err
	}
	a, err := assembly.Open(dir)
	if err != nil {
		return err
	}
	result, err := proof.CheckAssembly(a)
	if err != nil {
		return err
	}
	check := report.NewCheck(result, a, filepath.ToSlash(filepath.Clean(dir)))
	if err := write(check); err != nil {
		return err
	}
	if len(check.Violations) > 0 {
		return violated
	}
	return nil
}

// writeJSON writes a value as JSON for people and programs.
func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

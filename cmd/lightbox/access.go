package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/report"
	"lightbox.example/lightbox/internal/proof/system"
)

// accessFlags are the flags of `lightbox access`.
type accessFlags struct {
	assembly string
	format   string
}

func newAccess() *cobra.Command {
	var flags accessFlags
	cmd := &cobra.Command{
		Use:   "access",
		Short: "Say who may do what, by the synthesized templates",
		Long: `access prints who may do what with files and with the GraphQL API.

It reads the templates of an assembly, the folder that "npx cdk synth" writes,
and asks every policy in them, as AWS would: the answer is what would be
deployed, not what a table promises. That the two agree is what the synth itself
proves.

  lightbox access            everything at a glance
  lightbox access check      the proof itself, for any assembly
  lightbox access explain    one question: yes or no, by which statement
  lightbox access diff       what a change opens and closes

Text has colours on a terminal, unless NO_COLOR is set.`,
		Example: `  npx cdk synth && lightbox access
  lightbox access --assembly cdk.out --format markdown > access.md
  lightbox access --format svg > access.svg
  lightbox access --format json | jq '.areas[] | select(.guest != [])'
  lightbox access explain --as guest --action s3:GetObject --key private/x
  lightbox access diff main.out cdk.out`,
		Args: onlyCommands,
		RunE: func(cmd *cobra.Command, _ []string) error { return flags.run(cmd.OutOrStdout()) },
	}
	cmd.Flags().StringVar(&flags.assembly, "assembly", "cdk.out", "the `folder` that cdk synth wrote")
	cmd.AddCommand(newAccessCheck(), newExplain(), newAccessDiff())
	cmd.Flags().StringVar(&flags.format, "format", "text", "`text, markdown, svg or json`")
	return cmd
}

func (f accessFlags) run(stdout io.Writer) error {
	write, known := map[string]func(report.Matrix) error{
		"text":     func(m report.Matrix) error { return m.WriteText(stdout, coloured(stdout)) },
		"markdown": func(m report.Matrix) error { return m.WriteMarkdown(stdout) },
		"svg":      func(m report.Matrix) error { return m.WriteSVG(stdout) },
		"json":     func(m report.Matrix) error { return writeJSON(stdout, m) },
	}[f.format]
	if !known {
		return fmt.Errorf("--format: got %q, want text, markdown, svg or json", f.format)
	}
	s, err := readAssembly(f.assembly)
	if err != nil {
		return err
	}
	matrix, err := report.NewMatrix(s, access.Rules())
	if err != nil {
		return err
	}
	return write(matrix)
}

// readAssembly reads the system in a folder that cdk synth wrote.
func readAssembly(dir string) (*system.System, error) {
	if err := wantAssembly(dir); err != nil {
		return nil, err
	}
	return system.Open(dir)
}

// wantAssembly refuses a folder without what a synth writes.
func wantAssembly(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err != nil {
		return fmt.Errorf("%s: got no assembly there, want the folder that a synth writes: run `npx cdk synth` first", dir)
	}
	return nil
}

// coloured says whether a writer is a terminal whose owner has nothing against colours.
// See https://no-color.org.
func coloured(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

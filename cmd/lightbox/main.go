// Command lightbox is what a team runs beside the CDK: it turns the outputs of a deployment into
// the file that a front end reads. Each sub-command has a file of its own here; what it does is
// in a package under internal/.
//
// It never imports awscdk, so it builds in seconds.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		report(os.Stderr, err)
		os.Exit(1)
	}
}

// run carries out the command line args. Results and help go to stdout; faults are returned.
func run(args []string, stdout io.Writer) error {
	root := &cobra.Command{
		Use:   "lightbox",
		Short: "Tools around the Lightbox backend",
		Long: `lightbox does what comes before and after "npx cdk deploy".

The settings are those of cdk.json, one object per environment; --env chooses one.`,
		SilenceUsage:      true, // a fault is one line, not a page of usage
		SilenceErrors:     true, // report words it
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},

		DisableSuggestions: true, // they take several lines
	}
	root.AddCommand(newOutputs())
	root.SetArgs(args)
	root.SetOut(stdout)
	return root.Execute()
}

// report prints err with a line for each fault of it.
func report(stderr io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(stderr, "lightbox:", line)
	}
}

// Command lightbox is what a team runs beside the CDK: it turns the outputs of a deployment into
// the file that a front end reads, and says who may do what by the templates. Each sub-command
// has a file of its own here; what it does is in a package under internal/.
//
// It never imports awscdk, so it builds in seconds.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

func main() {
	os.Exit(status(run(os.Args[1:], os.Stdout), os.Stderr))
}

// exit ends the command with a code that is an answer and no fault: nothing is reported.
type exit int

func (code exit) Error() string { return "exit code " + strconv.Itoa(int(code)) }

// status is the exit code for what run returned, after a report of faults.
func status(err error, stderr io.Writer) int {
	var code exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	}
	report(stderr, err)
	return 1
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
	root.AddCommand(newOutputs(), newAccess(), newSandbox())
	root.SetArgs(args)
	root.SetOut(stdout)
	return root.Execute()
}

// wants refuses other arguments than one for each of the names, as in USER.
func wants(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		return fmt.Errorf("got %d arguments, want %d, as in `%s %s`", len(args), len(names), cmd.CommandPath(), strings.Join(names, " "))
	}
}

// report prints err with a line for each fault of it.
func report(stderr io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(stderr, "lightbox:", line)
	}
}

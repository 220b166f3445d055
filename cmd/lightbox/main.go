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
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lightbox.example/lightbox/internal/config"
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
	printFaults(stderr, err)
	return 1
}

// run carries out the command line args. Results and help go to stdout; faults are returned.
func run(args []string, stdout io.Writer) error {
	cmd, err := newRoot(args, stdout).ExecuteC()
	if err != nil && cmd.Annotations[evaluated] != "" {
		// Whoever evaluates nothing goes on, to their own account at AWS.
		fmt.Fprintln(stdout, "false")
	}
	return err
}

// evaluated marks commands whose output a shell evaluates.
const evaluated = "evaluated"

func newRoot(args []string, stdout io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "lightbox",
		Short: "Tools around the Lightbox backend",
		Long: `lightbox does what comes before and after "npx cdk deploy".

The settings are those of cdk.json, one object per environment; --env chooses
one.`,
		SilenceUsage:      true, // a fault is one line, not a page of usage
		SilenceErrors:     true, // report words it
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		Version:           version(),
		Args:              onlyCommands,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return wantValues(cmd.Flags()) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(newOutputs(), newAccess(), newBootstrapped(), newCost(time.Now), newForget(), newLeftovers(), newPhoto(), newPictures(), newPlan(),
		newRestore(), newSandbox(), newSettings(), newSite(), newStatus(time.Now), newUp(), newUser(), newVerify(), newVersion())
	root.SetFlagErrorFunc(nameFlag)
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "help" {
			cmd.Args = helpTopic
		}
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetUsageTemplate(strings.NewReplacer(
		".LocalFlags.FlagUsages", fmt.Sprintf(".LocalFlags.FlagUsagesWrapped %d", columns),
		".InheritedFlags.FlagUsages", fmt.Sprintf(".InheritedFlags.FlagUsagesWrapped %d", columns),
	).Replace(root.UsageTemplate()))
	root.SetArgs(args)
	root.SetOut(stdout)
	return root
}

// columns is how wide help may be.
const columns = 80

// onlyCommands refuses arguments of a command that has sub-commands, with the one that was meant.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			known = append(known, sub.Name())
		}
	}
	return fmt.Errorf("unknown command %q for %q%s", args[0], cmd.CommandPath(), config.DidYouMean(args[0], known))
}

// helpTopic refuses to help with what is no command, which cobra answers with the help of everything.
func helpTopic(cmd *cobra.Command, args []string) error {
	at := cmd.Root()
	for i := range args {
		next, _, err := at.Find(args[i : i+1])
		if err != nil || next == at {
			return onlyCommands(at, args[i:])
		}
		at = next
	}
	return nil
}

// wantValues refuses flags that are given with nothing although they have a default: what a shell makes of a variable that is
// not set.
func wantValues(flags *pflag.FlagSet) error {
	var errs []error
	flags.Visit(func(f *pflag.Flag) {
		if name, _ := pflag.UnquoteUsage(f); f.DefValue != "" && f.Value.String() == "" {
			errs = append(errs, fmt.Errorf("--%s: got nothing, want a value (%s), or no such flag for %s", f.Name, name, f.DefValue))
		}
	})
	return errors.Join(errs...)
}

// nameFlag adds to the fault of an unknown flag the one that was meant.
func nameFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	return fmt.Errorf("%w%s", err, config.DidYouMean(unknown.GetSpecifiedName(), known))
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

// wantsAtMost refuses more than one argument, which is called by a name.
func wantsAtMost(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fmt.Errorf("got %d arguments, want at most 1, as in `%s [%s]`", len(args), cmd.CommandPath(), name)
		}
		return nil
	}
}

// printFaults prints err with a line for each fault of it.
func printFaults(stderr io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(stderr, "lightbox:", line)
	}
}

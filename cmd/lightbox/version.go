package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// released is the version of an archive, which .goreleaser.yaml tells the linker; "" of any other build.
var released string

// version says what was built: what was released or, by the build's own record, the commit where it was made in a work tree
// of git with the record switched on ("+dirty" after changes), and "(devel)" elsewhere.
// https://pkg.go.dev/runtime/debug#BuildInfo
func version() string {
	built := "(unknown)"
	if released != "" {
		built = released
	} else if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		built = info.Main.Version
	}
	return fmt.Sprintf("lightbox %s, %s %s/%s", built, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which build this is",
		Long:  "version prints the version of this build, as --version does.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version())
			return err
		},
	}
}

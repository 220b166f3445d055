package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/diff"
)

// toReview is the exit code of `lightbox access diff` where something opens, or changes and was
// not compared.
const toReview exit = 3

func newAccessDiff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what a change opens, closes and leaves to review",
		Long: `diff compares two assemblies, folders that cdk synth wrote, and says in words
who may do more in the new one and who less: with files, by caller, verb and
area; with the fields of the API; and in all else that access rests on, such as
trust, CORS and roles of services.

It compares decisions and not texts: everything that the policies of either tell
apart is asked of both, so that a statement written differently that says the
same is no change.

What matters to nobody's access, such as a comment, is listed with the reason.

Whatever else changes in the templates is listed as not compared, by stack,
logical id and property, old and new: code of resolvers, which is tried besides,
rules of policies with conditions or principals, of which samples are asked, and
every property that nothing reads. While that list is not empty, diff does not
say that nobody may do more.

Exit code: 0 if nothing opens and all was compared; 3 if something opens, or
changes that was not compared; 1 for an assembly that cannot be read. A pull
request can be held up on 3.`,
		Example: `  git switch main && npx cdk synth -q --output main.out
  git switch -    && npx cdk synth -q --output this.out
  lightbox access diff main.out this.out`,
		Args: wants("OLD", "NEW"),
		RunE: func(cmd *cobra.Command, args []string) error { return diffAccess(args[0], args[1], cmd.OutOrStdout()) },
	}
}

func diffAccess(before, after string, stdout io.Writer) error {
	was, err := readAssembly(before)
	if err != nil {
		return err
	}
	is, err := readAssembly(after)
	if err != nil {
		return err
	}
	changes, err := diff.Compare(was, is, access.Rules())
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, changes)
	if len(changes.Opens)+len(changes.Unread) > 0 {
		return toReview
	}
	return nil
}

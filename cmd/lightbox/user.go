package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func newUser() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Look after people: show, block, unblock and export them",
		Args:  onlyCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newUserShow(), newUserBlock(), newUserUnblock(), newUserExport())
	return cmd
}

// credentialsHelp is the last part of the help of the commands.
const credentialsHelp = `USER is a user name, an e-mail address or a sub; a UUID is always a sub. It asks
with the AWS CLI's credentials, in the region of the environment. They need
cloudformation:ListStackResources, cognito-idp:ListUsers and AdminGetUser`

func newUserShow() *cobra.Command {
	var whom somebody
	cmd := &cobra.Command{
		Use:   "show USER",
		Short: "Say who a user is, and how much there is of them",
		Long: `show says who a user is, whether they may sign in, and how much each store has
of them. It changes nothing. Where no identity of theirs is known, protected/
and private/ are named and the exit code is 1, as by "lightbox forget".

` + credentialsHelp + `,
dynamodb:Query, s3:ListBucketVersions and cognito-identity:DescribeIdentity; for
--identity besides dynamodb:BatchGetItem.`,
		Example: `  lightbox user show maria --env prod
  lightbox user show maria@example.com`,
		Args: wants("USER"),
		RunE: whom.with(func(ctx context.Context, stdout io.Writer, f found) error {
			printUser(stdout, f.user)
			there, err := f.stores.Survey(ctx, f.who, newTicker(stdout).count("looking"))
			if err != nil {
				return err
			}
			printIdentities(stdout, there.Known)
			if there.Blocked != "" || there.Hidden > 0 {
				fmt.Fprintf(stdout, "hidden since %s, with %d photos\n", cmp.Or(there.Blocked, "some time"), there.Hidden)
			}
			if !there.Leaving.IsZero() {
				fmt.Fprintf(stdout, "leaves since %s\n", minute(there.Leaving))
			}
			fmt.Fprintln(stdout)
			printCounts(stdout, there.Counts)
			return searched(stdout, there.Identities)
		}),
	}
	whom.flags(cmd)
	whom.identityFlag(cmd)
	return cmd
}

// with runs do with whom the argument of a command means.
func (s *somebody) with(do func(context.Context, io.Writer, found) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		f, err := s.find(cmd.Context(), args[0])
		if err == nil {
			err = do(cmd.Context(), cmd.OutOrStdout(), f)
		}
		if err != nil {
			return fmt.Errorf("user: %w", err)
		}
		return nil
	}
}

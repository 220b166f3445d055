package main

import (
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
const credentialsHelp = `USER is a user name, an e-mail address or a sub. It asks with the credentials
that the AWS CLI would use, in the region of the environment. They need
cloudformation:ListStackResources, cognito-idp:ListUsers and AdminGetUser`

func newUserShow() *cobra.Command {
	var whom somebody
	cmd := &cobra.Command{
		Use:   "show USER",
		Short: "Say who a user is, and how much there is of them",
		Long: `show says who a user is, whether they may sign in, and how much each store has
of them. It changes nothing.

` + credentialsHelp + `,
dynamodb:Query and s3:ListBucketVersions.`,
		Example: `  lightbox user show maria --env prod
  lightbox user show maria@example.com`,
		Args: wants("USER"),
		RunE: whom.with(func(ctx context.Context, stdout io.Writer, f found) error {
			printUser(stdout, f.user)
			there, err := f.stores.Survey(ctx, f.who, newTicker(stdout).count("looking"))
			if err != nil {
				return err
			}
			for _, id := range there.Identities {
				fmt.Fprintf(stdout, "identity %s\n", id)
			}
			if !there.Leaving.IsZero() {
				fmt.Fprintf(stdout, "leaves since %s\n", minute(there.Leaving))
			}
			fmt.Fprintln(stdout)
			printCounts(stdout, there.Counts)
			return nil
		}),
	}
	whom.flags(cmd)
	whom.identityFlag(cmd)
	return cmd
}

func newUserBlock() *cobra.Command {
	var whom somebody
	cmd := &cobra.Command{
		Use:   "block USER",
		Short: "Let a user sign in no more, and end where they are signed in",
		Long: `block disables a user of the pool and ends all their sessions: they sign in no
more and get no new tokens or keys. Nothing of theirs is erased or hidden; what
they posted stays where it is until a moderator deletes it or "lightbox forget"
erases it.

Tokens and keys that they have go on until they end, an hour at most: AppSync
and S3 look at no user pool.

` + credentialsHelp + `,
AdminDisableUser and AdminUserGlobalSignOut.`,
		Example: `  lightbox user block maria --env prod
  lightbox user unblock maria --env prod`,
		Args: wants("USER"),
		RunE: whom.with(func(ctx context.Context, stdout io.Writer, f found) error {
			if err := f.stores.Block(ctx, f.user); err != nil {
				return err
			}
			_, err := fmt.Fprintf(stdout, "%s is blocked. Tokens and keys that they have end within an hour.\n", f.user.Username)
			return err
		}),
	}
	whom.flags(cmd)
	return cmd
}

func newUserUnblock() *cobra.Command {
	var whom somebody
	cmd := &cobra.Command{
		Use:   "unblock USER",
		Short: "Let a user sign in again",
		Long: `unblock enables a user of the pool who was blocked. They sign in anew: sessions
from before stay ended.

` + credentialsHelp + `,
AdminEnableUser.`,
		Example: `  lightbox user unblock maria --env prod`,
		Args:    wants("USER"),
		RunE: whom.with(func(ctx context.Context, stdout io.Writer, f found) error {
			if err := f.stores.Unblock(ctx, f.user); err != nil {
				return err
			}
			_, err := fmt.Fprintf(stdout, "%s may sign in again.\n", f.user.Username)
			return err
		}),
	}
	whom.flags(cmd)
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

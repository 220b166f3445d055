package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/person"
)

func newForget() *cobra.Command {
	var whom somebody
	var yes bool
	cmd := &cobra.Command{
		Use:   "forget USER",
		Short: "Erase everything of a person",
		Long: `forget says what an environment has of a person, store by store, and with --yes
erases it: for people who ask for it and cannot do it themselves. USER is a user
name, an e-mail address or a sub; of somebody whose account is gone, the sub. A
UUID is always a sub, whatever others are called.

What is erased, in this order
  the account, so that nobody signs in as them any more; their photos, comments
  and likes, with the counts of others' photos; the count of their uploads; all
  versions of their files in uploads/, originals/, protected/ and private/;
  their identities of the identity pool. The table's stream has the pictures of
  their photos removed, and what others wrote there, in the minutes after.

What is kept for two hours after the account is gone
  a mark in the table, and which identities are theirs. Tokens that were handed
  out before are good for an hour, and keys that they get for an hour more. What
  they bring in meanwhile is found by the mark: by the function remover, every
  hour, and in the end the mark goes too. So it does by this command, with their
  sub: by now the name may be another's.

Files in protected/ and private/ lie in folders that are named by an identity.
Where no row says which identity is theirs, as of a person who did not sign in
since the pages write it down, the areas are named and the exit code is 1. Give
the id as --identity: in the client, (await fetchAuthSession()).identityId. One
that is not in the identity pool, that no user of the pool signed in to, or that
a row says is another user's is refused before anything is made; whose one is
that no row says is for you to know. The look says when it was made, and how
many files it has.

It looks first, so that nothing is begun for which a right to read is missing.
It may be ended and run again at any time, by the sub that it says before it
begins, and while others do the same; the function remover goes on without it.
What fails is named with the reason, the rest goes on, and the exit code is 1.

It asks with the credentials that the AWS CLI would use, in the region of the
environment. They need cloudformation:ListStackResources, cognito-idp:ListUsers,
AdminGetUser and AdminDeleteUser, cognito-identity:DeleteIdentities and
DescribeIdentity, dynamodb:Query, UpdateItem, DeleteItem and BatchWriteItem,
s3:ListBucketVersions and DeleteObjectVersion; for --identity besides
dynamodb:BatchGetItem.`,
		Example: `  lightbox forget maria --env prod                    # what there is
  lightbox forget maria --env prod --yes
  lightbox forget maria@example.com --env prod --yes
  lightbox forget 01234567-89ab-4cde-8f01-23456789abcd --env prod --yes \
      --identity us-east-1:89abcdef-0123-4567-89ab-cdef01234567`,
		Args: wants("USER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := whom.find(cmd.Context(), args[0])
			if err != nil {
				return fmt.Errorf("forget: %w", err)
			}
			printUser(cmd.OutOrStdout(), f.user)
			if yes {
				return f.forget(cmd.Context(), cmd.OutOrStdout())
			}
			return f.survey(cmd.Context(), cmd.OutOrStdout())
		},
	}
	whom.flags(cmd)
	whom.identityFlag(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "erase it; it does not come back")
	return cmd
}

// survey says what there is, and changes nothing.
func (f found) survey(ctx context.Context, stdout io.Writer) error {
	there, err := f.stores.Survey(ctx, f.who, newTicker(stdout).count("looking"))
	if err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	printIdentities(stdout, there.Known)
	fmt.Fprintf(stdout, "\nWhat %s has of them\n", f.cfg.Env)
	printCounts(stdout, there.Counts)
	if there.Hidden > 0 {
		fmt.Fprintf(stdout, "%d of the photos are hidden.\n", there.Hidden)
	}
	if !there.Leaving.IsZero() {
		fmt.Fprintf(stdout, "They leave since %s.\n", minute(there.Leaving))
	}
	fmt.Fprint(stdout, "\nNothing was changed; --yes erases it.\n")
	return searched(stdout, there.Identities)
}

// forget erases it, and says what remains. It looks first: nothing is begun that could not be read to the end.
func (f found) forget(ctx context.Context, stdout io.Writer) error {
	there, err := f.stores.Survey(ctx, f.who, newTicker(stdout).count("looking"))
	if err != nil {
		return fmt.Errorf("forget: nothing was changed: %w", err)
	}
	printIdentities(stdout, there.Known)
	fmt.Fprintf(stdout, "To go on, if this is ended:\n  %s\n", f.again())
	if err := f.stores.Mark(ctx, f.who); err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	done, fault := f.stores.Erase(ctx, f.who, newTicker(stdout).count("erasing"))
	fmt.Fprintf(stdout, "\nErased in %s, besides what the table's stream has removed meanwhile\n", f.cfg.Env)
	if fault != nil {
		printCounts(stdout, done.Counts)
		return fmt.Errorf("forget: %w\nforget: got not all of it erased, for the reasons above; run it again when they are mended: %s", fault, f.again())
	}
	printErased(stdout, done.Counts, there.Counts)
	f.printRemains(stdout, done.Until)
	return searched(stdout, done.Identities)
}

// again is the command of another round: by the sub, for the account is gone by then, and its name may be another's.
func (f found) again() string {
	return fmt.Sprintf("lightbox forget %s --env %s --yes", f.user.Sub, f.cfg.Env)
}

// searched errs, with what to do, where no identity is known by which files could be found.
func searched(stdout io.Writer, identities []string) error {
	if len(identities) > 0 {
		return nil
	}
	var areas []string
	for _, area := range person.Areas(access.IdentityToken) {
		areas = append(areas, strings.TrimSuffix(area, access.IdentityToken+"/"))
	}
	fmt.Fprintf(stdout, "\nNot searched: %s. No row says which identity is theirs; give its id as --identity, or look there yourself.\n", strings.Join(areas, " and "))
	return exit(1)
}

// printRemains says what this does not reach, and until when it is there.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
func (f found) printRemains(stdout io.Writer, mark time.Time) {
	fmt.Fprint(stdout, "\nWhat remains, and until when\n")
	line := func(what, until string) { fmt.Fprintf(stdout, "  %-44s %s\n", what, until) }
	if !mark.IsZero() {
		line("the mark, and which identities are theirs", minute(mark)+", by the hourly round, or:")
		fmt.Fprintf(stdout, "      %s\n", f.again())
	}
	days := func(n int) string { return fmt.Sprintf("%d days", n) }
	line("pictures of photos, what others wrote there", "some minutes: the table's stream")
	line("in products that they made: the sub (upload)", "as long as the product")
	line("backups of the tables (to any second)", days(35))
	line("changes in the tables' streams", "a day")
	line("changes that functions failed on", days(30)+", their versions 30 more")
	line("parts of uploads that were broken off", "a day")
	line("access logs of files", days(f.cfg.LogRetentionDays)+", their versions 30 more")
	line("logs of the API and of functions", days(f.cfg.LogRetentionDays))
	if !f.cfg.DisableTracing {
		line("traces (X-Ray)", days(30))
	}
	line("copies in the CDN", "until it is told, with the pictures")
	line("copies in browsers, and what others saved", "as long as they keep them")
}

func minute(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/person"
)

func newUserBlock() *cobra.Command {
	var whom somebody
	var hide bool
	cmd := &cobra.Command{
		Use:   "block USER",
		Short: "Let a user sign in no more, and with --hide hide their photos",
		Long: `block disables a user of the pool and ends all their sessions: they sign in no
more and get no new tokens or keys. Nothing of theirs is erased; "lightbox
forget" does that.

Tokens and keys that they have go on until they end, an hour at most: AppSync
and S3 look at no user pool.

With --hide
  Their photos are there for nobody: not in lists, not by id, not to be liked
  or commented on, and the pictures are moved to hidden/photos/, where nobody
  of the application reads. Addresses from before answer 403 within a minute of
  the command's end, when the CDN has forgotten them. Their profile is hidden,
  and with tokens that they still have they post no photo. Their comments and
  likes stay, as do products.
  Its owner and moderators may still delete a hidden photo.

What it does is undone by "unblock". It may be ended and run again at any time:
the next run finishes what this one began, also of a user who is blocked. Run no
unblock of the same user meanwhile. What fails is named with the reason, the
rest goes on, and the exit code is 1.

` + credentialsHelp + `,
AdminDisableUser and AdminUserGlobalSignOut. For --hide besides dynamodb:Query,
GetItem and UpdateItem; s3:ListBucket, ListBucketVersions, GetObject, PutObject
and DeleteObjectVersion of public/photos/ and hidden/photos/;
cloudfront:CreateInvalidation.`,
		Example: `  lightbox user block maria --env prod
  lightbox user block maria --hide --env prod
  lightbox user unblock maria --env prod`,
		Args: wants("USER"),
		RunE: whom.with(func(ctx context.Context, stdout io.Writer, f found) error {
			if err := f.stores.Block(ctx, f.user); err != nil {
				return err
			}
			fmt.Fprintf(stdout, "%s is blocked. Tokens and keys that they have end within an hour.\n", f.user.Username)
			if !hide {
				return nil
			}
			return f.hide(ctx, stdout)
		}),
	}
	whom.flags(cmd)
	cmd.Flags().BoolVar(&hide, "hide", false, "hide their photos too, until they are unblocked")
	return cmd
}

// hide hides photos, and says how many.
func (f found) hide(ctx context.Context, stdout io.Writer) error {
	distribution, err := deployed.CDN(ctx, f.at, f.cfg.StackName)
	if err != nil {
		return err
	}
	done, err := f.stores.Hide(ctx, f.who, distribution.Invalidate, newTicker(stdout).count("hiding"))
	fmt.Fprintf(stdout, "%s hidden, %d were so before.\n", photos(done.Changed), done.Before)
	return unfinished(done, "block --hide", err)
}

// photos is a number of photos in words.
func photos(n int) string {
	if n == 1 {
		return "1 photo is"
	}
	return fmt.Sprintf("%d photos are", n)
}

// unfinished errs if not all photos were reached.
func unfinished(done person.Hiding, command string, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("%w\n%s: got not all of it done, for the reasons above; run it again when they are mended", err, command)
	case done.Missed > 0:
		return fmt.Errorf("%s: got %d photos that the profile counts and the index does not have, want none: run it again in a minute", command, done.Missed)
	}
	return nil
}

func newUserUnblock() *cobra.Command {
	var whom somebody
	cmd := &cobra.Command{
		Use:   "unblock USER",
		Short: "Let a user sign in again, and show what was hidden of them",
		Long: `unblock enables a user of the pool who was blocked. They sign in anew: sessions
from before stay ended.

What "block --hide" hid is shown again, always: photos at the addresses that
they had, with their likes and comments, and the profile. It may be ended and
run again at any time. What fails is named with the reason, the rest goes on,
and the exit code is 1.

` + credentialsHelp + `,
AdminEnableUser; dynamodb:Query, GetItem, UpdateItem and DeleteItem;
s3:ListBucket, ListBucketVersions, GetObject, PutObject and DeleteObjectVersion
of public/photos/ and hidden/photos/.`,
		Example: `  lightbox user unblock maria --env prod`,
		Args:    wants("USER"),
		RunE: whom.with(func(ctx context.Context, stdout io.Writer, f found) error {
			if err := f.stores.Unblock(ctx, f.user); err != nil {
				return err
			}
			fmt.Fprintf(stdout, "%s may sign in again.\n", f.user.Username)
			done, err := f.stores.Show(ctx, f.who, newTicker(stdout).count("showing"))
			fmt.Fprintf(stdout, "%s shown again.\n", photos(done.Changed))
			return unfinished(done, "unblock", err)
		}),
	}
	whom.flags(cmd)
	return cmd
}

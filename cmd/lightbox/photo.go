package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/person"
)

func newPhoto() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "photo",
		Short: "Take a photo down, and put it back",
		Args:  onlyCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPhotoHide(), newPhotoShow())
	return cmd
}

// photoHelp is the last part of the help of both commands.
const photoHelp = `PHOTO is its id, or the address of its page. It may be ended and run again. It
asks with the AWS CLI's credentials, in the region of the environment. They need
cloudformation:ListStackResources; dynamodb:GetItem and UpdateItem;
s3:ListBucket, ListBucketVersions, GetObject, PutObject and DeleteObjectVersion
of public/photos/ and hidden/photos/`

func newPhotoHide() *cobra.Command {
	return photoCommand(&cobra.Command{
		Use:   "hide PHOTO",
		Short: "Take a photo down: nobody sees it, until it is shown again",
		Long: `hide takes a photo down for everybody: it is not in lists, not there by its id,
not to be liked or commented on, and its pictures are moved to hidden/photos/,
where nobody of the application reads. Addresses from before answer 403 within a
minute of the command's end, when the CDN has forgotten them.

Nothing is erased: "photo show" shows it at the addresses that it had, with its
likes and comments. So does "user unblock" of its owner. Meanwhile its owner and
moderators may delete it. Copies that somebody made nobody calls back.

` + photoHelp + `;
cloudfront:CreateInvalidation.`,
		Example: `  lightbox photo hide 'https://www.example.com/photo/?id=…' --env prod`,
	}, func(ctx context.Context, stdout io.Writer, at placeOf, id string) error {
		distribution, err := deployed.CDN(ctx, at.settings, at.cfg.StackName)
		if err != nil {
			return err
		}
		changed, err := at.stores.HidePhoto(ctx, id, distribution.Invalidate)
		return told(stdout, id, changed, "hidden", err)
	})
}

func newPhotoShow() *cobra.Command {
	return photoCommand(&cobra.Command{
		Use:   "show PHOTO",
		Short: "Show a photo again that was taken down",
		Long: `show shows a photo again that "photo hide" took down, at the addresses that it
had, with its likes and comments. Of somebody who is blocked it shows none:
"user unblock" shows all of theirs.

` + photoHelp + `;
dynamodb:Query.`,
		Example: `  lightbox photo show 'https://www.example.com/photo/?id=…' --env prod`,
	}, func(ctx context.Context, stdout io.Writer, at placeOf, id string) error {
		changed, err := at.stores.ShowPhoto(ctx, id)
		return told(stdout, id, changed, "shown", err)
	})
}

// told says what became of a photo.
func told(stdout io.Writer, id string, changed bool, state string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	if changed {
		_, err = fmt.Fprintf(stdout, "%s is %s.\n", id, state)
	} else {
		_, err = fmt.Fprintf(stdout, "%s was %s before.\n", id, state)
	}
	return err
}

// placeOf is an environment and what it has of people.
type placeOf struct {
	cfg      config.Config
	settings aws.Config
	stores   *person.Stores
}

// photoCommand adds what both commands have to one.
func photoCommand(cmd *cobra.Command, do func(context.Context, io.Writer, placeOf, string) error) *cobra.Command {
	var in place
	cmd.Args = wants("PHOTO")
	in.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := photoID(args[0])
		if err != nil {
			return fmt.Errorf("photo: %w", err)
		}
		at := placeOf{}
		if at.cfg, at.settings, err = in.open(cmd.Context()); err != nil {
			return err
		}
		if at.stores, err = deployed.Stores(cmd.Context(), at.settings, at.cfg.StackName); err == nil {
			err = do(cmd.Context(), cmd.OutOrStdout(), at, id)
		}
		if err != nil {
			return fmt.Errorf("photo: %w", err)
		}
		return nil
	}
	return cmd
}

// photoPattern are the ids of photos: the sub of who owns it, and the UUID of what it was made of.
var photoPattern = regexp.MustCompile(`^[0-9a-f-]{36}\.[0-9a-f-]{36}$`)

// photoID is the id of a photo, or that in the address of its page.
func photoID(text string) (string, error) {
	id := text
	if address, err := url.Parse(text); err == nil && address.Host != "" {
		id = address.Query().Get("id")
	}
	if !photoPattern.MatchString(id) {
		return "", fmt.Errorf("got %q, want the id of a photo, SUB.UUID, or the address of its page, which ends with ?id=SUB.UUID", text)
	}
	return id, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/person"
)

func newUserExport() *cobra.Command {
	var whom somebody
	var out string
	cmd := &cobra.Command{
		Use:   "export USER",
		Short: "Write everything of a person into a zip archive, for them",
		Long: `export writes what an environment has of a person into one zip archive, as
somebody may ask for who has an account or is about to leave.

What is in it
  rows/*.json    profile, photos, comments, likes, days and identities
  files/         what is in their folders: uploads/, originals/, protected/ and
                 private/; and the pictures of their photos, hidden ones too
  manifest.json  each file with its key, and all that could not be had

A file that could not be read, one that a row names and that is not there, and
the areas that no identity is known for are named, and the exit code is 1. Then
--identity says an identity, as for "lightbox forget". The archive is written
beside its name, as in maria.zip.part, and has it when it is whole.

` + credentialsHelp + `,
dynamodb:Query, s3:ListBucket and GetObject, and
cognito-identity:DescribeIdentity; for --identity besides dynamodb:BatchGetItem.`,
		Example: `  lightbox user export maria --env prod --out maria.zip
  lightbox user export maria@example.com --out /tmp     # /tmp/SUB.zip`,
		Args: wants("USER"),
		RunE: whom.with(func(ctx context.Context, stdout io.Writer, f found) error {
			return f.export(ctx, stdout, out)
		}),
	}
	whom.flags(cmd)
	whom.identityFlag(cmd)
	cmd.Flags().StringVar(&out, "out", ".", "the `file`, which ends with .zip, or a folder for it")
	return cmd
}

// export writes the archive, and says what is in it.
func (f found) export(ctx context.Context, stdout io.Writer, out string) error {
	if !strings.HasSuffix(out, ".zip") {
		out = filepath.Join(out, f.user.Sub+".zip")
	}
	part := out + ".part"
	file, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	said, err := f.stores.Export(ctx, f.user, f.who.Identities, file, newTicker(stdout).count("reading"))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(part, out)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return printManifest(stdout, out, said)
}

// printManifest says what an archive has, and errs by the exit code if it has not all.
func printManifest(stdout io.Writer, out string, said person.Manifest) error {
	var bytes int64
	for _, file := range said.Files {
		bytes += file.Bytes
	}
	fmt.Fprintf(stdout, "%s: %d photos, %d comments, %d likes, %d files of %s\n", out,
		said.Rows["photos"], said.Rows["comments"], said.Rows["likes"], len(said.Files), size(bytes))
	for _, one := range said.Missing {
		fmt.Fprintf(stdout, "missing: %s: %s\n", one.What, one.Why)
	}
	if len(said.NotSearched) > 0 {
		return searched(stdout, nil)
	}
	if len(said.Missing) > 0 {
		return exit(1)
	}
	return nil
}

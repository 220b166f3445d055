package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
--identity says an identity, as for "lightbox forget". The archive has its name
when it is whole, and nobody but you may read it; one that is there stays.

Paths in it are those of keys, but for what Windows, macOS or Linux does not
take: the manifest has the key of each.

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
	cmd.Flags().StringVar(&out, "out", ".", "the `file`, which ends with .zip and is not there yet, or a folder for it")
	return cmd
}

// export writes the archive, and says what is in it.
func (f found) export(ctx context.Context, stdout io.Writer, out string) error {
	out, err := newArchive(out, f.user.Sub)
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(out), "."+filepath.Base(out)+".*.part") // one that nobody can have put there
	if err != nil {
		return err
	}
	said, err := f.stores.Export(ctx, f.user, f.who.Identities, file, newTicker(stdout).count("reading"))
	if err = errors.Join(err, file.Close()); err == nil {
		_, err = newArchive(out, f.user.Sub) // somebody may have put it there meanwhile
	}
	if err == nil {
		err = os.Rename(file.Name(), out)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return printManifest(stdout, out, said)
}

// newArchive is the file that is meant by a name that ends with .zip, or by a folder. It errs if there is one.
func newArchive(out, sub string) (string, error) {
	if at, err := os.Stat(out); err == nil && at.IsDir() {
		out = filepath.Join(out, sub+".zip")
	}
	if !strings.EqualFold(filepath.Ext(out), ".zip") {
		return "", fmt.Errorf("got %s, want a file that ends with .zip, or a folder that is there", out)
	}
	if _, err := os.Lstat(out); !errors.Is(err, fs.ErrNotExist) {
		return "", errors.Join(fmt.Errorf("got %s, want a file that is not there", out), err)
	}
	return out, nil
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

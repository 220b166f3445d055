package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/restore"
)

func newRestore() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Bring back a table, a file, or what stayed of stacks",
		Args:  onlyCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRestoreTable(), newRestoreFile(), newRestoreKept())
	return cmd
}

// restorable are the tables by the words that people type, which are those of the setting tables.restored.
var restorable = map[string]access.Source{"products": access.Products, "photos": access.Photos}

func newRestoreTable() *cobra.Command {
	var at place
	var to, name, mapping string
	cmd := &cobra.Command{
		Use:   "table products|photos",
		Short: "Restore a table to a point in time, into a new one",
		Long: `table has DynamoDB make a new table with the rows that a table had at a time of
the last 35 days, to the second, and gives it the settings that the deployed
template has of the old one. DynamoDB restores rows, keys and indexes alone: the
ceilings, the stream, tags, point-in-time recovery and the protection from
deletion are put back by this command.

Nothing else changes: the old table stays, and everybody goes on using it. The
command writes the file that "cdk import" reads, and says how the next
deployment takes the new one:
  1. tables.restored of the environment in cdk.json names it,
  2. "npx cdk import API" makes it the stack's, and changes nothing of it,
  3. a deployment turns the API, the functions and the streams to it.
The old table is kept, and belongs to no stack then.

It may be ended and run again with the same --to: what is done is left as it is.
DynamoDB takes from minutes to hours, and the new table costs as the old one
does. The latest time that it can restore is about five minutes ago, and is
taken without --to.

It asks CloudFormation and DynamoDB with the credentials that the AWS CLI would
use. They need cloudformation:ListStackResources and GetTemplate;
dynamodb:DescribeTable, DescribeContinuousBackups, DescribeTimeToLive,
RestoreTableToPointInTime, UpdateTable, UpdateTimeToLive, TagResource and
UpdateContinuousBackups; and for the new table BatchWriteItem, DeleteItem,
GetItem, PutItem, Query, Scan and UpdateItem, which DynamoDB wants of whoever
restores.`,
		Example: `  lightbox restore table photos --env prod --to 2026-11-30T09:15:00Z
  lightbox restore table products --env prod`,
		Args: wants("products|photos"),
		RunE: func(cmd *cobra.Command, args []string) error {
			source, known := restorable[args[0]]
			if !known {
				return fmt.Errorf("got the table %q, want products or photos", args[0])
			}
			t := restore.Table{Source: source, Name: name}
			if to != "" {
				var err error
				if t.When, err = time.Parse(time.RFC3339, to); err != nil {
					return fmt.Errorf("--to: got %q, want a time as in 2026-11-30T09:15:00Z", to)
				}
			}
			return restoreTable(cmd.Context(), cmd.OutOrStdout(), at, t, mapping)
		},
	}
	at.flags(cmd)
	cmd.Flags().StringVar(&to, "to", "", "the `time` whose rows are wanted, as in 2026-11-30T09:15:00Z; without it, the latest")
	cmd.Flags().StringVar(&name, "name", "", "the `name` of the new table; without it, one of the old one's and the time")
	cmd.Flags().StringVar(&mapping, "mapping", "restored.json", "the `file` to write for cdk import")
	return cmd
}

func restoreTable(ctx context.Context, stdout io.Writer, at place, t restore.Table, mapping string) error {
	cfg, settings, err := at.open(ctx)
	if err != nil {
		return err
	}
	t.Tables, t.Stacks, t.Stack = dynamodb.NewFromConfig(settings), cloudformation.NewFromConfig(settings), cfg.StackName("API")
	t.Say = func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }
	name, err := t.Restore(ctx)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := writeMapping(mapping, map[string]map[string]string{t.Source.RestoredID(name): {"TableName": name}}); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	_, err = fmt.Fprintf(stdout, `%s is ready, and nobody uses it yet. To turn to it:
  1. in cdk.json, in "%s": "tables": {"restored": {"%s": "%s"}}
  2. npx cdk import API -c env=%s --resource-mapping %s --force
  3. make deploy ENV=%s
`, name, cfg.Env, strings.ToLower(string(t.Source)), name, cfg.Env, mapping, cfg.Env)
	return err
}

// writeMapping writes a file for `cdk import`.
func writeMapping(file string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

func newRestoreFile() *cobra.Command {
	var at place
	var version string
	cmd := &cobra.Command{
		Use:   "file KEY",
		Short: "Show a file's versions, or put an older one back",
		Long: `file shows the versions that the bucket has of a key, the latest first; with
--version it puts that one on top of the others, with its type and metadata.
What was there stays among the older ones, and a file that was deleted is there
again. Older versions are kept for 30 days.

Who may read it is who may read the key: a file of private/IDENTITY-ID/ is there
for its owner again, and for nobody else. Pictures below public/ are written by
Lightbox itself: what a row names no more, the function "remover" removes again.

It asks CloudFormation and S3 with the credentials that the AWS CLI would use.
They need cloudformation:ListStackResources, s3:ListBucketVersions,
GetObjectVersion, GetObjectVersionTagging and PutObject.`,
		Example: `  lightbox restore file private/IDENTITY-ID/letter.txt --env prod
  lightbox restore file private/IDENTITY-ID/letter.txt --env prod --version ID`,
		Args: wants("KEY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return restoreFile(cmd.Context(), cmd.OutOrStdout(), at, args[0], version)
		},
	}
	at.flags(cmd)
	cmd.Flags().StringVar(&version, "version", "", "the `id` of the version to put back")
	return cmd
}

func restoreFile(ctx context.Context, stdout io.Writer, at place, key, version string) error {
	cfg, settings, err := at.open(ctx)
	if err != nil {
		return err
	}
	bucket := ""
	if err := deployed.Resources(ctx, settings, cfg.StackName("FileStorage"), map[deployed.Kind]*string{{Type: "AWS::S3::Bucket", ID: "Files"}: &bucket}); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	files := s3.NewFromConfig(settings)
	if version != "" {
		made, err := restore.PutBack(ctx, files, bucket, key, version)
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		_, err = fmt.Fprintf(stdout, "%s is as it was in the version %s, which is now %s.\n", key, version, made)
		return err
	}
	versions, err := restore.Versions(ctx, files, bucket, key)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, v := range versions {
		what := fmt.Sprintf("%d bytes", v.Bytes)
		if v.Deleted {
			what = "deleted"
		}
		if v.Current {
			what += ", now"
		}
		fmt.Fprintf(stdout, "%s  %s  %s\n", v.ID, v.At.UTC().Format(time.RFC3339), what)
	}
	return nil
}

func newRestoreKept() *cobra.Command {
	var at place
	var out string
	cmd := &cobra.Command{
		Use:   "kept",
		Short: "Find what was kept of stacks that are gone, for cdk import",
		Long: `kept reads, of each stack of an environment that was deleted within the last 90
days (the latest of a name), what stayed: user pool and client, identity pool,
roles, buckets, tables. It writes a file for "cdk import" for each, and says in
which order they are imported and deployed, so that people find their accounts,
and their files their owners.

What AWS can't import is named: the next deployment makes another. That is the
API, whose address is another then; what is left of the old one is yours to
delete.

Deploy with the settings that the environment had last, "allowDeletion" among
them: an import compares nothing, and takes for granted what the template says.
Without "tags" for as long: AWS refuses an import with them. When everything is
deployed, put both back, and deploy again.

It asks CloudFormation with the credentials that the AWS CLI would use, which
need cloudformation:ListStacks, ListStackResources and DescribeStackEvents.`,
		Example: `  lightbox restore kept --env prod
  lightbox restore kept --env prod --out kept`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return restoreKept(cmd.Context(), cmd.OutOrStdout(), at, out)
		},
	}
	at.flags(cmd)
	cmd.Flags().StringVar(&out, "out", "kept", "the `folder` to write the files for cdk import to")
	return cmd
}

func restoreKept(ctx context.Context, stdout io.Writer, at place, out string) error {
	cfg, settings, err := at.open(ctx)
	if err != nil {
		return err
	}
	stacks, err := restore.Kept(ctx, cloudformation.NewFromConfig(settings), cfg.StackName)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, s := range stacks {
		if s.Deployed {
			fmt.Fprintf(stdout, "# %s is there: nothing of it is imported\n", cfg.StackName(s.Stack))
			continue
		}
		for _, r := range s.Beside {
			fmt.Fprintf(stdout, "# not imported, and left as it is: %s %s\n", r.Type, r.PhysicalID)
		}
		if len(s.Mapping) > 0 {
			file := filepath.Join(out, s.Stack+".json")
			if err := writeMapping(file, s.Mapping); err != nil {
				return fmt.Errorf("restore: %w", err)
			}
			fmt.Fprintf(stdout, "npx cdk import %s -c env=%s --resource-mapping %s --force\n", s.Stack, cfg.Env, file)
		}
		fmt.Fprintf(stdout, "npx cdk deploy %s --exclusively -c env=%s\n", s.Stack, cfg.Env)
	}
	return nil
}

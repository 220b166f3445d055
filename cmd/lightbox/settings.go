package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
)

func newSettings() *cobra.Command {
	var schema bool
	var env, file string
	var changes []string
	cmd := &cobra.Command{
		Use:   "settings",
		Short: "List the settings of an environment, for people or for editors",
		Long: `settings lists the keys that an object under context.environments in cdk.json
may have, with what each is for and what holds where it is left out.

With --schema it prints their JSON Schema, by which an editor completes and
checks cdk.json. VS Code finds docs/cdk.schema.json by itself.

With --env it prints what a script has to know of an environment, as lines
region=us-east-1 and site=true or site=false. "pr-12" and its like, of a pull
request, have the settings of dev.

With --set KEY=VALUE it gives a setting of --env another value in cdk.json, and
says which it had; given again, it changes all of them or none. The file stays
as it is if the settings are refused, or if somebody else changes it in the same
moment. Nothing is deployed by it.`,
		Example: `  lightbox settings
  lightbox settings --schema > cdk.schema.json
  lightbox settings --env prod >> "$GITHUB_OUTPUT"
  lightbox settings --env prod --set auth.signUp=false`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if schema {
				_, err := cmd.OutOrStdout().Write(config.Schema())
				return err
			}
			if changes != nil {
				return setSettings(cmd.OutOrStdout(), file, env, changes)
			}
			if env != "" {
				cfg, err := config.Read(file, env)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "region=%s\nsite=%t\n", cfg.Region, cfg.Site.Present)
				return nil
			}
			return printSettings(cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&schema, "schema", false, "print their JSON Schema")
	cmd.Flags().StringVar(&env, "env", "", "the `name` of an environment, to print what scripts ask of it")
	cmd.Flags().StringVar(&file, "config", "cdk.json", "the `file` of settings, for --env")
	cmd.Flags().StringArrayVar(&changes, "set", nil, "the `KEY=VALUE` of a setting to change, with the value in JSON; may be given again")
	cmd.MarkFlagsMutuallyExclusive("schema", "env")
	return cmd
}

// setSettings changes settings of an environment, all or none.
func setSettings(w io.Writer, file, env string, changes []string) error {
	if env == "" {
		return errors.New("--set: got no --env, want the environment whose setting it is")
	}
	all := make([]config.Change, len(changes))
	for i, change := range changes {
		key, value, is := strings.Cut(change, "=")
		if !is {
			return fmt.Errorf("--set: got %q, want KEY=VALUE, as in auth.signUp=false", change)
		}
		all[i] = config.Change{Key: key, Value: value}
	}
	before, err := config.Set(file, env, all...)
	if err != nil {
		return err
	}
	for i, change := range all {
		was := "it was " + before[i]
		if before[i] == "" {
			was = "it was not set"
		}
		if _, err := fmt.Fprintf(w, "%s of %s is %s in %s; %s. Deploy it.\n", change.Key, env, change.Value, file, was); err != nil {
			return err
		}
	}
	return nil
}

func printSettings(w io.Writer) error {
	for _, s := range config.Settings() {
		holds := ""
		switch {
		case s.Required:
			holds = "required"
		case s.Unless != "":
			holds = "required without " + s.Unless
		case s.With != nil:
			holds = "with " + strings.Join(s.With, ", ")
		case s.Default != "":
			holds = "default " + s.Default
		}
		if holds != "" {
			holds = " (" + holds + ")"
		}
		if _, err := fmt.Fprintf(w, "%s%s\n%s", s.Key, holds, indented(plain(s.Help), 80)); err != nil {
			return err
		}
	}
	return nil
}

// plain is a text without the marks of Markdown. A star in code is a star.
func plain(markdown string) string {
	parts := strings.Split(markdown, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.ReplaceAll(parts[i], "*", "")
	}
	return strings.Join(parts, "")
}

// indented breaks a text into lines of at most width columns, four of which are blank.
func indented(text string, width int) string {
	var lines strings.Builder
	line := "   "
	for _, word := range strings.Fields(text) {
		if len([]rune(line))+1+len([]rune(word)) > width {
			lines.WriteString(line + "\n")
			line = "   "
		}
		line += " " + word
	}
	return lines.String() + line + "\n"
}

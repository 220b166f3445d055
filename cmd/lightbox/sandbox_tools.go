package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/sandbox"
)

func newSandboxEnv() *cobra.Command {
	var at whereabouts
	var env string
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print what AWS's tools need to find the sandbox",
		Long: `env prints shell commands that send the CDK CLI, the AWS CLI and AWS's SDKs to
the sandbox: its endpoints, that of S3 by TLS as policies of buckets want it, a
key that is no secret, its region, and the certificate. The sandbox says them
itself: env waits five seconds for one that was just started, and prints a
command that fails if there is none. It runs functions that are built for this
machine, so a synth for it may want an option.`,
		Example: `  eval "$(lightbox sandbox env)"
  npx cdk diff` + forThisMachine(),
		Args:        cobra.NoArgs,
		Annotations: map[string]string{evaluated: "by a shell"},
		RunE: func(cmd *cobra.Command, _ []string) error {
			lines, err := at.environment(cmd, env)
			if err != nil {
				return err
			}
			for _, line := range lines {
				name, value, _ := strings.Cut(line, "=")
				fmt.Fprintf(cmd.OutOrStdout(), "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "unset AWS_PROFILE AWS_SESSION_TOKEN")
			return err
		},
	}
	at.flags(cmd)
	cmd.Flags().StringVar(&env, "env", "dev", "the `environment` of cdk.json whose region the sandbox has to have")
	return cmd
}

func newSandboxStatus() *cobra.Command {
	var at whereabouts
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say what is where in a running sandbox",
		Long: `status shows the stacks of a running sandbox, and the addresses of its pages and
endpoints.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, overview, err := at.find(cmd)
			if err != nil {
				return err
			}
			out := &screen{out: cmd.OutOrStdout(), colour: coloured(cmd.OutOrStdout())}
			out.line("%s", out.paint("1;32", "The sandbox is running"))
			for _, stack := range overview.Stacks {
				out.line("  %-27s %s", stack.Name, stack.Status)
			}
			out.line("")
			out.ready(overview)
			return nil
		},
	}
	at.flags(cmd)
	return cmd
}

func newSandboxReset() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Empty the sandbox: users, files, rows and stacks",
		Long: `reset removes all that a sandbox keeps. It must not be running. The certificate
stays, so that what trusts it still does, and so does what was saved under a
name.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return sandbox.Reset(data) },
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "the sandbox's `folder`")
	return cmd
}

func newSandboxLogs() *cobra.Command {
	var at whereabouts
	var follow bool
	cmd := &cobra.Command{
		Use:   "logs",
		Short: "Show what functions and resolvers wrote to CloudWatch Logs",
		Long: `logs shows the log lines of a running sandbox: what functions write, with the
lines that Lambda adds, errors of resolvers, and what they log with console.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			address, _, err := at.find(cmd)
			if err != nil {
				return err
			}
			after := ""
			for {
				lines, err := fetchLogs(address, after)
				if err != nil {
					return err
				}
				for _, line := range lines {
					fmt.Fprintf(cmd.OutOrStdout(), "%s %s  %s\n", line.Time, line.Group, line.Message)
					after = line.ID
				}
				if !follow {
					return nil
				}
				time.Sleep(time.Second)
			}
		},
	}
	at.flags(cmd)
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on until Ctrl-C")
	return cmd
}

// fetchLogs asks a running sandbox for the lines behind the one with that id.
func fetchLogs(address, after string) (lines []sandbox.LogLine, err error) {
	response, err := asking.Get("http://" + address + "/_lightbox/logs?after=" + after)
	if err != nil {
		return nil, noAnswer(address, err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return nil, fmt.Errorf("http://%s: got %s, want the sandbox's answer: %s", address, response.Status, text)
	}
	return lines, json.NewDecoder(response.Body).Decode(&lines)
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/sandbox"
)

func newSandboxSave() *cobra.Command {
	var at whereabouts
	cmd := &cobra.Command{
		Use:   "save NAME",
		Short: "Keep all that a running sandbox has under a name",
		Long: `save keeps users, files, rows, stacks, mail and the clock under a name, in the
folder of the sandbox, in the place of what had the name. Requests wait for that
moment. "lightbox sandbox load NAME" puts it back, as often as you like: a test
begins with what it needs in no time.

"lightbox sandbox reset" leaves it alone. A sandbox that keeps nothing
(--ephemeral) keeps this until it ends.`,
		Example: `  make up && make seed && lightbox sandbox save seeded`,
		Args:    wants("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return at.state(cmd, "save", args[0], "saved")
		},
	}
	at.flags(cmd)
	return cmd
}

func newSandboxLoad() *cobra.Command {
	var at whereabouts
	cmd := &cobra.Command{
		Use:   "load [NAME]",
		Short: "Put back what was saved under a name, or say which names there are",
		Long: `load puts back all that "lightbox sandbox save NAME" has kept: what came after
is gone. Clients go on with the sessions of then; their subscriptions end, and
they begin them anew. Where it is killed, the one state is there or the other.

Without a name it lists what was saved, and when by the sandbox's clock.`,
		Example: `  lightbox sandbox load seeded`,
		Args:    wantsAtMost("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return at.state(cmd, "load", args[0], "loaded")
			}
			address, _, err := at.find(cmd)
			if err != nil {
				return err
			}
			var states sandbox.SavedStates
			if err := control(address, "state", nil, &states); err != nil {
				return err
			}
			for _, saved := range states.Saved {
				fmt.Fprintf(cmd.OutOrStdout(), "%-24s %s\n", saved.Name, saved.Time.UTC().Format(time.RFC3339))
			}
			return nil
		},
	}
	at.flags(cmd)
	return cmd
}

// state saves or loads, and says how long that took.
func (w *whereabouts) state(cmd *cobra.Command, verb, name, done string) error {
	address, _, err := w.find(cmd)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := control(address, "state", map[string]string{verb: name}, &sandbox.SavedStates{}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is %s, in %d ms\n", name, done, time.Since(began).Milliseconds())
	return err
}

func newSandboxClock() *cobra.Command {
	var at whereabouts
	cmd := &cobra.Command{
		Use:   "clock [TIME]",
		Short: "Have a running sandbox's clock go forward, or say what it shows",
		Long: `clock has the sandbox's clock go forward, by a time or to one: tokens and links
expire, rows and files end, schedules and alarms have their turn, and the header
Date says so. It never goes back but with "lightbox sandbox load", which has the
clock of then; it stays ahead after a restart.

Clients sign by their own clock. Amplify's and AWS's SDKs for Go and JavaScript
take the sandbox's from its answers; others are refused, as on AWS.`,
		Example: `  lightbox sandbox clock '25 hours'
  lightbox sandbox clock 2030-01-01T00:00:00Z`,
		Args: wantsAtMost("TIME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var wanted any
			if len(args) == 1 {
				forward, err := span(args[0])
				if err != nil {
					return err
				}
				wanted = forward
			}
			address, _, err := at.find(cmd)
			if err != nil {
				return err
			}
			var state sandbox.ClockState
			if err := control(address, "clock", wanted, &state); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s, %s ahead\n", state.Now.Format(time.RFC3339), state.Ahead)
			return err
		},
	}
	at.flags(cmd)
	return cmd
}

// units are the words of times, as `make clock` takes them too.
var units = map[string]time.Duration{
	"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour,
}

// span is what the sandbox is asked for by a time in words: 25 hours, 25h, or a moment in ISO 8601.
func span(text string) (map[string]string, error) {
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		return map[string]string{"to": text}, nil
	}
	if _, err := time.ParseDuration(text); err == nil {
		return map[string]string{"forward": text}, nil
	}
	number, unit, _ := strings.Cut(text, " ")
	count, err := strconv.Atoi(number)
	length := units[strings.TrimSuffix(unit, "s")]
	if err != nil || length == 0 || count < 0 || count > int((1<<63-1)/length) {
		return nil, fmt.Errorf("got the time %q, want one as in '25 hours', '3 days', 90m or 2030-01-01T00:00:00Z", text)
	}
	return map[string]string{"forward": (time.Duration(count) * length).String()}, nil
}

// control asks a running sandbox for something, or for the answer alone if wanted is nil.
func control(address, what string, wanted, answer any) (err error) {
	target := "http://" + address + "/_lightbox/" + what
	var response *http.Response
	if wanted == nil {
		response, err = asking.Get(target)
	} else {
		text, fault := json.Marshal(wanted)
		if fault != nil {
			return fault
		}
		response, err = asking.Post(target, "application/json", bytes.NewReader(text))
	}
	if err != nil {
		return noAnswer(address, err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("http://%s: %s", address, strings.TrimSpace(string(text)))
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"lightbox.example/lightbox/internal/functions"
	"lightbox.example/lightbox/sandbox"
)

// A screen is what a person at the terminal sees. Its methods are called from many goroutines.
type screen struct {
	mu     sync.Mutex
	out    io.Writer
	colour bool
}

// line prints a line. A terminal that is gone is no reason to stop.
func (s *screen) line(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = fmt.Fprintf(s.out, format+"\n", args...)
}

// paint is text in a colour of ANSI's, on a terminal.
func (s *screen) paint(code, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// calls returns what prints the request log in a format.
func (s *screen) calls(format string) (func(sandbox.Call), error) {
	switch format {
	case "none":
		return nil, nil
	case "json":
		return func(c sandbox.Call) {
			text, err := json.Marshal(c)
			if err == nil {
				s.line("%s", text)
			}
		}, nil
	case "text":
		return func(c sandbox.Call) {
			text := c.String()
			switch {
			case c.Fault != "" || c.Status >= 500:
				text = s.paint("1;31", text)
			case c.Status >= 400:
				text = s.paint("33", text)
			}
			s.line("%s", text)
		}, nil
	default:
		return nil, fmt.Errorf("--log: got %q, want text, json or none", format)
	}
}

func (s *screen) mail(m sandbox.Mail) {
	text := fmt.Sprintf("mail to %s (%s)", m.To, m.Subject)
	if what := cmp.Or(m.Code, m.Link); what != "" {
		text += ": " + what
	}
	s.line("%s", s.paint("1;36", text))
}

// event prints what became of a stack, and each resource that failed.
func (s *screen) event(e sandbox.Event) {
	failed := strings.HasSuffix(e.Status, "_FAILED")
	switch {
	case failed || strings.Contains(e.Status, "ROLLBACK") && e.OfStack():
		s.line("%s", s.paint("1;31", strings.TrimSpace(fmt.Sprintf("  %s  %s  %s  %s", e.Stack, e.LogicalID, e.Status, e.Reason))))
	case e.OfStack() && strings.HasSuffix(e.Status, "_COMPLETE"):
		s.line("  %s  %s", s.paint("32", e.Status), e.Stack)
	}
}

func (s *screen) problem(err error) { s.line("%s", s.paint("1;31", err.Error())) }

// ready says what is where, and what to do next.
func (s *screen) ready(o sandbox.Overview) {
	pages := "http://" + o.HTTP + "/_lightbox/"
	if o.Web != "" {
		s.line("  %-13s http://%s/", "front end", o.Web)
	}
	s.line("  %-13s %-42s what is in it, and who may do what", "console", pages)
	s.line("  %-13s %-42s codes that Cognito would send", "inbox", pages+"mail")
	s.line("  %-13s %-42s each call, and which statement decided", "requests", pages+"requests")
	s.line("  %-13s %-42s for tools that take one (AWS_ENDPOINT_URL)", "endpoint", "http://"+o.HTTP)
	s.line("  %-13s %-42s by --host-resolver-rules and the like", "AWS's names", "https://"+o.HTTPS)
	s.line("  %-13s %s", "certificate", o.CAFile)
	deployed := len(o.Stacks) > 0
	if !deployed {
		s.line("\nNothing is deployed yet. Next: %s", s.paint("1", `eval "$(`+os.Args[0]+` sandbox env --http `+o.HTTP+`)" && npx cdk deploy --all --outputs-file outputs.json`+forThisMachine()))
	}
	s.line("")
}

// forThisMachine is what a synth has to be told so that functions are built for the processor that runs them in the sandbox:
// nothing where that is the one of AWS's functions.
func forThisMachine() string {
	if host := functions.Host(); host != functions.ARM64 {
		return " -c architecture=" + string(host)
	}
	return ""
}

package main

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox"
)

// A readyLine is what `lightbox sandbox --ready json` prints, on one line, when everything that it was asked for is there.
type readyLine struct {
	sandbox.Overview
	Environment map[string]string `json:"environment"` // as `lightbox sandbox env` has it
}

func lineOf(o sandbox.Overview) readyLine {
	line := readyLine{o, map[string]string{}}
	for _, variable := range o.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		line.Environment[name] = value
	}
	return line
}

// printers are where a sandbox prints: what people read, and what programs do.
type printers struct {
	people   *screen
	programs io.Writer // nil if nobody asked
}

func (f sandboxFlags) printers(stdout, stderr io.Writer) printers {
	if f.ready == "json" {
		return printers{&screen{out: stderr, colour: coloured(stderr)}, stdout}
	}
	return printers{people: &screen{out: stdout, colour: coloured(stdout)}}
}

// ready tells programs that the sandbox is. Whoever asked and is gone can't be told: that is an error, and ends it.
func (p printers) ready(o sandbox.Overview) error {
	if p.programs == nil {
		return nil
	}
	encoder := json.NewEncoder(p.programs)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(lineOf(o))
}

// note says what keeps the front end from working where it is.
func (f sandboxFlags) note(out *screen, o sandbox.Overview) {
	origin := "http://" + o.Web
	if o.Web != "" && f.origins != nil && !slices.Contains(f.origins, origin) && !slices.Contains(f.origins, "*") {
		out.line("note: %s is not among the webOrigins of %s, so browsers refuse the front end there to upload files, as on AWS, unless -c origin=%s deployed it", origin, f.env, origin)
	}
}

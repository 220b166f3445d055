package fidelity

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Service is one of the sandbox's with what it knows, from the tables that it works by.
type Service struct {
	Key        string // as in Score.Service
	Title      string // as in Amazon S3
	Operations []string
}

// Page is docs/FIDELITY.md: the judges, and a row for each operation of the services. The error tells the scores of what is no
// operation of theirs.
func Page(services []Service, records []Record) ([]byte, error) {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# How far the sandbox is AWS's\n")
	line("Written by tests: `make judges` runs the judges and writes this page anew, and `make test` holds its rows to the operations that")
	line("[the sandbox knows](SANDBOX.md). Nothing in it was typed, neither a count nor a row. What a judge holds against the sandbox is decided by AWS's")
	line("page: the sandbox is mended, or the difference is listed with the page. Anything else fails `make judges`.\n")
	line("## Judges\n")
	line("| judge | is | version | cases | agreed | need what is refused by name | known differences |\n|---|---|---|---|---|---|---|")
	for _, j := range Judges {
		at := slices.IndexFunc(records, func(r Record) bool { return r.Judge == j.Name })
		if at < 0 {
			line("| %s | %s | has not run | | | | |", j.Title, cell(j.Is))
			continue
		}
		r := records[at]
		line("| %s | %s | %s | %d | %d | %d | %d |", j.Title, cell(j.Is), cell(r.Version), r.Cases, r.Agreed, r.Refused, r.Cases-r.Agreed-r.Refused)
	}
	judged, all := 0, 0
	for _, service := range services {
		all += len(service.Operations)
		for _, name := range service.Operations {
			if len(scores(records, Operation{service.Key, name})) > 0 {
				judged++
			}
		}
	}
	line("\n## Operations\n")
	line("%d of %d were compared by an outside judge. A case may call several operations: it counts for each. What no judge can compare says why.\n", judged, all)
	line("| service | operation | judges: cases, agreed | known differences |\n|---|---|---|---|")
	for _, service := range services {
		for _, name := range service.Operations {
			row(line, service.Title, name, unjudged[Operation{service.Key, name}], scores(records, Operation{service.Key, name}))
		}
	}
	line("\n## Beside operations\n")
	line("| of | what | judges: cases, agreed | known differences |\n|---|---|---|---|")
	errs := reasons(services, records)
	done := map[Operation]bool{}
	for _, r := range records {
		for _, s := range r.Scores {
			of := Operation{s.Service, s.Operation}
			if slices.ContainsFunc(services, func(k Service) bool { return k.Key == s.Service && slices.Contains(k.Operations, s.Operation) }) || done[of] {
				continue
			}
			done[of] = true
			if aspects[s.Service] == "" {
				errs = append(errs, fmt.Errorf("record %s: got a score of %s %s, which the sandbox does not have", r.Judge, s.Service, s.Operation))
				continue
			}
			row(line, aspects[s.Service], s.Operation, "", scores(records, of))
		}
	}
	return b.Bytes(), errors.Join(errs...)
}

// reasons tells which of unjudged are stale: of an operation that is none of the services', or that was judged after all.
func reasons(services []Service, records []Record) (errs []error) {
	for of := range unjudged {
		at := slices.IndexFunc(services, func(k Service) bool { return k.Key == of.Service })
		if at >= 0 && (!slices.Contains(services[at].Operations, of.Name) || len(scores(records, of)) > 0) {
			errs = append(errs, fmt.Errorf("unjudged: got %s %s, which is judged or no operation, want the entry gone", of.Service, of.Name))
		}
	}
	return errs
}

// A verdict is the score of an operation, and whose it is.
type verdict struct {
	Score
	judge Judge
}

func scores(records []Record, of Operation) []verdict {
	var all []verdict
	for _, r := range records {
		by, _ := judge(r.Judge)
		for _, s := range r.Scores {
			if s.Service == of.Service && s.Operation == of.Name {
				all = append(all, verdict{s, by})
			}
		}
	}
	return all
}

// row writes one of a table; why is for want of what there are no verdicts, where that is known.
func row(line func(string, ...any), of, name, why string, verdicts []verdict) {
	if len(verdicts) == 0 {
		if why != "" {
			why = ": " + why
		}
		line("| %s | `%s` | no outside judge%s | |", of, name, cell(why))
		return
	}
	var by, differ []string
	for _, v := range verdicts {
		by = append(by, fmt.Sprintf("%s: %d, %d", v.judge.Title, v.Cases, v.Agreed))
		for _, d := range v.Differences {
			differ = append(differ, fmt.Sprintf("%s: [%s](%s)", v.judge.Title, cell(d.What), d.Page))
		}
	}
	line("| %s | `%s` | %s | %s |", of, name, strings.Join(by, "<br>"), strings.Join(differ, "<br>"))
}

// cell is a text in a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// Table is the judges' part of the page for a terminal.
func Table(records []Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-26s %8s %8s %8s %8s  %s\n", "judge", "cases", "agreed", "refused", "known", "version")
	for _, j := range Judges {
		at := slices.IndexFunc(records, func(r Record) bool { return r.Judge == j.Name })
		if at < 0 {
			fmt.Fprintf(&b, "%-26s has not run\n", j.Title)
			continue
		}
		r := records[at]
		fmt.Fprintf(&b, "%-26s %8d %8d %8d %8d  %s\n", j.Title, r.Cases, r.Agreed, r.Refused, r.Cases-r.Agreed-r.Refused, r.Version)
	}
	return b.String()
}

// Package runbook reads docs/RUNBOOK.md: the pages that alarms lead to, and the commands that people type at night. Tests hold the one
// against the table of alarms, and run the other as printed.
package runbook

import (
	"regexp"
	"strings"
)

// A Page is what begins with an anchor of its own.
type Page struct {
	Anchor string
	Text   string // from the anchor to the next one, or to the next part
}

var anchored = regexp.MustCompile(`(?m)^<a id="([a-z-]+)"></a>\n`)

// Pages are the pages of a part, which is what a heading of two signs begins.
func Pages(text, part string) []Page {
	_, text, _ = strings.Cut(text, "\n## "+part+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	var pages []Page
	for _, at := range anchored.FindAllStringSubmatchIndex(text, -1) {
		page := Page{Anchor: text[at[2]:at[3]], Text: text[at[1]:]}
		if next := anchored.FindStringIndex(page.Text); next != nil {
			page.Text = page.Text[:next[0]]
		}
		pages = append(pages, page)
	}
	return pages
}

var block = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// Commands are the blocks of commands, as printed.
func Commands(text string) []string {
	var blocks []string
	for _, found := range block.FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, strings.TrimSuffix(found[1], "\n"))
	}
	return blocks
}

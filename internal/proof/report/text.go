package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lightbox.example/lightbox/internal/proof/prose"
)

// WriteText writes the matrix as tables of fixed width, with colour by the escape codes of
// terminals if wanted.
func (m Matrix) WriteText(w io.Writer, colour bool) error {
	p := paint(colour)
	var b strings.Builder
	b.WriteString(p.bold("Files: who may do what in the bucket") + "\n\n")
	writeAligned(&b, m.areaTable(), p)
	b.WriteString("\n" + legend(m.legendOfFiles(), p) + "\n")
	b.WriteString(p.bold("GraphQL: who may call which field") + "\n\n")
	writeAligned(&b, m.fieldTable(), p)
	b.WriteString("\n" + legend(legendOfFields, p) + "\n")
	b.WriteString(p.bold("Besides") + "\n\n")
	for _, line := range m.besides() {
		b.WriteString("  " + strings.Join(prose.Wrap(line, 96), "\n  ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteMarkdown writes the matrix as a page.
func (m Matrix) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Who may do what\n\nComputed from the templates: every policy was asked. `lightbox access` prints it for any assembly, and\n" +
		"`lightbox access explain` says why. Everything that is not here is denied.\n\n")
	b.WriteString("## Files\n\n")
	writeMarkdownTable(&b, m.areaTable())
	writeMarkdownLegend(&b, m.legendOfFiles())
	b.WriteString("## GraphQL\n\n")
	writeMarkdownTable(&b, m.fieldTable())
	writeMarkdownLegend(&b, legendOfFields)
	b.WriteString("## Besides\n\n")
	for _, line := range m.besides() {
		b.WriteString("- " + escapeMarkdown(line) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (m Matrix) areaTable() [][]string {
	table := [][]string{append([]string{"area", "CDN", "guest", "signed in", "owner"}, m.groupNames()...)}
	for _, row := range m.Areas {
		owner := ""
		if row.Owner != nil {
			owner = orDash(row.Owner.String())
		}
		line := []string{row.Area, orDash(row.CDN.String()), orDash(row.Guest.String()), orDash(row.SignedIn.String()), owner}
		for _, group := range m.Groups {
			line = append(line, orDash(row.Groups[group].String()))
		}
		table = append(table, line)
	}
	return table
}

func (m Matrix) fieldTable() [][]string {
	table := [][]string{append([]string{"field", "guests", "signed in"}, m.groupNames()...)}
	for _, row := range m.Fields {
		line := []string{row.Field, yes(row.Guests), yes(row.SignedIn)}
		for _, group := range m.Groups {
			line = append(line, yes(row.Groups[group]))
		}
		table = append(table, line)
	}
	return table
}

func (m Matrix) groupNames() []string {
	var names []string
	for _, group := range m.Groups {
		names = append(names, string(group))
	}
	return names
}

// besides are the exceptions, or that there are none.
func (m Matrix) besides() []string {
	if len(m.Exceptions) > 0 {
		return m.Exceptions
	}
	return []string{
		"All of it needs TLS 1.2 or later.",
		"Nobody else may do anything with the bucket: not anyone on the internet past the CDN, not CloudFront for another account, not another service, not a role of another account.",
		"Nobody may do anything else with it, such as reading an older version or changing a setting.",
	}
}

func orDash(text string) string {
	if text == "" {
		return nothing
	}
	return text
}

// nothing is an empty cell.
const nothing = "-"

func yes(open bool) string {
	if open {
		return "yes"
	}
	return nothing
}

func (m Matrix) legendOfFiles() [][2]string {
	entries := [][2]string{
		{"CDN", "CloudFront, and so anyone on the internet who knows a file's address"},
		{"guest", "whoever has not signed in"},
		{"signed in", "whoever has; where an area has owners, in other people's folders"},
		{"owner", "the same person in their own folder; blank where nobody owns one"},
	}
	for _, group := range m.groupNames() {
		entries = append(entries, [2]string{group, "the group, in anybody's folder; in their own they have the owner's rights too"})
	}
	return append(entries, legendOfCells...)
}

var legendOfCells = [][2]string{
	{"{identity}", "an owner's folder, by their id in the identity pool"},
	{"{user}", "an owner's folder, by their sub in the user pool"},
	{"get list", "read a file; name the files below a prefix"},
	{"put delete", "write a file, in parts too; remove one"},
	{nothing, "nothing"},
}

var legendOfFields = [][2]string{
	{"guests", "by IAM, with the credentials of the identity pool"},
	{"signed in", "by the user pool's token, or by IAM as guests do"},
	{"yes", "may call it. What a resolver asks besides, such as whose photo it is, is not shown"},
}

func legend(entries [][2]string, p paint) string {
	var b strings.Builder
	for _, entry := range entries {
		fmt.Fprintf(&b, "  %s  %s\n", p.dim(pad(entry[0], 10)), entry[1])
	}
	return b.String()
}

// writeAligned writes a table with columns of one width each.
func writeAligned(b *strings.Builder, table [][]string, p paint) {
	widths := widthsOf(table)
	for i, row := range table {
		var line strings.Builder
		for j, cell := range row {
			line.WriteString("  ")
			text := pad(cell, widths[j])
			if j == len(row)-1 {
				text = cell
			}
			switch {
			case i == 0:
				text = p.bold(text)
			case j > 0:
				text = p.cell(text)
			}
			line.WriteString(text)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func writeMarkdownTable(b *strings.Builder, table [][]string) {
	coded := make([][]string, len(table))
	for i, row := range table {
		coded[i] = append([]string{}, row...)
		for j, cell := range row {
			switch {
			case i > 0 && j == 0:
				coded[i][j] = "`" + cell + "`"
			case cell == nothing:
				coded[i][j] = ""
			}
		}
	}
	widths := widthsOf(coded)
	for i, row := range coded {
		for j, cell := range row {
			b.WriteString("| " + pad(cell, widths[j]) + " ")
		}
		b.WriteString("|\n")
		if i > 0 {
			continue
		}
		for _, width := range widths {
			b.WriteString("|" + strings.Repeat("-", width+2))
		}
		b.WriteString("|\n")
	}
	b.WriteString("\n")
}

func writeMarkdownLegend(b *strings.Builder, entries [][2]string) {
	for _, entry := range entries {
		term := "`" + entry[0] + "`"
		if entry[0] == nothing {
			term = "an empty cell"
		}
		fmt.Fprintf(b, "- %s: %s\n", term, entry[1])
	}
	b.WriteString("\n")
}

// escapeMarkdown keeps * and _ of policies from becoming emphasis.
func escapeMarkdown(text string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "|", `\|`, "<", `\<`).Replace(text)
}

func widthsOf(table [][]string) []int {
	widths := make([]int, len(table[0]))
	for _, row := range table {
		for j, cell := range row {
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// paint colours by the escape codes of ECMA-48, or leaves texts as they are.
type paint bool

func (p paint) bold(text string) string { return p.with("1", text) }
func (p paint) dim(text string) string  { return p.with("2", text) }

// cell colours what reads green, what writes yellow and nothing dim.
func (p paint) cell(text string) string {
	if !p {
		return text
	}
	words := strings.Split(text, " ")
	for i, word := range words {
		switch word {
		case "get", "list", "yes":
			words[i] = p.with("32", word)
		case "put", "delete":
			words[i] = p.with("33", word)
		case "partly":
			words[i] = p.with("31", word)
		case nothing:
			words[i] = p.dim(word)
		}
	}
	return strings.Join(words, " ")
}

func (p paint) with(code, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

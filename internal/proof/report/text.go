package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lightbox.example/lightbox/internal/access"
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
	b.WriteString(p.bold("Files: what our functions may do there, and how long files stay") + "\n\n")
	writeAligned(&b, m.functionTable(), p)
	b.WriteString("\n" + legend(legendOfFunctions, p) + "\n")
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
	b.WriteString("## Functions\n\nWhat ours may do with files, and how long files stay.\n\n")
	writeMarkdownTable(&b, m.functionTable())
	writeMarkdownLegend(&b, legendOfFunctions)
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

func (m Matrix) functionTable() [][]string {
	head := []string{"area"}
	for _, function := range m.Functions {
		head = append(head, string(function))
	}
	table := [][]string{append(head, "stays")}
	for _, row := range m.Areas {
		line := []string{row.Area}
		for _, function := range m.Functions {
			line = append(line, orDash(row.Functions[function].String()))
		}
		table = append(table, append(line, row.Stays()))
	}
	return table
}

// Stays is how long S3 keeps what lies in an area, as in "a day" or "until removed".
func (r AreaRow) Stays() string {
	switch r.Days {
	case 0:
		return "until removed"
	case 1:
		return "a day"
	}
	return fmt.Sprintf("%d days", r.Days)
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
	all := []string{
		"All of it needs TLS 1.2 or later.",
		"A function of ours writes its own log and sends its traces besides.",
	}
	for _, function := range access.Functions() {
		for _, stream := range function.Streams {
			all = append(all, fmt.Sprintf("The function %s hears of %s: Lambda reads the table's stream with its role, and leaves what it could not deal with in a bucket that nobody else writes to.",
				function.Name, stream.Of))
		}
	}
	return append(all,
		"No function reaches another service.",
		"Nobody else may do anything with the bucket: not anyone on the internet past the CDN, not CloudFront for another account, not another service, not a role of another account.",
		"Nobody may do anything else with it, such as reading an older version or changing a setting.",
	)
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

var legendOfFunctions = [][2]string{
	{"list-versions", "name the versions of files below a prefix, of removed ones too"},
	{"erase", "remove a version for good; what is removed by delete can be brought back for 30 days"},
	{"stays", "for how long. S3 rounds up to midnight, twice: a day is over within three"},
}

var legendOfFields = [][2]string{
	{"guests", "by IAM, with the credentials of the identity pool"},
	{"signed in", "by the user pool's token, or by IAM with the credentials of the identity pool"},
	{"yes", "may call it. What a resolver asks besides, such as whose photo it is, is not shown"},
}

func legend(entries [][2]string, p paint) string {
	var b strings.Builder
	for _, entry := range entries {
		fmt.Fprintf(&b, "  %s  %s\n", p.dim(pad(entry[0], 10)), entry[1])
	}
	return b.String()
}

// writeAligned writes a table with columns of one width each, and cells of several lines where a terminal would be too narrow.
func writeAligned(b *strings.Builder, table [][]string, p paint) {
	lines, head := fitted(table)
	widths := widthsOf(lines)
	for i, row := range lines {
		var line strings.Builder
		for j, cell := range row {
			line.WriteString("  ")
			text := pad(cell, widths[j])
			if j == len(row)-1 {
				text = cell
			}
			switch {
			case i < head:
				text = p.bold(text)
			case j > 0:
				text = p.cell(text)
			}
			line.WriteString(text)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// What a terminal is wide, and a cell where a table is wider than it.
const terminal, folded = 80, 11

// fitted are the lines of a table, and how many of them its head has: where it is wider than a terminal, cells have several lines.
func fitted(table [][]string) (lines [][]string, head int) {
	width := 0
	for _, column := range widthsOf(table) {
		width += 2 + column
	}
	if width <= terminal {
		return table, 1
	}
	for i, row := range table {
		lines = append(lines, fold(row)...)
		if i == 0 {
			head = len(lines)
		}
	}
	return lines, head
}

// fold makes lines of a row. What it is about is never broken.
func fold(row []string) [][]string {
	lines := [][]string{make([]string, len(row))}
	for j, cell := range row {
		parts := []string{cell}
		if j > 0 {
			parts = prose.Wrap(cell, folded)
		}
		for k, part := range parts {
			if k == len(lines) {
				lines = append(lines, make([]string, len(row)))
			}
			lines[k][j] = part
		}
	}
	return lines
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
		case "get", "list", "list-versions", "yes":
			words[i] = p.with("32", word)
		case "put", "delete", "erase":
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

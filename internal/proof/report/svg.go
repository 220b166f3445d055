package report

import (
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
)

// The picture's measures, in its own units.
const (
	columnsAt     = 234 // left edge of the first column
	columnGap     = 14
	headHeight    = 84
	rowHeight     = 66
	legendHeight  = 62
	pillHeight    = 22
	pillGap       = 4
	pictureMargin = 24
)

// A block is a table of the picture: of people, or of functions, which have more verbs.
type block struct {
	name, who string
	columns   []picturedColumn
	verbs     verbPlaces
	stays     bool // says how long files stay
}

// verbPlaces are where each verb is in a cell, by lines, and how wide a pill is.
type verbPlaces struct {
	lines [2][]access.Verbs
	pill  int
}

var (
	versionless = verbPlaces{[2][]access.Verbs{{access.Get, access.List}, {access.Put, access.Delete}}, 53}
	everyVerb   = verbPlaces{[2][]access.Verbs{{access.Get, access.List, access.ListVersions}, {access.Put, access.Delete, access.Erase}}, 66}
)

// columnWidth is what a column of the block takes.
func (b block) columnWidth() int {
	return len(b.verbs.lines[0])*(b.verbs.pill+pillGap) - pillGap + columnGap
}

func (b block) width() int { return columnsAt + len(b.columns)*b.columnWidth() + pictureMargin }

const pictureHead = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-sans-serif, system-ui, 'Segoe UI', 'Liberation Sans', sans-serif" role="img" aria-labelledby="title desc">
  <title id="title">Who may do what to which files</title>
  <desc id="desc">%s</desc>
  <style>
    .page { fill: #ffffff } .line { stroke: #d0d7de } .name { fill: #1f2328; font-size: 16px; font-weight: 600 } .small { fill: #57606a; font-size: 12.5px }
    .area { fill: #1f2328; font-size: 14px; font-family: ui-monospace, 'SF Mono', Menlo, 'Liberation Mono', monospace } .owner { fill: #0969da }
    .pill { font-size: 12px; font-weight: 600; text-anchor: middle } .none { fill: #d0d7de }
    .read { fill: #dafbe1; stroke: #2da44e } .reads { fill: #116329 } .write { fill: #fff1c2; stroke: #bf8700 } .writes { fill: #6b4700 }
    .partly { fill: none; stroke: #cf222e; stroke-dasharray: 4 3 } .partlys { fill: #cf222e }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117 } .line { stroke: #30363d } .name, .area { fill: #f0f6fc } .small { fill: #9aa4af } .owner { fill: #58a6ff } .none { fill: #30363d }
      .read { fill: #12261e; stroke: #3fb950 } .reads { fill: #7ee787 } .write { fill: #2e2111; stroke: #d29922 } .writes { fill: #f2cc60 }
      .partly { stroke: #ff7b72 } .partlys { fill: #ff7b72 }
    }
  </style>
  <rect class="page" width="%d" height="%d" rx="10"/>
`

// A picturedColumn is a column of the picture, with a word on who that is.
type picturedColumn struct {
	name, who string
	cell      func(AreaRow) Cell
}

// blocks are the tables: people's, with the verbs for versions if one of them has any, and functions', where there are any.
func (m Matrix) blocks() []block {
	people := block{name: "Files", who: "by the beginning of their key", columns: m.pictured(), verbs: versionless}
	for _, row := range m.Areas {
		for _, column := range people.columns {
			if strings.Contains(column.cell(row).String(), "erase") || strings.Contains(column.cell(row).String(), "versions") {
				people.verbs = everyVerb
			}
		}
	}
	if len(m.Functions) == 0 {
		return []block{people}
	}
	functions := block{name: "Functions", who: "of ours, and how long files stay", verbs: everyVerb, stays: true}
	for _, function := range m.Functions {
		functions.columns = append(functions.columns, picturedColumn{
			string(function), "whoever's folder", func(r AreaRow) Cell { return r.Functions[function] },
		})
	}
	return []block{people, functions}
}

func (m Matrix) pictured() []picturedColumn {
	columns := []picturedColumn{
		{"CDN", "anybody at all", func(r AreaRow) Cell { return r.CDN }},
		{"Guest", "not signed in", func(r AreaRow) Cell { return r.Guest }},
		{"Signed in", "others' folders", func(r AreaRow) Cell { return r.SignedIn }},
		{"Owner", "their own folder", func(r AreaRow) Cell { return r.Owner }},
	}
	for _, group := range m.Groups {
		columns = append(columns, picturedColumn{string(group), "anybody's folder", func(r AreaRow) Cell { return r.Groups[group] }})
	}
	return columns
}

// WriteSVG draws the areas, for a page that people come to without knowing the words: who may do what, and below it what our
// functions may do.
func (m Matrix) WriteSVG(w io.Writer) error {
	blocks := m.blocks()
	width, blockHeight := 0, headHeight+rowHeight*len(m.Areas)
	for _, one := range blocks {
		width = max(width, one.width())
	}
	height := len(blocks)*blockHeight + legendHeight
	var b strings.Builder
	fmt.Fprintf(&b, pictureHead, width, height, html.EscapeString(m.spoken()), width, height)
	for i, one := range blocks {
		one.draw(&b, m.Areas, i*blockHeight, width)
	}
	bottom := len(blocks) * blockHeight
	fmt.Fprintf(&b, "  <path class=\"line\" d=\"M%d %dH%d\"/>\n", pictureMargin, bottom, width-pictureMargin)
	drawText(&b, "small", pictureMargin, bottom+25, `<tspan class="owner">{user}</tspan> and <tspan class="owner">{identity}</tspan> stand for an owner's folder, by their id in the user pool or the identity pool. A dot is a verb that is denied;`)
	drawText(&b, "small", pictureMargin, bottom+44, "a file that lies in none of these areas is denied to everybody. Read back from the templates by lightbox access.")
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func drawText(b *strings.Builder, class string, x, y int, content string) {
	fmt.Fprintf(b, "  <text class=%q x=\"%d\" y=\"%d\">%s</text>\n", class, x, y, content)
}

// draw writes a table from a height on.
func (b block) draw(w *strings.Builder, areas []AreaRow, from, width int) {
	column := func(i int) int { return columnsAt + i*b.columnWidth() }
	drawText(w, "name", pictureMargin, from+40, b.name)
	drawText(w, "small", pictureMargin, from+60, b.who)
	for i, one := range b.columns {
		drawText(w, "name", column(i), from+40, html.EscapeString(one.name))
		drawText(w, "small", column(i), from+60, html.EscapeString(one.who))
	}
	for i, row := range areas {
		top := from + headHeight + i*rowHeight
		fmt.Fprintf(w, "  <path class=\"line\" d=\"M%d %dH%d\"/>\n", pictureMargin, top, width-pictureMargin)
		nameAt := top + rowHeight/2 + 5
		if b.stays && row.Days > 0 {
			nameAt -= 10
			drawText(w, "small", pictureMargin, nameAt+20, "stays "+row.Stays())
		}
		drawText(w, "area", pictureMargin, nameAt, owners.ReplaceAllString(html.EscapeString(row.Area), `<tspan class="owner">$0</tspan>`))
		for j, one := range b.columns {
			if cell := one.cell(row); cell != nil {
				cell.draw(w, b.verbs, column(j), top+(rowHeight-2*pillHeight-pillGap)/2)
			}
		}
	}
}

var owners = regexp.MustCompile(`\{\w+\}`)

// draw puts each verb in a place of its own, so that cells can be compared at a glance.
func (c Cell) draw(b *strings.Builder, verbs verbPlaces, left, top int) {
	for i, line := range verbs.lines {
		for j, verb := range line {
			x, y := left+j*(verbs.pill+pillGap), top+i*(pillHeight+pillGap)
			class := "read"
			if verb&(access.Put|access.Delete|access.Erase) != 0 {
				class = "write"
			}
			switch name := verb.String(); {
			case slices.Contains(c, "partly "+name):
				class = "partly"
			case !slices.Contains(c, name):
				fmt.Fprintf(b, "  <circle class=\"none\" cx=\"%d\" cy=\"%d\" r=\"2\"/>\n", x+verbs.pill/2, y+pillHeight/2)
				continue
			}
			fmt.Fprintf(b, "  <rect class=%q x=\"%d.5\" y=\"%d.5\" width=\"%d\" height=\"%d\" rx=\"%d\"/><text class=\"pill %ss\" x=\"%d\" y=\"%d\">%s</text>\n",
				class, x, y, verbs.pill, pillHeight, pillHeight/2, class, x+verbs.pill/2, y+pillHeight/2+4, strings.TrimPrefix(verb.String(), "list-"))
		}
	}
}

// spoken is the picture for those who do not see it.
func (m Matrix) spoken() string {
	var rows []string
	for _, row := range m.Areas {
		var cells []string
		for _, one := range m.blocks() {
			for _, column := range one.columns {
				if cell := column.cell(row); len(cell) > 0 {
					cells = append(cells, column.name+": "+cell.String())
				}
			}
		}
		rows = append(rows, row.Area+" "+strings.Join(cells, "; "))
	}
	return strings.Join(rows, ". ") + "."
}

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
	columnsAt     = 246 // left edge of the first column
	columnWidth   = 122
	headHeight    = 84
	rowHeight     = 66
	legendHeight  = 62
	pillWidth     = 53
	pillHeight    = 22
	pillGap       = 4
	pictureMargin = 24
)

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

// WriteSVG draws the areas, for a page that people come to without knowing the words.
func (m Matrix) WriteSVG(w io.Writer) error {
	columns := m.pictured()
	width := columnsAt + columnWidth*len(columns) + pictureMargin
	height := headHeight + rowHeight*len(m.Areas) + legendHeight
	var b strings.Builder
	fmt.Fprintf(&b, pictureHead, width, height, html.EscapeString(m.spoken()), width, height)
	text := func(class string, x, y int, content string) {
		fmt.Fprintf(&b, "  <text class=%q x=\"%d\" y=\"%d\">%s</text>\n", class, x, y, content)
	}
	text("name", pictureMargin, 40, "Files")
	text("small", pictureMargin, 60, "by the beginning of their key")
	for i, column := range columns {
		text("name", columnsAt+i*columnWidth, 40, column.name)
		text("small", columnsAt+i*columnWidth, 60, html.EscapeString(column.who))
	}
	for i, row := range m.Areas {
		top := headHeight + i*rowHeight
		fmt.Fprintf(&b, "  <path class=\"line\" d=\"M%d %dH%d\"/>\n", pictureMargin, top, width-pictureMargin)
		text("area", pictureMargin, top+rowHeight/2+5, owners.ReplaceAllString(html.EscapeString(row.Area), `<tspan class="owner">$0</tspan>`))
		for j, column := range columns {
			if cell := column.cell(row); cell != nil {
				cell.draw(&b, columnsAt+j*columnWidth, top+(rowHeight-2*pillHeight-pillGap)/2)
			}
		}
	}
	bottom := headHeight + rowHeight*len(m.Areas)
	fmt.Fprintf(&b, "  <path class=\"line\" d=\"M%d %dH%d\"/>\n", pictureMargin, bottom, width-pictureMargin)
	text("small", pictureMargin, bottom+25, `<tspan class="owner">{user}</tspan> and <tspan class="owner">{identity}</tspan> stand for an owner's folder, by their id in the user pool or the identity pool. A dot is a verb that is denied;`)
	text("small", pictureMargin, bottom+44, "a file that lies in none of these areas is denied to everybody. Read back from the templates by lightbox access.")
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

var owners = regexp.MustCompile(`\{\w+\}`)

// draw puts each verb in a place of its own, so that cells can be compared at a glance.
func (c Cell) draw(b *strings.Builder, left, top int) {
	for i, verb := range allVerbs {
		x, y := left+i%2*(pillWidth+pillGap), top+i/2*(pillHeight+pillGap)
		class := "read"
		if verb&(access.Put|access.Delete) != 0 {
			class = "write"
		}
		switch name := verb.String(); {
		case slices.Contains(c, "partly "+name):
			class = "partly"
		case !slices.Contains(c, name):
			fmt.Fprintf(b, "  <circle class=\"none\" cx=\"%d\" cy=\"%d\" r=\"2\"/>\n", x+pillWidth/2, y+pillHeight/2)
			continue
		}
		fmt.Fprintf(b, "  <rect class=%q x=\"%d.5\" y=\"%d.5\" width=\"%d\" height=\"%d\" rx=\"%d\"/><text class=\"pill %ss\" x=\"%d\" y=\"%d\">%s</text>\n",
			class, x, y, pillWidth, pillHeight, pillHeight/2, class, x+pillWidth/2, y+pillHeight/2+4, verb)
	}
}

// spoken is the picture for those who do not see it.
func (m Matrix) spoken() string {
	var rows []string
	for _, row := range m.Areas {
		var cells []string
		for _, column := range m.pictured() {
			if cell := column.cell(row); len(cell) > 0 {
				cells = append(cells, column.name+": "+cell.String())
			}
		}
		rows = append(rows, row.Area+" "+strings.Join(cells, "; "))
	}
	return strings.Join(rows, ". ") + "."
}

package prose

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks a text at spaces into lines of at most width runes, but for longer words.
func Wrap(text string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := lines[len(lines)-1]
		switch {
		case last == "":
			lines[len(lines)-1] = word
		case utf8.RuneCountInString(last+" "+word) > width:
			lines = append(lines, word)
		default:
			lines[len(lines)-1] = last + " " + word
		}
	}
	return lines
}

// And joins names as one does in a sentence.
func And(names []string) string { return join(names, " and ") }

// Or is And for names of which one is meant.
func Or(names []string) string { return join(names, " or ") }

func join(names []string, last string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + last + names[len(names)-1]
}

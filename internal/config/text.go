package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"unicode/utf8"
)

// byteOrderMark is what some editors put before UTF-8. The CDK CLI skips it, and so do we.
var byteOrderMark = []byte("\xef\xbb\xbf")

// Text reads a cdk.json and returns its JSON, one object, without a byte order
// mark. It refuses what JSON's decoders would pass over in silence, above all a
// key that stands twice in an object: the CDK CLI takes the last of them. The
// error joins all such keys.
//
// Each fault begins with the name of the file, line and column, both from 1, the
// column in bytes.
func Text(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return textOf(file, data)
}

// textOf is Text of what was read from a file.
func textOf(file string, data []byte) ([]byte, error) {
	text := bytes.TrimPrefix(data, byteOrderMark)
	switch at := firstNoUTF8(text); {
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")), bytes.IndexByte(text, 0) >= 0:
		return nil, fmt.Errorf("%s: got a text with zero bytes or the mark of UTF-16, want UTF-8", file)
	case at >= 0:
		return nil, fmt.Errorf("%s: got a byte that is not UTF-8, want UTF-8", place(file, text, at))
	case len(bytes.TrimSpace(text)) == 0:
		return nil, fmt.Errorf("%s: got an empty file, want an object", file)
	}
	var decoded any
	if err := json.Unmarshal(text, &decoded); err != nil {
		return nil, syntaxFault(file, text, err)
	}
	if _, ok := decoded.(map[string]any); !ok {
		return nil, fmt.Errorf("%s: got %s, want an object", file, describe(decoded))
	}
	r := &repeats{file: file, text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	r.value("")
	return text, errors.Join(r.faults...)
}

// repeats finds keys that stand twice in one object of a text that is right otherwise.
type repeats struct {
	file    string
	text    []byte
	decoder *json.Decoder
	faults  []error
}

// value reads the value that stands at path.
func (r *repeats) value(path string) {
	switch token, _ := r.decoder.Token(); token {
	case json.Delim('{'):
		lines := map[string]int{}
		for r.decoder.More() {
			token, _ := r.decoder.Token()
			key, _ := token.(string)
			// The decoder stands behind the key, on the same line: a string has no line break.
			at := int(r.decoder.InputOffset()) - 1
			member := memberPath(path, key)
			if first, twice := lines[key]; twice {
				r.faults = append(r.faults, fmt.Errorf("%s: got the key %s for the second time, first in line %d, want it once",
					place(r.file, r.text, keyStart(r.text, at)), member, first))
			} else {
				lines[key] = lineOf(r.text, at)
			}
			r.value(member)
		}
	case json.Delim('['):
		for i := 0; r.decoder.More(); i++ {
			r.value(fmt.Sprintf("%s[%d]", path, i))
		}
	default:
		return
	}
	_, _ = r.decoder.Token() // the bracket that closes
}

// keyStart is where the string begins whose closing quote stands at end.
func keyStart(text []byte, end int) int {
	for at := end - 1; at >= 0; at-- {
		escapes := 0
		for at-escapes > 0 && text[at-escapes-1] == '\\' {
			escapes++
		}
		if text[at] == '"' && escapes%2 == 0 {
			return at
		}
	}
	return end
}

// syntaxFault puts line and column before an error of the JSON decoder.
func syntaxFault(file string, text []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("%s: %w", file, err)
	}
	// The offset is that of the byte after the one that is wrong, or the length of
	// a text that ends too early.
	return fmt.Errorf("%s: %w", place(file, text, int(syntax.Offset)-1), err)
}

// place is file:line:column of a byte of the text.
func place(file string, text []byte, at int) string {
	before := text[:max(0, min(at, len(text)))]
	return fmt.Sprintf("%s:%d:%d", file, lineOf(text, at), len(before)-bytes.LastIndexByte(before, '\n'))
}

// lineOf is the line of a byte of the text, from 1.
func lineOf(text []byte, at int) int {
	return bytes.Count(text[:max(0, min(at, len(text)))], []byte("\n")) + 1
}

// firstNoUTF8 is where the text stops being UTF-8, or -1.
func firstNoUTF8(text []byte) int {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

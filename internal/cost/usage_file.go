package cost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/internal/config"
)

// ReadUsage reads a file of use: a JSON object of whole numbers. Of the counts, users, calls, pictures and views must be there, and
// what else is left out is 0; what is left out of each, webAcl and strangers has the default's value.
//
// The error joins all faults, one line each: the file, where, what was got and what was wanted, as in
//
//	usage.json: each.percentMisses: got 110, want a whole number from 0 to 100
func ReadUsage(file string) (Usage, error) {
	text, err := config.Text(file)
	if err != nil {
		return Usage{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var values map[string]any
	if err := decoder.Decode(&values); err != nil {
		return Usage{}, fmt.Errorf("%s: %w", file, err)
	}
	usage := DefaultUsage()
	r := usageReader{file: file}
	r.read(usage.keys(), values)
	if percent := usage.Each.PercentAsia + usage.Each.PercentSouth; percent > 100 {
		r.refuse("each", fmt.Sprintf("percentAsia and percentSouth of together %d", percent), "at most 100")
	}
	if err := errors.Join(r.faults...); err != nil {
		return Usage{}, err
	}
	return usage, nil
}

type usageReader struct {
	file   string
	faults []error
}

func (r *usageReader) refuse(at, got, want string) {
	r.faults = append(r.faults, fmt.Errorf("%s: %s: got %s, want %s", r.file, at, got, want))
}

// read sets the values of all keys, and refuses others.
func (r *usageReader) read(keys []key, values map[string]any) {
	given := r.flat("", values, keys)
	for _, k := range keys {
		value, ok := given[k.name]
		switch {
		case ok:
			r.number(k, value)
		case k.required:
			r.refuse(k.name, "nothing", "a whole number from 0 to "+strconv.FormatInt(k.most, 10))
		case k.counts():
			*k.value = 0
		}
	}
}

// flat are the values by dotted key, without those of keys that nobody knows.
func (r *usageReader) flat(prefix string, values map[string]any, keys []key) map[string]any {
	var here []string
	for _, k := range keys {
		if rest, ok := strings.CutPrefix(k.name, prefix); ok {
			name, _, _ := strings.Cut(rest, ".")
			here = append(here, name)
		}
	}
	here = slices.Compact(here)
	known := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		isKey := slices.ContainsFunc(keys, func(k key) bool { return k.name == prefix+name })
		members, isObject := values[name].(map[string]any)
		switch {
		case !slices.Contains(here, name):
			at := strings.TrimSuffix(prefix, ".")
			if at == "" {
				at = "the file"
			}
			want := "one of " + strings.Join(here, ", ")
			if hint := config.DidYouMean(name, here); hint != "" {
				want = "a known key" + hint
			}
			r.refuse(at, "the unknown key "+strconv.Quote(name), want)
		case isKey:
			known[prefix+name] = values[name]
		case !isObject:
			r.refuse(prefix+name, said(values[name]), "an object")
		default:
			for name, value := range r.flat(prefix+name+".", members, keys) {
				known[name] = value
			}
		}
	}
	return known
}

// number sets the value of a key.
func (r *usageReader) number(k key, value any) {
	text, ok := value.(json.Number)
	number, err := text.Int64()
	if float, floatErr := text.Float64(); err != nil && floatErr == nil && float == math.Trunc(float) && math.Abs(float) < mostCount*10 {
		number, err = int64(float), nil // 2e5
	}
	if !ok || err != nil || number < 0 || number > k.most {
		r.refuse(k.name, said(value), "a whole number from 0 to "+strconv.FormatInt(k.most, 10))
		return
	}
	*k.value = number
}

// said is a value as it stands in the file.
func said(value any) string {
	switch value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	text, _ := json.Marshal(value) // it was JSON
	return string(text)
}

// File is a use as the file that ReadUsage reads.
func (u Usage) File() []byte {
	var lines strings.Builder
	within := ""
	lines.WriteString("{")
	separator := "\n"
	for _, k := range u.keys() {
		object, name, nested := strings.Cut(k.name, ".")
		if !nested {
			object, name = "", k.name
		}
		if object != within {
			if within != "" {
				lines.WriteString("\n  }")
			}
			if object != "" {
				fmt.Fprintf(&lines, ",\n  %q: {", object)
				separator = "\n"
			}
			within = object
		}
		indent := "  "
		if nested {
			indent = "    "
		}
		fmt.Fprintf(&lines, "%s%s%q: %d", separator, indent, name, *k.value)
		separator = ",\n"
	}
	lines.WriteString("\n  }\n}\n")
	return []byte(lines.String())
}

package graphql

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// A scalar is a scalar type. Values are as encoding/json reads them, with json.Number for numbers.
type scalar struct {
	// as says what a text or number has to be, as in "a valid DateTime Object".
	as string
	// valid checks a value that came in or goes out.
	valid func(v any) bool
	// text accepts texts only: its check is of the text.
	text func(s string) bool
}

// scalars are the types of the specification and those of AppSync.
// https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html
var scalars = map[string]scalar{
	"Int":          {valid: isInt},
	"Float":        {valid: func(v any) bool { _, ok := v.(json.Number); return ok }},
	"String":       {valid: func(v any) bool { _, ok := v.(string); return ok }},
	"Boolean":      {valid: func(v any) bool { _, ok := v.(bool); return ok }},
	"ID":           {valid: isID},
	"AWSDate":      {as: "a valid date", text: isDate},
	"AWSTime":      {as: "a valid Time Object", text: isTime},
	"AWSDateTime":  {as: "a valid DateTime Object", text: isDateTime},
	"AWSTimestamp": {as: "a valid timestamp", valid: isWhole},
	"AWSEmail":     {as: "a valid email address", text: email.MatchString},
	"AWSJSON":      {as: "valid JSON", text: func(s string) bool { return json.Valid([]byte(s)) }},
	"AWSPhone":     {as: "a valid phone number", text: phone.MatchString},
	"AWSURL":       {as: "a valid URL", text: isURL},
	"AWSIPAddress": {as: "a valid IP address", text: isAddress},
}

// read checks a value that a client gave for a type that is a scalar or an enumeration. The error says why it is none, in
// AppSync's words.
func read(of *ast.Definition, v any) (any, error) {
	if of.Kind == ast.Enum {
		return v, isMember(of, v)
	}
	s, known := scalars[of.Name]
	if !known {
		return nil, fmt.Errorf("the scalar %s is not supported by the sandbox", of.Name)
	}
	if !s.fits(v) {
		if s.as != "" {
			return nil, fmt.Errorf("Unable to parse `%s` as %s.", plain(v), s.as) //nolint:revive,staticcheck // AppSync's words
		}
		return nil, fmt.Errorf("Expected type '%s' but was '%s'.", of.Name, kind(v)) //nolint:revive,staticcheck // AppSync's words
	}
	return v, nil
}

// write checks a value that goes out as such a type, and gives it the type's form: numbers and booleans are texts where a
// text or an ID is wanted, whole numbers have no fraction, and AWSJSON is the text of whatever value it gets.
func write(of *ast.Definition, v any) (any, error) {
	if of.Kind == ast.Enum {
		return v, isMember(of, v)
	}
	s, known := scalars[of.Name]
	if !known {
		return nil, fmt.Errorf("the scalar %s is not supported by the sandbox", of.Name)
	}
	if _, text := v.(string); of.Name == "AWSJSON" && !text {
		return string(appendValue(nil, v)), nil
	}
	switch of.Name {
	case "String", "ID":
		switch v.(type) {
		case json.Number, bool:
			return plain(v), nil
		}
	case "Int", "AWSTimestamp":
		if n, ok := whole(v); ok && s.fits(v) {
			return json.Number(n.String()), nil
		}
	}
	if !s.fits(v) {
		if s.as != "" {
			return nil, fmt.Errorf("Unable to serialize `%s` as %s.", plain(v), s.as) //nolint:revive,staticcheck // AppSync's words
		}
		return nil, fmt.Errorf("Expected type '%s' but was '%s'.", of.Name, kind(v)) //nolint:revive,staticcheck // AppSync's words
	}
	return v, nil
}

func (s scalar) fits(v any) bool {
	if s.text == nil {
		return s.valid(v)
	}
	text, ok := v.(string)
	return ok && s.text(text)
}

func isMember(of *ast.Definition, v any) error {
	if name, ok := v.(string); ok && of.EnumValues.ForName(name) != nil {
		return nil
	}
	return fmt.Errorf("Invalid input for Enum '%s'. No value found for name '%s'", of.Name, plain(v)) //nolint:staticcheck // AppSync's words
}

// plain is a value as a message shows it.
func plain(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return string(appendValue(nil, v))
}

// kind is what AppSync calls a value's type.
func kind(v any) string {
	switch v := v.(type) {
	case string:
		return "String"
	case bool:
		return "Boolean"
	case json.Number:
		if strings.ContainsAny(string(v), ".eE") {
			return "Double"
		}
		return "Integer"
	case []any:
		return "ArrayList"
	}
	return "LinkedHashMap"
}

// maxDigits keeps a number like 1e999999999 from being written out.
const maxDigits = 64

// whole is a number without a fraction.
func whole(v any) (*big.Int, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, false
	}
	if _, exponent, found := strings.Cut(strings.ToLower(string(n)), "e"); len(n) > maxDigits || found && len(exponent) > 3 {
		return nil, false
	}
	r, ok := new(big.Rat).SetString(string(n))
	if !ok || !r.IsInt() {
		return nil, false
	}
	return r.Num(), true
}

func isWhole(v any) bool {
	n, ok := whole(v)
	return ok && n.IsInt64()
}

func isInt(v any) bool {
	n, ok := whole(v)
	return ok && n.IsInt64() && n.Int64() >= -1<<31 && n.Int64() < 1<<31
}

func isID(v any) bool {
	if _, ok := v.(string); ok {
		return true
	}
	_, ok := whole(v)
	return ok
}

var (
	offset   = `(Z|[+-](?:0\d|1[0-8]):[0-5]\d(?::[0-5]\d)?)`
	date     = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)` + offset + `?$`)
	clock    = `((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)`
	timeOnly = regexp.MustCompile(`^` + clock + offset + `?$`)
	dateTime = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)T` + clock + offset + `$`)
	email    = regexp.MustCompile("^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$")
	// Without a country the number is one of North America, as the document says.
	phone = regexp.MustCompile(`^(?:\+[1-9](?:[ -]?[0-9]){6,14}|[2-9][0-9]{2}[ -]?[2-9][0-9]{2}[ -]?[0-9]{4})$`)
)

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isDate(s string) bool {
	parts := date.FindStringSubmatch(s)
	return parts != nil && isDay(parts[1])
}

func isTime(s string) bool { return timeOnly.MatchString(s) }

func isDateTime(s string) bool {
	parts := dateTime.FindStringSubmatch(s)
	return parts != nil && isDay(parts[1])
}

// isURL wants a scheme, and no // in the path, as the document says.
func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "") && !strings.Contains(u.Path, "//")
}

func isAddress(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	_, err := netip.ParsePrefix(s)
	return err == nil
}

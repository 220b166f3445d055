package item

import (
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// The limits of a number: significant digits, and the exponent of the first of them.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

const (
	noNumber  = fault("The parameter cannot be converted to a numeric value")
	overflow  = fault("Number overflow. Attempting to store a number with magnitude larger than supported range")
	underflow = fault("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	imprecise = fault("Attempting to store more than 38 significant digits in a Number")
)

// decimal is ±d.ddd × 10^exponent; no digits are zero. The first and the last digit are not 0.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// parseDecimal reads [+-] digits [. digits] [e [+-] digits], where either of the first two digits may be missing.
func parseDecimal(text string) (decimal, bool) {
	var d decimal
	rest := text
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		d.negative = rest[0] == '-'
		rest = rest[1:]
	}
	whole := digits(rest)
	rest = rest[len(whole):]
	fraction := ""
	if strings.HasPrefix(rest, ".") {
		fraction = digits(rest[1:])
		rest = rest[1+len(fraction):]
	}
	if whole == "" && fraction == "" {
		return d, false
	}
	shift, ok := parseExponent(rest)
	if !ok {
		return d, false
	}
	all := whole + fraction
	d.digits = strings.TrimLeft(all, "0")
	d.exponent = len(whole) - 1 - (len(all) - len(d.digits)) + shift
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, true
}

func digits(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))] }

// farAway is an exponent that no number of digits brings back into range.
const farAway = 1 << 30

func parseExponent(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return 0, false
	}
	s = s[1:]
	sign := 1
	if s != "" && (s[0] == '+' || s[0] == '-') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if s == "" || digits(s) != s {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		n = min(n*10+int(s[i]-'0'), farAway)
	}
	return sign * n, true
}

// check refuses a number that DynamoDB can't store.
func (d decimal) check() fault {
	switch {
	case d.digits == "":
		return ""
	case d.exponent > maxExponent:
		return overflow
	case d.exponent < minExponent:
		return underflow
	case len(d.digits) > maxDigits:
		return imprecise
	}
	return ""
}

// String is DynamoDB's format: plain digits, without an exponent and without zeros that mean nothing.
func (d decimal) String() string {
	if d.digits == "" {
		return "0"
	}
	var b strings.Builder
	if d.negative {
		b.WriteByte('-')
	}
	switch after := len(d.digits) - 1 - d.exponent; { // digits after the point
	case d.exponent < 0:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -1-d.exponent))
		b.WriteString(d.digits)
	case after <= 0:
		b.WriteString(d.digits)
		b.WriteString(strings.Repeat("0", -after))
	default:
		b.WriteString(d.digits[:d.exponent+1])
		b.WriteByte('.')
		b.WriteString(d.digits[d.exponent+1:])
	}
	return b.String()
}

// canonical is a number in DynamoDB's format.
func canonical(text string) (string, fault) {
	if text == "" {
		return "", noNumber
	}
	d, ok := parseDecimal(text)
	if !ok {
		return "", fault(fmt.Sprintf("%s: %s", noNumber, text))
	}
	if f := d.check(); f != "" {
		return "", f
	}
	return d.String(), ""
}

// compareNumbers orders numbers in DynamoDB's format.
func compareNumbers(a, b string) int {
	x, _ := parseDecimal(a)
	y, _ := parseDecimal(b)
	if s, t := x.sign(), y.sign(); s != t {
		return s - t
	}
	larger := x.sign()
	if x.exponent != y.exponent {
		if x.exponent < y.exponent {
			larger = -larger
		}
		return larger
	}
	return larger * strings.Compare(x.digits, y.digits)
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

var arithmetic = apd.Context{Precision: maxDigits, MaxExponent: 10_000, MinExponent: -10_000}

// Add is the sum of two numbers. A sum that doesn't fit in 38 digits is refused, in DynamoDB's words: an overflow.
func Add(a, b Value) (Value, error) { return calculate(arithmetic.Add, a, b) }

// Subtract is their difference.
func Subtract(a, b Value) (Value, error) { return calculate(arithmetic.Sub, a, b) }

func calculate(operation func(d, x, y *apd.Decimal) (apd.Condition, error), a, b Value) (Value, error) {
	x, _, err := apd.NewFromString(a.Text)
	if err != nil {
		return Value{}, fmt.Errorf("number %q: %w", a.Text, err)
	}
	y, _, err := apd.NewFromString(b.Text)
	if err != nil {
		return Value{}, fmt.Errorf("number %q: %w", b.Text, err)
	}
	var result apd.Decimal
	condition, err := operation(&result, x, y)
	if err != nil {
		return Value{}, fmt.Errorf("%s and %s: %w", a.Text, b.Text, err)
	}
	if condition.Inexact() {
		return Value{}, overflow
	}
	v := Number(result.Text('E'))
	return v, v.Check()
}

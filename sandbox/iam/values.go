package iam

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// decimal is a number in decimal notation, cut into pieces that compare exactly and without allocating.
type decimal struct {
	negative bool
	whole    string // without leading zeros
	fraction string // without trailing zeros
}

// parseDecimal reads an optional minus, digits, and optionally a point and digits. An exponent, a plus, NaN and
// infinities are no numbers of the policy language.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	s, d.negative = strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(s, ".")
	if !digits(whole) || point && !digits(fraction) {
		return decimal{}, false
	}
	d.whole, d.fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if d.whole == "" && d.fraction == "" {
		d.negative = false
	}
	return d, true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// String writes d in its shortest form.
func (d decimal) String() string {
	s := d.whole
	if s == "" {
		s = "0"
	}
	if d.fraction != "" {
		s += "." + d.fraction
	}
	if d.negative {
		return "-" + s
	}
	return s
}

// compare returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d decimal) compare(e decimal) int {
	if d.negative != e.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	cmp := len(d.whole) - len(e.whole)
	if cmp == 0 {
		cmp = strings.Compare(d.whole, e.whole)
	}
	if cmp == 0 {
		cmp = strings.Compare(d.fraction, e.fraction)
	}
	if d.negative {
		cmp = -cmp
	}
	switch {
	case cmp < 0:
		return -1
	case cmp > 0:
		return 1
	}
	return 0
}

// parseInstant reads a time of the W3C profile of ISO 8601 with a time of day and a zone, or whole seconds since 1970.
// Dates alone are left out, because the documentation does not say which instant they are; so are numbers so short
// that they could be a year.
func parseInstant(s string) (time.Time, bool) {
	const shortestEpoch = 9
	if digits(s) {
		n, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(n, 0), err == nil && len(s) >= shortestEpoch
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil && !strings.Contains(s, ",") {
			return t, true
		}
	}
	return time.Time{}, false
}

// parseNetwork reads a CIDR. An address alone is a network of one.
func parseNetwork(s string) (netip.Prefix, bool) {
	if addr, ok := parseAddress(s); ok {
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p, err == nil && p == p.Masked()
}

func parseAddress(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	return addr.Unmap(), err == nil && addr.Zone() == ""
}

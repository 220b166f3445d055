// Package origin is the origin of web pages: scheme, host and port, as browsers send it.
//
// https://www.rfc-editor.org/rfc/rfc6454#section-6.2
package origin

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Check refuses a text that is not one origin as browsers send it, by http:// or https://.
func Check(origin string) error {
	want := Want(origin)
	if origin == "*" {
		want = "an origin by its name"
	}
	if want != "" {
		return fmt.Errorf("got %q, want %s", origin, want)
	}
	return nil
}

// Want says what is wanted in the place of a text that is not one origin in the form in which browsers send it, because S3
// and everybody else compare it as a text; "" if it is one.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
func Want(origin string) string {
	const like = `as in "https://shop.example.com"`
	if origin == "null" {
		return "a real origin, " + like + `; "null" is what every sandboxed page sends`
	}
	scheme, rest, found := strings.Cut(origin, "://")
	if !found || scheme != "https" && scheme != "http" {
		return "an origin that begins with https://, " + like
	}
	if strings.Contains(rest, "@") {
		return "an origin without user name and password, " + like
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		bare := fmt.Sprintf("as in %q", scheme+"://"+rest[:end])
		if rest[end:] == "/" {
			return "an origin without a trailing slash, " + bare
		}
		return "an origin without path, query or fragment, " + bare
	}
	if strings.Contains(rest, "*") {
		return "an origin without a wildcard: list each host"
	}
	if rest != strings.ToLower(rest) {
		return fmt.Sprintf("lower case, as in %q", strings.ToLower(origin))
	}
	host, port, hasPort := CutPort(rest)
	if !isHost(host) {
		return "a host name or address after " + scheme + "://, " + like
	}
	if !hasPort {
		return ""
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 || strconv.FormatUint(number, 10) != port {
		return "a port from 1 to 65535"
	}
	if scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return fmt.Sprintf("no port where it is the scheme's own, as in %q: browsers leave it out", scheme+"://"+host)
	}
	return ""
}

// CutPort splits a port off a host. The brackets of an IPv6 address stay.
func CutPort(hostPort string) (host, port string, found bool) {
	colon := strings.LastIndexByte(hostPort, ':')
	if colon < 0 || strings.HasSuffix(hostPort, "]") {
		return hostPort, "", false
	}
	return hostPort[:colon], hostPort[colon+1:], true
}

var hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// isHost tells whether a text is a host name in lower case or an IP address,
// written as browsers write it.
func isHost(host string) bool {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		return ok && err == nil && addr.Is6() && addr.Zone() == "" && addr.String() == inner
	}
	labels := strings.Split(host, ".")
	if isDigits(labels[len(labels)-1]) {
		addr, err := netip.ParseAddr(host)
		return err == nil && addr.Is4()
	}
	return IsHostName(host)
}

// IsHostName tells whether a text is a host name in lower case: labels of letters,
// digits and hyphens, 253 characters in all.
func IsHostName(host string) bool {
	notLabel := func(label string) bool { return !hostLabel.MatchString(label) }
	return len(host) <= 253 && !slices.ContainsFunc(strings.Split(host, "."), notLabel)
}

// isDigits tells whether a text is made of ASCII digits alone.
func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

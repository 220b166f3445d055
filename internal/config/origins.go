package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// readOrigins reads the list of web origins.
func readOrigins(o *object, open bool) []string {
	const key = "webOrigins"
	origins := o.texts(key)
	if list, isList := o.values[key].([]any); !o.has(key) || isList && len(list) == 0 {
		o.refuse(o.at(key), "nothing", `at least one origin, as in ["https://shop.example.com"]`)
	}
	for i, origin := range origins {
		at := fmt.Sprintf("%s[%d]", o.at(key), i)
		if want := webOrigin(origin, open); want != "" {
			o.refuse(at, quote(origin), want)
		}
		if first := slices.Index(origins, origin); first < i {
			o.refuse(at, quote(origin), fmt.Sprintf("each origin once: it is [%d] already", first))
		}
	}
	return origins
}

// CheckOrigin refuses a text that is not one origin as browsers send it, by http://
// or https://.
func CheckOrigin(origin string) error {
	want := webOrigin(origin, true)
	if origin == "*" {
		want = "an origin by its name"
	}
	if want != "" {
		return fmt.Errorf("got %q, want %s", origin, want)
	}
	return nil
}

// webOrigin checks an origin for the form in which browsers send it, because S3
// and everybody else compare it as a text.
//
// https://www.rfc-editor.org/rfc/rfc6454#section-6.2
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
func webOrigin(origin string, open bool) string {
	const like = `as in "https://shop.example.com"`
	if origin == "*" {
		return unless(open, `real origins, `+like+`; "*" needs "openOrigins": true`)
	}
	if origin == "null" {
		return "a real origin, " + like + `; "null" is what every sandboxed page sends`
	}
	scheme, rest, found := strings.Cut(origin, "://")
	if !found || scheme != "https" && scheme != "http" {
		return "an origin that begins with https://, " + like
	}
	if scheme == "http" && !open {
		return `https://; http:// needs "openOrigins": true`
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
	host, port, hasPort := cutPort(rest)
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

// callback checks an origin for use as the target of a social sign-in.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html
func callback(origin string) string {
	host, _, _ := cutPort(strings.TrimPrefix(origin, "http://"))
	switch {
	case origin == "*":
		return "real origins only: a sign-in must know where to return to"
	case strings.HasPrefix(origin, "http://") && host != "localhost":
		return "https:// origins, or http://localhost: Cognito returns to no others"
	}
	return ""
}

// cutPort splits a port off a host. The brackets of an IPv6 address stay.
func cutPort(hostPort string) (host, port string, found bool) {
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
	return isHostName(host)
}

// isHostName tells whether a text is a host name in lower case: labels of letters,
// digits and hyphens, 253 characters in all.
func isHostName(host string) bool {
	notLabel := func(label string) bool { return !hostLabel.MatchString(label) }
	return len(host) <= 253 && !slices.ContainsFunc(strings.Split(host, "."), notLabel)
}

// isDigits tells whether a text is made of ASCII digits alone.
func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// unless is want where ok is false.
func unless(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}

package aws

import (
	"net"
	"strings"
)

// Hostname is a Host, or a host:port, without its port and in lower case; an IPv6 address also without its brackets.
func Hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

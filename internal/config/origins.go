package config

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/origin"
)

// readOrigins reads the list of web origins, which may be left out beside a site.
func readOrigins(o *object, open bool, site Site) []string {
	const key = "webOrigins"
	origins := o.texts(key)
	o.known[key].unless = "site"
	if list, isList := o.values[key].([]any); !o.has(key) && !site.Present || isList && len(list) == 0 {
		o.refuse(o.at(key), "nothing", `at least one origin, as in ["https://shop.example.com"], or "site": {}`)
	}
	for i, given := range origins {
		if site.Domain != "" && given == "https://"+site.Domain {
			o.refuse(fmt.Sprintf("%s[%d]", o.at(key), i), quote(given), "each origin once: it is that of site.domain already")
		}
		at := fmt.Sprintf("%s[%d]", o.at(key), i)
		if want := webOrigin(given, open); want != "" {
			o.refuse(at, quote(given), want)
		}
		if first := slices.Index(origins, given); first < i {
			o.refuse(at, quote(given), fmt.Sprintf("each origin once: it is [%d] already", first))
		}
	}
	return origins
}

// oneMore are the web origins with the one that was named beside them, as pages have that `make up PAGES=3001` serves.
func oneMore(root *object, cfg Config) []string {
	given := root.textOr("origin", "", func(text string) string {
		if text == "*" {
			return `an origin, as in "http://localhost:3001"`
		}
		return webOrigin(text, cfg.OpenOrigins)
	})
	if given == "" || slices.Contains(cfg.WebOrigins, given) {
		return cfg.WebOrigins
	}
	return append(slices.Clone(cfg.WebOrigins), given)
}

// webOrigin is what is wanted in the place of an entry of webOrigins; "" if it is good. open allows http:// and "*".
func webOrigin(given string, open bool) string {
	switch {
	case given == "*":
		return unless(open, `real origins, as in "https://shop.example.com"; "*" needs "openOrigins": true`)
	case strings.HasPrefix(given, "http://") && !open:
		return `https://; http:// needs "openOrigins": true`
	}
	return origin.Want(given)
}

// callback checks an origin for use as the target of a social sign-in.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html
func callback(target string) string {
	host, _, _ := origin.CutPort(strings.TrimPrefix(target, "http://"))
	switch {
	case target == "*":
		return "real origins only: a sign-in must know where to return to"
	case strings.HasPrefix(target, "http://") && host != "localhost":
		return "https:// origins, or http://localhost: Cognito returns to no others"
	}
	return ""
}

// unless is want where ok is false.
func unless(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}

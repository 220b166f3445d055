package proof

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// checkSettings holds the properties that access rests on against the invariants.
func checkSettings(s *system.System, rules []access.Rule) []Violation {
	found := findings{rule: "settings"}
	for _, p := range invariantsOf(s) {
		got := system.Lookup(p.properties, p.path)
		if satisfies(got, p.want) {
			continue
		}
		report := found.opens
		if p.needed {
			report = found.closes
		}
		report(p.at, "%s: got %v, want %v: %s", p.path, show(got), show(p.want), p.why)
	}
	return slices.Concat(found.all, checkSignIn(s), checkTokens(s), checkCORS(s), checkSiteOrigin(s), checkReach(s, rules))
}

// satisfies tells whether a property is what it must be.
func satisfies(got, want any) bool {
	between, isSpan := want.(span)
	if !isSpan {
		return reflect.DeepEqual(plain(got), want)
	}
	number, err := strconv.ParseFloat(fmt.Sprint(got), 64)
	return err == nil && between.least <= number && number <= between.most
}

// checkSignIn makes sure that sign-in through another provider, where there is one, hands
// nothing to a page that is not ours.
func checkSignIn(s *system.System) []Violation {
	found := findings{rule: "settings"}
	for _, flow := range system.Items(s.Client.Properties["AllowedOAuthFlows"]) {
		if flow != "code" {
			found.opens(s.Client.At, "AllowedOAuthFlows: got %v, want code alone: tokens must not be in addresses", flow)
		}
	}
	for _, property := range []string{"CallbackURLs", "LogoutURLs"} {
		for _, url := range system.Items(s.Client.Properties[property]) {
			if !slices.Contains(s.Bucket.Origins(), strings.TrimSuffix(fmt.Sprint(url), "/")) {
				found.opens(s.Client.At, "%s: got %v, want one of the sites that may use the bucket", property, url)
			}
		}
	}
	return found.all
}

// checkCORS makes sure that foreign sites cannot read, and that ours can read what they need.
func checkCORS(s *system.System) []Violation {
	found := findings{rule: "cors"}
	rules := system.Items(system.Lookup(s.Bucket.Properties, "CorsConfiguration.CorsRules"))
	if len(rules) != 1 {
		found.opens(s.Bucket.At, "got %d CORS rules, want 1", len(rules))
	}
	for _, rule := range rules {
		methods, wanted := system.Items(system.Lookup(rule, "AllowedMethods")), []any{"GET", "HEAD", "PUT", "POST", "DELETE"}
		for _, method := range wanted {
			if !slices.Contains(methods, method) {
				found.closes(s.Bucket.At, "AllowedMethods: a page may not use %s: uploads and removals need it", method)
			}
		}
		exposed, needed := system.Items(system.Lookup(rule, "ExposedHeaders")), []string{"ETag", "x-amz-version-id", "x-amz-request-id", "x-amz-id-2", "x-amz-server-side-encryption"}
		for _, header := range exposed {
			if !strings.Contains(fmt.Sprint(header), "*") && !slices.ContainsFunc(needed, func(one string) bool { return strings.EqualFold(fmt.Sprint(header), one) }) {
				found.opens(s.Bucket.At, "ExposedHeaders: a page may read %v, which no client needs", header)
			}
		}
		for _, header := range needed {
			if !slices.ContainsFunc(exposed, func(h any) bool { return strings.EqualFold(fmt.Sprint(h), header) }) {
				found.closes(s.Bucket.At, "ExposedHeaders: a page may not read %s, which the client needs", header)
			}
		}
		if slices.ContainsFunc(exposed, func(h any) bool { return strings.Contains(fmt.Sprint(h), "*") }) {
			found.closes(s.Bucket.At, "ExposedHeaders: got %v, want names: S3 refuses wildcards", exposed)
		}
		for _, origin := range system.Items(system.Lookup(rule, "AllowedOrigins")) {
			switch text := fmt.Sprint(origin); {
			case text == "*" || strings.HasPrefix(text, "http://"):
				if !s.Bucket.OpenOrigins {
					found.opens(s.Bucket.At, "AllowedOrigins: pages of %s may read files: the environment does not open its origins", text)
				}
			case strings.Contains(text, "*") || !strings.HasPrefix(text, "https://"):
				found.opens(s.Bucket.At, "AllowedOrigins: pages of %s may read files: want origins by name", text)
			}
		}
	}
	return found.all
}

// checkReach makes sure that what the CDN can read is what its paths can name.
func checkReach(s *system.System, rules []access.Rule) []Violation {
	found := findings{rule: "cdn"}
	for _, rule := range rules {
		if rule.CDN != 0 && !strings.HasPrefix("/"+rule.Area, access.OriginPath+"/") {
			found.opens(s.CDN.At, "the CDN may get %s, which no path below %s names", rule.Area, access.OriginPath)
		}
	}
	return found.all
}

// plain makes a boolean or a number the text that CloudFormation takes as well.
func plain(value any) any {
	switch value.(type) {
	case nil, string, []any, map[string]any:
		return value
	default:
		return fmt.Sprint(value)
	}
}

func show(value any) any {
	if value == nil {
		return "nothing"
	}
	return value
}

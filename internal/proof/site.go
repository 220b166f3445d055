package proof

import (
	"fmt"
	"slices"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// checkPages makes sure that the bucket of the site is for its distribution, which gets what is in it over TLS, and for nobody
// else: its own policy lets nobody in.
func checkPages(s *system.System, count *Count) ([]Violation, error) {
	if s.Site == nil {
		return nil, nil
	}
	view, contract := withoutPolicies(s.OfLogs(s.Site.Bucket)), question.Contract{Bucket: s.Site.Bucket.ARN, Pages: true}
	var found []Violation
	for _, who := range append(question.Callers(view), question.SiteOf(s)) {
		u, err := question.UniverseOf(view, who, contract)
		if err != nil {
			return nil, err
		}
		found = append(found, askAll(view, who, contract, u, count)...)
	}
	return found, nil
}

// checkSiteOrigin makes sure that the site's pages may use the bucket of files from a browser, and are where social sign-in
// returns to; and that of what templates make up, such as CloudFront's name for a distribution, no other origin may. Another
// distribution has what people sent, another API what its resolvers answer.
func checkSiteOrigin(s *system.System) []Violation {
	found := findings{rule: "cors"}
	for _, origin := range s.Site.Origins() {
		if !slices.Contains(s.Bucket.Origins(), origin) {
			found.closes(s.Bucket.At, "AllowedOrigins: pages of the site may not read files: want %s", origin)
		}
		if urls := system.Items(s.Client.Properties["CallbackURLs"]); len(urls) > 0 && !slices.Contains(urls, any(origin+"/")) {
			found.closes(s.Client.At, "CallbackURLs: social sign-in does not return to the site: want %s/", origin)
		}
	}
	const path = "CorsConfiguration.CorsRules.0.AllowedOrigins"
	declared := system.Items(system.Lookup(judge{System: s}.declares(s.Bucket.At)["Properties"], path))
	for i, origin := range system.Items(system.Lookup(s.Bucket.Properties, path)) {
		text := fmt.Sprint(origin)
		if i < len(declared) && declared[i] == origin || slices.Contains(s.Site.Origins(), text) {
			continue
		}
		found.opens(s.Bucket.At, "AllowedOrigins: pages of %s may read files, which the template does not say as a text: want the site, or origins by name", text)
	}
	return found.all
}

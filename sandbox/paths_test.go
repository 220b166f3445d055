package sandbox

import (
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/console"
)

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// PagePaths are all paths below /_lightbox/ that the console answers, by its table of routes and with all that its document loads.
func (s *Sandbox) PagePaths() []string {
	var paths []string
	for pattern := range s.pageRoutes() {
		_, path, _ := strings.Cut(pattern, pagesPath) // it may begin with a method
		paths = append(paths, wildcard.ReplaceAllString(strings.Replace(path, "{$}", "", 1), "x"))
	}
	for _, asset := range s.console.Assets() {
		paths = append(paths, strings.TrimPrefix(console.Path, pagesPath)+asset)
	}
	slices.Sort(paths)
	return paths
}

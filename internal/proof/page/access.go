// Package page shows who may do what on a page of the sandbox's console, computed from the templates that are deployed to it.
package page

import (
	_ "embed"
	"fmt"
	"net/http"
	"slices"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/report"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox"
)

//go:embed access.js
var module string

// Access is the page /_lightbox/access. With ?environment=, ?as= and ?area= or ?field= it says of one cell why it is as it is.
func Access() sandbox.Page {
	return sandbox.Page{Name: "access", Title: "Access", Icon: "access", Module: module, Data: permissions}
}

// environment is who may do what in an environment that is deployed.
type environment struct {
	Environment string        `json:"environment"` // what its stacks' names have in common, as in Lightbox-dev
	Columns     []column      `json:"columns"`
	Matrix      report.Matrix `json:"matrix"`
}

// A column is where a caller's cells are in the matrix, and how one asks about them.
type column struct {
	Title string `json:"title"`
	As    string `json:"as"`             // who asks, as in explain.Question
	Owner string `json:"owner"`          // whose folder it is: me or other
	Cells string `json:"cells"`          // the member of a row of areas, as in guest
	Name  string `json:"name,omitempty"` // and of that, where it has cells by name
	Field string `json:"field,omitempty"`
}

func columnsOf(m report.Matrix) []column {
	all := []column{
		{"CDN (anyone)", "cdn", "other", "cdn", "", ""}, {"Guest", "guest", "other", "guest", "", "guests"},
		{"Signed in", "user", "other", "signedIn", "", "signedIn"}, {"Owner", "user", "me", "owner", "", ""},
	}
	for _, group := range access.Groups() {
		if slices.Contains(m.Groups, group.Name) {
			all = append(all, column{string(group.Name), group.Member, "other", "groups", string(group.Name), "groups"})
		}
	}
	for _, function := range m.Functions {
		all = append(all, column{string(function), string(function), "other", "functions", string(function), ""})
	}
	return all
}

func permissions(s *sandbox.Sandbox, r *http.Request) (any, error) {
	deployed, err := s.Deployed()
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	wanted := query.Get("environment")
	all := []environment{}
	for _, a := range deployed {
		if wanted != "" && wanted != a.Dir {
			continue
		}
		read, err := system.Read(a)
		if err != nil {
			return nil, err
		}
		if query.Has("as") {
			return explained(read, query)
		}
		matrix, err := report.NewMatrix(read, access.Rules())
		if err != nil {
			return nil, err
		}
		all = append(all, environment{a.Dir, columnsOf(matrix), matrix})
	}
	if wanted != "" && len(all) == 0 {
		return nil, fmt.Errorf("environment: got %q, want one that is deployed: %w", wanted, sandbox.ErrNone)
	}
	return all, nil
}

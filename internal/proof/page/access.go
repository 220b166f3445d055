// Package page shows who may do what on a page of the sandbox, computed from the templates that are deployed to it.
package page

import (
	_ "embed"
	"net/http"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/report"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox"
)

//go:embed access.js
var module string

// Access is the page /_lightbox/access.
func Access() sandbox.Page {
	return sandbox.Page{Name: "access", Title: "Access", Icon: "access", Module: module, Data: permissions}
}

// environment is who may do what in an environment that is deployed.
type environment struct {
	Environment string        `json:"environment"` // what its stacks' names have in common, as in Lightbox-dev
	Matrix      report.Matrix `json:"matrix"`
}

func permissions(s *sandbox.Sandbox, _ *http.Request) (any, error) {
	deployed, err := s.Deployed()
	if err != nil {
		return nil, err
	}
	all := []environment{}
	for _, a := range deployed {
		read, err := system.Read(a)
		if err != nil {
			return nil, err
		}
		matrix, err := report.NewMatrix(read, access.Rules())
		if err != nil {
			return nil, err
		}
		all = append(all, environment{a.Dir, matrix})
	}
	return all, nil
}

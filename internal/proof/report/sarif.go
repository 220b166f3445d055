package report

import (
	"encoding/json"
	"io"
	"net/url"
	"path"
	"slices"

	"lightbox.example/lightbox/internal/proof"
)

// WriteSARIF writes the violations for tools that show findings where the code is, such as GitHub's code scanning.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func (c Check) WriteSARIF(w io.Writer) error {
	type (
		object = map[string]any
		list   = []any
	)
	rules, index := list{}, proof.Rules()
	for _, rule := range index {
		rules = append(rules, object{"id": rule, "shortDescription": object{"text": proof.RuleText(rule)}})
	}
	results := list{}
	for _, v := range c.Violations {
		location := object{"logicalLocations": list{object{"fullyQualifiedName": v.Construct, "name": v.LogicalID, "kind": "resource"}}}
		if v.Template != "" {
			location["physicalLocation"] = object{
				"artifactLocation": object{"uri": uri(v.Template)},
				"region":           object{"startLine": v.Line},
			}
		}
		results = append(results, object{
			"ruleId": v.Rule, "ruleIndex": slices.Index(index, v.Rule), "level": "error", "message": object{"text": v.Text},
			"locations": list{location}, "properties": object{"effect": v.Effect},
		})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs": list{object{
			"tool":       object{"driver": object{"name": "lightbox access check", "rules": rules}},
			"columnKind": "utf16CodeUnits",
			"results":    results,
			"properties": object{"count": c.Count},
		}},
	})
}

// uri is the address of a file: a relative one is below wherever the tool was run.
func uri(file string) string {
	if path.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: file}).String()
	}
	return (&url.URL{Path: file}).String()
}

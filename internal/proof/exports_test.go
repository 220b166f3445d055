package proof

import (
	"maps"
	"slices"
	"testing"

	"lightbox.example/lightbox/internal/proof/prooftest"
)

// What the stacks tell clients is what is held, key by key; the rest is what other stacks read.
func TestExports_areWhatTheStacksTellClients(t *testing.T) {
	for _, env := range prooftest.Environments {
		s := prooftest.Shipped(t, env)
		told, held := map[string]bool{}, map[string]bool{}
		for _, template := range s.Templates {
			outputs, _ := template["Outputs"].(map[string]any)
			for key, output := range outputs {
				if output.(map[string]any)["Description"] != nil { // which the library gives none
					told[key] = true
				}
			}
		}
		for _, one := range (judge{System: s}).exports() {
			held[one.key] = true
		}
		if !maps.Equal(told, held) {
			t.Errorf("%s: got %v held, want %v", env, slices.Sorted(maps.Keys(held)), slices.Sorted(maps.Keys(told)))
		}
	}
}

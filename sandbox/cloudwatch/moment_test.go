package cloudwatch

import (
	"encoding/json"
	"testing"
)

// boto3 sends times with a fraction.
func TestMoment_mayHaveAFraction(t *testing.T) {
	for text, want := range map[string]moment{"1764533000": 1764533000, "1764533000.987": 1764533000, "1.764533e9": 1764533000, "-0.5": -1} {
		var got moment
		if err := got.FromTree(json.Number(text)); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, tree := range []any{"2026-01-01T00:00:00Z", true, map[string]any{}} {
		if err := new(moment).FromTree(tree); err == nil {
			t.Errorf("control: %v is taken, want seconds alone", tree)
		}
	}
}

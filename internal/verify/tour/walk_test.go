package tour_test

import (
	"testing"

	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
)

func TestWalk_isGreenOnAFreshDeployment(t *testing.T) {
	for _, env := range []string{"prod", "dev"} {
		t.Run(env, func(t *testing.T) {
			r := newRig(t, env)
			rows, err := tour.Walk(t.Context(), r.world, false)
			if err != nil {
				t.Error(err)
			}
			count := map[verify.Verdict]int{}
			for _, row := range rows {
				count[row.Verdict]++
				if row.Verdict != verify.Kept {
					t.Errorf("%s %s: %s", row.Verdict, row.Where, row.Text)
				}
			}
			t.Log(count)
		})
	}
}

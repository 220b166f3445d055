package proof

import (
	"os"
	"runtime/debug"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
)

// Proofs leave much garbage and keep little, as CheckAssembly knows.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func TestProve_findsNothingInWhatShips(t *testing.T) {
	for _, env := range prooftest.Environments {
		dir := prooftest.Assembly(t, env)
		start := time.Now()
		result, err := Check(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %v", env, time.Since(start))
		for _, violation := range result.Violations {
			t.Errorf("%s: %s", env, violation)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	dir := prooftest.Assembly(b, "prod")
	for b.Loop() {
		if _, err := Check(dir); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProve(b *testing.B) {
	s := prooftest.Shipped(b, "prod")
	for b.Loop() {
		if _, err := Prove(s, access.Rules()); err != nil {
			b.Fatal(err)
		}
	}
}

package proof

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/access"
)

// assemblies are the folders of the environments that ship, synthesized by the app itself,
// from outside: this package stays clear of the CDK.
var assemblies = map[string]string{}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "proof-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, env := range []string{"dev", "prod"} {
		assemblies[env] = filepath.Join(dir, env)
		cdk := exec.Command("../../node_modules/.bin/cdk", "synth", "-q", "-c", "env="+env, "--output", assemblies[env])
		cdk.Dir = "../.."
		cdk.Path, _ = filepath.Abs("../../node_modules/.bin/cdk")
		// CDK's own rules are looked at elsewhere.
		cdk.Env = append(os.Environ(), "CDK_VALIDATION=false")
		if out, err := cdk.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "cdk synth -c env=%s: %v\n%s", env, err, out)
			return 1
		}
	}
	return m.Run()
}

// shipped reads an environment's system.
func shipped(t testing.TB, env string) *System {
	t.Helper()
	return systemIn(t, assemblies[env])
}

func systemIn(t testing.TB, dir string) *System {
	t.Helper()
	system, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return system
}

func TestProve_findsNothingInWhatShips(t *testing.T) {
	for env, dir := range assemblies {
		start := time.Now()
		violations, err := Check(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %v", env, time.Since(start))
		for _, violation := range violations {
			t.Errorf("%s: %s", env, violation)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		if _, err := Check(assemblies["prod"]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProve(b *testing.B) {
	system := shipped(b, "prod")
	for b.Loop() {
		if _, err := system.Prove(access.Rules()); err != nil {
			b.Fatal(err)
		}
	}
}

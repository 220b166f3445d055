package tour_test

import (
	"strings"
	"testing"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/sandbox"
)

// rig is an environment in a sandbox.
type rig struct {
	s     *sandbox.Sandbox
	world verify.World
	calls *calls
}

// newRig deploys an environment of cdk.json. The SDK asks the sandbox by the environment of this process.
func newRig(t *testing.T, env string) *rig {
	t.Helper()
	r := &rig{calls: &calls{}}
	s, err := sandbox.Start(t.Context(), sandbox.Config{Log: r.calls.note})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Deploy(t.Context(), deploytest.WorkingAssembly(t, "../../..", env), nil); err != nil {
		t.Fatal(err)
	}
	for _, variable := range s.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	r.s, r.world = s, world(t, env)
	return r
}

// world is where an environment is verified.
func world(t *testing.T, env string) verify.World {
	t.Helper()
	cfg, err := config.Read("../../../cdk.json", env)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := awsconfig.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return verify.World{Config: cfg, AWS: settings, Tell: func(format string, values ...any) {
		t.Logf("%s "+format, append([]any{time.Now().Format("05.000")}, values...)...)
	}}
}

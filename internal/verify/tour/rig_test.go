package tour_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
	"lightbox.example/lightbox/sandbox"
)

// rig is an environment in a sandbox.
type rig struct {
	s     *sandbox.Sandbox
	world verify.World // by an operator who may what a walk needs, and no more
	root  aws.Config
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
	r.root = r.world.AWS
	r.world.AWS.Credentials = r.operator(t)
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

// operator is a session with the rights that a walk says it needs.
func (r *rig) operator(t *testing.T) aws.CredentialsProvider {
	t.Helper()
	policy, err := json.Marshal(verify.Policy{Version: "2012-10-17", Statement: tour.Needs(r.world.Config)})
	if err != nil {
		t.Fatal(err)
	}
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	return credentials.StaticCredentialsProvider{Value: deploytest.AssumeRole(t, "http://"+r.s.HTTP(), root, deploytest.Deployer, string(policy))}
}

package verify_test

import (
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/sandbox"
)

// A rig is a sandbox with prod in it.
type rig struct {
	cloud  *sandbox.Sandbox
	folder string // of the assembly that is deployed
	world  verify.World
}

func newRig(t testing.TB, env string) *rig {
	t.Helper()
	cloud, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	folder := deploytest.WholeAssembly(t, "../..", env)
	if err := cloud.Deploy(t.Context(), folder, nil); err != nil {
		t.Fatal(err)
	}
	r := &rig{cloud: cloud, folder: folder}
	r.world = verify.World{
		Config: config.Config{App: "lightbox", Env: strings.TrimSuffix(strings.TrimSuffix(env, "-site"), "-operations"), Region: deploytest.Region},
		AWS: sdk.Config{
			Region: deploytest.Region, BaseEndpoint: sdk.String("http://" + cloud.HTTP()),
			Credentials: credentials.NewStaticCredentialsProvider(sandbox.AccessKeyID, sandbox.SecretAccessKey, ""),
		},
		Tell: func(string, ...any) {},
	}
	return r
}

// verify is the report as people read it.
func (r *rig) verify(t testing.TB) (*verify.Report, string) {
	t.Helper()
	report, err := verify.Deployed(t.Context(), r.world, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	return report, b.String()
}

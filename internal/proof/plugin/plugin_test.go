package plugin_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
	"lightbox.example/lightbox/internal/proof/plugin"
	"lightbox.example/lightbox/stacks"
)

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

// system is what a test may spoil before it is synthesized.
type system struct {
	app      awscdk.App
	identity stacks.Identity
	files    stacks.FileStorage
}

// report synthesizes prod with the plugin, after spoil had its way, and returns the CDK's
// report; empty if there is nothing to report.
func report(t *testing.T, spoil func(system)) string {
	t.Helper()
	cfg, err := config.Read(filepath.Join(cdktest.Root(t), "cdk.json"), "prod")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Email = config.Email{From: "a@example.com", SESIdentityARN: "arn:aws:ses:us-east-1:111122223333:identity/example.com"} // no warning of the stack's
	dir := t.TempDir()
	context := cdktest.Context(t, nil)
	failed := synth(func() {
		app := awscdk.NewApp(&awscdk.AppProps{Context: &context, Outdir: &dir, AnalyticsReporting: jsii.Bool(false)})
		awscdk.Validations_Of(app).AddPlugins(plugin.New())
		bundles := functions.Placeholder(t.TempDir(), cfg.Architecture)
		auth, err := stacks.NewAuth(app, cfg, stacks.AuthProps{Declared: access.Functions(), Functions: bundles})
		if err != nil {
			t.Fatal(err)
		}
		s := system{app: app}
		if s.identity, err = stacks.NewIdentity(app, cfg, stacks.IdentityProps{UserPool: auth.UserPool, Client: auth.Client}); err != nil {
			t.Fatal(err)
		}
		if s.files, err = stacks.NewFileStorage(app, cfg, stacks.FileStorageProps{Roles: s.identity.Roles, Declared: access.Functions()}); err != nil {
			t.Fatal(err)
		}
		cdn := stacks.NewCDN(app, cfg, stacks.CDNProps{Bucket: s.files.Bucket})
		if _, err := stacks.NewAPI(app, cfg, stacks.APIProps{
			UserPool: auth.UserPool, Client: auth.Client, Roles: s.identity.Roles,
			Bucket: s.files.Bucket, Failures: s.files.Failures, CDN: cdn, Declared: access.Functions(), Functions: bundles,
		}); err != nil {
			t.Fatal(err)
		}
		spoil(s)
		app.Synth(nil)
	})
	text, err := os.ReadFile(filepath.Join(dir, "validation-report.json"))
	if failed != (err == nil && strings.Contains(string(text), plugin.Name)) {
		t.Fatalf("the synth failed: %v, and its report says %s (%v)", failed, text, err)
	}
	if !failed {
		return ""
	}
	return string(text)
}

// synth reports whether the CDK refused.
func synth(run func()) (failed bool) {
	defer func() {
		if r := recover(); r != nil {
			failed = true
			if text := fmt.Sprint(r); !strings.Contains(text, "alidation") {
				panic(r)
			}
		}
	}()
	run()
	return false
}

func TestPlugin_letsWhatShipsPass(t *testing.T) {
	if got := report(t, func(system) {}); got != "" {
		t.Errorf("got %s, want nothing", got)
	}
}

func TestPlugin_failsTheSynthWhereGuestsMayListProtected(t *testing.T) {
	got := report(t, func(s system) {
		awsiam.NewManagedPolicy(s.files.Stack, jsii.String("Slip"), &awsiam.ManagedPolicyProps{
			Roles: &[]awsiam.IRole{s.identity.Roles[access.Guest]},
			Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Actions: jsii.Strings("s3:ListBucket"), Resources: &[]*string{s.files.Bucket.BucketArn()},
				Conditions: &map[string]any{"StringLike": map[string]string{"s3:prefix": "protected/*"}},
			})},
		})
	})
	want := "a guest may list protected/ (statement 1 of FileStorage/Slip): the access table says nobody but the owner, admins"
	if !strings.Contains(got, want) || !strings.Contains(got, `"FileStorage/Slip/Resource"`) || strings.Count(got, `"ruleName"`) != 1 {
		t.Errorf("got %s, want %q at FileStorage/Slip, and nothing else", got, want)
	}
}

// The library's own grant for CloudFront is the whole bucket.
func TestPlugin_failsTheSynthWhereTheCDNMayReadTheWholeBucket(t *testing.T) {
	got := report(t, func(s system) {
		s.files.Bucket.(awss3.Bucket).AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions:    jsii.Strings("s3:GetObject"),
			Resources:  &[]*string{s.files.Bucket.ArnForObjects(jsii.String("*"))},
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudfront.amazonaws.com"), nil)},
			Conditions: &map[string]any{"ArnLike": map[string]*string{
				"aws:SourceArn": jsii.Sprintf("arn:%s:cloudfront::%s:distribution/*", *s.files.Stack.Partition(), *s.files.Stack.Account()),
			}},
		}))
	})
	if want := "CloudFront may get private/ (statement 5 of FileStorage/Files/Policy): the access table says nobody but the owner"; !strings.Contains(got, want) || !strings.Contains(got, "FileStorage/Files/Policy") {
		t.Errorf("got %s, want %q at the bucket's policy", got, want)
	}
}

// CDK_VALIDATION=false silences the CDK's own rules, for a fast loop. The proof is fast.
func TestPlugin_isNotSilencedWithTheLibrarysRules(t *testing.T) {
	if os.Getenv("CDK_VALIDATION") == "false" {
		t.Skip("this is the run below")
	}
	again := exec.Command(os.Args[0], "-test.run", "TestPlugin_failsTheSynthWhereGuestsMayListProtected|TestPlugin_letsWhatShipsPass", "-test.v")
	again.Env = append(os.Environ(), "CDK_VALIDATION=false")
	out, err := again.CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS") != 2 {
		t.Errorf("with CDK_VALIDATION=false: %v\n%s", err, out)
	}
}

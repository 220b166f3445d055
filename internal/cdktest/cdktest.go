// Package cdktest looks at the templates of a CDK app in a test.
//
// jsii is one Node process behind one pipe: no test that uses this package may run in
// parallel, and each test binary ends it once, in TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(cdktest.RunUnvalidated(m)) }
package cdktest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/functions"
)

// RunUnvalidated is Run without the CDK's validation of templates, whose start takes seconds. The program's own tests have
// it, for every environment and for each setting.
func RunUnvalidated(m *testing.M) int {
	jsii.Close() // what it starts next has the variable
	if err := os.Setenv("CDK_VALIDATION", "false"); err != nil {
		panic(err)
	}
	return Run(m)
}

// assemblies is the folder of those that outlive a test.
var assemblies string

// Run runs the tests, ends the process behind jsii, and removes what Assembly wrote.
func Run(m *testing.M) int {
	// Go caches a test's result by the variables it reads: whoever switches validation
	// off must not be shown what was found with it, nor the other way round.
	os.Getenv("CDK_VALIDATION")
	folder, err := os.MkdirTemp("", "cdktest-")
	if err != nil {
		panic(err)
	}
	assemblies = folder
	defer func() { _ = os.RemoveAll(folder) }()
	defer jsii.Close()
	return m.Run()
}

// Root is the folder of go.mod, in which the CDK CLI runs the app.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = parent
	}
}

// Context is what the CDK CLI hands to the app: the context of cdk.json and the keys of
// `-c`, given here as extra. The application is Lightbox, whatever a fork calls its own.
func Context(t testing.TB, extra map[string]any) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Root(t), "cdk.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	delete(file.Context, "app")
	// What is deployed here runs here.
	file.Context["architecture"] = string(functions.Host())
	// The CLI adds these by itself.
	file.Context["aws:cdk:enable-path-metadata"] = true
	file.Context["aws:cdk:enable-asset-metadata"] = true
	file.Context["aws:cdk:version-reporting"] = false
	file.Context["aws:cdk:bundling-stacks"] = []string{"**"}
	for key, value := range extra {
		file.Context[key] = value
	}
	return file.Context
}

// Synth builds an app with the given context and returns the templates by construct id.
// An error of build, and a panic of CDK (which every error of its is), fails the test at
// the caller's line.
func Synth(t testing.TB, context map[string]any, build func(app awscdk.App) error) Templates {
	t.Helper()
	templates, err := synth(t.TempDir(), context, build)
	if err != nil {
		t.Fatal(err)
	}
	return templates
}

// Assembly builds an app like Synth and returns the folder of what it wrote as well, for whoever deploys it. The folder is
// there until the last test is over, so that one synth is enough for many of them. Nobody may write to it.
func Assembly(t testing.TB, context map[string]any, build func(app awscdk.App) error) (folder string, templates Templates) {
	t.Helper()
	folder, err := os.MkdirTemp(assemblies, "")
	if err != nil {
		t.Fatal(err)
	}
	if templates, err = synth(folder, context, build); err != nil {
		t.Fatal(err)
	}
	return folder, templates
}

// SynthError builds an app that must fail, and returns why it did.
func SynthError(t testing.TB, context map[string]any, build func(app awscdk.App) error) string {
	t.Helper()
	_, err := synth(t.TempDir(), context, build)
	if err == nil {
		t.Fatal("the app synthesized, want an error")
	}
	return err.Error()
}

func synth(dir string, context map[string]any, build func(app awscdk.App) error) (templates Templates, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("cdk: %v", r)
		}
	}()
	app := awscdk.NewApp(&awscdk.AppProps{Context: &context, Outdir: &dir, AnalyticsReporting: jsii.Bool(false)})
	if err := build(app); err != nil {
		return nil, err
	}
	assembly := app.Synth(nil)
	templates = Templates{}
	for _, stack := range *assembly.Stacks() {
		data, err := os.ReadFile(*stack.TemplateFullPath())
		if err != nil {
			return nil, err
		}
		template, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", *stack.Id(), err)
		}
		template.StackName = *stack.StackName()
		template.TerminationProtection = stack.TerminationProtection() != nil && *stack.TerminationProtection()
		for _, dependency := range *stack.Dependencies() {
			if id := *dependency.Id(); isStack(*assembly.Stacks(), id) {
				template.DependsOn = append(template.DependsOn, id)
			}
		}
		templates[*stack.Id()] = template
	}
	return templates, nil
}

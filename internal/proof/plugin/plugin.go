// Package plugin runs the proof inside `cdk synth`: a validation plugin of the CDK. It is the
// only part of the proof that imports awscdk.
package plugin

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/system"
)

// Name is what the CDK's report calls the plugin.
const Name = "lightbox-access"

// New returns the plugin, for awscdk.Validations_Of(app).AddPlugins. It runs after the
// templates are written, and so in `cdk synth`, `cdk deploy` and `go test` alike; each
// violation is reported at its construct and fails the synth. CDK_VALIDATION=false, which
// silences the CDK's own rules, does not silence it.
func New() awscdk.IPolicyValidationPlugin { return &validator{} }

type validator struct{}

// Name implements awscdk.IPolicyValidationPlugin.
func (*validator) Name() *string { return jsii.String(Name) }

// Version implements awscdk.IPolicyValidationPlugin.
func (*validator) Version() *string { return jsii.String("1.0.0") }

// RuleIds implements awscdk.IPolicyValidationPlugin.
func (*validator) RuleIds() *[]*string {
	return jsii.Strings(proof.Rules()...)
}

// Validate implements awscdk.IPolicyValidationPlugin. What can't be read is a violation as
// well: a proof that was not made is no proof.
func (*validator) Validate(context awscdk.IPolicyValidationContext) *awscdk.PolicyValidationPluginReport {
	templates := *context.StackTemplates()
	dir := filepath.Dir(*templates[0].TemplatePath)
	result, err := proof.Check(dir)
	violations := result.Violations
	if err != nil {
		violations = []proof.Violation{{
			At:   system.At{Path: *templates[0].StackConstructPath},
			Rule: proof.Unread,
			Text: "access cannot be proven: " + err.Error(),
		}}
	}
	if len(violations) == 0 {
		fmt.Fprintf(os.Stderr, "Access is proven: %s.\n", result.Count) // what the CDK has no place for in its report
	}
	var report []*awscdk.PolicyViolation
	for _, violation := range violations {
		report = append(report, &awscdk.PolicyViolation{
			RuleName:    jsii.String(violation.Rule),
			Description: jsii.String(violation.Text),
			ViolatingResources: &[]*awscdk.PolicyViolatingResource{{
				ConstructPath:     jsii.String(violation.Path),
				ResourceLogicalId: jsii.String(violation.LogicalID),
				TemplatePath:      jsii.String(template(templates, violation.Stack)),
				Locations:         jsii.Strings(),
			}},
		})
	}
	return &awscdk.PolicyValidationPluginReport{
		Success:    jsii.Bool(len(report) == 0),
		Violations: &report,
	}
}

// template is the file of a stack, the first one's where the stack is not known.
func template(templates []*awscdk.PolicyValidationStack, stack string) string {
	for _, t := range templates {
		if *t.StackConstructPath == stack {
			return *t.TemplatePath
		}
	}
	return *templates[0].TemplatePath
}

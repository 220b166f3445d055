package proof_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// Drifts that are drawn from the mutants that open something are made past CloudFormation, and each is named by `lightbox
// verify`: where it is, what it got and what it wants. After it is taken back, nothing is left.
func TestMutation_ofWhatLivesIsNamed(t *testing.T) {
	const seed = 14
	each := 1 // of each service
	if proof.EveryDrift() {
		each = 7
	}
	cloud, world := deployed(t)
	green := func(when string) {
		t.Helper()
		if report := reported(t, world); len(report.Rows) > 0 {
			t.Fatalf("%s: got %v, want nothing", when, report.Rows)
		}
	}
	green("before")
	services, sum := map[string]int{}, 0
	for _, d := range proof.DrawDrifts(t, seed) {
		if services[d.Service()] >= each {
			continue
		}
		stack := prodOf(cloud, d.Stack)
		changed, err := resolved(stack, cloud, d, t)
		if err != nil || replaces(d.Type, made{stack}.of(d.LogicalID).Properties, changed) {
			continue // it asks for what is not deployed, or nobody can change it
		}
		resource := made{stack}.of(d.LogicalID)
		if resource.Attributes["StreamArn"] != nil && changed["StreamSpecification"] == nil {
			continue // which can't be taken back: a stream that is switched on again is another. A test of package verify does that
		}
		was := lives(t, cloud, resource)
		change := func(properties map[string]any) { clear(properties); maps.Copy(properties, changed) }
		if err := cloud.Stacks.ByHand().Change(t.Context(), stack.Name, d.LogicalID, change); err != nil {
			continue // AWS refuses it, or the sandbox has no such properties
		}
		if is := lives(t, cloud, made{stack}.of(d.LogicalID)); was != nil && reflect.DeepEqual(was, is) {
			continue // what is left out is what AWS has then
		}
		report := reported(t, world)
		if path := construct(stack, d.LogicalID); !names(report, path) {
			t.Errorf("%s: %s: got %v, want a violation at %s", d.Type, d.What, report.Rows, path)
		}
		if err := cloud.Stacks.ByHand().Change(t.Context(), stack.Name, d.LogicalID, func(map[string]any) {}); err != nil {
			t.Fatalf("%s: taken back: %v", d.What, err)
		}
		services[d.Service()]++
		sum++
		t.Logf("%s %s", d.Type, d.What)
	}
	green("after")
	// Of log groups no mutant can be made in place: a test of package verify changes those.
	want := []string{"AppSync", "CloudFront", "Cognito", "DynamoDB", "Events", "IAM", "Lambda", "S3"}
	if got := slices.Sorted(maps.Keys(services)); !slices.Equal(got, want) || proof.EveryDrift() && (sum < 40 || slices.Min(slices.Collect(maps.Values(services))) < 2) {
		t.Errorf("made %d drifts, of the services %v, want each of %v, and with -every-mutant 40 and two of each", sum, services, want)
	}
}

// lives is what a resource is, nil of what AWS does not read by itself.
func lives(t *testing.T, cloud *sandbox.Sandbox, r cloudformation.Resource) map[string]any {
	t.Helper()
	kind := cloud.Stacks.Types[r.Type]
	if kind.Read == nil {
		return nil
	}
	of := aws.Identifier{}
	for _, name := range schema.Current().Types[r.Type].PrimaryIdentifier {
		value, ok := r.Attributes[name]
		if !ok {
			value, ok = r.Properties[name]
		}
		if !ok {
			value = r.PhysicalID
		}
		of[name] = fmt.Sprint(value)
	}
	properties, err := kind.Read(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return properties
}

// replaces tells a change that makes another resource.
func replaces(kind string, was, is map[string]any) bool {
	return slices.ContainsFunc(schema.Current().Types[kind].CreateOnly, func(path string) bool {
		return !reflect.DeepEqual(system.Lookup(was, path), system.Lookup(is, path))
	})
}

// deployed is a sandbox with prod, and how verify asks it.
func deployed(t *testing.T) (*sandbox.Sandbox, verify.World) {
	t.Helper()
	cloud, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	if err := cloud.Deploy(t.Context(), prooftest.Assembly(t, "prod"), nil); err != nil {
		t.Fatal(err)
	}
	return cloud, verify.World{
		Config: config.Config{App: "lightbox", Env: "prod", Region: deploytest.Region},
		AWS: sdk.Config{
			Region: deploytest.Region, BaseEndpoint: sdk.String("http://" + cloud.HTTP()),
			Credentials: credentials.NewStaticCredentialsProvider(sandbox.AccessKeyID, sandbox.SecretAccessKey, ""),
		},
		Tell: func(string, ...any) {},
	}
}

func reported(t *testing.T, world verify.World) *verify.Report {
	t.Helper()
	report, err := verify.Deployed(t.Context(), world, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// names tells whether a report has a violation at a construct, in words.
func names(report *verify.Report, path string) bool {
	return slices.ContainsFunc(report.Rows, func(row verify.Row) bool {
		return row.Verdict == verify.Violation && row.Where == path && strings.Contains(row.Text, ": got ") && strings.Contains(row.Text, ", want ")
	})
}

func prodOf(cloud *sandbox.Sandbox, id string) cloudformation.Stack {
	all := cloud.Stacks.Stacks()
	return all[slices.IndexFunc(all, func(s cloudformation.Stack) bool { return s.Name == "Lightbox-prod-"+id })]
}

// construct is the path of a resource's construct.
func construct(stack cloudformation.Stack, logicalID string) string {
	template, err := assembly.ParseTemplate(stack.Name, stack.Template)
	if err != nil {
		return err.Error()
	}
	resource, _ := template.Resources.Get(logicalID)
	return strings.TrimSuffix(resource.Construct, "/Resource")
}

// resolved are the properties of a drift, with the ids that there are.
func resolved(stack cloudformation.Stack, cloud *sandbox.Sandbox, d proof.Drift, t *testing.T) (map[string]any, error) {
	template, err := assembly.ParseTemplate(stack.Name, d.Template(t))
	if err != nil {
		return nil, err
	}
	resolver, err := assembly.NewResolver(template, assembly.Environment{
		AccountID: sandbox.Account, Region: deploytest.Region, Partition: "aws", URLSuffix: "amazonaws.com", StackName: stack.Name, StackID: stack.ID,
		Resources: made{stack}, Stacks: outputs{cloud}, SSM: outputs{cloud}, Secrets: outputs{cloud},
	})
	if err != nil {
		return nil, err
	}
	return resolver.Properties(d.LogicalID)
}

// made are the resources of a stack.
type made struct{ cloudformation.Stack }

func (m made) of(logicalID string) cloudformation.Resource {
	at := slices.IndexFunc(m.Resources, func(r cloudformation.Resource) bool { return r.LogicalID == logicalID })
	if at < 0 {
		return cloudformation.Resource{}
	}
	return m.Resources[at]
}

func (m made) Ref(r *assembly.Resource) (string, error) { return m.of(r.LogicalID).PhysicalID, nil }

func (m made) GetAtt(r *assembly.Resource, attribute string) (any, error) {
	return m.of(r.LogicalID).Attributes[attribute], nil
}

// outputs are those of all stacks, and what else templates ask for.
type outputs struct{ *sandbox.Sandbox }

func (o outputs) StackOutput(_, stack, key string) (string, error) {
	for _, s := range o.Stacks.Stacks() {
		for _, output := range s.Outputs {
			if s.Name == stack && output.Key == key {
				return output.Value, nil
			}
		}
	}
	return "", fmt.Errorf("no output %s of %s", key, stack)
}

func (outputs) Export(string) (string, error) { return "", errors.New("no exports") }

func (outputs) Parameter(string) (string, error) { return "30", nil }

func (outputs) Dynamic(assembly.DynamicReference) (string, error) {
	return "", errors.New("no secrets")
}

package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/assembly"
)

// stackProperties are what a manifest may say of a stack. Of the rest nobody has looked at what a
// deployment does with it.
var stackProperties = []string{
	"additionalDependencies", "assumeRoleArn", "bootstrapStackVersionSsmParameter", "cloudFormationExecutionRoleArn", "lookupRole", "parameters",
	"requiresBootstrapStackVersion", "stackName", "stackTemplateAssetObjectUrl", "tags", "templateFile", "terminationProtection", "validateOnSynth",
}

// ownRole is a role of the account that a stack is deployed to.
var ownRole = regexp.MustCompile(`^arn:(?:\$\{AWS::Partition\}|aws[a-z-]*):iam::(?:\$\{AWS::AccountId\}|([0-9]{12})):role/[\w+=,.@/$\{\}:-]+$`)

// deliveryCheck holds what a deployment does with a stack besides its template.
type deliveryCheck struct {
	findings
	place   system.At
	account string                     // "" where it is known when it is deployed only
	urls    map[[2]string]bool         // of the files that are published, each with its path
	keys    map[string]map[string]bool // of the files that a stack publishes, by its construct id
}

// manifest is what the CDK CLI reads of an assembly.
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema-readme.html
type manifest struct {
	Artifacts map[string]struct {
		Type, Environment string
		Properties        map[string]any
	}
}

// published is what the CDK CLI reads of the files to publish.
type published struct {
	Files map[string]struct {
		Source       map[string]any
		Destinations map[string]map[string]any
	}
	DockerImages map[string]any
}

// checkDelivery makes sure that what is deployed is what was proven, by roles of the account itself:
// the templates that were read are those that are published, nothing is published elsewhere, nothing is
// run to make it, and all stacks are in one account and region, but for that of the alarms which can only be in us-east-1.
func checkDelivery(a *assembly.Assembly) ([]Violation, error) {
	var m manifest
	if err := readJSON(filepath.Join(a.Dir, "manifest.json"), &m); err != nil {
		return nil, err
	}
	all, environments, urls, keys := findings{rule: "delivery"}, map[string]bool{}, map[[2]string]bool{}, map[string]map[string]bool{}
	check := func(id string) deliveryCheck {
		c := deliveryCheck{findings{rule: "delivery"}, system.At{Stack: id, Path: id}, "", urls, keys}
		if stack, found := a.Stack(id); found {
			c.account = stack.Account
		}
		return c
	}
	// What is published first: the stacks say where.
	for _, id := range slices.Sorted(maps.Keys(m.Artifacts)) {
		if m.Artifacts[id].Type != "cdk:asset-manifest" {
			continue
		}
		stack := strings.TrimSuffix(id, ".assets")
		c := check(stack)
		if err := c.files(filepath.Join(a.Dir, fmt.Sprint(m.Artifacts[id].Properties["file"])), m.bucketOf(stack)); err != nil {
			return nil, err
		}
		all.all = append(all.all, c.all...)
	}
	for _, stack := range a.Stacks {
		artifact := m.Artifacts[stack.ID]
		environments[homeOf(stack.ID, artifact.Environment, a)] = true
		c := check(stack.ID)
		c.properties(stack.File, artifact.Properties)
		c.code(stack)
		all.all = append(all.all, c.all...)
	}
	if len(environments) > 1 {
		all.opens(system.At{Path: "manifest.json"}, "stacks are in %s: want one account and region", strings.Join(slices.Sorted(maps.Keys(environments)), " and "))
	}
	return all.all, nil
}

// homeOf is the environment that a stack, which stands in one, has to be of. That of the alarms of us-east-1 stands there and belongs to that
// of the stack Operations, if both are in one account.
func homeOf(id, environment string, a *assembly.Assembly) string {
	operations, beside := a.Stack(string(alarms.Operations))
	global, is := a.Stack(string(alarms.Global))
	if beside && is && id == global.ID && global.Region == alarms.Home && global.Account == operations.Account {
		return strings.TrimSuffix(environment, alarms.Home) + operations.Region
	}
	return environment
}

// properties holds what the manifest says of a stack with the template in a file.
func (c *deliveryCheck) properties(template string, properties map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		value := properties[name]
		switch {
		case !slices.Contains(stackProperties, name):
			c.opens(c.place, "manifest.json: %s: got %v, and nobody has looked at what a deployment does with it", name, show(value))
		case name == "lookupRole":
			c.role(name, system.Lookup(value, "arn"))
		case strings.HasSuffix(name, "RoleArn"):
			c.role(name, value)
		case name == "tags" && system.Lookup(value, "user") != nil:
			c.opens(c.place, "manifest.json: tags: got a tag user: policies know a user's own folder by it, and roles have a stack's tags")
		}
	}
	url, given := properties["stackTemplateAssetObjectUrl"].(string)
	if !given {
		return // the CLI uploads the file itself
	}
	if !c.urls[[2]string{template, url}] {
		c.opens(c.place, "manifest.json: stackTemplateAssetObjectUrl: got %s, want where %s is published: another template would be deployed than the one that was read", url, template)
	}
}

// role wants a role of the stack's own account.
func (c *deliveryCheck) role(name string, value any) {
	text := fmt.Sprint(value)
	own := ownRole.FindStringSubmatch(text)
	if own == nil || own[1] != "" && own[1] != c.account {
		c.opens(c.place, "%s: got %s, want a role of the account itself: it deploys everything", name, text)
	}
}

// files holds what is published: files as they are, to the bucket that templates are in.
func (c *deliveryCheck) files(file, templates string) error {
	var p published
	if err := readJSON(file, &p); err != nil {
		return err
	}
	name := filepath.Base(file)
	c.keys[c.place.Stack] = map[string]bool{}
	for _, image := range slices.Sorted(maps.Keys(p.DockerImages)) {
		c.opens(c.place, "%s: got the image %s, want files alone", name, image)
	}
	for _, id := range slices.Sorted(maps.Keys(p.Files)) {
		file := p.Files[id]
		for _, key := range slices.Sorted(maps.Keys(file.Source)) {
			if key != "path" && key != "packaging" {
				c.opens(c.place, "%s: %s: got %s, which a deployment runs or reads: want a path and a packaging alone", name, id, key)
			}
		}
		for _, to := range file.Destinations {
			for _, key := range slices.Sorted(maps.Keys(to)) {
				if !slices.Contains([]string{"assumeRoleArn", "bucketName", "objectKey", "region"}, key) {
					c.opens(c.place, "%s: %s: got %s, and nobody has looked at what a deployment does with it", name, id, key)
				}
			}
			bucket, key := fmt.Sprint(to["bucketName"]), fmt.Sprint(to["objectKey"])
			c.keys[c.place.Stack][key] = true
			c.urls[[2]string{fmt.Sprint(file.Source["path"]), "s3://" + bucket + "/" + key}] = true
			if bucket != templates || !strings.Contains(key, id) {
				c.opens(c.place, "%s: %s: got %s in the bucket %s, want the file by its hash where the templates are", name, id, key, bucket)
			}
			if to["assumeRoleArn"] != nil {
				c.role(name+": assumeRoleArn", to["assumeRoleArn"])
			}
		}
	}
	return nil
}

// code wants the code of each function to be a file that its stack publishes: what lies there already is somebody else's word.
func (c *deliveryCheck) code(stack *assembly.Stack) {
	published, publishes := c.keys[stack.ID]
	if !publishes {
		return // the CLI has no file to upload, nor to read the template from
	}
	for _, resource := range stack.Template.Resources.All() {
		key := system.Lookup(resource.Properties, "Code.S3Key")
		if _, outside := resource.Metadata[system.OutsideKey]; outside {
			continue // the team's own, which may have its code in the template
		}
		if text, is := key.(string); resource.Type == "AWS::Lambda::Function" && (!is || !published[text]) {
			c.opens(system.At{Stack: stack.ID, LogicalID: resource.LogicalID, Path: resource.Construct},
				"Code.S3Key: got %v, want a file that the stack publishes: code would run that nobody has built", show(key))
		}
	}
}

// bucketOf is the bucket that the template of a stack is published to, as its URL has it; empty without one.
func (m manifest) bucketOf(stack string) string {
	url, _ := m.Artifacts[stack].Properties["stackTemplateAssetObjectUrl"].(string)
	bucket, _, _ := strings.Cut(strings.TrimPrefix(url, "s3://"), "/")
	return bucket
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

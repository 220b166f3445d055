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

// deliveryCheck holds what a deployment does with an assembly besides the templates.
type deliveryCheck struct {
	findings
	dir   string
	stack *assembly.Stack
	urls  map[string]string // of published files, by the file's path
	store string            // the bucket that templates are published to
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
// run to make it, and all stacks are in one account and region.
func checkDelivery(a *assembly.Assembly) ([]Violation, error) {
	var m manifest
	if err := readJSON(filepath.Join(a.Dir, "manifest.json"), &m); err != nil {
		return nil, err
	}
	all, environments := findings{rule: "delivery"}, map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(m.Artifacts)) {
		artifact := m.Artifacts[id]
		c := deliveryCheck{findings: findings{rule: "delivery"}, dir: a.Dir, stack: &assembly.Stack{ID: id}, urls: map[string]string{}}
		switch artifact.Type {
		case "aws:cloudformation:stack":
			environments[artifact.Environment] = true
			c.stack, _ = a.Stack(id)
			c.properties(artifact.Properties)
		case "cdk:asset-manifest":
			if of, found := a.Stack(strings.TrimSuffix(id, ".assets")); found {
				c.stack = of
			}
			c.store = bucketOf(m, id)
			if err := c.files(fmt.Sprint(artifact.Properties["file"])); err != nil {
				return nil, err
			}
		}
		all.all = append(all.all, c.all...)
	}
	if len(environments) > 1 {
		all.opens(system.At{Path: "manifest.json"}, "stacks are in %s: want one account and region", strings.Join(slices.Sorted(maps.Keys(environments)), " and "))
	}
	return all.all, nil
}

func (c *deliveryCheck) at() system.At { return system.At{Stack: c.stack.ID, Path: c.stack.ID} }

// properties holds what the manifest says of a stack.
func (c *deliveryCheck) properties(properties map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		value := properties[name]
		switch {
		case !slices.Contains(stackProperties, name):
			c.opens(c.at(), "manifest.json: %s: got %v, and nobody has looked at what a deployment does with it", name, show(value))
		case name == "lookupRole":
			c.role(name, system.Lookup(value, "arn"))
		case strings.HasSuffix(name, "RoleArn"):
			c.role(name, value)
		case name == "tags" && system.Lookup(value, "user") != nil:
			c.opens(c.at(), "manifest.json: tags: got a tag user: policies know a user's own folder by it, and roles have a stack's tags")
		}
	}
	url, given := properties["stackTemplateAssetObjectUrl"].(string)
	if !given {
		return // the CLI uploads the file itself
	}
	if err := c.files(c.stack.ID + ".assets.json"); err != nil || c.urls[c.stack.File] != url {
		c.opens(c.at(), "manifest.json: stackTemplateAssetObjectUrl: got %s, want where %s is published: another template would be deployed than the one that was read", url, c.stack.File)
	}
}

// role wants a role of the stack's own account.
func (c *deliveryCheck) role(name string, value any) {
	text := fmt.Sprint(value)
	own := ownRole.FindStringSubmatch(text)
	if own == nil || own[1] != "" && own[1] != c.stack.Account {
		c.opens(c.at(), "%s: got %s, want a role of the account itself: it deploys everything", name, text)
	}
}

// files holds what is published: files as they are, to the bucket that templates are in.
func (c *deliveryCheck) files(name string) error {
	var p published
	if err := readJSON(filepath.Join(c.dir, name), &p); err != nil {
		return err
	}
	for _, image := range slices.Sorted(maps.Keys(p.DockerImages)) {
		c.opens(c.at(), "%s: got the image %s, want files alone", name, image)
	}
	for _, id := range slices.Sorted(maps.Keys(p.Files)) {
		file := p.Files[id]
		for _, key := range slices.Sorted(maps.Keys(file.Source)) {
			if key != "path" && key != "packaging" {
				c.opens(c.at(), "%s: %s: got %s, which a deployment runs or reads: want a path and a packaging alone", name, id, key)
			}
		}
		for _, to := range file.Destinations {
			bucket, key := fmt.Sprint(to["bucketName"]), fmt.Sprint(to["objectKey"])
			c.urls[fmt.Sprint(file.Source["path"])] = "s3://" + bucket + "/" + key
			if c.store != "" && bucket != c.store || !strings.Contains(key, id) {
				c.opens(c.at(), "%s: %s: got %s in the bucket %s, want the file by its hash where the templates are", name, id, key, bucket)
			}
			if to["assumeRoleArn"] != nil {
				c.role(name+": assumeRoleArn", to["assumeRoleArn"])
			}
		}
	}
	return nil
}

// bucketOf is the bucket that the templates of the stacks are published to, as their URLs have it.
func bucketOf(m manifest, assets string) string {
	stack := m.Artifacts[strings.TrimSuffix(assets, ".assets")]
	url, _ := stack.Properties["stackTemplateAssetObjectUrl"].(string)
	if url == "" {
		return "nowhere" // what no stack needs is published for none
	}
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

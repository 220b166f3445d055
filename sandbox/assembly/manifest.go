package assembly

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const manifestFile = "manifest.json"

// newestSchema is the newest version of the cloud assembly's schema that this package was written for, CDK 2.276's.
// Newer ones may say what we would not read. Older ones say less. The schemas of the manifest and of the assets are the
// same in 55 as in 54; what was added, an approval for "destructive" changes, is of the integration tests' schema alone.
// https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema/schema
const newestSchema = 55

// The types of artifacts.
const (
	kindStack  = "aws:cloudformation:stack"
	kindAssets = "cdk:asset-manifest"
	kindNested = "cdk:cloud-assembly"
)

// ignoredKinds are artifacts that only tell people about the assembly.
var ignoredKinds = []string{"cdk:tree", "cdk:feature-flag-report"}

// manifest is what we need of manifest.json.
type manifest struct {
	artifacts []*artifact
}

type artifact struct {
	id, kind     string
	environment  string // of a stack, as in aws://unknown-account/us-east-1
	dependencies []string
	metadataFile string
	constructs   map[string]string // construct paths by logical id, where the metadata is in the manifest

	// properties
	templateFile, stackName string // of a stack
	tags, parameters        map[string]string
	terminationProtection   bool
	bootstrapParameter      string
	bootstrapVersion        int
	file                    string // of a list of assets
}

func (m *manifest) artifact(id string) (*artifact, bool) {
	for _, a := range m.artifacts {
		if a.id == id {
			return a, true
		}
	}
	return nil, false
}

func (m *manifest) stacks() []*artifact {
	return slices.DeleteFunc(slices.Clone(m.artifacts), func(a *artifact) bool { return a.kind != kindStack })
}

func readManifest(root *os.Root) (*manifest, error) {
	text, err := root.ReadFile(manifestFile)
	if err != nil {
		return nil, err
	}
	m := &manifest{}
	version := ""
	err = decode(text, true, func(d *decoder) error {
		return d.members(func(key string) error {
			if key == "artifacts" {
				return d.members(func(id string) error { return m.readArtifact(d, id) })
			}
			v, err := d.value()
			if err != nil {
				return err
			}
			switch key {
			case "version":
				version, _ = v.(string)
			case "missing":
				return missing(d, v)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < 1 || n > newestSchema {
		return nil, fmt.Errorf("got the schema's version %q, want 1 to %d", clip(version), newestSchema)
	}
	if len(m.stacks()) == 0 {
		return nil, errors.New("got no stack, want at least one")
	}
	return m, m.check()
}

// check refuses what would have to be deployed and is not known here.
func (m *manifest) check() error {
	var errs []error
	for _, a := range m.artifacts {
		switch {
		case a.kind == kindNested:
			errs = append(errs, fmt.Errorf("artifact %s: got an assembly within the assembly, want stacks: CDK stages are not supported", clip(a.id)))
		case a.kind != kindStack && a.kind != kindAssets && !slices.Contains(ignoredKinds, a.kind):
			errs = append(errs, fmt.Errorf("artifact %s: the type %q is not supported", clip(a.id), clip(a.kind)))
		}
	}
	return errors.Join(errs...)
}

// missing refuses an assembly that waits for context values, which the CLI looks up before it synthesizes again.
func missing(d *decoder, v any) error {
	list, _ := v.([]any)
	if len(list) == 0 {
		return nil
	}
	first, _ := list[0].(map[string]any)
	key, _ := first["key"].(string)
	return d.fault("got an assembly without the context value %q, want one synthesized with all of them", clip(key))
}

func (m *manifest) readArtifact(d *decoder, id string) error {
	a := &artifact{id: id, constructs: map[string]string{}}
	m.artifacts = append(m.artifacts, a)
	return d.members(func(key string) error {
		if key == "metadata" {
			return readConstructs(d, a.constructs)
		}
		v, err := d.value()
		if err != nil {
			return err
		}
		text, _ := v.(string)
		switch key {
		case "type":
			a.kind = text
		case "environment":
			a.environment = text
		case "additionalMetadataFile":
			a.metadataFile = text
		case "dependencies":
			var ok bool
			if a.dependencies, ok = texts(v); !ok {
				return d.fault("got %s, want a list of artifacts", describe(v))
			}
		case "properties":
			properties, _ := v.(map[string]any)
			return a.readProperties(d, properties)
		}
		return nil
	})
}

func (a *artifact) readProperties(d *decoder, properties map[string]any) error {
	a.templateFile, _ = properties["templateFile"].(string)
	a.stackName, _ = properties["stackName"].(string)
	a.file, _ = properties["file"].(string)
	a.terminationProtection, _ = properties["terminationProtection"].(bool)
	a.bootstrapParameter, _ = properties["bootstrapStackVersionSsmParameter"].(string)
	if n, ok := properties["requiresBootstrapStackVersion"].(json.Number); ok {
		if a.bootstrapVersion = integer(n.String()); a.bootstrapVersion < 0 {
			return d.fault("got the bootstrap version %s, want a whole number", clip(n.String()))
		}
	}
	for key, into := range map[string]*map[string]string{"tags": &a.tags, "parameters": &a.parameters} {
		object, _ := properties[key].(map[string]any)
		*into = make(map[string]string, len(object))
		for _, name := range sortedKeys(object) {
			text, ok := object[name].(string)
			if !ok {
				return d.fault("got %s for %s of the %s, want a string", describe(object[name]), clip(name), key)
			}
			(*into)[name] = text
		}
	}
	return nil
}

// readConstructs reads the metadata of constructs, an object of lists by their paths, and notes which logical id which
// path has.
func readConstructs(d *decoder, into map[string]string) error {
	return d.members(func(construct string) error {
		return d.elements(func() error {
			v, err := d.value()
			entry, _ := v.(map[string]any)
			if id, ok := entry["data"].(string); ok && entry["type"] == "aws:cdk:logicalId" {
				into[id] = strings.TrimPrefix(construct, "/")
			}
			return err
		})
	})
}

var environmentForm = regexp.MustCompile(`^aws://([0-9]{12}|unknown-account)/([a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}|unknown-region)$`)

// readEnvironment reads an account and a region, "" where they are not known yet.
func readEnvironment(text string) (account, region string, err error) {
	m := environmentForm.FindStringSubmatch(text)
	if m == nil {
		return "", "", fmt.Errorf("got the environment %q, want aws://ACCOUNT/REGION", clip(text))
	}
	if account = m[1]; account == "unknown-account" {
		account = ""
	}
	if region = m[2]; region == "unknown-region" {
		region = ""
	}
	return account, region, nil
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

package assembly

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Assembly is a cloud assembly: what `cdk synth` leaves in cdk.out.
// https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
type Assembly struct {
	Dir string
	// Stacks are in the order of deployment: each after those it depends on, and else as the manifest has them.
	Stacks []*Stack
}

// Stack is a stack of an assembly.
type Stack struct {
	ID           string // construct id, as in "FileStorage"
	Name         string // as in "Lightbox-dev-FileStorage"
	Account      string // "" where the account is only known when the stack is deployed
	Region       string // "" likewise
	File         string // the template's file, below the assembly's folder
	Text         []byte // the template as it is there
	Template     *Template
	Assets       []Asset  // the files that the template needs, itself not among them
	Dependencies []string // construct ids of the stacks that are deployed before
	Tags         map[string]string
	Parameters   map[string]string // values that the app gives to the template's parameters

	TerminationProtection bool
	// BootstrapParameter is the name in the parameter store under which the bootstrapped version is found, and
	// BootstrapVersion the least of them that the stack needs; "" and 0 where it needs none.
	BootstrapParameter string
	BootstrapVersion   int
}

// Asset is a file or folder that has to be in a bucket before the stack is deployed. The placeholders
// ${AWS::Partition}, ${AWS::AccountId} and ${AWS::Region} may stand in the destinations.
type Asset struct {
	ID           string // hash of the content
	Path         string // below the assembly's folder, with slashes
	Packaging    string // "file", or "zip" of a folder
	Destinations []Destination
}

// Destination is where an asset is looked for.
type Destination struct {
	Bucket, Key string
	Region      string // "" is the stack's
}

// In returns the destination as it is in an account and a region.
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AwsDestination.html
func (d Destination) In(partition, account, region string) Destination {
	if d.Region != "" {
		region = d.Region
	}
	names := strings.NewReplacer("${AWS::Partition}", partition, "${AWS::AccountId}", account, "${AWS::Region}", region)
	return Destination{Bucket: names.Replace(d.Bucket), Key: names.Replace(d.Key), Region: region}
}

// Stack returns the stack with the construct id.
func (a *Assembly) Stack(id string) (*Stack, bool) {
	for _, s := range a.Stacks {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}

// stackName is the form of a stack's name, of at most 128 characters.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
var stackName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// Open reads the assembly in the folder. It reads what it needs and nothing else: the manifest, the templates, the
// lists of assets and, of templates without the construct paths, the metadata. Files outside of the folder are refused.
//
// The error joins all faults of all templates, each a Fault, and those of the files, which name the file. An assembly
// within the assembly (a CDK stage), an artifact of an unknown type, a schema newer than the one this package was
// written for, a missing context value and a container image are refused by name.
//
// With an error that is about stacks there is an assembly too, for whoever tells what else is wrong: its stacks have what could
// be read of them, a Sketch of their template or none.
func Open(dir string) (*Assembly, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: want the folder of a cloud assembly, as cdk synth writes it: %w", dir, err)
	}
	defer func() { _ = root.Close() }()
	m, err := readManifest(root)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, manifestFile), err)
	}
	a := &Assembly{Dir: dir}
	var errs []error
	for _, artifact := range m.stacks() {
		s, err := m.readStack(root, artifact)
		errs = append(errs, err)
		a.Stacks = append(a.Stacks, s)
	}
	if err := a.order(); err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	return a, errors.Join(errs...)
}

// order puts the stacks into the order of deployment.
func (a *Assembly) order() error {
	var ids []string
	byID := map[string]*Stack{}
	byName := map[[3]string]string{}
	for _, s := range a.Stacks {
		ids = append(ids, s.ID)
		byID[s.ID] = s
		name := [3]string{s.Account, s.Region, s.Name}
		if other, taken := byName[name]; taken {
			return fmt.Errorf("%s: the stacks %s and %s have the same name, %s", a.Dir, other, s.ID, s.Name)
		}
		byName[name] = s.ID
	}
	ordered, cycle := dependencyOrder(ids, func(id string) []string { return byID[id].Dependencies })
	if cycle != nil {
		return fmt.Errorf("%s: the stacks depend on each other: %s", a.Dir, arrows(cycle))
	}
	for i, id := range ordered {
		a.Stacks[i] = byID[id]
	}
	return nil
}

// readStack reads the template of a stack and what belongs to it. It always returns a stack, one with less in it if
// there is an error.
func (m *manifest) readStack(root *os.Root, a *artifact) (*Stack, error) {
	s := &Stack{
		ID: a.id, Name: a.stackName, File: a.templateFile, Tags: a.tags, Parameters: a.parameters,
		TerminationProtection: a.terminationProtection,
		BootstrapParameter:    a.bootstrapParameter, BootstrapVersion: a.bootstrapVersion,
	}
	if s.Name == "" {
		s.Name = s.ID
	}
	var errs []error
	if len(s.Name) > 128 || !stackName.MatchString(s.Name) {
		errs = append(errs, fmt.Errorf("%s: got the stack's name %q, want at most 128 letters, digits and hyphens, a letter first", manifestFile, clip(s.Name)))
	}
	var err error
	if s.Account, s.Region, err = readEnvironment(a.environment); err != nil {
		errs = append(errs, fmt.Errorf("%s: stack %s: %w", manifestFile, s.ID, err))
	}
	for _, id := range a.dependencies {
		switch on, ok := m.artifact(id); {
		case !ok:
			errs = append(errs, fmt.Errorf("%s: stack %s depends on %q, which the assembly does not have", manifestFile, s.ID, clip(id)))
		case on.kind == kindStack:
			s.Dependencies = append(s.Dependencies, id)
		case on.kind == kindAssets:
			assets, err := readAssets(root, on.file, a.templateFile)
			s.Assets = append(s.Assets, assets...)
			errs = append(errs, err)
		}
	}
	if s.Text, err = readFile(root, a.templateFile); err != nil {
		return s, errors.Join(append(errs, fmt.Errorf("stack %s: %w", s.ID, err))...)
	}
	s.Template, err = Sketch(s.Name, s.Text)
	errs = append(errs, err)
	if s.Template != nil {
		errs = append(errs, s.addConstructs(root, a))
	}
	return s, errors.Join(errs...)
}

// addConstructs adds the construct paths that the template does not have.
func (s *Stack) addConstructs(root *os.Root, a *artifact) error {
	var without []*Resource
	for _, res := range s.Template.Resources.All() {
		if res.Construct == "" {
			without = append(without, res)
		}
	}
	if len(without) == 0 {
		return nil
	}
	paths := a.constructs
	if a.metadataFile != "" {
		text, err := readFile(root, a.metadataFile)
		if err != nil {
			return fmt.Errorf("stack %s: %w", s.ID, err)
		}
		paths = map[string]string{}
		if err := decode(text, true, func(d *decoder) error { return readConstructs(d, paths) }); err != nil {
			return fmt.Errorf("%s: %w", a.metadataFile, err)
		}
	}
	for _, res := range without {
		res.Construct = paths[res.LogicalID]
	}
	return nil
}

// readFile reads a file of the assembly.
func readFile(root *os.Root, name string) ([]byte, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, fmt.Errorf("got the file %q, want one within the assembly", clip(name))
	}
	text, err := root.ReadFile(filepath.FromSlash(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: the manifest names this file, and it is not there", name)
	}
	return text, err
}

// readAssets reads a list of assets, but for the template's own.
func readAssets(root *os.Root, file, template string) ([]Asset, error) {
	text, err := readFile(root, file)
	if err != nil {
		return nil, err
	}
	var assets []Asset
	err = decode(text, true, func(d *decoder) error {
		return d.members(func(key string) error {
			switch key {
			case "files":
				return d.members(func(id string) error {
					asset, err := readAsset(d)
					asset.ID = id
					assets = append(assets, asset)
					return err
				})
			case "dockerImages":
				return d.members(func(string) error { return d.fault("container images are not supported") })
			}
			_, err := d.value()
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return slices.DeleteFunc(assets, func(a Asset) bool { return a.Path == template }), nil
}

func readAsset(d *decoder) (Asset, error) {
	v, err := d.value()
	if err != nil {
		return Asset{}, err
	}
	object, _ := v.(map[string]any)
	source, _ := object["source"].(map[string]any)
	destinations, _ := object["destinations"].(map[string]any)
	var asset Asset
	asset.Path, _ = source["path"].(string)
	asset.Packaging, _ = source["packaging"].(string)
	if !filepath.IsLocal(filepath.FromSlash(asset.Path)) || asset.Packaging != "file" && asset.Packaging != "zip" {
		return asset, d.fault("got the source %q as %q, want a path within the assembly, as file or zip", clip(asset.Path), clip(asset.Packaging))
	}
	for _, key := range sortedKeys(destinations) {
		destination, _ := destinations[key].(map[string]any)
		var to Destination
		to.Bucket, _ = destination["bucketName"].(string)
		to.Key, _ = destination["objectKey"].(string)
		to.Region, _ = destination["region"].(string)
		if to.Bucket == "" || to.Key == "" {
			return asset, d.fault("got a destination without a bucketName and an objectKey")
		}
		asset.Destinations = append(asset.Destinations, to)
	}
	return asset, nil
}

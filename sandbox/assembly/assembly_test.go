package assembly

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const shop = "testdata/assembly"

// changed copies the assembly of testdata, with some texts of its files replaced. An edit is file, old, new.
func changed(t *testing.T, edits ...[3]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(shop)); err != nil {
		t.Fatal(err)
	}
	for _, edit := range edits {
		name := filepath.Join(dir, edit[0])
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		replaced := strings.Replace(string(text), edit[1], edit[2], 1)
		if replaced == string(text) {
			t.Fatalf("%s: got no %q to replace", edit[0], edit[1])
		}
		if err := os.WriteFile(name, []byte(replaced), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// open opens an assembly that has to be right.
func open(t *testing.T, dir string) *Assembly {
	t.Helper()
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOpen_readsTheStacksInTheOrderOfDeployment(t *testing.T) {
	a := open(t, shop)
	var ids []string
	for _, s := range a.Stacks {
		ids = append(ids, s.ID)
	}
	if want := []string{"Auth", "Identity", "API", "FileStorage", "CDN"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	api, ok := a.Stack("API")
	if !ok || api.Name != "Shop-API" || api.Region != "eu-west-1" || api.Account != "" || !api.TerminationProtection ||
		!slices.Equal(api.Dependencies, []string{"Auth", "Identity"}) || api.Tags["project"] != "shop" ||
		api.BootstrapVersion != 6 || api.BootstrapParameter != "/cdk-bootstrap/hnb659fds/version" || len(api.Assets) != 0 {
		t.Errorf("got API as %+v", api)
	}
	text, _ := os.ReadFile(shop + "/API.template.json")
	if string(api.Text) != string(text) || api.Template.Name != "Shop-API" || api.Template.Resources.Len() != 10 {
		t.Errorf("got the template %q with %d resources, want the file's", api.Template.Name, api.Template.Resources.Len())
	}
	if _, ok := a.Stack("Shop-API"); ok {
		t.Error("got a stack by its name, want the construct id to be asked for")
	}
}

func TestOpen_readsAssetsButNotTheTemplates(t *testing.T) {
	files, _ := open(t, shop).Stack("FileStorage")
	want := []Asset{{ID: "aaaa", Path: "asset.aaaa", Packaging: "zip", Destinations: []Destination{
		{Bucket: "cdk-hnb659fds-assets-${AWS::AccountId}-eu-west-1", Key: "aaaa.zip", Region: "eu-west-1"},
	}}}
	if !reflect.DeepEqual(files.Assets, want) {
		t.Errorf("got %+v, want %+v", files.Assets, want)
	}
}

func TestOpen_knowsTheConstructOfEachResource(t *testing.T) {
	check := func(t *testing.T, dir string) {
		t.Helper()
		files, _ := open(t, dir).Stack("FileStorage")
		for id, want := range map[string]string{
			"Files":       "FileStorage/Files/Resource",        // from the template
			"FilesPolicy": "FileStorage/Files/Policy/Resource", // from the metadata
		} {
			if res, _ := files.Template.Resources.Get(id); res.Construct != want {
				t.Errorf("got %q for %s, want %q", res.Construct, id, want)
			}
		}
	}
	t.Run("from a metadata file", func(t *testing.T) { check(t, shop) })
	t.Run("from the manifest, where older CDKs have it", func(t *testing.T) {
		check(t, changed(t, [3]string{
			"manifest.json", `"additionalMetadataFile": "FileStorage.metadata.json"`,
			`"metadata": {"/FileStorage/Files/Policy/Resource": [{"type": "aws:cdk:logicalId", "data": "FilesPolicy"}]}`,
		}))
	})
	t.Run("not at all", func(t *testing.T) {
		a := open(t, changed(t, [3]string{"manifest.json", `"additionalMetadataFile"`, `"x"`}))
		files, _ := a.Stack("FileStorage")
		if res, _ := files.Template.Resources.Get("FilesPolicy"); res.Construct != "" {
			t.Errorf("got %q, want none", res.Construct)
		}
	})
}

func TestOpen_readsWhatTheManifestSaysOfAStack(t *testing.T) {
	a := open(t, changed(t,
		[3]string{"manifest.json", "aws://unknown-account/eu-west-1", "aws://111122223333/unknown-region"},
		[3]string{"manifest.json", `"stackName": "Shop-API"`, `"parameters": {"BootstrapVersion": "/x"}`},
	))
	api, _ := a.Stack("API")
	if api.Account != "111122223333" || api.Region != "" || api.Parameters["BootstrapVersion"] != "/x" || api.Name != "API" {
		t.Errorf("got %+v", api)
	}
}

func TestOpen_acceptsAnEmptyListOfMissingContext(t *testing.T) {
	open(t, changed(t, [3]string{"manifest.json", `"version"`, `"missing": [], "version"`}))
}

func TestOpen_refuses(t *testing.T) {
	const manifest = "manifest.json"
	for _, test := range []struct {
		name  string
		edits [][3]string
		want  string
	}{
		{"a newer schema", [][3]string{{manifest, `"55.0.0"`, `"56.0.0"`}}, `got the schema's version "56.0.0", want 1 to 55`},
		{"no schema", [][3]string{{manifest, `"version"`, `"x"`}}, `got the schema's version ""`},
		{"a stage", [][3]string{{manifest, `"cdk:tree"`, `"cdk:cloud-assembly"`}}, "artifact Tree: got an assembly within the assembly"},
		{"an unknown artifact", [][3]string{{manifest, `"cdk:tree"`, `"cdk:other"`}}, `artifact Tree: the type "cdk:other" is not supported`},
		{"no stacks", [][3]string{{manifest, `"artifacts"`, `"x"`}}, "got no stack"},
		{"context that is missing", [][3]string{{manifest, `"version"`, `"missing": [{"key": "vpc-provider"}], "version"`}}, `without the context value "vpc-provider"`},
		{"a circle of stacks", [][3]string{{manifest, `"Auth.assets"` + "\n   ]", `"CDN", "Auth.assets"]`}}, "the stacks depend on each other: Auth → CDN → FileStorage → Identity → Auth"},
		{"a dependency on nothing", [][3]string{{manifest, `"Auth.assets"` + "\n   ]", `"Other"]`}}, `stack Auth depends on "Other", which the assembly does not have`},
		{"dependencies that are no list", [][3]string{{manifest, `"dependencies": [`, `"dependencies": "Auth", "x": [`}}, `got "Auth", want a list of artifacts`},
		{"two stacks of one name", [][3]string{{manifest, "Shop-API", "Shop-CDN"}}, "the stacks API and CDN have the same name, Shop-CDN"},
		{"a stack's name with a wildcard", [][3]string{{manifest, "Shop-API", "Shop*"}}, `got the stack's name "Shop*"`},
		{"another environment", [][3]string{{manifest, "aws://unknown-account/eu-west-1", "aws://*/*"}}, `stack API: got the environment "aws://*/*"`},
		{"a template outside", [][3]string{{manifest, `"API.template.json"`, `"../API.template.json"`}}, `stack API: got the file "../API.template.json", want one within`},
		{"a template that is not there", [][3]string{{manifest, `"API.template.json"`, `"B.template.json"`}}, "stack API: B.template.json: the manifest names this file, and it is not there"},
		{"metadata that is not there", [][3]string{{manifest, `"FileStorage.metadata.json"`, `"x.json"`}}, "stack FileStorage: x.json: the manifest names this file"},
		{"faulty metadata", [][3]string{{"FileStorage.metadata.json", "[", "{"}}, "FileStorage.metadata.json: line"},
		{"assets that are not there", [][3]string{{manifest, `"API.assets.json"`, `"x.json"`}}, "x.json: the manifest names this file"},
		{"an asset outside", [][3]string{{"FileStorage.assets.json", `"asset.aaaa"`, `"/etc/passwd"`}}, `FileStorage.assets.json: line`},
		{"an asset packed otherwise", [][3]string{{"FileStorage.assets.json", `"zip"`, `"tar"`}}, `got the source "asset.aaaa" as "tar"`},
		{"an asset without a key", [][3]string{{"FileStorage.assets.json", `"objectKey": "aaaa.zip"`, `"x": ""`}}, "got a destination without a bucketName and an objectKey"},
		{"a container image", [][3]string{{"API.assets.json", `"dockerImages": {}`, `"dockerImages": {"x": {}}`}}, "at dockerImages.x: container images are not supported"},
		{"a tag that is no text", [][3]string{{manifest, `"project": "shop"`, `"project": 5`}}, "got the number 5 for project of the tags, want a string"},
		{"a bootstrap version that is no number", [][3]string{{manifest, `"requiresBootstrapStackVersion": 6`, `"requiresBootstrapStackVersion": 6.5`}}, "got the bootstrap version 6.5"},
		{"a faulty manifest", [][3]string{{manifest, `"artifacts": {`, `"artifacts": [`}}, "manifest.json: line 3"},
		{"a faulty template", [][3]string{{"Auth.template.json", `"Ref": "UserPool"`, `"Ref": "Pool"`}}, `Shop-Auth: resource Social (Auth/Social): Properties.UserPoolId.Ref: got "Pool"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(changed(t, test.edits...))
			demand(t, err, test.want)
		})
	}
	t.Run("a folder that is not there", func(t *testing.T) {
		_, err := Open(filepath.Join(t.TempDir(), "cdk.out"))
		demand(t, err, "want the folder of a cloud assembly")
	})
	t.Run("a folder that is no assembly", func(t *testing.T) {
		_, err := Open(t.TempDir())
		demand(t, err, "manifest.json")
	})
	t.Run("a link to a file outside", func(t *testing.T) {
		dir := changed(t)
		outside := filepath.Join(t.TempDir(), "x.json")
		if err := os.Rename(filepath.Join(dir, "API.template.json"), outside); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(outside, filepath.Join(dir, "API.template.json")); err != nil {
			t.Fatal(err)
		}
		_, err := Open(dir)
		demand(t, err, "API.template.json")
	})
	t.Run("all faults at once", func(t *testing.T) {
		_, err := Open(changed(t, [3]string{"Auth.template.json", `"Ref": "UserPool"`, `"Ref": "Pool"`}, [3]string{"CDN.template.json", `"Ref": "Headers"`, `"Ref": "Header"`}))
		demand(t, err, "Shop-Auth: resource Social", "Shop-CDN: resource Distribution")
		if n := len(faultsIn(err)); n != 2 {
			t.Errorf("got %d faults, want 2", n)
		}
	})
}

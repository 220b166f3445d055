package deploytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/functions"
	placeholder "lightbox.example/lightbox/internal/golden"
)

// A program is the file that Lambda starts as a function, by the function's name.
type program func(function string) (file string, err error)

// noProgram is that of functions that no test invokes.
func noProgram(string) (string, error) { return "", nil }

// told is what such a function says and does.
const told = "#!/bin/sh\necho 'this test deploys functions without their programs: see deploytest.WorkingAssembly' >&2\nexit 1\n"

// built builds the functions of the module once a process.
func built(root string) program {
	return func(function string) (string, error) {
		made, _ := programs.LoadOrStore(function, sync.OnceValues(func() (string, error) {
			bundle, err := functions.In(root, functions.Host())(function)
			if err != nil {
				return "", err
			}
			return filepath.Abs(filepath.Join(bundle.Folder, "bootstrap"))
		}))
		return made.(func() (string, error))()
	}
}

// programs are what built has built, by function.
var programs sync.Map

// asset is a file to publish, or a folder as a zip file.
func asset(path, packaging, key string) map[string]any {
	return map[string]any{
		"source":       map[string]any{"path": path, "packaging": packaging},
		"destinations": map[string]any{"here": map[string]any{"bucketName": assetBucket, "objectKey": key}},
	}
}

// writeAssets writes the list of the assets of the stack API, whose template has a hash, and each function's folder with its
// program.
func writeAssets(folder, template, hash string, p program) error {
	files := map[string]any{hash: asset(template, "file", hash+".json")}
	for _, function := range access.Functions() {
		if function.IsTrigger() {
			continue // the user pool calls none
		}
		name := string(function.Name)
		path := "asset." + name
		if err := os.Mkdir(filepath.Join(folder, path), 0o700); err != nil {
			return err
		}
		file, err := p(name)
		bootstrap := filepath.Join(folder, path, "bootstrap")
		switch {
		case err != nil:
			return fmt.Errorf("the function %s: %w", name, err)
		case file == "":
			err = os.WriteFile(bootstrap, []byte(told), 0o700) //nolint:gosec // it is a program
		default:
			err = os.Symlink(file, bootstrap)
		}
		if err != nil {
			return err
		}
		files[name] = asset(path, "zip", name+".zip")
	}
	list, err := json.Marshal(map[string]any{"version": "55.0.0", "dockerImages": map[string]any{}, "files": files})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, apiAssets+".json"), list, 0o600)
}

// withAssets names the code of each function in the place of a golden template's word for it, and this machine as what it is for.
// Those of the user pool are in one, the others in another. One that is older may lack some of today's, and have none besides.
func withAssets(triggers, older bool, template []byte) ([]byte, error) {
	if !bytes.Contains(template, []byte(placeholder.Bundle)) {
		return template, nil
	}
	var document map[string]any
	numbers := json.NewDecoder(bytes.NewReader(template))
	numbers.UseNumber()
	if err := numbers.Decode(&document); err != nil {
		return nil, err
	}
	resources, _ := document["Resources"].(map[string]any)
	for _, function := range access.Functions() {
		if function.IsTrigger() != triggers {
			continue
		}
		found := 0
		for id, one := range resources {
			resource := one.(map[string]any)
			properties, _ := resource["Properties"].(map[string]any)
			if resource["Type"] != "AWS::Lambda::Function" || id[:len(id)-8] != function.ID("Function") {
				continue
			}
			properties["Code"].(map[string]any)["S3Key"] = string(function.Name) + ".zip"
			properties["Architectures"] = []any{functions.Host()}
			found++
		}
		if found != 1 && (found != 0 || !older) {
			return nil, fmt.Errorf("got %d functions %s, want one", found, function.Name)
		}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // as the CDK writes it
	encoder.SetIndent("", "  ")
	err := encoder.Encode(document)
	if err == nil && bytes.Contains(text.Bytes(), []byte(placeholder.Bundle+".zip")) {
		err = errors.New("got a function that is none of today's, want none in what people upgrade from: see \"Upgrading\" in CONTRIBUTING.md")
	}
	return text.Bytes(), err
}

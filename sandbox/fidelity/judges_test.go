package fidelity_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var judges = flag.String("judges", "", "the folder where `make judges` put the judges' packages; none are asked without it")

// Those who are programs of their own are asked one after the other, on one sandbox. One whose package is missing fails alone.
func TestJudges(t *testing.T) {
	if *judges == "" {
		t.Skip("-judges names no folder: `make judges` does")
	}
	folder, err := filepath.Abs(*judges)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	python, cli := filepath.Join(folder, "python", "bin", "python"), filepath.Join(folder, "cli", "bin", "aws")
	ours, tools, testdata := absolute(t, "../../tools/judges"), absolute(t, "../../tools/node"), absolute(t, "testdata")
	for _, name := range []string{"boto3", "s3fs", "pynamodb", "pycognito", "gql", "redbot", "aws-cli"} {
		t.Run(name, func(t *testing.T) {
			needs(t, python)
			files, err := filepath.Glob(filepath.Join(ours, "test_"+strings.ReplaceAll(name, "-", "_")+"*.py"))
			if err != nil {
				t.Fatal(err)
			}
			command := exec.Command(python, append([]string{"-m", "pytest", "-q", "-p", "no:cacheprovider"}, files...)...)
			if command.Env = []string{"AWS_CLI=" + cli}; name == "aws-cli" {
				needs(t, cli)
			}
			b.judged(t, name, &run{known: knownDifferences[name], parse: lines}, command)
		})
	}
	for _, name := range []string{"sdk-js", "jwt-verify", "graphql-http", "graphql-js"} {
		t.Run(name, func(t *testing.T) {
			needs(t, filepath.Join(folder, "node_modules", ".package-lock.json"))
			b.judged(t, name, &run{known: knownDifferences[name], parse: lines}, exec.Command("node", filepath.Join(ours, name+".mjs"), folder, tools, testdata))
		})
	}
	t.Run("amplify", func(t *testing.T) {
		needs(t, filepath.Join(tools, "node_modules", "aws-amplify"))
		command := exec.Command("node", "--import", filepath.Join(tools, "aws-hosts.mjs"), filepath.Join(ours, "amplify.mjs"), folder, tools)
		command.Env = []string{"LIGHTBOX_HTTPS=" + strings.TrimPrefix(b.secure.URL, "https://"), "NODE_EXTRA_CA_CERTS=" + b.trusted}
		b.judged(t, "amplify", &run{known: knownDifferences["amplify"], parse: lines}, command)
	})
	t.Run("mint", func(t *testing.T) {
		program := filepath.Join(folder, "mint")
		needs(t, program)
		command := exec.Command(program)
		command.Dir = t.TempDir() // it leaves files
		command.Env = []string{"SERVER_ENDPOINT=" + strings.TrimPrefix(b.front.URL, "http://"), "ACCESS_KEY=" + keyID, "SECRET_KEY=" + secretKey, "ENABLE_HTTPS=0", "RUN_ON_FAIL=1", "MINT_MODE=full"}
		version, err := os.ReadFile(program + ".version")
		if err != nil {
			t.Fatal(err)
		}
		b.judged(t, "mint", &run{known: knownDifferences["mint"], parse: mint, buckets: true, printed: true, version: strings.TrimSpace(string(version))}, command)
	})
	t.Run("models", func(t *testing.T) {
		needs(t, python)
		b.judged(t, "models", &run{known: knownDifferences["models"], parse: lines}, exec.Command(python, filepath.Join(ours, "models.py"), b.answers.Name()))
	})
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	whole, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// needs ends the part of a judge who could not be had.
func needs(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("MISSING: %v; `make judges` fetches it, for which it needs the registries or caches of them", err)
	}
}

// mint reads a line of the log of MinIO's tests. A case is a test; some have several parts, by the function.
func mint(line []byte) (verdict, bool) {
	var l struct{ Name, Function, Status, Alert, Message, Error string }
	if json.Unmarshal(line, &l) != nil || l.Status == "" {
		return verdict{}, false
	}
	return verdict{Case: strings.TrimPrefix(l.Name, "minio-go: ") + " " + l.Function, OK: l.Status == "PASS", Refused: l.Status == "NA", Why: l.Status + " " + l.Alert + " " + l.Message + ": " + l.Error}, true
}

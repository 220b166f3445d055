package lambda_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"lightbox.example/lightbox/sandbox/lambda"
)

// echo is the smallest function there is.
const echo = `package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func(in map[string]any) (map[string]any, error) { return in, nil }) }
`

// built is a zip file with a program that is built as functions are that ship.
func built(b *testing.B) []byte {
	b.Helper()
	folder, err := os.MkdirTemp(".", "testdata-") // within the module, which has what it needs
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(echo), 0o600); err != nil {
		b.Fatal(err)
	}
	program := filepath.Join(b.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-o", program, "./"+folder)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(program)
	if err != nil {
		b.Fatal(err)
	}
	return zipped(b, map[string]string{"bootstrap": string(text)}, 0o755)
}

// What an invocation takes: warm, and with the start of the program.
func BenchmarkInvoke(b *testing.B) {
	r := newRig(b)
	r.zips["echo.zip"] = built(b)
	if err := r.update("AWS::Lambda::Function", "f", "F", function(with("Code", properties{"S3Bucket": "code", "S3Key": "echo.zip"}))); err != nil {
		b.Fatal(err)
	}
	invoke := func() {
		result, err := r.lambda.InvokeFor(context.Background(), lambda.Invocation{Function: "f", Payload: []byte(`{"a":1}`)}, allow)
		if err != nil || result.FunctionError != "" {
			b.Fatalf("got %s, %v", result.Payload, err)
		}
	}
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			invoke()
		}
	})
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			r.lambda.Rest()
			invoke()
		}
	})
}

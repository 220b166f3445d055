// Command bundles writes what AppSync runs, one file a resolver, into a folder:
//
//	go run ./api/bundles DIR
//
// Checks that read JavaScript (AppSync's linter) read it from there.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"lightbox.example/lightbox/api"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bundles:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("got %d arguments, want the folder to write to", len(args))
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	for _, name := range api.Names() {
		code, err := api.Resolver(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(args[0], name+".js"), []byte(code), 0o644); err != nil {
			return err
		}
	}
	return nil
}

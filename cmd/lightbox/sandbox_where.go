package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/sandbox"
)

// asking waits for a sandbox's answer, and not for ever: something else may have its address.
var asking = http.Client{Timeout: startTimeout}

// A whereabouts is how a command finds the sandbox that it is about.
type whereabouts struct{ http, data string }

func (w *whereabouts) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.http, "http", defaultHTTP, "the `address` of the sandbox's endpoint; that of the one that runs in --data, if there is one")
	cmd.Flags().StringVar(&w.data, "data", defaultData, "the sandbox's `folder`")
}

// errAnother is in the error about a sandbox that is another folder's.
var errAnother = errors.New("--http and --data say where it is")

// find is the sandbox: at the address that was given, or at that of the sandbox in the folder. The address is there with an
// error too, if only nothing answers.
//
// Another folder's is refused, unless just its address was given: it is another project's, which has the usual address or
// took that of one that was killed. One that keeps nothing is of no folder, and is taken where none was given.
func (w *whereabouts) find(cmd *cobra.Command) (address string, overview sandbox.Overview, err error) {
	address = w.http
	if running := sandbox.Address(w.data); running != "" && !cmd.Flags().Changed("http") {
		address = running
	}
	if overview, err = fetchOverview(address); err != nil {
		return address, overview, err
	}
	asked, folder := cmd.Flags().Changed("http"), cmd.Flags().Changed("data")
	if asked && !folder || overview.InMemory && !folder || sameFile(overview.CAFile, w.certificate()) {
		return address, overview, nil
	}
	return address, overview, fmt.Errorf("http://%s: got the sandbox of %s, want that of %s: %w", address, filepath.Dir(filepath.Dir(overview.CAFile)), w.data, errAnother)
}

func (w *whereabouts) certificate() string { return filepath.Join(w.data, "tls", "ca.pem") }

// sameFile reports whether two paths lead to one file that is there.
func sameFile(one, other string) bool {
	a, err := os.Stat(one)
	if err != nil {
		return false
	}
	b, err := os.Stat(other)
	return err == nil && os.SameFile(a, b)
}

// environment is what AWS's tools need to know of the sandbox: as it says itself or, while it does not run, as it will be.
// That of another one is refused: tools would deploy to another project.
func (w *whereabouts) environment(cmd *cobra.Command, env string) ([]string, error) {
	region, err := regionOf(env)
	if err != nil {
		return nil, err
	}
	address, overview, err := w.find(cmd)
	switch {
	case errors.Is(err, errAnother):
		return nil, err
	case err == nil:
		return sandbox.Environment(address, overview.HTTPS, overview.Region, overview.CAFile), nil
	}
	certificate, err := filepath.Abs(w.certificate())
	if err != nil {
		return nil, err
	}
	return sandbox.Environment(address, defaultHTTPS, region, certificate), nil
}

// regionOf is the region of an environment of cdk.json.
func regionOf(env string) (string, error) {
	settings, err := config.Read("cdk.json", env)
	if errors.Is(err, fs.ErrNotExist) {
		return "us-east-1", nil
	}
	return settings.Region, err
}

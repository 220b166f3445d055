package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"

	"github.com/spf13/cobra"

	"lightbox/internal/config"
	"lightbox/sandbox"
)

// asking waits for a sandbox's answer, and not for ever: something else may have its address.
var asking = http.Client{Timeout: patience}

// A whereabouts is how a command finds the sandbox that it is about.
type whereabouts struct{ http, data string }

func (w *whereabouts) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.http, "http", defaultHTTP, "the `address` of the sandbox's endpoint; that of the one that runs in --data, if there is one")
	cmd.Flags().StringVar(&w.data, "data", defaultData, "the sandbox's `folder`")
}

// find is the address: the one that was given, or that of the sandbox in the folder.
func (w *whereabouts) find(cmd *cobra.Command) string {
	if running := sandbox.Address(w.data); running != "" && !cmd.Flags().Changed("http") {
		return running
	}
	return w.http
}

// environment is what AWS's tools need to know of the sandbox: as it says itself or, while it does not run, as it will be.
// Another folder's sandbox is refused, where the folder was given: tools would deploy to another project.
func (w *whereabouts) environment(cmd *cobra.Command, env string) ([]string, error) {
	address := w.find(cmd)
	certificate, err := filepath.Abs(filepath.Join(w.data, "tls", "ca.pem"))
	if err != nil {
		return nil, err
	}
	region, err := regionOf(env)
	if err != nil {
		return nil, err
	}
	overview, err := fetchOverview(address)
	switch {
	case err != nil:
		return sandbox.Environment("http://"+address, region, certificate), nil
	case cmd.Flags().Changed("data") && overview.CAFile != certificate:
		return nil, fmt.Errorf("http://%s: got the sandbox of %s, want that of %s: --http says where it is", address, filepath.Dir(filepath.Dir(overview.CAFile)), w.data)
	}
	return sandbox.Environment("http://"+address, overview.Region, overview.CAFile), nil
}

// regionOf is the region of an environment of cdk.json.
func regionOf(env string) (string, error) {
	settings, err := config.Read("cdk.json", env)
	if errors.Is(err, fs.ErrNotExist) {
		return "us-east-1", nil
	}
	return settings.Region, err
}

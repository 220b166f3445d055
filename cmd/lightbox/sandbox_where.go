package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

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

// check refuses an address where nothing can be.
func (w *whereabouts) check(cmd *cobra.Command) error {
	if !cmd.Flags().Changed("http") {
		return nil
	}
	if err := sandbox.CheckAddress(w.http); err != nil {
		return fmt.Errorf("--http %s: %w", w.http, err)
	}
	return nil
}

// find is the sandbox: at the address that was given, or at that of the sandbox in the folder. The address is there with an
// error too, if only nothing answers.
//
// Another folder's is refused, unless just its address was given: it is another project's, which has the usual address or
// took that of one that was killed. One that keeps nothing is of no folder, and is taken where none was given.
func (w *whereabouts) find(cmd *cobra.Command) (address string, overview sandbox.Overview, err error) {
	if err := w.check(cmd); err != nil {
		return w.http, overview, err
	}
	address = w.http
	running := sandbox.Address(w.data)
	asked, folder := cmd.Flags().Changed("http"), cmd.Flags().Changed("data")
	if !asked {
		address = cmp.Or(running, address)
	}
	if !asked && folder && running == "" {
		return address, overview, fmt.Errorf("%s: got no sandbox that runs, want one: `lightbox sandbox --data %s` starts it", w.data, w.data)
	}
	usual := !asked && running == ""
	if overview, err = fetchOverview(address); err != nil {
		if usual {
			err = fmt.Errorf("%s%w; or --data FOLDER or --http ADDRESS, where another runs", w.none(), err)
		}
		return address, overview, err
	}
	switch {
	case asked && !folder || overview.InMemory && !folder || sameFile(overview.Data, w.data):
		return address, overview, nil
	case usual:
		return address, overview, fmt.Errorf("%sat http://%s is that of %s, which --data %s is about; want one here, as `lightbox sandbox` starts it: %w",
			w.none(), address, overview.Data, overview.Data, errAnother)
	}
	return address, overview, fmt.Errorf("http://%s: got the sandbox of %s, want that of %s: %w", address, cmp.Or(overview.Data, "no folder"), w.data, errAnother)
}

// none says that no sandbox of this folder runs, before what there is at the usual address.
func (w *whereabouts) none() string {
	folder := w.data
	if whole, err := filepath.Abs(folder); err == nil {
		folder = whole
	}
	return folder + ": got no sandbox of this folder that runs, and "
}

// sameFile reports whether two paths lead to one file that is there.
func sameFile(one, other string) bool {
	a, err := os.Stat(one)
	if err != nil {
		return false
	}
	b, err := os.Stat(other)
	return err == nil && os.SameFile(a, b)
}

// starting is how long a sandbox that was started a moment ago may take until it answers.
const starting = 5 * time.Second

// environment is what AWS's tools need to know of the sandbox, as it says itself: what will be, as the certificate of one that
// keeps nothing, nobody else can. Who has started one in the background need not wait for it. Another folder's is refused:
// tools would deploy to another project.
func (w *whereabouts) environment(cmd *cobra.Command, env string) ([]string, error) {
	region, err := regionOf(env)
	if err != nil {
		return nil, err
	}
	if err := w.check(cmd); err != nil {
		return nil, err
	}
	address, overview, err := w.find(cmd)
	for deadline := time.Now().Add(starting); err != nil && !errors.Is(err, errAnother) && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
		address, overview, err = w.find(cmd)
	}
	if err == nil && cmd.Flags().Changed("env") && overview.Region != region {
		err = fmt.Errorf("http://%s: got a sandbox of %s, want %s, the region of %s: `lightbox sandbox --env %s` starts one", address, overview.Region, region, env, env)
	}
	overview.HTTP = address // as it was asked for
	return overview.Environment(), err
}

// settingsOf reads the settings of an environment in a file. The cdk.json of another CDK app, which has no environments, is
// as if there were none: the error is then fs.ErrNotExist.
func settingsOf(file, env string) (config.Config, error) {
	if names, err := config.Environments(file); err == nil && len(names) == 0 {
		return config.Config{}, fs.ErrNotExist
	}
	return config.Read(file, env)
}

// regionOf is the region of an environment of cdk.json.
func regionOf(env string) (string, error) {
	settings, err := settingsOf(settingsHere, env)
	if errors.Is(err, fs.ErrNotExist) {
		return "us-east-1", nil
	}
	return settings.Region, err
}

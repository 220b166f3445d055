package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
)

// An app is what cdk.json says of the program that synthesizes.
type app struct {
	App   string `json:"app"`
	Watch struct {
		Include, Exclude []string
	} `json:"watch"`
	Context map[string]any `json:"context"`
}

// readApp reads a cdk.json.
func readApp(file string) (app, error) {
	var a app
	text, err := config.Text(file)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("%s: %w", file, err)
	}
	if a.App == "" || len(a.Watch.Include) == 0 {
		return a, fmt.Errorf("%s: got no app or no watch.include, want both", file)
	}
	return a, nil
}

// synth runs the app as the CDK CLI does, without CDK's own rules: they take seconds, and the proof of access runs without
// them. The error has what the app printed.
func (a app) synth(ctx context.Context, env, folder string) error {
	values := map[string]any{"env": env, "architecture": functions.Host(), "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true, "aws:cdk:version-reporting": false}
	for key, value := range a.Context {
		values[key] = value
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "sh", "-c", a.App)
	command.Env = append(os.Environ(), "CDK_OUTDIR="+folder, "CDK_CONTEXT_JSON="+string(encoded), "CDK_VALIDATION=false")
	out, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", a.App, err, out)
	}
	return nil
}

// watched reports whether a change of the file is one of a source. Of the patterns of cdk.json it knows a name, "dir/**" and
// "**/name".
func (a app) watched(file string) bool {
	matches := func(pattern string) bool {
		if folder, ok := strings.CutSuffix(pattern, "/**"); ok {
			return strings.HasPrefix(file, folder+"/")
		}
		if name, ok := strings.CutPrefix(pattern, "**/"); ok {
			ok, _ = path.Match(name, path.Base(file))
			return ok
		}
		return pattern == file
	}
	return slices.ContainsFunc(a.Watch.Include, matches) && !slices.ContainsFunc(a.Watch.Exclude, matches)
}

// folders are those that hold sources, below the working folder.
func (a app) folders() ([]string, error) {
	folders := []string{"."}
	for _, pattern := range a.Watch.Include {
		root, deep := strings.CutSuffix(pattern, "/**")
		if !deep {
			continue
		}
		err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				folders = append(folders, name)
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return folders, nil
}

// onSave calls saved whenever sources were saved, until ctx is done. Several that are saved at once count once.
func (a app) onSave(ctx context.Context, saved func()) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer func() { _ = watcher.Close() }()
	folders, err := a.folders()
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := watcher.Add(folder); err != nil {
			return err
		}
	}
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-watcher.Events:
			if a.watched(filepath.ToSlash(filepath.Clean(event.Name))) {
				settled = time.After(30 * time.Millisecond)
			}
		case err := <-watcher.Errors:
			return err
		case <-settled:
			settled = nil
			saved()
		}
	}
}

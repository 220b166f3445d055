package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"testing/fstest" // a file system in memory
	"time"
)

// builtFor is the address of the sandbox that pages are built for, in their policies and in the script that brings them there.
const (
	builtFor  = defaultHTTP
	wayScript = "_sandbox/browser.js"
)

// sharedPages are those that came with this command, as they are built but for the address of the sandbox. They are served from memory:
// what was downloaded is the same for all sandboxes of this machine.
type sharedPages struct {
	mu    sync.RWMutex
	files fstest.MapFS
}

// readPages reads a folder.
func readPages(folder string) (*sharedPages, error) {
	files := fstest.MapFS{}
	from := os.DirFS(folder)
	now := time.Now() // so that no browser takes what it has from another address for the same
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, name)
		files[name] = &fstest.MapFile{Data: text, Mode: 0o444, ModTime: now}
		return err
	})
	if err == nil && files["index.html"] == nil {
		err = errors.New("got no index.html there")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w, want the pages that came with this command", folder, err)
	}
	return &sharedPages{files: files}, nil
}

// at are the pages of the sandbox whose endpoint has an address.
func (p *sharedPages) at(address string) fs.FS {
	if address == builtFor {
		return p
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, file := range p.files {
		if (path.Ext(name) == ".html" || name == wayScript) && bytes.Contains(file.Data, []byte(builtFor)) {
			file.Data = bytes.ReplaceAll(file.Data, []byte(builtFor), []byte(address))
			delete(p.files, name+".gz") // of the one that it was built for
		}
	}
	return p
}

// add puts a file beside them.
func (p *sharedPages) add(name string, text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[name] = &fstest.MapFile{Data: text, Mode: 0o444, ModTime: time.Now()}
}

// Open opens a file, for package fs.
func (p *sharedPages) Open(name string) (fs.File, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.files.Open(name)
}

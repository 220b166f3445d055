package sandbox

import (
	"context"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a folder has to be left alone before it counts as written.
const settle = 100 * time.Millisecond

// Watch deploys the assembly in the folder again whenever a synth has written it, until ctx is done. What is wrong with one
// goes to problem, and the next one counts; an error is only that the folder can't be watched.
func (s *Sandbox) Watch(ctx context.Context, folder string, progress func(Event), problem func(error)) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer func() { _ = watcher.Close() }()
	if err := watcher.Add(folder); err != nil {
		return err
	}
	var written <-chan time.Time // nil until something was
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-watcher.Events:
			if filepath.Ext(event.Name) == ".json" {
				written = time.After(settle)
			}
		case err := <-watcher.Errors:
			problem(err)
		case <-written:
			written = nil
			if err := s.Deploy(ctx, folder, progress); err != nil && ctx.Err() == nil {
				problem(err)
			}
		}
	}
}

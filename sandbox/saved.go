package sandbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// A state that was saved is a file NAME.json in the folder saved, and the folder beside it that the file names, with a database and
// the files of objects and functions. These never change, and are links to those of the sandbox. The file is there with all of
// it, or not.
const savedFolder = "saved"

// keptFolders are those with files that never change once they are there, and that the database refers to by their names.
var keptFolders = []string{
	filepath.Join(objectsFolder, "objects"), filepath.Join(objectsFolder+"-"+central, "objects"), filepath.Join(functionsFolder, "code"),
}

// patience is how long Save and Load wait for the requests that are under way.
const patience = 10 * time.Second

// A Saved is a state that Save has kept.
type Saved struct {
	Name string    `json:"name"`
	Time time.Time `json:"time"` // by the sandbox's clock
}

// savedState is what is in its file.
type savedState struct {
	Time   time.Time
	Folder string
	Region string
	Inbox  []Mail
}

// ErrNotNow is in the error of Save and Load while the sandbox can't be left alone.
var ErrNotNow = errors.New("try again when that is over")

var savedName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Save keeps all that the sandbox holds under a name, in its folder, in the place of what was there by that name: users, files,
// rows, stacks, mail and the clock. A sandbox in memory has it until Close. Requests wait meanwhile.
func (s *Sandbox) Save(ctx context.Context, name string) error {
	if !savedName.MatchString(name) {
		return fmt.Errorf("got the name %q, want 1 to 64 lower-case letters, digits and hyphens: %w", name, errAsked)
	}
	if err := s.standStill(ctx); err != nil {
		return err
	}
	defer s.gate.open()
	state := savedState{Time: s.Now(), Folder: strings.ToLower(rand.Text()), Region: s.config.Region, Inbox: s.Inbox.Messages()}
	folder := filepath.Join(s.folder, savedFolder, state.Folder)
	if err := errors.Join(s.copyStore(filepath.Join(folder, databaseFile)), linkFolders(folder, s.folder)); err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	return errors.Join(writeWhole(s.savedFile(name), state), s.removeUnnamed())
}

// Load puts back what Save has kept under a name. All that came after is gone: clients go on as after a restart of then, with
// the sessions of then; subscriptions end, and clients begin them anew. A sandbox that is killed meanwhile has the one state
// or the other.
func (s *Sandbox) Load(ctx context.Context, name string) error {
	state, err := s.savedAs(name)
	if err != nil {
		return err
	}
	folder := filepath.Join(s.folder, savedFolder, state.Folder)
	from, err := store.Open(filepath.Join(folder, databaseFile))
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	if err := s.standStill(ctx); err != nil {
		return err
	}
	defer s.gate.open()
	// What nothing refers to yet does no harm, and goes with the next sweep.
	if err := linkFolders(s.folder, folder); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // whoever asked may be gone: it is done to the end
	defer cancel()
	err = errors.Join(s.closeSockets(ctx), s.closeServices(), store.Replace(s.store, from))
	s.services = services{}
	if err := errors.Join(err, s.openClock(), s.openServices(s.folder)); err != nil {
		return err
	}
	for _, mail := range state.Inbox {
		s.Inbox.Deliver(mail)
	}
	return nil
}

// standStill shuts the gate, or says what goes on.
func (s *Sandbox) standStill(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.gate.close(ctx); err != nil {
		return fmt.Errorf("got requests that take longer than %s, want none under way: %w", patience, ErrNotNow)
	}
	for _, stack := range s.stacks() {
		if strings.HasSuffix(stack.Status, "_IN_PROGRESS") && stack.Status != "REVIEW_IN_PROGRESS" {
			s.gate.open()
			return fmt.Errorf("got the stack %s in %s, want no deployment under way: %w", stack.Name, stack.Status, ErrNotNow)
		}
	}
	return nil
}

// Saved are the states that were saved, by name.
func (s *Sandbox) Saved() ([]Saved, error) {
	all, err := s.savedStates()
	var saved []Saved
	for name, state := range all {
		saved = append(saved, Saved{name, state.Time})
	}
	slices.SortFunc(saved, func(a, b Saved) int { return cmp.Compare(a.Name, b.Name) })
	return saved, err
}

func (s *Sandbox) savedFile(name string) string {
	return filepath.Join(s.folder, savedFolder, name+".json")
}

// savedStates are what the files say, by name.
func (s *Sandbox) savedStates() (map[string]savedState, error) {
	files, err := filepath.Glob(s.savedFile("*"))
	all := map[string]savedState{}
	errs := []error{err}
	for _, file := range files {
		var state savedState
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &state)
		}
		if errs = append(errs, err); err == nil {
			all[strings.TrimSuffix(filepath.Base(file), ".json")] = state
		}
	}
	return all, errors.Join(errs...)
}

// savedAs is the state of a name, of this region.
func (s *Sandbox) savedAs(name string) (savedState, error) {
	all, err := s.savedStates()
	if err != nil {
		return savedState{}, err
	}
	state, ok := all[name]
	if !ok {
		var names []string
		for known := range all {
			names = append(names, known)
		}
		slices.Sort(names)
		want := "a name of `lightbox sandbox save`, and nothing is saved yet"
		if len(names) > 0 {
			want = "one of " + strings.Join(names, ", ")
		}
		return savedState{}, fmt.Errorf("got the name %q, want %s: %w", name, want, errAsked)
	}
	if state.Region != s.config.Region {
		return savedState{}, fmt.Errorf("got %s of %s, want a state of %s, the sandbox's region: %w", name, state.Region, s.config.Region, errAsked)
	}
	return state, nil
}

// copyStore writes the store into a file.
func (s *Sandbox) copyStore(file string) error {
	to, err := store.Open(file)
	if err != nil {
		return err
	}
	return errors.Join(store.Copy(to, s.store), to.Close())
}

// removeUnnamed removes the folders that no name leads to: of a state that was saved over, or whose saving was killed.
func (s *Sandbox) removeUnnamed() error {
	all, err := s.savedStates()
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, state := range all {
		named[state.Folder] = true
	}
	entries, err := os.ReadDir(filepath.Join(s.folder, savedFolder))
	errs := []error{err}
	for _, entry := range entries {
		if entry.IsDir() && !named[entry.Name()] {
			errs = append(errs, os.RemoveAll(filepath.Join(s.folder, savedFolder, entry.Name())))
		}
	}
	return errors.Join(errs...)
}

// writeWhole writes a file that is there as a whole, or not.
func writeWhole(file string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(file), "part-")
	if err != nil {
		return err
	}
	_, err = part.Write(text)
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return os.Rename(part.Name(), file)
}

// linkFolders has the files of keptFolders in another folder too. Those that are there already are the same.
func linkFolders(to, from string) error {
	var errs []error
	for _, name := range keptFolders {
		root := filepath.Join(from, name)
		errs = append(errs, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			relative, _ := filepath.Rel(from, path)
			target := filepath.Join(to, relative)
			switch {
			case errors.Is(err, fs.ErrNotExist): // no such folder, or a file that a sweep took
				return nil
			case err != nil:
				return err
			case entry.IsDir():
				return os.MkdirAll(target, 0o700)
			}
			return link(target, path)
		}))
	}
	return errors.Join(errs...)
}

// link has a file at another path too: as a copy where the disk has no links.
func link(to, from string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return copyFile(to, from)
}

func copyFile(to, from string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"lightbox.example/lightbox/sandbox"
)

// startTimeout is how long a sandbox may take to start or to end.
const startTimeout = time.Minute

func pidFile(data string) string { return filepath.Join(data, "sandbox.pid") }

// detach starts the same command in the background, and returns when it is ready. What it prints for people goes to
// sandbox.log in its folder.
func (f sandboxFlags) detach(out printers) error {
	if pid, ok := running(f.config.Data); ok {
		overview, err := fetchOverview(sandbox.Address(f.config.Data))
		if err != nil {
			return fmt.Errorf("the sandbox of %s is running already (process %d), and does not answer yet: %w", f.config.Data, pid, err)
		}
		out.people.line("the sandbox is running already at http://%s (process %d)", overview.HTTP, pid)
		return out.ready(overview)
	}
	if err := os.MkdirAll(f.config.Data, 0o700); err != nil {
		return err
	}
	logFile := filepath.Join(f.config.Data, "sandbox.log")
	child, said, err := again(logFile)
	if err != nil {
		return err
	}
	if err := os.WriteFile(pidFile(f.config.Data), []byte(strconv.Itoa(child.Process.Pid)), 0o600); err != nil {
		return errors.Join(err, child.Process.Kill())
	}
	overview, err := await(said)
	if err != nil {
		_ = os.Remove(pidFile(f.config.Data))
		return notStarted(child, logFile, err)
	}
	out.people.line("the sandbox is running at http://%s (process %d), its log is %s", overview.HTTP, child.Process.Pid, logFile)
	f.note(out.people, overview)
	return out.ready(overview)
}

// again starts this command again with its folder's log for what people read, and returns what programs do.
func again(logFile string) (child *exec.Cmd, said io.Reader, err error) {
	log, err := os.Create(logFile)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = log.Close() }()
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), func(arg string) bool { return strings.HasPrefix(arg, "--detach") })
	child = exec.Command(self, append(args, "--ready=json")...)
	child.Stderr = log
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C here is not for it
	// Where this process is ended before it hears that the child is ready, the pipe is, and the child with it: nobody knows its id.
	if said, err = child.StdoutPipe(); err != nil {
		return nil, nil, err
	}
	return child, said, child.Start()
}

// await reads the line of a sandbox that is ready.
func await(said io.Reader) (overview sandbox.Overview, err error) {
	read := make(chan error, 1)
	go func() { read <- json.NewDecoder(said).Decode(&overview) }()
	select {
	case err := <-read:
		return overview, err
	case <-time.After(startTimeout):
		return sandbox.Overview{}, fmt.Errorf("it was not ready within %s", startTimeout)
	}
}

// notStarted ends what was started, and says why it is not ready: the child says it in its log, or err does.
func notStarted(child *exec.Cmd, logFile string, err error) error {
	if errors.Is(err, io.EOF) {
		err = child.Wait()
	} else {
		_ = child.Process.Kill()
	}
	said, _ := os.ReadFile(logFile)
	faults := strings.ReplaceAll("\n"+strings.TrimSpace(string(said)), "\nlightbox: ", "\n") // report puts it there
	return fmt.Errorf("%s\nthe sandbox did not start (%w)", strings.TrimSpace(faults), err)
}

// running is the process of the sandbox in the folder, if there is one: as it says itself or, while it does not answer, as its
// id was written down.
func running(data string) (pid int, ok bool) {
	if address := sandbox.Address(data); address != "" {
		if overview, err := fetchOverview(address); err == nil {
			return overview.Process, sameFile(overview.Data, data) // one that was killed may have left its address to another
		}
	}
	text, err := os.ReadFile(pidFile(data))
	if err != nil {
		return 0, false
	}
	if pid, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil || pid <= 1 {
		return 0, false
	}
	return pid, keeps(pid, data) && syscall.Kill(pid, 0) == nil
}

// keeps tells whether a process is the sandbox of a folder, where there is /proc: its id is used again, by another folder's, too.
func keeps(pid int, data string) bool {
	process := fmt.Sprintf("/proc/%d/", pid)
	command, err := os.ReadFile(process + "cmdline")
	if err != nil {
		return true
	}
	args := strings.Split(string(command), "\x00")
	if !slices.Contains(args, "sandbox") && !slices.Contains(args, "up") {
		return false
	}
	own := defaultData
	for i, arg := range args {
		if arg == "--data" && i+1 < len(args) {
			own = args[i+1]
		} else if value, ok := strings.CutPrefix(arg, "--data="); ok {
			own = value
		}
	}
	if here, err := os.Readlink(process + "cwd"); err == nil && !filepath.IsAbs(own) {
		own = filepath.Join(here, own)
	}
	return sameFile(own, data)
}

func newSandboxStop() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "stop",
		Short: "End the sandbox of a folder",
		Long: `stop lets the requests under way end, and ends the sandbox of --data, wherever
it runs. What it keeps stays.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pid, ok := running(data)
			if !ok {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "no sandbox of %s runs\n", data)
				return err
			}
			if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
				return err
			}
			for deadline := time.Now().Add(startTimeout); syscall.Kill(pid, 0) == nil; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					return fmt.Errorf("the sandbox (process %d) is still there after %s", pid, startTimeout)
				}
			}
			if err := os.Remove(pidFile(data)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "the sandbox has ended")
			return err
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "the sandbox's `folder`")
	return cmd
}

package main

import (
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

// detach starts the same command in the background, and returns when it is ready. What it prints goes to sandbox.log in its
// folder.
func (f sandboxFlags) detach(stdout io.Writer) error {
	if f.ephemeral {
		return errors.New("--detach: got --ephemeral too, want a folder for the log and the process id")
	}
	if pid, ok := running(f.config.Data); ok {
		_, err := fmt.Fprintf(stdout, "the sandbox is running already (process %d)\n", pid)
		return err
	}
	if err := os.MkdirAll(f.config.Data, 0o700); err != nil {
		return err
	}
	logFile := filepath.Join(f.config.Data, "sandbox.log")
	log, err := os.Create(logFile)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), func(arg string) bool { return strings.HasPrefix(arg, "--detach") })
	child := exec.Command(self, args...)
	child.Stdout, child.Stderr = log, log
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C here is not for it
	if err := child.Start(); err != nil {
		return err
	}
	if err := os.WriteFile(pidFile(f.config.Data), []byte(strconv.Itoa(child.Process.Pid)), 0o600); err != nil {
		return errors.Join(err, child.Process.Kill())
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			_ = os.Remove(pidFile(f.config.Data))
			said, _ := os.ReadFile(logFile)
			faults := strings.ReplaceAll("\n"+strings.TrimSpace(string(said)), "\nlightbox: ", "\n") // report puts it there
			return fmt.Errorf("%s\nthe sandbox did not start (%w)", strings.TrimSpace(faults), err)
		default:
		}
		// One that was killed may have left its address in the folder, where another is now.
		if overview, err := fetchOverview(sandbox.Address(f.config.Data)); err == nil && overview.Process == child.Process.Pid {
			_, err := fmt.Fprintf(stdout, "the sandbox is running (process %d), its log is %s\n", child.Process.Pid, logFile)
			return err
		}
	}
	return fmt.Errorf("got no answer from the sandbox (--http %s) within %s: %s says why", f.config.HTTP, startTimeout, logFile)
}

// running is the process of the sandbox in the folder, if there is one.
func running(data string) (pid int, ok bool) {
	text, err := os.ReadFile(pidFile(data))
	if err != nil {
		return 0, false
	}
	if pid, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil || pid <= 1 {
		return 0, false
	}
	// A process id is used again. Whose it is now, its command tells where there is /proc.
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err == nil && !strings.Contains(string(command), "sandbox") {
		return 0, false
	}
	return pid, syscall.Kill(pid, 0) == nil
}

func newSandboxStop() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "stop",
		Short: "End a sandbox that runs in the background",
		Long: `stop lets the requests under way end, and ends the sandbox that --detach has
started. What it keeps stays.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pid, ok := running(data)
			if !ok {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "no sandbox of %s runs in the background\n", data)
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

package sandbox_test

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	built "lightbox.example/lightbox/internal/functions"
	"lightbox.example/lightbox/internal/timing"
	"lightbox.example/lightbox/sandbox"
)

var figures = flag.Bool("figures", false, "measure the built command, which takes about a minute")

// TestFigures prints what the command as it is built takes, as medians, on this machine and with what else it does:
//
//	go test ./sandbox -run TestFigures -v -args -figures
func TestFigures(t *testing.T) {
	if !*figures {
		t.Skip("-figures was not given")
	}
	command := filepath.Join(t.TempDir(), "lightbox")
	if out, err := exec.Command("go", "build", "-o", command, "../cmd/lightbox").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	assembly := working(t)
	t.Logf("%s, %d processors, %s/%s", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	t.Run("starts", func(t *testing.T) { figureStarts(t, command, assembly) })
	t.Run("deploy", func(t *testing.T) { figureDeploy(t, command) })
	t.Run("requests", func(t *testing.T) { figureRequests(t, command, assembly) })
	t.Run("live", func(t *testing.T) { figureLive(t, command, assembly) })
}

// figureStarts measures from the start of the process until it says that it is ready, and what it holds when it is idle.
func figureStarts(t *testing.T, command, assembly string) {
	for _, disk := range []bool{false, true} {
		var times []time.Duration
		var resident, processor []float64
		for i := range 11 {
			began := time.Now()
			c := runCommand(t, command, disk, "--assembly", assembly)
			times = append(times, time.Since(began))
			processor = append(processor, c.processorTime(t).Seconds())
			if i < 3 {
				time.Sleep(11 * time.Second) // until it has given back what it does not need
				resident = append(resident, c.resident(t))
			}
			c.stop(t)
		}
		slices.Sort(times)
		t.Logf("start to ready, five stacks, %-9s median %3d ms (%d to %d), goal 150; processor time %.2f s; resident when idle %.1f MB, goal 40",
			where(disk)+":", times[5].Milliseconds(), times[0].Milliseconds(), times[10].Milliseconds(), median(processor), median(resident))
	}
}

func where(disk bool) string {
	if disk {
		return "on disk"
	}
	return "in memory"
}

// figureDeploy measures the pinned CLI.
func figureDeploy(t *testing.T, command string) {
	folder := filepath.Join(t.TempDir(), "cdk.out")
	var wall, processor, resident []float64
	for range 3 {
		c := runCommand(t, command, true)
		if len(wall) == 0 {
			c.cdk(t, "synth", "-q", "-c", "env=dev", "-c", "architecture="+string(built.Host()), "--output", folder)
		}
		before, began := c.processorTime(t), time.Now()
		c.cdk(t, "deploy", "--all", "--require-approval", "never", "--app", folder)
		wall = append(wall, time.Since(began).Seconds())
		processor = append(processor, (c.processorTime(t) - before).Seconds())
		time.Sleep(11 * time.Second)
		resident = append(resident, c.resident(t))
		c.stop(t)
	}
	t.Logf("cdk deploy --all of what is synthesized: median %.1f s; the sandbox's processor time in it %.2f s, goal 0.5; resident when idle after it %.1f MB",
		median(wall), median(processor), median(resident))
}

// cdk runs the pinned CLI.
func (c *running) cdk(t *testing.T, args ...string) {
	t.Helper()
	bin, err := filepath.Abs("../node_modules/.bin")
	if err != nil {
		t.Fatal(err)
	}
	cdk := exec.Command(filepath.Join(bin, "cdk"), args...)
	cdk.Dir = ".."
	cdk.Env = append(os.Environ(), "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"), "CDK_VALIDATION=false")
	cdk.Env = append(cdk.Env, sandbox.Overview{HTTP: c.http, HTTPS: c.https, Region: cmp.Or(c.region, "us-east-1"), CAFile: filepath.Join(c.folder, "tls", "ca.pem")}.Environment()...)
	if out, err := cdk.CombinedOutput(); err != nil {
		t.Fatalf("cdk %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// A running is a `lightbox sandbox` of its own.
type running struct {
	*exec.Cmd
	http, https string // addresses
	folder      string
	region      string // us-east-1 if empty
}

// runCommand starts `lightbox sandbox` and returns when it is ready.
func runCommand(t *testing.T, command string, disk bool, args ...string) *running {
	t.Helper()
	c := &running{folder: t.TempDir(), http: "127.0.0.1:" + strconv.Itoa(timing.FreePort(t)), https: "127.0.0.1:" + strconv.Itoa(timing.FreePort(t))}
	kept := "--ephemeral"
	if disk {
		kept = "--data=" + c.folder
	}
	args = append([]string{"sandbox", "--http", c.http, "--https", c.https, "--log", "none", "--region", "us-east-1", kept}, args...)
	c.Cmd = exec.Command(command, args...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "is ready") {
			go func() { // what it says later is for nobody
				for lines.Scan() {
				}
			}()
			return c
		}
	}
	t.Fatal("the command ended before it was ready")
	return nil
}

func (c *running) stop(t *testing.T) {
	t.Helper()
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
}

// resident is how many megabytes of the process are in memory.
func (c *running) resident(t *testing.T) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kilobytes, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes / 1024
}

// processorTime is what the process took so far, in all of its threads.
func (c *running) processorTime(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name may have blanks
	fields := strings.Fields(rest)
	var ticks int
	for _, field := range fields[11:13] { // utime and stime, in hundredths of a second
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// BenchmarkDeploy measures the five stacks from nothing to ready, within one process.
func BenchmarkDeploy(b *testing.B) {
	folder := deploytest.Assembly(b, "..", "dev")
	for _, disk := range []bool{false, true} {
		b.Run(where(disk), func(b *testing.B) {
			for b.Loop() {
				config := sandbox.Config{}
				if disk {
					config.Data = b.TempDir()
				}
				s, err := sandbox.Start(context.Background(), config)
				if err == nil {
					err = s.Deploy(context.Background(), folder, nil)
				}
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

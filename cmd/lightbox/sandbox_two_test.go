package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// A checkout is a folder with a sandbox of its own.
type checkout struct {
	t      *testing.T
	folder string
	binary string
}

// run runs a command of `lightbox sandbox` there, as somebody does who names neither folder nor address.
func (c checkout) run(args ...string) string {
	c.t.Helper()
	command := exec.Command(c.binary, append([]string{"sandbox"}, args...)...)
	command.Dir = c.folder
	out, err := command.CombinedOutput()
	if err != nil {
		c.t.Errorf("%s: %v: %v: %s", c.folder, args, err, out)
	}
	return string(out)
}

func (c checkout) data() string { return filepath.Join(c.folder, defaultData) }

// Two checkouts have a sandbox each, started in the same moment by the same program, and nothing that is done in the one is seen in the
// other: buckets, certificates, the clock, states, and which of them ends.
func TestSandbox_ofTwoCheckoutsAtOnce(t *testing.T) {
	binary := binary(t)
	var two [2]checkout
	var starting sync.WaitGroup
	for i := range two {
		two[i] = checkout{t, t.TempDir(), binary}
		smallAssembly(t, filepath.Join(two[i].folder, "small.out"))
		starting.Go(func() { two[i].run(append([]string{"--detach", "--assembly", "small.out"}, anywhere...)...) })
		t.Cleanup(func() { two[i].run("stop") })
	}
	starting.Wait()
	one, other := two[0], two[1]
	if one, other := authority(t, one), authority(t, other); bytes.Equal(one, other) {
		t.Error("got one certificate of both")
	}
	if status := other.run("status"); strings.Contains(status, sandbox.Address(one.data())) || !strings.Contains(status, sandbox.Address(other.data())) {
		t.Errorf("got %s, want its own addresses", status)
	}
	one.run("save", "seeded")
	one.run("clock", "25 hours")
	for where, is := range map[checkout]bool{one: true, other: false} {
		if states := shown(t, "http://"+sandbox.Address(where.data())+"/_lightbox/state", "application/json"); strings.Contains(states, "seeded") != is {
			t.Errorf("got the states %s, want the saved one: %t", states, is)
		}
		if clock := where.run("clock"); strings.Contains(clock, "25h0m0s ahead") != is {
			t.Errorf("got %s, want the clock ahead: %t", clock, is)
		}
	}
	one.run("stop")
	// The id of a process is used again, as after a machine has started anew.
	pid, ok := running(other.data())
	if !ok {
		t.Fatal("got none of the other any more, want it to go on")
	}
	write(t, pidFile(one.data()), strconv.Itoa(pid))
	if said := one.run("stop"); !strings.Contains(said, "no sandbox of "+defaultData+" runs") {
		t.Errorf("got %q, want nothing ended that is the other's", said)
	}
	one.run("reset")
	if status := other.run("status"); !strings.Contains(status, "CREATE_COMPLETE") {
		t.Errorf("got %s, want its stack", status)
	}
	if said := other.run("stop"); !strings.Contains(said, "the sandbox has ended") {
		t.Errorf("control: got %q, want it ended by its own", said)
	}
}

// authority is the certificate that a checkout's sandbox has made for itself.
func authority(t *testing.T, c checkout) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.data(), "tls", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// usual is where a sandbox is unless flags say otherwise.
var usual = regexp.MustCompile(`:(4566|8443|3000)\b|\` + defaultData + `\b`)

// Two projects have a sandbox each: what one of them prints never leads to the other, which has the usual address and folder.
func TestSandbox_saysItsOwnAddressAndFolder(t *testing.T) {
	binary := binary(t)
	workspace(t, "dev")
	data := filepath.Join(t.TempDir(), "mine")
	run := func(args ...string) string {
		t.Helper()
		out, _ := exec.Command(binary, append([]string{"sandbox"}, args...)...).CombinedOutput()
		return string(out)
	}
	printed := map[string]string{"--detach": run("--detach", "--data", data, "--http", "127.0.0.1:0", "--https", "127.0.0.1:0")}
	t.Cleanup(func() { run("stop", "--data", data) })
	address := sandbox.Address(data)
	if address == "" {
		t.Fatalf("got no address of the sandbox: %s", printed["--detach"])
	}
	log, err := os.ReadFile(filepath.Join(data, "sandbox.log"))
	if err != nil {
		t.Fatal(err)
	}
	printed["its log"] = string(log)
	for name, args := range map[string][]string{
		"status by folder": {"status", "--data", data}, "status by address": {"status", "--http", address},
		"env by folder": {"env", "--data", data}, "env by address": {"env", "--http", address},
		"admin": {"admin", "ann", "--data", data}, "logs": {"logs", "--data", data}, "reset": {"reset", "--data", data},
	} {
		printed[name] = run(args...)
	}
	for _, page := range []string{"", "mail", "requests", "access", "logs"} {
		for _, accept := range []string{"text/html", "application/json"} {
			printed["the page "+page+" as "+accept] = shown(t, "http://"+address+"/_lightbox/"+page, accept)
		}
	}
	for what, text := range printed {
		if of := usual.FindString(text); of != "" {
			t.Errorf("%s: got %q with %s, which is another sandbox's", what, text, of)
		}
	}
	for what, want := range map[string]string{
		"its log": " sandbox env --http " + address + ")", "status by folder": " sandbox env --http " + address + ")", "status by address": filepath.Join(data, "tls", "ca.pem"),
		"env by folder": "AWS_ENDPOINT_URL='http://" + address + "'", "env by address": filepath.Join(data, "tls", "ca.pem"),
		"admin": "sandbox env --http " + address, "the page  as text/html": `data-address="` + address + `"`, "the page logs as text/html": `data-address="` + address + `"`,
		"reset": "in use by another sandbox: stop it first",
	} {
		if !strings.Contains(printed[what], want) {
			t.Errorf("%s: got %q, want %q in it", what, printed[what], want)
		}
	}
	t.Run("another folder's sandbox is refused", func(t *testing.T) {
		if got := run("env", "--http", address, "--data", t.TempDir()); !strings.HasPrefix(got, "false\n") || !strings.Contains(got, "got the sandbox of "+data) {
			t.Errorf("got %q, want a command that fails, and whose sandbox it is", got)
		}
	})
	t.Run("it is gone when it ends", func(t *testing.T) {
		run("stop", "--data", data)
		if got := sandbox.Address(data); got != "" {
			t.Errorf("got the address %s of a sandbox that has ended", got)
		}
	})
}

func shown(t *testing.T, target, accept string) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A sandbox that was killed leaves its address in its folder, and another project's may have it now, as it may have the usual
// one. Nothing is asked of it but by its address.
func TestSandbox_ofAnotherFolderIsRefusedWithoutFlagsToo(t *testing.T) {
	workspace(t, "dev")
	other := filepath.Join(t.TempDir(), "other")
	theirs, err := sandbox.Start(t.Context(), sandbox.Config{Data: other})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = theirs.Close() })
	if err := os.Mkdir(defaultData, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(defaultData, "address"), theirs.HTTP())
	commands := map[string][]string{"env": {"env"}, "status": {"status"}, "logs": {"logs"}, "admin": {"admin", "ann"}}
	for name, args := range commands {
		stdout, stderr := lightbox(append([]string{"sandbox"}, args...)...)
		if want := "got the sandbox of " + other + ", want that of " + defaultData; !strings.Contains(stderr, want) {
			t.Errorf("%s: got %q and %q, want %q", name, stdout, stderr, want)
		}
		if strings.Contains(stdout, theirs.HTTP()) || name == "env" && stdout != "false\n" {
			t.Errorf("%s: got %q, want nothing that leads there", name, stdout)
		}
		byAddress := append(append([]string{"sandbox"}, args...), "--http", theirs.HTTP())
		if _, stderr := lightbox(byAddress...); stderr != "" && !strings.Contains(stderr, "got no user pool") {
			t.Errorf("%s by its address: got %s", name, stderr)
		}
	}
	ours := startSandbox(t)
	write(t, filepath.Join(defaultData, "address"), ours.HTTP())
	if stdout, stderr := lightbox("sandbox", "env"); !strings.Contains(stdout, "'http://"+ours.HTTP()+"'") {
		t.Errorf("one that keeps nothing: got %q and %q, want it", stdout, stderr)
	}
	if err := os.RemoveAll(defaultData); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, defaultData); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr := lightbox("sandbox", "env"); !strings.Contains(stdout, "'http://"+theirs.HTTP()+"'") {
		t.Errorf("its folder by another path: got %q and %q, want it", stdout, stderr)
	}
}

// Where no sandbox of this folder was started, what there is at the usual address is another's, and nobody's if nothing is.
func TestSandbox_saysThatNoneOfThisFolderRuns(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other")
	theirs, err := sandbox.Start(t.Context(), sandbox.Config{Data: other})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = theirs.Close() })
	t.Chdir(t.TempDir())
	here, err := filepath.Abs(defaultData)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		theirs.HTTP(): here + ": got no sandbox of this folder that runs, and at http://" + theirs.HTTP() + " is that of " + other + ", which --data " + other + " is about; want one here, as `lightbox sandbox` starts it",
		"127.0.0.1:1": here + ": got no sandbox of this folder that runs, and http://127.0.0.1:1: got no answer ",
	} {
		at := whereabouts{http: address, data: defaultData}
		if _, _, err := at.find(newSandboxStatus()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	at := whereabouts{http: "127.0.0.1:1", data: other}
	if _, overview, err := at.find(newSandboxStatus()); err != nil || overview.HTTP != theirs.HTTP() {
		t.Errorf("the control: got %v and %s, want the sandbox of the folder", err, overview.HTTP)
	}
}

// One that keeps nothing has a certificate all the same, and says where it is.
func TestSandboxEnv_knowsOneThatIsKeptInMemory(t *testing.T) {
	s := startSandbox(t)
	workspace(t, "dev")
	stdout, stderr := lightbox("sandbox", "env", "--http", s.HTTP())
	if !strings.Contains(stdout, "NODE_EXTRA_CA_CERTS='"+s.CAFile()+"'") {
		t.Errorf("got %q and %q, want the certificate %s", stdout, stderr, s.CAFile())
	}
	for _, want := range []string{"AWS_ENDPOINT_URL='http://" + s.HTTP() + "'", "AWS_ENDPOINT_URL_S3='https://" + s.HTTPS() + "'", "AWS_CA_BUNDLE='" + s.CAFile() + "'"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got %q, want %s", stdout, want)
		}
	}
	if _, err := os.Stat(s.CAFile()); err != nil {
		t.Error(err)
	}
}

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// smallAssembly writes an assembly with one stack, which has a bucket and its name as an output.
func smallAssembly(t *testing.T, folder string) {
	t.Helper()
	write(t, filepath.Join(folder, "manifest.json"), `{"version": "53.0.0", "artifacts": {"Small": {"type": "aws:cloudformation:stack",
		"environment": "aws://unknown-account/eu-west-1", "properties": {"templateFile": "small.template.json"}}}}`)
	write(t, filepath.Join(folder, "small.template.json"), `{"Resources": {"Files": {"Type": "AWS::S3::Bucket"}}, "Outputs": {"BucketName": {"Value": {"Ref": "Files"}}}}`)
}

// anywhere are flags for free ports.
var anywhere = []string{"--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--web-addr", "127.0.0.1:0"}

// A test of others starts the command and reads one line: from there on it knows everything that it needs.
func TestReady_isOneLineWithAllThatAProgramNeeds(t *testing.T) {
	binary := binary(t)
	workspace(t, "dev")
	smallAssembly(t, "small.out")
	write(t, "pages/index.html", "home")
	for name, kept := range map[string][]string{"in memory": {"--ephemeral"}, "in a folder": {"--data", "mine"}} {
		t.Run(name, func(t *testing.T) {
			args := append(append([]string{"sandbox", "--ready", "json", "--assembly", "small.out", "--web", "pages"}, anywhere...), kept...)
			command := exec.Command(binary, args...)
			var people bytes.Buffer
			command.Stderr = &people
			stdout, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			programs := bufio.NewReader(stdout)
			line, err := programs.ReadString('\n')
			if err != nil {
				_ = command.Process.Kill()
				t.Fatalf("got %q, %v, want a line", line, err)
			}
			var ready readyLine
			if err := json.Unmarshal([]byte(line), &ready); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			for what, address := range map[string]string{"HTTP": ready.HTTP, "HTTPS": ready.HTTPS, "the front end": ready.Web} {
				if address == "" || strings.HasSuffix(address, ":0") || usual.MatchString(address) {
					t.Errorf("%s: got the address %q, want a free port", what, address)
				}
			}
			if ready.Region != "eu-west-1" || ready.Environment["AWS_REGION"] != "eu-west-1" || ready.Environment["AWS_ENDPOINT_URL_S3"] != "https://"+ready.HTTPS {
				t.Errorf("got the region %s and %v", ready.Region, ready.Environment)
			}
			if len(ready.Stacks) != 1 || ready.Stacks[0].Outputs["BucketName"] == "" {
				t.Errorf("got the stacks %+v, want one with its outputs", ready.Stacks)
			}
			if text, err := os.ReadFile(ready.CAFile); err != nil || !strings.Contains(string(text), "CERTIFICATE") {
				t.Errorf("got the certificate %q, %v", text, err)
			}
			if (ready.Data == "") != ready.InMemory || ready.InMemory != (name == "in memory") {
				t.Errorf("got the folder %q, in memory: %v", ready.Data, ready.InMemory)
			}
			if _, faults := lightbox("sandbox", "status", "--http", ready.HTTP); faults != "" {
				t.Error(faults)
			}
			rest, ended := make(chan string, 1), make(chan error, 1) // it is awaited before stop looks whether it is gone
			go func() {
				more, _ := io.ReadAll(programs)
				rest <- string(more)
				ended <- command.Wait()
			}()
			if ready.InMemory {
				if err := command.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
			} else if said, faults := lightbox("sandbox", "stop", "--data", "mine"); said != "the sandbox has ended\n" {
				_ = command.Process.Kill()
				t.Errorf("stop: got %q and %q", said, faults)
			}
			if more := <-rest; more != "" {
				t.Errorf("got %q on stdout behind the line, want nothing", more)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
			for _, want := range []string{"The sandbox is ready", "note: http://" + ready.Web + " is not among the webOrigins of dev", "Draining"} {
				if !strings.Contains(people.String(), want) {
					t.Errorf("stderr: got %q, want %q in it", people.String(), want)
				}
			}
		})
	}
}

// Whoever starts it in the background has the same line, and everything is there when it comes.
func TestReady_isSaidInTheBackgroundToo(t *testing.T) {
	binary := binary(t)
	workspace(t, "dev")
	smallAssembly(t, "small.out")
	start := func() (ready readyLine) {
		t.Helper()
		command := exec.Command(binary, append([]string{"sandbox", "--detach", "--ready", "json", "--assembly", "small.out", "--data", "mine"}, anywhere...)...)
		var people bytes.Buffer
		command.Stderr = &people
		line, err := command.Output()
		if err := json.Unmarshal(line, &ready); err != nil {
			t.Errorf("got %q: %v: %s", line, err, people.String())
		}
		if err != nil || !strings.Contains(people.String(), " at http://"+ready.HTTP+" (process ") {
			t.Errorf("got %v and %q, want the address", err, people.String())
		}
		return ready
	}
	t.Cleanup(func() { lightbox("sandbox", "stop", "--data", "mine") })
	first := start()
	if len(first.Stacks) != 1 || first.Stacks[0].Status != "CREATE_COMPLETE" {
		t.Errorf("got %+v, want the assembly deployed", first.Stacks)
	}
	if again := start(); again.Process != first.Process || again.HTTP != first.HTTP {
		t.Errorf("started twice: got %+v, want the one that runs: %+v", again, first)
	}
}

// What starts a sandbox in the background may be ended before it knows where that is. Then nobody knows, and it must not stay.
func TestDetach_leavesNothingBehindWhereItIsEnded(t *testing.T) {
	binary := binary(t)
	workspace(t, "dev")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Close(); err != nil { // who asked is gone
		t.Fatal(err)
	}
	command := exec.Command(binary, append([]string{"sandbox", "--ready", "json", "--data", "mine"}, anywhere...)...)
	command.Stdout = writer
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("got exit code 0, want another")
		}
	case <-time.After(time.Minute):
		_ = command.Process.Kill()
		t.Fatal("it goes on")
	}
	again, err := sandbox.Start(t.Context(), sandbox.Config{Data: "mine"})
	if err != nil {
		t.Fatalf("its folder: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// Who has started one a moment ago need not wait for it.
func TestSandboxEnv_waitsForOneThatStarts(t *testing.T) {
	workspace(t, "dev")
	go func() {
		time.Sleep(50 * time.Millisecond)
		if err := os.Mkdir(defaultData, 0o700); err != nil {
			return
		}
		if s, err := sandbox.Start(t.Context(), sandbox.Config{Data: defaultData, Region: "eu-west-1"}); err == nil {
			<-t.Context().Done()
			_ = s.Close()
		}
	}()
	stdout, stderr := lightbox("sandbox", "env", "--data", defaultData)
	file, _, _ := strings.Cut(after(stdout, "AWS_CA_BUNDLE='"), "'")
	if _, err := os.Stat(file); err != nil || stderr != "" {
		t.Errorf("got %q and %q, want a certificate that is there: %v", stdout, stderr, err)
	}
	stdout, stderr = lightbox("sandbox", "env", "--data", defaultData, "--env", "prod")
	if stdout != "false\n" || !strings.Contains(stderr, "got a sandbox of eu-west-1, want ") {
		t.Errorf("an environment of another region: got %q and %q, want it refused", stdout, stderr)
	}
}

func after(text, start string) string {
	_, rest, _ := strings.Cut(text, start)
	return rest
}

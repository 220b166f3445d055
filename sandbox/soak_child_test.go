package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// What a child of this test binary is told by its environment: the folder that it runs a sandbox in, and the assembly that
// it deploys, if any.
const (
	childFolder   = "LIGHTBOX_SANDBOX_TEST_FOLDER"
	childAssembly = "LIGHTBOX_SANDBOX_TEST_ASSEMBLY"
	childEnd      = "LIGHTBOX_SANDBOX_TEST_END" // after how many calls of the function pictures it kills itself, if ever
)

func TestMain(m *testing.M) {
	switch os.Args[len(os.Args)-1] {
	case functionArgument:
		function()
	case triggerArgument:
		trigger()
	}
	if folder := os.Getenv(childFolder); folder != "" {
		if err := serveFolder(folder, os.Getenv(childAssembly)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// deployedLine is what a child prints when the assembly is deployed.
const deployedLine = "deployed"

// serveFolder runs a sandbox until it is killed, or its parent is. It prints its address, then each event of the deployment.
func serveFolder(folder, assembly string) error {
	h := &hangman{kill: func() { _ = (&os.Process{Pid: os.Getpid()}).Kill() }}
	h.arm(os.Getenv(childEnd))
	s, err := sandbox.Start(context.Background(), sandbox.Config{Data: folder, Log: h.log})
	if err != nil {
		return err
	}
	fmt.Println(s.HTTP())
	if assembly != "" {
		err := s.Deploy(context.Background(), assembly, func(e sandbox.Event) { fmt.Println(e.Stack, e.LogicalID, e.Status) })
		if err != nil {
			return err
		}
		fmt.Println(deployedLine)
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return errors.New("the parent has gone")
}

// A child is another process with a sandbox.
type child struct {
	process *exec.Cmd
	stdin   io.Closer
	lines   *bufio.Scanner
	faults  bytes.Buffer // what it says on standard error
	address string       // of its endpoint
}

// spawn starts a child on a folder. It ends with the test, if not before.
func spawn(t *testing.T, folder, assembly string) *child {
	t.Helper()
	c := &child{process: exec.Command(os.Args[0])}
	c.process.Env = append(os.Environ(), childFolder+"="+folder, childAssembly+"="+assembly)
	c.process.Stderr = &c.faults
	out, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.stdin, err = c.process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	c.lines = bufio.NewScanner(out)
	if c.address = c.line(); c.address == "" {
		t.Fatal(c.ended())
	}
	return c
}

// line is the next line that the child prints, "" when it has ended.
func (c *child) line() string {
	if !c.lines.Scan() {
		return ""
	}
	return c.lines.Text()
}

// ended is the error of a child that ended by itself.
func (c *child) ended() error {
	return fmt.Errorf("the child ended: %w: %s", c.process.Wait(), c.faults.String())
}

// kill ends the child as kill -9 does, which no process notices. A second time it does nothing.
func (c *child) kill() {
	_ = c.process.Process.Kill()
	_ = c.stdin.Close()
	_ = c.process.Wait()
}

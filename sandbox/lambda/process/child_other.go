//go:build !linux

package process

import "os/exec"

func start(command *exec.Cmd) error { return command.Start() }

func kill(command *exec.Cmd) {
	_ = command.Process.Kill() // gone is well
}

func peakMemory(int) int64 { return 0 }

package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// leaveProgram tells the system that the process does without the parts of its program that it went through: they are as they are in
// the program's file, from where each comes back that is touched again. A start touches most of it, if only to see what there is.
// What can't be left stays where it is. https://man7.org/linux/man-pages/man2/madvise.2.html
func leaveProgram() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer func() { _ = maps.Close() }()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		if first, end, ok := unchanged(lines.Text(), program); ok {
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, first, end-first, syscall.MADV_DONTNEED)
		}
	}
}

// unchanged is the range of memory that a line of /proc/self/maps is about, if nobody can have written to what it has of the program.
// https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html
func unchanged(line, program string) (first, end uintptr, ok bool) {
	fields := strings.SplitN(line, " ", 6)
	if len(fields) < 6 || strings.TrimSpace(fields[5]) != program || strings.Contains(fields[1], "w") {
		return 0, 0, false
	}
	_, err := fmt.Sscanf(fields[0], "%x-%x", &first, &end)
	return first, end, err == nil
}

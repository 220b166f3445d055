package main

import "runtime/debug"

// startMemory is how much memory a start may take, in bytes, before what it needs no more is looked for.
const startMemory = 256 << 20

// hurry leaves what a start needs no more where it is: nearly all that it makes is kept, so that to look through it again and again,
// as it grows, is work for nothing. The function it returns ends that.
func hurry() (over func()) {
	limit := debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(limit, startMemory))
	percent := debug.SetGCPercent(-1)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

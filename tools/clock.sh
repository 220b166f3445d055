#!/usr/bin/env bash
# Runs a command by a moved clock, on Linux. The machine's clock stays as it is.
#
#   tools/clock.sh '25 hours' make test
#   tools/clock.sh 2028-02-28T23:50Z go test -count=1 ./sandbox/...
#
# The first argument is whatever GNU date reads; from there the clock goes on. Go programs ask the kernel and not libc: what
# go builds below this gets a package time whose Now adds MOVED_CLOCK, in seconds. All others, Node first of all, get
# libfaketime (Debian's package faketime), by LD_PRELOAD. Timers, and the times of files, are left alone.
set -euo pipefail

die() { printf 'clock.sh: %s\n' "$*" >&2; exit 1; }

(($# >= 2)) || die "got $# arguments, want a time and a command, as in: tools/clock.sh '25 hours' make test"
[[ -z ${MOVED_CLOCK:-} ]] || die 'got a clock that is moved already, want to move it once'
[[ -n $1 ]] && at=$(date -ud "$1" +%s 2> /dev/null) || die "got the time '$1', want one that date(1) reads, as in '25 hours', '2 years', 2028-02-28T23:50Z"
MOVED_CLOCK=$((at - $(date +%s)))
shift

faketime=$(find /usr/lib /usr/local/lib -name libfaketimeMT.so.1 -print -quit 2> /dev/null)
[[ -n $faketime ]] || die 'got no libfaketime, want it installed: apt-get install faketime'

# Package time, from the source of the Go that is in use. The file is the same for each time, so that a build serves them all.
source=$(go env GOROOT)/src/time/time.go
folder=$(go env GOCACHE)/moved-clock
line=$'\tsec, nsec, mono := runtimeNow()'
[[ $(grep -cxF "$line" "$source") == 1 ]] || die "$source: got $(grep -cxF "$line" "$source") lines '$line', want one: Now has changed, see how it reads the clock"
mkdir -p "$folder"
sed "s/^$line\$/&; sec += moved/" "$source" > "$folder/time.go.$$"
cat >> "$folder/time.go.$$" << 'END'

// moved is how far the clock is moved, in seconds.
var moved = func() (seconds int64) {
	text, _ := syscall.Getenv("MOVED_CLOCK")
	digits, negative := text, len(text) > 0 && text[0] == '-'
	if negative {
		digits = text[1:]
	}
	for _, digit := range []byte(digits) {
		seconds = seconds*10 + int64(digit-'0')
	}
	if negative {
		return -seconds
	}
	return seconds
}()
END
sed -i '0,/^import (/s//import (\n\t"syscall"/' "$folder/time.go.$$"
mv "$folder/time.go.$$" "$folder/time.go"
printf '{"Replace": {"%s": "%s"}}\n' "$source" "$folder/time.go" > "$folder/overlay.json"

# No test result is taken from the cache, which does not know of the clock.
export MOVED_CLOCK GOFLAGS="${GOFLAGS:-} -count=1 -overlay=$folder/overlay.json"
export LD_PRELOAD=$faketime FAKETIME=$(printf '%+ds' "$MOVED_CLOCK") FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 FAKE_UTIME=1

# The proof that each sees the moved clock: a Go program, and Node as its child.
moved=$folder/moved.$$
mkdir "$moved"
trap 'rm -rf "$moved"' EXIT
cat > "$moved/main.go" << 'END'
package main

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

func main() {
	fmt.Println(time.Now().Unix())
	node := exec.Command("node", "-p", "Math.floor(Date.now() / 1000)")
	node.Stdout, node.Stderr = os.Stdout, os.Stderr
	if err := node.Run(); err != nil {
		fmt.Println(err)
	}
}
END
read -rd '' -a seen < <(go run "$moved/main.go") || true
for i in 0 1; do
	want=$(($(env -u LD_PRELOAD date +%s) + MOVED_CLOCK)) got=${seen[i]:-nothing}
	[[ $got =~ ^[0-9]+$ ]] && ((want - got >= 0 && want - got < 300)) || die "$([[ $i == 0 ]] && echo Go || echo Node) shows $got, want $want: the clock is not moved"
done
printf '==> the clock of Go and Node shows %s\n' "$(date -u +%FT%TZ)"
"$@"

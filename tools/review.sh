#!/usr/bin/env bash
# What a change does to access, as Markdown for the summary of a job: tools/review.sh OLD NEW, two folders that cdk synth wrote.
# Exit code: 0 if NEW is proven and nothing opens that a reviewer has to see; 3 if not; 1 for a folder that can't be read.
set -uo pipefail
if test $# -ne 2; then
	echo "tools/review.sh: got $# arguments, want two folders that cdk synth wrote: OLD NEW" >&2
	exit 1
fi
lightbox=$(mktemp) && trap 'rm -f "$lightbox"' EXIT
(cd "$(dirname "$0")/.." && go build -o "$lightbox" ./cmd/lightbox) || exit 1

# Runs a command of lightbox in a block of code, faults among it.
block() {
	printf '~~~~text\n'
	"$lightbox" access "$@" 2>&1
	local code=$?
	printf '~~~~\n\n'
	return $code
}

printf '## Access\n\nIs it proven?\n\n'
block check "$2"
proven=$?
printf 'Who may do more than before, and who less?\n\n'
block diff "$1" "$2"
compared=$?

case "$proven $compared" in
	'0 0') exit 0 ;;
	[03]' '[03]) exit 3 ;;
	*) exit 1 ;;
esac

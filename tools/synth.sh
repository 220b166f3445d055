#!/usr/bin/env bash
# Synthesizes every environment that the cdk.json of a checkout has: tools/synth.sh CHECKOUT OUT writes a folder OUT/ENVIRONMENT for each.
set -euo pipefail
if test $# -ne 2; then
	echo "tools/synth.sh: got $# arguments, want a checkout and a folder to write to: CHECKOUT OUT" >&2
	exit 1
fi
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$1"
npm ci
environments=$(node -p "Object.keys(JSON.parse(require('fs').readFileSync('cdk.json')).context.environments).join(' ')")
for env in $environments; do
	npx cdk synth -q -c env="$env" --output "$out/$env"
done

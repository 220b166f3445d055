// Runs what the workflows of .github/ run, step by step, with recorders in the place of the programs that would do it.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The workflows by their file's name, as they are parsed. */
export function workflows() {
  const folder = join(root, '.github/workflows');
  return new Map(readdirSync(folder).map((name) => [name, load(readFileSync(join(folder, name), 'utf8'))]));
}

// Says what it was called with, and then does of it what later steps look for. ANSWERS has lines "beginning of a call=exit code".
const recorder = `#!/bin/bash
call="\${0##*/} $*"
call=\${call//$GITHUB_STEP_SUMMARY/SUMMARY} call=\${call//$STAGE/.}
printf '%s\\n' "$call" >> "$CALLS"
case "$call" in
  *' build -o '*)
    while test "$1" != -o; do shift; done
    cp "$RECORDER" "$2" ;;
  *' settings --env '*) printf 'region=us-east-1\\nsite=true\\n' ;;
  *' synth '*)
    while test "$1" != --output; do shift; done
    mkdir -p "$2" ;;
esac
while IFS='=' read -r beginning code; do
  if test -n "$beginning" && [[ "$call" == "$beginning"* ]]; then
    exit "$code"
  fi
done <<< "$ANSWERS"
`;

/** A folder like a checkout in which the programs are recorders, to be removed. */
function stage() {
  const dir = mkdtempSync(join(tmpdir(), 'workflows-'));
  const put = (path) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), recorder);
    chmodSync(join(dir, path), 0o755);
  };
  for (const program of ['npm', 'npx', 'go', 'make', 'aws', 'run']) {
    put(`bin/${program}`);
  }
  put('work/.ci/run');
  for (const checkout of ['', 'old/', 'new/']) {
    put(`work/${checkout}tools/review.sh`);
    cpSync(join(root, 'tools/synth.sh'), join(dir, 'work', checkout, 'tools/synth.sh'));
    cpSync(join(root, 'cdk.json'), join(dir, 'work', checkout, 'cdk.json'));
  }
  return dir;
}

/**
 * Runs the scripts of a job one after another, as GitHub does, until one fails.
 *
 * @param {object} job of a workflow
 * @param {object} [given] `env` are variables beside PATH; `answers` the exit codes of calls, by how they begin, others end with 0
 * @returns the exit code, the calls in order, and the text of the summary
 */
export function runJob(job, { env = {}, answers = {} } = {}) {
  const dir = stage();
  try {
    const [calls, summary, output] = ['calls', 'summary', 'output'].map((name) => join(dir, name));
    for (const file of [calls, summary, output]) {
      writeFileSync(file, '');
    }
    let code = 0;
    let said = '';
    for (const step of job.steps.filter(({ run }) => run)) {
      const script = join(dir, 'script.sh');
      writeFileSync(script, step.run);
      const ran = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
        cwd: join(dir, 'work'),
        encoding: 'utf8',
        env: {
          PATH: `${dir}/bin:${process.env.PATH}`, GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output,
          CALLS: calls, STAGE: join(dir, 'work'), RECORDER: join(dir, 'bin/go'),
          ANSWERS: Object.entries(answers).map(([call, exit]) => `${call}=${exit}`).join('\n'), ...env,
        },
      });
      code = ran.status;
      said += ran.stdout + ran.stderr;
      if (code !== 0) {
        break;
      }
    }
    return {
      code, said,
      calls: readFileSync(calls, 'utf8').split('\n').filter(Boolean),
      summary: readFileSync(summary, 'utf8'),
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** What a call asks of a program that it does not have: a command, a flag, a target. Empty if all is there. */
export function unknownIn(call, help) {
  const words = call.replace(/^go run \.\/cmd\/lightbox /, 'lightbox ').replace(/^npx cdk /, 'cdk ').split(' ');
  const program = words[0];
  const flags = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
  if (program === 'make') {
    return words.slice(1).filter((target) => !help('make').includes(`\n${target}:`));
  }
  if (program !== 'lightbox' && program !== 'cdk') {
    return [];
  }
  const known = help(...words.slice(0, words.findIndex((word, i) => i > 0 && !/^[a-z]+$/.test(word)) >>> 0));
  if (known === undefined) {
    return [words.slice(0, 2).join(' ')];
  }
  return flags.filter((flag) => !new RegExp(`(^|[\\s,])${flag}([\\s,]|$)`, 'm').test(known));
}

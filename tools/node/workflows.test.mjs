// The workflows of .github/: their scripts are run, with recorders for programs, and what they call is what the programs have.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, runJob, unknownIn, workflows } from './workflows.mjs';

const all = workflows();
const jobs = [...all].flatMap(([file, { jobs }]) => Object.entries(jobs).map(([name, job]) => ({ file, name, job, is: `${file} ${name}` })));
const job = (is) => jobs.find((one) => one.is === is).job;

const bin = mkdtempSync(join(tmpdir(), 'lightbox-'));
after(() => rmSync(bin, { recursive: true }));
const lightbox = join(bin, 'lightbox');
const built = spawnSync('go', ['build', '-o', lightbox, './cmd/lightbox'], { cwd: root, encoding: 'utf8' });
assert.equal(built.status, 0, built.stderr);

const texts = new Map();

/** The help of a command, undefined for none; of `make` the Makefile, of `cdk` what its CLI makes its help of. */
function help(program, ...words) {
  const key = [program, ...words].join(' ');
  if (!texts.has(key)) {
    texts.set(key, ask(program, words));
  }
  return texts.get(key);
}

function ask(program, words) {
  if (program === 'make') {
    return readFileSync(join(root, 'Makefile'), 'utf8');
  }
  if (program === 'cdk') {
    const { globalOptions, commands } = JSON.parse(readFileSync(join(root, 'node_modules/aws-cdk/lib/cli/cli-type-registry.json'), 'utf8'));
    const options = commands[words[0]] && Object.entries({ ...globalOptions, ...commands[words[0]].options });
    return options?.flatMap(([name, { alias = [] }]) => [`--${name}`, ...[alias].flat().map((letter) => `-${letter}`)]).join(' ');
  }
  // Arguments may look like commands: the longest beginning that is one.
  for (let n = words.length; n > 0; n--) {
    const { stdout } = spawnSync(lightbox, [...words.slice(0, n), '--help'], { encoding: 'utf8' });
    if (stdout.includes(`lightbox ${words.slice(0, n).join(' ')}`)) {
      return stdout;
    }
  }
  return undefined;
}

const deploying = (env) => [
  'npx cdk deploy --all --app assembly --outputs-file ./outputs.json --require-approval never',
  `lightbox outputs --in outputs.json --env ${env} --out web/amplify_outputs.json`,
  `lightbox site deploy web/out --env ${env} --outputs web/amplify_outputs.json`,
];
const synthesizing = (out) => ['npm ci', ...['dev', 'prod'].map((env) => `npx cdk synth -q -c env=${env} --output ${out}/${env}`)];
const comparing = (env) => [
  `lightbox plan old.out/${env} new.out/${env} --summary SUMMARY`,
  `review.sh old.out/${env} new.out/${env}`,
  `lightbox cost new.out/${env} --old old.out/${env} --summary SUMMARY`,
];
const drifting = (env) => [`npx cdk drift --fail --no-color --app new.out/${env}`, `lightbox verify --env ${env} --read-only --summary SUMMARY`];
const both = { ENVIRONMENTS: 'dev prod' };

/** What each job calls, in order, if all goes well. */
const wanted = {
  'ci.yml check': { calls: ['run '] },
  'ci.yml packed': { calls: ['make snapshot'] },
  'release.yml check': { calls: ['make test'] },
  'release.yml archives': { calls: ['make release'] },
  'review.yml compare': {
    calls: [...synthesizing('./old.out'), ...synthesizing('./new.out'), 'go -C new build -o ./lightbox ./cmd/lightbox', ...comparing('dev'), ...comparing('prod')],
  },
  'review.yml deployed': {
    env: both,
    calls: [...synthesizing('./new.out'), 'go run ./cmd/lightbox settings --env prod', 'go build -o lightbox ./cmd/lightbox',
      'lightbox plan --deployed new.out/dev --summary SUMMARY', 'lightbox plan --deployed new.out/prod --summary SUMMARY'],
  },
  'deploy.yml plan': {
    env: { ENVIRONMENT: 'prod' },
    calls: ['npm ci', 'npx cdk synth -q -c env=prod --output assembly', 'go run ./cmd/lightbox settings --env prod', 'go build -o lightbox ./cmd/lightbox',
      'lightbox plan --deployed assembly --format json --summary SUMMARY', 'lightbox cost assembly --summary SUMMARY'],
  },
  'deploy.yml deploy': {
    env: { ENVIRONMENT: 'prod' },
    calls: ['npm ci', 'go build -o lightbox ./cmd/lightbox', 'lightbox settings --env prod', 'make web/out/index.html',
      'lightbox plan --deployed assembly --format json', ...deploying('prod'), 'lightbox verify assembly --env prod --summary SUMMARY'],
  },
  'drift.yml drift': {
    env: both,
    calls: [...synthesizing('./new.out'), 'go run ./cmd/lightbox settings --env prod', 'go build -o lightbox ./cmd/lightbox', ...drifting('dev'), ...drifting('prod')],
  },
  'preview.yml deploy': {
    env: { ENVIRONMENT: 'pr-12' },
    calls: ['npm ci', 'npx cdk synth -q -c env=pr-12 --output assembly', 'go build -o lightbox ./cmd/lightbox', 'lightbox settings --env pr-12',
      'make web/out/index.html', ...deploying('pr-12')],
  },
  'preview.yml destroy': {
    env: { ENVIRONMENT: 'pr-12' },
    calls: ['npm ci', 'npx cdk synth -q -c env=pr-12 --output assembly', 'go run ./cmd/lightbox settings --env pr-12', 'npx cdk destroy --all --force --app assembly'],
  },
};

/** Runs a job that finds what the jobs before it left. */
const run = (is, given = {}) => runJob(is === 'deploy.yml deploy' ? planned(job(is)) : job(is), { env: wanted[is].env, ...given });

/** The job after a download of what was planned, which says what the recorder says. */
function planned(job) {
  return { ...job, steps: [{ run: 'mkdir assembly && : > plan.json && tar -cf planned.tar assembly plan.json && rm -r assembly plan.json' }, ...job.steps] };
}

test('every job with scripts is run here', () => {
  assert.deepEqual(jobs.filter(({ job }) => job.steps).map(({ is }) => is).toSorted(), Object.keys(wanted).toSorted());
});

for (const [is, { calls }] of Object.entries(wanted)) {
  test(`${is} calls what it should, in order, and the programs have it`, () => {
    const got = run(is);
    assert.equal(got.code, 0, got.said);
    assert.deepEqual(got.calls.map((call) => call.trimEnd()), calls.map((call) => call.trimEnd()));
    for (const call of got.calls) {
      assert.deepEqual(unknownIn(call, help), [], call);
    }
  });

  test(`${is} fails with each of its calls`, () => {
    for (const call of new Set(calls)) {
      assert.notEqual(run(is, { answers: { [call]: 1 } }).code, 0, call);
    }
  });
}

test('a call that no program has is found', () => {
  for (const [call, want] of [
    ['lightbox plan --deployed x --sumary y', ['--sumary']],
    ['lightbox paln x', ['lightbox paln']],
    ['go run ./cmd/lightbox settings --enw prod', ['--enw']],
    ['lightbox site deploi web/out --env prod', ['--env']],
    ['npx cdk deploi --all', ['cdk deploi']],
    ['npx cdk deploy --al', ['--al']],
    ['make tests', ['tests']],
  ]) {
    assert.deepEqual(unknownIn(call, help), want, call);
  }
});

test('a script that is broken, or goes on after a failure, is found', () => {
  const script = (run) => runJob({ steps: [{ run }] }, { answers: { 'make a': 1 } });
  assert.equal(script('make b').code, 0);
  assert.notEqual(script('if true; then make b').code, 0);
  assert.notEqual(script('make a | tee x').code, 0);
  assert.equal(script('make a || true').code, 0, 'the control: such a one stays unseen by its code');
});

test('a pull request is held up by a loss and by what opens, until the label says so', () => {
  const code = (answers, env) => run('review.yml compare', { answers, env }).code;
  assert.equal(code({ 'lightbox plan': 2 }), 0);
  assert.equal(code({ 'lightbox plan': 3 }), 1);
  assert.equal(code({ 'lightbox plan': 3 }, { ACCEPTED: 'true' }), 0);
  assert.equal(code({ 'lightbox plan': 1 }, { ACCEPTED: 'true' }), 1);
  assert.equal(code({ 'review.sh old.out/prod': 3 }), 1);
  assert.equal(code({ 'review.sh old.out/prod': 3 }, { ACCEPTED: 'true' }), 1);
  assert.equal(code({ 'review.sh old.out/prod': 3 }, { REVIEWED: 'true' }), 0);
  assert.equal(code({ 'review.sh old.out/prod': 3, 'lightbox access check': 3 }, { REVIEWED: 'true' }), 1);
  assert.match(run('review.yml compare').summary, /^## dev\n\n\n## prod\n\n\n$/);
});

test('an environment that the main branch does not have is priced alone', () => {
  const compare = job('review.yml compare');
  const without = { steps: compare.steps.map((step) => ({ ...step, run: step.run?.replace('worst=0', 'rm -r old.out/prod; worst=0') })) };
  const got = runJob(without);
  assert.equal(got.code, 0, got.said);
  assert.deepEqual(got.calls.slice(-4), [...comparing('dev'), 'lightbox cost new.out/prod --summary SUMMARY']);
  assert.match(got.summary, /## prod\n\nThe main branch does not have this environment\.\n/);
});

test('tools/synth.sh wants two folders', () => {
  const { status, stderr } = spawnSync(join(root, 'tools/synth.sh'), ['.'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /got 1 arguments, want a checkout and a folder to write to/);
});

test('reviewers see a plan with losses, and what is deployed is what they saw', () => {
  for (const [code, want] of [[0, 0], [2, 0], [3, 0], [1, 1], [137, 137]]) {
    assert.equal(run('deploy.yml plan', { answers: { 'lightbox plan': code } }).code, want, `exit code ${code}`);
    assert.equal(run('deploy.yml deploy', { answers: { 'lightbox plan': code } }).code, want, `exit code ${code}`);
  }
  const other = planned(job('deploy.yml deploy'));
  other.steps[0] = { run: other.steps[0].run.replace(': > plan.json', 'echo other > plan.json') };
  const got = runJob(other, { env: { ENVIRONMENT: 'prod' } });
  assert.notEqual(got.code, 0);
  assert.match(got.said, /The account has changed since the plan was made/);
  assert.ok(!got.calls.some((call) => call.startsWith('npx cdk deploy')), 'it deployed all the same');
});

test('a deployment that fails says what is left over, and every drift is listed before the night fails', () => {
  const failed = run('deploy.yml deploy', { answers: { 'npx cdk deploy': 1 } });
  assert.equal(failed.calls.at(-1), 'lightbox leftovers --unlock --env prod');
  const drifted = run('drift.yml drift', { answers: { 'npx cdk drift --fail --no-color --app new.out/dev': 1 } });
  assert.equal(drifted.code, 1);
  assert.match(drifted.summary, /## dev[^]*## prod/);
});

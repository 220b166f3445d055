// What the workflows of .github/ may, and who may have them do it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workflows } from './workflows.mjs';

/** What is wrong with a workflow, as sentences. */
function faults(file, workflow) {
  const found = [];
  const want = (ok, text) => ok || found.push(`${file}: ${text}`);
  want(JSON.stringify(workflow.permissions) === '{}', 'want no permissions but those of jobs');
  want(workflow.defaults?.run?.shell === 'bash', 'want bash, which stops at a failure within a pipe');
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const rights = Object.entries(job.permissions ?? { missing: '' }).map(([right, level]) => `${right}: ${level}`);
    want(rights.every((right) => ['contents: read', 'id-token: write'].includes(right)), `${name}: got ${rights}, want no other than contents: read and id-token: write`);
    if ('pull_request' in workflow.on && rights.includes('id-token: write')) {
      const own = job.if?.includes('github.event.pull_request.head.repo.full_name == github.repository &&') || /^github\.event_name == 'push' &&/.test(job.if ?? '');
      want(own, `${name}: want no identity for pull requests from forks`);
    }
    for (const step of job.steps ?? []) {
      const { uses = '', run = '', with: given = {} } = step;
      want(!run.includes('${{'), `${name}: want values by env, got an expression within a script: ${run}`);
      want(!uses || /^(actions|aws-actions)\/[a-z-]+@v\d+$/.test(uses), `${name}: got ${uses}, want an action of actions or aws-actions by its major version`);
      want(!uses.startsWith('actions/checkout@') || given['persist-credentials'] === false, `${name}: want no token left in the checkout`);
      if (uses.startsWith('aws-actions/configure-aws-credentials@')) {
        want(given['aws-region'] === '${{ steps.settings.outputs.region }}', `${name}: want the region of cdk.json`);
        want(/^\$\{\{ (vars\.AWS_[A-Z]+_ROLE|inputs\.role) \}\}$/.test(given['role-to-assume']), `${name}: want a role`);
        want(Object.keys(given).length === 2, `${name}: want no keys`);
        want(rights.includes('id-token: write'), `${name}: want the right to a token`);
      }
    }
  }
  want(!('pull_request_target' in workflow.on), 'want no pull_request_target, which gives forks the rights of the repository');
  return found;
}

test('every job has the rights that it needs, and none for forks; the region is that of cdk.json', () => {
  assert.deepEqual([...workflows()].flatMap(([file, workflow]) => faults(file, workflow)), []);
});

test('what gives more is found', () => {
  for (const [file, change, want] of [
    ['ci.yml', (w) => { w.permissions = { contents: 'read' }; }, /no permissions but/],
    ['ci.yml', (w) => { w.jobs.check.permissions.contents = 'write'; }, /no other than/],
    ['ci.yml', (w) => { delete w.jobs.dev.if; }, /from forks/],
    ['preview.yml', (w) => { w.jobs.deploy.if = "vars.AWS_PREVIEW_ROLE != ''"; }, /from forks/],
    ['preview.yml', (w) => { w.on.pull_request_target = {}; }, /pull_request_target/],
    ['deploy.yml', (w) => { w.jobs.plan.steps.at(-3).with['aws-region'] = 'us-east-1'; }, /region of cdk.json/],
    ['deploy.yml', (w) => { w.jobs.plan.steps[0].uses = 'other/checkout@v4'; }, /want an action of/],
    ['review.yml', (w) => { w.jobs.compare.steps.at(-1).run += '${{ github.head_ref }}'; }, /expression within a script/],
    ['review.yml', (w) => { delete w.jobs.compare.steps[0].with['persist-credentials']; }, /no token left/],
  ]) {
    const workflow = workflows().get(file);
    change(workflow);
    const found = faults(file, workflow);
    assert.equal(found.length, 1, `${want}: ${found.join('; ')}`);
    assert.match(found[0], want);
  }
});

// What cdk-nag is run for: a finding that nobody acknowledged, and an acknowledgement that
// nothing needs, each fail.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const assembly = mkdtempSync(join(tmpdir(), 'assembly-'));
after(() => rmSync(assembly, { recursive: true }));

// nag writes an assembly of one stack and runs the check on it.
function nag(Resources) {
  const artifacts = { Control: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Control.json' } } };
  writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ version: '54.0.0', artifacts }));
  writeFileSync(join(assembly, 'Control.json'), JSON.stringify({ Resources }));
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'nag.mjs'), assembly], {
    encoding: 'utf8',
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  return { status, faults: stderr.split('\n') };
}

const policy = (Resource) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] } },
});

test('a finding that is not acknowledged is a fault, behind a weak reference too', () => {
  const { status, faults } = nag({
    Open: policy('*'),
    Files: policy({ 'Fn::Join': ['', [{ 'Fn::GetStackOutput': { StackName: 'Other', OutputName: 'Arn' } }, '/*']] }),
    Exact: policy('arn:aws:s3:::b/key'),
  });
  assert.equal(status, 1);
  const found = (resource) => faults.filter((fault) => fault.includes(`AwsSolutions-IAM5[Resource::`) && fault.includes(` at Control/${resource}:`));
  assert.equal(found('Open').length, 1, faults.join('\n'));
  assert.equal(found('Files').length, 1, faults.join('\n'));
  assert.equal(found('Exact').length, 0, faults.join('\n'));
});

test('an acknowledgement that meets no finding is a fault', () => {
  const { status, faults } = nag({ Exact: policy('arn:aws:s3:::b/key') });
  assert.equal(status, 1);
  assert.ok(faults.includes('nag.acknowledged.json: AwsSolutions-COG7 at Identity/IdentityPool meets no finding any more: remove it'), faults.join('\n'));
});

// Changes of deployed stacks for as long as something is tried, by CloudFormation's own calls.
import {
  CloudFormationClient, CreateChangeSetCommand, DeleteStackCommand, DescribeChangeSetCommand, DescribeStacksCommand, ExecuteChangeSetCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { administrator } from './backend.mjs';
import { until } from './steps.mjs';

const stacks = new CloudFormationClient(administrator);
const Capabilities = ['CAPABILITY_NAMED_IAM'];

/** Waits until a stack has settled, and returns its outputs. */
async function settled(StackName) {
  return until(`${StackName} settles`, async () => {
    const [{ StackStatus, StackStatusReason, Outputs = [] }] = (await stacks.send(new DescribeStacksCommand({ StackName }))).Stacks;
    if (/FAILED|ROLLBACK_COMPLETE/.test(StackStatus)) throw new Error(`${StackName}: ${StackStatus} ${StackStatusReason ?? ''}`);
    return /(CREATE|UPDATE)_COMPLETE$/.test(StackStatus) && Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  });
}

/** Brings a stack to a template, and returns its outputs. */
async function deploy(StackName, TemplateBody, ChangeSetType = 'UPDATE') {
  const ChangeSetName = `try-${crypto.randomUUID()}`;
  await stacks.send(new CreateChangeSetCommand({ StackName, ChangeSetName, TemplateBody, Capabilities, ChangeSetType }));
  await until(`the change set of ${StackName}`, async () => {
    const { Status, StatusReason } = await stacks.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
    if (Status === 'FAILED') throw new Error(`${StackName}: ${StatusReason}`);
    return Status === 'CREATE_COMPLETE';
  });
  await stacks.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
  return settled(StackName);
}

/** Acts while a stack has another template: change gets its resources and changes them. Then the stack is as before. */
export async function withChange(StackName, change, act) {
  const { TemplateBody } = await stacks.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
  const changed = JSON.parse(TemplateBody);
  change(changed.Resources);
  await deploy(StackName, JSON.stringify(changed));
  try {
    return await act();
  } finally {
    await deploy(StackName, TemplateBody);
  }
}

/** Acts while there is one more stack, with its outputs. */
export async function withStack(template, act) {
  const StackName = `try-${crypto.randomUUID()}`;
  try {
    return await act(await deploy(StackName, JSON.stringify(template), 'CREATE'));
  } finally {
    await stacks.send(new DeleteStackCommand({ StackName }));
  }
}

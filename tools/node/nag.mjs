// Holds synthesized templates against cdk-nag's AwsSolutions rules:
//
//   node nag.mjs ASSEMBLY...
//
// A folder without a manifest.json has a template in each of its files, named by the stack.
//
// Every finding is mended, or acknowledged with its reason in nag.acknowledged.json. An
// acknowledgement that meets no finding is a fault as well, so that the list stays true.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

const acknowledged = JSON.parse(readFileSync(new URL('nag.acknowledged.json', import.meta.url), 'utf8'));
const assemblies = process.argv.slice(2);
if (assemblies.length === 0) {
  console.error('got no assembly, want the folders that cdk synth wrote, as in: node nag.mjs cdk.out');
  process.exit(1);
}

const met = new Set();
const open = [];
let count = 0;
for (const assembly of assemblies) {
  for (const finding of findings(assembly)) {
    count++;
    const known = acknowledged.find(({ rule, resource }) => rule === finding.rule && finding.resource.startsWith(resource));
    met.add(known);
    if (!known) {
      open.push(`${assembly}: ${finding.rule} at ${finding.resource}: ${finding.text}`);
    }
  }
}
for (const known of acknowledged) {
  if (!met.has(known)) {
    open.push(`nag.acknowledged.json: ${known.rule} at ${known.resource} meets no finding any more: remove it`);
  }
  if (!known.reason) {
    open.push(`nag.acknowledged.json: ${known.rule} at ${known.resource} has no reason`);
  }
}
if (count === 0) {
  open.push('no rule found anything, not even what is acknowledged: this check looked at nothing');
}
for (const fault of open) {
  console.error(fault);
}
console.log(`cdk-nag: ${count} findings in ${assemblies.length} assemblies, ${count - open.length} acknowledged, ${open.length} open`);
process.exitCode = open.length > 0 ? 1 : 0;

// The findings of an assembly; a resource is the stack's construct id and the logical id.
function findings(assembly) {
  const dir = mkdtempSync(join(tmpdir(), 'nag-'));
  try {
    const app = new App({ outdir: join(dir, 'out'), analyticsReporting: false });
    for (const [id, file] of templates(assembly)) {
      include(app, dir, id, readFileSync(join(assembly, file), 'utf8'));
    }
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    return validated(app, join(dir, 'out', 'validation-report.json'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

// The templates of a folder, by the construct ids of their stacks.
function templates(assembly) {
  const manifest = join(assembly, 'manifest.json');
  if (!existsSync(manifest)) {
    return readdirSync(assembly).map((file) => [file.replace(/\.json$/, ''), file]);
  }
  const { artifacts } = JSON.parse(readFileSync(manifest, 'utf8'));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  return stacks.map(([id, { properties }]) => [id, properties.templateFile]);
}

// Adds a template to the app as it is, but for what the library's reader does not know yet: a
// weak reference becomes a strong one, which no rule looks behind and which is called the same
// in each environment, and the check of the bootstrap version, which the app adds itself, goes.
function include(app, dir, id, text) {
  const template = JSON.parse(text, (_, value) => {
    const weak = value?.['Fn::GetStackOutput'];
    return weak ? { 'Fn::ImportValue': `${weak.StackName.split('-').at(-1)}:${weak.OutputName}` } : value;
  });
  delete template.Rules;
  delete template.Parameters;
  const templateFile = join(dir, `${id}.json`);
  writeFileSync(templateFile, JSON.stringify(template));
  new CfnInclude(new Stack(app, id), 'Template', { templateFile });
}

// Synthesizes, which prints and throws where something was found, and reads the report.
function validated(app, report) {
  const print = console.error;
  const write = process.stderr.write;
  console.error = () => {};
  process.stderr.write = () => true;
  try {
    app.synth();
  } catch (error) {
    if (error.name !== 'ValidationFailed' && !String(error).includes('Validation failed')) {
      throw error;
    }
  } finally {
    console.error = print;
    process.stderr.write = write;
  }
  const { pluginReports } = JSON.parse(readFileSync(report, 'utf8'));
  return pluginReports
    .filter(({ pluginName }) => pluginName === 'AwsSolutions')
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({
        rule: ruleName,
        text: description,
        resource: constructPath.replace('/Template/', '/'),
      })),
    );
}

// Makes every construct of awscdk's second level that is of a service which the sandbox has, each in an app of its own, and
// synthesizes that: without props, or with the least that it needs, as constructs-props.mjs has it.
//
//   node tools/node/constructs.mjs FOLDER AWS::S3,AWS::IAM,…
//
// The last line on stdout is JSON: an object a construct, with the folder of its app, or with the names of the props that it
// needs and nobody gives, or with what it threw. What there is comes from the manifest of jsii beside the library, so that a new version has no construct that
// nobody looked at.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { least } from './constructs-props.mjs';

const require = createRequire(import.meta.url);
const cdk = require('aws-cdk-lib');
const library = 'aws-cdk-lib';
const [folder, services] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/schema.graphql`, 'type Query { a: String }');
mkdirSync(`${folder}/code`, { recursive: true });
writeFileSync(`${folder}/code/bootstrap`, '#!/bin/sh\n', { mode: 0o755 });
const props = least(cdk, folder);

/** The manifest: the types by their full names, as in aws-cdk-lib.aws_s3.Bucket. */
function manifest() {
  const folder = require.resolve('aws-cdk-lib/package.json').replace(/package\.json$/, '');
  const first = JSON.parse(readFileSync(`${folder}.jsii`, 'utf8'));
  if (first.schema !== 'jsii/file-redirect') return first;
  return JSON.parse(gunzipSync(readFileSync(folder + first.filename)));
}

/** Whether a class is one of `bases`, or extends one. */
function extending(types, name, bases) {
  for (let of = name; of; of = types[of]?.base) if (bases.includes(of)) return true;
  return false;
}

/** The modules with resources of the services, and those that are named after them, as aws_s3_deployment is after aws_s3. */
function modulesOf(types, services) {
  const modules = new Set();
  for (const [name, type] of Object.entries(types)) {
    const resource = type.docs?.custom?.cloudformationResource;
    if (resource && services.some((service) => resource.startsWith(`${service}::`))) modules.add(name.split('.')[1]);
  }
  return (module) => [...modules].some((one) => module === one || module?.startsWith(`${one}_`));
}

/** The names of the props that an interface requires, those of what it extends too. */
function required(types, name) {
  const type = types[name];
  if (!type) return [];
  const own = (type.properties ?? []).filter((p) => !p.optional).map((p) => p.name);
  return [...own, ...(type.interfaces ?? []).flatMap((i) => required(types, i))];
}

const { types } = manifest();
const within = modulesOf(types, services.split(','));

/** The constructs that a template can have by themselves: what they need, or how to make them. */
function* constructs() {
  for (const name of Object.keys(types).sort()) {
    const type = types[name];
    const [, module, ...rest] = name.split('.');
    if (type.kind !== 'class' || type.abstract || rest.length !== 1 || !within(module)) continue;
    if (!extending(types, name, ['constructs.Construct', `${library}.Resource`]) || extending(types, name, [`${library}.CfnElement`])) continue;
    const parameters = type.initializer?.parameters;
    if (parameters?.[0]?.type?.fqn !== 'constructs.Construct') continue; // nobody makes one by itself
    const row = { name: name.slice(library.length + 1), deprecated: type.docs?.stability === 'deprecated' };
    const of = parameters[2];
    if (of && !of.optional) row.needs = [...new Set(required(types, of.type.fqn))].sort();
    const given = props[row.name];
    if (given) row.given = true;
    if (row.needs && !given) yield row;
    else yield { ...row, make: (stack) => new cdk[module][rest[0]](stack, 'It', given?.(stack)) };
  }
}

const found = [];
for (const { make, ...row } of constructs()) {
  found.push(row);
  if (!make) continue;
  const id = row.name.replace(/[^A-Za-z0-9]/g, '');
  const app = new cdk.App({ outdir: `${folder}/${id}`, analyticsReporting: false, postCliContext: { 'aws:cdk:enable-path-metadata': true } });
  try {
    const stack = new cdk.Stack(app, id);
    make(stack);
    const { template } = app.synth().getStackByName(id);
    row.folder = id;
    row.empty = !template.Resources; // such a stack the CLI leaves out
  } catch (fault) {
    const lines = fault.message.split('\n').map((line) => line.trim().replace(/^\[.*?\] /, ''));
    row.threw = lines.find((line) => line !== '' && !/^(Resolution error|Validation failed)/.test(line)) ?? lines[0];
  }
}
console.log(JSON.stringify(found));

// Writes graphql/generated.ts: the types of api/schema.graphql and one typed document an operation in graphql/*.graphql.
// An operation that the schema does not have fails here, and so fails the build.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildASTSchema, concatAST, parse, validate } from 'graphql';

const folder = new URL('../graphql/', import.meta.url);
const read = async (url) => parse(await readFile(url, 'utf8'));

const schema = concatAST([
  await read(new URL('appsync.graphql', folder)),
  await read(new URL('../../api/schema.graphql', import.meta.url)),
]);
const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql') && name !== 'appsync.graphql').sort();
const documents = await Promise.all(
  names.map(async (name) => ({ location: name, document: await read(new URL(name, folder)) })),
);

const faults = validate(buildASTSchema(schema), concatAST(documents.map(({ document }) => document)));
if (faults.length > 0) {
  throw new Error(faults.map(({ message }) => `graphql: ${message}`).join('\n'));
}

// String documents: the client parses them anyway, and they are a third of the size of parsed ones.
const config = {
  documentMode: 'string',
  pureMagicComment: true,
  scalars: { AWSDateTime: 'string', ID: 'string' },
  useTypeImports: true,
  skipTypename: true,
  avoidOptionals: { field: true },
  dedupeFragments: true,
};
const output = await codegen({
  filename: 'generated.ts',
  schema,
  documents,
  config,
  plugins: [{ head: {} }, { typescriptOperations: {} }, { typedDocumentNode: {} }],
  pluginMap: {
    head: { plugin: () => '// Written by tools/generate.mjs from api/schema.graphql: do not edit.\n' },
    typescript,
    typescriptOperations,
    typedDocumentNode,
  },
});
await writeFile(new URL('generated.ts', folder), output);

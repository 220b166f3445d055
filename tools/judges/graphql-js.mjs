// GraphQL's reference implementation beside the sandbox's API: node graphql-js.mjs FOLDER TOOLS TESTDATA.
// Random documents over the same schema and the same data go to both. Where both take one, the data are the same, order of members
// included; what one refuses, the other does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brought, graphql, judged, says, signedIn, test } from './judge.mjs';

const [folder, tools, testdata] = process.argv.slice(2);
const { module: { default: all, ...named }, version } = await brought(folder, 'graphql');
const gql = { ...all, ...named };
const { module: sdk } = await brought(tools, '@aws-sdk/client-cognito-identity-provider');
says(version);

const tokens = await signedIn(new sdk.CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: judged.Endpoint }), sdk, 'graph');
const schema = gql.buildSchema(readFileSync(path.join(testdata, 'schema.graphql'), 'utf8'));
const thing = JSON.parse(readFileSync(path.join(testdata, 'thing.json'), 'utf8'));
const root = { thing: () => thing, echo: (args) => JSON.stringify(args) };

// A small generator that begins anew with each run.
let state = 20261130;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const chance = (percent) => random() * 100 < percent;
const pick = (...of) => of[Math.floor(random() * of.length)];

const scalars = {
  Thing: ['id', 'name', 'size', 'weight', 'good', 'colour', 'tags', 'grid', '__typename'], Part: ['id', 'name', 'of', 'broken', '__typename'],
  Other: ['id', 'colour', '__typename'], Named: ['id', 'name', '__typename'], Either: ['__typename'],
};
const objects = { Thing: { parts: 'Part', first: 'Named', either: 'Either' } };
const possible = { Thing: ['Thing', 'Named'], Part: ['Part', 'Named', 'Either'], Other: ['Other', 'Either'], Named: ['Part', 'Thing', 'Named'], Either: ['Part', 'Other', 'Either'] };

class Document {
  fragments = [];
  variables = new Map(); // by name, of a type and with a value

  directive() {
    if (!chance(12)) return '';
    if (chance(50)) return ` @${pick('skip', 'include')}(if: ${pick('true', 'false')})`;
    const name = pick('yes', 'no');
    this.variables.set(name, ['Boolean!', name === 'yes']);
    return ` @${pick('skip', 'include')}(if: $${name})`;
  }

  selection(type, depth) {
    const fields = [];
    for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
      const nested = objects[type] && depth > 0 && chance(45);
      const alias = chance(25) ? pick('a: ', 'b: ', 'name: ') : '';
      if (nested) {
        const name = pick(...Object.keys(objects[type]));
        fields.push(alias + name + this.directive() + ' ' + this.selection(objects[type][name], depth - 1));
      } else if (chance(18)) {
        const on = pick(...possible[type]);
        fields.push(`...${chance(80) ? ' on ' + on : ''}${this.directive()} ${this.selection(on, depth - 1)}`.replace(/^\.\.\. \{/, `... on ${on} {`));
      } else if (chance(12)) {
        const on = pick(...possible[type]);
        const name = 'F' + this.fragments.length;
        this.fragments.push(null);
        this.fragments[name.slice(1)] = `fragment ${name} on ${on} ${this.selection(on, depth - 1)}`;
        fields.push(`...${name}${this.directive()}`);
      } else {
        const name = pick(...scalars[type]);
        // graphql-js asks for no type of __typename where fields of one name are compared; the specification's 5.3.2 does.
        fields.push((name === '__typename' ? '' : alias) + name + this.directive());
      }
    }
    return `{ ${fields.join(' ')} }`;
  }

  // argument is a literal, or a variable with its type, mostly of the right one.
  argument([type, good, bad]) {
    const value = chance(88) ? pick(...good) : pick(...bad);
    if (chance(55)) return value;
    const name = 'v' + this.variables.size;
    this.variables.set(name, [chance(95) ? type : 'Int', literal(value)]);
    return '$' + name;
  }

  echo() {
    const given = [];
    for (const [name, of] of Object.entries(args)) if (chance(30)) given.push(`${name}: ${this.argument(of)}`);
    return `${chance(30) ? 'e: ' : ''}echo${given.length ? `(${given.join(', ')})` : ''}`;
  }

  spoil(text) {
    const faults = [
      (t) => t.replace('{ ', '{ nothing '), (t) => t.replace(/ \}/, ''), (t) => t.replace('name', 'name { x }'), (t) => t + ' fragment Unused on Thing { id }',
      (t) => t.replace('id', 'id(x: 1)'), (t) => t.replace('size', 'size @nowhere'), (t) => t.replace('{ ', '{ ...Missing '), (t) => t + ' { thing { id } }',
      (t) => t.replace('thing', 'parts'), (t) => t.replace('{ ', '{ same: __typename same: echo '),
    ];
    return pick(...faults)(text);
  }

  text() {
    const fields = chance(60) ? [`thing ${this.selection('Thing', 3)}`] : [this.echo()];
    if (chance(15)) fields.push(this.echo().replace(/^(e: )?echo/, 'other: echo'));
    const body = `{ ${fields.join(' ')} }`;
    const declared = [...this.variables].map(([name, [type]]) => `$${name}: ${type}`).join(', ');
    let text = `query Q${declared && `(${declared})`} ${body} ${this.fragments.join(' ')}`;
    if (chance(12)) text = this.spoil(text);
    return text;
  }

  values() {
    const values = {};
    for (const [name, [, value]] of this.variables) if (value !== undefined && !chance(3)) values[name] = value;
    return values;
  }
}

// By argument: its type, literals that it takes, and some that it does not.
const args = {
  n: ['Int', ['1', '-7', '2147483647', 'null'], ['2147483648', '1.5', '"1"', 'true', '[1]']],
  f: ['Float', ['1', '2.5', '-1e3', 'null'], ['"1"', 'true', 'RED']],
  s: ['String', ['"x"', '""', '"ü\\u00e9\\n"', '"""block"""', 'null'], ['1', 'true', 'RED']],
  b: ['Boolean', ['true', 'false', 'null'], ['1', '"true"', 'RED']],
  id: ['ID', ['"x"', '7', 'null'], ['1.5', 'true', 'RED']],
  c: ['Colour', ['RED', 'BLUE', 'null'], ['PINK', '"RED"', '1']],
  box: ['Box', ['{width: 1}', '{width: 1, height: 3, label: "x", colours: [RED]}', '{width: 1, inner: {width: 2}}', '{width: 1, colours: GREEN}', 'null'], ['{}', '{width: "1"}', '{width: 1, more: 2}', '{width: 1, inner: {}}', '[1]']],
  list: ['[Int!]', ['[1, 2]', '[]', '3', 'null'], ['[null]', '["x"]', '{a: 1}']],
  need: ['[[String]]', ['[["a"], ["b", null]]', '[[]]', '["a"]', '"a"', 'null'], ['[[1]]', '[{a: 1}]']],
};

// literal is the JSON of a literal of GraphQL's.
function literal(text) {
  return gql.valueFromASTUntyped(gql.parseValue(text));
}

const same = (value) => (typeof value === 'string' && value.startsWith('{') ? JSON.stringify(sorted(JSON.parse(value))) : value);
const sorted = (tree) => (tree && typeof tree === 'object' && !Array.isArray(tree) ? Object.fromEntries(Object.keys(tree).sort().map((k) => [k, sorted(tree[k])])) : Array.isArray(tree) ? tree.map(sorted) : tree);
const plain = (data) => JSON.stringify(data ?? null, (_, value) => same(value)); // arguments have no order

async function ours(source, variableValues) {
  const answer = await fetch(graphql.url, {
    method: 'POST', body: JSON.stringify({ query: source, variables: variableValues }),
    headers: { ...graphql.headers, 'Content-Type': 'application/json', Authorization: tokens.AccessToken },
  });
  return answer.json();
}

for (let n = 0; n < 1500; n++) {
  const document = new Document();
  const source = document.text();
  const variableValues = document.values();
  await test(`document ${n}`, async () => {
    const want = await gql.graphql({ schema, source, variableValues, rootValue: root });
    const got = await ours(source, variableValues);
    const context = `${source}\n${JSON.stringify(variableValues)}\nsandbox: ${JSON.stringify(got).slice(0, 300)}\ngraphql-js: ${JSON.stringify(want).slice(0, 300)}`;
    assert.equal(Boolean(got.errors?.length), Boolean(want.errors?.length), context);
    assert.equal(plain(got.data), plain(want.data), context);
  });
}

await test('introspection', async () => {
  const { data } = await ours(gql.getIntrospectionQuery(), {});
  const theirs = gql.printSchema(gql.lexicographicSortSchema(schema)).replace(/^schema \{[^}]*\}\n\n/, '');
  const printed = gql.printSchema(gql.lexicographicSortSchema(gql.buildClientSchema(data)));
  for (const definition of theirs.split('\n\n')) assert.ok(printed.includes(definition), `${definition}\nis not in\n${printed}`);
});

// AppSync's linter sees what its runtime refuses: by syntax, and where it must know types.
// `make lint` runs it over the resolvers.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ESLint } from 'eslint';

// Below the folder that tsconfig.json covers: without types half of the rules see nothing.
const folder = join(import.meta.dirname, 'resolvers', 'control');
mkdirSync(folder, { recursive: true });
after(() => rmSync(folder, { recursive: true }));

// rules lints a resolver with the given body, and answers the names of the rules it breaks.
async function rules(name, body) {
  const file = join(folder, `${name}.js`);
  writeFileSync(file, `import { util } from '@aws-appsync/utils';\nexport function request(ctx) {\n${body}\n}\n`);
  const [{ messages }] = await new ESLint({ cwd: import.meta.dirname }).lintFiles([file]);
  return messages.map(({ ruleId, message }) => ruleId ?? message);
}

test('what the runtime knows passes', async () => {
  assert.deepEqual(await rules('known', "const ids = ['a'].map((id) => util.dynamodb.toDynamoDB(id));\nreturn { ids, now: util.time.nowISO8601() };"), []);
});

for (const [name, body, rule] of [
  ['try', 'try { return ctx.args; } catch (e) { return null; }', 'no-try'],
  ['loop', 'for (let i = 0; i < 2; i += 1) { util.error("x"); }\nreturn null;', 'no-for'],
  ['regex', 'return /a/.test(ctx.args.id);', 'no-regex'],
  ['method', 'return "x".padStart(3);', 'no-disallowed-methods'],
  ['recursion', 'return request(ctx);', 'no-recursion'],
]) {
  test(`${name} is refused`, async () => {
    assert.deepEqual(await rules(name, body), [`@aws-appsync/${rule}`]);
  });
}

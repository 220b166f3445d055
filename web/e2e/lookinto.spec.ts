import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from '@playwright/test';
import { cognito } from '../seed/sandbox.mjs';
import { findings } from './axe';
import { sell } from './catalogue';
import { executable } from './chromium';
import { expect, long, signIn, test } from './pages';
import { deployed, member } from './sandbox';
import { outputsFile, sandboxHTTP } from './where';

// The pages of the console that look into the services, and change what is there.

const at = (path: string, query: Record<string, string> = {}) => `http://${sandboxHTTP}/_lightbox/${path}?${new URLSearchParams(query)}`;
const json = async (path: string, query: Record<string, string> = {}) => (await fetch(at(path, query))).json();

// Of these TestLook has the better part, without a browser.
test('a password that is set in the console signs in, and a group that is given holds', long, async ({ page, another }) => {
  const person = await member('pat');
  await page.goto(at('users', { filter: person.name }));
  await page.getByRole('link', { name: person.name }).click();
  const drawer = page.getByRole('dialog', { name: person.name });
  await drawer.getByRole('button', { name: 'Set password' }).click();
  const password = `${person.password}x`;
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('dialog', { name: 'Set password' }).getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('The password is set')).toBeVisible();
  await drawer.getByRole('checkbox', { name: 'Admins' }).check();
  await expect(page.getByRole('listitem').filter({ hasText: person.name }).getByText('Admins')).toBeVisible();
  const pages = await another();
  await signIn(pages, { ...person, password });
  await pages.goto('/admin/');
  await expect(pages.getByRole('button', { name: 'New product' })).toBeVisible();
});

test('a file says who may, and by which statement', async ({ page }) => {
  const { outputs: { BucketName: bucket = '' } } = await deployed();
  const { folders } = await json('files', { bucket, prefix: 'public/photos/' });
  const { files } = await json('files', { bucket, prefix: folders[0] });
  await page.goto(at('files', { bucket, prefix: folders[0], key: files[0].key, tab: 'who' }));
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('img')).toHaveJSProperty('complete', true);
  expect(await drawer.getByRole('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  await drawer.getByRole('button', { name: 'guest: get: allowed' }).click();
  await expect(drawer.getByText(/statement \d+/).first()).toBeVisible();
  await drawer.getByRole('button', { name: 'guest: put: denied' }).click();
  await expect(drawer.getByText('no statement allows it').first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('an edit of a row that lost the race is refused, and what is there is read again', async ({ page }) => {
  const { tables } = await json('data');
  const table = tables.find((name: string) => /Products/.test(name));
  const { table: described } = await json('data', { table });
  const partition = `race-${crypto.randomUUID()}`;
  const row = Object.fromEntries(described.key.map(({ name }: { name: string }, n: number) => [name, { S: n === 0 ? partition : 'x' }]));
  const put = (now: object, was?: object) => fetch(at('data'), { method: 'POST', body: JSON.stringify({ table, do: 'put', row: now, was }) });
  const was = { ...row, note: { S: 'first' } };
  expect((await put(was)).status).toBe(200);
  await page.goto(at('data', { table, partition }));
  await page.getByRole('link', { name: partition }).click();
  const text = page.getByRole('dialog').getByRole('textbox');
  await expect(text).toHaveValue(/"first"/);
  expect((await put({ ...row, note: { S: 'second' } }, was)).status).toBe(200); // somebody else
  await text.fill((await text.inputValue()).replace('first', 'mine'));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('nothing was changed');
  expect((await json('data', { table, partition })).rows[0].note).toEqual({ S: 'second' });
  await page.getByRole('button', { name: 'Read again' }).click();
  await expect(text).toHaveValue(/"second"/);
  await text.fill((await text.inputValue()).replace('second', 'mine'));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect((await json('data', { table, partition })).rows[0].note).toEqual({ S: 'mine' });
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete row' }).getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No row has such a key.')).toBeVisible();
});

test('users are found as one types, and what is refused or copied is said above a dialog', async ({ page }) => {
  const { name } = await member('una');
  await page.setViewportSize({ width: 390, height: 844 }); // where a drawer is a dialog
  await page.goto(at('users'));
  await page.getByRole('searchbox').click();
  await page.keyboard.type(name, { delay: 30 }); // key by key: the field has to stay
  await page.getByRole('link', { name }).click();
  await page.getByRole('button', { name: 'Set password' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set password' });
  await dialog.getByRole('textbox').fill('short');
  await dialog.getByRole('button', { name: 'Set password' }).click();
  await expect(dialog.getByRole('alert')).toContainText('InvalidPasswordException');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Disable' }).click();
  await expect(page.locator('#toasts:popover-open')).toHaveText('Disabled');
});

const editor = (page: Page) => page.locator('.graphiql-query-editor .CodeMirror');

/** Writes an operation into GraphiQL, and has it run. */
async function run(page: Page, text: string) {
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
  await page.getByRole('button', { name: /Execute query/ }).click();
}

test('GraphiQL asks as a guest and as a user, and says as whom', async ({ page }) => {
  const person = await member('gail');
  await page.goto(at('api'));
  const ask = (query: string) => run(page, query);
  const answer = page.getByRole('region', { name: 'Result Window' });
  await ask('{ listProducts { items { id } } }');
  await expect(page.getByRole('status').filter({ hasText: 'asked as guest us-east-1:' })).toBeVisible();
  await expect(answer).toContainText('listProducts');
  await ask('{ listPhotos { items { id } } }');
  await expect(answer).toContainText('Unauthorized');
  await page.getByRole('button', { name: 'User', exact: true }).click();
  await page.getByRole('combobox', { name: 'User' }).fill(person.name);
  await page.getByRole('button', { name: /Execute query/ }).click();
  await expect(page.getByRole('status').filter({ hasText: `asked as ${person.name}` })).toBeVisible();
  await expect(answer).toContainText('listPhotos');
  await expect(answer).not.toContainText('Unauthorized');
});

test('GraphiQL subscribes as a guest and as a user until it is stopped, on a phone too', async ({ page }) => {
  const [seller, person] = await Promise.all([member('sal', ['Admins']), member('gus')]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(at('api'));
  const answer = page.getByRole('region', { name: 'Result Window' });
  const said = (text: string | RegExp) => expect(page.getByRole('status').filter({ hasText: text })).toBeVisible();
  await run(page, 'subscription { onProductPublished { id } }');
  expect((await editor(page).boundingBox())?.width).toBeGreaterThan(330);
  await said(/listening (no event yet|\d+ events?), as guest us-east-1:/);
  await sell(seller, ['A lamp that is heard of']); // others' tests sell as well: whose it is nobody can tell
  await said(/listening \d+ events?, as guest us-east-1:/);
  await expect(answer).toContainText('"onProductPublished"');
  await page.getByRole('button', { name: /Stop query/ }).click();
  await said(/stopped \d+ events?/);
  await run(page, 'subscription { onPhotoCreated { id } }'); // not for guests, and AppSync says so
  await said('refused');
  await expect(answer).toContainText('UnauthorizedException');
  await page.getByRole('button', { name: 'User', exact: true }).click();
  await page.getByRole('combobox', { name: 'User' }).fill(person.name);
  await page.getByRole('button', { name: /Execute query/ }).click();
  await said(`listening no event yet, as ${person.name}`);
  await expect(answer).not.toContainText('UnauthorizedException');
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await expect(editor(page)).toBeHidden();
  await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();
  await expect(editor(page)).toBeVisible();
});

// Two sandboxes of its own, one after the other, with nothing in them.
test('a page that is open shows the calls of a sandbox that was started again, and none of before', async ({ page }) => {
  const running: ChildProcess[] = [];
  const start = async (http: string) => {
    const sandbox = spawn('../.lightbox/bin/lightbox', ['sandbox', '--ephemeral', '--http', http, '--https', '127.0.0.1:0', '--ready', 'json'], { stdio: ['ignore', 'pipe', 'ignore'] });
    running.push(sandbox);
    return JSON.parse(String((await once(createInterface({ input: sandbox.stdout }), 'line'))[0])).http as string;
  };
  const stop = async () => {
    const sandbox = running.pop();
    sandbox?.kill();
    await (sandbox && once(sandbox, 'exit'));
  };
  const ask = async (http: string, times: number, method: string) => {
    for (let n = 0; n < times; n += 1) {
      await fetch(`http://${http}/none/key`, { method });
    }
  };
  const calls = page.locator('a.call');
  try {
    const http = await start('127.0.0.1:0');
    await ask(http, 2, 'GET');
    await page.goto(`http://${http}/_lightbox/requests`);
    await expect(calls).toHaveText([/GetObject/, /GetObject/]);
    await page.getByRole('button', { name: 'Live' }).click(); // a page that somebody left for a while
    await stop();
    await start(http);
    await ask(http, 3, 'DELETE'); // more than the page has seen
    await page.getByRole('button', { name: 'Paused' }).click();
    await expect(calls).toHaveText([/DeleteObject/, /DeleteObject/, /DeleteObject/]);
  } finally {
    await stop();
  }
});

// A sandbox of its own, since the one that tests share does not serve the pages.
test('the pages are opened as somebody, once', long, async () => {
  const web = await mkdtemp(join(tmpdir(), 'lightbox-open-'));
  await writeFile(join(web, 'index.html'), '<!doctype html><title>The pages</title>');
  const sandbox = spawn('../.lightbox/bin/lightbox', [
    'sandbox', '--ephemeral', '--assembly', process.env.LIGHTBOX_ASSEMBLY ?? join(dirname(outputsFile), 'cdk.out'), '--web', web,
    ...['--http', '--https', '--web-addr'].flatMap((flag) => [flag, '127.0.0.1:0']), '--ready', 'json',
  ], { stdio: ['ignore', 'pipe', 'inherit'] });
  const browser = await chromium.launch({ executablePath: await executable(), args: ['--no-sandbox', '--disable-gpu'] }); // whose names lead where they do
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    const ready = JSON.parse(String((await once(createInterface({ input: sandbox.stdout }), 'line'))[0]));
    const { UserPoolId } = Object.assign({}, ...ready.stacks.map(({ outputs }: { outputs: object }) => outputs));
    await cognito(ready.http, ready.region, 'AdminCreateUser', { UserPoolId, Username: 'olga', MessageAction: 'SUPPRESS', UserAttributes: [{ Name: 'email', Value: 'olga@example.com' }] });
    await cognito(ready.http, ready.region, 'AdminSetUserPassword', { UserPoolId, Username: 'olga', Password: 'Lightbox-2026!', Permanent: true });
    await page.goto(`http://${ready.http}/_lightbox/users?user=olga`);
    const opened = context.waitForEvent('page');
    const ticket = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Open the pages as olga' }).click();
    const pages = await opened;
    await expect(pages).toHaveTitle('The pages');
    expect(new URL(pages.url()).host).toBe(ready.web);
    const kept = await pages.evaluate(() => ({ ...localStorage }));
    const access = Object.entries(kept).find(([key]) => key.endsWith('.olga.accessToken'))?.[1] ?? '';
    expect(JSON.parse(atob(access.split('.')[1])).username).toBe('olga');
    const { url } = await (await ticket).json();
    expect((await fetch(url)).status).toBe(403);
  } finally {
    await browser.close();
    sandbox.kill();
    await once(sandbox, 'exit');
    await rm(web, { recursive: true });
  }
});

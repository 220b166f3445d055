import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { build, createServer } from 'vite';
import { overview } from '../seed/sandbox.mjs';
import { filesOf } from '../tools/pages.mjs';
import { server } from '../tools/serve.mjs';
import { shown } from './catalogue';
import { block, browser, heavy, listening, running, write } from './frontends';
import { expect, long, test } from './pages';
import { picture } from './pictures';
import { codeFor, somebody } from './sandbox';
import { outputsFile, sandboxHTTP, sandboxHTTPS } from './where';

// What docs/frontends says, as it says it, in a browser that finds AWS nowhere, at ports of localhost that the sandbox was not told of.

test.describe.configure({ mode: 'default' }); // what is bundled is bundled once

const [own, stranger] = ['http://localhost:8080', 'http://localhost:8082'];
let folder: string;
let html: Server;
let plain: Browser;
let next: { address: string; stop(): void } | undefined;

test.beforeAll(async ({}, info) => {
  folder = join(info.project.outputDir, 'frontends');
  await write(join(folder, 'html'), { 'index.html': await block('html.md', 'index.html'), 'photos.js': await block('README.md', 'photos.js') });
  const [program, ...args] = (await block('html.md', 'bundle')).trim().split(' ');
  execFileSync(program!, args, { cwd: join(folder, 'html') });
  html = server(join(folder, 'html'));
  const at = `127.0.0.1:${await listening(html)}`;
  plain = await browser({ [own]: at, [stranger]: at });
});
test.afterAll(async () => {
  next?.stop();
  await plain.close();
  html.close();
});

/** Opens a front end, and notes whom it asks and that it is subscribed. */
async function opened(by: Browser, origin: string): Promise<{ page: Page; asked: Set<string>; subscribed: Promise<void> }> {
  const page = await (await by.newContext()).newPage();
  const asked = new Set<string>();
  const note = (url: string) => /^(https?|wss?):/.test(url) && !url.includes('://localhost') && asked.add(new URL(url).host);
  page.on('request', (request) => note(request.url()));
  const subscribed = new Promise<void>((resolve) => {
    page.on('websocket', (socket) => {
      note(socket.url());
      socket.on('framereceived', ({ payload }) => String(payload).includes('start_ack') && resolve());
    });
  });
  await page.goto(origin);
  return { page, asked, subscribed };
}

/** Signs somebody new up with the code of the inbox, and in. */
async function joined(page: Page, name: string) {
  const person = somebody(name);
  await page.getByLabel('User name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  const button = page.getByRole('button', { name: 'Sign up, then in' });
  await button.click();
  await expect(page.getByRole('status')).toHaveText('The code is in the inbox');
  await page.getByLabel('Code').fill(await codeFor(person.email, 'SignUp'));
  await button.click();
  await expect(page.getByRole('status')).toHaveText(`Signed in as ${person.name}`);
}

/** Posts a photo, and sees it come. */
async function posted(page: Page, file: { name: string; mimeType: string; buffer: Buffer }) {
  await page.getByLabel('Photo').setInputFiles(file);
  await expect(page.getByRole('status')).toHaveText(`Posted ${file.name}`);
  await shown(page.getByRole('img', { name: file.name }));
}

test('plain HTML: sign up, 12 MB with real progress, the list, and the picture, live', async () => {
  const { page, asked, subscribed } = await opened(plain, own);
  await joined(page, 'anna');
  await subscribed;
  await expect(page.getByRole('img')).not.toHaveCount(0);
  await page.evaluate(() => {
    const bar = document.getElementById('progress') as HTMLProgressElement;
    new MutationObserver(() => ((self as any).shares ??= []).push(bar.value)).observe(bar, { attributes: true });
  });
  const name = `heavy-${Date.now()}.png`;
  await posted(page, heavy(name, 12));
  const shares: number[] = await page.evaluate(() => (self as any).shares);
  expect(new Set(shares.filter((share) => share > 0 && share < 1)).size).toBeGreaterThan(1);
  const image = page.getByRole('img', { name });
  const read = await image.evaluate((img: HTMLImageElement) => [img.src, img.getAttribute('src')]);
  expect(read).toEqual(Array(2).fill(expect.stringMatching(/^https:\/\/\w+\.cloudfront\.net\//)));
  expect(asked).toEqual(new Set([sandboxHTTP]));
});

test('a page at another port is kept out, and its console says why', async () => {
  const { page } = await opened(plain, stranger);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.getByLabel('User name').fill('stranger');
  await page.getByLabel('E-mail').fill('stranger@example.com');
  await page.getByLabel('Password').fill('Pw-123456-A1!');
  await page.getByRole('button', { name: 'Sign up, then in' }).click();
  await expect(page.getByRole('status')).toContainText('network');
  expect(said.join()).toContain(`lightbox sandbox --origin ${stranger}`);
});

test('pictures come from the sandbox however a page writes them, and read as written', async () => {
  const { page } = await opened(plain, own);
  const [url, other] = ['https://b.s3.us-east-1.amazonaws.com/a%20b.png?x=1&y=2', 'https://example.com/x.png'];
  const got = await page.evaluate(
    async ([url, other]) => {
      const escaped = url!.replace('&', '&amp;');
      const make = (html: string) => Object.assign(document.createElement('div'), { innerHTML: html }).firstElementChild!;
      const image = (act: (img: HTMLImageElement) => void) => {
        const img = document.createElement('img');
        act(img);
        return img;
      };
      const inserted = document.createElement('div');
      inserted.insertAdjacentHTML('beforeend', `<video poster='${escaped}'></video>`);
      const shadow = document.createElement('div').attachShadow({ mode: 'open' });
      shadow.innerHTML = `<img src=${escaped}>`;
      const node = Object.assign(document.createAttribute('src'), { value: url });
      const late = image((img) => img.setAttributeNode(node));
      document.body.append(late);
      await new Promise((resolve) => setTimeout(resolve));
      const all: Record<string, [Element, string]> = {
        property: [image((img) => (img.src = url!)), 'src'],
        attribute: [image((img) => img.setAttribute('SRC', url!)), 'src'],
        'attribute node': [late, 'src'],
        innerHTML: [make(`<img title="https:" src="${escaped}">`), 'src'],
        insertAdjacentHTML: [inserted.firstElementChild!, 'poster'],
        'shadow root': [shadow.firstElementChild!, 'src'],
        srcset: [image((img) => (img.srcset = `${url} 480w, ${other} 960w`)), 'srcset'],
        'srcset of HTML': [make(`<img srcset="${escaped}, ${other} 2x">`), 'srcset'],
        foreign: [image((img) => (img.src = other!)), 'src'],
        title: [image((img) => (img.title = url!)), 'title'],
      };
      return Object.entries(all).map(([how, [of, name]]) => [how, of.attributes.getNamedItem(name)!.value, of.getAttribute(name)]);
    },
    [url, other],
  );
  const there = `http://${sandboxHTTP}/_lightbox/bridge?url=${encodeURIComponent(url!)}`;
  expect(got).toEqual([
    ...['property', 'attribute', 'attribute node', 'innerHTML', 'insertAdjacentHTML', 'shadow root'].map((how) => [how, there, url]),
    ['srcset', `${there} 480w, ${other} 960w`, `${url} 480w, ${other} 960w`],
    ['srcset of HTML', `${there}, ${other} 2x`, `${url}, ${other} 2x`],
    ['foreign', other, other],
    ['title', url, url],
  ]);
});

test("a Request of AWS's SDK keeps its method, headers and body", async () => {
  const { page } = await opened(plain, own);
  const answer = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' };
    const body = JSON.stringify({ AuthFlow: 'USER_SRP_AUTH', ClientId: 'none', AuthParameters: {} });
    const response = await fetch(new Request('https://cognito-idp.us-east-1.amazonaws.com/', { method: 'POST', headers, body }));
    return response.text();
  });
  expect(answer).toContain('ResourceNotFoundException');
});

test('a worker answers for the pictures of a style sheet', async () => {
  const worker = (await readFile(new URL('../../docs/frontends/README.md', import.meta.url), 'utf8')).match(/importScripts\(.*\);/)![0];
  const index = (await block('html.md', 'index.html')).replace('browser.js"', 'browser.js" data-worker="/lightbox-worker.js"');
  const own = 'http://localhost:4200';
  await write(join(folder, 'worker'), { 'index.html': index, 'bundle.js': '', 'lightbox-worker.js': worker.replace('127.0.0.1:4566', sandboxHTTP) });
  const pages = server(join(folder, 'worker'));
  const by = await browser({ [own]: `127.0.0.1:${await listening(pages)}` });
  const page = await (await by.newContext()).newPage();
  await page.goto(own);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  const asking = page.waitForResponse((response) => response.url().includes('style.png'));
  await page.evaluate(() => (document.body.style.backgroundImage = 'url(https://none.s3.us-east-1.amazonaws.com/style.png)'));
  expect((await asking).fromServiceWorker()).toBe(true);
  await by.close();
  pages.close();
});

test('Vite: what another front end posts comes live, and a build has nothing of the sandbox', long, async () => {
  const root = join(folder, 'vite');
  const page = (await block('html.md', 'index.html')).replace(/ *<script src=.*?\n/, '').replace('bundle.js', 'photos.js');
  await write(root, { 'index.html': page, 'photos.js': await block('README.md', 'photos.js'), 'vite.config.js': await block('vite.md', 'vite.config.js') });
  const vite = await createServer({ root, configFile: join(root, 'vite.config.js'), logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
  await vite.listen();
  const own = 'http://localhost:5173';
  const by = await browser({ [own]: new URL(vite.resolvedUrls!.local[0]!).host });
  const [anna, ben] = [await opened(plain, 'http://localhost:8080'), await opened(by, own)];
  await Promise.all([joined(anna.page, 'anna'), joined(ben.page, 'ben'), anna.subscribed, ben.subscribed]);
  const name = `light-${Date.now()}.png`;
  await posted(anna.page, picture(name));
  await shown(ben.page.getByRole('img', { name }));
  await posted(ben.page, heavy(`heavy-${name}`, 12));
  await shown(anna.page.getByRole('img', { name: `heavy-${name}` }));
  expect(ben.asked).toEqual(new Set([sandboxHTTP]));
  await by.close();
  await vite.close();

  await build({ root, configFile: join(root, 'vite.config.js'), logLevel: 'error', build: { minify: false } });
  const made = (await Promise.all((await filesOf(join(root, 'dist'), '')).map((file) => readFile(file, 'utf8')))).join();
  expect(made).toContain('Signed in as');
  expect(made).not.toContain('_lightbox');
});

test('Next: the server renders what it reads of the sandbox, and the page goes on from there', long, async () => {
  test.setTimeout(600_000); // Next compiles what is asked for when it is asked for
  const root = join(folder, 'next');
  const names = ['app/layout.jsx', 'app/page.jsx', 'app/photos-of-all.jsx'];
  const files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await block('next.md', name)])));
  const config = { 'next.config.mjs': 'export default {};' }; // or it is that of the product's pages
  await write(root, { ...files, ...config, 'app/photos.js': (await block('README.md', 'photos.js')).replace('./amplify', '../amplify') });
  const preload = join(import.meta.dirname, '../../tools/node/aws-hosts.mjs');
  const { caFile } = await overview(sandboxHTTP);
  next = await running(root, ['next', 'dev', '--hostname', '127.0.0.1'], {
    LIGHTBOX_HTTPS: sandboxHTTPS, NODE_OPTIONS: `--import ${preload}`, NODE_EXTRA_CA_CERTS: caFile, NEXT_TELEMETRY_DISABLED: '1',
  });
  const own = 'http://localhost:3000';
  const by = await browser({ [own]: next.address });
  const { page, asked, subscribed } = await opened(by, own);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.reload();
  await shown(page.getByRole('list').getByRole('img').last()); // an old one, which no other test takes away
  await joined(page, 'nora');
  await subscribed;
  await posted(page, heavy(`next-${Date.now()}.png`, 12));
  // The browser may have begun to load what the server wrote before the script was there.
  expect([...asked].filter((host) => !host.endsWith('.cloudfront.net'))).toEqual([sandboxHTTP]);
  expect(said.filter((text) => /hydrat|did not match|<script>/i.test(text))).toEqual([]);
  await by.close();
});

test('without a document the script moves what is asked all the same', long, async () => {
  const { name } = somebody('native');
  const said = execFileSync(process.execPath, ['e2e/frontends.native.mjs', sandboxHTTP, outputsFile, name], { cwd: join(import.meta.dirname, '..') });
  expect(String(said)).toMatch(/^posted /);
});

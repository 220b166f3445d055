import { execFileSync } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { build, createServer, type ViteDevServer } from 'vite';
import { server } from '../tools/serve.mjs';
import { shown } from './catalogue';
import { executable } from './chromium';
import { block, heavy, listening, write } from './frontends';
import { expect, test } from './pages';
import { picture } from './pictures';
import { codeFor, somebody } from './sandbox';
import { sandboxHTTP } from './where';

// What docs/frontends says, as it says it, in a browser that finds AWS nowhere: a page of plain HTML at localhost:8080, which the
// sandbox was not told of, and one of Vite's at localhost:5173.

const own = { html: 'http://localhost:8080', vite: 'http://localhost:5173', stranger: 'http://localhost:8082' };
let folder: string;
let html: Server;
let vite: ViteDevServer;
let plain: Browser;

test.beforeAll(async ({}, info) => {
  folder = join(info.project.outputDir, `frontends-${info.workerIndex}`);
  const [index, photos] = [await block('html.md', 'index.html'), await block('README.md', 'photos.js')];
  await write(join(folder, 'html'), { 'index.html': index, 'photos.js': photos });
  const [program, ...args] = (await block('html.md', 'bundle')).trim().split(' ');
  execFileSync(program!, args, { cwd: join(folder, 'html') });
  html = server(join(folder, 'html'));

  const page = index.replace(/<script src=.*?\n/, '').replace('bundle.js', 'photos.js');
  await write(join(folder, 'vite'), { 'index.html': page, 'photos.js': photos, 'vite.config.js': await block('vite.md', 'vite.config.js') });
  vite = await createServer({ root: join(folder, 'vite'), configFile: join(folder, 'vite', 'vite.config.js'), logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
  await vite.listen();

  const at = `127.0.0.1:${await listening(html)}`;
  const places = { [own.html]: at, [own.stranger]: at, [own.vite]: new URL(vite.resolvedUrls!.local[0]!).host };
  const rules = Object.entries(places).map(([origin, to]) => `MAP ${new URL(origin).host} ${to}`);
  plain = await chromium.launch({
    executablePath: await executable(),
    args: [`--host-resolver-rules=${[...rules, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'].join(', ')}`, '--no-sandbox', '--disable-gpu'],
  });
});
test.afterAll(async () => {
  await plain.close();
  await vite.close();
  html.close();
});

/** Opens a front end, signs somebody new up with the code of the inbox, and in. */
async function opened(origin: string, name: string): Promise<{ page: Page; reached: string[] }> {
  const page = await (await plain.newContext()).newPage();
  const reached: string[] = [];
  page.on('request', (request) => reached.push(new URL(request.url()).host));
  page.on('websocket', (socket) => reached.push(new URL(socket.url()).host));
  await page.goto(origin);
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
  return { page, reached };
}

test('plain HTML and Vite: sign up, 12 MB with real progress, and each sees the picture of the other, live', async () => {
  const [anna, ben] = [await opened(own.html, 'anna'), await opened(own.vite, 'ben')];
  await anna.page.evaluate(() => {
    const bar = document.getElementById('progress') as HTMLProgressElement;
    new MutationObserver(() => ((self as any).shares ??= []).push(bar.value)).observe(bar, { attributes: true });
  });
  const name = `heavy-${Date.now()}.png`;
  await anna.page.getByLabel('Photo').setInputFiles(heavy(name, 12));
  await expect(anna.page.getByRole('status')).toHaveText(`Posted ${name}`);
  const shares: number[] = await anna.page.evaluate(() => (self as any).shares);
  expect(new Set(shares.filter((share) => share > 0 && share < 1)).size).toBeGreaterThan(1);
  for (const { page } of [anna, ben]) {
    const image = page.getByRole('img', { name });
    await shown(image);
    expect(await image.evaluate((img: HTMLImageElement) => [img.src, img.getAttribute('src')])).toEqual(Array(2).fill(expect.stringMatching(/^https:\/\/\w+\.cloudfront\.net\//)));
  }
  const [back] = [`light-${Date.now()}.png`];
  await ben.page.getByLabel('Photo').setInputFiles(picture(back));
  await shown(anna.page.getByRole('img', { name: back }));
  for (const { reached } of [anna, ben]) {
    expect(new Set(reached.filter((host) => !host.startsWith('localhost:') && host !== ''))).toEqual(new Set([sandboxHTTP]));
  }
});

test('a page at another port is kept out, and its console says why', async () => {
  const page = await (await plain.newContext()).newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto(own.stranger);
  const person = somebody('stranger');
  await page.getByLabel('User name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign up, then in' }).click();
  await expect(page.getByRole('status')).toContainText('network');
  expect(said.join()).toContain(`lightbox sandbox --origin ${own.stranger}`);
});

test('pictures come from the sandbox however a page writes them, and read as written', async () => {
  const page = await (await plain.newContext()).newPage();
  await page.goto(own.html);
  const got = await page.evaluate(async (sandbox) => {
    const url = 'https://b.s3.us-east-1.amazonaws.com/a%20b.png?x=1&y=2';
    const other = 'https://example.com/x.png';
    const inner = document.createElement('div');
    const inserted = document.createElement('div');
    const escaped = url.replace('&', '&amp;');
    inner.innerHTML = `<p title="https:"><img src="${escaped}" srcset="${escaped} 1x, ${other} 2x"></p>`;
    inserted.insertAdjacentHTML('beforeend', `<video poster='${escaped}'></video>`);
    const [property, attribute, set, foreign, late] = Array.from({ length: 5 }, () => document.createElement('img'));
    property!.src = url;
    attribute!.setAttribute('SRC', url);
    set!.srcset = `${url} 480w, ${other} 960w`;
    foreign!.src = other;
    const node = document.createAttribute('src');
    node.value = url;
    late!.setAttributeNode(node);
    document.body.append(late!);
    await new Promise((resolve) => setTimeout(resolve));
    const there = `http://${sandbox}/_lightbox/bridge?url=`;
    const raw = (of: Element, name: string) => of.attributes.getNamedItem(name)!.value;
    return {
      bridged: [
        raw(inner.querySelector('img')!, 'src'), raw(inserted.firstElementChild!, 'poster'), raw(property!, 'src'),
        raw(attribute!, 'src'), raw(late!, 'src'),
      ].map((value) => value === there + encodeURIComponent(url)),
      sets: [inner.querySelector('img')!, set!].map((img) => raw(img, 'srcset') === img.srcset.replace(url, there + encodeURIComponent(url))),
      read: [property!.src, attribute!.getAttribute('src'), set!.srcset, inner.querySelector('img')!.getAttribute('srcset'), foreign!.src],
      control: raw(foreign!, 'src'),
    };
  }, sandboxHTTP);
  const [url, other] = ['https://b.s3.us-east-1.amazonaws.com/a%20b.png?x=1&y=2', 'https://example.com/x.png'];
  expect(got).toEqual({
    bridged: Array(5).fill(true),
    sets: [true, true],
    read: [url, url, `${url} 480w, ${other} 960w`, `${url} 1x, ${other} 2x`, other],
    control: other,
  });
});

test('a Request of the SDK keeps its method, headers and body; a build of Vite has nothing of the sandbox', async () => {
  const page = await (await plain.newContext()).newPage();
  await page.goto(own.vite);
  const answer = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' };
    const body = JSON.stringify({ AuthFlow: 'USER_SRP_AUTH', ClientId: 'none', AuthParameters: {} });
    const response = await fetch(new Request('https://cognito-idp.us-east-1.amazonaws.com/', { method: 'POST', headers, body }));
    return response.text();
  });
  expect(answer).toContain('ResourceNotFoundException');

  const root = join(folder, 'vite');
  await build({ root, configFile: join(root, 'vite.config.js'), logLevel: 'error', build: { minify: false } });
  const made = await Promise.all((await readdir(join(root, 'dist'), { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).map((e) => readFile(join(e.parentPath, e.name), 'utf8')));
  expect(made.join()).toContain('Signed in as');
  expect(made.join()).not.toContain('_lightbox');
});

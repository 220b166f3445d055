// Makes the sandbox build of a production build: the same files, and in every page a script that sends calls to AWS to the
// sandbox on this machine, so that any browser can use it offline.
//
//   node sandbox/build.mjs out out-sandbox 127.0.0.1:4566 .lightbox/bin/lightbox
//
// The last two are where the sandbox is, and how whoever reads the pages calls its command.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { filesOf } from '../tools/pages.mjs';
import { withPolicy } from '../tools/policy.mjs';

const scripts = '<script src="/_sandbox/browser.js"></script><script src="/_sandbox/page.js"></script>';
// What the sandbox gives to any page, in order. It is in the build too, whose pages take scripts from nowhere else.
const parts = ['bridge.js', 'network.js', 'pictures.js'].map((name) => new URL(`../../sandbox/browser/${name}`, import.meta.url));
const sealed = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"\/>/;
const standard = '127.0.0.1:4566';
const command = '.lightbox/bin/lightbox';

/** A page of production with the sandbox's scripts in front of its own, and a policy that lets it reach the sandbox. */
export function withSandbox(html, address = standard) {
  const policy = sealed.exec(html)?.[1];
  if (!policy) {
    throw new Error('a page without a policy: build it with `npm run build`');
  }
  const here = `http://${address} ws://${address}`;
  const wider = policy.replace('connect-src', `connect-src ${here}`).replace('img-src', `img-src ${here}`);
  return withPolicy(html.replace(sealed, scripts), wider);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [from = 'out', to = 'out-sandbox', address = standard, called = command] = process.argv.slice(2);
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
  for (const file of await filesOf(to, '.html')) {
    await writeFile(file, withSandbox(await readFile(file, 'utf8'), address));
  }
  await mkdir(join(to, '_sandbox'));
  const browser = (await Promise.all(parts.map((part) => readFile(part, 'utf8')))).join('');
  await writeFile(join(to, '_sandbox', 'browser.js'), browser.replaceAll('SANDBOX_ADDRESS', address));
  const page = await readFile(new URL('page.js', import.meta.url), 'utf8');
  await writeFile(join(to, '_sandbox', 'page.js'), page.replace('LIGHTBOX_COMMAND', called));
  // The sandbox sends these to browsers, which take them all.
  for (const file of (await Promise.all(['.html', '.js', '.css'].map((suffix) => filesOf(to, suffix)))).flat()) {
    await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file)));
  }
  console.log(`${to}: the pages of ${from}, on the sandbox`);
}

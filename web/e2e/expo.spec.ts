import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { block, heavy, write } from './frontends';
import { expect, long, test } from './pages';
import { somebody } from './sandbox';
import { sandboxHTTP } from './where';

// What docs/frontends/expo.md says, as it says it: an app that Expo's Metro bundles, run by e2e/expo in the place of a phone.

const run = promisify(execFile);
const script = async () => (await fetch(`http://${sandboxHTTP}/_lightbox/browser.js`)).text();

// What an Expo app has before it does what the page says.
const packages = ['expo@58.0.26', 'react@19.3.0', 'react-native@0.88.1'];

/** Bundles the app of a folder by Expo's own command, for development or as it is released. */
async function bundle(root: string, mode: 'development' | 'production'): Promise<string> {
  const temporary = join(root, 'tmp');
  await mkdir(temporary, { recursive: true });
  const own: Record<string, string> = { HOME: root, TMPDIR: temporary, NODE_ENV: mode, CI: '1', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1' };
  const flags = ['--platform', 'ios', '--no-bytecode', '--no-minify', '--max-workers', '1', '--output-dir', mode];
  await run('npx', ['expo', 'export', ...flags, ...(mode === 'development' ? ['--dev'] : [])], { cwd: root, env: { ...process.env, ...own } });
  const made = join(root, mode, '_expo/static/js/ios');
  return join(made, (await readdir(made))[0]!);
}

test('Expo: the bundle signs up, posts 12 MB, lists, subscribes, and sees the picture', long, async () => {
  test.setTimeout(900_000);
  const root = await mkdtemp(join(tmpdir(), 'expo-'));
  try {
    const page = await block('expo.md', 'packages');
    const app = { expo: { name: 'photos', slug: 'photos', platforms: ['ios', 'android'] } };
    await write(root, {
      'package.json': JSON.stringify({ name: 'photos', version: '1.0.0', private: true, main: 'index.js' }),
      'app.json': JSON.stringify(app),
      'index.js': await block('expo.md', 'index.js'),
      'App.jsx': await readFile(join(import.meta.dirname, 'expo/App.jsx'), 'utf8'),
      'lightbox.js': await script(),
    });
    const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel', 'error'];
    const named = page.trim().split(/\s+/).slice(2);
    await run('npm', ['install', ...flags, ...packages, ...named], { cwd: root }).catch((error) => {
      throw new Error(`the packages of an Expo app did not come, so it was not tried; they want a network: ${error.stderr}`);
    });
    const file = join(root, 'heavy.png');
    await writeFile(file, heavy('heavy.png', 12).buffer);
    const args = [join(import.meta.dirname, 'expo/tried.mjs'), sandboxHTTP, await bundle(root, 'development'), somebody('expo').name, file];
    expect((await run(process.execPath, args)).stdout).toMatch(/^posted 125\d{5} bytes/);

    const released = await readFile(await bundle(root, 'production'), 'utf8');
    expect(released).toContain('Signed in as');
    expect(released).not.toContain('_lightbox');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

test('where there is no page, the script says what may be missing, whatever the error is', async () => {
  const said: string[] = [];
  const fetch = () => Promise.reject(new Error('fetch failed: The network connection was lost.')); // as Expo's
  const app: any = createContext({ fetch, URL, console: { info() {}, warn: (text: string) => said.push(text) } });
  app.self = app;
  runInContext(await script(), app);
  const failed = async (init?: object) => app.fetch('https://sns.us-east-1.amazonaws.com/', init).catch((error: Error) => error.message);
  expect(await failed({ signal: { aborted: true } })).toContain('connection was lost');
  expect(said).toEqual([]);
  expect(await failed()).toContain('connection was lost');
  const port = sandboxHTTP.split(':')[1];
  expect(said).toEqual([expect.stringContaining(`adb reverse tcp:${port} tcp:${port}`)]);
  expect(said.join()).not.toContain('undefined');
});

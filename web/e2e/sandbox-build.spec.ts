import { execFileSync } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { chromium, type Browser } from '@playwright/test';
import { server } from '../tools/serve.mjs';
import { createDraft, publish, remove, shown } from './catalogue';
import { executable } from './chromium';
import { expect, signIn, test } from './pages';
import { large, picture } from './pictures';
import { admin, member } from './sandbox';
import { shiftOf, watchShift } from './shift';
import { base, outputsFile, sandboxHTTP } from './where';

// The sandbox build in a browser like anybody's: nothing leads AWS's names to this machine but what the build has in it.

const web = join(import.meta.dirname, '..');
let pages: Server;
let plain: Browser;

test.beforeAll(async ({}, info) => {
  const folder = join(info.project.outputDir, `sandbox-build-${info.workerIndex}`);
  execFileSync(process.execPath, ['sandbox/build.mjs', 'out', folder, sandboxHTTP], { cwd: web });
  pages = server(folder, { '/amplify_outputs.json': await readFile(outputsFile) });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const { port } = pages.address() as AddressInfo;
  const rules = `MAP ${new URL(base).host} 127.0.0.1:${port}, MAP *.amazonaws.com ~NOTFOUND, MAP *.cloudfront.net ~NOTFOUND`;
  plain = await chromium.launch({
    executablePath: await executable(),
    args: [`--host-resolver-rules=${rules}`, '--no-sandbox', '--disable-gpu'],
  });
});
test.afterAll(async () => {
  await plain.close();
  pages.close();
});

test('the store, its pictures and its live updates work in any browser, and a banner says where this is', async ({ complaints }) => {
  const context = await plain.newContext({ baseURL: base });
  context.on('console', (message) => /Content Security Policy/.test(message.text()) && complaints.push(message.text()));
  const [guest, boss] = [await context.newPage(), await (await plain.newContext({ baseURL: base })).newPage()];
  await guest.goto('/');
  await shown(guest.locator('.card img').first());
  const banner = guest.getByRole('complementary', { name: 'Sandbox' });
  await expect(banner).toContainText('nothing reaches AWS');
  await expect(banner.getByRole('link', { name: 'Inbox with codes' })).toHaveAttribute('href', `http://${sandboxHTTP}/_lightbox/mail`);
  await guest.reload();
  await shown(guest.locator('.card img').first());

  const name = `Any browser ${Date.now()}`;
  await signIn(boss, await admin());
  await boss.goto('/admin/');
  await createDraft(boss, name);
  await shown(boss.getByRole('listitem').filter({ hasText: name }).locator('img'));
  await publish(boss, name);
  await shown(guest.getByRole('link', { name }).locator('img'));
  await remove(boss, name);
  await expect(guest.getByRole('link', { name })).toHaveCount(0);
});

test('the banner is there before the page, and whoever wants to be an admin is told the command of the sandbox', async () => {
  const context = await plain.newContext({ baseURL: base, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => /hydrat|Content Security Policy/i.test(message.text()) && said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await watchShift(page);
  await page.goto('/nowhere/'); // the store moves when the other tests sell something
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Sandbox' })).toHaveCount(1);
  expect(await shiftOf(page)).toBeLessThan(0.02);
  const person = await member('maria');
  await signIn(page, person);
  await page.goto('/admin/');
  const other = sandboxHTTP === '127.0.0.1:4566' ? '' : `--http ${sandboxHTTP} `;
  await expect(page.getByText(`.lightbox/bin/lightbox sandbox admin ${other}${person.name}`, { exact: true })).toBeVisible();
  expect(said).toEqual([]);
});

test('uploads have real progress, and links to files work where they are pasted', async ({}, info) => {
  const context = await plain.newContext({ baseURL: base, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await signIn(page, await admin());
  await page.goto('/files/');
  const input = page.locator('.amplify-fileuploader input[type=file]');
  await input.setInputFiles(await large(info.outputPath('backup.txt'), 12));
  await expect(page.getByRole('listitem').filter({ hasText: 'backup.txt' })).toBeVisible({ timeout: 30_000 });
  const { name, mimeType, buffer } = picture('plan.png');
  await input.setInputFiles({ name, mimeType, buffer });
  const file = page.getByRole('listitem').filter({ hasText: 'plan.png' });
  await shown(file.locator('img'));
  await file.getByRole('button', { name: 'Copy 15-minute link' }).click();
  await expect(file.getByRole('button', { name: 'Copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain(`http://${sandboxHTTP}/_lightbox/bridge?url=https%3A%2F%2F`);
  expect((await fetch(link)).status).toBe(200);
  const downloading = page.waitForEvent('download');
  await file.getByRole('button', { name: 'Download' }).click();
  expect((await downloading).suggestedFilename()).toBe('plan.png');
});

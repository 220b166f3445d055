import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf } from '../tools/pages.mjs';
import { policyOf } from '../tools/policy.mjs';
import { expect, test } from './pages';

const out = join(import.meta.dirname, '..', 'out');

test('the production build has nothing of the sandbox in it', async () => {
  const files = await filesOf(out, '');
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const content = await readFile(file, 'utf8');
    for (const mark of ['_lightbox', '_sandbox', 'lightboxBridge', '127.0.0.1', ':4566', 'serviceWorker.register']) {
      expect(content.includes(mark), `${file} has ${mark}`).toBe(false);
    }
  }
});

test('the production build has nothing of a deployment in it', async () => {
  for (const file of await filesOf(out, '')) {
    const content = await readFile(file, 'utf8');
    expect(/us-east-1_\w{9}|\.appsync-api\.us-|d\w{13}\.cloudfront\.net/.test(content), file).toBe(false);
  }
});

test('every page has a policy that lets only its own scripts run', async () => {
  for (const file of await filesOf(out, '.html')) {
    const html = await readFile(file, 'utf8');
    const policy = /^<!DOCTYPE html><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="([^"]*)"\/>/.exec(html)?.[1];
    expect(policy, file).toBe(policyOf(html));
    expect(policy).not.toMatch(/unsafe|\*(?!\.)/);
    // What a policy by hashes and without styles in attributes would break.
    expect(html, file).not.toMatch(/<style|\sstyle="|\son\w+="|javascript:/);
  }
});

test('the policy of an open page names the hosts of its deployment and no others', async ({ page, complaints }) => {
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await page.evaluate(() => fetch('https://other-bucket.s3.us-east-1.amazonaws.com/').catch(() => undefined));
  await expect.poll(() => complaints.length).toBeGreaterThan(0);
  expect(complaints.join()).toContain('other-bucket');
  complaints.length = 0;
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.head.append(script);
  });
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  await expect.poll(() => complaints.length).toBeGreaterThan(0);
  complaints.length = 0;
});

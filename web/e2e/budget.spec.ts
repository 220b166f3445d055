import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';
import { enter, expect, long, test } from './pages';
import { admin, member } from './sandbox';
import { shiftOf, watchShift } from './shift';

// What a page may cost. The numbers are a little above what they are, so that a change that costs more is seen.

type Cost = { script: number; requests: number; shift: number; said: string[] };

/** Opens a page as if for the first time, and measures it until nothing moves any more. */
async function cost(page: Page, path: string, ready: string): Promise<Cost> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  const asked: Response[] = [];
  const said: string[] = [];
  page.on('response', (response) => asked.push(response));
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  await page.goto(path);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(500);
  page.removeAllListeners('response');
  page.removeAllListeners('console');
  const scripts = asked.filter((response) => /\.js$/.test(new URL(response.url()).pathname));
  const bodies = await Promise.all(scripts.map((response) => response.body()));
  const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  const shift = await shiftOf(page);
  return { script: Math.round(bytes / 1024), requests: asked.length, shift, said };
}

type Budget = { path: string; ready: string; script: number; requests: number };

const guests: Budget[] = [
  { path: '/', ready: '.card img', script: 225, requests: 50 },
  { path: '/product/?id=none', ready: '.empty', script: 225, requests: 22 },
  { path: '/photos/', ready: '.empty', script: 250, requests: 22 },
  { path: '/files/', ready: '.empty', script: 215, requests: 22 },
  { path: '/account/', ready: '[data-amplify-authenticator] input', script: 370, requests: 32 },
];
const users: Budget[] = [
  { path: '/', ready: '.card img', script: 225, requests: 50 },
  { path: '/photos/', ready: '.photo img', script: 250, requests: 45 },
  { path: '/files/', ready: '.amplify-fileuploader', script: 245, requests: 35 },
  { path: '/profile/', ready: '.empty', script: 250, requests: 30 },
  { path: '/account/', ready: '.settings', script: 275, requests: 30 },
];
const admins: Budget[] = [{ path: '/admin/', ready: '[role=tabpanel] .empty, .row', script: 250, requests: 50 }];

/** Holds pages to what they may cost at a size of the window. */
async function hold(page: Page, who: string, budgets: Budget[], size: { width: number; height: number }) {
  await watchShift(page);
  await page.setViewportSize(size);
  for (const { path, ready, ...budget } of budgets) {
    const { script, requests, shift, said } = await cost(page, path, ready);
    const what = `${path} for ${who} at ${size.width}`;
    console.log(`${what}: ${script} KB of JavaScript gzipped, ${requests} requests, layout shift ${shift.toFixed(3)}`);
    expect.soft(script, what).toBeLessThan(budget.script);
    expect.soft(requests, what).toBeLessThan(budget.requests);
    expect.soft(shift, what).toBeLessThan(0.1);
    expect.soft(said, what).toEqual([]);
  }
}

for (const [where, size, when] of [['a phone', { width: 390, height: 844 }, {}], ['a desk', { width: 1440, height: 900 }, long]] as const) {
  test(`pages cost guests little on ${where}, stand still and say nothing to the console`, when, async ({ page }) => {
    await hold(page, 'guests', guests, size);
  });

  test(`pages cost users little on ${where}, stand still and say nothing to the console`, when, async ({ page }) => {
    await enter(page, await member('maria'));
    await hold(page, 'users', users, size);
  });

  test(`pages cost admins little on ${where}, stand still and say nothing to the console`, when, async ({ page }) => {
    await enter(page, await admin());
    await hold(page, 'admins', admins, size);
  });
}

test('the first product waits for three calls to AWS: who a guest is, the credentials, and the products', async ({ page }) => {
  const calls: string[] = [];
  page.on('request', (request) => {
    const { hostname } = new URL(request.url());
    if (hostname.endsWith('.amazonaws.com') && request.method() === 'POST') {
      calls.push(request.headers()['x-amz-target'] ?? hostname.replace(/^\w+\./, ''));
    }
  });
  await page.goto('/');
  await page.locator('.card-link').first().waitFor();
  expect(calls).toEqual([
    'AWSCognitoIdentityService.GetId',
    'AWSCognitoIdentityService.GetCredentialsForIdentity',
    expect.stringMatching(/^appsync-api\./),
  ]);
});

test('a page at rest asks for nothing', long, async ({ page }) => {
  await enter(page, await member('maria'));
  for (const path of ['/', '/photos/', '/files/', '/account/']) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    const note = (request: { url(): string }) => asked.push(request.url());
    page.on('request', note);
    // However long the machine takes to come to rest.
    await expect(async () => {
      asked.length = 0;
      await page.waitForTimeout(3_000);
      expect(asked, path).toEqual([]);
    }).toPass({ timeout: 40_000 });
    page.off('request', note);
  }
});

test('users load Amplify UI on the pages that show it, and on no others', async ({ page }) => {
  const styles = () => page.evaluate(() => document.styleSheets.length);
  await page.goto('/');
  await page.locator('.card img').first().waitFor();
  const own = await styles();
  await page.goto('/account/');
  await page.locator('[data-amplify-authenticator] input').first().waitFor();
  // A sheet counts once it has arrived, which may be after the form.
  await expect.poll(styles).toBeGreaterThan(own);
});

import type { Page } from '@playwright/test';
import { expect, signIn, test } from './pages';
import { member } from './sandbox';

// What a page may cost. The numbers are a little above what they are, so that a change that costs more is seen.

type Cost = { script: number; requests: number; shift: number };

/** Opens a page with an empty cache, and measures it until nothing moves any more. */
async function cost(page: Page, path: string, ready: () => Promise<unknown>): Promise<Cost> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) {
          shifts.push(entry.value);
        }
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  let script = 0;
  let requests = 0;
  const counted = async (response: Awaited<ReturnType<Page['waitForResponse']>>) => {
    requests += 1;
    if (/\.js$/.test(new URL(response.url()).pathname)) {
      const { length } = await response.body();
      script += length;
    }
  };
  const waiting: Promise<void>[] = [];
  page.on('response', (response) => waiting.push(counted(response)));
  await page.goto(path);
  await ready();
  await page.waitForTimeout(1_000);
  await Promise.all(waiting);
  const shift = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0));
  page.removeAllListeners('response');
  return { script: Math.round(script / 1024), requests, shift };
}

test('the store costs a guest little', async ({ page }) => {
  const ready = () => expect(page.locator('.card img').first()).toBeVisible();
  const { script, requests, shift } = await cost(page, '/', ready);
  console.log(`/: ${script} KB of JavaScript as it is, ${requests} requests, layout shift ${shift.toFixed(3)}`);
  expect(script).toBeLessThan(750);
  expect(requests).toBeLessThan(45);
  expect(shift).toBeLessThan(0.05);
});

test('the first product is there soon', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('.card-link').first()).toBeVisible();
  const start = Date.now();
  await page.goto('/');
  await page.locator('.card-link').first().waitFor();
  const took = Date.now() - start;
  console.log(`first product after ${took} ms`);
  expect(took).toBeLessThan(3_000);
});

test('a page at rest asks for nothing', async ({ page }) => {
  await signIn(page, await member('maria'));
  for (const path of ['/', '/photos/', '/files/', '/account/']) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(1_000);
    const asked: string[] = [];
    const note = (request: { url(): string }) => asked.push(request.url());
    page.on('request', note);
    await page.waitForTimeout(3_000);
    page.off('request', note);
    expect(asked, path).toEqual([]);
  }
});

test('users load Amplify UI on the pages that show it, and on no others', async ({ page }) => {
  const styles = async (path: string) => {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    return page.evaluate(() => document.styleSheets.length);
  };
  expect(await styles('/')).toBeLessThan(await styles('/account/'));
});

import { randomUUID } from 'node:crypto';
import type { Page, Route } from '@playwright/test';
import { enter, expect, long, test } from './pages';
import { fromPhone, picture, text } from './pictures';
import { member } from './sandbox';
import { shiftOf, watchShift } from './shift';

// Pages stand still while they load, in whatever order their parts arrive: chance decides that, so the tests do.

/** Lets answers in one at a time, the latest asked for first, so that what stands above comes after what stands below. */
async function turnAround(page: Page) {
  const waiting: Route[] = [];
  await page.route('**/*', (route) => void waiting.push(route));
  const pump = setInterval(() => void waiting.pop()?.fallback().catch(() => undefined), 60);
  return async () => {
    clearInterval(pump);
    await Promise.all(waiting.map((route) => route.fallback().catch(() => undefined)));
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  };
}

/** Holds pages still, on a phone: there everything stands in one column. */
async function hold(page: Page, pages: { path: string; ready: string }[]) {
  await page.setViewportSize({ width: 390, height: 844 });
  await watchShift(page);
  const stop = await turnAround(page);
  for (const { path, ready } of pages) {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    await page.waitForLoadState('networkidle');
    const shift = await shiftOf(page);
    console.log(`${path}: layout shift ${shift.toFixed(3)}`);
    expect.soft(shift, path).toBeLessThan(0.1);
  }
  await stop();
}

test('pages of guests stand still, whatever arrives last', async ({ page }) => {
  await hold(page, [
    { path: '/', ready: '.card img' },
    { path: '/product/?id=none', ready: '.empty' },
    { path: '/photos/', ready: '.empty' },
    { path: '/account/', ready: '[data-amplify-authenticator] input' },
    { path: '/nowhere/', ready: '.empty' },
  ]);
});

test('pages of users stand still, whatever arrives last', long, async ({ page }) => {
  await enter(page, await member('maria'));
  await page.goto('/files/');
  await page.locator('.amplify-fileuploader input[type=file]').setInputFiles([text('a.txt', 'a'), picture('b.png')]);
  await expect(page.locator('.file')).toHaveCount(2);
  // A tall photo with a comment.
  await page.goto('/photos/');
  const caption = `Tall ${randomUUID()}`;
  await page.getByLabel('Picture', { exact: true }).setInputFiles(await fromPhone());
  await page.getByLabel('Caption').fill(caption);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  const mine = page.getByRole('article').filter({ hasText: caption });
  await mine.getByRole('button', { expanded: false }).click();
  await mine.getByLabel('Write a comment').fill('Tall indeed');
  await mine.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(mine.getByRole('listitem').getByText('Tall indeed')).toBeVisible();
  const photo = await mine.locator('.photo-picture').getAttribute('href');
  await hold(page, [
    { path: '/', ready: '.card img' },
    { path: '/photos/', ready: '.photo img' },
    { path: photo ?? '', ready: '.comment-form' },
    { path: '/profile/', ready: '.tile img' },
    { path: '/files/', ready: '.amplify-fileuploader' },
    { path: '/account/', ready: '.settings' },
    { path: '/admin/', ready: '.panel' },
  ]);
});

test('what stands below the form to sign in comes with it, never before', async ({ page }) => {
  await page.addInitScript(() => {
    Object.assign(window, { early: 0 });
    new MutationObserver(() => {
      if (document.querySelector('.reasons') && !document.querySelector('[data-amplify-authenticator] input')) {
        (window as unknown as { early: number }).early += 1;
      }
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto('/account/');
  await expect(page.getByLabel('User name or e-mail')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'What an account is for' })).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { early: number }).early)).toBe(0);
});

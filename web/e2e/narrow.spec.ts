import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { createDraft, publish, remove } from './catalogue';
import { enter, expect, test } from './pages';
import { picture, text } from './pictures';
import { admin, member } from './sandbox';

// One long word and one long address, wherever people write something, and everything stays within reach on a phone.

const long = () => `${'W'.repeat(90)}${randomUUID().slice(0, 8)}`;
const address = `https://example.com/${'a-very-long-path/'.repeat(3)}${'x'.repeat(90)}?q=${'y'.repeat(60)}`;

/** What of the page is beyond the edge of the screen, as far as it can be used or read. */
const beyond = (page: Page) =>
  page.evaluate(() => {
    const hidden = (element: Element) => element.closest('.visually-hidden, .amplify-visually-hidden, [aria-hidden=true], .skip, next-route-announcer, .chip');
    const found = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (right > innerWidth + 1 || left < -1) && !hidden(element);
    });
    const names = found.map((element) => `${element.tagName}.${element.className} ${element.textContent?.slice(0, 30)}`);
    return [...(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []), ...names];
  });

async function hold(page: Page, what: string) {
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await beyond(page), `${what} at ${width}`).toEqual([]);
  }
}

test('a long word and a long address put nothing of photos, comments and files out of reach', async ({ page }) => {
  await enter(page, await member(`m${'w'.repeat(80)}`));
  await page.goto('/photos/');
  const caption = `${long()} ${address}`;
  await page.getByLabel('Picture', { exact: true }).setInputFiles(picture(`${'n'.repeat(100)}.png`));
  await page.getByLabel('Caption').fill(caption);
  await hold(page, 'a photo to post');
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await expect(page.getByText('Your photo is posted.')).toBeVisible();
  const mine = page.getByRole('article').filter({ hasText: caption.slice(0, 98) });
  await mine.getByRole('button', { expanded: false }).click();
  await mine.getByLabel('Write a comment').fill(caption);
  await mine.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(mine.getByRole('listitem')).toHaveCount(1);
  await hold(page, '/photos/');
  await mine.getByRole('listitem').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await hold(page, 'a comment to delete');
  await page.keyboard.press('Escape');
  await page.goto((await mine.locator('.photo-picture').getAttribute('href')) ?? '');
  await expect(page.getByRole('listitem').getByText(caption.slice(0, 98))).toBeVisible();
  await hold(page, '/photo/');
  await page.goto('/profile/');
  await expect(page.locator('.tile')).toHaveCount(1);
  await hold(page, '/profile/');
  await page.goto('/account/');
  await expect(page.getByRole('heading', { name: 'Delete account' })).toBeVisible();
  await hold(page, '/account/');
  await page.goto('/admin/');
  await expect(page.getByText('For admins only')).toBeVisible();
  await hold(page, '/admin/ for others');
  await page.goto('/files/');
  await page.locator('.amplify-fileuploader input[type=file]').setInputFiles(text(`${'f'.repeat(110)}.txt`, 'x'));
  await expect(page.locator('.file')).toHaveCount(1);
  await hold(page, '/files/');
});

test('a long word and a long address put nothing of products out of reach', async ({ page }) => {
  await enter(page, await admin());
  await page.goto('/admin/');
  const name = `${long()} https://example.com/${'x'.repeat(70)}`;
  await createDraft(page, name);
  await publish(page, name);
  await hold(page, '/admin/');
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await hold(page, 'a product to edit');
  await page.goto('/');
  await expect(page.getByRole('link', { name })).toBeVisible();
  await hold(page, '/');
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await hold(page, '/product/');
  await page.goto('/admin/');
  await page.getByRole('tab', { name: 'Live' }).click();
  await remove(page, name);
});

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { landscape } from '../../seed/draw.mjs';
import { admin, people } from '../../seed/people.mjs';
import { row } from '../catalogue';
import { expect, signIn, test } from '../pages';
import { text } from '../pictures';

// Every page at the widths of a phone, a tablet and a desk, light and dark, with what the seed puts there. Pictures of the
// same page have the same name every time: docs/screens/PAGE-WIDTH-SCHEME.png.

const folder = process.env.SCREENS ?? '../docs/screens';
const sizes = [
  { width: 390, height: 844 },
  { width: 820, height: 1180 },
  { width: 1440, height: 900 },
];
const schemes = ['light', 'dark'] as const;

const person = (name: string) => people.find((one) => one.name === name)!;

/** Takes all pictures of what a page shows now. */
async function take(page: Page, name: string) {
  await mkdir(folder, { recursive: true });
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      const picture = await page.screenshot({ animations: 'disabled', fullPage: !!process.env.SCREENS_WHOLE });
      // 256 colours are enough for a flat design, and a quarter of the size.
      const file = join(folder, `${name}-${size.width}-${colorScheme}.png`);
      await sharp(picture).png({ palette: true, effort: 10, dither: 0.6 }).toFile(file);
    }
  }
}

/** Waits until no picture that can be seen is missing and nothing is being read. */
async function settled(page: Page) {
  await expect(page.locator('.spinner:visible, .skeleton:visible')).toHaveCount(0);
  await page.waitForFunction(() => {
    const seen = (image: HTMLImageElement) => {
      const { top, bottom } = image.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    };
    return [...document.images].every((image) => !seen(image) || image.complete);
  });
}

test('store', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('.card')).toHaveCount(12);
  await take(page, 'store');
});

test('product', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Teapot' }).click();
  await expect(page.getByRole('heading', { name: 'Teapot' })).toBeVisible();
  await take(page, 'product');
});

test('photos', async ({ page }) => {
  await signIn(page, person('maria'));
  await page.goto('/photos/');
  await expect(page.locator('article').first()).toBeVisible();
  await take(page, 'photos');
});

test('photo', async ({ page }) => {
  await signIn(page, person('maria'));
  await page.goto('/photos/');
  await page.locator('article', { hasText: 'Wheat' }).locator('.photo-picture').click();
  await expect(page.getByRole('region', { name: 'Comments' }).getByRole('listitem')).not.toHaveCount(0);
  await take(page, 'photo');
});

test('profile', async ({ page }) => {
  await signIn(page, person('jonas'));
  await page.goto('/profile/');
  await expect(page.locator('.tile')).toHaveCount(6);
  await take(page, 'profile');
});

test('files', async ({ page }) => {
  await signIn(page, person('maria'));
  await page.goto('/files/');
  const list = page.getByRole('region', { name: 'Your files here' });
  const files = [
    { name: 'Bay at dawn.jpg', mimeType: 'image/jpeg', buffer: await landscape(210, 3) },
    { name: 'Packing list.txt', mimeType: 'text/plain', buffer: Buffer.from('Tent, stove, second pair of socks.') },
    text('Notes on the route.txt', 'Down to the river, then left. '.repeat(400)),
  ];
  for (const file of files) {
    if (!(await list.getByText(file.name.split('.')[0]!).count())) {
      await page.locator('input[type=file]').setInputFiles(file);
      await expect(list.getByText(file.name.split('.')[0]!)).toBeVisible();
    }
  }
  await page.reload();
  await expect(list.getByRole('listitem')).toHaveCount(files.length);
  await take(page, 'files');
});

test('admin', async ({ page }) => {
  await signIn(page, admin);
  await page.goto('/admin/');
  await page.getByRole('tab', { name: 'Live' }).click();
  await expect(row(page, 'Teapot')).toBeVisible();
  await take(page, 'admin');
  await page.getByRole('button', { name: 'Edit Teapot' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await take(page, 'admin-edit');
});

test('admin, refused', async ({ page }) => {
  await signIn(page, person('maria'));
  await page.goto('/admin/');
  await expect(page.getByText('For admins only')).toBeVisible();
  await take(page, 'admin-refused');
});

test('account', async ({ page }) => {
  await signIn(page, person('maria'));
  await take(page, 'account');
});

test('sign-in', async ({ page }) => {
  await page.goto('/account/');
  await expect(page.getByLabel('User name or e-mail')).toBeVisible();
  await take(page, 'sign-in');
});

test('photos, signed out', async ({ page }) => {
  await page.goto('/photos/');
  await expect(page.getByText('Sign in first')).toBeVisible();
  await take(page, 'photos-guest');
});

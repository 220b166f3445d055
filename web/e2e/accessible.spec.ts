import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { findings } from './axe';
import { enter, expect, long, test } from './pages';
import { picture } from './pictures';
import { admin, member } from './sandbox';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, colorScheme === 'light' ? {} : long, () => {
    test.use({ colorScheme });

    test('pages of guests have no serious finding', async ({ page }) => {
      for (const path of ['/', '/product/?id=none', '/photos/', '/files/', '/admin/', '/account/', '/nowhere/']) {
        await page.goto(path);
        await settle(page);
        expect(await findings(page), path).toEqual([]);
      }
      await page.goto('/account/');
      await page.getByRole('tab', { name: 'Create Account' }).click();
      expect(await findings(page), 'sign up').toEqual([]);
      await page.getByRole('tab', { name: 'Sign In' }).click();
      await page.getByRole('button', { name: 'Forgot your password?' }).click();
      expect(await findings(page), 'forgotten password').toEqual([]);
    });

    test('pages of users have no serious finding', async ({ page }) => {
      await enter(page, await member('maria'));
      await page.goto('/photos/');
      await page.getByLabel('Picture', { exact: true }).setInputFiles(picture());
      expect(await findings(page), 'a photo to post').toEqual([]);
      const caption = `For axe ${randomUUID()}`;
      const mine = page.getByRole('article').filter({ hasText: caption });
      await page.getByLabel('Caption').fill(caption);
      await page.getByRole('button', { name: 'Post', exact: true }).click();
      await expect(page.getByText('Your photo is posted.')).toBeVisible();
      await mine.getByRole('button', { expanded: false }).click();
      await settle(page);
      expect(await findings(page), '/photos/').toEqual([]);
      await mine.getByRole('link', { name: caption }).click();
      await settle(page);
      expect(await findings(page), '/photo/').toEqual([]);
      await page.getByRole('button', { name: 'Edit caption' }).click();
      expect(await findings(page), 'caption').toEqual([]);
      await page.keyboard.press('Escape');
      for (const path of ['/', '/files/', '/profile/', '/admin/', '/account/']) {
        await page.goto(path);
        await settle(page);
        expect(await findings(page), path).toEqual([]);
      }
      await page.getByRole('button', { name: 'Set up' }).click();
      await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible();
      expect(await findings(page), 'second factor').toEqual([]);
      await page.goto('/files/');
      await page.locator('.amplify-fileuploader input[type=file]').setInputFiles(picture('axe.png'));
      await page.getByRole('button', { name: 'Preview' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await findings(page), 'preview').toEqual([]);
    });

    test('pages of admins have no serious finding', async ({ page }) => {
      await enter(page, await admin());
      await page.goto('/admin/');
      await settle(page);
      expect(await findings(page), '/admin/').toEqual([]);
      await page.getByRole('button', { name: 'New product' }).click();
      await page.getByRole('button', { name: 'Create the draft' }).click();
      expect(await findings(page), 'a new product').toEqual([]);
    });
  });
}

test('everything can be done with the keyboard: the content is skipped to, dialogs keep and give back the focus', async ({ page }) => {
  await enter(page, await admin());
  await page.goto('/admin/');
  await expect(page.getByRole('button', { name: 'New product' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'New product' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'New product' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('tab', { name: 'Drafts' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Live' })).toBeFocused();
  await expect(page.getByRole('tab', { name: 'Live' })).toHaveAttribute('aria-selected', 'true');
});

test('nothing is wider than a small phone', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await enter(page, await admin());
  for (const path of ['/', '/photos/', '/files/', '/profile/', '/admin/', '/account/', '/product/?id=none']) {
    await page.goto(path);
    await settle(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
  }
});

/** Waits until a page has read what it shows. */
async function settle(page: Page) {
  await expect(page.locator('.loading, .skeleton')).toHaveCount(0);
  await page.waitForTimeout(300);
}

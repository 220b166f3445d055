import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { title } from '../tools/title.mjs';
import { createDraft, row, sell } from './catalogue';
import { enter, expect, graphql, long, signedIn, test } from './pages';
import { picture } from './pictures';
import { admin, member } from './sandbox';

// What can be done with a mouse can be done with a keyboard, and whoever does it sees where they are.

/** What has the focus: its name, and whether that can be seen. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) {
      return { name: '', seen: true };
    }
    const rings = (one: Element | null | undefined): boolean => {
      const style = one && getComputedStyle(one);
      return !!style && ((style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none');
    };
    // A field for files is invisible; the frame around it shows the focus.
    const shows = element.matches('input[type=file]') ? element.closest('label') : element;
    const { top, bottom } = (shows ?? element).getBoundingClientRect();
    const label = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels?.[0] : null;
    const name = element.getAttribute('aria-label') ?? label?.innerText ?? element.innerText;
    return { name: name.trim().replace(/\s+/g, ' '), seen: rings(shows) && bottom > 0 && top < innerHeight };
  });

/** Tabs through a page until it starts over; answers the names of the stops. */
async function walk(page: Page): Promise<string[]> {
  const stops: string[] = [];
  for (let count = 0; count < 120; count++) {
    await page.keyboard.press('Tab');
    const { name, seen } = await focused(page);
    if (name === '' || (stops.length > 0 && name === stops[0])) {
      break;
    }
    expect(seen, `the focus at "${name}" can be seen`).toBe(true);
    stops.push(name);
  }
  return stops;
}

/** Tabs until something has the focus. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>) {
  for (let count = 0; count < 120; count++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

test('the tab key goes through a page in the order in which it is read', async ({ page }) => {
  // Again, if another test publishes something meanwhile.
  await expect(async () => {
    await page.goto('/');
    await expect(page.locator('.card').first()).toBeVisible();
    const cards = (await page.locator('.card-title').allInnerTexts()).map((name) => name.replace(/\s+/g, ' '));
    const stops = await walk(page);
    expect(stops.slice(0, 6)).toEqual(['Skip to the content', title, 'Store', 'Photos', 'Files', 'Sign in']);
    const products = stops.slice(6, 6 + cards.length);
    expect(products.filter((stop, index) => !stop.startsWith(cards[index]!))).toEqual([]);
  }).toPass({ timeout: 30_000 });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every stop of the tab key can be seen, on every page, when it is ${colorScheme}`, colorScheme === 'light' ? {} : long, async ({ page }) => {
    test.slow();
    await enter(page, await admin());
    await page.emulateMedia({ colorScheme });
    for (const path of ['/photos/', '/files/', '/profile/', '/admin/', '/account/']) {
      await page.goto(path);
      await expect(page.locator('.loading, .skeleton')).toHaveCount(0);
      const stops = await walk(page);
      expect(stops[0], path).toBe('Skip to the content');
      expect(stops.length, path).toBeGreaterThan(6);
    }
  });
}

test('somebody signs in, posts, likes, comments and deletes without a mouse', async ({ page }) => {
  const person = await member('maria');
  await page.goto('/photos/');
  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'Sign in' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByLabel('User name or e-mail'));
  await page.keyboard.type(person.name);
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await signedIn(page, person);

  await expect(page).toHaveURL('/photos/');
  await tabTo(page, page.getByLabel('Picture'));
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await choosing).setFiles(picture());
  const caption = `By keyboard ${randomUUID().slice(0, 8)}`;
  await tabTo(page, page.getByLabel('Caption'));
  await page.keyboard.type(caption);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Post', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  const mine = page.getByRole('article').filter({ hasText: caption });
  await expect(mine).toBeVisible();

  await tabTo(page, mine.getByRole('button', { name: /like this photo/ }));
  await page.keyboard.press('Space');
  await expect(mine.getByRole('button', { name: /like this photo/, pressed: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, mine.getByRole('textbox'));
  await page.keyboard.type('Said without a mouse');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(mine.getByRole('listitem').filter({ hasText: 'Said without a mouse' })).toBeVisible();
  await expect(mine.getByRole('textbox')).toBeFocused();
  await expect(mine.getByRole('textbox')).toHaveValue('');
  await mine.getByRole('button', { name: 'Edit', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(mine.getByRole('textbox', { name: 'Edit your comment' })).toBeFocused();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(', and written anew');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(mine.getByText('Said without a mouse, and written anew')).toBeVisible();
  await expect(mine.getByRole('button', { name: 'Edit', exact: true })).toBeFocused();

  const remove = mine.getByRole('button', { name: 'Delete', exact: true }).first();
  await remove.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Keep' })).toBeFocused();
  // Around and around, and never out of it.
  for (let count = 0; count < 6; count++) {
    await page.keyboard.press('Tab');
    const inside = await dialog.evaluate((element) => element.contains(document.activeElement) || document.activeElement === document.body);
    expect(inside).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(remove).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, dialog.getByRole('button', { name: 'Delete', exact: true }));
  await page.keyboard.press('Enter');
  await expect(mine).toHaveCount(0);
});

test('whoever deletes something goes on from where it was, not from the top of the page', async ({ page }) => {
  const name = `Keyboard ${randomUUID().slice(0, 8)}`;
  await enter(page, await admin());
  await page.goto('/admin/');
  await createDraft(page, name);
  await page.getByRole('button', { name: `Delete ${name}` }).focus();
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }));
  await page.keyboard.press('Enter');
  await expect(row(page, name)).toBeHidden();
  await expect(page.getByRole('main')).toBeFocused();
});

test('a link to a product works by keyboard, and so does the way back', async ({ page, another }) => {
  const boss = await another();
  const person = await admin();
  await enter(boss, person);
  const name = `Reached ${randomUUID().slice(0, 8)}`;
  const [product] = await sell(person, [name]);

  await page.goto('/');
  const link = page.getByRole('main').getByRole('link', { name });
  await link.waitFor();
  await tabTo(page, link);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'Store' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Store' })).toBeVisible();
  await graphql(boss, 'mutation($id: ID!, $version: Int!) { deleteProduct(id: $id, version: $version) { id wasLive } }', product);
});

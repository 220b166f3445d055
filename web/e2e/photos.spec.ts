import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { shown } from './catalogue';
import { enter, expect, test } from './pages';
import { picture } from './pictures';
import { member, visit } from './sandbox';

const unique = (text: string) => `${text} ${randomUUID().slice(0, 8)}`;

/** The photo with a caption on the page. */
const photo = (page: Page, caption: string) => page.getByRole('article').filter({ hasText: caption });

/** Posts a photo; the page is the feed. */
async function post(page: Page, caption: string) {
  await page.getByLabel('Picture', { exact: true }).setInputFiles(picture());
  await page.getByLabel('Caption').fill(caption);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await expect(page.getByText('Your photo is posted.')).toBeVisible();
  await shown(photo(page, caption).locator('img'));
}

test('a photo, its likes and its comments live in two browsers, until it is deleted in both', async ({ page, another }) => {
  const [maria, jonas] = [await member('maria'), await member('jonas')];
  const other = await another();
  await enter(page, maria);
  await enter(other, jonas);
  await Promise.all([page.goto('/photos/'), other.goto('/photos/')]);
  await expect(other.getByRole('heading', { name: 'Post a photo' })).toBeVisible();
  await other.waitForTimeout(1_500); // Subscriptions start after the page is there.

  const caption = unique('Harbour at dawn');
  await post(page, caption);
  await expect(photo(other, caption)).toBeVisible();
  await expect(photo(other, caption).getByRole('link', { name: maria.name })).toBeVisible();
  await shown(photo(other, caption).locator('img'));

  // Likes count once a person, and both see the same number.
  const like = (tab: Page) => photo(tab, caption).getByRole('button', { name: /like this photo/ });
  await expect(like(page)).toContainText('0');
  await like(other).click();
  await expect(like(other)).toHaveAttribute('aria-pressed', 'true');
  await expect(like(page)).toContainText('1');
  await expect(like(page)).toHaveAttribute('aria-pressed', 'false');
  await like(page).click();
  await expect(like(other)).toContainText('2');
  await like(page).click();
  await expect(like(other)).toContainText('1');

  // Comments: written, changed and deleted by their author, seen by the other.
  const thread = (tab: Page) => photo(tab, caption).getByRole('region', { name: 'Comments' });
  for (const tab of [page, other]) {
    await photo(tab, caption).getByRole('button', { expanded: false }).click();
    await expect(thread(tab).getByText('No comments yet.')).toBeVisible();
  }
  await page.waitForTimeout(1_000);
  await thread(other).getByLabel('Write a comment').fill('Which lens is that?');
  await thread(other).getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(thread(page).getByText('Which lens is that?')).toBeVisible();
  await expect(thread(page).getByRole('link', { name: jonas.name })).toBeVisible();
  await expect(thread(page).getByRole('button', { name: 'Edit' })).toHaveCount(0);
  await expect(photo(page, caption).getByRole('button', { expanded: true })).toContainText('1');
  await thread(other).getByRole('button', { name: 'Edit' }).click();
  await thread(other).getByLabel('Edit your comment').fill('Which lens was that?');
  await thread(other).getByRole('button', { name: 'Save' }).click();
  await expect(thread(page).getByText('Which lens was that?')).toBeVisible();
  await expect(thread(page).getByText(', edited')).toBeVisible();
  await thread(other).getByRole('button', { name: 'Delete' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(thread(page).getByText('Which lens was that?')).toHaveCount(0);
  await expect(thread(other).getByText('No comments yet.')).toBeVisible();

  // The caption changes for both; only its owner may.
  const menu = (tab: Page, name: string) => photo(tab, caption).getByRole('button', { name, exact: true });
  await expect(menu(other, 'Edit caption')).toHaveCount(0);
  await expect(menu(other, 'Delete')).toHaveCount(0);
  // What the browser chose, and the JPEG, which it did not ask for and no cache has.
  const image = photo(page, caption).locator('img');
  const [chosen, source] = await image.evaluate((one: HTMLImageElement) => [one.currentSrc, one.src]);
  expect((await visit(chosen ?? '')).status).toBe(200);
  expect(source).not.toBe(chosen);
  await menu(page, 'Edit caption').click();
  await page.getByRole('dialog').getByLabel('Caption').fill(`${caption}, again`);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(photo(other, `${caption}, again`)).toBeVisible();

  // Deleted: the rows and the files.
  await menu(page, 'Delete').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(photo(page, caption)).toHaveCount(0);
  await expect(photo(other, caption)).toHaveCount(0);
  await expect.poll(async () => (await visit(source ?? '')).status).toBe(403);
});

test('the link to a photo opens its page, for whoever signs in', async ({ page, another, context }) => {
  const [maria, jonas] = [await member('maria'), await member('jonas')];
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await enter(page, maria);
  await page.goto('/photos/');
  const caption = unique('By link');
  await post(page, caption);
  await photo(page, caption).getByRole('button', { name: 'Copy link' }).click();
  await expect(photo(page, caption).getByRole('button', { name: 'Copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());

  const other = await another();
  await other.goto(link);
  await other.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await other.getByLabel('User name or e-mail').fill(jonas.name);
  await other.getByLabel('Password', { exact: true }).fill(jonas.password);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(other).toHaveURL(link);
  await expect(photo(other, caption)).toBeVisible();
  await expect(other.getByRole('region', { name: 'Comments' })).toBeVisible();

  await photo(page, caption).getByRole('link', { name: caption }).click();
  await photo(page, caption).getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No such photo' })).toBeVisible();
  await expect(other.getByRole('heading', { name: 'No such photo' })).toBeVisible();
});

test('a profile counts photos and likes, shows them as a grid, and is linked from the name', async ({ page, another }) => {
  const [maria, jonas] = [await member('maria'), await member('jonas')];
  await enter(page, maria);
  await page.goto('/photos/');
  const [first, second] = [unique('One'), unique('Two')];
  await post(page, first);
  await post(page, second);

  const other = await another();
  await enter(other, jonas);
  await other.goto('/photos/');
  await photo(other, first).getByRole('button', { name: /like this photo/ }).click();
  await photo(other, first).getByRole('link', { name: maria.name }).click();
  await expect(other.getByRole('heading', { name: maria.name })).toBeVisible();
  await expect(other.getByText('2 photos · 1 like')).toBeVisible();
  await expect(other.getByRole('main').getByRole('listitem')).toHaveCount(2);

  // The counts follow while the profile is open.
  await other.waitForTimeout(1_000);
  await photo(page, second).getByRole('button', { name: /like this photo/ }).click();
  await expect(other.getByText('2 photos · 2 likes')).toBeVisible();
  await photo(page, second).getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(other.getByText('1 photo · 1 like')).toBeVisible();

  await other.goto('/profile/');
  await expect(other.getByRole('heading', { name: jonas.name })).toBeVisible();
  await expect(other.getByText('Post your first photo')).toBeVisible();
});

test('a caption is counted as it is written, and ends at 2,200 characters', async ({ page }) => {
  await enter(page, await member('maria'));
  await page.goto('/photos/');
  await page.getByLabel('Picture', { exact: true }).setInputFiles(picture());
  await page.getByLabel('Caption').fill('x'.repeat(2_199));
  await expect(page.getByText('2,199 of 2,200 characters')).toBeVisible();
  await page.getByLabel('Caption').pressSequentially('yz');
  await expect(page.getByText('2,200 of 2,200 characters')).toBeVisible();
});

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import type { Manifest } from '../lib/archive';
import { asPerson, uploaded } from './client';
import { enter, expect, test } from './pages';
import { fromPhone } from './pictures';
import { member, type Person } from './sandbox';
import { outputsFile } from './where';

const panel = (page: Page) => page.getByRole('region', { name: 'Download all of mine' });
const download = (page: Page) => panel(page).getByRole('button', { name: 'Download' }).click();
const outputs = JSON.parse(await readFile(outputsFile, 'utf8'));

/** What stands in an archive: its files, and its manifest. */
function read(bytes: Uint8Array): { entries: Record<string, Uint8Array>; manifest: Manifest } {
  const entries = unzipSync(bytes);
  return { entries, manifest: JSON.parse(strFromU8(entries['manifest.json'] ?? new Uint8Array())) };
}

const rows = (entries: Record<string, Uint8Array>, name: string) => JSON.parse(strFromU8(entries[`rows/${name}.json`]!));

/** Puts files and a photo there as a person; answers what was put, by key, with a photo's original. */
async function put(person: Person) {
  const texts: Record<string, string> = {};
  const photo = (await fromPhone()).buffer;
  let id = '';
  await asPerson(person, outputs, async (storage, ask) => {
    for (const [area, name] of [['private', 'notes, 写真.txt'], ['private', '.thumbnails/a.txt'], ['protected', 'plan?.txt'], ['private', 'a:b/c.txt']]) {
      const data = `${person.name} ${name}`;
      const { path } = await storage.uploadData({ path: ({ identityId }) => `${area}/${identityId}/${name}`, data }).result;
      texts[path] = data;
    }
    const input = { imgKey: await uploaded(photo), caption: 'Of mine' };
    id = (await ask('mutation ($input: PhotoInput!) { createPhoto(input: $input) { id } }', { input })).id;
    await ask('mutation ($id: ID!) { addComment(photoId: $id, text: "Mine") { id photoId } }', { id });
    await ask('mutation ($id: ID!) { likePhoto(id: $id) { id } }', { id });
  });
  return { texts, photo, id };
}

/** Has the browser save to a file of the page's own, as one that asks where to save does. */
async function withPicker(page: Page) {
  await page.addInitScript(() => {
    const pick = async () => (await navigator.storage.getDirectory()).getFileHandle('mine.zip', { create: true });
    Object.assign(window, { showSaveFilePicker: pick });
  });
}

const picked = async (page: Page) =>
  Buffer.from(
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const bytes = new Uint8Array(await (await (await root.getFileHandle('mine.zip')).getFile()).arrayBuffer());
      return [...bytes];
    }),
  );

test('all of mine is one archive, of what I put there and of nothing of others', async ({ page }) => {
  const [maria, jonas] = [await member('maria'), await member('jonas')];
  const others = await put(jonas);
  const { texts, photo, id } = await put(maria);
  await asPerson(jonas, outputs, async (_, ask) => {
    await ask('mutation ($id: ID!) { addComment(photoId: $id, text: "Of another") { id photoId } }', { id });
  });
  // A browser that cannot ask where to save.
  await page.addInitScript(() => void Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await enter(page, maria);
  await page.goto('/account/');
  await expect(panel(page)).toContainText('gathers the archive');
  const saving = page.waitForEvent('download');
  await download(page);
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe(`${maria.name}.zip`);
  await expect(panel(page).getByText('Your archive is made.')).toBeVisible();

  const { entries, manifest } = read(await readFile(await saved.path()));
  const byKey = Object.fromEntries(manifest.files.map(({ key, name, bytes }) => [key, { name, bytes }]));
  for (const [key, text] of Object.entries(texts)) {
    expect(strFromU8(entries[byKey[key]!.name]!), key).toBe(text);
  }
  const [sub = ''] = id.split('.');
  const original = Object.keys(byKey).find((key) => key.startsWith(`originals/${sub}/`));
  expect(Buffer.from(entries[byKey[original!]!.name]!).equals(photo)).toBe(true);
  const [posted] = rows(entries, 'photos');
  expect(posted).toMatchObject({ id, caption: 'Of mine', likeCount: 1, commentCount: 2 });
  for (const { key } of posted.picture.renditions) {
    expect(entries[byKey[key]!.name]).toHaveLength(byKey[key]!.bytes);
  }
  expect(rows(entries, 'profile')).toMatchObject([{ owner: sub, name: maria.name }]);
  expect(rows(entries, 'comments')).toMatchObject([{ text: 'Mine', owner: sub }]);
  expect(rows(entries, 'likes')).toEqual([{ photoId: id, owner: sub }]);

  // All of it, named so that every system opens it, and nothing besides.
  expect(Object.keys(entries).sort()).toEqual(
    [...Object.keys(manifest.rows).map((name) => `rows/${name}.json`), ...manifest.files.map(({ name }) => name), 'manifest.json'].sort(),
  );
  expect(Object.keys(byKey)).toHaveLength(Object.keys(texts).length + posted.picture.renditions.length + 1);
  expect(Object.keys(entries).filter((name) => /[:?]/.test(name))).toEqual([]);
  expect(Object.keys(byKey).filter((key) => key in others.texts)).toEqual([]);
  // What the API gives nobody is said.
  expect(manifest.missing.map(({ what }) => what)).toEqual(['comments', 'likes', 'days', 'identities'].map((name) => `rows/${name}.json`));
  expect(manifest).toMatchObject({ sub, username: maria.name, email: maria.email, notSearched: ['uploads/{user}/'] });
});

test('the archive is written as it comes where the browser can, names what could not be had, and can be cancelled', async ({ page }) => {
  const maria = await member('maria');
  const { texts } = await put(maria);
  await withPicker(page);
  await enter(page, maria);
  await page.goto('/account/');
  await expect(panel(page)).not.toContainText('gathers the archive');
  // Of several files one does not come.
  const plan = /\/protected\/.*plan/;
  await page.route(plan, (route) => route.abort());
  await download(page);
  const said = panel(page).getByRole('alert');
  await expect(said).toContainText('not all could be had');
  const key = Object.keys(texts).find((key) => plan.test(`/${key}`))!;
  await expect(said.getByRole('listitem')).toHaveText(`${key}: The backend cannot be reached. Check your connection and try again.`);
  const { manifest } = read(await picked(page));
  expect(manifest.missing.at(-1)).toEqual({ what: key, why: expect.stringContaining('cannot be reached') });
  expect(manifest.files.map(({ key }) => key).sort()).toEqual(expect.arrayContaining(Object.keys(texts).filter((other) => other !== key)));

  // What was saved before stays when the next one is cancelled.
  await page.unroute(plan);
  await page.route(plan, () => {});
  const before = await picked(page);
  await download(page);
  await expect(panel(page).getByText('Making the archive')).toBeVisible();
  await panel(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(panel(page).getByText('Cancelled: nothing was saved.')).toBeVisible();
  expect((await picked(page)).equals(before)).toBe(true);

  await page.unroute(plan, undefined);
  await download(page);
  await expect(panel(page).getByText('Your archive is made.')).toBeVisible();
  expect(read(await picked(page)).manifest.files.map(({ key }) => key)).toContain(key);
});

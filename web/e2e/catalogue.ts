import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { asPerson, uploaded } from './client';
import { expect } from './pages';
import { picture } from './pictures';
import type { Person } from './sandbox';
import { outputsFile } from './where';

// What an admin does on the admin page, in the words of the tests.

/** The row of a product in the list that is shown. */
export const row = (page: Page, name: string) => page.getByRole('tabpanel').getByRole('listitem').filter({ hasText: name });

/** Creates a draft with a picture. The page is the admin page. */
export async function createDraft(page: Page, name: string, price = '19.99', hue = 200) {
  await page.getByRole('button', { name: 'New product' }).click();
  const dialog = page.getByRole('dialog', { name: 'New product' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Price').fill(price);
  await dialog.getByLabel('Description').fill(`All about ${name}.`);
  await dialog.getByLabel('Picture').setInputFiles(picture('thing.png', hue));
  await expect(dialog.locator('.picker-preview')).toBeVisible();
  await dialog.getByRole('button', { name: 'Create the draft' }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, name)).toBeVisible();
}

/** Publishes a draft; afterwards it is on the other shelf. */
export async function publish(page: Page, name: string) {
  await page.getByRole('tab', { name: 'Drafts' }).click();
  await page.getByRole('button', { name: `Publish ${name}` }).click();
  await expect(row(page, name)).toBeHidden();
  await page.getByRole('tab', { name: 'Live' }).click();
  await expect(row(page, name)).toContainText('Live');
}

/** Takes a live product off the store. */
export async function unpublish(page: Page, name: string) {
  await page.getByRole('tab', { name: 'Live' }).click();
  await page.getByRole('button', { name: `Unpublish ${name}` }).click();
  await expect(row(page, name)).toBeHidden();
}

/** Deletes a product of the list that is shown. */
export async function remove(page: Page, name: string) {
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(page, name)).toBeHidden();
}

/** Whether the picture inside something arrived and can be shown. */
export async function shown(picture: ReturnType<Page['locator']>) {
  await expect(async () => {
    expect(await picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(0);
  }).toPass();
}

/** Puts products on the store, one after another, without a page. */
export async function sell(person: Person, names: string[]): Promise<{ id: string; version: number }[]> {
  const made: { id: string; version: number }[] = [];
  await asPerson(person, JSON.parse(await readFile(outputsFile, 'utf8')), async (_, ask) => {
    for (const name of names) {
      const input = { name, price: 100, currency: 'EUR', imgKey: await uploaded(picture().buffer) };
      const draft = await ask('mutation($input: ProductInput!) { createProduct(input: $input) { id version } }', { input });
      made.push(await ask('mutation($id: ID!, $version: Int!) { publishProduct(id: $id, version: $version) { id version } }', draft));
    }
  });
  return made;
}

import { randomUUID } from 'node:crypto';
import type { Page, Request } from '@playwright/test';
import { createDraft, publish, remove, row, shown } from './catalogue';
import { enter, expect, test } from './pages';
import { picture, text } from './pictures';
import { admin, member } from './sandbox';

const unique = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;

/** Writes down what a page does to objects of the bucket, as METHOD key. */
function objects(page: Page): string[] {
  const calls: string[] = [];
  page.on('request', (request: Request) => {
    const url = new URL(request.url());
    if (url.hostname.includes('.s3.') && ['PUT', 'POST', 'DELETE'].includes(request.method())) {
      calls.push(`${request.method()} ${url.pathname.slice(1)}`);
    }
  });
  return calls;
}

test('an admin writes a product, changes it, replaces its picture, publishes it, changes it again and deletes it', async ({
  page,
}) => {
  const name = unique('Mug');
  await enter(page, await admin());
  await page.goto('/admin/');
  await createDraft(page, name, '12');
  await shown(row(page, name).locator('img'));
  await expect(row(page, name)).toContainText('€12.00');

  const renamed = `${name} with a handle`;
  const calls = objects(page);
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(renamed);
  await dialog.getByLabel('Price').fill('1500');
  await dialog.getByLabel('Currency').selectOption('JPY');
  await dialog.getByLabel('Replace the picture').setInputFiles(picture('other.png', 20));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, renamed)).toContainText('¥1,500');
  // The picture was sent; everything else that happened to objects the backend did.
  expect(calls).toEqual([expect.stringMatching(/^PUT uploads\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/)]);

  await publish(page, renamed);
  await shown(row(page, renamed).locator('img'));
  await page.getByRole('button', { name: `Edit ${renamed}` }).click();
  await dialog.getByLabel('Price').fill('1600');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, renamed)).toContainText('¥1,600');
  await remove(page, renamed);
  expect(calls).toHaveLength(1);
});

test('a product without a name, with a price that is none, or with a file that is no picture is not sent', async ({ page }) => {
  await enter(page, await admin());
  await page.goto('/admin/');
  await page.getByRole('button', { name: 'New product' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Price').fill('1.999');
  await dialog.getByLabel('Picture').setInputFiles(text('notes.txt', 'x'));
  await expect(dialog.getByText('Not a picture, whatever its name says: want a JPEG, PNG, WebP or GIF.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Create the draft' }).click();
  await expect(dialog.getByText('A product needs a name.')).toBeVisible();
  await expect(dialog.getByText('EUR has 2 digits after the point.')).toBeVisible();
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('a draft without a picture says what it lacks', async ({ page }) => {
  const name = unique('Bare');
  await enter(page, await admin());
  await page.goto('/admin/');
  await page.getByRole('button', { name: 'New product' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Price').fill('1');
  await dialog.getByRole('button', { name: 'Create the draft' }).click();
  await expect(row(page, name)).toContainText('Add a picture to publish');
  await expect(page.getByRole('button', { name: `Publish ${name}` })).toHaveCount(0);
  await remove(page, name);
});

test('whoever saves second is told what changed, and may write over it', async ({ page, another }) => {
  const name = unique('Vase');
  const person = await admin();
  const second = await another();
  await enter(page, person);
  await page.goto('/admin/');
  await createDraft(page, name, '10');
  await enter(second, person);
  await second.goto('/admin/');

  for (const [tab, price] of [[page, '11'], [second, '12']] as const) {
    await tab.getByRole('button', { name: `Edit ${name}` }).click();
    await tab.getByRole('dialog').getByLabel('Price').fill(price);
  }
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(row(page, name)).toContainText('€11.00');
  const late = second.getByRole('dialog');
  await late.getByRole('button', { name: 'Save' }).click();
  await expect(late.getByRole('alert')).toContainText('Somebody else changed this first');
  await expect(late.getByRole('alert')).toContainText(/Error \w{8}/); // of the answer's header, which AppSync lets pages read
  await expect(late.getByText(`As it is now: ${name}, €11.00`)).toBeVisible();
  await late.getByRole('button', { name: 'Save' }).click();
  await expect(late).toBeHidden();
  await expect(row(second, name)).toContainText('€12.00');

  // The first page still has its own version: publishing that is refused, and then shows the newest.
  await page.getByRole('button', { name: `Publish ${name}` }).click();
  await expect(row(page, name).getByRole('alert')).toContainText('Somebody else changed this first');
  await expect(row(page, name)).toContainText('€12.00');
  await page.getByRole('button', { name: `Publish ${name}` }).click();
  await expect(row(page, name)).toBeHidden();
  await page.getByRole('tab', { name: 'Live' }).click();
  await remove(page, name);
});

test('a picture whose product was refused is not sent again, and the page says why in the words of the API', async ({ page }) => {
  await enter(page, await admin());
  await page.goto('/admin/');
  const calls = objects(page);
  const words = 'you have sent 200 pictures today: send more tomorrow';
  let refusing = true;
  await page.route('**/graphql', (route) =>
    refusing && route.request().postData()?.includes('CreateProduct')
      ? route.fulfill({
          headers: { 'access-control-allow-origin': '*' },
          json: { data: null, errors: [{ errorType: 'LimitExceeded', message: words }] },
        })
      : route.continue(),
  );
  await page.getByRole('button', { name: 'New product' }).click();
  const dialog = page.getByRole('dialog');
  const name = unique('Refused');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Price').fill('1');
  await dialog.getByLabel('Picture').setInputFiles(picture());
  await dialog.getByRole('button', { name: 'Create the draft' }).click();
  await expect(dialog.getByRole('alert')).toContainText('You have sent 200 pictures today: send more tomorrow.');
  refusing = false;
  await dialog.getByRole('button', { name: 'Create the draft' }).click();
  await shown(row(page, name).locator('img'));
  expect(calls).toEqual([expect.stringMatching(/^PUT uploads\//)]);
  await remove(page, name);
});

test('others see why the page is not for them, and what makes an admin', async ({ page }) => {
  const person = await member('maria');
  await page.goto('/admin/');
  await expect(page.getByRole('heading', { name: 'Sign in first' })).toBeVisible();
  await enter(page, person);
  await page.goto('/');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Admin' })).toHaveCount(0);
  await page.goto('/admin/');
  await expect(page.getByRole('heading', { name: 'For admins only' })).toBeVisible();
  await expect(page.getByText(`make admin USER=${person.name} ENV=dev`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'New product' })).toHaveCount(0);
});

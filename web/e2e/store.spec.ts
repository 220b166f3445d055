import { randomUUID } from 'node:crypto';
import { createDraft, publish, remove, sell, shown, unpublish } from './catalogue';
import { enter, expect, graphql, long, test } from './pages';
import { admin, member } from './sandbox';

const unique = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;

test('guests and users see a product that is published while they look, with its picture and price, and see it go', async ({
  page,
  another,
}) => {
  const name = unique('Lamp');
  const [guest, user] = [await another(), await another()];
  await enter(page, await admin());
  await enter(user, await member('maria'));
  await Promise.all([guest.goto('/'), user.goto('/'), page.goto('/admin/')]);
  await createDraft(page, name, '1234.50');
  for (const shop of [guest, user]) {
    await expect(shop.getByRole('heading', { name: 'Store' })).toBeVisible();
    await expect(shop.getByRole('link', { name })).toHaveCount(0);
  }

  await publish(page, name);
  for (const shop of [guest, user]) {
    const card = shop.getByRole('link', { name });
    await expect(card).toContainText('€1,234.50');
    await shown(card.locator('img'));
    await expect(card.locator('img')).toHaveAttribute('src', /^https:\/\/\w+\.cloudfront\.net\/products\/[0-9a-f]{32}\/64\.jpg$/);
  }

  // Read, too, and not only heard of.
  for (const shop of [guest, user]) {
    await shop.reload();
    await expect(shop.getByRole('link', { name })).toBeVisible();
  }
  await guest.getByRole('link', { name }).click();
  await expect(guest).toHaveURL(/\/product\/\?id=[0-9a-f-]{36}$/);
  await expect(guest.getByRole('heading', { name })).toBeVisible();
  await expect(guest.getByText(`All about ${name}.`)).toBeVisible();
  await shown(guest.locator('article img'));

  await unpublish(page, name);
  await expect(user.getByRole('link', { name })).toHaveCount(0);
  await expect(guest.getByRole('heading', { name: 'Not in the store' })).toBeVisible();
  await page.getByRole('tab', { name: 'Drafts' }).click();
  await remove(page, name);
});

test('a store that was offline catches up', async ({ page, another }) => {
  const name = unique('Kettle');
  const guest = await another();
  await enter(page, await admin());
  await page.goto('/admin/');
  await createDraft(page, name);
  await guest.goto('/');
  await expect(guest.locator('.card').first()).toBeVisible();
  await guest.waitForTimeout(1_500);
  await guest.context().setOffline(true);
  await publish(page, name);
  await expect(guest.getByRole('link', { name })).toHaveCount(0);
  await guest.context().setOffline(false);
  await expect(guest.getByRole('link', { name })).toBeVisible({ timeout: 30_000 });
  await remove(page, name);
  await expect(guest.getByRole('link', { name })).toHaveCount(0);
});

test('a product that is not there says so, and leads back', async ({ page }) => {
  await page.goto(`/product/?id=${randomUUID()}`);
  await expect(page.getByRole('heading', { name: 'Not in the store' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'To the store' }).click();
  await expect(page).toHaveURL('/');
});

test('the address of a product works without the slash, as people type it', async ({ page }) => {
  await page.goto(`/product?id=${randomUUID()}`);
  await expect(page.getByRole('heading', { name: 'Not in the store' })).toBeVisible();
});

test('more products are a page away, and none is shown twice', long, async ({ page }) => {
  const person = await admin();
  await enter(page, person);
  const all = Array.from({ length: 26 }, (_, index) => unique(`Many ${String(index).padStart(2, '0')}`));
  const made = await sell(person, all);
  await page.goto('/');
  const last = page.getByRole('link', { name: all[0]! });
  await expect(page.getByRole('link', { name: all.at(-1)! })).toBeVisible();
  await expect(last).toHaveCount(0);
  for (let pages = 0; pages < 20 && (await last.count()) === 0; pages++) {
    await page.getByRole('button', { name: 'More products' }).click();
    await expect(page.getByRole('button', { name: 'Loading…' })).toHaveCount(0);
  }
  for (const name of all) {
    await expect(page.getByRole('link', { name })).toHaveCount(1);
  }
  for (const { id, version } of made) {
    await graphql(page, 'mutation($id: ID!, $version: Int!) { deleteProduct(id: $id, version: $version) { id wasLive } }', { id, version });
  }
});

test('a store whose backend fails says so, and tries again when asked', async ({ page }) => {
  let failing = true;
  await page.route('**/graphql', (route) =>
    failing && route.request().method() === 'POST'
      ? route.fulfill({
          status: 200,
          headers: { 'access-control-allow-origin': '*' },
          json: { data: null, errors: [{ errorType: 'DynamoDB:Fault', message: 'arn:aws:dynamodb' }] },
        })
      : route.continue(),
  );
  await page.goto('/');
  await expect(page.getByRole('alert').filter({ hasText: 'Something went wrong' })).toBeVisible();
  await expect(page.getByText('arn:aws')).toHaveCount(0);
  failing = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Something went wrong')).toHaveCount(0);
});

test('pages without a deployment beside them say what is missing', async ({ page }) => {
  await page.route('**/amplify_outputs.json', (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'No backend yet' })).toBeVisible();
  await expect(page.getByText('make deploy ENV=dev')).toBeVisible();
});

import { expect, test } from '../pages';
import { base } from '../where';

test('the pages are there, with and without a slash, and call their backend', async ({ page }) => {
  for (const [path, title] of [
    ['/', 'Store'],
    ['/photos/', 'Photos'],
    ['/photos', 'Photos'],
    ['/photos?from=a-link', 'Photos'],
  ] as const) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(200);
    await expect(page).toHaveTitle(new RegExp(`^${title} · `));
  }
  await page.goto('/');
  // What a guest hears of the API: that there is nothing yet.
  await expect(page.getByRole('main')).toContainText(/nothing|no products/i);
});

test('what is not there is the page that says so', async ({ page }) => {
  for (const path of ['/nothing/', '/nothing', '/photos/none.png']) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { name: 'Not here' })).toBeVisible();
  }
});

test('scripts of the pages may ask the bucket of files, those of other sites may not', async ({ page, browser }) => {
  await page.goto('/');
  const { storage } = await page.evaluate(async () => (await fetch('/amplify_outputs.json')).json());
  const file = `https://${storage.bucket_name}.s3.${storage.aws_region}.amazonaws.com/none`;
  const ask = (url: string) => fetch(url).then((response) => response.status, () => 'kept from reading');
  expect(await page.evaluate(ask, file)).toBe(403);
  const other = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  await other.route('https://other.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>other</p>' }));
  await other.goto('https://other.example/');
  expect(await other.evaluate(ask, file)).toBe('kept from reading');
});

test('no other site shows the pages in a frame, and a control that can be shown', async ({ browser }) => {
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  const frame = (url: string) => page.route('https://other.example/', (route) => route.fulfill({ contentType: 'text/html', body: `<iframe src="${url}"></iframe>` }));
  await page.route('https://third.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>third</p>' }));
  for (const [url, shown] of [
    ['https://third.example/', true],
    [`${base}/`, false],
  ] as const) {
    await page.unroute('https://other.example/');
    await frame(url);
    await page.goto('https://other.example/', { waitUntil: 'load' });
    const inner = page.frames().find((one) => one.parentFrame() !== null);
    expect(inner?.url() === url, `${url} in a frame`).toBe(shown);
  }
});

test('what is named by its content is kept for ever, and a page is asked for again', async ({ page }) => {
  const kept = new Map<string, string>();
  page.on('response', (response) => kept.set(response.url(), response.headers()['cache-control'] ?? ''));
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  const scripts = [...kept].filter(([url]) => url.startsWith(`${base}/_next/static/`));
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter(([, life]) => !life.includes('immutable'))).toEqual([]);
  expect(kept.get(`${base}/`)).toBe('no-cache');
});

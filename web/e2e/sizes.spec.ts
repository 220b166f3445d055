import type { Browser, BrowserContext, Page, Request } from '@playwright/test';
import { people } from '../seed/people.mjs';
import { enter, expect, long, test } from './pages';
import { base } from './where';

// What a browser loads of the pictures on a page.

/** How wide each picture is on a page, and how wide the page told the browser that it would be. */
async function widths(page: Page) {
  await page.locator('.picture img').first().waitFor();
  // Each time anew: a picture that comes meanwhile would wait until somebody is near it.
  await page.waitForFunction(() => {
    const images = [...document.querySelectorAll<HTMLImageElement>('.picture img')];
    images.forEach((image) => image.setAttribute('loading', 'eager'));
    return images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0);
  });
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLImageElement>('.picture img')].map((image) => {
      const ratio = Number(image.getAttribute('width')) / Number(image.getAttribute('height'));
      const { width, height } = image.getBoundingClientRect();
      const wide = getComputedStyle(image).objectFit === 'cover' ? Math.max(width, height * ratio) : Math.min(width, height * ratio);
      const files = image.srcset.split(', ').map((one) => Number(/ (\d+)w$/.exec(one)?.[1]));
      // Of a picture that is chosen by widths, naturalWidth is what sizes says.
      return { name: image.alt, wide, said: image.naturalWidth, most: files.at(-1) ?? 0, width };
    }),
  );
}

/** A browser with another screen. */
const screen = (browser: Browser, width: number, height: number, deviceScaleFactor: number): Promise<BrowserContext> =>
  browser.newContext({ baseURL: base, viewport: { width, height }, deviceScaleFactor });

for (const [width, height, density] of [[390, 844, 3], [820, 1180, 2], [1440, 900, 1]] as const) {
  test(`pages at ${width} say how wide their pictures are, and load no more of them than that`, width === 390 ? {} : long, async ({ browser }) => {
    const context = await screen(browser, width, height, density);
    const page = await context.newPage();
    const maria = people.find(({ name }: { name: string }) => name === 'maria')!;
    await enter(page, maria);
    await page.goto('/photos/');
    const one = await page.locator('.photo-picture').first().getAttribute('href');
    await page.goto('/');
    const product = await page.getByRole('link', { name: 'Teapot' }).getAttribute('href');
    for (const path of ['/', product ?? '', '/photos/', one ?? '', '/profile/']) {
      await page.goto(path);
      for (const { name, wide, said } of await widths(page)) {
        // A tall one that the screen has no room for is smaller than it could be.
        expect(said / wide, `${path} ${name}: ${said} for ${wide}`).toBeGreaterThan(0.93);
        expect(said / wide, `${path} ${name}: ${said} for ${wide}`).toBeLessThan(1.5);
      }
    }
    await context.close();
  });
}

test('the first picture of a page is loaded at once and the others when they are near; none is an original', async ({ page }) => {
  const maria = people.find(({ name }: { name: string }) => name === 'maria')!;
  await enter(page, maria);
  const session = await page.context().newCDPSession(page);
  const asked: Request[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'image' && request.url().startsWith('https:')) {
      asked.push(request);
    }
  });
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/', '/photos/', '/profile/']) {
    await page.goto(path);
    const images = page.locator('.picture img');
    await images.first().waitFor();
    const loading = await images.evaluateAll((all) => all.map((image) => image.getAttribute('loading')));
    expect(loading).toEqual(['eager', ...loading.slice(1).map(() => 'lazy')]);
    await session.send('Network.clearBrowserCache');
    asked.length = 0;
    await page.reload();
    await widths(page);
    await page.waitForLoadState('networkidle');
    const sizes = await Promise.all(asked.map((request) => request.sizes()));
    const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
    console.log(`${path} at 390: ${asked.length} pictures, ${bytes} bytes`);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.map((request) => request.url()).filter((url) => !/^https:\/\/\w+\.cloudfront\.net\/(photos|products)\/[0-9a-f]{32}\/\d+\.webp$/.test(url))).toEqual([]);
    expect(bytes).toBeLessThan(400_000);
  }
});

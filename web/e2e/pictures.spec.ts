import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { createDraft, remove, row, shown } from './catalogue';
import { enter, expect, graphql, test } from './pages';
import { fromPhone, inside, text, type Upload } from './pictures';
import { admin, member, visit } from './sandbox';

// What becomes of a picture that somebody sends.

type Rendition = { width: number; format: 'AVIF' | 'WEBP' | 'JPEG'; key: string; url: string };
type Photo = { id: string; picture: { width: number; height: number; renditions: Rendition[] } };

const unique = (text: string) => `${text} ${randomUUID().slice(0, 8)}`;
const photo = (page: Page, caption: string) => page.getByRole('article').filter({ hasText: caption });
const field = (page: Page) => page.getByLabel('Picture', { exact: true });

/** Posts a photo on the feed, and answers what the API says of it. */
async function post(page: Page, file: Upload, caption: string): Promise<Photo> {
  await field(page).setInputFiles(file);
  await page.getByLabel('Caption').fill(caption);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await expect(page.getByText('Your photo is posted.')).toBeVisible({ timeout: 60_000 });
  const query = 'query { listPhotos(limit: 20) { items { id caption picture { width height renditions { width format key url } } } } }';
  const { items } = (await graphql(page, query)).data.listPhotos;
  return items.find((one: { caption: string }) => one.caption === caption);
}

/** What a page puts into the bucket, as METHOD folder. */
function sent(page: Page): string[] {
  const calls: string[] = [];
  page.on('request', (request) => {
    const { hostname, pathname } = new URL(request.url());
    if (hostname.includes('.s3.') && ['PUT', 'POST', 'HEAD', 'DELETE'].includes(request.method())) {
      calls.push(`${request.method()} ${pathname.split('/')[1]}`);
    }
  });
  return calls;
}

type Colour = { r: number; g: number; b: number };

/** CIE 1976 L*a*b* of a colour of sRGB, by https://www.w3.org/TR/css-color-4/#color-conversion-code. */
function lab({ r, g, b }: Colour): number[] {
  const [lr = 0, lg = 0, lb = 0] = [r, g, b].map((part) => (part / 255 > 0.04045 ? ((part / 255 + 0.055) / 1.055) ** 2.4 : part / 255 / 12.92));
  const x = (0.4124 * lr + 0.3576 * lg + 0.1805 * lb) / 0.9505;
  const y = 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
  const z = (0.0193 * lr + 0.1192 * lg + 0.9505 * lb) / 1.089;
  const [fx = 0, fy = 0, fz = 0] = [x, y, z].map((part) => (part > 216 / 24389 ? Math.cbrt(part) : ((24389 / 27) * part + 16) / 116));
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const difference = (one: Colour, other: Colour) => Math.hypot(...lab(one).map((part, at) => part - lab(other)[at]!));

/** The mean colour of a part of a picture, as shares of its height. */
async function mean(bytes: Buffer, from: number, to: number): Promise<Colour> {
  const { width, height } = await sharp(bytes).metadata();
  const rows = { left: 0, width, top: Math.round(from * height), height: Math.max(1, Math.round((to - from) * height)) };
  const [r, g, b] = (await sharp(await sharp(bytes).extract(rows).png().toBuffer()).stats()).channels;
  return { r: r!.mean, g: g!.mean, b: b!.mean };
}

test('a photo of 12 MB from a phone becomes pictures that say nothing of it, upright, in its colours, in all sizes, from a cache', async ({ page }) => {
  test.setTimeout(180_000);
  const taken = await fromPhone(4000, 3000, true);
  expect(taken.buffer.length).toBeGreaterThan(9_000_000);
  // The control: the place, the turn and the colours are in what is chosen.
  const before = await sharp(taken.buffer).metadata();
  expect([before.orientation, before.width, before.height]).toEqual([6, 4000, 3000]);
  expect(before.exif?.includes('A phone')).toBe(true);
  expect(before.icc?.length).toBeGreaterThan(400);

  await enter(page, await member('maria'));
  await page.goto('/photos/');
  const calls = sent(page);
  const said: string[] = [];
  await page.exposeFunction('said', (words: string) => said.push(words));
  await page.evaluate(() => {
    const note = () => document.querySelectorAll('.progress [role=status]').forEach(({ textContent }) => (window as any).said(textContent));
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const caption = unique('From a phone');
  const { picture } = await post(page, taken, caption);
  // In parts, by the client's own choice; and it looked how large what it sent is.
  expect(calls.filter((call) => call === 'PUT uploads').length).toBeGreaterThanOrEqual(2);
  expect(calls.filter((call) => !call.endsWith(' uploads'))).toEqual([]);
  expect([...new Set(said)]).toEqual(['Uploading the picture…', 'Making your picture…']);
  await expect(page.locator('.progress')).toHaveCount(0);

  expect([picture.width, picture.height]).toEqual([3000, 4000]);
  const sizes = picture.renditions.map(({ width, format }) => `${width} ${format}`);
  expect(sizes).toEqual(['160 WEBP', '480 WEBP', '960 WEBP', '1280 WEBP', '2048 WEBP', '1280 JPEG']);
  for (const { url, width, format } of picture.renditions) {
    const [, again] = [await visit(url), await visit(url)];
    expect(again.headers.get('x-cache')).toMatch(/^Hit /);
    expect(again.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const made = await sharp(again.bytes).metadata();
    expect([made.format, made.width, made.height]).toEqual([format.toLowerCase(), width, Math.round((width * 4) / 3)]);
    expect([made.exif, made.icc, made.xmp, made.iptc, made.orientation, made.comments]).toEqual(Array(6).fill(undefined));
    expect(difference(await mean(again.bytes, 0.05, 0.45), inside.above), `${width} ${format} above`).toBeLessThan(3);
    expect(difference(await mean(again.bytes, 0.55, 0.95), inside.below), `${width} ${format} below`).toBeLessThan(3);
  }
  const image = photo(page, caption).locator('img');
  await shown(image);
  const chosen = await image.evaluate((one: HTMLImageElement) => one.currentSrc);
  const { bytes } = await visit(chosen);
  console.log(`a photo of ${taken.buffer.length} bytes is ${bytes.length} in the feed: ${new URL(chosen).pathname.split('/').at(-1)}`);
  expect(bytes.length).toBeLessThan(taken.buffer.length / 20);
});

test('what the backend does not take is refused before it is sent, in its words; what this browser opens is sent as a JPEG', async ({ page }) => {
  await enter(page, await member('maria'));
  await page.goto('/photos/');
  const calls = sent(page);
  const bytes = (name: string, ...parts: (string | number)[]): Upload => ({
    name,
    mimeType: 'image/jpeg',
    buffer: Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.alloc(part)))),
  });
  const alert = page.getByRole('alert').filter({ hasText: /./ });
  for (const [file, words] of [
    [bytes('IMG_1.HEIC', '\0\0\0\x18ftypheic', 100), 'A HEIC picture: want a JPEG, PNG, WebP or GIF (an iPhone makes them; choose Settings, Camera, Formats, Most Compatible, or send it as a JPEG).'],
    [bytes('tool.jpg', 'MZ\x90\0', 100), 'A program: want a JPEG, PNG, WebP or GIF.'],
    [bytes('drawing.jpg', '<svg xmlns="http://www.w3.org/2000/svg"/>'), 'An SVG drawing: want a JPEG, PNG, WebP or GIF.'],
    [bytes('empty.jpg'), 'The file is empty: want a JPEG, PNG, WebP or GIF.'],
    [text('notes.jpg', 'Hello'), 'Not a picture, whatever its name says: want a JPEG, PNG, WebP or GIF.'],
    [bytes('large.jpg', '\xff\xd8\xff', 20 * 1024 * 1024), 'The file has more than 20 MB: want 20 MB at most; save the picture smaller, or as a JPEG.'],
  ] as const) {
    await field(page).setInputFiles(file);
    await expect(alert).toHaveText(words);
    await expect(page.getByRole('button', { name: 'Post', exact: true })).toHaveCount(0);
  }
  expect(calls).toEqual([]);

  // What only the backend sees is said in the same place as other faults, and another picture can be chosen.
  const taken = await fromPhone();
  await field(page).setInputFiles({ ...taken, buffer: taken.buffer.subarray(0, taken.buffer.length / 2) });
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await expect(alert).toHaveText(/^The JPEG is damaged or cut short: save it anew, or upload it again\.\s*Error \w{8}$/);

  const avif = { name: 'IMG_2.avif', mimeType: 'image/avif', buffer: await sharp(taken.buffer).rotate().avif({ effort: 0 }).toBuffer() };
  const { picture } = await post(page, avif, unique('Drawn'));
  expect([picture.width, picture.height]).toEqual([480, 640]);
});

test("a draft's picture is seen by admins, on the store's page too, and by the link that ends only", async ({ page, another }) => {
  const name = unique('Sketch');
  await enter(page, await admin());
  await page.goto('/admin/');
  await createDraft(page, name);
  const image = row(page, name).locator('img');
  await shown(image);
  const [source = '', plain = ''] = await image.evaluate(({ currentSrc }: HTMLImageElement) => [currentSrc, currentSrc.replace(/\?.*/, '')]);
  expect([(await visit(source)).status, (await visit(plain)).status]).toEqual([200, 403]);
  const drafts = (await graphql(page, 'query { listDrafts { items { id name } } }')).data.listDrafts.items;
  const { id } = drafts.find((one: { name: string }) => one.name === name);
  await page.goto(`/product/?id=${id}`);
  await shown(page.locator('.product img'));
  const guest = await another();
  await guest.goto(`/product/?id=${id}`);
  await expect(guest.getByRole('heading', { name: 'Not in the store' })).toBeVisible();
  await page.goto('/admin/');
  await remove(page, name);
});

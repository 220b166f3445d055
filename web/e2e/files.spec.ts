import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { shown } from './catalogue';
import { enter, expect, test } from './pages';
import { large, picture, text, type Upload } from './pictures';
import { png } from './png.mjs';
import { member, visit } from './sandbox';

const area = { private: 'Only me', protected: 'To share' };

/** Goes to one's own files. */
async function open(page: Page, which: keyof typeof area = 'private') {
  await page.goto('/files/');
  await page.getByRole('tab', { name: area[which] }).click();
  await expect(page.getByRole('button', { name: 'Browse files' })).toBeVisible();
}

const upload = (page: Page, files: Upload[] | string) =>
  page.locator('.amplify-fileuploader input[type=file]').setInputFiles(files);
const list = (page: Page) => page.getByRole('region', { name: 'Your files here' });
const file = (page: Page, name: string) => list(page).getByRole('listitem').filter({ hasText: name });

/** Lets uploads take long enough to do something meanwhile. */
async function slowly(page: Page) {
  const session = await page.context().newCDPSession(page);
  const speed = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: 4 * 1024 * 1024 };
  await session.send('Network.emulateNetworkConditions', speed);
}

/** Writes down what a page asks of objects, as METHOD key. */
function objects(page: Page): string[] {
  const calls: string[] = [];
  page.on('request', (request) => {
    const { hostname, pathname } = new URL(request.url());
    if (hostname.includes('.s3.') && request.method() !== 'OPTIONS') {
      calls.push(`${request.method()} ${decodeURIComponent(pathname).slice(1)}`);
    }
  });
  return calls;
}

/** What an upload under way says of a file. */
const under = (page: Page, name: string) => page.locator('.amplify-fileuploader__file').filter({ hasText: name });

test('several files at once go to one folder, where they are listed, previewed, downloaded and deleted', async ({ page }) => {
  await enter(page, await member('maria'));
  await open(page);
  await expect(page.getByText('up to 20 at once, 100 MB each')).toBeVisible();
  await expect(list(page).getByText('Nothing here yet')).toBeVisible();
  // 640 by 480 pixels, of which the thumbnail has a quarter a side.
  const harbour = { name: 'harbour.png', mimeType: 'image/png', buffer: png(640, 480, (x: number, y: number) => [x, y, 0.5]) };
  await upload(page, [harbour, text('notes, signed.txt', 'Hello'), text('notes, signed.txt', 'Second')]);
  await expect(file(page, 'harbour.png')).toBeVisible();
  await expect(file(page, 'notes, signed.txt')).toHaveCount(2);
  await shown(file(page, 'harbour.png').locator('img'));

  // The same after a reload: they are there, not only shown.
  const asked = objects(page);
  await open(page);
  await expect(list(page).getByRole('listitem')).toHaveCount(3);
  // The picture itself is loaded by its preview only; until then there is a thumbnail of it.
  await shown(file(page, 'harbour.png').locator('img'));
  const pictures = () => asked.filter((call) => call.endsWith('harbour.png'));
  expect(pictures()).toEqual([expect.stringMatching(/^GET private\/[^/]+\/\.thumbnails\//)]);
  const { naturalWidth, naturalHeight } = await file(page, 'harbour.png')
    .locator('img')
    .evaluate(({ naturalWidth, naturalHeight }: HTMLImageElement) => ({ naturalWidth, naturalHeight }));
  expect([naturalWidth, naturalHeight]).toEqual([160, 120]);
  await file(page, 'harbour.png').getByRole('button', { name: 'Preview' }).click();
  const preview = page.getByRole('dialog', { name: 'harbour.png' });
  await shown(preview.getByRole('img', { name: 'harbour.png' }));
  await expect(preview.getByText('renews itself')).toBeVisible();
  await page.keyboard.press('Escape');

  const downloading = page.waitForEvent('download');
  await file(page, 'notes, signed.txt').last().getByRole('button', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('notes, signed.txt');
  expect(['Hello', 'Second']).toContain(await readFile(await download.path(), 'utf8'));

  await file(page, 'harbour.png').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(file(page, 'harbour.png')).toHaveCount(0);
  expect(pictures().filter((call) => /^GET private\/[^/]+\/[^/.]+-harbour/.test(call))).toHaveLength(1);
  expect(pictures().filter((call) => call.startsWith('DELETE'))).toEqual([
    expect.stringMatching(/^DELETE private\/[^/]+\/\.thumbnails\//),
    expect.stringMatching(/^DELETE private\/[^/]+\/[^/.]+-harbour/),
  ]);
  await page.reload();
  await expect(list(page).getByRole('listitem')).toHaveCount(2);
});

test('a file is downloaded under its own name, whatever is in it', async ({ page }) => {
  await enter(page, await member('maria'));
  await open(page);
  // As chosen, and as a browser saves it: no quotation marks, and nothing that turns the reading order around.
  const names = [
    ['写真.jpg', '写真.jpg'],
    ['My "best" shot.jpg', 'My _best_ shot.jpg'],
    ['a%25b.txt', 'a%25b.txt'],
    ["it's; (all) = here*.txt", "it's; (all) = here_.txt"],
    ['a\u202Egpj.exe.txt', 'agpj.exe.txt'],
  ] as const;
  const files = names.map(([name]) => (name.endsWith('.jpg') ? picture(name) : text(name, name)));
  await upload(page, files);
  await expect(list(page).getByRole('listitem')).toHaveCount(names.length);
  for (const [index, [name, saved]] of names.entries()) {
    const downloading = page.waitForEvent('download');
    await file(page, name.replace('\u202E', '')).getByRole('button', { name: 'Download' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(saved);
    expect(await readFile(await download.path())).toEqual(files[index]?.buffer);
    // AWS sends no header with anything else in it.
    expect(decodeURIComponent(download.url())).not.toMatch(/disposition=[^&]*[^\x20-\x7e]/i);
  }
});

test('a file to share opens by its link for whoever is signed in, and for nobody else', async ({ page, another, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await enter(page, await member('maria'));
  await open(page, 'protected');
  await upload(page, [picture('plan.png'), text('plan.txt', 'The plan')]);
  await expect(file(page, 'plan.txt')).toBeVisible();
  await open(page, 'protected');
  await expect(list(page).getByRole('listitem')).toHaveCount(2);
  await file(page, 'plan.png').getByRole('button', { name: 'Copy link', exact: true }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('/files/?shared=protected%2F');

  const other = await another();
  await other.goto(link);
  await expect(other.getByRole('heading', { name: 'Sign in first' })).toBeVisible();
  await enter(other, await member('jonas'));
  await other.goto(link);
  await expect(other.getByRole('heading', { name: 'plan.png' })).toBeVisible();
  await shown(other.getByRole('img', { name: 'plan.png' }));
  await expect(other.getByRole('button', { name: 'Delete' })).toHaveCount(0);
  // What is not to share does not open, whatever the link says.
  await other.goto(link.replace('protected', 'private'));
  await expect(other.getByRole('heading', { name: 'Not a link to a shared file' })).toBeVisible();

  // A link of fifteen minutes opens without signing in.
  await file(page, 'plan.txt').getByRole('button', { name: 'Copy 15-minute link' }).click();
  await expect(file(page, 'plan.txt').getByRole('button', { name: 'Copied' })).toBeVisible();
  const signed = await page.evaluate(() => navigator.clipboard.readText());
  expect(await visit(signed)).toMatchObject({ status: 200, body: 'The plan' });
  expect((await visit(signed.replace(/Expires=\d+/, 'Expires=604800'))).status).toBe(403);
  expect((await visit(signed.replace(/\?.*/, ''))).status).toBe(403);
});

test('a file of a type that is not taken is not sent, and the page says which', async ({ page }) => {
  await enter(page, await member('maria'));
  await open(page);
  const tool = { name: 'tool.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') };
  await upload(page, [tool, text('notes.txt', 'Hello')]);
  await expect(page.getByRole('alert').filter({ hasText: 'tool.exe' })).toContainText('because of its type');
  await expect(file(page, 'notes.txt')).toBeVisible();
  await expect(page.getByText('1 file uploaded')).toBeVisible();

  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['MZ'], 'other.exe', { type: 'application/x-msdownload' }));
    return data;
  });
  await page.locator('.amplify-fileuploader__dropzone').dispatchEvent('drop', { dataTransfer: dropped });
  await expect(page.getByRole('alert').filter({ hasText: 'other.exe' })).toBeVisible();
  await open(page);
  await expect(list(page).getByRole('listitem')).toHaveCount(1);
});

test('a large file goes up in parts, with progress, and can be paused and resumed', async ({ page }, info) => {
  await enter(page, await member('maria'));
  await open(page);
  const parts: string[] = [];
  page.on('request', (request) => {
    const part = /partNumber=(\d+)/.exec(request.url())?.[1];
    if (part && request.method() === 'PUT') {
      parts.push(part);
    }
  });
  await slowly(page);
  await upload(page, await large(info.outputPath('backup.txt'), 24));
  await expect(under(page, 'backup.txt').getByText(/Uploading/)).toBeVisible();
  await under(page, 'backup.txt').getByRole('button', { name: /Pause/ }).click();
  await expect(under(page, 'backup.txt').getByText(/Paused/)).toBeVisible();
  await expect(file(page, 'backup.txt')).toHaveCount(0);
  await under(page, 'backup.txt').getByRole('button', { name: /Resume/ }).click();
  await expect(file(page, 'backup.txt')).toContainText('25.2 MB', { timeout: 40_000 });
  expect(new Set(parts).size).toBe(5);
});

test('an upload that is cancelled leaves no file', async ({ page }, info) => {
  await enter(page, await member('maria'));
  await open(page);
  await slowly(page);
  await upload(page, await large(info.outputPath('mistake.txt'), 24));
  await expect(under(page, 'mistake.txt').getByText(/Uploading/)).toBeVisible();
  await under(page, 'mistake.txt').getByRole('button', { name: /Remove/ }).click();
  await expect(under(page, 'mistake.txt')).toHaveCount(0);
  await page.waitForTimeout(2_000);
  await open(page);
  await expect(list(page).getByText('Nothing here yet')).toBeVisible();
});

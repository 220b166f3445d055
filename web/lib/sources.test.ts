import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as canvas from './drawn';
import { sentence } from './faults';
import { maxPictureBytes, pictureLimits, refusal, sourceOf } from './sources';

const backend = (file: string) => readFileSync(join(import.meta.dirname, '../../internal', file), 'utf8');
const sniff = backend('pictures/sniff.go');

/** A string of Go's, as bytes. */
const bytesOf = (quoted: string) =>
  Buffer.from(
    quoted.replace(/\\x(..)|\\r|\\n/g, (escape, hex) => (hex ? String.fromCharCode(parseInt(hex, 16)) : escape === '\\r' ? '\r' : '\n')),
    'latin1',
  );
const taken = /const taken = "(.*)"/.exec(sniff)?.[1];
const hints: Record<string, string> = { '""': '', heicHint: /const heicHint = "(.*)"/.exec(sniff)?.[1] ?? '?' };
const begin = (at: string, text: string) => Buffer.concat([Buffer.alloc(Number(at)), bytesOf(text), Buffer.alloc(40)]);

vi.mock('./drawn', () => ({ decoded: vi.fn(), drawn: vi.fn() }));
afterEach(() => void vi.resetAllMocks());

describe('what the backend takes and refuses', () => {
  const refused = [...sniff.matchAll(/\{signature\{"(.*)", (\d), "(.*)"\}, (.*)\},/g)].map((match) => match.slice(1));
  const formats = [...sniff.matchAll(/\{format(\w+), (\d), "(.*)"\},/g)].map((match) => match.slice(1));

  test('is all in what this reads', () => {
    expect([refused.length, formats.length]).toEqual([19, 5]);
  });

  test.each(refused)('%s', (name = '', at = '', text = '', hint = '') => {
    const words = hints[hint] ?? JSON.parse(hint);
    expect(refusal(begin(at, text))?.words).toBe(`${name}: want ${taken}${words ? ` (${words})` : ''}`);
  });

  test.each(formats)('%s', (_, at = '', text = '') => {
    expect(refusal(begin(at, text))).toBeUndefined();
  });

  test.each([
    ['', /Empty, "(.*)", taken/],
    ['anything', /NotAPicture, "(.*)", taken/],
  ])('%j', (text, pattern) => {
    expect(refusal(Buffer.from(text))?.words).toBe(pattern.exec(sniff)?.[1]?.replace('%s', taken ?? ''));
  });

  test.each([
    ['\ufeff  <?xml version="1.0"?><SVG>', 'an SVG drawing'],
    ['<!DOCTYPE html>', 'a page of HTML'],
    ['<script>', 'a page of HTML'],
    ['<a>', 'a text with markup'],
  ])('%j', (text, name) => {
    expect(sniff).toContain(`return "${name}"`);
    expect(refusal(Buffer.from(text))).toEqual({ words: `${name}: want ${taken}`, opens: false });
  });

  test('are at most 20 MB, as it says and as the page says', () => {
    const words = /"(the file has more than .*)"/.exec(backend('ingest/make.go'))?.[1] ?? '?';
    expect(words).toContain(`${maxPictureBytes / 1024 / 1024} MB at most`);
    expect(pictureLimits).toContain(`${maxPictureBytes / 1024 / 1024} MB`);
    const large = new File([Buffer.from('\xff\xd8\xff', 'latin1'), Buffer.alloc(maxPictureBytes)], 'large.jpg');
    return expect(sourceOf(large)).rejects.toMatchObject({ kind: 'BadRequest', message: sentence(words) });
  });
});

describe('the source of a picture', () => {
  const heic = new File(['\0\0\0\x18ftypheic'], 'IMG_1.HEIC', { type: 'image/heic' });
  const image = {} as HTMLImageElement;
  const jpeg = new Blob(['jpeg'], { type: 'image/jpeg' });

  test('is the file, for what the backend takes: nothing is drawn', async () => {
    const file = new File([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')], 'a.png');
    expect(await sourceOf(file)).toBe(file);
    expect(canvas.decoded).not.toHaveBeenCalled();
  });

  test('is a JPEG in full size, where the browser opens what the backend does not take', async () => {
    vi.mocked(canvas.decoded).mockResolvedValue(image);
    vi.mocked(canvas.drawn).mockResolvedValue(jpeg);
    expect(await sourceOf(heic)).toMatchObject({ type: 'image/jpeg', size: 4, name: 'IMG_1.HEIC' });
    expect(canvas.drawn).toHaveBeenCalledExactlyOnceWith(image, Infinity, ['image/jpeg'], 0.92);
  });

  test('is a smaller JPEG, where the browser does not draw one that large', async () => {
    vi.mocked(canvas.decoded).mockResolvedValue(image);
    vi.mocked(canvas.drawn).mockResolvedValueOnce(undefined).mockResolvedValueOnce(jpeg);
    expect(await sourceOf(heic)).toMatchObject({ type: 'image/jpeg' });
    expect(canvas.drawn).toHaveBeenLastCalledWith(image, 4096, ['image/jpeg'], 0.92);
  });

  test('is none where the browser opens it neither, and the words help', async () => {
    vi.mocked(canvas.decoded).mockRejectedValue(new Error('EncodingError'));
    await expect(sourceOf(heic)).rejects.toMatchObject({ kind: 'BadRequest', message: expect.stringContaining('Most Compatible') });
  });

  test('is never drawn of what could hold a script', async () => {
    await expect(sourceOf(new File(['<svg/>'], 'a.svg'))).rejects.toMatchObject({ kind: 'BadRequest' });
    expect(canvas.decoded).not.toHaveBeenCalled();
  });
});

import { describe, expect, test } from 'vitest';
import { fileLimits, formatSize, isPicture, isThumbnail, maxFileBytes, maxFiles, nameOf, sharedPath, storedName, takes, thumbnailOf } from './files';

const uuid = '0b0f9a52-3c1e-4a6e-8f61-0a1b2c3d4e5f';

describe('the stored name of a file', () => {
  test.each([
    ['Holiday 1.JPG', 'Holiday 1.JPG'],
    ['übung.pdf', 'übung.pdf'],
    ['a/b\\c\u0000.txt', 'c .txt'],
    ['../../private/x.png', 'x.png'],
    ['a\u202Egpj.exe', 'agpj.exe'],
    ['...', 'file'],
    ['', 'file'],
  ])('keeps what is safe of %j', (name, want) => {
    const stored = storedName(name, uuid);
    expect(nameOf(`private/us-east-1:x/${stored}`)).toBe(want);
    expect(stored.startsWith(`${uuid}-`)).toBe(true);
    expect(stored).not.toMatch(/[/\\]/);
  });

  test('is cut before the suffix', () => {
    const stored = storedName(`${'x'.repeat(300)}.jpeg`, uuid);
    expect(stored).toHaveLength(uuid.length + 1 + 120);
    expect(stored.endsWith('x.jpeg')).toBe(true);
  });

  test('is another one every time', () => {
    expect(storedName('a.png')).not.toBe(storedName('a.png'));
  });
});

test('a name without a UUID is shown as it is, but for what turns it around', () => {
  expect(nameOf('protected/id/plain.txt')).toBe('plain.txt');
  expect(nameOf('protected/id/a\u202Egpj.exe')).toBe('agpj.exe');
});

test.each([
  ['protected/us-east-1:1/f.png', 'protected/us-east-1:1/f.png'],
  ['private/us-east-1:1/f.png', undefined],
  ['protected/us-east-1:1/../../private/x', undefined],
  ['protected/us-east-1:1/', undefined],
  ['https://evil.example/', undefined],
  [null, undefined],
])('a shared link to %j opens %j', (asked, want) => {
  expect(sharedPath(asked)).toBe(want);
});

test.each([
  ['a.JPG', 'image/jpeg', true],
  ['a.heic', 'IMAGE/heic', true],
  ['notes.MD', '', true],
  ['a.pdf', 'application/pdf', true],
  ['tool.exe', 'application/x-msdownload', false],
  ['pdf', '', false],
  ['page.html', 'text/html', false],
])('%s of type %j is taken: %j', (name, type, want) => {
  expect(takes({ name, type })).toBe(want);
});

test('a thumbnail lies beside its file, and no link of a shared file leads to it', () => {
  const thumbnail = thumbnailOf('protected/us-east-1:1/f.png');
  expect(thumbnail).toBe('protected/us-east-1:1/.thumbnails/f.png');
  expect([isThumbnail(thumbnail), isThumbnail('protected/us-east-1:1/.thumbnails')]).toEqual([true, false]);
  expect(sharedPath(thumbnail)).toBeUndefined();
});

test('a drawing that can hold scripts is no picture', () => {
  expect(isPicture('a/b.JPG')).toBe(true);
  expect(isPicture('a/b.svg')).toBe(false);
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1500, '1.5 kB'],
  [2_400_000, '2.4 MB'],
  [5e12, '5,000 GB'],
])('%i bytes are %s', (bytes, want) => {
  expect(formatSize(bytes, 'en')).toBe(want);
});

test('the page says the limits that hold', () => {
  expect(fileLimits).toContain(`${maxFileBytes / 1024 / 1024} MB`);
  expect(fileLimits).toContain(`${maxFiles} at once`);
});

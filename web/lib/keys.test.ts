import { describe, expect, test } from 'vitest';
import { cdnURL, copyKey, draftArea, newPictureKey, photoArea, pictureFault, productArea } from './keys';

const uuid = '0b0f9a52-3c1e-4a6e-8f61-0a1b2c3d4e5f';

describe('newPictureKey', () => {
  test('takes the suffix from the media type, in the spelling that the API takes', () => {
    expect(newPictureKey(draftArea, 'image/jpeg', uuid)).toBe(`drafts/${uuid}.jpg`);
    expect(newPictureKey(photoArea('sub'), 'image/webp', uuid)).toBe(`public/photos/sub/${uuid}.webp`);
  });

  test('refuses a type without a suffix', () => {
    expect(() => newPictureKey(draftArea, 'image/svg+xml')).toThrow('no suffix for image/svg+xml');
  });

  test('never gives a key twice', () => {
    expect(newPictureKey(draftArea, 'image/png')).not.toBe(newPictureKey(draftArea, 'image/png'));
  });
});

test('copyKey keeps the suffix and nothing else', () => {
  expect(copyKey(productArea, 'drafts/a.b.png', uuid)).toBe(`public/products/${uuid}.png`);
});

describe('pictureFault', () => {
  test.each([
    ['image/png', 1, undefined],
    ['image/png', 10 * 1024 * 1024, undefined],
    ['image/png', 10 * 1024 * 1024 + 1, /10\.0 MB/],
    ['image/png', 0, /empty/],
    ['image/svg+xml', 10, /not a picture/],
    ['', 10, /not a picture/],
  ])('%s of %i bytes', (type, size, want) => {
    const fault = pictureFault({ type, size });
    if (want) {
      expect(fault).toMatch(want);
    } else {
      expect(fault).toBeUndefined();
    }
  });
});

describe('cdnURL', () => {
  test('is the key without public', () => {
    expect(cdnURL('https://cdn', 'public/products/a b.jpg')).toBe('https://cdn/products/a%20b.jpg');
  });

  test('is nothing for what the CDN does not serve', () => {
    expect(cdnURL('https://cdn', 'drafts/a.jpg')).toBeUndefined();
    expect(cdnURL('https://cdn', null)).toBeUndefined();
  });
});

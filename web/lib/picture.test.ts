import { describe, expect, test } from 'vitest';
import { type Picture, placeholderOf, sizesOf, slots, sourcesOf } from './picture';

const file = (width: number, format: 'AVIF' | 'WEBP' | 'JPEG', url: string | null = `https://cdn/${width}.${format}`) => ({ width, format, key: `k/${width}`, url });
const picture: Picture = {
  width: 3000,
  height: 4000,
  // The ThumbHash of the example at https://evanw.github.io/thumbhash/.
  placeholder: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
  renditions: [file(160, 'WEBP'), file(480, 'WEBP'), file(1280, 'WEBP'), file(1280, 'JPEG')],
};

describe('the files of a picture', () => {
  test('are the WebPs by their widths, and the JPEG for whoever chooses none', () => {
    expect(sourcesOf(picture)).toEqual({
      avif: '',
      srcSet: 'https://cdn/160.WEBP 160w, https://cdn/480.WEBP 480w, https://cdn/1280.WEBP 1280w',
      src: 'https://cdn/1280.JPEG',
    });
  });

  test('are the AVIFs too, where there are any', () => {
    const renditions = [file(160, 'AVIF'), file(480, 'AVIF'), ...picture.renditions];
    expect(sourcesOf({ ...picture, renditions })).toEqual({ ...sourcesOf(picture), avif: 'https://cdn/160.AVIF 160w, https://cdn/480.AVIF 480w' });
  });

  test('are only those that have an address', () => {
    const signed = [file(160, 'WEBP', 'https://signed/160'), file(480, 'WEBP', null), file(1280, 'JPEG', null)];
    expect(sourcesOf({ ...picture, renditions: signed })).toEqual({ avif: '', srcSet: 'https://signed/160 160w', src: 'https://signed/160' });
    expect(sourcesOf({ ...picture, renditions: signed.slice(1) })).toBeUndefined();
  });
});

describe('sizes', () => {
  test('are those of the slot, for a picture that stands in it as it is', () => {
    expect(sizesOf(slots.feed, picture)).toBe('(min-width: 40rem) 36rem, 92vw');
  });

  test('are narrower where a tall picture is fit in, and wider where a wide one fills', () => {
    expect(sizesOf(slots.row, picture)).toBe('calc(5.5rem * 0.563)');
    expect(sizesOf(slots.row, { width: 8, height: 3 })).toBe('5.5rem');
    expect(sizesOf(slots.tile, { width: 3, height: 2 })).toBe('(min-width: 72rem) calc(22.5rem * 1.5), calc(31vw * 1.5)');
    expect(sizesOf(slots.tile, picture)).toBe('(min-width: 72rem) 22.5rem, 31vw');
  });
});

describe('a placeholder', () => {
  test('is a tiny picture, and its mean colour', () => {
    expect(placeholderOf(picture)).toEqual({ url: expect.stringMatching(/^data:image\/png;base64,/), colour: expect.stringMatching(/^rgb\(\d+ \d+ \d+\)$/) });
  });

  test('has no colour to stand beside what can be seen through', () => {
    expect(placeholderOf({ ...picture, placeholder: btoa('\0\0\x80\x07\0\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0') })).toMatchObject({ colour: '' });
  });

  test.each(['', '§', 'AAAA'])('of %j is none', (placeholder) => {
    expect(placeholderOf({ ...picture, placeholder })).toBeUndefined();
  });
});

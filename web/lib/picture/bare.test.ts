import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { barePicture } from './bare';
import { bytesOf, joined } from './bytes';
import { orientationOf, turned } from './exif';

// What must never be left: each is put into the files below, in every place that a format has for it.
const secret = 'SECRET-52.5200N-13.4050E';
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="${secret}"/></rdf:RDF></x:xmpmeta>`;

const says = (bytes: Uint8Array) => Buffer.from(bytes).includes('SECRET');

type Name = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif';

/** A picture of two halves, with an Exif that has a position, an XMP and a profile, as sharp writes them. */
async function shot(format: Name, orientation = 6): Promise<Uint8Array> {
  const red = { r: 200, g: 30, b: 30 };
  const half = await sharp({ create: { width: 16, height: 32, channels: 3, background: { r: 30, g: 30, b: 200 } } }).png().toBuffer();
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background: red } }).composite([{ input: half, left: 0, top: 0 }]);
  const made = image
    .withExif({ IFD0: { Copyright: secret, Orientation: String(orientation) }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1' } })
    .withXmp(xmp)
    .withIccProfile('p3')
    .withMetadata({ orientation });
  return new Uint8Array(await made.toFormat(format, { lossless: format === 'webp' }).toBuffer());
}

const pixels = (bytes: Uint8Array) => sharp(bytes, { pages: -1 }).raw().toBuffer();

describe.each<Name>(['jpeg', 'png', 'webp', 'avif'])('a %s', (format) => {
  test('loses its Exif, position and XMP; keeps its pixels, profile and turn', async () => {
    const before = await shot(format);
    const { bytes, media } = barePicture(before);
    expect(media).toBe(`image/${format}`);
    const [was, is] = [await sharp(before).metadata(), await sharp(bytes).metadata()];
    // The control: all of it was there.
    expect([!!was.exif, !!was.xmp, !!was.icc, says(before)]).toEqual([true, true, true, true]);
    expect(says(bytes)).toBe(false);
    expect(is.xmp).toBeUndefined();
    expect(Buffer.from(is.exif ?? []).includes('GPS')).toBe(false);
    expect(is.exif?.length ?? 0).toBeLessThan(40);
    expect([is.width, is.height, is.orientation]).toEqual([was.width, was.height, was.orientation]);
    expect(is.icc).toEqual(was.icc);
    expect(await pixels(bytes)).toEqual(await pixels(before));
  });

  test('is the same when it is taken again', async () => {
    const { bytes } = barePicture(await shot(format));
    expect(barePicture(bytes).bytes).toEqual(bytes);
  });

  test('that ends anywhere before its end is refused, or at least says nothing', async () => {
    const whole = await shot(format);
    for (let end = 0; end < whole.length; end += 1 + Math.floor(whole.length / 400)) {
      expect(refusedOrSilent(whole.slice(0, end)), `${end} of ${whole.length}`).toBe(true);
    }
  });

  test('with a byte that is wrong is refused, or at least says nothing', async () => {
    const whole = await shot(format);
    let seed = 7;
    for (let turn = 0; turn < 1500; turn++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      const wrong = whole.slice();
      // Mostly in front, where the sizes are.
      const at = turn % 2 ? seed % wrong.length : seed % Math.min(wrong.length, 900);
      wrong[at] = (wrong[at] ?? 0) ^ (1 << seed % 8) ^ (turn % 3 ? 0 : 0xff);
      expect(refusedOrSilent(wrong), `byte ${at}`).toBe(true);
    }
  });

  test('without anything to take out stays a picture', async () => {
    const plain = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).toFormat(format).toBuffer();
    const { bytes } = barePicture(new Uint8Array(plain));
    expect(await pixels(bytes)).toEqual(await pixels(plain));
  });
});

/** Whether a file is refused with a sentence, or comes out without the secret. */
function refusedOrSilent(file: Uint8Array): boolean {
  try {
    return !says(barePicture(file).bytes);
  } catch (thrown) {
    return (thrown as { kind?: string }).kind === 'BadRequest' && /\.$/.test((thrown as Error).message);
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a picture with the orientation %i keeps it', async (orientation) => {
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const { bytes } = barePicture(await shot(format, orientation));
    expect((await sharp(bytes).metadata()).orientation ?? 1, format).toBe(orientation);
  }
});

test('an orientation is read in both orders, and nonsense is none', () => {
  const little = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
  expect(orientationOf(Uint8Array.from(little))).toBe(6);
  const long = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 4, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0];
  expect(orientationOf(Uint8Array.from(long))).toBe(6);
  expect(orientationOf(turned(8)!)).toBe(8);
  expect(orientationOf(turned(9)!)).toBe(1);
  expect(orientationOf(new Uint8Array(7))).toBe(1);
  expect(orientationOf(Uint8Array.of(0x4d, 0x4d, 0, 42, 0xff, 0xff, 0xff, 0xff))).toBe(1);
  expect(turned(1)).toBeUndefined();
});

/** A segment of a JPEG. */
const segment = (marker: number, text: string) =>
  joined([Uint8Array.of(0xff, marker, (text.length + 2) >> 8, (text.length + 2) & 0xff), bytesOf(text)]);

test('a JPEG loses every segment of a program, comments, thumbnails and what follows its end', async () => {
  const whole = await shot('jpeg');
  const extra = [
    ...Array.from({ length: 16 }, (_, index) => segment(0xe0 + index, `${secret}\0`)),
    segment(0xe0, `JFIF\0\x01\x02\0\0\x01\0\x01\x03\x03${secret}`),
    segment(0xe0, `JFXX\0\x13${secret}`),
    segment(0xe1, `Exif\0\0${secret}`),
    segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${secret}`),
    segment(0xe1, `http://ns.adobe.com/xmp/extension/\0${secret}`),
    segment(0xe2, `MPF\0${secret}`),
    segment(0xeb, `JP${secret}`),
    segment(0xed, `Photoshop 3.0\x008BIM\x04\x04\0\0${secret}`),
    segment(0xee, `Adobe${secret}`),
    segment(0xfe, secret),
    Uint8Array.of(0xff, 0xff, 0xff),
    segment(0xfe, secret),
  ];
  const file = joined([whole.subarray(0, 2), ...extra, whole.subarray(2), whole, bytesOf(secret)]);
  const { bytes } = barePicture(file);
  expect(says(bytes)).toBe(false);
  expect(await pixels(bytes)).toEqual(await pixels(whole));
  expect(bytes).toEqual(barePicture(bytes).bytes);
  // A number of blocks that says more than a number; the control is one that does not.
  const blocks = (text: string) => joined([whole.subarray(0, 2), segment(0xdd, `\0\0${text}`), whole.subarray(2)]);
  expect(() => barePicture(blocks(secret))).toThrow('damaged or unusual');
  expect(await pixels(barePicture(blocks('')).bytes)).toEqual(await pixels(whole));
});

test('a JPEG in several scans loses what stands between them', async () => {
  const whole = new Uint8Array(await sharp(await shot('jpeg')).jpeg({ progressive: true }).toBuffer());
  const second = Buffer.from(whole).indexOf(Buffer.from([0xff, 0xda]), Buffer.from(whole).indexOf(Buffer.from([0xff, 0xda])) + 2);
  expect(second).toBeGreaterThan(0);
  const file = joined([whole.subarray(0, second), segment(0xfe, secret), segment(0xe1, `Exif\0\0${secret}`), whole.subarray(second)]);
  const { bytes } = barePicture(file);
  expect(says(bytes)).toBe(false);
  expect(await pixels(bytes)).toEqual(await pixels(whole));
});

test('a PNG loses its texts, its time, private chunks and what follows its end', async () => {
  const { default: zlib } = await import('node:zlib');
  const chunk = (type: string, text: string) => {
    const body = Buffer.from(type + text, 'latin1');
    const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
    head.writeUInt32BE(text.length);
    tail.writeUInt32BE(zlib.crc32(body));
    return Buffer.concat([head, body, tail]);
  };
  const whole = await shot('png');
  const types = ['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf', 'caBX', 'iDOT', 'prVt', 'sPLT', 'hIST'];
  // Of these there are good ones, which are shorter.
  types.push('gAMA', 'sBIT', 'sRGB', 'cICP', 'cLLI', 'bKGD', 'pHYs', 'acTL');
  const file = joined([whole.subarray(0, 33), ...types.map((type) => chunk(type, secret)), whole.subarray(33), bytesOf(secret)]);
  const { bytes } = barePicture(file);
  expect(says(bytes)).toBe(false);
  expect(await pixels(bytes)).toEqual(await pixels(whole));
  const critical = joined([whole.subarray(0, 33), chunk('SECr', secret), whole.subarray(33)]);
  expect(() => barePicture(critical)).toThrow('damaged or unusual');
  expect(() => barePicture(joined([whole.subarray(0, -12), chunk('IEND', secret)]))).toThrow('damaged or unusual');
});

test('a WebP loses unknown chunks, in frames too, and what follows its end', async () => {
  const frames = await sharp(Buffer.concat([Buffer.alloc(48, 1), Buffer.alloc(48, 200)]), {
    raw: { width: 4, height: 8, channels: 3, pageHeight: 4 },
  })
    .webp({ lossless: true, loop: 0, delay: [100, 100] })
    .toBuffer();
  const body = Buffer.from(frames).subarray(12);
  const chunk = (type: string, text: string | Buffer) => {
    const data = Buffer.from(text);
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const [type, length] = [body.toString('latin1', at, at + 4), body.readUInt32LE(at + 4)];
    const data = body.subarray(at + 8, at + 8 + length);
    parts.push(chunk(type, type === 'ANMF' ? Buffer.concat([data, chunk('SECR', secret), chunk('VP8L', secret)]) : data));
    at += 8 + length + (length % 2);
  }
  const file = Buffer.concat([chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...parts, chunk('EXIF', secret), chunk('XMP ', secret), chunk('ANIM', secret), chunk('abcd', secret)])), Buffer.from(secret)]);
  const { bytes } = barePicture(new Uint8Array(file));
  expect(says(bytes)).toBe(false);
  expect(await pixels(bytes)).toEqual(await pixels(frames));
  expect((await sharp(bytes).metadata()).pages).toBe(2);
});

test('a GIF loses comments, texts, programs and what follows its end; it goes on repeating', async () => {
  const frames = await sharp(Buffer.concat([Buffer.alloc(48, 1), Buffer.alloc(48, 200)]), {
    raw: { width: 4, height: 8, channels: 3, pageHeight: 4 },
  })
    .gif({ loop: 3, delay: [100, 100] })
    .toBuffer();
  const block = (text: string) => joined([Uint8Array.of(text.length), bytesOf(text)]);
  const extension = (label: number, ...blocks: string[]) => joined([Uint8Array.of(0x21, label), ...blocks.map(block), Uint8Array.of(0)]);
  const start = 13 + ((frames[10] ?? 0) & 0x80 ? 3 << (((frames[10] ?? 0) & 7) + 1) : 0);
  const extra = [
    extension(0xfe, secret),
    extension(0xff, 'XMP DataXMP', secret),
    extension(0xff, 'ICCRGBG1012', secret),
    extension(0xff, 'NETSCAPE2.0', '\x01\x03\0', secret),
    extension(0xf9, '\0\0\0\0'),
    extension(0x01, '\0\0\0\0\0\0\0\0\0\0\0\0', secret),
    extension(0x77, secret),
  ];
  const control = Buffer.from(frames).indexOf(Buffer.from([0x21, 0xf9, 4])) + 7;
  expect(control).toBeGreaterThan(start);
  const shown = [frames.subarray(start, control), block(secret), frames.subarray(control)];
  const file = joined([frames.subarray(0, start), ...extra, ...shown, bytesOf(secret)]);
  const { bytes } = barePicture(file);
  expect(says(bytes)).toBe(false);
  const is = await sharp(bytes).metadata();
  expect([is.pages, is.loop, is.delay]).toEqual([2, 3, [100, 100]]);
  expect(await pixels(bytes)).toEqual(await pixels(frames));
  for (let end = 0; end < file.length; end++) {
    expect(refusedOrSilent(file.slice(0, end)), `${end}`).toBe(true);
  }
});

test('an AVIF loses boxes that nobody needs, names of items, and data that belongs to none', async () => {
  const whole = await shot('avif');
  const box = (type: string, text: string) => joined([Uint8Array.of(0, 0, 0, 8 + text.length), bytesOf(type + text)]);
  const file = joined([whole, box('uuid', secret), box('free', secret), box('mdat', secret), box('abcd', secret)]);
  const { bytes } = barePicture(file);
  expect(says(bytes)).toBe(false);
  expect(bytes).toHaveLength(file.length);
  expect(await pixels(bytes)).toEqual(await pixels(whole));
  expect(() => barePicture(joined([whole, box('moov', secret)]))).toThrow('damaged or unusual');
});

test('an AVIF keeps its transparency, and not the data of a thumbnail', async () => {
  const drawn = sharp({ create: { width: 32, height: 32, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0.5 } } });
  const clear = new Uint8Array(await drawn.avif().toBuffer());
  const at = Buffer.from(clear).indexOf('auxl');
  expect(at).toBeGreaterThan(0);
  // The same file, which says that its second picture is a thumbnail of the first.
  const small = joined([clear.subarray(0, at), bytesOf('thmb'), clear.subarray(at + 4)]);
  const [whole, bare] = [barePicture(clear).bytes, barePicture(small).bytes];
  expect(await pixels(whole)).toEqual(await pixels(clear));
  expect((await sharp(whole).metadata()).hasAlpha).toBe(true);
  expect(await sharp(bare).removeAlpha().raw().toBuffer()).toEqual(await sharp(clear).removeAlpha().raw().toBuffer());
  const data = Buffer.from(clear).indexOf('mdat') + 4;
  const lost = [...whole.keys()].filter((index) => index >= data && whole[index] !== bare[index]);
  expect(lost.length).toBeGreaterThan(10);
  expect(lost.filter((index) => bare[index] !== 0)).toEqual([]);
  expect(Buffer.from(whole).subarray(data)).toEqual(Buffer.from(clear).subarray(data));
});

test.each([
  ['nothing', ''],
  ['a web page', '<!doctype html><script>1</script>'],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['a HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
  ['half a JPEG', '\xff\xd8\xff\xd9'],
  ['a JPEG of one marker', '\xff\xd8\xff'],
  ['a GIF without pictures', 'GIF89a\x01\0\x01\0\0\0\0;'],
  ['a WebP of nothing', 'RIFF\x04\0\0\0WEBP'],
  ['a WebP that ends before it begins', 'RIFF\0\0\0\0WEBP'],
  ['an AVIF of nothing', '\0\0\0\x10ftypavif\0\0\0\0'],
  ['a PNG of nothing', '\x89PNG\r\n\x1a\n'],
])('%s is refused with a sentence', (_, content) => {
  expect(() => barePicture(bytesOf(content))).toThrow(/^This .*\.$/);
});

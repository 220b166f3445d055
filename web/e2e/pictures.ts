import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { png } from './png.mjs';

/** A file as a file input takes it. */
export type Upload = { name: string; mimeType: string; buffer: Buffer };

// Red, green and blue from 0 to 1.
const colour = (hue: number) => [0, 1, 2].map((part) => 0.6 + 0.25 * Math.cos(((hue - 120 * part) * Math.PI) / 180));

/** A small picture of one colour. */
export function picture(name = 'picture.png', hue = 200): Upload {
  return { name, mimeType: 'image/png', buffer: png(64, 48, () => colour(hue)) };
}

/** The colours of the two halves of a photo from a phone, in sRGB. */
export const inside = { above: { r: 200, g: 90, b: 40 }, below: { r: 40, g: 110, b: 160 } };

/**
 * A photo as a phone takes it: on its side, with the place in it, and in the colours of its screen. Upright its upper half is
 * of one colour and its lower half of another (inside); a grainy one has many bytes.
 */
export async function fromPhone(width = 640, height = 480, grainy = false): Promise<Upload> {
  const place = { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 18/1' };
  // What is left in the file is above when it is turned by a quarter, clockwise.
  const below = { create: { width: Math.ceil(width / 2), height, channels: 3 as const, background: inside.below } };
  const halves = sharp({ create: { width, height, channels: 3, background: inside.above } }).composite([{ input: below, left: Math.floor(width / 2), top: 0 }]);
  const pixels = await halves.removeAlpha().raw().toBuffer();
  if (grainy) {
    // Fine, as of a sensor, and coarse, as of leaves.
    const grain = randomBytes(pixels.length);
    pixels.forEach((value, at) => {
      const [row, column] = [Math.floor(at / (3 * width)) >> 4, (at % (3 * width)) >> 5];
      pixels[at] = value + (grain[at]! - 128) / 8 + (grain[row * 512 + column]! - 128) / 6;
    });
  }
  const photo = sharp(pixels, { raw: { width, height, channels: 3 } })
    .withExif({ IFD0: { Make: 'A phone' }, IFD3: place })
    .withMetadata({ orientation: 6 })
    .withIccProfile('p3');
  const buffer = await photo.jpeg({ quality: grainy ? 96 : 90, chromaSubsampling: '4:4:4' }).toBuffer();
  return { name: 'IMG_0001.JPG', mimeType: 'image/jpeg', buffer };
}

/** Writes a file of so many megabytes that cannot be compressed, and answers its path. */
export async function large(path: string, megabytes: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, randomBytes(megabytes * 1024 * 1024));
  return path;
}

/** A text file. */
export function text(name: string, content: string): Upload {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(content) };
}

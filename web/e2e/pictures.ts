import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { hsl } from '../seed/draw.mjs';
import { png } from '../seed/png.mjs';

/** A file as a file input takes it. */
export type Upload = { name: string; mimeType: string; buffer: Buffer };

/** A small picture of one colour. */
export function picture(name = 'picture.png', hue = 200): Upload {
  return { name, mimeType: 'image/png', buffer: png(64, 48, () => hsl(hue, 0.5, 0.6)) };
}

/** A photo as a phone takes it: on its side, and with the place in it. */
export async function fromPhone(): Promise<Upload> {
  const place = { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 18/1' };
  const photo = sharp(picture().buffer).withExif({ IFD0: { Make: 'A phone' }, IFD3: place }).withMetadata({ orientation: 6 });
  return { name: 'IMG_0001.JPG', mimeType: 'image/jpeg', buffer: await photo.jpeg().toBuffer() };
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

import { join } from 'node:path';
import sharp from 'sharp';

const folder = process.env.SCREENS ?? '../docs/screens';
const height = 600;
const gap = 32;

/** A picture of a page at the height of the others, with round corners. */
async function framed(name: string) {
  const picture = sharp(join(folder, `${name}.png`)).resize({ height });
  const { data, info } = await picture.ensureAlpha().toBuffer({ resolveWithObject: true });
  const corners = `<svg width="${info.width}" height="${height}"><rect width="100%" height="100%" rx="16"/></svg>`;
  const input = await sharp(data).composite([{ input: Buffer.from(corners), blend: 'dest-in' }]).png().toBuffer();
  return { input, width: info.width };
}

/** Puts three pages side by side, for the README: a desk and two phones, light and dark. */
export default async function overview() {
  const pages = await Promise.all(['store-1440-light', 'photos-390-dark', 'files-390-light'].map(framed));
  const width = pages.reduce((sum, page) => sum + page.width + gap, gap);
  let left = gap;
  const placed = pages.map(({ input, width: own }) => {
    const at = { input, left, top: gap };
    left += own + gap;
    return at;
  });
  const ground = { r: 196, g: 204, b: 200 };
  await sharp({ create: { width, height: height + 2 * gap, channels: 3, background: ground } })
    .composite(placed)
    .png({ palette: true, effort: 10, dither: 0.6 })
    .toFile(join(folder, 'overview.png'));
}

// libvips, by sharp, as the judge of internal/pictures. Its tests run this:
//   node libvips.mjs sources FOLDER      writes pictures of odd kinds, which Go's own encoders do not make
//   node libvips.mjs pixels < TASKS      writes the pixels, RGBA, of each { from, width, height } to its { to }
//   node libvips.mjs metadata < FILES    tells of each file what it says beside its pixels
//   node libvips.mjs large FOLDER        writes pictures of 50 million pixels, of the kinds that take most memory
//   node libvips.mjs photo FILE W H      writes a JPEG that has as much detail as a camera's
//   node libvips.mjs set FILE FOLDER     makes the same renditions, and tells what that took
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';

// What is measured is one thread's work, as Lambda's one processor does it.
sharp.concurrency(1);
sharp.cache(false);

const input = async () => JSON.parse(await text(process.stdin));

/** A scene with slopes, edges, fine detail and saturated colours; with alpha that has a slope, holes and edges. */
function scene(width, height, turn = 0) {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const [u, v] = [x / width, y / height];
      const wave = Math.sin(u * 31 + turn) * Math.cos(v * 23);
      data[i] = 255 * u;
      data[i + 1] = 127 + 100 * wave;
      data[i + 2] = 255 * (1 - v);
      if ((u - 0.3) ** 2 + (v - 0.4) ** 2 < 0.03) data.set([230, 30, 40], i);
      if (u > 0.6 && v > 0.5 && (Math.floor(x / 9) + Math.floor(y / 7)) % 2) data.set([20, 200, 60], i);
      if (v > 0.9) data.set([255 * u, 255 * u, 255 * u], i);
      data[i + 3] = u < 0.2 ? 255 * (u / 0.2) : (u - 0.7) ** 2 + (v - 0.3) ** 2 < 0.02 ? 0 : 255;
    }
  }
  return { data, raw: { width, height, channels: 4 } };
}

function still(width = 400, height = 300, turn = 0) {
  const { data, raw } = scene(width, height, turn);
  return { alpha: () => sharp(data, { raw }), opaque: () => sharp(data, { raw }).removeAlpha() };
}

async function sources(folder) {
  const { alpha, opaque } = still();
  const deep = (image, space) => image.toColourspace(space).png();
  const frames = await Promise.all([0, 1, 2].map((turn) => still(300, 200, turn).alpha().png().toBuffer()));
  const animation = () => sharp(frames, { join: { animated: true } });
  const made = {
    'baseline.jpg': opaque().jpeg({ quality: 92 }),
    'full-colour.jpg': opaque().jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
    'progressive.jpg': opaque().jpeg({ quality: 92, progressive: true }),
    'progressive-full-colour.jpg': opaque().jpeg({ quality: 92, progressive: true, chromaSubsampling: '4:4:4' }),
    'optimised.jpg': opaque().jpeg({ quality: 80, mozjpeg: true }),
    'grey.jpg': opaque().toColourspace('b-w').jpeg({ quality: 92 }),
    'cmyk-with-profile.jpg': opaque().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 92 }),
    'display-p3.jpg': opaque().withIccProfile('p3').jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
    'odd-size.jpg': still(421, 317).opaque().jpeg({ quality: 92 }),
    'one-high.jpg': still(500, 1).opaque().jpeg({ quality: 92 }),
    'one-wide.jpg': still(1, 500).opaque().jpeg({ quality: 92 }),
    'wide-strip.jpg': still(3000, 40).opaque().jpeg({ quality: 92 }),
    'tall-strip.jpg': still(40, 3000).opaque().jpeg({ quality: 92 }),
    'large.jpg': still(1700, 1100).opaque().jpeg({ quality: 90 }),
    'with-metadata.jpg': opaque().withExif({ IFD0: { Copyright: 'SECRET OWNER' }, IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">SECRET XMP</rdf:RDF></x:xmpmeta>')
      .withIccProfile('p3').jpeg(),
    'rgb.png': opaque().png(),
    'alpha.png': alpha().png(),
    'interlaced.png': alpha().png({ progressive: true }),
    'palette.png': opaque().png({ palette: true }),
    'palette-alpha.png': alpha().png({ palette: true }),
    'palette-4-bits.png': opaque().png({ palette: true, colours: 12, dither: 0 }),
    'palette-1-bit.png': opaque().threshold(128).png({ palette: true, colours: 2 }),
    'grey.png': opaque().toColourspace('b-w').png(),
    'grey-alpha.png': alpha().toColourspace('b-w').png(),
    '16-bits.png': deep(opaque(), 'rgb16'),
    '16-bits-alpha.png': deep(alpha(), 'rgb16'),
    '16-bits-grey.png': deep(opaque(), 'grey16'),
    '16-bits-interlaced.png': opaque().toColourspace('rgb16').png({ progressive: true }),
    'display-p3.png': alpha().withIccProfile('p3').png(),
    'lossy.webp': opaque().webp({ quality: 90 }),
    'lossy-odd.webp': still(333, 211).opaque().webp({ quality: 90 }),
    'lossy-alpha.webp': alpha().webp({ quality: 90 }),
    'lossy-raw-alpha.webp': alpha().webp({ quality: 90, alphaQuality: 50 }),
    'lossless.webp': opaque().webp({ lossless: true }),
    'lossless-alpha.webp': alpha().webp({ lossless: true }),
    'near-lossless.webp': opaque().webp({ nearLossless: true, quality: 60 }),
    'display-p3.webp': opaque().withIccProfile('p3').webp({ quality: 95 }),
    'animated.webp': animation().webp({ quality: 90 }),
    'animated-lossless.webp': animation().webp({ lossless: true }),
    'still.gif': opaque().gif(),
    'animated.gif': animation().gif(),
    'interlaced.gif': opaque().gif({ progressive: true }),
  };
  for (const [name, image] of Object.entries(made)) await image.toFile(join(folder, name));
}

async function pixels() {
  for (const { from, to, width, height } of await input()) {
    // In two steps: libvips would have decoders make less of a JPEG or WebP that is resized, by kernels of their own.
    const { data, info } = await sharp(from).autoOrient().toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    writeFileSync(to, await sharp(data, { raw: info }).resize(width, height, { fit: 'fill' }).raw().toBuffer());
  }
}

async function metadata() {
  const answers = [];
  for (const file of await input()) {
    const said = await sharp(file).metadata();
    const beside = ['exif', 'xmp', 'icc', 'iptc', 'tifftagPhotoshop', 'orientation', 'comments', 'hasProfile'];
    answers.push({ format: said.format, width: said.width, height: said.height, beside: beside.filter((name) => said[name]) });
  }
  console.log(JSON.stringify(answers));
}

async function large(folder) {
  const side = 7071;
  const png = { compressionLevel: 1 };
  const { data, raw } = scene(404, 404);
  const alpha = () => sharp(data, { raw, limitInputPixels: false }).resize(side, side, { kernel: 'nearest' });
  const opaque = () => alpha().flatten({ background: 'white' });
  const made = {
    'full-colour.jpg': opaque().jpeg({ quality: 70, chromaSubsampling: '4:4:4' }),
    'progressive.jpg': opaque().jpeg({ quality: 70, progressive: true, chromaSubsampling: '4:4:4' }),
    'cmyk.jpg': opaque().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 60 }),
    'cmyk-progressive.jpg': opaque().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 60, progressive: true }),
    'alpha.png': alpha().png(png),
    'interlaced.png': alpha().png({ ...png, progressive: true }),
    '16-bits.png': alpha().toColourspace('rgb16').png(png),
    '16-bits-interlaced.png': alpha().toColourspace('rgb16').png({ compressionLevel: 4, progressive: true }),
    'lossless.webp': alpha().webp({ lossless: true, effort: 0 }),
    'lossy-alpha.webp': alpha().webp({ effort: 0, quality: 50 }),
    'palette.gif': opaque().gif({ effort: 1 }),
    'tall.jpg': sharp(data, { raw }).flatten().resize(3500, 14200, { kernel: 'nearest', fit: 'fill' }).jpeg({ quality: 60 }),
  };
  for (const [name, image] of Object.entries(made)) await image.toFile(join(folder, `50-million-${name}`));
}

/** Noise of many sizes, as clouds and leaves are, with edges. The same in each run. */
async function photo(file, width, height) {
  const [w, h] = [1600, 1200];
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const data = Buffer.alloc(w * h * 3);
  const sums = new Float32Array(w * h * 3);
  for (let size = 400, weight = 60; size >= 2; size /= 2, weight *= 0.62) {
    const [across, down] = [Math.ceil(w / size) + 2, Math.ceil(h / size) + 2];
    const grid = Float32Array.from({ length: across * down * 3 }, () => random() * 2 - 1);
    for (let y = 0, i = 0; y < h; y++) {
      const [row, v] = [Math.floor(y / size), (y / size) % 1];
      for (let x = 0; x < w; x++) {
        const [column, u] = [Math.floor(x / size), (x / size) % 1];
        const at = (row * across + column) * 3;
        for (let c = 0; c < 3; c++, i++) {
          const top = grid[at + c] * (1 - u) + grid[at + 3 + c] * u;
          const bottom = grid[at + across * 3 + c] * (1 - u) + grid[at + across * 3 + 3 + c] * u;
          sums[i] += weight * (top * (1 - v) + bottom * v);
        }
      }
    }
  }
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % w, Math.floor(i / 3 / w)];
    const edge = (x - 900) ** 2 + (y - 500) ** 2 < 90000 || (x % 400 < 120 && y > 800) ? 60 : 0;
    data[i] = Math.max(0, Math.min(255, 110 + edge + sums[i]));
  }
  await sharp(data, { raw: { width: w, height: h, channels: 3 } }).resize(+width, +height, { fit: 'fill' }).jpeg({ quality: 90 }).toFile(file);
}

async function set(file, folder) {
  const source = readFileSync(file);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const { data, info } = await sharp(source).autoOrient().resize({ width: 2048, withoutEnlargement: true }).toColourspace('srgb').raw()
    .toBuffer({ resolveWithObject: true });
  const of = (width) => sharp(data, { raw: info }).resize({ width, withoutEnlargement: true });
  const made = {};
  for (const width of [160, 480, 960, 1280, 2048]) made[`${width}.webp`] = await of(width).webp({ quality: 75 }).toBuffer();
  made['1280.jpeg'] = await of(1280).jpeg({ quality: 80 }).toBuffer();
  const { user, system } = process.cpuUsage(cpu);
  const wall = performance.now() - began;
  for (const [name, body] of Object.entries(made)) writeFileSync(join(folder, name), body);
  const bytes = Object.values(made).reduce((sum, body) => sum + body.length, 0);
  console.log(JSON.stringify({ cpu: (user + system) / 1e6, wall: wall / 1e3, peak: process.resourceUsage().maxRSS * 1024, bytes }));
}

const [command, ...parameters] = process.argv.slice(2);
await { sources, pixels, metadata, large, photo, set }[command](...parameters);

import { bytesOf, Damaged, joined, letters, numbers, part } from './bytes';
import { orientationOf, turned } from './exif';

// The chunks of https://developers.google.com/speed/webp/docs/riff_container that say how to show the picture.
const kept = ['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L'];
const inFrame = ['ALPH', 'VP8 ', 'VP8L'];
const several = ['ANMF'];

// Of the flags in VP8X: that there is an Exif; those of profile, transparency and animation stay.
const hasExif = 0x08;
const flags = 0x32;

/** A WebP with what is needed to show it, its colour profile and how it is turned, and with nothing else. */
export function bareWebP(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = part(bytes, 12, numbers(bytes).getUint32(4, true) - 4);
  const all = chunksOf(whole);
  const extended = all[0]?.type === 'VP8X';
  const exif = all.find(({ type }) => type === 'EXIF')?.data;
  const turn = extended && exif ? turned(orientationOf(tiffOf(exif))) : undefined;
  const chunks = shownOf(all, kept).map(({ type, data }) => chunk(type, shown(type, data, !!turn)));
  if (!all.some(({ type }) => ['VP8 ', 'VP8L', 'ANMF'].includes(type))) {
    throw new Damaged('got no picture');
  }
  const body = joined([bytesOf('WEBP'), ...chunks, ...(turn ? [chunk('EXIF', turn)] : [])]);
  return chunk('RIFF', body);
}

function shown(type: string, data: Uint8Array, turn: boolean): Uint8Array {
  if (type === 'VP8X') {
    const head = part(data, 0, 10).slice();
    head[0] = (head[0]! & flags) | (turn ? hasExif : 0);
    return head;
  }
  if (type === 'ANMF') {
    const frame = shownOf(chunksOf(part(data, 16, data.length - 16)), inFrame);
    return joined([part(data, 0, 16), ...frame.map((one) => chunk(one.type, one.data))]);
  }
  return data;
}

// Some programs write what JPEG has in front of it.
const tiffOf = (exif: Uint8Array) => (exif.length > 6 && letters(exif, 0, 4) === 'Exif' ? exif.subarray(6) : exif);

type Chunk = { type: string; data: Uint8Array };

/** The chunks that a reader looks at: of a picture's parts the first of each type. */
const shownOf = (chunks: Chunk[], types: string[]) =>
  chunks.filter((one, at) => types.includes(one.type) && (several.includes(one.type) || chunks.findIndex(({ type }) => type === one.type) === at));

function chunksOf(bytes: Uint8Array): Chunk[] {
  const chunks = [];
  for (let at = 0; at < bytes.length; ) {
    const length = numbers(bytes).getUint32(at + 4, true);
    chunks.push({ type: letters(bytes, at, 4), data: part(bytes, at + 8, length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(8);
  head.set(bytesOf(type));
  numbers(head).setUint32(4, data.length, true);
  return joined([head, data, new Uint8Array(data.length % 2)]);
}

import { bytesOf, Damaged, joined, letters, numbers, part } from './bytes';
import { orientationOf, turned } from './exif';

// The chunks of https://www.w3.org/TR/png-3/ that say how to show the picture, and how many bytes they can need for it. Texts,
// times and whatever programs add are not among them.
const kept: Record<string, number> = {
  ...{ IHDR: 13, PLTE: 768, IDAT: Infinity, IEND: 0, tRNS: 256, acTL: 8, fcTL: 26, fdAT: Infinity },
  ...{ cHRM: 32, gAMA: 4, iCCP: Infinity, sBIT: 4, sRGB: 1, cICP: 4, mDCV: 24, cLLI: 8, bKGD: 6, pHYs: 9 },
};

/** A PNG with what is needed to show it, its colour profile and how it is turned, and with nothing else. */
export function barePNG(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunks: { type: string; whole: Uint8Array }[] = [];
  let orientation = 1;
  let at = 8;
  for (let type = ''; type !== 'IEND'; ) {
    const length = numbers(bytes).getUint32(at);
    type = letters(bytes, at + 4, 4);
    const whole = part(bytes, at, length + 12);
    at += whole.length;
    if (!/^[A-Za-z]{4}$/.test(type) || numbers(whole).getUint32(length + 8) !== sumOf(whole.subarray(4, length + 8))) {
      throw new Damaged(`got a damaged chunk before ${at}`);
    }
    if (type === 'eXIf') {
      orientation = orientationOf(whole.subarray(8, length + 8));
    } else if (length <= (kept[type] ?? -1)) {
      chunks.push({ type, whole });
    } else if (/^[A-Z]/.test(type)) {
      throw new Damaged(`got the chunk ${type}`);
    }
  }
  if (chunks[0]?.type !== 'IHDR' || chunks[0].whole.length !== 25 || !chunks.some(({ type }) => type === 'IDAT')) {
    throw new Damaged('got no picture');
  }
  const [first, ...rest] = chunks.map(({ whole }) => whole);
  const exif = turned(orientation);
  return joined([part(bytes, 0, 8), first!, ...(exif ? [chunk('eXIf', exif)] : []), ...rest]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const whole = joined([new Uint8Array(4), bytesOf(type), data, new Uint8Array(4)]);
  numbers(whole).setUint32(0, data.length);
  numbers(whole).setUint32(whole.length - 4, sumOf(whole.subarray(4, -4)));
  return whole;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) {
    sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  }
  return sum;
});

/** The CRC-32 of bytes. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum = table[(sum ^ byte) & 0xff]! ^ (sum >>> 8);
  }
  return ~sum >>> 0;
}

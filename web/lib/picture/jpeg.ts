import { bytesOf, Damaged, joined, letters, numbers, part } from './bytes';
import { orientationOf, turned } from './exif';

// The markers of https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1.
const soi = 0xd8;
const eoi = 0xd9;
const sos = 0xda;
const app0 = 0xe0;
const app1 = 0xe1;
const app2 = 0xe2;
const app14 = 0xee;
const com = 0xfe;

// What a picture is made of: tables, frames, restarts and scans. Every other marker is either dropped or not of a JPEG.
const frames = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
const tables = [0xc4, 0xcc, 0xdb];
// The number of lines and of blocks until a restart.
const counts = [0xdc, 0xdd];

const exifName = 'Exif\0\0';
const profileName = 'ICC_PROFILE\0';

/** A JPEG with what is needed to show it, its colour profile and how it is turned, and with nothing else. */
export function bareJPEG(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head: Uint8Array[] = [];
  const rest: Uint8Array[] = [];
  const seen = new Set<number>();
  let orientation: number | undefined;
  let at = 2;
  for (;;) {
    at = markerAt(bytes, at);
    const marker = bytes[at + 1] ?? 0;
    if (marker === eoi) {
      break;
    }
    const length = numbers(bytes).getUint16(at + 2);
    const segment = part(bytes, at, 2 + Math.max(length, 2));
    at += segment.length;
    seen.add(marker);
    if (marker === sos) {
      const end = endOfScan(bytes, at);
      rest.push(segment, bytes.subarray(at, end));
      at = end;
    } else if (frames.includes(marker) || tables.includes(marker) || (counts.includes(marker) && segment.length === 6)) {
      rest.push(segment);
    } else if (marker === app1 && starts(segment, exifName)) {
      orientation ??= orientationOf(segment.subarray(10));
    } else if (marker === app0 && starts(segment, 'JFIF\0') && segment.length >= 18) {
      // Without its thumbnail, which may show what was cut off.
      head.push(Uint8Array.of(0xff, app0, 0, 16, ...segment.subarray(4, 16), 0, 0));
    } else if ((marker === app2 && starts(segment, profileName)) || (marker === app14 && starts(segment, 'Adobe') && segment.length === 16)) {
      rest.push(segment);
    } else if (!(marker >= app0 && marker <= 0xef) && marker !== com) {
      throw new Damaged(`got the marker ${marker.toString(16)}`);
    }
  }
  if (!seen.has(sos) || !frames.some((frame) => seen.has(frame))) {
    throw new Damaged('got no picture');
  }
  const exif = turned(orientation ?? 1);
  const turn = exif ? [Uint8Array.of(0xff, app1, 0, 8 + exif.length), bytesOf(exifName), exif] : [];
  return joined([Uint8Array.of(0xff, soi), ...head.slice(0, 1), ...turn, ...rest, Uint8Array.of(0xff, eoi)]);
}

const starts = (segment: Uint8Array, name: string) =>
  segment.length >= 4 + name.length && letters(segment, 4, name.length) === name;

/** Where the marker at a place begins, after bytes that fill. */
function markerAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0xff) {
    throw new Damaged(`got no marker at ${at}`);
  }
  let last = at;
  while (bytes[last + 1] === 0xff) {
    last++;
  }
  return last;
}

/** Where a scan's data ends: at a marker that is no restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) {
      return at;
    }
  }
  throw new Damaged('got no end of the picture');
}

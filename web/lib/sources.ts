import { decoded, drawn } from './drawn';
import { Fault, sentence } from './faults';

// What a picture can be made of. The backend decides by itself, by what it decodes: this only says so before the upload, in
// the same words (internal/pictures/sniff.go), and helps where the browser can.

/** For the accept attribute of a file input: what the backend takes, and what browsers can make a JPEG of. */
export const pictureAccept = 'image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,image/avif,.heic,.heif';

/** The largest picture that the backend takes, in bytes. */
export const maxPictureBytes = 20 * 1024 * 1024;

/** What the pages say of pictures before somebody chooses one. */
export const pictureLimits = 'JPEG, PNG, WebP or GIF, at most 20 MB';

const taken = 'a JPEG, PNG, WebP or GIF';
const heicHint = 'an iPhone makes them; choose Settings, Camera, Formats, Most Compatible, or send it as a JPEG';
const videoHint = 'only still pictures are taken';

// How files begin that are taken. A dot is any byte.
const formats = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'GIF87a', 'GIF89a', 'RIFF....WEBP'];

/** A kind of file that is not taken: its name, where it says what, and what to do. Some browsers open a few of them. */
type Kind = { name: string; at: number; text: string; hint?: string; opens?: boolean };

const kinds: Kind[] = [
  ...['ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1'].map((text) => ({ name: 'a HEIC picture', at: 4, text, hint: heicHint, opens: true })),
  { name: 'an AVIF picture', at: 4, text: 'ftypavi', opens: true },
  { name: 'a video', at: 4, text: 'ftyp', hint: videoHint },
  { name: 'a JPEG XL picture', at: 0, text: '\xff\x0a', opens: true },
  { name: 'a JPEG XL picture', at: 4, text: 'JXL \r\n\x87\n', opens: true },
  { name: 'a JPEG 2000 picture', at: 4, text: 'jP  \r\n\x87\n', opens: true },
  { name: 'a TIFF or raw picture', at: 0, text: 'II*\0', opens: true },
  { name: 'a TIFF or raw picture', at: 0, text: 'MM\0*', opens: true },
  { name: 'a raw picture', at: 0, text: 'FUJIFILMCCD-RAW' },
  { name: 'a BMP picture', at: 0, text: 'BM', opens: true },
  { name: 'an icon', at: 0, text: '\0\0\x01\0' },
  { name: 'a Photoshop file', at: 0, text: '8BPS' },
  { name: 'a PDF', at: 0, text: '%PDF-' },
  { name: 'a ZIP archive', at: 0, text: 'PK\x03\x04' },
  { name: 'a program', at: 0, text: 'MZ' },
  { name: 'a program', at: 0, text: '\x7fELF' },
];

// How much of a file says what it is.
const head = 1024;

/** Why the backend would not take a file, by how it begins; undefined when it may. Whether the browser could open it. */
export function refusal(bytes: Uint8Array): { words: string; opens: boolean } | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, head));
  const begins = (signature: string, at = 0) =>
    text.length >= at + signature.length && [...signature].every((char, i) => char === '.' || char === text[at + i]);
  if (text === '') {
    return { words: `the file is empty: want ${taken}`, opens: false };
  }
  if (formats.some((format) => begins(format))) {
    return undefined;
  }
  const kind = kinds.find((one) => begins(one.text, one.at));
  const name = kind?.name ?? markup(text) ?? 'not a picture, whatever its name says';
  return { words: `${name}: want ${taken}${kind?.hint ? ` (${kind.hint})` : ''}`, opens: kind?.opens === true };
}

// A text that a browser would run.
function markup(text: string): string | undefined {
  const start = text.replace(/^\xef\xbb\xbf/, '').trim().toLowerCase();
  if (!start.startsWith('<')) {
    return undefined;
  }
  if (start.includes('<svg')) {
    return 'an SVG drawing';
  }
  return /<html|<!doctype html|<script/.test(start) ? 'a page of HTML' : 'a text with markup';
}

const tooLarge = 'the file has more than 20 MB: want 20 MB at most; save the picture smaller, or as a JPEG';

// What iPhones draw, when a picture is too large to be drawn whole.
const smaller = 4096;

/**
 * The file to send for one that somebody chose: as it is, or as a JPEG that this browser drew of what the backend does not
 * take. BadRequest, in the backend's words, when there is none.
 */
export async function sourceOf(file: File): Promise<File> {
  const refused = refusal(new Uint8Array(await file.slice(0, head).arrayBuffer()));
  if (refused && !refused.opens) {
    throw new Fault('BadRequest', sentence(refused.words));
  }
  const source = refused ? await asJPEG(file) : file;
  if (!source) {
    throw new Fault('BadRequest', sentence(refused?.words ?? ''));
  }
  if (source.size > maxPictureBytes) {
    throw new Fault('BadRequest', sentence(tooLarge));
  }
  return source;
}

async function asJPEG(file: File): Promise<File | undefined> {
  const image = await decoded(file).catch(() => undefined);
  for (const longest of image ? [Infinity, smaller] : []) {
    const jpeg = await drawn(image!, longest, ['image/jpeg'], 0.92);
    if (jpeg) {
      return new File([jpeg], file.name, { type: jpeg.type });
    }
  }
  return undefined;
}

import { readable } from './disposition';

/** Whose files: everybody who is signed in may read the protected ones by link, nobody else the private ones. */
export type Area = 'protected' | 'private';

/** The largest file that the files page uploads. */
export const maxFileBytes = 100 * 1024 * 1024;

/** How many files are uploaded at once. */
export const maxFiles = 20;

/** The suffixes and media types that the files page takes. */
export const fileTypes = ['image/*', 'video/*', 'audio/*', '.pdf', '.txt', '.md', '.csv', '.zip'];

/** Whether the files page takes a file, by its media type or its suffix. */
export function takes({ name, type }: { name: string; type: string }): boolean {
  const [media, suffix] = [type.toLowerCase(), name.toLowerCase()];
  return fileTypes.some((one) => (one.startsWith('.') ? suffix.endsWith(one) : media.startsWith(one.replace('*', ''))));
}

/** What the files page says before somebody chooses a file. */
export const fileLimits = 'Pictures, videos, audio, PDF, text, CSV or ZIP; up to 20 at once, 100 MB each.';

/** Where a user's files lie. The id is that of the identity pool, with a colon in it. */
export const folder = (area: Area, identityID: string) => `${area}/${identityID}/`;

const longestName = 120;

/**
 * The name under which a file is stored: a UUID, so that no file overwrites another, then a name that is safe in a path
 * and can be read again by nameOf.
 */
export function storedName(name: string, uuid: string = crypto.randomUUID()): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const safe = readable(last.normalize('NFC').replace(/\p{Cc}+/gu, ' ')).trim().replace(/^\.+/, '');
  return `${uuid}-${shorten(safe) || 'file'}`;
}

/** The name of a stored file as it was chosen: its path without the folder and the UUID. */
export function nameOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return readable(last.replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/, ''));
}

/** Whether a browser can show the file as a picture. SVG is left out: it can hold scripts. */
export function isPicture(path: string): boolean {
  return /\.(jpe?g|png|gif|webp|avif)$/i.test(path);
}

const thumbnails = '.thumbnails/';

/** Where the thumbnail of a file lies: beside it, in a folder that is not listed. */
export function thumbnailOf(path: string): string {
  const at = path.lastIndexOf('/') + 1;
  return path.slice(0, at) + thumbnails + path.slice(at);
}

/** Whether a path is that of a thumbnail. */
export const isThumbnail = (path: string) => path.includes(`/${thumbnails}`);

/** The protected file that a link names, or undefined when it names anything else. */
export function sharedPath(asked: string | null): string | undefined {
  return asked && /^protected\/[^/]+\/[^/]+$/.test(asked) ? asked : undefined;
}

/** A size as people read it: "2.4 MB". */
export function formatSize(bytes: number, locale?: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

// Keeps the suffix: it says what the file is.
function shorten(name: string): string {
  if (name.length <= longestName) {
    return name;
  }
  const dot = name.lastIndexOf('.');
  const suffix = dot > 0 && name.length - dot <= 10 ? name.slice(dot) : '';
  return name.slice(0, longestName - suffix.length) + suffix;
}

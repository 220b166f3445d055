const root = 'files';
const long = 'long';
// See internal/archive/names.go for what each is.
const longestPart = 200;
const longestPath = 200;
const longestEnd = 20;

/** A folder of the archive. */
class Folder {
  readonly folders = new Map<string, Folder>();
  private readonly last = new Map<string, number>();

  constructor(readonly path: string) {}

  /** The path of something in it that has no other by its name then. */
  take(name: string): string {
    const seen = seenAs(name);
    const [stem, end] = split(name);
    let number = this.last.get(seen) ?? 0;
    let free = name;
    while (this.last.has(seenAs(free))) {
      number++;
      free = `${stem} (${number})${end}`;
    }
    this.last.set(seen, Math.max(number, 1));
    this.last.set(seenAs(free), Math.max(this.last.get(seenAs(free)) ?? 0, 1));
    return `${this.path}/${free}`;
  }
}

/**
 * What the files of an archive are called: paths that Windows, macOS and Linux take, below files/, no two of which are one file there.
 * The rule, and what it is for, are those of `lightbox user export` (internal/archive/names.go); both are held against one table.
 */
export class Names {
  private readonly top = new Folder(root);
  private readonly long = new Folder(`${root}/${long}`);

  constructor() {
    this.top.take(long);
  }

  /** The path of a key's file, to be asked once for each. */
  of(key: string): string {
    const parts = key.split('/');
    const file = safe(parts.pop() ?? '');
    const folders = parts.map(safe);
    if ([root, ...folders, file].join('/').length > longestPath) {
      return this.long.take(file);
    }
    let folder = this.top;
    for (const [i, part] of parts.entries()) {
      const next = folder.folders.get(part) ?? new Folder(folder.take(folders[i] ?? ''));
      folder.folders.set(part, next);
      folder = next;
    }
    return folder.take(file);
  }
}

/** What is one name to a file system that knows neither capitals nor how an accent is written, nor what is not seen. */
const seenAs = (name: string) =>
  name.replace(/[\p{Cf}\p{Variation_Selector}]/gu, '').normalize('NFKD').toUpperCase().normalize('NFKD');

/** Splits off what ends a name, such as .jpg. */
function split(name: string): [stem: string, end: string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 && bytes(name.slice(dot)) <= longestEnd ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

const device = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;

/** A part of a key as a name that every system takes. */
function safe(part: string): string {
  let name = trim(part.replace(/[\p{Cc}\p{Cs}<>:"\\|?*\uFFFE\uFFFF]/gu, '_'));
  if (bytes(name) > longestPart) {
    const [stem, end] = split(name);
    name = trim(clip(stem, longestPart - bytes(end)) + end);
  }
  return device.test(name) ? `_${name}` : name || '_';
}

const trim = (name: string) => name.replace(/[ .]+$/, '');

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** As much of a text as has no more bytes. */
const clip = (text: string, most: number) => text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(most)).read);

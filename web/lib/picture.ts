import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash';
import type { PictureFieldsFragment } from '@/graphql/generated';

export type Picture = PictureFieldsFragment;

/** A picture's files that have an address: the AVIFs and the WebPs, of which the browser chooses, and one for whoever chooses none. */
export type Sources = { avif: string; srcSet: string; src: string };

/** The files of a picture; undefined while none has an address, as a draft's before links to it are made. */
export function sourcesOf({ renditions }: Picture): Sources | undefined {
  const there = renditions.flatMap(({ url, width, format }) => (url ? [{ url, width, format }] : []));
  const of = (wanted: string) => there.filter(({ format }) => format === wanted);
  const set = (wanted: string) => of(wanted).map(({ url, width }) => `${url} ${width}w`).join(', ');
  const src = (of('JPEG')[0] ?? of('WEBP').at(-1))?.url;
  return src ? { avif: set('AVIF'), srcSet: set('WEBP'), src } : undefined;
}

/**
 * A place where pictures stand: how wide it is, as the attribute `sizes` says it, condition by condition, the last without one;
 * and its frame. Pictures are `whole` in a frame of their own ratio, `fit` into one of 4:3, or `fill` a square.
 */
export type Slot = { widths: [condition: string, width: string][]; frame: 'whole' | 'fit' | 'fill' };

// The widths are those of styles/*.css; e2e/pictures.spec.ts holds that they are what pages have.
export const slots = {
  card: { frame: 'fit', widths: [['(min-width: 68.5rem)', '16rem'], ['(min-width: 51rem)', '31vw'], ['', '46vw']] },
  product: { frame: 'whole', widths: [['(min-width: 72rem)', '39rem'], ['(min-width: 48rem)', '53vw'], ['', '92vw']] },
  feed: { frame: 'whole', widths: [['(min-width: 40rem)', '36rem'], ['', '92vw']] },
  photo: { frame: 'whole', widths: [['(min-width: 53rem)', '48rem'], ['', '92vw']] },
  tile: { frame: 'fill', widths: [['(min-width: 72rem)', '22.5rem'], ['', '31vw']] },
  row: { frame: 'fit', widths: [['', '5.5rem']] },
} as const satisfies Record<string, Slot>;

/** The attribute `sizes` of a picture in a slot: a tall one that is fit in is narrower, a wide one that fills is wider. */
export function sizesOf({ frame, widths }: Slot, { width, height }: Pick<Picture, 'width' | 'height'>): string {
  const ratio = width / height;
  const share = { whole: 1, fit: Math.min(1, ratio / (4 / 3)), fill: Math.max(1, ratio) }[frame];
  const scaled = (length: string) => (share === 1 ? length : `calc(${length} * ${Number(share.toFixed(3))})`);
  return widths.map(([condition, length]) => `${condition} ${scaled(length)}`.trim()).join(', ');
}

/**
 * What a picture looks like until it is there, as the address of a tiny one; and what stands beside it then: its mean colour,
 * or nothing for one that can be seen through.
 */
export function placeholderOf({ placeholder }: Picture): { url: string; colour: string } | undefined {
  try {
    const hash = Uint8Array.from(atob(placeholder), (char) => char.charCodeAt(0));
    if (hash.length < 5) {
      return undefined;
    }
    const { r, g, b } = thumbHashToAverageRGBA(hash);
    const clear = (hash[2]! & 0x80) !== 0;
    return { url: thumbHashToDataURL(hash), colour: clear ? '' : `rgb(${[r, g, b].map((part) => Math.round(part * 255)).join(' ')})` };
  } catch {
    return undefined;
  }
}

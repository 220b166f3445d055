import { Fault } from '../faults';
import { bareAVIF } from './avif';
import { Damaged, letters } from './bytes';
import { bareGIF } from './gif';
import { bareJPEG } from './jpeg';
import { barePNG } from './png';
import { bareWebP } from './webp';

declare const bare: unique symbol;

/** A picture that says nothing but what it shows: no place, no time, no camera, no text. Only such are uploaded in public. */
export type BarePicture = File & { readonly [bare]: true };

type Format = { name: string; media: string; known(bytes: Uint8Array): boolean; bare(bytes: Uint8Array): Uint8Array<ArrayBuffer> };

const starts = (text: string, at = 0) => (bytes: Uint8Array) => bytes.length >= at + text.length && letters(bytes, at, text.length) === text;

const formats: Format[] = [
  { name: 'JPEG', media: 'image/jpeg', known: starts('\xff\xd8\xff'), bare: bareJPEG },
  { name: 'PNG', media: 'image/png', known: starts('\x89PNG\r\n\x1a\n'), bare: barePNG },
  { name: 'GIF', media: 'image/gif', known: (bytes) => starts('GIF87a')(bytes) || starts('GIF89a')(bytes), bare: bareGIF },
  { name: 'WebP', media: 'image/webp', known: (bytes) => starts('RIFF')(bytes) && starts('WEBP', 8)(bytes), bare: bareWebP },
  { name: 'AVIF', media: 'image/avif', known: starts('ftypavi', 4), bare: bareAVIF },
];

/**
 * A picture without Exif, GPS, XMP, IPTC, comments, thumbnails and whatever follows its end; with its colour profile and how
 * it is turned. Each format lists what is kept, so that what nobody thought of goes. BadRequest, with a sentence, for a file
 * whose parts cannot be told apart: it must not be sent as it is.
 */
export function barePicture(bytes: Uint8Array): { bytes: Uint8Array<ArrayBuffer>; media: string } {
  const format = formats.find(({ known }) => known(bytes));
  if (!format) {
    throw new Fault('BadRequest', 'This is not a JPEG, PNG, GIF, WebP or AVIF, whatever its name says.');
  }
  try {
    return { bytes: format.bare(bytes), media: format.media };
  } catch (thrown) {
    if (thrown instanceof Damaged || thrown instanceof RangeError) {
      const said = `This ${format.name} is damaged or unusual: what it says of you cannot be taken out. Save it anew as a JPEG.`;
      throw new Fault('BadRequest', said, { cause: thrown });
    }
    throw thrown;
  }
}

/** A file that somebody chose, as a picture that can be uploaded. Its media type is what is in it. */
export async function bareFile(file: File): Promise<BarePicture> {
  const { bytes, media } = barePicture(new Uint8Array(await file.arrayBuffer()));
  return new File([bytes], file.name, { type: media }) as BarePicture;
}

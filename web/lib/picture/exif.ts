import { numbers } from './bytes';

// Exif is a TIFF: https://www.cipa.jp/std/documents/download_e.html?CIPA_DC-008-2024-E, section 4.6. Of all its tags the
// pages keep the one without which a picture lies on its side.
const orientationTag = 0x0112;

/** How a picture is to be turned, from 1 (not at all) to 8. What cannot be read says nothing, and is dropped anyway. */
export function orientationOf(tiff: Uint8Array): number {
  try {
    const view = numbers(tiff);
    const little = view.getUint16(0) === 0x4949;
    const first = view.getUint32(4, little);
    const count = view.getUint16(first, little);
    for (let entry = first + 2; entry < first + 2 + 12 * count; entry += 12) {
      if (view.getUint16(entry, little) === orientationTag) {
        const long = view.getUint16(entry + 2, little) === 4;
        const value = long ? view.getUint32(entry + 8, little) : view.getUint16(entry + 8, little);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
  } catch {
    // It ends too early.
  }
  return 1;
}

/** An Exif with nothing but how the picture is to be turned; undefined for one that is not. */
export function turned(orientation: number): Uint8Array | undefined {
  if (orientation === 1) {
    return undefined;
  }
  // Big-endian; one directory at 8 with one entry: one SHORT.
  return Uint8Array.of(
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
    ...[0, 1, orientationTag >> 8, orientationTag & 0xff, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0],
  );
}

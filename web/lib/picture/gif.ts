import { Damaged, joined, letters, part } from './bytes';

// The blocks of https://www.w3.org/Graphics/GIF/spec-gif89a.txt.
const image = 0x2c;
const extension = 0x21;
const end = 0x3b;
const control = 0xf9;
const application = 0xff;
const words = 0x01;

/** A GIF with its pictures, their times and whether they repeat, and with nothing else. */
export function bareGIF(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 13 + coloursAt(bytes, 10);
  const parts = [part(bytes, 0, at)];
  // How the next picture is shown.
  let before: Uint8Array | undefined;
  let pictures = 0;
  for (;;) {
    const [kind] = part(bytes, at, 1);
    if (kind === end) {
      break;
    }
    if (kind === image) {
      const head = 10 + coloursAt(bytes, at + 9);
      // One byte for the size of codes.
      const whole = bytes.subarray(at, endOfBlocks(bytes, at + head + 1));
      parts.push(...(before ? [before] : []), whole);
      before = undefined;
      pictures++;
      at += whole.length;
    } else if (kind === extension) {
      const whole = bytes.subarray(at, endOfBlocks(bytes, at + 2));
      at += whole.length;
      if (whole[1] === control) {
        // Without what it has no room for.
        before = whole[2] === 4 ? joined([part(whole, 0, 7), Uint8Array.of(0)]) : undefined;
      } else if (whole[1] === words) {
        before = undefined;
      } else if (whole[1] === application && repeats(whole)) {
        parts.push(whole);
      }
    } else {
      throw new Damaged(`got no block at ${at}`);
    }
  }
  if (pictures === 0) {
    throw new Damaged('got no picture');
  }
  return joined([...parts, Uint8Array.of(end)]);
}

/** How many bytes of colours follow, by the byte that says so. */
function coloursAt(bytes: Uint8Array, at: number): number {
  const packed = part(bytes, at, 1)[0] ?? 0;
  return packed & 0x80 ? 3 << ((packed & 7) + 1) : 0;
}

/** Where blocks of data end: each says how long it is, the last is empty. */
function endOfBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const length = part(bytes, at, 1)[0] ?? 0;
    at += 1 + length;
    if (length === 0) {
      return at;
    }
  }
}

/** Whether an application's extension is the one that says how often to repeat, and says nothing else. */
const repeats = (whole: Uint8Array) =>
  whole.length === 19 && ['NETSCAPE2.0', 'ANIMEXTS1.0'].includes(letters(whole, 3, 11)) && whole[14] === 3 && whole[15] === 1;

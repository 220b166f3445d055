/** A file that is not what its first bytes say, or that ends too early. */
export class Damaged extends Error {
  override name = 'Damaged';
}

/** The bytes of a part of a file; Damaged when the file ends before it does. */
export function part(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (at < 0 || length < 0 || at + length > bytes.length) {
    throw new Damaged(`got ${bytes.length} bytes, want ${length} from ${at}`);
  }
  return bytes.subarray(at, at + length);
}

/** Numbers of a file. Reading beyond its end is a RangeError. */
export const numbers = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes as the letters that they are in ASCII. */
export const letters = (bytes: Uint8Array, at: number, length: number) => String.fromCharCode(...part(bytes, at, length));

/** Letters of ASCII as bytes. */
export const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** The parts one after another. */
export function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of parts) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

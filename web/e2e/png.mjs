import { crc32, deflateSync } from 'node:zlib';

/** A PNG of a picture whose colour at x, y (from 0 to 1, y downwards) is paint's answer: red, green, blue from 0 to 1. */
export function png(width, height, paint) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  let at = 0;
  for (let y = 0; y < height; y++) {
    rows[at++] = 0; // No filter: the pictures are flat enough.
    for (let x = 0; x < width; x++) {
      for (const part of paint((x + 0.5) / width, (y + 0.5) / height)) {
        rows[at++] = Math.round(Math.min(1, Math.max(0, part)) * 255);
      }
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8); // 8 bits a part, red green blue
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A chunk of a PNG, framed. */
export function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return framed;
}

import { expect, test } from 'vitest';
import { attachment, readable } from './disposition';

test.each([
  ['plan.png', 'plan.png', 'plan.png'],
  ['写真.jpg', '__.jpg', '%E5%86%99%E7%9C%9F.jpg'],
  ['My "best" shot.jpg', 'My _best_ shot.jpg', 'My%20%22best%22%20shot.jpg'],
  ['a%25b.txt', 'a_25b.txt', 'a%2525b.txt'],
  ["it's (1)*.txt", "it's (1)*.txt", 'it%27s%20%281%29%2A.txt'],
  ['a;b=c,d.txt', 'a;b=c,d.txt', 'a%3Bb%3Dc%2Cd.txt'],
  ['Müller.pdf', 'M_ller.pdf', 'M%C3%BCller.pdf'],
  ['👩‍👧.png', '___.png', '%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7.png'],
  ['a\u202Egpj.exe', 'agpj.exe', 'agpj.exe'],
  ['\u2066a\u2069\u200F.txt', 'a.txt', 'a.txt'],
  ['a\r\nSet-Cookie: x.txt', 'aSet-Cookie: x.txt', 'aSet-Cookie%3A%20x.txt'],
  ['../a\\b.txt', '.._a_b.txt', '.._a_b.txt'],
  ['half \uD83D.txt', 'half _.txt', 'half%20%EF%BF%BD.txt'],
  ['\u202E', 'file', 'file'],
  ['', 'file', 'file'],
])('%j is saved under its name', (name, ascii, whole) => {
  expect(attachment(name)).toBe(`attachment; filename="${ascii}"; filename*=UTF-8''${whole}`);
});

test('whatever the name, the header is one line of ASCII with two names, and the second is the name', () => {
  for (let code = 0; code < 0x3000; code++) {
    const name = `a${String.fromCodePoint(code)}b.txt`;
    const [, whole] = /^attachment; filename="[\x20!\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''([\w!#$&+.^`|~%-]+)$/.exec(attachment(name)) ?? [];
    expect(decodeURIComponent(whole ?? ''), `U+${code.toString(16)}`).toBe(readable(name).replace(/[/\\]/g, '_'));
  }
});

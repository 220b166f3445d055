import { bytesOf, Damaged, letters, numbers, part } from './bytes';

// An AVIF is a file of boxes with items in it (ISO/IEC 14496-12 and 23008-12, https://aomediacodec.github.io/av1-avif/).
// Items point into the file by place, so nothing is moved: what is not needed to show the picture is overwritten with zeros.
const pictures = ['av01', 'grid', 'iovl', 'iden', 'tmap'];

// How items are shown: size, colours, profile, turn. Names, descriptions and times are not among them.
const properties = [
  ...['av1C', 'ispe', 'pixi', 'colr', 'auxC', 'irot', 'imir', 'clap', 'pasp', 'clli', 'mdcv', 'cclv', 'amve'],
  ...['a1op', 'lsel', 'a1lx'],
];
const copied = ['pitm', 'iloc', 'iref', 'ipma', 'grpl'];

type Box = { type: string; at: number; from: number; end: number };

/** An AVIF with what is needed to show it, its colour profile and how it is turned, and with zeros for all else. */
export function bareAVIF(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const bare = new Uint8Array(bytes.length);
  const copy = (from: number, end: number) => bare.set(part(bytes, from, end - from), from);
  const blank = (box: Box) => {
    copy(box.at, box.from);
    bare.set(bytesOf('free'), box.at + 4);
  };
  const data: Box[] = [];
  const items = new Map<number, Item>();
  const extents: Extent[] = [];
  const references: Reference[] = [];
  let primary: number | undefined;
  const visit = (box: Box, inside: string) => {
    const { type, at, from, end } = box;
    if (inside === '' && type === 'moov') {
      throw new Damaged('got a film');
    }
    if ((inside === '' && type === 'ftyp') || (inside !== '' && copied.includes(type)) || (inside === 'ipco' && properties.includes(type))) {
      copy(at, end);
    } else if ((inside === '' && type === 'mdat') || (inside === 'meta' && type === 'idat')) {
      copy(at, from);
      data.push(box);
    } else if (inside === 'meta' && type === 'hdlr') {
      // Without its name.
      copy(at, from + 12);
    } else if (inside === 'iinf' && type === 'infe') {
      const item = itemAt(bytes, box);
      if (items.has(item.id)) {
        throw new Damaged(`got item ${item.id} twice`);
      }
      items.set(item.id, item);
      copy(at, item.after);
    } else if (`${inside}/${type}` in fullBoxes) {
      const head = from + (fullBoxes[`${inside}/${type}`] ?? 0) + (type === 'iinf' && bytes[from] !== 0 ? 2 : 0);
      copy(at, head);
      boxesOf(bytes, head, end).forEach((one) => visit(one, type));
    } else {
      blank(box);
    }
    if (inside === 'meta' && type === 'iloc') {
      extents.push(...extentsOf(bytes, box));
    } else if (inside === 'meta' && type === 'iref') {
      references.push(...referencesOf(bytes, box));
    } else if (inside === 'meta' && type === 'pitm') {
      primary = bytes[from] === 0 ? numbers(bytes).getUint16(from + 4) : numbers(bytes).getUint32(from + 4);
    }
  };
  boxesOf(bytes, 0, bytes.length).forEach((box) => visit(box, ''));
  const needed = neededFor(primary ?? 0, references, items);
  if (![...needed].some((id) => items.get(id)?.kind === 'av01')) {
    throw new Damaged('got no picture');
  }
  // Readers refuse an Exif of zeros, and leave alone what they do not know.
  [...items.values()].filter(({ id }) => !needed.has(id)).forEach(({ after }) => bare.set(bytesOf('free'), after - 4));
  const places = extents.map((extent) => placeOf(extent, data));
  const shown = places.filter(({ id }) => needed.has(id));
  const others = places.filter((place) => !shown.includes(place));
  if (shown.some(({ start, end }) => others.some((other) => other.start < end && start < other.end))) {
    throw new Damaged('got a picture that shares its data with something else');
  }
  shown.forEach(({ start, end }) => copy(start, end));
  return bare;
}

/** Where in the file an extent lies: within the data, or the file is damaged. */
function placeOf({ id, inIdat, offset, length }: Extent, data: Box[]): { id: number; start: number; end: number } {
  for (const { type, from, end } of data) {
    const start = inIdat ? from + offset : offset;
    if ((type === 'idat') === inIdat && length > 0 && start >= from && start + length <= end) {
      return { id, start, end: start + length };
    }
  }
  throw new Damaged(`got item ${id} outside of the data`);
}

// Boxes with boxes in them, by what they are in: how many bytes come before those.
const fullBoxes: Record<string, number> = { '/meta': 4, 'meta/iprp': 0, 'iprp/ipco': 0, 'meta/iinf': 6 };

function boxesOf(bytes: Uint8Array, from: number, end: number): Box[] {
  const boxes: Box[] = [];
  const view = numbers(bytes);
  for (let at = from; at < end; ) {
    let size = view.getUint32(at);
    let head = 8;
    if (size === 1) {
      size = Number(view.getBigUint64(at + 8));
      head = 16;
    } else if (size === 0) {
      size = end - at;
    }
    if (size < head || at + size > end) {
      throw new Damaged(`got a box of ${size} bytes at ${at}`);
    }
    boxes.push({ type: letters(bytes, at + 4, 4), at, from: at + head, end: at + size });
    at += size;
  }
  return boxes;
}

type Item = { id: number; kind: string; after: number };

/** Which item a box is about, what kind of item, and where that is said; a name comes after. */
function itemAt(bytes: Uint8Array, { from, end }: Box): Item {
  const version = bytes[from];
  if (version !== 2 && version !== 3) {
    throw new Damaged(`got version ${version} of an item`);
  }
  const wide = version === 3;
  const after = from + (wide ? 14 : 12);
  if (after > end) {
    throw new Damaged('got half an item');
  }
  const id = wide ? numbers(bytes).getUint32(from + 4) : numbers(bytes).getUint16(from + 4);
  return { id, kind: letters(bytes, after - 4, 4), after };
}

type Reference = { type: string; from: number; to: number[] };

/** What items have to do with each other, as iref says it. */
function referencesOf(bytes: Uint8Array, { from, end }: Box): Reference[] {
  const view = numbers(bytes.subarray(0, end));
  const size = view.getUint8(from) === 0 ? 2 : 4;
  const id = (at: number) => (size === 2 ? view.getUint16(at) : view.getUint32(at));
  return boxesOf(bytes, from + 4, end).map(({ type, from: at }) => {
    const to = Array.from({ length: view.getUint16(at + size) }, (_, index) => id(at + size + 2 + index * size));
    return { type, from: id(at), to };
  });
}

/**
 * The items of which a picture is made: itself, its parts, its transparency and its brightness. Other pictures in the file are
 * not among them, and neither is a thumbnail, which may show what was cut off.
 */
function neededFor(primary: number, references: Reference[], items: Map<number, Item>): Set<number> {
  const kind = (id: number) => items.get(id)?.kind ?? '';
  const needed = new Set<number>([primary]);
  for (let before = 0; before < needed.size; ) {
    before = needed.size;
    for (const { type, from, to } of references) {
      if (type === 'dimg' && needed.has(from)) {
        to.forEach((id) => needed.add(id));
      } else if ((type === 'auxl' || (type === 'dimg' && kind(from) === 'tmap')) && to.some((id) => needed.has(id))) {
        needed.add(from);
      }
    }
  }
  return new Set([...needed].filter((id) => pictures.includes(kind(id))));
}

type Extent = { id: number; inIdat: boolean; offset: number; length: number };

/** Where items lie, as iloc says it. */
function extentsOf(bytes: Uint8Array, { from, end }: Box): Extent[] {
  const view = numbers(bytes.subarray(0, end));
  const version = view.getUint8(from);
  const sizes = view.getUint16(from + 4);
  let at = from + 6;
  const next = (size: number) => {
    const value = size === 0 ? 0 : size === 2 ? view.getUint16(at) : size === 4 ? view.getUint32(at) : Number(view.getBigUint64(at));
    at += size;
    return value;
  };
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15] as const;
  const indexSize = version > 0 ? sizes & 15 : 0;
  if (version > 2 || [offsetSize, lengthSize, baseSize, indexSize].some((size) => ![0, 4, 8].includes(size))) {
    throw new Damaged(`got version ${version} of iloc`);
  }
  const found: Extent[] = [];
  for (let count = next(version < 2 ? 2 : 4); count > 0; count--) {
    const id = next(version < 2 ? 2 : 4);
    const method = version > 0 ? next(2) & 15 : 0;
    const elsewhere = next(2);
    if (method > 1 || elsewhere !== 0 || found.some((one) => one.id === id)) {
      throw new Damaged(`got item ${id} twice, or in another file`);
    }
    const base = next(baseSize);
    for (let extent = next(2); extent > 0; extent--) {
      next(indexSize);
      found.push({ id, inIdat: method === 1, offset: base + next(offsetSize), length: next(lengthSize) });
    }
  }
  return found;
}

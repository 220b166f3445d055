import { faultOf } from './faults';
import { Names } from './names';

/** What is in an archive of a person, and what could not be had; that of `lightbox user export` has the same fields. */
export type Manifest = {
  sub: string;
  username: string;
  email?: string;
  at: string;
  /** How many there are in each file of rows/. */
  rows: Record<string, number>;
  files: { name: string; key: string; bytes: number; type?: string; modified: string }[];
  /** What should be there and could not be read, or not as a whole. */
  missing: Missing[];
  /** The areas in which nothing could be looked for. */
  notSearched: string[];
};

export type Missing = { what: string; why: string };

/** A file of the archive, written as it is read. */
export type Entry = { name: string; lastModified: Date; input: AsyncIterable<Uint8Array<ArrayBuffer> | string> };

/** An object that is being read. */
export type Opened = { body: AsyncIterable<Uint8Array<ArrayBuffer>>; type: string | undefined; modified: Date };

/** How much was written up to now. */
export type Written = { files: number; bytes: number };

// How often the bytes of a large file are told.
const told = 1024 * 1024;

/** An archive that is written: rows/*.json, files/, and manifest.json at its end. Entries are read in the order in which they are given. */
export class Archive {
  readonly said: Manifest;
  private readonly names = new Names();
  private bytes = 0;

  constructor(
    who: { sub: string; username: string; email: string | undefined },
    private readonly at: Date,
    private readonly signal: AbortSignal,
    private readonly tell: (written: Written) => void = () => {},
  ) {
    const { sub, username, email } = who;
    const person = email ? { sub, username, email } : { sub, username };
    this.said = { ...person, at: seconds(at), rows: {}, files: [], missing: [], notSearched: [] };
  }

  /** Rows as a list, a page after the other. What fails ends the list, and is in the manifest. */
  rows(name: string, pages: AsyncIterable<object[]>): Entry {
    const file = `rows/${name}.json`;
    return { name: file, lastModified: this.at, input: this.list(name, file, pages) };
  }

  private async *list(name: string, file: string, pages: AsyncIterable<object[]>) {
    let count = 0;
    try {
      for await (const page of pages) {
        for (const row of page) {
          yield `${count++ === 0 ? '[\n' : ',\n'}  ${JSON.stringify(row)}`;
        }
      }
    } catch (thrown) {
      this.miss(file, thrown);
    }
    this.said.rows[name] = count;
    yield count === 0 ? '[]\n' : '\n]\n';
  }

  /** An object as a file, if it can be opened; what cannot, and what is cut short, is in the manifest. */
  async *file(key: string, open: () => Promise<Opened>): AsyncGenerator<Entry> {
    let opened: Opened;
    try {
      opened = await open();
    } catch (thrown) {
      this.miss(key, thrown);
      return;
    }
    const name = this.names.of(key);
    yield { name, lastModified: opened.modified, input: this.content(key, name, opened) };
  }

  private async *content(key: string, name: string, { body, type, modified }: Opened) {
    const before = this.bytes;
    let last = before;
    try {
      for await (const chunk of body) {
        yield chunk;
        this.bytes += chunk.length;
        if (this.bytes - last > told) {
          last = this.bytes;
          this.tell({ files: this.said.files.length, bytes: last });
        }
      }
    } catch (thrown) {
      this.miss(key, thrown, `cut short after ${this.bytes - before} bytes: `);
    }
    const file = { name, key, bytes: this.bytes - before, ...(type ? { type } : {}), modified: seconds(modified) };
    this.said.files.push(file);
    this.tell({ files: this.said.files.length, bytes: this.bytes });
  }

  /** Notes what could not be had. Whoever stopped, or has no session any more, gets no archive. */
  miss(what: string, thrown: unknown, before = '') {
    this.signal.throwIfAborted();
    const fault = faultOf(thrown);
    if (fault.kind === 'SessionEnded') {
      throw fault;
    }
    this.said.missing.push({ what, why: before + fault.message });
  }

  /** The last entry. */
  manifest(): Entry {
    const text = async function* (said: Manifest) {
      yield `${JSON.stringify(said, null, 2)}\n`;
    };
    return { name: 'manifest.json', lastModified: this.at, input: text(this.said) };
  }
}

const seconds = (time: Date) => time.toISOString().replace(/\.\d+/, '');

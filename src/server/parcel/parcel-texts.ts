import type { OpenFile } from '../lib/file-answer.ts';
import type { ZipEntry } from './zip-stream.ts';

/** A small text in a zip. */
export function textEntry(name: string, text: string, wallMs: number): ZipEntry {
  const bytes = Buffer.from(text, 'utf8');
  return { name, sizeBytes: bytes.length, wallMs, open: async () => memory(bytes) };
}

const memory = (bytes: Buffer): Pick<OpenFile, 'read' | 'close'> => ({
  read: async (offset, length) => bytes.subarray(offset, offset + length),
  close: () => undefined,
});

/** Makes the same text anew. */
export type TextMaker = () => Promise<AsyncGenerator<string>>;

/** How many bytes it has. */
export async function measureText(make: TextMaker): Promise<number> {
  let bytes = 0;
  for await (const piece of await make()) bytes += Buffer.byteLength(piece);
  return bytes;
}

/**
 * A text of any length that is made twice, to be measured and to be read, so that none of it is kept. One that has
 * become shorter meanwhile ends in spaces; one that has become longer fails.
 */
export function madeEntry(
  name: string,
  make: TextMaker,
  of: { sizeBytes: number; wallMs: number },
): ZipEntry {
  return { name, ...of, open: async () => new MadeText(await make(), of.sizeBytes) };
}

/** Read from its beginning to its end. */
class MadeText {
  private readonly pieces: AsyncGenerator<string>;
  private readonly sizeBytes: number;
  private left: Buffer = Buffer.alloc(0);
  private made = 0;

  constructor(pieces: AsyncGenerator<string>, sizeBytes: number) {
    this.pieces = pieces;
    this.sizeBytes = sizeBytes;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    while (this.left.length === 0) {
      const { value, done } = await this.pieces.next();
      if (done) return Buffer.alloc(Math.min(length, this.sizeBytes - offset), ' ');
      this.left = Buffer.from(value, 'utf8');
      this.made += this.left.length;
      if (this.made > this.sizeBytes) throw new Error('The positions have changed while they were read.');
    }
    const piece = this.left.subarray(0, length);
    this.left = this.left.subarray(piece.length);
    return piece;
  }

  close(): void {
    void this.pieces.return(undefined).catch(() => undefined);
  }
}

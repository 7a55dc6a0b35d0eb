import { Readable } from 'node:stream';
import { makeZip, predictLength } from 'client-zip';
import type { OpenFile } from '../lib/file-answer.ts';
import { zipDate } from './parcel-plan.ts';

/** One file of a zip, stored as it is. */
export interface ZipEntry {
  name: string;
  /** Of the file, as it was when the zip was begun. */
  sizeBytes: number;
  /** Wall clock that the zip shows. */
  wallMs: number;
  /** Its bytes; closed when they have been read, or nobody wants them any more. */
  open(): Promise<Pick<OpenFile, 'read' | 'close'>>;
}

/** The length of the zip that these entries make. */
export const zipLength = (entries: readonly Pick<ZipEntry, 'name' | 'sizeBytes'>[]): number =>
  Number(predictLength(entries.map(({ name, sizeBytes }) => ({ name, size: sizeBytes }))));

const pieceBytes = 256 * 1024;

/**
 * A zip of these entries, made as it is read: a piece of a file in memory at a time. It fails, so that nobody takes it
 * for whole, when a file cannot be read to the length that it had, or the signal says so.
 */
export function zipStream(entries: readonly ZipEntry[], signal: AbortSignal): Readable {
  const reading = new Reading(signal);
  const zip = makeZip(inputsOf(entries, reading));
  const body = Readable.from(piecesOf(zip), { objectMode: false, highWaterMark: pieceBytes });
  const stop = () => body.destroy(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  body.once('close', () => {
    signal.removeEventListener('abort', stop);
    reading.end();
  });
  return body;
}

function* inputsOf(entries: readonly ZipEntry[], reading: Reading) {
  for (const entry of entries)
    yield {
      name: entry.name,
      size: entry.sizeBytes,
      lastModified: zipDate(entry.wallMs),
      input: reading.bytesOf(entry),
    };
}

async function* piecesOf(zip: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = zip.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** The file that is being read: who makes the zip does not close it when nobody wants the rest. */
class Reading {
  private readonly signal: AbortSignal;
  private current: Pick<OpenFile, 'read' | 'close'> | null = null;
  private isOver = false;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  end(): void {
    this.isOver = true;
    this.close();
  }

  async *bytesOf(entry: ZipEntry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    this.check();
    const file = await entry.open();
    this.current = file;
    try {
      for (let at = 0; at < entry.sizeBytes;) {
        this.check();
        const piece = await file.read(at, Math.min(pieceBytes, entry.sizeBytes - at));
        if (piece.length === 0) throw new Error('A file has become shorter while it was read.');
        at += piece.length;
        // What reads a file reads into memory of its own.
        yield piece as Uint8Array<ArrayBuffer>;
      }
    } finally {
      this.close();
    }
  }

  private check(): void {
    this.signal.throwIfAborted();
    if (this.isOver) throw new Error('nobody wants the rest');
  }

  private close(): void {
    this.current?.close();
    this.current = null;
  }
}

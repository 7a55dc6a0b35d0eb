import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

/** Node's parser gives up at 16 KiB by itself; a head that long is no camera's. */
const longestHeadBytes = 32 * 1024;

/**
 * Puts the head of one HTTP answer in an order that Node's parser, lenient as it is told to be, still insists on:
 * no blanks before a header's colon, no lines without one, no Content-Length said twice. The body passes untouched.
 */
export class HeadRepair {
  #waiting: Buffer = Buffer.alloc(0);
  #passed = false;

  /** What can go on to the parser now. */
  push(chunk: Buffer): Buffer {
    if (this.#passed) return chunk;
    const bytes = Buffer.concat([this.#waiting, chunk]);
    const text = bytes.toString('latin1');
    const end = /\r?\n\r?\n/.exec(text);
    if (!end && bytes.length < longestHeadBytes && couldBeHead(text)) {
      this.#waiting = bytes;
      return Buffer.alloc(0);
    }
    this.#passed = true;
    if (!end || !couldBeHead(text)) return bytes;
    const head = Buffer.from(repairedHead(text.slice(0, end.index)), 'latin1');
    return Buffer.concat([head, bytes.subarray(end.index + end[0].length)]);
  }

  /** What is left when the connection ends in the middle of the head. */
  flush(): Buffer {
    this.#passed = true;
    return this.#waiting;
  }
}

function couldBeHead(text: string): boolean {
  return 'HTTP/'.startsWith(text.slice(0, 5));
}

function repairedHead(head: string): string {
  const [statusLine = '', ...lines] = head.split(/\r?\n/);
  const seenLengths = new Set<string>();
  const kept = lines
    .map((line) => line.replace(/^([^\s:]+)[ \t]+:/, '$1:'))
    .filter((line) => line.indexOf(':') > 0)
    .filter((line) => {
      const length = /^content-length:\s*(\d+)\s*$/i.exec(line)?.[1];
      if (length === undefined) return true;
      const isNew = !seenLengths.has(length);
      seenLengths.add(length);
      return isNew;
    });
  return [statusLine, ...kept, '', ''].join('\r\n');
}

/** A connection whose first answer passes through a `HeadRepair`; otherwise the socket itself. */
export class RepairedConnection extends Duplex {
  readonly #socket: Socket;
  readonly #repair = new HeadRepair();

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('end', () => {
      this.#take(Buffer.alloc(0), this.#repair.flush());
      this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    // A reset without an error of its own, and the end of what was destroyed here.
    socket.once('close', () => this.destroy());
    socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#socket.write(chunk, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.end(callback);
  }

  /** Over only when the socket is: the camera must not see a second connection before. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#socket.closed) {
      callback(error);
      return;
    }
    this.#socket.once('close', () => callback(error));
    this.#socket.destroy();
  }

  #take(chunk: Buffer, bytes = this.#repair.push(chunk)): void {
    if (bytes.length > 0 && !this.push(bytes)) this.#socket.pause();
  }
}

import { sleep } from '../lib/abort.ts';
import { CameraFailure } from './camera.ts';
import { TransportError, isReset, sortFailure, transportCodes, transportErrorOf } from './failures.ts';
import { exchange } from './hfs-exchange.ts';
import { defaultHfsLimits } from './hfs-limits.ts';
import { RequestSlots } from './request-slots.ts';
import { WatchedBody } from './watched-body.ts';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { CameraAddress } from './address.ts';
import type { HfsLimits } from './hfs-limits.ts';
import type { RequestKind } from './request-slots.ts';

/** An answer as text. */
export interface HfsText {
  httpStatus: number;
  text: string;
  /** Whether its length was announced, so that the text is known to be whole. */
  whole: boolean;
}

/** An answer whose body is read by the caller, or destroyed: until then no other request is sent. */
export interface HfsStream {
  httpStatus: number;
  headers: IncomingHttpHeaders;
  /** Bytes the body promised; null when it ends with the connection. */
  lengthBytes: number | null;
  body: Readable;
}

/**
 * HTTP as the camera's `hfs` server can bear it: few requests at a time (`RequestSlots`), each on its own connection,
 * no redirects followed, every answer limited in time and size. All errors are `CameraFailure`s, or the reason of the signal.
 */
export class HfsClient {
  readonly #address: CameraAddress;
  readonly #limits: HfsLimits;
  readonly #slots: RequestSlots;
  readonly #underWay = new Set<AbortController>();
  #closed: CameraFailure | null = null;

  constructor(options: { address: CameraAddress; parallel?: number; limits?: Partial<HfsLimits> }) {
    this.#address = options.address;
    this.#slots = new RequestSlots(options.parallel ?? 1);
    this.#limits = { ...defaultHfsLimits, ...options.limits };
  }

  /** Reads an answer to its end; once more when the connection is reset, since reading changes nothing. */
  async readText(target: string, kind: 'command' | 'listing', signal: AbortSignal): Promise<HfsText> {
    try {
      return await this.sendOnce(target, kind, signal);
    } catch (error) {
      const cause = transportErrorOf(error);
      if (!cause || !isReset(cause)) throw error;
      await sleep(this.#limits.retryDelayMs, signal);
      return this.sendOnce(target, kind, signal);
    }
  }

  /** The same without a second try: for what changes something. */
  async sendOnce(target: string, kind: 'command' | 'listing', signal: AbortSignal): Promise<HfsText> {
    const { httpStatus, body, lengthBytes, headers } = await this.#send({
      target,
      kind,
      signal,
      headers: {},
    });
    const limit = kind === 'command' ? this.#limits.commandBytes : this.#limits.listingBytes;
    const bytes = await this.#collect(body, limit);
    const whole = lengthBytes !== null || headers['transfer-encoding'] !== undefined;
    return { httpStatus, text: new TextDecoder().decode(bytes), whole };
  }

  /** Opens a file; `headers` may hold a `Range`. */
  async open(
    target: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HfsStream> {
    return this.#send({ target, kind: 'file', headers, signal });
  }

  /** Ends what is under way and refuses what follows. */
  close(): void {
    this.#closed ??= new CameraFailure(
      'unreachable',
      `the connection to ${this.#address.hostHeader} was closed here`,
    );
    for (const controller of this.#underWay) controller.abort(this.#closed);
  }

  async #send(call: {
    target: string;
    kind: RequestKind;
    headers: Readonly<Record<string, string>>;
    signal: AbortSignal;
  }): Promise<HfsStream> {
    const { signal, unlink } = this.#linked(call.signal);
    const { connectMs, commandMs, listingMs, bodyMs } = this.#limits;
    const answerMs = { command: commandMs, listing: listingMs, file: bodyMs }[call.kind];
    try {
      const endTurn = await this.#slots.take(call.kind, signal);
      const response = await exchange({
        address: this.#address,
        method: 'GET',
        target: call.target,
        headers: { 'User-Agent': 'viofosync', Accept: '*/*', ...call.headers },
        connectMs,
        answerMs,
        signal,
        onClosed: endTurn,
      });
      const stream = this.#streamOf(response, answerMs, signal);
      stream.body.once('close', unlink);
      return stream;
    } catch (error) {
      unlink();
      throw this.#sorted(error, signal);
    }
  }

  #streamOf(response: IncomingMessage, idleMs: number, signal: AbortSignal): HfsStream {
    const { trickleMs, minBytesPerSecond } = this.#limits;
    const lengthBytes = lengthOf(response.headers);
    const asFailure = (error: unknown): Error => sortFailure(this.#address.hostHeader, { error });
    const watch = { expectedBytes: lengthBytes, idleMs, trickleMs, minBytesPerSecond, signal, asFailure };
    const body = new WatchedBody(response, watch);
    return { httpStatus: response.statusCode ?? 0, headers: response.headers, lengthBytes, body };
  }

  async #collect(body: Readable, limitBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limitBytes) {
        const error = new TransportError('body', transportCodes.tooLarge);
        throw sortFailure(this.#address.hostHeader, { error });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** A signal that follows the caller's and `close`. */
  #linked(outer: AbortSignal): { signal: AbortSignal; unlink: () => void } {
    const controller = new AbortController();
    const follow = (): void => controller.abort(outer.reason);
    outer.addEventListener('abort', follow, { once: true });
    this.#underWay.add(controller);
    if (outer.aborted) follow();
    else if (this.#closed) controller.abort(this.#closed);
    const unlink = (): void => {
      outer.removeEventListener('abort', follow);
      this.#underWay.delete(controller);
    };
    return { signal: controller.signal, unlink };
  }

  #sorted(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    // Everything the network does comes as one of these; the rest is a bug and shall look like one.
    if (!(error instanceof TransportError || error instanceof CameraFailure)) return error;
    return sortFailure(this.#address.hostHeader, { error });
  }
}

/** What the answer promises: node has checked that it is a number and that chunked answers do not count. */
function lengthOf(headers: IncomingHttpHeaders): number | null {
  if (headers['transfer-encoding'] !== undefined) return null;
  const text = headers['content-length'];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

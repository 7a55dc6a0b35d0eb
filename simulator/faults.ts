import { z } from 'zod';
import { between, seededRandom } from './random.ts';
import type { Random } from './random.ts';

const bytes = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative();
const fraction = z.number().min(0).max(1);

/**
 * Everything that can be wrong with the camera, each off by default. One schema serves
 * `camera.faults.set()` and the control URL.
 */
export const faultsSchema = z.strictObject({
  /** Wait before every answer. */
  latencyMs: milliseconds.default(0),
  /** Wait before listings: for all, or by HTML folder (`/DCIM/Movie`) and `3015` for the XML list. */
  listingDelayMs: z.union([milliseconds, z.record(z.string(), milliseconds)]).default(0),
  /** The whole radio, shared by all connections. */
  bytesPerSecond: z.number().positive().nullable().default(null),
  /** More open connections than this are reset (camera.md 1.1: owners see resets above three). */
  maxConnections: z.number().int().positive().default(3),

  /** File transfers only: after this many body bytes nothing more comes, and the connection stays open. */
  stallAfterBytes: bytes.nullable().default(null),
  /** ... the connection is reset. */
  dropAfterBytes: bytes.nullable().default(null),
  /** ... the connection is closed cleanly, as if that were all (camera.md 1.7). */
  closeAfterBytes: bytes.nullable().default(null),
  /** ... the file is deleted under the reader and the connection closes. */
  deleteAfterBytes: bytes.nullable().default(null),
  /** Every nth file transfer is reset at a random byte (seeded). */
  dropEvery: z.number().int().positive().nullable().default(null),
  /** The faults of file transfers concern only paths that contain this text. */
  match: z.string().default(''),
  /** How many more file transfers the faults above concern; null is all. */
  limit: z.number().int().nonnegative().nullable().default(null),

  /** What answers `500 Internal Server Error`. */
  serverError: z.enum(['none', 'commands', 'listings', 'files', 'all']).default('none'),
  /** File replies without a Content-Length: they end with the connection. */
  omitContentLength: z.boolean().default(false),
  /** Added to the Content-Length of file replies; the body keeps its true length. */
  contentLengthDelta: z.number().int().default(0),
  /** How HEAD is answered; the camera drops some under load (camera.md 1.7). */
  head: z.enum(['works', 'not-found', 'not-implemented', 'closed', 'no-length']).default('works'),
  /** How a Range header is treated. */
  range: z.enum(['works', 'ignored', 'wrong-content-range', 'no-content-range', 'refused']).default('works'),
  /** What happens to a file between its listing and its download: it goes, or it is locked (camera.md 1.6). */
  beforeDownload: z.enum(['nothing', 'vanish', 'lock']).default('nothing'),
  /**
   * Closed files behave as if still being recorded: listings show `listedFraction` of their size,
   * each HEAD or GET finds `stepFraction` more than the one before.
   */
  growing: z
    .strictObject({ listedFraction: fraction.default(0.5), stepFraction: fraction.default(0.25) })
    .nullable()
    .default(null),

  /** What listings, XML and HTML, answer. */
  listing: z
    .enum(['works', 'empty', 'partial', 'garbage', 'html-error', 'empty-body', 'not-found'])
    .default('works'),
  /** Added to the sizes that listings show of closed files (of those that `match`); what is served keeps its length. */
  listedBytesDelta: z.number().int().default(0),
  /** Adds entries with hostile names, missing fields and sizes that are no numbers. */
  badEntries: z.boolean().default(false),
  /** Listing and thumbnails answer status -3 (camera.md 1.2). */
  busy: z.boolean().default(false),
  /** The dump of all settings (3014) tells whether the camera records. */
  tellsRecording: z.boolean().default(true),
  /** Commands answer an empty body (camera.md 1.8: status unknown). */
  emptyCommandReply: z.boolean().default(false),
  /**
   * What 4003 does: deletes; `pretends` answers 0 and leaves the file (camera.md 1.8); `refuses` answers -6;
   * `no-answer` and `empty` delete and then break the connection off or answer an empty body.
   */
  deletion: z.enum(['works', 'pretends', 'refuses', 'no-answer', 'empty']).default('works'),
  /** How reply heads are written. */
  headers: z.enum(['normal', 'lf-only', 'space-before-colon', 'lower-case']).default('normal'),
  /** Who answers at this address. */
  persona: z.enum(['viofo', 'router', 'other-camera', 'same-model']).default('viofo'),
});

export type FaultSettings = z.infer<typeof faultsSchema>;
export type FaultChange = z.input<typeof faultsSchema>;

/** How one file transfer ends: after `atBytes` of its body, or never early. */
export type TransferEnd =
  { how: 'complete' } | { how: 'stall' | 'reset' | 'close' | 'delete'; atBytes: number };

/** The switchboard of one camera's faults. */
export class Faults {
  #settings: FaultSettings = faultsSchema.parse({});
  #random: Random;
  #transfers = 0;
  readonly #changed: (settings: FaultSettings) => void;

  constructor(seed: number, changed: (settings: FaultSettings) => void) {
    this.#random = seededRandom(seed);
    this.#changed = changed;
  }

  get current(): FaultSettings {
    return this.#settings;
  }

  /** Changes what is named and leaves the rest. Throws a `ZodError` on unknown names or bad values. */
  set(change: FaultChange): void {
    this.setUnchecked(change);
  }

  /** As `set`, for what comes from outside: everything is checked here. */
  setUnchecked(input: unknown): void {
    const change = z.record(z.string(), z.unknown()).parse(input);
    this.#settings = faultsSchema.parse({ ...this.#settings, ...change });
    if ('dropEvery' in change) this.#transfers = 0;
    this.#changed(this.#settings);
  }

  clear(): void {
    this.#settings = faultsSchema.parse({});
    this.#transfers = 0;
    this.#changed(this.#settings);
  }

  /** True when this path is one that the file faults concern, and some are left. */
  concerns(path: string): boolean {
    return path.includes(this.#settings.match) && this.#settings.limit !== 0;
  }

  /** Decides the end of the next transfer of `lengthBytes`, and counts it. */
  endOfTransfer(path: string, lengthBytes: number): TransferEnd {
    if (!this.concerns(path)) return { how: 'complete' };
    this.#transfers += 1;
    const end = this.#plannedEnd() ?? this.#everyNth(lengthBytes);
    if (end === null || end.atBytes >= lengthBytes) return { how: 'complete' };
    this.countFault();
    return end;
  }

  /** One of `limit` is used up. */
  countFault(): void {
    const { limit } = this.#settings;
    if (limit !== null) this.#settings = { ...this.#settings, limit: Math.max(0, limit - 1) };
  }

  #plannedEnd(): Exclude<TransferEnd, { how: 'complete' }> | null {
    const { stallAfterBytes, dropAfterBytes, closeAfterBytes, deleteAfterBytes } = this.#settings;
    if (stallAfterBytes !== null) return { how: 'stall', atBytes: stallAfterBytes };
    if (dropAfterBytes !== null) return { how: 'reset', atBytes: dropAfterBytes };
    if (closeAfterBytes !== null) return { how: 'close', atBytes: closeAfterBytes };
    if (deleteAfterBytes !== null) return { how: 'delete', atBytes: deleteAfterBytes };
    return null;
  }

  #everyNth(lengthBytes: number): Exclude<TransferEnd, { how: 'complete' }> | null {
    const { dropEvery } = this.#settings;
    if (dropEvery === null || this.#transfers % dropEvery !== 0 || lengthBytes === 0) return null;
    return { how: 'reset', atBytes: between(this.#random, 0, lengthBytes - 1) };
  }
}

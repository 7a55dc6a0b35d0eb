import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Parcel, ParcelInput } from '../../shared/parcel-routes.ts';
import { isUsable } from '../../shared/status.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { FileAnswer, OpenFile } from '../lib/file-answer.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { VolumeError } from '../lib/volume-error.ts';
import { missingText, parcelFileName, planNames, type ParcelClip } from './parcel-plan.ts';
import {
  holdClips,
  holderPrefix,
  measureFiles,
  pathNow,
  releaseAll,
  releaseClips,
  type ParcelVolume,
  type PresentClip,
} from './parcel-reader.ts';
import { madeEntry, measureText, textEntry, type TextMaker } from './parcel-texts.ts';
import { zipLength, zipStream, type ZipEntry } from './zip-stream.ts';

export interface ParcelServiceDeps {
  db: Database;
  volume: ParcelVolume;
  /** Opens a file of the archive; each read of it takes its turn on the volume. Throws an `AppError`. */
  openFile: (path: string) => Promise<OpenFile>;
  /** The GPX of clips; throws `not_found` where nothing is known of them. */
  gpxOf: (clipIds: readonly number[]) => Promise<{ text: AsyncGenerator<string> }>;
  log: Logger;
  clock: Clock;
  /** How long what was ordered waits to be fetched. */
  waitMs?: number;
}

/** What is on its way to a browser. */
export interface SentParcel {
  /** Its own, not the ticket, by which it could be fetched. */
  number: number;
  fileName: string;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/** What was ordered, and waits to be fetched or is being sent. */
interface Order {
  number: number;
  /** Null: nobody has fetched it yet. */
  startedAt: number | null;
  holder: string;
  session: string | null;
  fileName: string;
  contentType: string;
  /** Null: nobody knows. */
  bytes: number | null;
  body: (signal: AbortSignal) => Readable;
  /** Ends it: it was not fetched, or its browser is gone. */
  abort: AbortController;
  timer: NodeJS.Timeout | undefined;
}

const defaultWaitMs = 2 * 60_000;
/** Each holds its clips. */
const mostOrders = 10;

/**
 * Originals of many clips in one file, made while it is sent: ordered with everything that may fail, then fetched by a
 * ticket, once, by the browser that ordered it. Its clips are held until it is sent, or nobody came for it.
 */
export class ParcelService implements Component {
  private readonly deps: ParcelServiceDeps;
  private readonly orders = new Map<string, Order>();
  private readonly ending = new AbortController();
  private releasing: Promise<unknown> = Promise.resolve();
  private orderedSoFar = 0;

  constructor(deps: ParcelServiceDeps) {
    this.deps = deps;
  }

  /** What a program held that was killed is let go. */
  async start(): Promise<void> {
    await releaseAll(this.deps.db);
  }

  /** What is being sent is cut off, so that no browser takes it for whole. */
  async stop(): Promise<void> {
    this.ending.abort(new Error('the program ends'));
    for (const ticket of this.orders.keys()) this.end(ticket);
    await this.releasing;
  }

  /**
   * Makes a file ready. Throws `not_found` when there is nothing to put into it, `conflict` when there are too many of
   * them, `unavailable` when the recordings cannot be read now.
   */
  async order({ clipIds, what }: ParcelInput, session: string | null): Promise<Parcel> {
    if (this.orders.size >= mostOrders)
      throw new AppError('conflict', 'Too many downloads are under way. Wait until one has ended.');
    const ticket = randomBytes(24).toString('base64url');
    const holder = `${holderPrefix}${ticket}`;
    const number = ++this.orderedSoFar;
    this.orders.set(ticket, { ...unready, number, holder, session, abort: new AbortController() });
    try {
      const parcel =
        what === 'gpx'
          ? await this.positions(ticket, clipIds)
          : await this.originals(ticket, { clipIds, hasGpx: what === 'originals_and_gpx' });
      const order = this.orders.get(ticket);
      if (order) order.timer = setTimeout(() => this.end(ticket), this.deps.waitMs ?? defaultWaitMs).unref();
      return parcel;
    } catch (error) {
      this.end(ticket);
      throw error instanceof VolumeError ? new AppError('unavailable', error.message) : error;
    }
  }

  /** What was ordered, for whoever ordered it, once; `isLook`: its head alone. Throws `not_found`. */
  take(ticket: string, session: string | null, isLook = false): FileAnswer {
    const order = this.orders.get(ticket);
    if (!order?.timer || order.session !== session)
      throw new AppError('not_found', 'This download is no longer there. Choose the recordings once more.');
    const headers = headersOf(order);
    if (isLook) return { status: 200, headers, body: Readable.from([]) };
    clearTimeout(order.timer);
    order.timer = undefined;
    order.startedAt = this.deps.clock.now();
    const body = order.body(order.abort.signal);
    body.once('error', (error) =>
      this.deps.log.warn({ reason: messageOf(error) }, 'a download of originals was cut off'),
    );
    body.once('close', () => this.end(ticket));
    return { status: 200, headers, body };
  }

  /** What is being sent now. */
  sending(): SentParcel[] {
    return [...this.orders.values()].flatMap(({ number, fileName, startedAt }) =>
      startedAt === null ? [] : [{ number, fileName, startedAt }],
    );
  }

  /** Cuts off what is being sent: its browser reports a failed download. */
  cancel(number: number): void {
    for (const [ticket, order] of this.orders) if (order.number === number) this.end(ticket);
  }

  private async positions(ticket: string, clipIds: readonly number[]): Promise<Parcel> {
    const clips = await this.held(ticket, clipIds);
    const make: TextMaker = async () => (await this.deps.gpxOf(clipIds)).text;
    // It throws when there are none.
    await (await make()).return(undefined);
    this.ready(ticket, {
      fileName: parcelFileName(daysOf(clips), 'gpx'),
      contentType: 'application/gpx+xml; charset=utf-8',
      bytes: null,
      body: (signal) => Readable.from(textOf(make), { objectMode: false, signal }),
    });
    return { ticket, files: 0, bytes: null, missing: 0 };
  }

  private async originals(
    ticket: string,
    { clipIds, hasGpx }: { clipIds: readonly number[]; hasGpx: boolean },
  ): Promise<Parcel> {
    const { volume } = this.deps;
    const clips = await this.held(ticket, clipIds);
    const status = await volume.lookIfAway();
    if (!isUsable(status)) throw new VolumeError(status.state, status.message ?? 'The recordings are away.');
    const { present, absent } = await measureFiles(volume, clips, this.ending.signal);
    if (present.length === 0)
      throw new AppError('not_found', 'None of these is in the archive: there is nothing to download.');
    const entries = [
      ...missingEntry(absent),
      ...(hasGpx ? await this.gpxEntries(clips) : []),
      ...this.fileEntries(present),
    ];
    const bytes = zipLength(entries);
    this.ready(ticket, {
      fileName: parcelFileName(daysOf(present), 'zip'),
      contentType: 'application/zip',
      bytes,
      body: (signal) => zipStream(entries, signal),
    });
    return { ticket, files: present.length, bytes, missing: absent.length };
  }

  private async held(ticket: string, clipIds: readonly number[]): Promise<ParcelClip[]> {
    return holdClips(this.deps.db, clipIds, `${holderPrefix}${ticket}`);
  }

  private fileEntries(clips: readonly PresentClip[]): ZipEntry[] {
    const sizes = new Map(clips.map(({ id, sizeBytes }) => [id, sizeBytes]));
    return planNames(clips).entries.map(({ clipId, name, wallMs }) => ({
      name,
      wallMs,
      sizeBytes: sizes.get(clipId) ?? 0,
      open: () => this.openNow(clipId),
    }));
  }

  private async openNow(clipId: number): Promise<OpenFile> {
    const path = await pathNow(this.deps.db, clipId);
    if (path === null) throw new Error('A clip was deleted while it was to be sent.');
    return this.deps.openFile(path);
  }

  /** One for each day that has positions; first, for what is derived may change while hours of video are sent. */
  private async gpxEntries(clips: readonly ParcelClip[]): Promise<ZipEntry[]> {
    const { folders } = planNames(clips);
    const entries: ZipEntry[] = [];
    for (const [day, folder] of folders) {
      this.ending.signal.throwIfAborted();
      const own = clips.filter((clip) => clip.day === day);
      const ids = own.map(({ id }) => id);
      const make: TextMaker = async () => (await this.deps.gpxOf(ids)).text;
      const sizeBytes = await measureText(make).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'not_found') return null;
        throw error;
      });
      const wallMs = Math.min(...own.map((clip) => clip.wallMs));
      if (sizeBytes !== null)
        entries.push(madeEntry(`${folder}positions-${day}.gpx`, make, { sizeBytes, wallMs }));
    }
    return entries;
  }

  private ready(ticket: string, made: Pick<Order, 'fileName' | 'contentType' | 'bytes' | 'body'>): void {
    const order = this.orders.get(ticket);
    // Ended with the program.
    if (!order) throw new AppError('unavailable', 'The program ends.');
    Object.assign(order, made);
  }

  private end(ticket: string): void {
    const order = this.orders.get(ticket);
    if (!order) return;
    this.orders.delete(ticket);
    clearTimeout(order.timer);
    order.abort.abort(new Error('the download was ended'));
    this.releasing = Promise.all([this.releasing, this.release(order.holder)]);
  }

  private async release(holder: string): Promise<void> {
    try {
      await releaseClips(this.deps.db, holder);
    } catch (error) {
      // They are let go at the next start.
      this.deps.log.warn({ reason: messageOf(error) }, 'clips of a download could not be let go');
    }
  }
}

const unready = {
  fileName: '',
  contentType: '',
  bytes: null,
  body: () => Readable.from([]),
  timer: undefined,
  startedAt: null,
} as const;

const daysOf = (clips: readonly ParcelClip[]) => [...new Set(clips.map(({ day }) => day))];

function missingEntry(absent: readonly ParcelClip[]): ZipEntry[] {
  const text = missingText(absent);
  return text === null
    ? []
    : [textEntry('MISSING.txt', text, Math.max(...absent.map((clip) => clip.wallMs)))];
}

async function* textOf(make: TextMaker): AsyncGenerator<string> {
  yield* await make();
}

const headersOf = ({ contentType, fileName, bytes }: Order): Record<string, string> => ({
  'content-type': contentType,
  'content-disposition': `attachment; filename="${fileName}"`,
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  ...(bytes !== null && { 'content-length': String(bytes) }),
});

import type { Session } from '../../shared/cameras.ts';
import type { Events } from '../../shared/events.ts';
import type { Connection } from '../../shared/queue.ts';
import type { Database } from '../db/open.ts';
import type { VisitRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import { RateMeter } from '../lib/rate-meter.ts';
import { judgeOutlook, judgeRate, type PastVisit } from './session-figures.ts';
import { closeOpenVisits, pastVisits, pruneFleeting, type BroughtDay } from './visit-rows.ts';

export interface VisitLogDeps {
  db: Database;
  clock: Clock;
  events: EventBus<Events>;
  /** A clock that only runs forward, in milliseconds, for rates; `performance.now` without it. */
  monotonic?: () => number;
}

/** Who is here, and by which address. */
export interface Arrival {
  cameraId: number;
  address: string;
  connection: Connection;
}

/** Writes down from when to when cameras were here, and what each visit brought. */
export class VisitLog {
  private readonly deps: Required<VisitLogDeps>;

  constructor(deps: VisitLogDeps) {
    this.deps = { monotonic: () => performance.now(), ...deps };
  }

  /** At the start of the program: visits that nobody ended were over when they were last written. */
  async closeStale(): Promise<void> {
    await closeOpenVisits(this.deps.db);
  }

  /** A camera has come. Reads its last visits over this connection once, for the judgements of this one. */
  async begin(arrival: Arrival): Promise<OpenVisit> {
    const { db, clock, events } = this.deps;
    const since = clock.now();
    const past = await pastVisits(db, arrival);
    const id = await db.transaction().execute(async (trx) => {
      // One whose end could not be written.
      await closeOpenVisits(trx, arrival.cameraId);
      const row = await trx
        .insertInto('visit')
        .values({
          camera_id: arrival.cameraId,
          address: arrival.address,
          connection: arrival.connection,
          from_at: since,
          seen_at: since,
          bytes: 0,
          clips: 0,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    });
    events.emit('visit.changed', { cameraId: arrival.cameraId, visitId: id });
    return new OpenVisit(this.deps, { id, since, past, ...arrival });
  }
}

const writeEveryMs = 250;
/** Without news, the row is written this often, so that a visit that is cut off ends about when it did. */
const seenEveryMs = 60_000;
const mostDays = 31;
/** A visit that brought nothing and was shorter than this is one of those of which only the last are kept. */
const fleetingMs = 60_000;

interface Opening extends Arrival {
  id: number;
  since: number;
  past: readonly PastVisit[];
}

/** The present visit of a camera: counts what comes in, judges it, and writes it down from time to time. */
export class OpenVisit {
  readonly id: number;
  readonly since: number;
  readonly connection: Connection;
  private readonly deps: Required<VisitLogDeps>;
  private readonly opening: Opening;
  private readonly meter = new RateMeter();
  private readonly brought = new Map<string, number>();
  private counts = { bytes: 0, clips: 0, failed: 0 };
  private written = { bytes: 0, clips: 0, failed: 0 };
  private writtenAt: number;
  private writing: Promise<void> | null = null;
  private later: NodeJS.Timeout | null = null;
  private ended = false;

  constructor(deps: Required<VisitLogDeps>, opening: Opening) {
    this.deps = deps;
    this.opening = opening;
    this.id = opening.id;
    this.since = opening.since;
    this.connection = opening.connection;
    this.writtenAt = deps.monotonic();
  }

  /** Bytes came in, at a time of the clock that only runs forward. Called for every piece of a body. */
  received(bytes: number, atMonotonicMs: number): void {
    this.counts.bytes += bytes;
    this.meter.add(bytes, atMonotonicMs);
  }

  /** A clip of this day is in the archive. */
  archived(localDay: string): void {
    this.counts.clips++;
    this.brought.set(localDay, (this.brought.get(localDay) ?? 0) + 1);
  }

  /** A clip could not be fetched. */
  failed(): void {
    this.counts.failed++;
  }

  get bytes(): number {
    return this.counts.bytes;
  }

  get clips(): number {
    return this.counts.clips;
  }

  /** Bytes a second over the last half minute; null when nothing came in. */
  rate(): number | null {
    return this.meter.rate(this.deps.monotonic());
  }

  /** Bytes a second over the visit, of the time in which bytes came in; null when hardly any did. */
  average(): number | null {
    return this.meter.mean();
  }

  /** The visit in figures. `rest`: what is wanted over this connection and not here yet. */
  session(rest: { clips: number; bytes: number }): Session {
    const { past } = this.opening;
    const connectionRate = this.meter.busyRate(this.deps.monotonic()) ?? this.average();
    const elapsedMs = Math.max(this.deps.clock.now() - this.since, 0);
    return {
      visitId: this.id,
      since: this.since,
      connection: this.connection,
      bytes: this.counts.bytes,
      clips: this.counts.clips,
      bytesPerSecond: rounded(this.rate()),
      averageBytesPerSecond: rounded(this.average()),
      remainingClips: rest.clips,
      remainingBytes: rest.bytes,
      remainingMs: remainingMs(rest, connectionRate),
      outlook: judgeOutlook({
        remainingClips: rest.clips,
        remainingBytes: rest.bytes,
        bytesPerSecond: connectionRate,
        elapsedMs,
        past,
      }),
      rate: judgeRate({ bytesPerSecond: connectionRate, transferMs: this.meter.busyMs, past }),
    };
  }

  /**
   * Writes the counts down: at once when the last time was a quarter of a second ago, otherwise a little later, and
   * hardly ever when there is nothing new. Never rejects: what could not be written is written the next time.
   */
  async flush(): Promise<void> {
    if (this.later !== null || !this.isDue()) return;
    const waitMs = this.writtenAt + writeEveryMs - this.deps.monotonic();
    if (this.writing === null && waitMs <= 0) return this.write();
    this.later = setTimeout(
      () => {
        this.later = null;
        void this.write();
      },
      Math.max(waitMs, writeEveryMs / 10),
    );
    this.later.unref();
  }

  /** The camera has left, or is not to be asked any more. Rejects when that could not be written. */
  async end(reason: string): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    if (this.later !== null) clearTimeout(this.later);
    this.later = null;
    await this.writing;
    const { db, clock, events } = this.deps;
    const now = Math.max(clock.now(), this.since);
    await this.update({ to_at: now, seen_at: now, end_reason: reason });
    if (this.counts.bytes === 0 && this.counts.clips === 0 && now - this.since < fleetingMs)
      await pruneFleeting(db, this.opening.cameraId, fleetingMs);
    events.emit('visit.changed', { cameraId: this.opening.cameraId, visitId: this.id });
  }

  private isDue(): boolean {
    const { counts, written } = this;
    if (counts.clips !== written.clips || counts.failed !== written.failed) return true;
    const age = this.deps.monotonic() - this.writtenAt;
    return age >= (counts.bytes === written.bytes ? seenEveryMs : writeEveryMs);
  }

  private async write(): Promise<void> {
    // After the end only what was still being filed is added.
    const seen = this.ended ? {} : { seen_at: Math.max(this.deps.clock.now(), this.since) };
    const before = this.written.clips;
    const writing = this.update(seen).then(
      () => true,
      () => false,
    );
    this.writing = writing.then(() => undefined);
    const isWritten = await writing;
    this.writing = null;
    if (!isWritten || this.written.clips === before) return;
    this.deps.events.emit('visit.changed', { cameraId: this.opening.cameraId, visitId: this.id });
  }

  private async update(rest: Partial<Pick<VisitRow, 'to_at' | 'seen_at' | 'end_reason'>>): Promise<void> {
    const counts = { ...this.counts };
    this.writtenAt = this.deps.monotonic();
    await this.deps.db
      .updateTable('visit')
      .set({
        ...counts,
        ...rest,
        transfer_ms: Math.round(this.meter.busyMs),
        best_rate: rounded(this.meter.best()),
        brought: JSON.stringify(this.broughtDays()),
      })
      .where('id', '=', this.id)
      .execute();
    this.written = counts;
  }

  private broughtDays(): BroughtDay[] {
    return [...this.brought]
      .map(([day, clips]) => ({ day, clips }))
      .toSorted((a, b) => (a.day < b.day ? 1 : -1))
      .slice(0, mostDays);
  }
}

function remainingMs(rest: { clips: number; bytes: number }, rate: number | null): number | null {
  if (rest.clips === 0) return 0;
  return rate === null || rate <= 0 ? null : Math.round((rest.bytes / rate) * 1000);
}

const rounded = (rate: number | null) => (rate === null ? null : Math.round(rate));

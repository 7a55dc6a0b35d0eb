import type { ClipRepository, LedgerEntry } from '../archive/clip-repository.ts';
import type { Database } from '../db/open.ts';
import { orderQueue, type OrderedClip } from './plan.ts';

/** One wanted clip in its place. */
export interface QueuePlace extends OrderedClip {
  state: LedgerEntry['state'];
  stateReason: LedgerEntry['state_reason'];
  nextAttemptAt: number | null;
}

/**
 * The order of one camera's downloads, worked out once for each change of the ledger and not for each clip.
 */
export class QueueOrder {
  private readonly db: Database;
  private readonly clips: ClipRepository;
  private readonly cameraId: number;
  private cached: QueuePlace[] | null = null;
  /** Counts the changes, so that an order worked out meanwhile is not kept. */
  private changes = 0;

  constructor(db: Database, clips: ClipRepository, cameraId: number) {
    this.db = db;
    this.clips = clips;
    this.cameraId = cameraId;
  }

  invalidate(): void {
    this.cached = null;
    this.changes++;
  }

  /** What is waiting or under way in the order of fetching, then what is held, then what failed. */
  async places(): Promise<QueuePlace[]> {
    while (this.cached === null) {
      const { changes } = this;
      const places = await this.compute();
      if (changes === this.changes) this.cached = places;
    }
    return this.cached;
  }

  /** The first clip whose time has come. */
  async next(now: number): Promise<number | undefined> {
    const places = await this.places();
    return places.find((place) => place.state === 'waiting' && (place.nextAttemptAt ?? 0) <= now)?.id;
  }

  /** When the first clip that waits for its time may be tried again; null when none does. */
  async nextDue(): Promise<number | null> {
    const times = (await this.places()).flatMap((place) =>
      place.state === 'waiting' ? [place.nextAttemptAt ?? 0] : [],
    );
    return times.length === 0 ? null : times.reduce((first, at) => Math.min(first, at));
  }

  /** A clip is on its way, or was found not to be waiting any more: the order of the others is as it was. */
  begin(id: number, isUnderWay: boolean): void {
    if (!isUnderWay) return this.drop(id);
    this.cached =
      this.cached?.map((place) => (place.id === id ? { ...place, state: 'transferring' } : place)) ?? null;
    this.changes++;
  }

  /** A clip left the queue: the order of the others is as it was. */
  drop(id: number): void {
    this.cached = this.cached?.filter((place) => place.id !== id) ?? null;
    this.changes++;
  }

  private async compute(): Promise<QueuePlace[]> {
    const rows = await this.clips.wanted(this.db, this.cameraId);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const order = orderQueue(
      rows.map((row) => ({
        id: row.id,
        captureId: row.capture_id,
        state: row.state,
        kind: row.kind,
        channel: row.channel,
        container: row.container,
        locked: row.locked === 1,
        rank: row.rank,
        startedAt: row.started_at,
      })),
    );
    const places = order.flatMap((place) => {
      const row = byId.get(place.id);
      return row
        ? [{ ...place, state: row.state, stateReason: row.state_reason, nextAttemptAt: row.next_attempt_at }]
        : [];
    });
    const inState = (...states: LedgerEntry['state'][]) =>
      places.filter((place) => states.includes(place.state));
    return [...inState('transferring', 'waiting'), ...inState('held'), ...inState('failed')];
  }
}

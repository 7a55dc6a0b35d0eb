import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { StopTally, type Cluster, type PlaceCount } from './suggestion-policy.ts';

export interface PlaceOverviewDeps {
  db: Database;
  clock: Clock;
  events: EventBus<Events>;
  log: Logger;
}

export interface Overview {
  places: ReadonlyMap<number, PlaceCount>;
  clusters: readonly Cluster[];
}

const page = 2000;
const yearMs = 365 * 24 * 60 * 60_000;
/** While an archive comes in, journeys change all the time. */
const leastGapMs = 30_000;

/**
 * How often the car was where, over all stops: counted in the background when somebody looks and something changed
 * since, never within a request but the first.
 */
export class PlaceOverview implements Component {
  private readonly deps: PlaceOverviewDeps;
  private kept: Overview | null = null;
  private isStale = true;
  private countedAt = Number.NEGATIVE_INFINITY;
  private counting: Promise<Overview> | null = null;
  private readonly stopping = new AbortController();
  private unsubscribe: (() => void) | null = null;

  constructor(deps: PlaceOverviewDeps) {
    this.deps = deps;
  }

  start(): void {
    this.unsubscribe = this.deps.events.on('journeys.changed', () => {
      this.isStale = true;
    });
  }

  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.stopping.abort();
    await this.counting?.catch(() => undefined);
  }

  /** As of the last count; a newer one follows with `places.changed` where it differs. */
  async view(): Promise<Overview> {
    if (!this.kept) return this.count();
    if (this.isStale && this.deps.clock.now() - this.countedAt >= leastGapMs) this.countSoon();
    return this.kept;
  }

  /** Counts anew: places changed. */
  async refresh(): Promise<void> {
    this.isStale = true;
    // One that is under way may have read stops before the change.
    await this.counting?.catch(() => undefined);
    await this.count();
  }

  private countSoon(): void {
    this.countAndTell().catch((error: unknown) => {
      if (!this.stopping.signal.aborted)
        this.deps.log.error({ reason: messageOf(error) }, 'stops of places cannot be counted');
    });
  }

  private async countAndTell(): Promise<void> {
    const before = tellable(this.kept);
    if (tellable(await this.count()) !== before) this.deps.events.emit('places.changed', {});
  }

  private count(): Promise<Overview> {
    this.counting ??= this.read().finally(() => {
      this.counting = null;
    });
    return this.counting;
  }

  private async read(): Promise<Overview> {
    const { db, clock } = this.deps;
    this.isStale = false;
    this.countedAt = clock.now();
    const tally = new StopTally(clock.now() - yearMs);
    for (let after = 0, isMore = true; isMore; await yieldToOthers()) {
      this.stopping.signal.throwIfAborted();
      const rows = await db
        .selectFrom('stop')
        .select([
          'id',
          'place_id as placeId',
          'started_at as startedAt',
          'ended_at as endedAt',
          'local_day as localDay',
          'last_local_day as lastLocalDay',
          'latitude',
          'longitude',
        ])
        .where('id', '>', after)
        .orderBy('id')
        .limit(page)
        .execute();
      for (const row of rows) tally.add(row);
      after = rows.at(-1)?.id ?? after;
      isMore = rows.length === page;
    }
    const home = await db.selectFrom('place').select('id').where('is_home', '=', 1).executeTakeFirst();
    this.kept = { places: tally.places, clusters: tally.clusters(home !== undefined) };
    return this.kept;
  }
}

const tellable = (overview: Overview | null): string =>
  overview ? JSON.stringify([[...overview.places], overview.clusters]) : '';

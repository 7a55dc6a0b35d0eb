import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Database } from '../db/open.ts';
import { Doorbell, sleep } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import type { Artifacts } from './media-types.ts';
import { holdsWish, takeProxies } from './proxy-policy.ts';
import {
  dropWishes,
  proxyBytes,
  proxyCandidates,
  wishByRule,
  wishesAfter,
  type Cursor,
} from './proxy-repository.ts';

export interface ProxyPlannerDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  events: EventBus<Events>;
  settings: () => Pick<Settings, 'proxies'>;
  artifacts: Pick<Artifacts, 'room'>;
  onWished: () => void;
  pace?: Partial<ProxyPace>;
}

export interface ProxyPace {
  /** How long after the start, and then after each plan, before there is a new one. */
  firstMs: number;
  nextMs: number;
  /** How often it looks without having heard of anything. */
  lookMs: number;
}

const usualPace: ProxyPace = { firstMs: 60_000, nextMs: 10 * 60_000, lookMs: 6 * 3_600_000 };
/** Of the room, so much is for what is made ahead: the rest is for what people ask for, and for pictures. */
const shareAhead = 0.8;
/** Drives of so many days before the last recording are the newest. */
const newestMs = 30 * 24 * 3_600_000;
const pageRows = 500;
/** A plan goes through no more clips than this, however large the cache may be. */
const mostRows = 20_000;

/**
 * Wishes small copies by rule: of the newest drives, then of what is kept, as long as the cache has room for them.
 * What it wishes stands in the ledger; whoever makes it looks there.
 */
export class ProxyPlanner implements Component {
  private readonly deps: ProxyPlannerDeps;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  private stopListening: (() => void)[] = [];
  private running: Promise<void> | undefined;

  constructor(deps: ProxyPlannerDeps) {
    this.deps = deps;
  }

  start(): void {
    const names = ['clips.changed', 'clip.archived', 'media.made', 'settings.changed'] as const;
    this.stopListening = names.map((name) => this.deps.events.on(name, () => this.doorbell.ring()));
    this.running = this.run();
  }

  async stop(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.abort.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    const { firstMs, nextMs, lookMs } = { ...usualPace, ...this.deps.pace };
    for (let waitMs = firstMs; !signal.aborted; waitMs = nextMs) {
      await sleep(waitMs, signal);
      if (signal.aborted) return;
      await this.plan().catch((error: unknown) =>
        this.deps.log.error({ reason: messageOf(error) }, 'small copies could not be planned'),
      );
      await this.doorbell.wait(lookMs, signal);
    }
  }

  /** Wishes what is to be made ahead, and takes back what is not any more. */
  async plan(): Promise<void> {
    const { db, settings } = this.deps;
    const planned = new Set<number>();
    if (settings().proxies === 'auto') {
      const room = await this.deps.artifacts.room();
      const budgetBytes = Math.floor(((await proxyBytes(db)) + Math.max(0, room)) * shareAhead);
      const left = await this.take({ isKept: false, leftBytes: budgetBytes, planned });
      await this.take({ isKept: true, leftBytes: left, planned });
    }
    await this.tidy(planned);
  }

  /** Page by page, from the newest on; returns what of the room is left. */
  private async take(order: { isKept: boolean; leftBytes: number; planned: Set<number> }): Promise<number> {
    const { db, clock } = this.deps;
    const { isKept, planned } = order;
    let { leftBytes } = order;
    let before: Cursor = { startedAt: Number.MAX_SAFE_INTEGER, id: 0 };
    let notBefore: number | null = null;
    for (let rows = 0; rows < mostRows && leftBytes > 0 && !this.abort.signal.aborted;) {
      const page = await proxyCandidates(db, { before, isKept, limit: pageRows, now: clock.now() });
      const last = page.at(-1);
      if (!last) break;
      notBefore ??= isKept ? -Infinity : (page[0]?.started_at ?? 0) - newestMs;
      const oldest = notBefore;
      const near = page.filter((clip) => clip.started_at >= oldest);
      const taking = takeProxies(near, leftBytes, planned);
      leftBytes = taking.leftBytes;
      await this.wish(taking.wanted, page);
      if (near.length < page.length) break;
      before = { startedAt: last.started_at, id: last.id };
      rows += page.length;
      await yieldToOthers();
    }
    return leftBytes;
  }

  private async wish(
    ids: readonly number[],
    page: readonly { id: number; proxy_wanted_at: number | null }[],
  ): Promise<void> {
    const unwished = new Set(page.filter((clip) => clip.proxy_wanted_at === null).map(({ id }) => id));
    const fresh = ids.filter((id) => unwished.has(id));
    if (fresh.length === 0) return;
    await wishByRule(this.deps.db, fresh, this.deps.clock.now());
    this.deps.onWished();
  }

  /** Takes back the wishes that hold no more. */
  private async tidy(planned: ReadonlySet<number>): Promise<void> {
    const { db, settings } = this.deps;
    let after = { at: Number.MIN_SAFE_INTEGER, id: 0 };
    while (!this.abort.signal.aborted) {
      const wishes = await wishesAfter(db, after);
      const last = wishes.at(-1);
      if (!last) return;
      const over = wishes.filter((wish) => !holdsWish(wish, { choice: settings().proxies, planned }));
      await dropWishes(
        db,
        over.map(({ id }) => id),
      );
      after = { at: last.at, id: last.id };
      await yieldToOthers();
    }
  }
}

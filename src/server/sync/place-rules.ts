import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Events } from '../../shared/events.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Database, Db } from '../db/open.ts';
import { Doorbell } from '../lib/abort.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { holdOf, type RuleContext } from './fetch-rules.ts';
import { clipsInQuestion, daysInQuestion, parkedFacts, placeCars, type PlaceCar } from './place-facts.ts';
import { changeByPlace, judgeParked, type PlacedClip } from './place-rules-policy.ts';

export interface PlaceRulesDeps {
  db: Database;
  clips: ClipRepository;
  clock: Clock;
  events: EventBus<Events>;
  log: Logger;
  /** The rules of a camera over the connection in use; null when it is switched off. */
  rulesOf: (cameraId: number) => RuleContext | null;
  /** The queues of these cameras have changed, on these days (`YYYY-MM-DD`). */
  onChange: (daysByCamera: ReadonlyMap<number, readonly string[]>) => void;
}

/** What could not be decided is looked at again after this, should nothing else happen. */
const againMs = 5 * 60_000;
const untilRungMs = 24 * 60 * 60_000;
const rowsPerTransaction = 1000;

/**
 * Leaves on the card what was recorded while parked at a place that says so, and wants it again when that is no longer
 * so. Looks at the days whose journeys and stops changed; at everything in question, which is bounded by the cards, when
 * places changed and at the start.
 */
export class PlaceRules implements Component {
  private readonly deps: PlaceRulesDeps;
  private readonly abort = new AbortController();
  private readonly bell = new Doorbell();
  private readonly days = new Set<string>();
  private readonly undecided = new Set<string>();
  private everything = true;
  private running: Promise<void> | null = null;
  private stopListening: () => void = () => undefined;

  constructor(deps: PlaceRulesDeps) {
    this.deps = deps;
  }

  start(): void {
    this.stopListening = this.deps.events.on('journeys.changed', ({ localDays }) => {
      for (const day of localDays) this.days.add(day);
      this.bell.ring();
    });
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.stopListening();
    this.abort.abort();
    await this.running;
  }

  /** Places changed, and all stops are at theirs. */
  placesChanged(): void {
    this.everything = true;
    this.bell.ring();
  }

  private async loop(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await this.settle();
      } catch (error) {
        this.everything = true;
        this.deps.log.error({ err: error }, 'rules by place could not be applied');
        await this.bell.wait(againMs, signal);
        continue;
      }
      await this.bell.wait(this.undecided.size > 0 ? againMs : untilRungMs, signal);
      for (const day of this.undecided) this.days.add(day);
    }
  }

  /** Applies the rules to all that changed since the last time. */
  async settle(): Promise<void> {
    const { db } = this.deps;
    const isEverything = this.everything;
    const some = [...this.days];
    this.everything = false;
    this.days.clear();
    if (isEverything) this.undecided.clear();
    for (const day of some) this.undecided.delete(day);
    for (const car of await placeCars(db)) {
      for (const day of isEverything ? await daysInQuestion(db, car) : some) {
        if (this.abort.signal.aborted) return;
        await this.judgeDay(car, day);
        await yieldToOthers();
      }
    }
  }

  private async judgeDay(car: PlaceCar, day: string): Promise<void> {
    const { db, clock, log, onChange } = this.deps;
    const inQuestion = await clipsInQuestion(db, car, day);
    for (const some of chunks(inQuestion, rowsPerTransaction)) {
      const ids = some.map((clip) => clip.id);
      const moved = await db
        .transaction()
        .execute((trx) => this.apply(trx, { car, day, ids, now: clock.now() }));
      if (moved.skipped.length + moved.wanted.length === 0) continue;
      log.info({ day, skipped: moved.skipped.length, wanted: moved.wanted.length }, 'rules by place applied');
      const cameras = new Set([...moved.skipped, ...moved.wanted].map((clip) => clip.camera_id));
      onChange(new Map([...cameras].map((id) => [id, [day]])));
    }
  }

  /** Judged by what the rows are in this transaction: others write in between. */
  private async apply(
    trx: Db,
    { car, day, ids, now }: { car: PlaceCar; day: string; ids: number[]; now: number },
  ): Promise<{ skipped: PlacedClip[]; wanted: PlacedClip[] }> {
    const rows = await this.deps.clips.byIds(trx, ids);
    if (rows.length === 0) return { skipped: [], wanted: [] };
    const times = rows.map((row) => row.started_at);
    const facts = await parkedFacts(trx, car, { from: Math.min(...times), to: Math.max(...times), now });
    const moved: { skipped: PlacedClip[]; wanted: PlacedClip[] } = { skipped: [], wanted: [] };
    for (const row of rows) {
      const verdict = judgeParked({ at: row.started_at, kind: row.kind }, facts);
      if (verdict === 'undecided') this.undecided.add(day);
      const change = changeByPlace(row, verdict);
      if (change === 'skip') moved.skipped.push(row);
      if (change === 'want') moved.wanted.push(row);
    }
    await this.skip(trx, moved.skipped, now);
    await this.want(trx, moved.wanted, now);
    return moved;
  }

  private async skip(trx: Db, clips: readonly PlacedClip[], at: number): Promise<void> {
    await this.deps.clips.transition(
      trx,
      clips.map((clip) => clip.id),
      ['waiting', 'held', 'failed'],
      { to: 'skipped', reason: 'place', at, patch: { next_attempt_at: null } },
    );
  }

  /** Wanted again, under the rules of now. */
  private async want(trx: Db, clips: readonly PlacedClip[], at: number): Promise<void> {
    const groups = new Map<string, { reason: ReturnType<typeof holdOf>; ids: number[] }>();
    for (const clip of clips) {
      const rules = this.deps.rulesOf(clip.camera_id);
      const reason = rules && holdOf(clip, rules);
      const group = groups.get(reason ?? '') ?? { reason, ids: [] };
      groups.set(reason ?? '', group);
      group.ids.push(clip.id);
    }
    const patch = { attempts: 0, next_attempt_at: null };
    for (const { reason, ids } of groups.values())
      await this.deps.clips.transition(trx, ids, ['skipped'], {
        to: reason === null ? 'waiting' : 'held',
        reason,
        at,
        patch,
      });
  }
}

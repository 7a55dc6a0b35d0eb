import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { z } from 'zod';
import { boxAround } from '../../shared/geo.ts';
import { boxSchema, type Box } from '../../shared/tracks.ts';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database, Db } from '../db/open.ts';
import type { PlaceRow } from '../db/schema-journeys.ts';
import { chunks } from '../lib/chunks.ts';
import { messageOf } from '../lib/errors.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { stayRadiusM } from './place-match-policy.ts';
import { PlaceRepository } from './place-repository.ts';

export interface PlaceRematchDeps {
  db: Database;
  log: Logger;
  /** All stops are at their places again; the days that changed. */
  onDone: (localDays: string[]) => Promise<void> | void;
}

const dueSchema = z.array(z.object({ no: z.number(), placeId: z.number(), boxes: z.array(boxSchema) }));
type Due = z.infer<typeof dueSchema>;

const stopsPerTransaction = 300;
const firstRetryMs = 5000;

/**
 * Puts stops at their places after places changed, in the background. What is due is noted in the transaction that
 * changed the place, so that a start goes on where another one was cut off: doing a place twice comes to the same.
 */
export class PlaceRematch implements Component {
  private readonly deps: PlaceRematchDeps;
  private readonly places = new PlaceRepository();
  private running: Promise<void> | null = null;
  private isAsked = false;
  private isStopped = false;
  private retry: NodeJS.Timeout | null = null;

  constructor(deps: PlaceRematchDeps) {
    this.deps = deps;
  }

  start(): void {
    this.isStopped = false;
    this.kick();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.retry) clearTimeout(this.retry);
    await this.running;
  }

  /** Resolves when nothing is due any more, or it was stopped. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Notes that a place was, is, or is no more where these rows say; in the transaction that changes it. */
  async note(trx: Db, placeId: number, rows: readonly PlaceRow[]): Promise<void> {
    const due = await readDue(trx);
    const boxes = rows.map((row) => boxAround(row, stayRadiusM(row.radius_m)));
    const no = Math.max(0, ...due.map((entry) => entry.no)) + 1;
    await writeDue(trx, [...due, { no, placeId, boxes }]);
  }

  kick(): void {
    this.isAsked = true;
    if (this.isStopped) return;
    this.running ??= this.run().finally(() => {
      this.running = null;
      if (this.isAsked && !this.isStopped && !this.retry) this.kick();
    });
  }

  private async run(): Promise<void> {
    this.isAsked = false;
    try {
      await this.doDue();
    } catch (error) {
      this.deps.log.error({ reason: messageOf(error) }, 'stops cannot be put at their places');
      this.retry = setTimeout(() => {
        this.retry = null;
        this.kick();
      }, firstRetryMs);
      this.retry.unref();
    }
  }

  private async doDue(): Promise<void> {
    const { db } = this.deps;
    const localDays = new Set<string>();
    let isDone = false;
    for (let due = await readDue(db); due.length > 0 && !this.isStopped; due = await readDue(db)) {
      const [first] = due;
      if (!first) break;
      for (const day of await this.rematch(first)) localDays.add(day);
      if (this.isStopped) return;
      await db.transaction().execute(async (trx) => {
        await writeDue(
          trx,
          (await readDue(trx)).filter(({ no }) => no !== first.no),
        );
      });
      isDone = true;
    }
    if (isDone) await this.deps.onDone([...localDays].toSorted());
  }

  private async rematch({ placeId, boxes }: { placeId: number; boxes: Box[] }): Promise<Set<string>> {
    const { db } = this.deps;
    const localDays = new Set<string>();
    for (const ids of chunks(await this.places.stopsAround(db, placeId, boxes), stopsPerTransaction)) {
      if (this.isStopped) break;
      const days = await db.transaction().execute((trx) => this.places.assign(trx, ids));
      for (const day of days) localDays.add(day);
      await yieldToOthers();
    }
    return localDays;
  }
}

async function readDue(db: Db): Promise<Due> {
  const text = await readAppState(db, 'places.due');
  return text === null ? [] : dueSchema.parse(JSON.parse(text));
}

async function writeDue(trx: Db, due: Due): Promise<void> {
  await writeAppState(trx, 'places.due', JSON.stringify(due));
}

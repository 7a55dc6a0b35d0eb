import { sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import { readAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { ClockFacts } from './gate.ts';

const storedSchema = z.object({ seenAt: z.number().int(), confirmedAt: z.number().int().nullable() });
const dayMs = 24 * 60 * 60_000;
const freshDays = 2;

/** As the partial index `clip_archived_by_start` has it: a bound value would not match. */
const isArchived = sql<SqlBool>`state = 'archived'`;

/** Remembers when the clock was last believed, so that a jump is seen also over a restart. */
export class ClockWatch {
  private readonly deps: { db: Database; clock: Clock };

  constructor(deps: { db: Database; clock: Clock }) {
    this.deps = deps;
  }

  /** Costs a few indexed look-ups. */
  async facts(): Promise<ClockFacts> {
    const now = this.deps.clock.now();
    const stored = await this.read();
    const seenAt = stored?.seenAt ?? null;
    return {
      now,
      seenAt,
      lastArchivedAt: await this.lastArchivedAt(),
      hasFreshClip: await this.hasFreshClip(now, seenAt),
      confirmedAt: stored?.confirmedAt ?? null,
      newestStart: stored === null ? await this.newestStart(now) : null,
    };
  }

  /** The clock is believed: call it only when nothing speaks against it. */
  async believe(): Promise<void> {
    const stored = await this.read();
    await this.write({ seenAt: this.deps.clock.now(), confirmedAt: stored?.confirmedAt ?? null });
  }

  /** A person says that it is right. */
  async confirm(): Promise<void> {
    const now = this.deps.clock.now();
    await this.write({ seenAt: now, confirmedAt: now });
  }

  private async lastArchivedAt(): Promise<number | null> {
    const row = await this.deps.db
      .selectFrom('camera')
      .select((eb) => eb.fn.max('last_archived_at').as('at'))
      .executeTakeFirst();
    return row?.at ?? null;
  }

  private async hasFreshClip(now: number, seenAt: number | null): Promise<boolean> {
    const row = await this.deps.db
      .selectFrom('clip')
      .select('id')
      .where(isArchived)
      // An import that is dated today proves nothing.
      .where('origin', '=', 'sync')
      .where('started_at', '>=', now - freshDays * dayMs)
      .where('started_at', '<=', now + freshDays * dayMs)
      .where('archived_at', '>', seenAt ?? 0)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  private async newestStart(now: number): Promise<number | null> {
    const row = await this.deps.db
      .selectFrom('clip')
      .select('started_at')
      .where(isArchived)
      .where('started_at', '<=', now)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.started_at ?? null;
  }

  private async read(): Promise<z.infer<typeof storedSchema> | null> {
    const text = await readAppState(this.deps.db, 'retention.clock');
    if (text === null) return null;
    return storedSchema.safeParse(JSON.parse(text)).data ?? null;
  }

  private write(stored: z.infer<typeof storedSchema>): Promise<void> {
    return writeAppState(this.deps.db, 'retention.clock', JSON.stringify(stored));
  }
}

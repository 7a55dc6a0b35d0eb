import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Channel, ClipKind, ClipState } from '../../shared/clips.ts';
import type { Connection } from '../../shared/queue.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ClipRepository, WantedEntry } from '../archive/clip-repository.ts';
import type { Database, Db } from '../db/open.ts';
import type { CameraRow, ClipRow } from '../db/schema.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import { holdOf, isRuleHold, type RetentionContext, type RuleContext, type RuleHold } from './fetch-rules.ts';

export interface RuleHoldsDeps {
  db: Database;
  clips: ClipRepository;
  clock: Clock;
  settings: () => Pick<Settings, 'fetchMaxAgeDays' | 'protectLocked'>;
  /**
   * What began before this instant would be deleted by the archive's own retention as soon as it is here; null or left
   * out where there is no such rule.
   */
  retainFrom?: (clip: { cameraId: number; kind: ClipKind; channel: Channel }) => number | null;
}

const dayMs = 24 * 60 * 60_000;
const rowsPerTransaction = 1000;

/**
 * Holds back what the rules do not let through and lets go of what they do, after a change of connection, rules or
 * settings. A rule by place has no part in this: it skips a clip (`skipped`, `place`) once its track is known, and
 * never one whose `place_released_at` is set.
 */
export class RuleHolds {
  private readonly deps: RuleHoldsDeps;

  constructor(deps: RuleHoldsDeps) {
    this.deps = deps;
  }

  /** The rules as they are now; `connection`: the one in use, or last used. */
  contextOf(
    camera: Pick<CameraRow, 'id' | 'main_rule' | 'alternative_rule' | 'alternative_address'>,
    connection: Connection | null,
  ): RuleContext {
    return {
      connection,
      rules: { main: camera.main_rule, alternative: camera.alternative_rule },
      hasAlternative: camera.alternative_address !== null,
      fetchFrom: this.fetchFrom(),
      ...this.retention(camera.id),
    };
  }

  /**
   * Moves wanted clips of the camera between `waiting` and `held` as the rules have it. What is under way, has failed
   * or is held for another reason stays. Cost: the camera's wanted clips. Returns the days that changed, `YYYY-MM-DD`.
   */
  async apply(
    camera: CameraRow,
    connection: Connection | null,
  ): Promise<{ changed: number; localDays: string[] }> {
    const { db, clips } = this.deps;
    const context = this.contextOf(camera, connection);
    const rows = await clips.wanted(db, camera.id);
    const ids = rows.filter((row) => changeOf(row, context) !== null).map((row) => row.id);
    const days = new Set<string>();
    let changed = 0;
    for (const some of chunks(ids, rowsPerTransaction)) {
      const moved = await db.transaction().execute((trx) => this.move(trx, some, context));
      for (const row of moved) days.add(row.local_day);
      changed += moved.length;
      await yieldToOthers();
    }
    return { changed, localDays: [...days] };
  }

  /** Judged again by what the rows are now: others write between reading the queue and this transaction. */
  private async move(trx: Db, ids: number[], context: RuleContext): Promise<ClipRow[]> {
    const { clips, clock } = this.deps;
    const groups = new Map<string, { change: Change; ids: number[] }>();
    for (const row of await clips.byIds(trx, ids)) {
      const change = changeOf(row, context);
      if (!change) continue;
      const key = `${change.from} ${change.reason ?? ''}`;
      const group = groups.get(key) ?? { change, ids: [] };
      groups.set(key, group);
      group.ids.push(row.id);
    }
    const moved: ClipRow[] = [];
    for (const { change, ids: some } of groups.values()) {
      const { from, to, reason } = change;
      moved.push(...(await clips.transition(trx, some, [from], { to, reason, at: clock.now() })));
    }
    return moved;
  }

  private fetchFrom(): number | null {
    const { settings, clock } = this.deps;
    const { fetchMaxAgeDays } = settings();
    return fetchMaxAgeDays > 0 ? clock.now() - fetchMaxAgeDays * dayMs : null;
  }

  private retention(cameraId: number): { retention?: RetentionContext } {
    const { settings, clock, retainFrom } = this.deps;
    if (!retainFrom) return {};
    const { protectLocked } = settings();
    return {
      retention: {
        protectLocked,
        now: clock.now(),
        retainFrom: ({ kind, channel }) => retainFrom({ cameraId, kind, channel }),
      },
    };
  }
}

interface Change {
  from: ClipState;
  to: 'waiting' | 'held';
  reason: RuleHold | null;
}

type Judged = Pick<
  WantedEntry,
  'state' | 'state_reason' | 'kind' | 'channel' | 'container' | 'locked' | 'rank' | 'started_at'
>;

function changeOf(row: Judged, context: RuleContext): Change | null {
  const isHeldByRule = row.state === 'held' && isRuleHold(row.state_reason);
  if (row.state !== 'waiting' && !isHeldByRule) return null;
  const reason = holdOf(row, context);
  const to = reason === null ? 'waiting' : 'held';
  if (to === row.state && (to === 'waiting' || reason === row.state_reason)) return null;
  return { from: row.state, to, reason };
}

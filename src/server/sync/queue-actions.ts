import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { ClipSelection, QueueChange } from '../../shared/queue.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import { updateRows } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { holdOf, type RuleContext } from './fetch-rules.ts';
import {
  actionColumns,
  isSameStanding,
  patchOf,
  standingAfter,
  standingBefore,
  standingOf,
  withRank,
  type ActionContext,
  type ActionRow,
  type QueueAction,
  type Standing,
} from './queue-actions-plan.ts';
import { failedIds, rankRange, selectedIds } from './queue-selection.ts';
import type { UndoStore } from './undo-store.ts';

export interface QueueActionsDeps {
  db: Database;
  clips: ClipRepository;
  clock: Clock;
  undo: UndoStore;
  settings: () => Pick<Settings, 'fetchPhotos'>;
  /** The rules of a camera over the connection in use; null when it is switched off. */
  rulesOf: (cameraId: number) => RuleContext | null;
  /** Stops the transfer of a clip; resolves when its row is no longer in transfer. */
  stopTransfer(clipId: number): Promise<unknown>;
  /** The queues of these cameras have changed, on these days (`YYYY-MM-DD`). */
  onChange(daysByCamera: ReadonlyMap<number, readonly string[]>): void;
}

/** What was done to one clip. */
interface Done {
  id: number;
  before: Standing;
  after: Standing;
}

/** A clip's rank before and after it was stopped. */
interface Ranks {
  before: number | null;
  after: number;
}

interface Move {
  row: ActionRow;
  to: Standing;
}

type Judge = (row: ActionRow, context: ActionContext) => Standing | null;

const rowsPerTransaction = 1000;
/** A clip that is stopped may be the only one left to fetch, and begun again at once. */
const maxStops = 3;

/**
 * What a person does to the queue. Every action tells how many clips it changed and gives a token that takes it back,
 * as far as nothing has happened to those clips since; the tokens are forgotten with the process.
 */
export class QueueActions {
  private readonly deps: QueueActionsDeps;

  constructor(deps: QueueActionsDeps) {
    this.deps = deps;
  }

  /**
   * Puts clips at the head of the queue, past every rule: waiting, held, failed and skipped ones that the camera still
   * holds; photos when they are named. Named ones keep the order given, others come newest drive first. What is held
   * because it is not whole yet stays held, and comes first afterwards.
   */
  async first(selection: ClipSelection): Promise<QueueChange> {
    const ids = await this.select(selection);
    const { lowest } = await rankRange(this.deps.db);
    if (!('clipIds' in selection)) return this.act(ids, { kind: 'first', rank: lowest - 1, named: false });
    const ranks = new Map(ids.map((id, index) => [id, lowest - ids.length + index]));
    return this.undoable(
      await this.change(ids, (row, context) =>
        standingAfter(row, { kind: 'first', rank: ranks.get(row.id) ?? lowest - 1, named: true }, context),
      ),
    );
  }

  /** Puts waiting, held and failed clips at the end of the queue; what had been asked for is under the rules again. */
  async last(selection: ClipSelection): Promise<QueueChange> {
    const ids = await this.select(selection);
    const { highest } = await rankRange(this.deps.db);
    return this.act(ids, { kind: 'last', rank: highest + 1 });
  }

  /** Leaves clips on the card: waiting, held, failed and listed ones; one under way is stopped first. */
  async skip(selection: ClipSelection): Promise<QueueChange> {
    const ids = await this.select(selection);
    const stopped = await this.stop(ids, maxStops);
    const done = await this.change(ids, (row, context) => standingAfter(row, { kind: 'skip' }, context));
    for (const one of done) {
      const ranks = stopped.get(one.id);
      if (ranks) one.before = { ...one.before, rank: ranks.before };
    }
    return this.undoable(done);
  }

  /** Wants again what was skipped and is still on the card, under the rules; photos only if photos are fetched. */
  async unskip(selection: ClipSelection): Promise<QueueChange> {
    return this.act(await this.select(selection), { kind: 'unskip' });
  }

  /** Failed clips wait again with all their attempts, all of them when none is named. */
  async retry(clipIds?: readonly number[]): Promise<QueueChange> {
    return this.act(clipIds ? [...new Set(clipIds)] : await failedIds(this.deps.db), { kind: 'retry' });
  }

  /**
   * Stops the transfer of a clip and puts it at the end of the queue; its bytes stay. Changes nothing when it is not
   * under way, or is finished before it is stopped. Throws `not_found` for a clip that does not exist.
   */
  async cancel(clipId: number): Promise<QueueChange> {
    const [row] = await this.rows(this.deps.db, [clipId]);
    if (!row) throw new AppError('not_found', 'There is no such clip.');
    const ranks = (await this.stop([clipId], 1)).get(clipId);
    if (!ranks) return nothingChanged;
    await this.change([clipId], (stopped, context) =>
      standingAfter(stopped, { kind: 'last', rank: ranks.after }, context),
    );
    const [left] = await this.rows(this.deps.db, [clipId]);
    // It may be finished after all.
    if (left?.rank !== ranks.after) return nothingChanged;
    return { changed: 1, undo: this.deps.undo.remember(() => this.restoreRank(clipId, ranks)) };
  }

  /** Takes an action back where nothing has happened to its clips since. Throws `not_found` for an unknown token. */
  async undo(token: string): Promise<QueueChange> {
    return { changed: await this.deps.undo.undo(token), undo: null };
  }

  private select(selection: ClipSelection): Promise<number[]> {
    return selectedIds(this.deps.db, selection, this.deps.clock.now());
  }

  private async act(ids: readonly number[], action: QueueAction): Promise<QueueChange> {
    return this.undoable(await this.change(ids, (row, context) => standingAfter(row, action, context)));
  }

  private undoable(done: readonly Done[]): QueueChange {
    if (done.length === 0) return nothingChanged;
    const undo = this.deps.undo.remember(() => this.restore(done), done.length);
    return { changed: done.length, undo };
  }

  private async restore(done: readonly Done[]): Promise<number> {
    const byId = new Map(done.map((one) => [one.id, one]));
    const restored = await this.change([...byId.keys()], (row, context) => {
      const one = byId.get(row.id);
      return one ? standingBefore(row, one, context) : null;
    });
    return restored.length;
  }

  /** Whatever has become of a cancelled clip since: as long as it is where it was put, it gets its place back. */
  private async restoreRank(clipId: number, ranks: Ranks): Promise<number> {
    const restored = await this.change([clipId], (row, context) =>
      row.rank === ranks.after ? withRank(row, ranks.before, context) : null,
    );
    return restored.length;
  }

  /**
   * Stops those that are under way, having put them at the end, so that others are begun in their stead. Returns their
   * ranks.
   */
  private async stop(ids: readonly number[], rounds: number): Promise<Map<number, Ranks>> {
    const { db } = this.deps;
    const stopped = new Map<number, Ranks>();
    for (let round = 0; round < rounds; round++) {
      const running = (await this.rows(db, ids)).filter((row) => row.state === 'transferring');
      if (running.length === 0) break;
      const after = (await rankRange(db)).highest + 1;
      const runningIds = running.map((row) => row.id);
      await db.updateTable('clip').set({ rank: after }).where('id', 'in', runningIds).execute();
      for (const { id, rank } of running) stopped.set(id, { before: stopped.get(id)?.before ?? rank, after });
      this.tell(running);
      for (const id of runningIds) await this.deps.stopTransfer(id);
    }
    return stopped;
  }

  /** Each clip as the judge has it, a thousand a transaction; what was done is told, also when a later one fails. */
  private async change(ids: readonly number[], judge: Judge): Promise<Done[]> {
    const done: Done[] = [];
    const changed: ActionRow[] = [];
    try {
      for (const some of chunks(ids, rowsPerTransaction)) {
        const moves = await this.deps.db.transaction().execute((trx) => this.changeSome(trx, some, judge));
        for (const { row, to } of moves) {
          done.push({ id: row.id, before: standingOf(row), after: to });
          changed.push(row);
        }
        await yieldToOthers();
      }
    } finally {
      if (changed.length > 0) this.tell(changed);
    }
    return done;
  }

  private async changeSome(trx: Db, ids: readonly number[], judge: Judge): Promise<Move[]> {
    const context = this.context();
    const moves = (await this.rows(trx, ids)).flatMap((row): Move[] => {
      const to = judge(row, context(row));
      return to === null || isSameStanding(to, standingOf(row)) ? [] : [{ row, to }];
    });
    await this.carryOut(trx, moves);
    return moves;
  }

  private context(): (row: ActionRow) => ActionContext {
    const { clock, settings, rulesOf } = this.deps;
    const now = clock.now();
    const { fetchPhotos } = settings();
    const holds = new Map<number, ActionContext['hold']>();
    const hold = (cameraId: number): ActionContext['hold'] => {
      const rules = rulesOf(cameraId);
      return rules && ((row, rank) => holdOf({ ...row, rank }, rules));
    };
    return ({ camera_id }) => {
      if (!holds.has(camera_id)) holds.set(camera_id, hold(camera_id));
      return { now, fetchPhotos, hold: holds.get(camera_id) ?? null };
    };
  }

  /** One statement for all that go the same way, and one for the ranks: those named have each their own. */
  private async carryOut(trx: Db, moves: readonly Move[]): Promise<void> {
    const { clips, clock } = this.deps;
    const at = clock.now();
    for (const group of byWay(moves)) {
      const [{ row, to }] = group;
      const ids = group.map((move) => move.row.id);
      const patch = patchOf(to);
      if (row.state === to.state && row.state_reason === to.state_reason)
        await trx.updateTable('clip').set(patch).where('id', 'in', ids).execute();
      else
        await clips.transition(trx, ids, [row.state], { to: to.state, reason: to.state_reason, at, patch });
    }
    const ranked = moves.filter(({ row, to }) => row.rank !== to.rank);
    const ranks = ranked.map(({ row, to }) => ({ id: row.id, rank: to.rank }));
    await updateRows(trx, 'clip', ['rank'], ranks);
  }

  /** In the order of the ids. */
  private async rows(db: Db, ids: readonly number[]): Promise<ActionRow[]> {
    const byId = new Map<number, ActionRow>();
    for (const some of chunks(ids, rowsPerTransaction)) {
      const rows = await db.selectFrom('clip').select(actionColumns).where('id', 'in', some).execute();
      for (const row of rows) byId.set(row.id, row);
    }
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  private tell(rows: readonly ActionRow[]): void {
    const days = new Map<number, Set<string>>();
    for (const row of rows) {
      const ofCamera = days.get(row.camera_id) ?? new Set();
      days.set(row.camera_id, ofCamera.add(row.local_day));
    }
    this.deps.onChange(new Map([...days].map(([cameraId, ofCamera]) => [cameraId, [...ofCamera]])));
  }
}

const nothingChanged: QueueChange = { changed: 0, undo: null };

/** Where a clip comes from and goes to, but for its rank. */
function wayOf({ row, to }: Move): string {
  return JSON.stringify([row.state, row.state_reason, to.state, to.state_reason, patchOf(to)]);
}

function byWay(moves: readonly Move[]): [Move, ...Move[]][] {
  const groups = new Map<string, [Move, ...Move[]]>();
  for (const move of moves) {
    const key = wayOf(move);
    const group = groups.get(key);
    if (group) group.push(move);
    else groups.set(key, [move]);
  }
  return [...groups.values()];
}

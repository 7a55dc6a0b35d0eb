import type { ClipRepository } from '../archive/clip-repository.ts';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow, RemovalRow, TrashRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { FileTask } from './removal-files.ts';
import { isDue, isOfRule, isRuleRemoval, mayBeDone, trashPlace } from './removal-policy.ts';
import type { RemovalPlaces } from './removal-places.ts';
import { RemovalRepository } from './removal-repository.ts';
import { dropCameraDeletions, endedStates } from './removal-settlement.ts';
import type { RemovalItem } from './removal-verdict.ts';
import type { RemovalRequest } from './retention-types.ts';
import { readWhy, TrashRepository } from './trash-repository.ts';

export interface RemovalBatchesDeps {
  db: Database;
  clips: ClipRepository;
  places: RemovalPlaces;
  clock: Clock;
}

export interface RuleOptions {
  sweepId: number;
  toTrash: boolean;
  mayGo(row: ClipRow, inUse: boolean): boolean;
  protects(row: ClipRow, inUse: boolean): boolean;
  signal: AbortSignal;
}

/** What is known of the clips of a batch. */
interface Known {
  clips: Map<number, ClipRow>;
  trash: Map<number, TrashRow>;
  removals: Map<number, RemovalRow>;
}

/** Makes batches: decides of each row what is to happen to which file, and writes it down before it happens. */
export class RemovalBatches {
  private readonly deps: RemovalBatchesDeps;
  private readonly removals = new RemovalRepository();
  private readonly trash = new TrashRepository();

  constructor(deps: RemovalBatchesDeps) {
    this.deps = deps;
  }

  /** Of rules. A request that is left out is no longer as its plan had it. */
  async ofRule(requests: readonly RemovalRequest[], options: RuleOptions): Promise<RemovalItem[]> {
    const { db, clock } = this.deps;
    const { signal } = options;
    const placeOf = options.toTrash ? await this.trashPlaces(requests, signal) : new Map<string, string>();
    return db.transaction().execute(async (trx) => {
      const ids = requests.map((request) => request.clipId);
      const known = await this.known(trx, ids);
      const captureIds = new Set([...known.clips.values()].map((clip) => clip.capture_id));
      const { inUse, whole } = await this.captures(trx, [...captureIds], options);
      const moving = await this.moving(trx, ids);
      const now = clock.now();
      const items = requests.flatMap((request) => {
        const clip = known.clips.get(request.clipId);
        const before = known.removals.get(request.clipId) ?? null;
        if (clip?.state !== 'archived' || clip.path === null) return [];
        if (known.trash.has(clip.id) || whole.has(clip.capture_id) || !isFree(before, now)) return [];
        if (moving.has(clip.id)) return [];
        const { id, path } = clip;
        const trashPath = options.toTrash ? placeOf.get(path) : null;
        // A scan has found its file elsewhere since its place was chosen.
        if (trashPath === undefined || !options.mayGo(clip, inUse.has(id))) return [];
        const order = { ...request, path, trashPath, before, now };
        return [itemOf(ruleRow(order, options), { before, clip, trash: null })];
      });
      await this.begin(trx, items);
      return items;
    });
  }

  /** Who keeps or needs one clip of a moment wants the whole, also what the plan did not know of. */
  private async captures(
    trx: Db,
    captureIds: readonly number[],
    options: RuleOptions,
  ): Promise<{ inUse: Set<number>; whole: Set<number> }> {
    const rows = await trx
      .selectFrom('clip')
      .selectAll('clip')
      .leftJoin('removal', 'removal.clip_id', 'clip.id')
      .where(among('clip.capture_id', captureIds))
      .where('clip.state', '=', 'archived')
      // One that a person wants deleted protects nothing.
      .where((eb) => eb.or([eb('removal.clip_id', 'is', null), eb('removal.error', 'is not', null)]))
      .execute();
    const ids = rows.map((row) => row.id);
    const used = await trx.selectFrom('clip_use').select('clip_id').where(among('clip_id', ids)).execute();
    const inUse = new Set(used.map((row) => row.clip_id));
    const protecting = rows.filter((row) => options.protects(row, inUse.has(row.id)));
    return { inUse, whole: new Set(protecting.map((row) => row.capture_id)) };
  }

  /** Of a move that was begun nobody knows yet where the file is. */
  private async moving(trx: Db, ids: readonly number[]): Promise<Set<number>> {
    const rows = await trx.selectFrom('refile').select('clip_id').where(among('clip_id', ids)).execute();
    return new Set(rows.map((row) => row.clip_id));
  }

  private async trashPlaces(
    requests: readonly RemovalRequest[],
    signal: AbortSignal,
  ): Promise<Map<string, string>> {
    const { db, clock, places } = this.deps;
    const rows = await db
      .selectFrom('clip')
      .select('path')
      .where(
        among(
          'id',
          requests.map((request) => request.clipId),
        ),
      )
      .where('state', '=', 'archived')
      .execute();
    const paths = rows.flatMap(({ path }) => path ?? []);
    const now = clock.now();
    const free = await places.inTrash(
      paths.map((path) => trashPlace(path, now)),
      signal,
    );
    return new Map(paths.map((path, index) => [path, free[index] ?? '']));
  }

  /** Of orders that no rule gave; what has lost its sense is dropped. */
  async ofOrders(rows: readonly RemovalRow[], signal: AbortSignal): Promise<RemovalItem[]> {
    const { db } = this.deps;
    const ids = rows.map((row) => row.clip_id);
    const known = await this.known(db, ids);
    const planned = rows.map((row) => orderedItem(row, known));
    await this.place(
      planned.flatMap((item) => item ?? []),
      signal,
    );
    return db.transaction().execute(async (trx) => {
      const now = await this.removals.byClips(trx, ids);
      const items = planned.flatMap((item) =>
        item && isSame(now.get(item.row.clip_id), item.before) ? [item] : [],
      );
      const senseless = rows.filter(
        (row, index) => planned[index] === null && isSame(now.get(row.clip_id), row),
      );
      await this.removals.remove(
        trx,
        senseless.map((row) => row.clip_id),
      );
      await this.begin(trx, items);
      return items;
    });
  }

  /** Gives those that were not begun before their places, by what is there now. */
  private async place(items: readonly RemovalItem[], signal: AbortSignal): Promise<void> {
    const { places, clock } = this.deps;
    const fresh = items.filter(({ task }) => !task.maybeDone);
    const into = fresh.filter(({ row }) => row.action === 'trash');
    const back = fresh.filter(({ row }) => row.action === 'restore');
    const now = clock.now();
    const trashPaths = await places.inTrash(
      into.map(({ row }) => trashPlace(row.path, now)),
      signal,
    );
    for (const [index, { row, task }] of into.entries()) {
      row.trash_path = trashPaths[index] ?? null;
      task.to = row.trash_path;
    }
    const paths = await places.inArchive(
      back.map(({ trash, row }) => trash?.path ?? row.path),
      signal,
    );
    for (const [index, { row, task }] of back.entries()) {
      row.path = paths[index] ?? row.path;
      task.to = row.path;
    }
  }

  /** Of clips in the trash whose time there is over. */
  async ofTrash(rows: readonly TrashRow[]): Promise<RemovalItem[]> {
    const { db, clock } = this.deps;
    return db.transaction().execute(async (trx) => {
      const known = await this.known(
        trx,
        rows.map((row) => row.clip_id),
      );
      const items = rows.flatMap(({ clip_id, path, trash_path, why }) => {
        const [clip, trash] = [known.clips.get(clip_id), known.trash.get(clip_id)];
        if (!clip || !trash || known.removals.has(clip_id)) return [];
        if (clip.kept === 1 && isOfRule(readWhy(trash.why))) return [];
        const order = { clip_id, action: 'purge' as const, path, trash_path, why, sweep_id: null };
        const row: RemovalRow = { ...order, ordered_at: clock.now(), tries: 1, ...noError };
        return [itemOf(row, { before: null, clip, trash })];
      });
      await this.begin(trx, items);
      return items;
    });
  }

  /** Of rules' removals that nobody knows the end of: they are looked at, and nothing is begun anew. */
  async ofUnsettled(rows: readonly RemovalRow[]): Promise<RemovalItem[]> {
    const clips = await this.clipsOf(
      this.deps.db,
      rows.map((row) => row.clip_id),
    );
    return rows.flatMap((row) => {
      const clip = clips.get(row.clip_id);
      if (!clip) return [];
      const item = itemOf(row, { before: null, clip, trash: null });
      return [{ ...item, task: { ...item.task, maybeDone: true, lookOnly: true } }];
    });
  }

  private async begin(trx: Db, items: readonly RemovalItem[]): Promise<void> {
    await this.removals.put(
      trx,
      items.map(({ row, before, isForerunner }) =>
        // The order is not begun by what goes before it.
        isForerunner && before ? before : row,
      ),
    );
    const leaving = items.filter(({ row }) => row.action === 'trash' || row.action === 'delete');
    await dropCameraDeletions(
      trx,
      leaving.map(({ row }) => row.clip_id),
    );
  }

  private async known(db: Db, ids: readonly number[]): Promise<Known> {
    return {
      clips: await this.clipsOf(db, ids),
      trash: await this.trash.byClips(db, ids),
      removals: await this.removals.byClips(db, ids),
    };
  }

  private async clipsOf(db: Db, ids: readonly number[]): Promise<Map<number, ClipRow>> {
    const rows = await this.deps.clips.byIds(db, [...ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }
}

const noError = { next_at: null, error: null, error_code: null };

/** Nobody else has ordered something of its file, and no failure is too fresh. */
const isFree = (row: RemovalRow | null, now: number) =>
  row === null || (isRuleRemoval(row) && isDueAgain(row, now));

const isDueAgain = (row: RemovalRow, now: number) => row.error !== null && isDue(row.next_at, now);

function ruleRow(
  order: RemovalRequest & { path: string; trashPath: string | null; before: RemovalRow | null; now: number },
  { toTrash, sweepId }: RuleOptions,
): RemovalRow {
  return {
    clip_id: order.clipId,
    action: toTrash ? 'trash' : 'delete',
    path: order.path,
    trash_path: order.trashPath,
    why: JSON.stringify(order.why),
    sweep_id: sweepId,
    ordered_at: order.now,
    tries: (order.before?.tries ?? 0) + 1,
    ...noError,
  };
}

/** Somebody ordered something else meanwhile, or took it back. */
const isSame = (now: RemovalRow | undefined, before: RemovalRow | null): boolean =>
  now !== undefined &&
  before !== null &&
  now.action === before.action &&
  now.ordered_at === before.ordered_at &&
  now.tries === before.tries;

function itemOf(row: RemovalRow, of: Pick<RemovalItem, 'before' | 'clip' | 'trash'>): RemovalItem {
  return { ...of, row, task: taskOf(row, of), isSpared: false, isForerunner: false };
}

function taskOf(
  row: RemovalRow,
  { before, clip, trash }: Pick<RemovalItem, 'before' | 'clip' | 'trash'>,
): FileTask {
  const isOut = row.action === 'restore' || row.action === 'purge';
  const inTrash = trash?.trash_path ?? row.trash_path ?? '';
  const targets = { trash: row.trash_path, delete: null, restore: row.path, purge: null };
  return {
    from: isOut ? inTrash : row.path,
    to: targets[row.action],
    sizeBytes: isOut ? (trash?.bytes ?? clip.size_bytes) : clip.size_bytes,
    maybeDone: before !== null && mayBeDone(before),
    lookOnly: false,
    wasSeen: false,
    outcome: null,
  };
}

/** Null when there is nothing to do any more. */
function orderedItem(before: RemovalRow, { clips, trash: inTrash }: Known): RemovalItem | null {
  const clip = clips.get(before.clip_id);
  if (!clip) return null;
  const of = { before, clip, trash: inTrash.get(before.clip_id) ?? null };
  const isOut = before.action === 'restore' || before.action === 'purge';
  return isOut ? outOfTrash(before, of) : outOfArchive(before, of);
}

type Of = Pick<RemovalItem, 'before' | 'clip' | 'trash'>;

function outOfTrash(before: RemovalRow, of: Of): RemovalItem | null {
  if (!of.trash) return null;
  // A scan that was quicker than a restoration has made it archived.
  const isLate = before.action === 'restore' && !endedStates.has(of.clip.state) && !mayBeDone(before);
  return isLate ? null : itemOf(begun(before), of);
}

function outOfArchive(before: RemovalRow, of: Of): RemovalItem | null {
  const { clip, trash } = of;
  if (clip.state !== 'archived' || clip.path === null) return null;
  const row = begun(before);
  if (!trash) return itemOf(mayBeDone(before) ? row : { ...row, path: clip.path }, of);
  const { path, trash_path } = trash;
  const item = itemOf({ ...row, action: 'purge', path, trash_path }, of);
  return { ...item, task: { ...item.task, maybeDone: false }, isForerunner: true };
}

const begun = (row: RemovalRow): RemovalRow => ({ ...row, ...noError, tries: row.tries + 1 });

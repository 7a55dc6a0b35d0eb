import type { AuditAction } from '../../shared/retention.ts';
import type { ClipState, StateReason } from '../../shared/clips.ts';
import { assertTransition } from '../archive/clip-states.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import { orphanArtifacts } from '../db/artifact-orphans.ts';
import { among, updateRows } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow, RemovalRow, TrashRow } from '../db/schema.ts';
import { AuditRepository } from './audit-repository.ts';
import { doubtCode, goneFailure, isOfRule, isRuleRemoval, nextLookAt, nextTryAt } from './removal-policy.ts';
import { newOrder, RemovalRepository } from './removal-repository.ts';
import type { RemovalItem, Verdict } from './removal-verdict.ts';
import { readWhy, TrashRepository } from './trash-repository.ts';

/** What a settled batch changed. */
export interface Settled {
  /** Local days of clips that are other than before, by camera. */
  localDays: Map<number, Set<string>>;
  /** By how much the trash has grown. */
  trash: { clips: number; bytes: number };
  failed: number;
}

/** Whatever a batch did to files, written into the ledger in one transaction. */
export class RemovalSettlement {
  private readonly clips: ClipRepository;
  private readonly removals = new RemovalRepository();
  private readonly trash = new TrashRepository();
  private readonly audit = new AuditRepository();

  constructor(clips: ClipRepository) {
    this.clips = clips;
  }

  async settle(db: Database, verdicts: ReadonlyMap<RemovalItem, Verdict>, at: number): Promise<Settled> {
    const by = new Map<Verdict, RemovalItem[]>();
    for (const [item, verdict] of verdicts) {
      const some = by.get(verdict);
      if (some) some.push(item);
      else by.set(verdict, [item]);
    }
    const of = (...verdicts: Verdict[]) => verdicts.flatMap((verdict) => by.get(verdict) ?? []);
    return db.transaction().execute(async (trx) => {
      const touched = [
        ...(await this.leave(trx, of('trashed', 'deleted', 'missing'), by, at)),
        ...(await this.comeBack(trx, of('restored'), at)),
      ];
      await this.clips.refresh(trx, touched);
      const out = of('restored', 'purged');
      await this.trash.remove(trx, idsOf(out));
      await this.audit.noteGone(trx, auditsOf(of('purged')), at);
      await this.audit.noteRestored(trx, auditsOf(of('restored')), at);
      await this.settleJournal(trx, of, at);
      return {
        localDays: daysOf(touched),
        trash: difference(of('trashed'), out),
        failed: of('failed', 'doubt').length,
      };
    });
  }

  private async settleJournal(
    trx: Db,
    of: (...verdicts: Verdict[]) => RemovalItem[],
    at: number,
  ): Promise<void> {
    const back = [...of('back'), ...of('purged').filter((item) => item.isForerunner)];
    const returned = new Set(back.filter((item) => item.before !== null));
    const settled = of('trashed', 'deleted', 'missing', 'restored', 'purged', 'cancelled', 'back');
    await this.removals.remove(trx, idsOf(settled.filter((item) => !returned.has(item))));
    await this.removals.put(
      trx,
      [...returned].flatMap(({ before }) => before ?? []),
    );
    await this.removals.put(trx, [
      ...of('failed').map((item) => failedRow(item, at)),
      ...of('doubt').map((item) => doubtRow(item, at)),
    ]);
    await this.bringBackKept(trx, of('trashed', 'cancelled'), at);
  }

  /** Kept too late for its file to stay, or while it was to go out of the trash: it is to come back. */
  private async bringBackKept(trx: Db, items: readonly RemovalItem[], at: number): Promise<void> {
    // One that was kept already when a person insisted on deleting it stays there.
    const may = items.filter(
      ({ row, clip }) => row.action === 'purge' || isRuleRemoval(row) || clip.kept === 0,
    );
    if (may.length === 0) return;
    const rows = await trx
      .selectFrom('clip')
      .select('id')
      .where(among('id', idsOf(may)))
      .where('kept', '=', 1)
      .where('state', 'in', [...endedStates])
      .execute();
    const kept = new Set(rows.map((row) => row.id));
    const back = may.filter(({ row }) => kept.has(row.clip_id));
    await this.removals.put(
      trx,
      back.map(({ row }) => ({ ...row, action: 'restore' as const, ...newOrder(at) })),
    );
  }

  /** Clips without their files: audit, trash and the end of their lives. */
  private async leave(
    trx: Db,
    items: readonly RemovalItem[],
    by: ReadonlyMap<Verdict, RemovalItem[]>,
    at: number,
  ): Promise<Touched[]> {
    if (items.length === 0) return [];
    const actionOf = new Map<RemovalItem, AuditAction>();
    for (const action of ['trashed', 'deleted', 'missing'] as const)
      for (const item of by.get(action) ?? []) actionOf.set(item, action);
    const entries = items.map((item) => auditRow(item, actionOf.get(item) ?? 'deleted', at));
    const auditIds = await this.audit.insert(trx, entries);
    const trashed = items.flatMap((item, index) =>
      actionOf.get(item) === 'trashed' ? [trashRow(item, auditIds[index] ?? 0, at)] : [],
    );
    await this.trash.insert(trx, trashed);
    const there = await this.stillThere(trx, items);
    for (const state of ['expired', 'deleted', 'missing'] as const) {
      const some = there.filter((item) => endOf(item, actionOf.get(item) ?? 'deleted') === state);
      await endClips(trx, idsOf(some), state, at);
    }
    await orphanArtifacts(trx, idsOf(there));
    return there.map(({ clip }) => clip);
  }

  /** A scan may meanwhile have found another copy of a clip, which is its file from then on. */
  private async stillThere(trx: Db, items: readonly RemovalItem[]): Promise<RemovalItem[]> {
    const rows = await trx
      .selectFrom('clip')
      .select(['id', 'path'])
      .where(among('id', idsOf(items)))
      .where('state', '=', 'archived')
      .execute();
    const pathOf = new Map(rows.map((row) => [row.id, row.path]));
    return items.filter(({ clip, row }) => pathOf.get(clip.id) === row.path);
  }

  /** Restored clips; what a rule had deleted is kept from then on. */
  private async comeBack(trx: Db, items: readonly RemovalItem[], at: number): Promise<Touched[]> {
    if (items.length === 0) return [];
    const rows = await trx
      .selectFrom('clip')
      .select(['id', 'state', 'kept'])
      .where(among('id', idsOf(items)))
      .execute();
    const now = new Map(rows.map((row) => [row.id, row]));
    const holders = await this.holdersOf(trx, items);
    const pinned: number[] = [];
    const back: { id: number; path: string }[] = [];
    for (const { clip, row } of items) {
      const holder = holders.get(row.path);
      const wasRule = isOfRule(readWhy(row.why));
      if (wasRule) pinned.push(holder ?? clip.id);
      const isGone = endedStates.has(now.get(clip.id)?.state ?? 'archived');
      if (isGone && holder === undefined) back.push({ id: clip.id, path: row.path });
    }
    const change = {
      state: 'archived',
      state_reason: null,
      state_at: at,
      sidecar_due: 1,
      gpx_sidecar: null,
    } as const;
    const archived = back.map((clip) => ({ ...clip, ...change }));
    const columns = ['path', 'state', 'state_reason', 'state_at', 'sidecar_due', 'gpx_sidecar'] as const;
    await updateRows(trx, 'clip', columns, archived);
    await this.clips.judgeGpxAnew(trx, idsIn(back));
    await trx
      .updateTable('clip')
      .set({ kept: 1, kept_at: at, sidecar_due: 1 })
      .where(among('id', pinned))
      .where('kept', '=', 0)
      .execute();
    return trx
      .selectFrom('clip')
      .select(['camera_id', 'local_day', 'capture_id'])
      .where(among('id', [...idsOf(items), ...pinned]))
      .execute();
  }

  /** Rows that already have these places: a scan was quicker. */
  private async holdersOf(trx: Db, items: readonly RemovalItem[]): Promise<Map<string, number>> {
    const paths = items.map(({ row }) => row.path);
    const rows = await trx.selectFrom('clip').select(['id', 'path']).where(among('path', paths)).execute();
    return new Map(rows.map((row) => [row.path ?? '', row.id]));
  }
}

type Touched = Pick<ClipRow, 'camera_id' | 'local_day' | 'capture_id'>;

export const endedStates: ReadonlySet<ClipState> = new Set(['expired', 'deleted', 'missing']);

const idsOf = (items: readonly RemovalItem[]) => items.map((item) => item.row.clip_id);

const idsIn = (rows: readonly { id: number }[]) => rows.map((row) => row.id);

const auditsOf = (items: readonly RemovalItem[]) => items.flatMap(({ trash }) => trash?.audit_id ?? []);

type End = 'expired' | 'deleted' | 'missing';
const reasons = {
  expired: 'retention',
  deleted: 'user',
  missing: null,
} as const satisfies Record<End, StateReason | null>;

function endOf({ row }: RemovalItem, action: AuditAction): End {
  if (action === 'missing') return 'missing';
  return isOfRule(readWhy(row.why)) ? 'expired' : 'deleted';
}

/** Without its copy here, a clip is no longer to be deleted on its camera. */
export async function endClips(trx: Db, ids: readonly number[], state: End, at: number): Promise<void> {
  if (ids.length === 0) return;
  assertTransition('archived', state);
  await trx
    .updateTable('clip')
    .set({ state, state_reason: reasons[state], state_at: at, path: null, sidecar_due: 0 })
    .where(among('id', ids))
    .execute();
  await dropCameraDeletions(trx, ids);
}

/** What a camera was to delete because it is safe here stays there. */
export async function dropCameraDeletions(db: Db, clipIds: readonly number[]): Promise<void> {
  await db
    .updateTable('clip')
    .set({ delete_due: null, delete_tries: 0, delete_error: null })
    .where(among('id', clipIds))
    .where('delete_due', 'is not', null)
    .execute();
}

function auditRow({ row, clip }: RemovalItem, action: AuditAction, at: number) {
  const { camera_id, name, channel, kind, local_start, kept, locked } = clip;
  const { clip_id, path, why, sweep_id } = row;
  const goneAt = action === 'trashed' ? null : at;
  const what = { camera_id, name, channel, kind, local_start, kept, locked, bytes: clip.size_bytes ?? 0 };
  return { at, action, clip_id, ...what, path, why, sweep_id, gone_at: goneAt, restored_at: null };
}

function trashRow({ row, clip }: RemovalItem, auditId: number, at: number): TrashRow {
  const { clip_id, path, trash_path, why } = row;
  if (trash_path === null) throw new Error(`clip ${clip_id} has no place in the trash`);
  return { clip_id, audit_id: auditId, path, trash_path, bytes: clip.size_bytes ?? 0, why, trashed_at: at };
}

function failedRow({ row, before, isForerunner, task }: RemovalItem, at: number): RemovalRow {
  const failure = task.outcome?.kind === 'failed' ? task.outcome.failure : goneFailure(row.action);
  const kept = isForerunner && before ? { ...before, tries: row.tries } : row;
  return { ...kept, next_at: nextTryAt(row.tries, at), error: failure.reason, error_code: failure.code };
}

/** It stays as begun, with words for people. */
function doubtRow({ row, before }: RemovalItem, at: number): RemovalRow {
  const { reason } = goneFailure(row.action);
  return { ...(before ?? row), next_at: nextLookAt(at), error: reason, error_code: doubtCode };
}

function difference(into: readonly RemovalItem[], out: readonly RemovalItem[]) {
  const bytesIn = into.reduce((sum, { clip }) => sum + (clip.size_bytes ?? 0), 0);
  const bytesOut = out.reduce((sum, { trash }) => sum + (trash?.bytes ?? 0), 0);
  return { clips: into.length - out.length, bytes: bytesIn - bytesOut };
}

function daysOf(rows: readonly Touched[]): Map<number, Set<string>> {
  const days = new Map<number, Set<string>>();
  for (const row of rows) days.set(row.camera_id, (days.get(row.camera_id) ?? new Set()).add(row.local_day));
  return days;
}

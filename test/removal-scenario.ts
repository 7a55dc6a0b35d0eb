import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import type { FilePort } from '../src/server/archive/file-port.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { AuditRow, ClipRow, RemovalRow, TrashRow } from '../src/server/db/schema.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { keepClips } from '../src/server/retention/keep-clips.ts';
import type { RemovalOutcome, RemovalRequest } from '../src/server/retention/retention-types.ts';
import { Remover, type RuleRemovalOptions } from '../src/server/retention/remover.ts';
import type { Events } from '../src/shared/events.ts';
import type { DeletionWhy } from '../src/shared/retention.ts';
import { faultyFiles } from './faulty-files.ts';
import { archiveFiles, expectInvariants, inOrder } from './invariants.ts';
import { handClock } from './scenario.ts';
import { seededNow, useArchive, type SeedOrder } from './retention-seed.ts';
import type { TestApp } from './test-app.ts';

export const byAge: DeletionWhy = { by: 'age', days: 30, rule: null };

/** Called before each call of the port; what it throws, the call throws. */
export type Fault = (call: keyof FilePort, path: string) => unknown;

/** An archive, and what deletes in it, without the program around them. */
export interface Removal {
  configDir: string;
  recordings: string;
  db: Database;
  volume: ArchiveVolume;
  remover: Remover;
  clock: ReturnType<typeof handClock>;
  settings: { trashHours: number };
  /** In the order in which they were emitted. */
  events: (keyof Events)[];
  signal: AbortSignal;
  /** What a fault is set to, from now on. */
  fault: Fault;
  clips(): Promise<ClipRow[]>;
  byRule(options?: Partial<RuleRemovalOptions> & { ids?: readonly number[] }): Promise<RemovalOutcome>;
  /** By hand, written down and carried out. */
  byHand(ids: readonly number[], includeProtected?: boolean): Promise<void>;
  carryOut(): Promise<string | null>;
  keep(ids: readonly number[], kept?: boolean): Promise<number>;
  removals(): Promise<RemovalRow[]>;
  trash(): Promise<TrashRow[]>;
  audit(): Promise<AuditRow[]>;
}

export interface RemovalOrderOptions extends SeedOrder {
  trashHours?: number;
  batchSize?: number;
  batchMs?: number;
  volumeTimeoutMs?: number;
}

/** An error as Node's file calls throw it. */
export const failing = (code: string): Error => Object.assign(new Error(`${code}: it is so`), { code });

export async function useRemoval(order: RemovalOrderOptions): Promise<Removal> {
  const { configDir, recordings } = await useArchive(order);
  const removal = await openRemoval({ configDir, recordings, ...order });
  onTestFinished(() => removal.db.destroy());
  return removal;
}

/** On an archive that is there already. */
export async function openRemoval(
  given: Omit<RemovalOrderOptions, 'clips'> & { configDir: string; recordings: string },
): Promise<Removal> {
  const { configDir, recordings } = given;
  const clock = handClock(seededNow);
  const settings = { trashHours: given.trashHours ?? 24 };
  const log = pino({ level: 'silent' });
  const db = await openDatabase({ configDir, now: new Date(seededNow) });
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  const heard: (keyof Events)[] = [];
  events.onAny((event) => void heard.push(event));
  const volume = new ArchiveVolume({
    root: recordings,
    clock,
    log,
    readMarkerId: () => readAppState(db, 'archive.marker'),
    writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
    knownClips: async () => 0,
    onChange: () => undefined,
    ...(given.volumeTimeoutMs !== undefined && { timeoutMs: given.volumeTimeoutMs }),
  });
  const clips = new ClipRepository();
  const files = faultyFiles(async ({ call, path }) => void (await removal.fault(call, path)));
  const remover = new Remover({
    db,
    clips,
    volume,
    files,
    clock,
    events,
    log,
    settings: () => settings,
    ...(given.batchSize !== undefined && { batchSize: given.batchSize }),
    ...(given.batchMs !== undefined && { batchMs: given.batchMs }),
  });
  const { signal } = new AbortController();
  const removal: Removal = {
    configDir,
    recordings,
    db,
    volume,
    remover,
    clock,
    settings,
    signal,
    events: heard,
    fault: () => undefined,
    clips: () => db.selectFrom('clip').selectAll().orderBy('id').execute(),
    byRule: ({ ids, ...options } = {}) => removeByRule(removal, ids, options),
    async byHand(ids, includeProtected = false) {
      await remover.orderByHand(ids, { includeProtected, user: null });
      await remover.carryOutOrders(signal);
    },
    carryOut: () => remover.carryOutOrders(signal),
    keep: async (ids, kept = true) => (await keepClips({ db, clips, clock, remover }, ids, kept)).length,
    removals: () => db.selectFrom('removal').selectAll().orderBy('clip_id').execute(),
    trash: () => db.selectFrom('trash').selectAll().orderBy('clip_id').execute(),
    audit: () => db.selectFrom('audit').selectAll().orderBy('id').execute(),
  };
  return removal;
}

async function removeByRule(
  removal: Removal,
  ids: readonly number[] | undefined,
  options: Partial<RuleRemovalOptions>,
): Promise<RemovalOutcome> {
  const all = ids ?? (await removal.clips()).filter((row) => row.state === 'archived').map((row) => row.id);
  const requests: RemovalRequest[] = all.map((clipId) => ({ clipId, why: byAge }));
  return removal.remover.removeByRule(requests, {
    sweepId: 1,
    toTrash: removal.settings.trashHours > 0,
    mayGo: (row, inUse) => row.kept === 0 && !inUse,
    protects: (row, inUse) => row.kept === 1 || inUse,
    signal: removal.signal,
    onProgress: () => undefined,
    ...options,
  });
}

/** A fault of one call on files whose path fits. */
export const refusing =
  (call: keyof FilePort, code: string, path: string | RegExp = ''): Fault =>
  (name, at) => {
    const fits = typeof path === 'string' ? at.includes(path) : path.test(at);
    if (name === call && fits) throw failing(code);
  };

/** Rows and files tell the same: of the archive, of the trash, of the journal and of what is counted. */
export async function expectAgreement(removal: Removal): Promise<void> {
  const { db, recordings } = removal;
  await expectInvariants({ app: { db }, recordings } as unknown as TestApp);
  const trash = await removal.trash();
  for (const row of trash) {
    const file = await lstat(join(recordings, row.trash_path));
    expect([file.isFile(), file.size], row.trash_path).toEqual([true, row.bytes]);
  }
  expect(await trashFiles(removal)).toEqual(trash.map((row) => row.trash_path).toSorted(inOrder));
  expect((await removal.removals()).filter((row) => row.error === null)).toEqual([]);
  const totals = await removal.remover.trashTotals();
  const bytes = trash.reduce((sum, row) => sum + row.bytes, 0);
  expect([totals.clips, totals.bytes]).toEqual([trash.length, bytes]);
  await expectAuditAgrees(removal, trash);
}

async function expectAuditAgrees(removal: Removal, trash: readonly TrashRow[]): Promise<void> {
  const audit = await removal.audit();
  const inTrash = audit.filter(
    (row) => row.action === 'trashed' && row.gone_at === null && row.restored_at === null,
  );
  expect(inTrash.map((row) => row.id)).toEqual(trash.map((row) => row.audit_id).toSorted((a, b) => a - b));
  const ended = (await removal.clips()).filter((row) =>
    ['expired', 'deleted', 'missing'].includes(row.state),
  );
  expect(
    ended.filter(({ id }) => !audit.some((row) => row.clip_id === id && row.restored_at === null)),
  ).toEqual([]);
}

/** Recordings in the trash, without what lies beside them. */
export async function trashFiles({ recordings }: Pick<Removal, 'recordings'>): Promise<string[]> {
  const files = await archiveFiles(join(recordings, '.trash'));
  return files.filter((path) => path.endsWith('.MP4')).map((path) => `.trash/${path}`);
}

/** Folders below the archive root, relative, hidden ones too. */
export async function folders({ recordings }: Pick<Removal, 'recordings'>): Promise<string[]> {
  const entries = await readdir(recordings, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(recordings.length + 1))
    .toSorted(inOrder);
}

export const stateOf = (rows: readonly ClipRow[]) => rows.map((row) => row.state);

const changing: readonly (keyof FilePort)[] = [
  'rename',
  'unlink',
  'makeFolder',
  'removeFolder',
  'syncFolder',
];
export const isChanging = (call: keyof FilePort): boolean => changing.includes(call);

/** What can be done to the clips 1 to 4, or to all that is in the trash. */
export const removalDeeds = {
  trash: async (removal: Removal) => void (await removal.byRule({ ids: [1, 2, 3, 4] })),
  delete: async (removal: Removal) => void (await removal.byRule({ ids: [1, 2, 3, 4], toTrash: false })),
  hand: (removal: Removal) => removal.byHand([1, 2, 3, 4]),
  async restore(removal: Removal) {
    await removal.remover.restore(null);
    await removal.carryOut();
  },
  async empty(removal: Removal) {
    await removal.remover.empty(null);
    await removal.carryOut();
  },
  async purge(removal: Removal) {
    await removal.remover.purgeForRoom(1e12, removal.signal);
  },
};

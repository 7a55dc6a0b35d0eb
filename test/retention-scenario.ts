import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { Database } from '../src/server/db/open.ts';
import type { ClipState } from '../src/shared/clips.ts';
import type { AuditEntry, Retention, Sweep } from '../src/shared/retention.ts';
import { routes } from '../src/shared/routes.ts';
import type { Settings } from '../src/shared/settings.ts';
import type { Problem } from '../src/shared/status.ts';
import { archiveFiles, inOrder, visibleFiles } from './invariants.ts';
import { waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

/** Everything may go without asking, and goes at once. */
export const atOnce = { trashHours: 0, retentionMaxSharePct: 100 } as const satisfies Partial<Settings>;

export const retentionOf = (app: TestApp): Promise<Retention> => app.call(routes.getRetention);

/** Waits until nothing is planned or deleted, and this many sweeps did or met something. */
export async function untilSwept(app: TestApp, sweeps = 1): Promise<Retention> {
  return vi.waitFor(async () => {
    const retention = await retentionOf(app);
    const ended = retention.sweeps.filter((sweep) => sweep.endedAt !== null);
    expect(ended.length).toBeGreaterThanOrEqual(sweeps);
    expect(retention.state).not.toMatch(/planning|sweeping/);
    return retention;
  }, waitLong);
}

/** The newest run; there is one. */
export function lastSweep({ sweeps }: Retention): Sweep {
  const [sweep] = sweeps;
  if (!sweep) return expect.fail('no sweep was noted');
  return sweep;
}

/** Orders a sweep and waits until it is over, whether or not there was anything to do. */
export async function sweepNow(app: TestApp): Promise<Retention> {
  let told = 0;
  const stopListening = app.app.events.on('retention.changed', () => void told++);
  await app.call(routes.startSweep);
  await vi.waitFor(() => expect(told).toBeGreaterThan(0), waitLong);
  stopListening();
  return untilIdle(app);
}

/** Waits until nothing is planned, deleted or ordered. */
export async function untilIdle(app: TestApp): Promise<Retention> {
  return vi.waitFor(async () => {
    const retention = await retentionOf(app);
    expect(retention.state).not.toMatch(/planning|sweeping/);
    expect(retention.pending).toBe(0);
    return retention;
  }, waitLong);
}

export async function untilObstacle(app: TestApp, code: string): Promise<Retention> {
  return vi.waitFor(async () => {
    const retention = await retentionOf(app);
    expect(retention.obstacle?.code).toBe(code);
    return retention;
  }, waitLong);
}

/** How many clips are in each state. */
export async function statesOf(app: TestApp): Promise<Partial<Record<ClipState, number>>> {
  const rows = await app.app.db
    .selectFrom('clip')
    .select((eb) => ['state', eb.fn.countAll<number>().as('clips')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, clips }) => [state, clips]));
}

/** Days of which there are archived clips, oldest first. */
export async function daysLeft(app: TestApp): Promise<string[]> {
  const rows = await app.app.db
    .selectFrom('clip')
    .select('local_day')
    .distinct()
    .where('state', '=', 'archived')
    .orderBy('local_day')
    .execute();
  return rows.map((row) => row.local_day);
}

export async function auditOf(app: TestApp): Promise<AuditEntry[]> {
  return (await app.call(routes.listAudit, { query: { limit: 500 } })).entries;
}

export async function problemsOf(app: TestApp): Promise<Problem[]> {
  return (await app.call(routes.getStatus)).problems;
}

/** Waits for a problem whose sentence and advice say this. */
export async function untilProblem(app: TestApp, says: RegExp): Promise<Problem> {
  return vi.waitFor(async () => {
    const problems = await problemsOf(app);
    const found = problems.find(({ message, advice }) => says.test(`${message} ${advice ?? ''}`));
    expect(found, JSON.stringify(problems)).toBeDefined();
    return found as Problem;
  }, waitLong);
}

/** The log's lines of sweeps, in order. */
export const sweepLines = (app: TestApp): string[] =>
  app.log.map(({ msg }) => String(msg)).filter((line) => line.startsWith('retention sweep'));

/** Rows and files say the same: of the archive, of the trash, and nothing is half done. */
export async function expectAgreement(app: TestApp): Promise<void> {
  const { db } = app.app;
  const archived = await archivedRows(db);
  for (const { path, size_bytes } of archived) {
    const file = await lstat(join(app.recordings, path ?? ''));
    expect([file.isFile(), file.size], path ?? '').toEqual([true, size_bytes]);
  }
  const visible = (await visibleFiles(app.recordings)).filter(isVideo);
  expect(visible).toEqual(archived.map(({ path }) => path ?? '').toSorted(inOrder));
  const trash = await db.selectFrom('trash').select(['trash_path', 'bytes']).execute();
  const inTrash = (await archiveFiles(app.recordings)).filter((path) => path.startsWith('.trash/'));
  expect(inTrash.filter(isVideo)).toEqual(trash.map((row) => row.trash_path).toSorted(inOrder));
  const undone = await db.selectFrom('removal').selectAll().where('error', 'is', null).execute();
  expect(undone, 'removals under way').toEqual([]);
}

const isVideo = (path: string) => /\.MP4$/i.test(path);

async function archivedRows(db: Database) {
  const rows = await db.selectFrom('clip').select(['state', 'path', 'size_bytes']).execute();
  expect(rows.filter(({ state, path }) => state !== 'archived' && path !== null)).toEqual([]);
  return rows.filter(({ state }) => state === 'archived');
}

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, vi } from 'vitest';
import type { CardEntry } from '../simulator/card.ts';
import type { RequestRecord } from '../simulator/request-log.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { routes } from '../src/shared/routes.ts';
import { archiveFiles, expectInvariants } from './invariants.ts';
import { cardBytes, downloadsOf, expectSameBytes, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

/** Notes every attempt that is burnt, also one that is forgiven later. */
export async function watchAttempts(app: TestApp): Promise<() => Promise<string[]>> {
  const { db } = app.app;
  await sql`create table burnt (name text, reason text) strict`.execute(db);
  await sql`create trigger burnt_attempt after update of attempts on clip when new.attempts > old.attempts
    begin insert into burnt values (new.name, coalesce(new.last_error, new.state_reason)); end`.execute(db);
  return async () => {
    const { rows } = await sql<{
      name: string;
      reason: string | null;
    }>`select name, reason from burnt`.execute(db);
    return rows.map(({ name, reason }) => `${name}: ${reason}`);
  };
}

/** All of it archived once, byte for byte, nothing left over, the camera treated as it must be. */
export async function expectAllThere(
  app: TestApp,
  camera: SimulatedCamera,
  entries: readonly CardEntry[],
): Promise<void> {
  await vi.waitFor(async () => {
    const rows = await app.app.db.selectFrom('clip').select('name').where('state', '=', 'archived').execute();
    expect(rows).toHaveLength(entries.length);
  }, waitLong);
  await expectSameBytes(app, entries);
  await expectNoParts(app);
  await expectInvariants(app, camera);
}

export async function expectNoParts(app: TestApp): Promise<void> {
  expect((await archiveFiles(app.recordings)).filter((path) => path.endsWith('.part'))).toEqual([]);
  expect(await app.app.db.selectFrom('part').select('path').execute()).toEqual([]);
}

/** What the first camera is doing, and why. */
export async function cameraOf(app: TestApp): Promise<{ activity: string; message: string | null }> {
  const [camera] = (await app.call(routes.getStatus)).cameras;
  return { activity: camera?.activity ?? 'none', message: camera?.message ?? null };
}

export async function untilActivity(app: TestApp, activity: string): Promise<void> {
  await vi.waitFor(async () => expect((await cameraOf(app)).activity).toBe(activity), waitLong);
}

/** Names in the order in which they were asked for. */
export const askedFor = (requests: readonly RequestRecord[]): string[] =>
  requests.map((request) => request.path.slice(request.path.lastIndexOf('/') + 1));

/** Bytes of files that left the camera, for each byte of these clips. */
export function sentFor(camera: SimulatedCamera, entries: readonly CardEntry[]): number {
  const sent = downloadsOf(camera).reduce((sum, request) => sum + request.bytesSent, 0);
  return sent / cardBytes(entries);
}

/** A folder for the archive that is the mount point of another, as a share is; what is in the share stays. */
export async function useShare(): Promise<{ path: string; mount(): void; unmount(): void }> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-share-'));
  const [share, path] = [join(home, 'share'), join(home, 'mounted')];
  await mkdir(share);
  await mkdir(path);
  let isMounted = false;
  const mount = () => {
    execFileSync('mount', ['--bind', share, path]);
    isMounted = true;
  };
  const unmount = () => {
    execFileSync('umount', ['-l', path]);
    isMounted = false;
  };
  mount();
  onTestFinished(async () => {
    if (isMounted) unmount();
    await rm(home, { recursive: true, force: true });
  });
  return { path, mount, unmount };
}

/** Takes all the room that is left. */
export async function fillUp(file: string, bytes: number): Promise<void> {
  await expect(writeFile(file, Buffer.alloc(bytes))).rejects.toThrow(/ENOSPC/);
}

/** From now on the database has no room (SQLITE_FULL) whenever that is written; the answer makes room again. */
export async function fillDatabaseWhen(app: TestApp, when: string): Promise<() => Promise<void>> {
  const { db } = app.app;
  await sql`create table ballast (bytes blob) strict`.execute(db);
  await sql
    .raw(`create trigger no_space ${when} begin insert into ballast values (zeroblob(800000)); end`)
    .execute(db);
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  // What else is written fits, the ballast does not.
  const most = (rows[0]?.page_count ?? 0) + 100;
  await sql.raw(`pragma max_page_count = ${most}`).execute(db);
  return async () => {
    await sql`drop trigger no_space`.execute(db);
    await sql.raw('pragma max_page_count = 1073741823').execute(db);
  };
}

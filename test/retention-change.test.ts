import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { archiveFiles } from './invariants.ts';
import { useMount } from './mounts.ts';
import { heldFiles } from './faulty-files.ts';
import {
  atOnce,
  expectAgreement,
  lastSweep,
  problemsOf,
  retentionOf,
  statesOf,
  sweepNow,
  untilObstacle,
  untilSwept,
} from './retention-scenario.ts';
import { capturesOn, dayMs, daysAgo, seededNow, useArchive } from './retention-seed.ts';
import { handClock, waitLong } from './scenario.ts';

const front = ['front'] as const;
const old = capturesOn(daysAgo(40), { captures: 20, channels: front });
const isRoot = process.getuid?.() === 0;

test.each([
  ['no age is too great any more', { retentionDays: 0 }],
  ['the last sixty days are to be left', { retentionFloorDays: 60 }],
])('a sweep ends when the rules change: %s', async (_, change) => {
  const held = heldFiles((_made, count) => count === 8);
  const archive = await useArchive({ clips: old, settings: { retentionDays: 30, ...atOnce } });
  const app = await archive.open({ files: held.files, retentionPace: { afterSettingsMs: 20 } });
  await held.reached;
  await app.call(routes.updateSettings, { body: change });
  held.letGo();
  expect(lastSweep(await untilSwept(app))).toMatchObject({ outcome: 'interrupted', byAge: 8 });
  await vi.waitFor(async () => expect((await retentionOf(app)).state).toMatch(/off|idle/), waitLong);
  expect(await statesOf(app)).toEqual({ expired: 8, archived: 12 });
  await expectAgreement(app);
});

test('a sweep that was stopped by hand does not go on by itself, and says so', async () => {
  const held = heldFiles((_made, count) => count === 8);
  const archive = await useArchive({ clips: old, settings: { retentionDays: 30, ...atOnce } });
  const app = await archive.open({ files: held.files, retentionPace: { everyMs: 10 } });
  await held.reached;
  await app.call(routes.stopSweep);
  held.letGo();
  await untilObstacle(app, 'stopped');
  // Sweeps were due many times.
  for (let asked = 0; asked < 20; asked++) expect((await retentionOf(app)).obstacle?.code).toBe('stopped');
  expect((await retentionOf(app)).nextAt).toBeNull();
  expect(await problemsOf(app)).toEqual([]);
  expect(await statesOf(app)).toEqual({ expired: 8, archived: 12 });
  await sweepNow(app);
  expect(await statesOf(app)).toEqual({ expired: 20 });
});

test('a preview of a rule of the disk that is not in force yet judges the disk as it is', async () => {
  const archive = await useArchive({ clips: old, settings: {} });
  const app = await archive.open();
  await vi.waitFor(
    async () => expect((await app.call(routes.getStatus)).archive.state).toBe('ready'),
    waitLong,
  );
  const preview = await app.call(routes.previewRetention, { body: { settings: { retentionDiskPct: 1 } } });
  // Nearly all of it is not ours.
  expect(preview.shortfall).toMatchObject({ rule: 'disk', cause: 'other_data' });
});

test('only as much goes as a person was shown', async () => {
  const archive = await useArchive({
    clips: [...old, ...capturesOn(daysAgo(31), { captures: 40 })],
    settings: {},
  });
  const app = await archive.open();
  await app.call(routes.updateSettings, { body: { retentionDays: 30 } });
  await app.call(routes.startSweep);
  const { confirmation } = await untilObstacle(app, 'share');
  expect(confirmation).toMatchObject({ clips: 100 });
  await app.call(routes.confirmSweep, { body: { ...confirmation!, clips: 50 } });
  await vi.waitFor(async () => expect((await retentionOf(app)).confirmation).not.toBeNull(), waitLong);
  expect(await statesOf(app)).toEqual({ archived: 100 });
});

test('the trash is emptied by nobody after the clock has jumped', async () => {
  const clock = handClock(seededNow);
  const archive = await useArchive({ clips: old, settings: {} });
  const app = await archive.open({ clock });
  const clipIds = (await app.app.db.selectFrom('clip').select('id').limit(4).execute()).map(({ id }) => id);
  const untilDeleted = (clips: number) =>
    vi.waitFor(async () => expect((await statesOf(app))['deleted']).toBe(clips), waitLong);
  await app.call(routes.deleteClips, { body: { clipIds: clipIds.slice(0, 3) } });
  await untilDeleted(3);
  clock.advance(14 * 365 * dayMs);
  await app.call(routes.deleteClips, { body: { clipIds: clipIds.slice(3) } });
  await untilDeleted(4);
  await sweepNow(app);
  expect((await app.call(routes.listTrash, { query: {} })).total.clips).toBe(4);
});

test.runIf(isRoot)('what lies in the trash goes when the disk is critical, whatever the rules', async () => {
  const mount = await useMount('size=12m');
  const recordings = join(mount.path, 'recordings');
  const clips = capturesOn(daysAgo(3), { captures: 5, channels: front, bytes: 1_000_000 });
  const settings = { keepFreeGb: 0, diskCriticalPct: 60 };
  const archive = await useArchive({ clips, settings, recordings });
  const app = await archive.open();
  const clipIds = (await app.app.db.selectFrom('clip').select('id').execute()).map(({ id }) => id);
  await app.call(routes.deleteClips, { body: { clipIds } });
  await vi.waitFor(async () => expect(await statesOf(app)).toEqual({ deleted: 5 }), waitLong);
  await writeFile(join(mount.path, 'other'), Buffer.alloc(4_000_000));
  await sweepNow(app);
  await vi.waitFor(async () => {
    expect((await app.call(routes.getStatus)).archive).toMatchObject({ state: 'ready' });
    expect((await app.call(routes.listTrash, { query: {} })).total.clips).toBeLessThan(5);
  }, waitLong);
});

test.runIf(isRoot)('on a disk that takes no folder any more, what is due goes at once', async () => {
  const mount = await useMount('size=6m');
  const recordings = join(mount.path, 'recordings');
  const clips = [
    ...capturesOn(daysAgo(40), { captures: 5, channels: front, bytes: 500_000 }),
    ...capturesOn(daysAgo(3), { captures: 1, channels: front, bytes: 500_000 }),
  ];
  const settings = { keepFreeGb: 0, diskCriticalPct: 0, retentionDays: 30, retentionMaxSharePct: 100 };
  const archive = await useArchive({ clips, settings, recordings });
  await writeFile(join(mount.path, 'other'), Buffer.alloc(6_000_000)).catch(() => undefined);
  const app = await archive.open();
  await untilSwept(app);
  expect(await statesOf(app)).toEqual({ archived: 1, expired: 5 });
  expect((await archiveFiles(app.recordings)).filter((path) => path.includes('.trash'))).toEqual([]);
});

test('a limit that is a slip of the keyboard costs neither clip nor trash before the question is answered', async () => {
  const archive = await useArchive({
    clips: capturesOn(daysAgo(40), { captures: 40, channels: front }),
    settings: {},
  });
  const app = await archive.open();
  const rows = await app.app.db.selectFrom('clip').select('id').limit(5).execute();
  await app.call(routes.deleteClips, { body: { clipIds: rows.map(({ id }) => id) } });
  await vi.waitFor(async () => expect(await statesOf(app)).toEqual({ deleted: 5, archived: 35 }), waitLong);
  await app.call(routes.updateSettings, { body: { quotaGib: 0.0000001 } });
  await app.call(routes.startSweep);
  const { confirmation } = await untilObstacle(app, 'share');
  expect(confirmation).toMatchObject({ clips: 35 });
  expect(await statesOf(app)).toEqual({ deleted: 5, archived: 35 });
  expect((await app.call(routes.listTrash, { query: {} })).total.clips).toBe(5);
});

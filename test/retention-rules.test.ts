import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { faultyFiles } from './faulty-files.ts';
import { archiveFiles, expectInvariants } from './invariants.ts';
import {
  atOnce,
  auditOf,
  daysLeft,
  expectAgreement,
  lastSweep,
  retentionOf,
  statesOf,
  sweepNow,
  untilIdle,
  untilSwept,
} from './retention-scenario.ts';
import {
  capturesOn,
  dayMs,
  daysAgo,
  gpxOf,
  hourMs,
  seededNow,
  useArchive,
  type SeedClip,
} from './retention-seed.ts';
import { allClips, clipNamed, handClock, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

const front = ['front'] as const;
const kindsLeft = async (app: TestApp) =>
  (await allClips(app))
    .filter(({ state }) => state === 'archived')
    .map(({ kind, channel }) => `${kind} ${channel}`);

describe('what goes by age', () => {
  test('whole captures go, or stay whole when one of their clips is protected', async () => {
    const three = ['front', 'rear', 'interior'] as const;
    const clips = [
      ...capturesOn(daysAgo(40), { captures: 2, channels: three }),
      ...capturesOn(daysAgo(39), { captures: 1, channels: ['front', 'interior'] }),
      ...capturesOn(daysAgo(39), { captures: 1, channels: ['rear'], locked: true }),
      ...capturesOn(daysAgo(38), { captures: 1, channels: ['front'], kept: true }),
      ...capturesOn(daysAgo(38), { captures: 1, channels: ['rear'] }),
    ];
    const archive = await useArchive({ clips, settings: { retentionDays: 30, ...atOnce } });
    const app = await archive.open();
    const retention = await untilSwept(app);
    expect(await daysLeft(app)).toEqual([daysAgo(39), daysAgo(38)]);
    expect(await statesOf(app)).toEqual({ archived: 5, expired: 6 });
    expect(retention.protected).toMatchObject({ locked: { clips: 3 }, kept: { clips: 2 } });
    await app.call(routes.updateSettings, { body: { protectLocked: false } });
    await sweepNow(app);
    expect(await daysLeft(app)).toEqual([daysAgo(38)]);
    await expectAgreement(app);
  });

  test('kinds and channels go by rules of their own, and clips of unknown kind by the general one', async () => {
    const at = daysAgo(20);
    const clips = [
      ...capturesOn(at, { captures: 1, kind: 'parking' }),
      ...capturesOn(at, { captures: 1, kind: 'normal', hour: 10 }),
      ...capturesOn(at, { captures: 1, kind: 'unclassified', channels: ['other'], hour: 11 }),
      ...capturesOn(daysAgo(900), { captures: 1, kind: 'event' }),
      ...capturesOn(daysAgo(40), { captures: 1, kind: 'unclassified', channels: ['other'] }),
    ];
    const settings = {
      ...atOnce,
      retentionDays: 30,
      retentionRules: [
        { cameraId: null, kind: 'parking' as const, channel: null, days: 7 },
        { cameraId: null, kind: 'event' as const, channel: null, days: 0 },
        { cameraId: null, kind: null, channel: 'rear' as const, days: 14 },
      ],
    };
    const archive = await useArchive({ clips, settings });
    const app = await archive.open();
    await untilSwept(app);
    expect((await kindsLeft(app)).toSorted()).toEqual([
      'event front',
      'event rear',
      'normal front',
      'unclassified other',
    ]);
    const whys = (await auditOf(app)).map(({ kind, channel, why }) =>
      [kind, channel, why.by, why.by === 'age' ? why.days : null].join(' '),
    );
    expect(whys.toSorted()).toEqual([
      'normal rear age 14',
      'parking front age 7',
      'parking rear age 7',
      'unclassified other age 30',
    ]);
  });

  test('a drive goes whole, once the last of it is due, and stays whole when something of it is kept', async () => {
    // The cut falls into this one: its first clips are older than 30 days at noon, its last are not.
    const cut: SeedClip[] = capturesOn(daysAgo(30), { captures: 10, hour: 11.95 });
    const clips = [
      // Past midnight.
      ...capturesOn(daysAgo(45), { captures: 10, hour: 23.9 }),
      ...capturesOn(daysAgo(40), { captures: 4 }),
      ...capturesOn(daysAgo(40), { captures: 1, hour: 8.1, kept: true }),
      ...cut,
    ];
    const archive = await useArchive({
      clips,
      settings: { retentionDays: 30, retentionWhole: 'drives', ...atOnce },
    });
    const app = await archive.open();
    await untilSwept(app);
    expect(await daysLeft(app)).toEqual([daysAgo(40), daysAgo(30)]);
    expect(await statesOf(app)).toEqual({ archived: 8 + 2 + 20, expired: 20 });
    await app.call(routes.updateSettings, { body: { retentionWhole: 'captures' } });
    await sweepNow(app);
    expect((await statesOf(app)).archived).toBeLessThan(8 + 2 + 20);
  });

  test('never goes what just arrived, lies in the future or before 2010, or what a floor guards', async () => {
    const clips = [
      ...capturesOn(daysAgo(50), { captures: 1, archivedAt: seededNow - 20 * hourMs, origin: 'found' }),
      ...capturesOn(daysAgo(-3), { captures: 1, archivedAt: seededNow - 2 * dayMs }),
      ...capturesOn('2008-05-01', { captures: 1, archivedAt: seededNow - 2 * dayMs }),
      ...capturesOn(daysAgo(300), { captures: 1, archivedAt: seededNow - 2 * dayMs }),
      ...capturesOn(daysAgo(45), { captures: 1 }),
    ];
    const settings = { retentionDays: 30, retentionFloorDays: 60, ...atOnce };
    const archive = await useArchive({ clips, settings });
    const app = await archive.open();
    await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('idle'), waitLong);
    expect((await sweepNow(app)).sweeps).toEqual([]);
    expect(await statesOf(app)).toEqual({ archived: 10 });
    await app.call(routes.updateSettings, { body: { retentionFloorDays: 0 } });
    const retention = await sweepNow(app);
    expect(lastSweep(retention).byAge).toBe(2);
    expect(await daysLeft(app)).not.toContain(daysAgo(45));
    expect(retention.protected).toMatchObject({ recent: { clips: 2 } });
  });

  test('never goes what has a date in doubt, until its clock is known', async () => {
    const clips = [45, 44].flatMap((days) => capturesOn(daysAgo(days), { captures: 1 }));
    const archive = await useArchive({ clips, settings: { retentionDays: 0, ...atOnce } });
    const app = await archive.open();
    const trust = (time_confidence: 'doubtful' | 'sure') =>
      app.app.db
        .updateTable('capture')
        .set({ time_confidence })
        .where('local_day', '=', daysAgo(45))
        .execute();
    // What is read of a clip says anew how well its date is known.
    await vi.waitFor(async () => {
      const due = await app.app.db.selectFrom('clip').select('id').where('track_due', '=', 1).execute();
      expect(due).toEqual([]);
    }, waitLong);
    await trust('doubtful');
    await app.call(routes.updateSettings, { body: { retentionDays: 30 } });
    expect((await sweepNow(app)).protected).toMatchObject({ date: { clips: 2 } });
    expect(await daysLeft(app)).toEqual([daysAgo(45)]);
    await trust('sure');
    await sweepNow(app);
    expect(await daysLeft(app)).toEqual([]);
  });
});

describe('the trash', () => {
  test('holds what a rule deleted, with its track, for its hours, and gives it back; a rule leaves it then', async () => {
    const clock = handClock(seededNow);
    const clips = capturesOn(daysAgo(40), { captures: 3, channels: front, hasGpx: true });
    const archive = await useArchive({ clips, settings: { retentionDays: 30, retentionMaxSharePct: 100 } });
    const app = await archive.open({ clock, retentionPace: { everyMs: 50 } });
    const retention = await untilSwept(app);
    const bytes = 100 + 101 + 102;
    expect(lastSweep(retention)).toMatchObject({ byAge: 3, freedBytes: bytes, trashedBytes: bytes });
    const trash = await app.call(routes.listTrash, { query: {} });
    expect(trash.total).toEqual({ clips: 3, bytes });
    for (const entry of trash.clips) expect(entry.goneAt).toBe(entry.trashedAt + 24 * hourMs);
    const inTrash = (await archiveFiles(archive.recordings)).filter((path) =>
      path.startsWith('.trash/2026-06-28/'),
    );
    expect(inTrash).toHaveLength(6);
    expect((await app.call(routes.getStorage)).trash).toEqual({ clips: 3, bytes });

    const [first] = await allClips(app);
    await app.call(routes.restoreClips, { body: { clipIds: [first!.id] } });
    await untilIdle(app);
    const restored = await clipNamed(app, first!.name);
    expect(restored).toMatchObject({ state: 'archived', kept: 1, path: `${daysAgo(40)}/${first!.name}` });
    await lstat(join(archive.recordings, gpxOf(restored.path!)));
    const entry = (await auditOf(app)).find(({ clipId }) => clipId === first!.id);
    expect(entry).toMatchObject({ inTrash: false, restoredAt: expect.any(Number) });

    clock.advance(23 * hourMs);
    await sweepNow(app);
    expect((await retentionOf(app)).trash.clips).toBe(2);
    clock.advance(2 * hourMs);
    await sweepNow(app);
    // As it is when the volume was looked at: the trash is gone through again.
    app.app.events.emit('archive.changed', {});
    await vi.waitFor(async () => expect((await retentionOf(app)).trash.clips).toBe(0), waitLong);
    await vi.waitFor(async () => {
      const left = (await archiveFiles(archive.recordings)).filter((path) => path.startsWith('.trash/'));
      expect(left).toEqual([]);
    }, waitLong);
    for (const { clipId, goneAt } of await auditOf(app))
      expect(goneAt === null, `clip ${clipId}`).toBe(clipId === first!.id);
    expect(await statesOf(app)).toEqual({ archived: 1, expired: 2 });
    await expectAgreement(app);
  });

  test('what is deleted by hand goes there too; protected clips ask first and are counted', async () => {
    const clips = [
      ...capturesOn(daysAgo(5), { captures: 2, channels: front }),
      ...capturesOn(daysAgo(4), { captures: 1, channels: front, kept: true }),
      ...capturesOn(daysAgo(3), { captures: 1, channels: front, locked: true }),
    ];
    const archive = await useArchive({ clips });
    const app = await archive.open();
    await vi.waitFor(
      async () => expect((await app.call(routes.getStatus)).archive.state).toBe('ready'),
      waitLong,
    );
    const clipIds = (await allClips(app)).map(({ id }) => id);
    const order = await app.call(routes.deleteClips, { body: { clipIds, includeProtected: false } });
    expect(order).toMatchObject({
      ordered: 2,
      left: { kept: 1, locked: 1, inUse: 0, notThere: 0 },
      toTrash: true,
    });
    await untilIdle(app);
    expect(await statesOf(app)).toEqual({ archived: 2, deleted: 2 });
    const insisted = await app.call(routes.deleteClips, { body: { clipIds, includeProtected: true } });
    expect(insisted).toMatchObject({ ordered: 2, left: { kept: 0, locked: 0, notThere: 2 } });
    await untilIdle(app);
    expect(await statesOf(app)).toEqual({ deleted: 4 });
    expect((await auditOf(app)).map(({ why }) => why.by)).toEqual(['hand', 'hand', 'hand', 'hand']);
    await app.call(routes.restoreClips, { body: {} });
    await untilIdle(app);
    expect(await statesOf(app)).toEqual({ archived: 4 });
    await expectAgreement(app);
    await expectInvariants(app);
  });
});

describe('what goes by room', () => {
  test('a quota takes the trash first, then the oldest of every kind, and no more than it must', async () => {
    const bytes = 100_000;
    const clips = [
      ...[50, 45].flatMap((days) => capturesOn(daysAgo(days), { captures: 2, channels: front, bytes })),
      ...[20, 15, 10, 5].flatMap((days) =>
        capturesOn(daysAgo(days), {
          captures: 2,
          channels: front,
          bytes,
          kind: days === 20 ? 'event' : 'normal',
        }),
      ),
    ];
    const archive = await useArchive({
      clips,
      settings: { ...atOnce, trashHours: 24, retentionDays: 30 },
    });
    const app = await archive.open();
    await untilSwept(app);
    expect((await retentionOf(app)).trash).toMatchObject({ clips: 4, bytes: 4 * bytes });
    // Of 12 clips 8 are left; 6 fit.
    const quotaGib = (7 * bytes - 1) / 2 ** 30;
    await app.call(routes.updateSettings, { body: { quotaGib } });
    const retention = await sweepNow(app);
    expect(lastSweep(retention)).toMatchObject({ byQuota: 2, trashedBytes: 0 });
    expect(retention.trash.clips).toBe(0);
    expect(await daysLeft(app)).toEqual([15, 10, 5].map((days) => daysAgo(days)));
    const { quota } = await app.call(routes.getStorage);
    expect(quota!.usedBytes).toBeLessThan(quota!.limitBytes);
    const [newest] = await auditOf(app);
    expect(newest!.why).toEqual({ by: 'quota', gib: quotaGib });
    await expectAgreement(app);
  });

  test('a quota that is kept looks at no file and lists no folder', async () => {
    const clips = capturesOn(daysAgo(5), { captures: 30 });
    const archive = await useArchive({ clips, settings: { quotaGib: 1, ...atOnce } });
    const calls: string[] = [];
    const files = faultyFiles(({ call, path }) => void calls.push(`${call} ${path}`));
    const app = await archive.open({ files });
    await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('idle'), waitLong);
    calls.length = 0;
    for (let count = 0; count < 3; count++) await sweepNow(app);
    expect(calls).toEqual([]);
    expect((await app.call(routes.getStorage)).quota).toMatchObject({ limitBytes: 2 ** 30 });
  });
});

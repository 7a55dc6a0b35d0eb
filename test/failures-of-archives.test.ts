/**
 * Failures 1, 7 and 8 of those that users of such programs really met, as `failures.test.ts` has 2 to 6. What else a
 * disk, a share or a clock can do to what deletes is in `retention-bad-input.test.ts`.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { routes } from '../src/shared/routes.ts';
import { useShare } from './failure-steps.ts';
import { errno, faultyFiles, takesClip } from './faulty-files.ts';
import { archiveFiles, expectInvariants, visibleFiles } from './invariants.ts';
import {
  atOnce,
  auditOf,
  daysLeft,
  expectAgreement,
  lastSweep,
  problemsOf,
  retentionOf,
  statesOf,
  sweepNow,
  untilObstacle,
  untilProblem,
  untilSwept,
} from './retention-scenario.ts';
import { capturesOn, dayMs, daysAgo, seededNow, useArchive } from './retention-seed.ts';
import { handClock, useApp, useCamera, waitLong } from './scenario.ts';

const isRoot = process.getuid?.() === 0;
const rules = { retentionDays: 30, ...atOnce };
/** Twenty captures beyond their age, ten that stay. */
const clips = [
  ...capturesOn(daysAgo(60), { captures: 10 }),
  ...capturesOn(daysAgo(40), { captures: 10 }),
  ...capturesOn(daysAgo(4), { captures: 10 }),
];

describe('failure 1: the archive is wiped because database or mount was missing at the start', () => {
  test('an empty database and a full disk: nothing is deleted, all of it is found again, and what is old asks first', async () => {
    const archive = await useArchive({ clips });
    const configDir = await mkdtemp(join(tmpdir(), 'viofosync-empty-'));
    onTestFinished(() => rm(configDir, { recursive: true, force: true }));
    await writeFile(
      join(configDir, 'settings.json'),
      JSON.stringify({ retentionDays: 30, retentionDiskPct: 1 }),
    );
    const before = await archiveFiles(archive.recordings);
    const clock = handClock(seededNow);
    const app = await useApp({ configDir, recordings: archive.recordings, clock, zone: 'UTC' });
    await app.call(routes.addCamera, { body: { name: 'Car', address: '127.0.0.1:1' } });
    await vi.waitFor(async () => expect(await statesOf(app)).toEqual({ archived: 60 }), waitLong);
    const retention = await vi.waitFor(async () => {
      const told = await sweepNow(app);
      expect(told.protected.recent.clips).toBe(40);
      return told;
    }, waitLong);
    expect(retention.sweeps).toEqual([]);
    expect(await archiveFiles(archive.recordings)).toEqual(before);
    // Long after all of it has arrived, with a clock that was seen to go on.
    for (let day = 0; day < 3; day++) {
      clock.advance(dayMs);
      await sweepNow(app);
    }
    expect((await retentionOf(app)).obstacle).toMatchObject({ code: 'share' });
    await untilProblem(app, /ask|confirm|more than/i);
    expect(await archiveFiles(archive.recordings)).toEqual(before);
    await expectAgreement(app);
  });

  test.runIf(isRoot)(
    'a full database and an empty mount: nothing is deleted, neither row nor file, and it heals by itself',
    async () => {
      const camera = await useCamera();
      const share = await useShare();
      const archive = await useArchive({
        clips,
        settings: rules,
        recordings: share.path,
        cameraAddress: camera.address,
      });
      const before = await archiveFiles(share.path);
      share.unmount();
      const app = await archive.open();
      await untilObstacle(app, 'volume');
      await vi.waitFor(
        async () => expect((await app.call(routes.getStatus)).archive.state).toBe('unmarked'),
        waitLong,
      );
      expect((await problemsOf(app)).map(({ key }) => key)).toContain('archive:volume');
      await sweepNow(app).catch(() => undefined);
      expect(await statesOf(app)).toEqual({ archived: 60 });
      expect(await auditOf(app)).toEqual([]);
      expect(await archiveFiles(share.path), 'the mount point').toEqual([]);
      share.mount();
      expect(await archiveFiles(share.path)).toEqual(before);
      await untilSwept(app);
      expect(await daysLeft(app)).toEqual([daysAgo(4)]);
      expect(await problemsOf(app)).toEqual([]);
      await expectAgreement(app);
      await expectInvariants(app, camera);
    },
  );
});

describe('failure 7: a slow or sleeping disk freezes the page', () => {
  const pages = [
    '/api/status',
    '/api/days',
    `/api/days/${daysAgo(40)}`,
    '/api/clips/1',
    '/api/retention',
    '/api/storage',
    '/api/trash',
    '/api/audit',
    '/api/system',
  ];

  test('with every call of what deletes unanswered, each page answers, and nothing is told as deleted', async () => {
    const archive = await useArchive({ clips, settings: { ...rules, trashHours: 24 } });
    const asked: string[] = [];
    const files = faultyFiles(({ path }) => {
      asked.push(path);
      return new Promise(() => {});
    });
    const app = await archive.open({ files, volumeTimeoutMs: 500 });
    await vi.waitFor(() => expect(asked).not.toEqual([]), waitLong);
    for (const path of pages) expect([path, (await app.fetch(path)).status]).toEqual([path, 200]);
    await untilObstacle(app, 'volume');
    expect(lastSweep(await untilSwept(app))).toMatchObject({ outcome: 'obstacle', byAge: 0, freedBytes: 0 });
    for (const path of pages) expect([path, (await app.fetch(path)).status]).toEqual([path, 200]);
    expect(await auditOf(app)).toEqual([]);
    expect(await statesOf(app)).toEqual({ archived: 60 });
  });

  test('with a folder that hangs from the start on, each page answers, and orders by hand wait for it', async () => {
    const archive = await useArchive({ clips, settings: rules });
    const marker = join(archive.recordings, markerName);
    const text = await readFile(marker);
    await rm(marker);
    execFileSync('mkfifo', [marker]);
    const app = await archive.open({ volumeTimeoutMs: 200 });
    const rescue = () => execFileSync('timeout', ['5', 'sh', '-c', 'cat > "$0"', marker], { input: text });
    onTestFinished(() => void rescue());
    for (const path of pages) expect([path, (await app.fetch(path)).status]).toEqual([path, 200]);
    await untilObstacle(app, 'volume');
    const order = await app.call(routes.deleteClips, { body: { clipIds: [1, 2], includeProtected: false } });
    expect(order.ordered).toBe(2);
    for (const path of pages) expect([path, (await app.fetch(path)).status]).toEqual([path, 200]);
    expect((await retentionOf(app)).pending).toBe(2);
    expect(await statesOf(app)).toEqual({ archived: 60 });
  });
});

describe('failure 7: a database on a network share is locked or corrupt', () => {
  test('there it is kept without what needs shared memory, that is said, and the archive is swept all the same', async () => {
    const archive = await useArchive({ clips, settings: rules });
    const app = await archive.open({ mounts: `nas:/share ${archive.configDir} nfs4 rw 0 0\n` });
    expect((await app.call(routes.getSystem)).database.journal).toBe('delete');
    await untilProblem(app, /network/i);
    await untilSwept(app);
    expect(await daysLeft(app)).toEqual([daysAgo(4)]);
    expect((await readdir(archive.configDir)).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
    await expectAgreement(app);
  });
});

describe('failure 8: what deletes lies', () => {
  test.each([
    ['at once', 0],
    ['into the trash', 24],
  ])(
    'a clip that may not be deleted %s stays in the ledger with its reason, and frees nothing',
    async (_name, trashHours) => {
      const archive = await useArchive({ clips, settings: { ...rules, trashHours } });
      let tries = 0;
      const files = faultyFiles((made) => {
        if (!takesClip(made)) return;
        tries++;
        throw errno('EPERM', made);
      });
      const app = await archive.open({ files });
      const retention = await untilSwept(app);
      expect(lastSweep(retention)).toMatchObject({ byAge: 0, failed: 40, freedBytes: 0, trashedBytes: 0 });
      expect(retention.failures.count).toBe(40);
      expect(retention.failures.items[0]!.reason).toMatch(/owner|belongs|permission|not allowed|may not/i);
      await untilProblem(app, /40/);
      const before = tries;
      for (let count = 0; count < 5; count++) await sweepNow(app);
      expect(tries, 'no spinning').toBe(before);
      expect(await statesOf(app)).toEqual({ archived: 60 });
      expect(await visibleFiles(archive.recordings)).toHaveLength(60);
      expect(await auditOf(app)).toEqual([]);
      const summary = app.log
        .map(({ msg }) => String(msg))
        .filter((line) => /^retention sweep:.* failed/.test(line));
      expect(summary).toHaveLength(1);
      expect(summary[0]).toMatch(/40 failed, 0\.0 MB freed/);
      await expectInvariants(app);
    },
  );

  test('clips of a kind that no name tells go by age as all others do', async () => {
    const unknown = { kind: 'unclassified', channels: ['other'] } as const;
    const archive = await useArchive({
      clips: [60, 4].flatMap((days) => capturesOn(daysAgo(days), { captures: 3, ...unknown })),
      settings: rules,
    });
    const app = await archive.open();
    await untilSwept(app);
    expect(await daysLeft(app)).toEqual([daysAgo(4)]);
    expect((await auditOf(app)).map(({ kind }) => kind)).toEqual([
      'unclassified',
      'unclassified',
      'unclassified',
    ]);
    await expectAgreement(app);
  });

  test('what lies in the trash and in the recycle bins of the disk is counted', async () => {
    const archive = await useArchive({ clips, settings: { ...rules, trashHours: 24, quotaGib: 1 } });
    for (const folder of ['#recycle', '@Recycle']) {
      await mkdir(join(archive.recordings, folder));
      await writeFile(join(archive.recordings, folder, 'old.MP4'), Buffer.alloc(50_000));
    }
    const app = await archive.open();
    await untilSwept(app);
    const trashed = (await auditOf(app)).reduce((sum, { bytes }) => sum + bytes, 0);
    await app.call(routes.measureStorage);
    const storage = await vi.waitFor(async () => {
      const told = await app.call(routes.getStorage);
      expect(told.measure).toMatchObject({ state: 'done', recycleBytes: 100_000, trashStrayBytes: 0 });
      return told;
    }, waitLong);
    expect(storage.trash).toEqual({ clips: 40, bytes: trashed });
    // What a share puts into its bin is shown. It counts towards no quota: each deletion would ask for another.
    expect(storage.quota!.usedBytes).toBeGreaterThanOrEqual(storage.archive.bytes + trashed);
    expect(storage.quota!.usedBytes).toBeLessThan(storage.archive.bytes + trashed + 50_000);
    expect((await visibleFiles(archive.recordings)).filter((path) => path.includes('ecycle'))).toHaveLength(
      2,
    );
  });

  test('every outcome is told: what went, what was gone before, what stays and why', async () => {
    const [gone, ...there] = capturesOn(daysAgo(60), { captures: 6, channels: ['front'] });
    const archive = await useArchive({
      clips: [
        { ...gone!, hasFile: false },
        ...there,
        ...capturesOn(daysAgo(50), { captures: 1, kept: true }),
      ],
      settings: { ...rules, trashHours: 24 },
    });
    const files = faultyFiles((made) => {
      if (takesClip(made) && made.path.includes('080500')) throw errno('EBUSY', made);
    });
    const app = await archive.open({ files });
    const retention = await untilSwept(app);
    expect(lastSweep(retention)).toMatchObject({
      outcome: 'done',
      byAge: 4,
      missing: 1,
      failed: 1,
      protected: 2,
    });
    expect(await statesOf(app)).toEqual({ expired: 4, missing: 1, archived: 3 });
    const actions = (await auditOf(app)).map(({ action }) => action).toSorted();
    expect(actions).toEqual(['missing', 'trashed', 'trashed', 'trashed', 'trashed']);
    for (const { why } of await auditOf(app)) expect(why).toEqual({ by: 'age', days: 30, rule: null });
    expect(retention.failures.items).toHaveLength(1);
    await expectAgreement(app);
  });
});

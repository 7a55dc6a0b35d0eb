import { describe, expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { faultyFiles, heldFiles, takesClip } from './faulty-files.ts';
import { archiveFiles, expectInvariants } from './invariants.ts';
import {
  atOnce,
  auditOf,
  daysLeft,
  expectAgreement,
  lastSweep,
  retentionOf,
  statesOf,
  sweepLines,
  sweepNow,
  untilSwept,
} from './retention-scenario.ts';
import { capturesOn, dayMs, daysAgo, hourMs, seededNow, useArchive } from './retention-seed.ts';
import { addDrive, allClips, clipNamed, handClock, untilArchived, useCamera, waitLong } from './scenario.ts';

const front = ['front'] as const;
describe('a sweep in the background', () => {
  test('begins by itself after the start, with no camera to look for, and tells each step in the log', async () => {
    const bytes = 100_000;
    const old = [
      ...capturesOn(daysAgo(40), { captures: 12, channels: front, bytes }),
      ...capturesOn(daysAgo(35), { captures: 12, channels: front, bytes }),
      ...capturesOn(daysAgo(34), { captures: 1, channels: front, bytes, kept: true }),
    ];
    const young = capturesOn(daysAgo(10), { captures: 3, channels: front, bytes });
    const archive = await useArchive({
      clips: [...old, ...young],
      settings: { retentionDays: 30, ...atOnce },
    });
    const app = await archive.open();
    const retention = await untilSwept(app);
    expect(sweepLines(app).slice(0, 3)).toEqual([
      'retention sweep: 25 clip(s) older than 30 days — examining',
      'retention sweep: 10/24 clip(s) deleted (1.0 MB freed so far)',
      'retention sweep: 20/24 clip(s) deleted (2.0 MB freed so far)',
    ]);
    const [summary, ...more] = sweepLines(app).slice(3);
    for (const part of [/24 by time/, /0 by disk/, /1 protected/, /0 failed/, /2\.4 MB freed/])
      expect(summary).toMatch(part);
    expect(more).toEqual([]);
    expect(lastSweep(retention)).toMatchObject({
      outcome: 'done',
      byAge: 24,
      byDisk: 0,
      byQuota: 0,
      protected: 1,
      failed: 0,
      freedBytes: 24 * bytes,
      trashedBytes: 0,
    });
    expect(retention).toMatchObject({ state: 'idle', obstacle: null, progress: null });
    expect(retention.protected.kept).toEqual({ clips: 1, bytes });
    expect(await daysLeft(app)).toEqual([daysAgo(34), daysAgo(10)]);
    await expectAgreement(app);
    await expectInvariants(app);
  });

  test('that has nothing to do leaves no line, no entry and no trace on the disk', async () => {
    const clips = capturesOn(daysAgo(10), { captures: 3 });
    const settings = { retentionDays: 30, quotaGib: 1, retentionDiskPct: 99 };
    const archive = await useArchive({ clips, settings });
    const app = await archive.open();
    const before = await archiveFiles(archive.recordings);
    await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('idle'), waitLong);
    const retention = await sweepNow(app);
    expect(sweepLines(app)).toEqual([]);
    expect(retention.sweeps).toEqual([]);
    expect(await auditOf(app)).toEqual([]);
    expect(await archiveFiles(archive.recordings)).toEqual(before);
  });

  test('runs on a clock of its own', async () => {
    const clock = handClock(seededNow);
    const clips = [daysAgo(29), daysAgo(10)].flatMap((day) => capturesOn(day, { captures: 2 }));
    const archive = await useArchive({ clips, settings: { retentionDays: 30, ...atOnce } });
    const app = await archive.open({ clock, retentionPace: { everyMs: 20 } });
    await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('idle'), waitLong);
    expect(await statesOf(app)).toEqual({ archived: 8 });
    clock.advance(dayMs + hourMs);
    const retention = await untilSwept(app);
    expect(lastSweep(retention)).toMatchObject({ cause: 'clock', byAge: 4 });
    expect(await daysLeft(app)).toEqual([daysAgo(10)]);
  });

  test('runs after downloads, once they have paused', async () => {
    const clock = handClock(seededNow);
    const camera = await useCamera();
    const archive = await useArchive({
      clips: [daysAgo(29), daysAgo(10)].flatMap((day) => capturesOn(day, { captures: 2 })),
      settings: { retentionDays: 30, ...atOnce },
      cameraAddress: camera.address,
    });
    const app = await archive.open({ clock, retentionPace: { afterDownloadMs: 50 } });
    await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('idle'), waitLong);
    clock.advance(2 * dayMs);
    addDrive(camera, { clips: 2, bytes: 20_000 });
    const retention = await untilSwept(app);
    expect(lastSweep(retention)).toMatchObject({ cause: 'downloads', byAge: 4 });
    await untilArchived(app, 6);
    expect(await daysLeft(app)).toEqual([daysAgo(10), daysAgo(0)]);
    await expectInvariants(app, camera);
  });

  test('runs when the rules have changed, and thinks again about what it asked', async () => {
    const clips = [daysAgo(40), daysAgo(10)].flatMap((day) => capturesOn(day, { captures: 2 }));
    const archive = await useArchive({ clips, settings: { ...atOnce } });
    const app = await archive.open({ retentionPace: { afterSettingsMs: 20 } });
    await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('off'), waitLong);
    await app.call(routes.updateSettings, { body: { retentionDays: 30 } });
    expect(lastSweep(await untilSwept(app))).toMatchObject({ cause: 'settings', byAge: 4 });
    await app.call(routes.updateSettings, { body: { retentionDays: 0 } });
    await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('off'), waitLong);
    expect(await daysLeft(app)).toEqual([daysAgo(10)]);
  });

  test('tells how far it is, to who asks and in live events, and ends after the file it is at when it is stopped', async () => {
    const clips = capturesOn(daysAgo(40), { captures: 20, channels: front });
    const held = heldFiles((_, count) => count === 8);
    const archive = await useArchive({ clips, settings: { retentionDays: 30, ...atOnce } });
    const app = await archive.open({ files: held.files });
    let told = 0;
    app.app.events.on('retention.changed', () => void told++);
    await held.reached;
    const { state, progress } = await retentionOf(app);
    expect(state).toBe('sweeping');
    expect(progress).toMatchObject({ total: 20, failed: 0 });
    expect(progress!.done).toBeLessThan(8);
    await app.call(routes.stopSweep);
    held.letGo();
    const retention = await untilSwept(app);
    expect(lastSweep(retention)).toMatchObject({ outcome: 'stopped', byAge: 8 });
    expect(told).toBeGreaterThan(0);
    expect(await statesOf(app)).toEqual({ expired: 8, archived: 12 });
    await expectAgreement(app);
    await sweepNow(app);
    expect(await statesOf(app)).toEqual({ expired: 20 });
  });

  test.each([
    ['at once', 0],
    ['into the trash', 24],
  ])(
    'that deletes %s ends with the program after the file it is at, and goes on at the next start',
    async (_name, trashHours) => {
      const clips = capturesOn(daysAgo(40), { captures: 30 });
      const held = heldFiles((_, count) => count === 15);
      const settings = { retentionDays: 30, ...atOnce, trashHours };
      const archive = await useArchive({ clips, settings });
      const app = await archive.open({ files: held.files });
      await held.reached;
      const stopped = app.app.stop();
      held.letGo();
      await stopped;
      const files = (await archiveFiles(archive.recordings)).filter((path) => !path.startsWith('.'));
      expect(files).toHaveLength(45);
      await app.restart();
      const retention = await untilSwept(app, 2);
      expect(retention.sweeps.map(({ byAge }) => byAge).toSorted((a, b) => a - b)).toEqual([15, 45]);
      expect(await statesOf(app)).toEqual({ expired: 60 });
      expect(await auditOf(app)).toHaveLength(60);
      await expectAgreement(app);
    },
  );

  test('leaves what a person keeps or needs while it runs, and the rest of its capture', async () => {
    const clips = capturesOn(daysAgo(40), { captures: 10 });
    const held = heldFiles((_, count) => count === 2);
    const archive = await useArchive({ clips, settings: { retentionDays: 30, ...atOnce } });
    const app = await archive.open({ files: held.files });
    await held.reached;
    const [last] = (await allClips(app)).slice(-1);
    expect(await app.call(routes.keepClips, { body: { clipIds: [last!.id], kept: true } })).toEqual({
      changed: 1,
      clipIds: [last!.id],
    });
    held.letGo();
    await untilSwept(app);
    expect(await clipNamed(app, last!.name)).toMatchObject({ state: 'archived', kept: 1 });
    const capture = (await allClips(app)).filter((clip) => clip.capture_id === last!.capture_id);
    const left = async () => (await allClips(app)).filter(({ state }) => state === 'archived');
    expect(capture).toHaveLength(2);
    expect(await left()).toEqual(capture);
    await expectAgreement(app);
    await sweepNow(app);
    expect((await left()).map(({ id }) => id)).toEqual(capture.map(({ id }) => id));
  });

  test('answers every page while a file is being deleted', async () => {
    const clips = capturesOn(daysAgo(40), { captures: 5 });
    const held = heldFiles((_, count) => count === 2);
    const archive = await useArchive({ clips, settings: { retentionDays: 30, ...atOnce } });
    const app = await archive.open({ files: held.files });
    await held.reached;
    for (const path of [
      '/api/status',
      '/api/days',
      `/api/days/${daysAgo(40)}`,
      '/api/trash',
      '/api/audit',
      '/api/storage',
    ])
      expect([path, (await app.fetch(path)).status]).toEqual([path, 200]);
    held.letGo();
    await untilSwept(app);
  });
});

describe('confirmation', () => {
  test('a plan for more than a share of the archive asks first, and goes when a person has said yes to it', async () => {
    const clips = [...capturesOn(daysAgo(40), { captures: 20 }), ...capturesOn(daysAgo(5), { captures: 20 })];
    const archive = await useArchive({ clips, settings: { retentionDays: 30 } });
    const app = await archive.open();
    const asked = await vi.waitFor(async () => {
      const { confirmation, state } = await retentionOf(app);
      expect(confirmation).not.toBeNull();
      expect(state).toBe('waiting');
      return confirmation!;
    }, waitLong);
    expect(asked).toMatchObject({ clips: 40, ofClips: 80, limitPct: 20 });
    expect([asked.oldestDay, asked.newestDay]).toEqual([daysAgo(40), daysAgo(40)]);
    expect((await retentionOf(app)).obstacle).toMatchObject({
      code: 'share',
      message: expect.stringMatching(/40/),
    });
    expect((await app.call(routes.previewRetention, { body: {} })).confirmation).toEqual(asked);
    await sweepNow(app).catch(() => undefined);
    expect(await statesOf(app)).toEqual({ archived: 80 });
    await expect(app.call(routes.confirmSweep, { body: { ...asked, key: 'another' } })).rejects.toThrow(
      /changed|anew/i,
    );
    await app.call(routes.confirmSweep, { body: asked });
    const retention = await untilSwept(app);
    expect(retention).toMatchObject({ confirmation: null, obstacle: null });
    expect(await daysLeft(app)).toEqual([daysAgo(5)]);
    await expectAgreement(app);
  });

  test('what was confirmed does not let other rules go', async () => {
    const clips = [daysAgo(40), daysAgo(5)].flatMap((day) => capturesOn(day, { captures: 20 }));
    const archive = await useArchive({ clips, settings: { retentionDays: 30 } });
    const app = await archive.open();
    const asked = await vi.waitFor(async () => {
      const { confirmation } = await retentionOf(app);
      expect(confirmation).not.toBeNull();
      return confirmation!;
    }, waitLong);
    await app.call(routes.updateSettings, { body: { retentionDays: 2 } });
    await app.call(routes.startSweep);
    await vi.waitFor(async () => expect((await retentionOf(app)).confirmation?.clips).toBe(80), waitLong);
    await expect(app.call(routes.confirmSweep, { body: asked })).rejects.toThrow(/changed|anew/i);
    expect(await statesOf(app)).toEqual({ archived: 80 });
  });
});

test('a preview tells what the next sweep then does, and changes nothing', async () => {
  const clips = [
    ...[40, 36, 33, 10].flatMap((days) => capturesOn(daysAgo(days), { captures: 4 })),
    ...capturesOn(daysAgo(33), { captures: 1, hour: 15, kept: true }),
  ];
  const archive = await useArchive({ clips, settings: { ...atOnce } });
  const app = await archive.open();
  await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('off'), waitLong);
  const settings = { retentionDays: 30 };
  const ask = () => app.call(routes.previewRetention, { body: { settings } });
  const preview = await vi.waitFor(async () => {
    const answer = await ask();
    expect(answer.obstacle).toBeNull();
    return answer;
  }, waitLong);
  expect(preview).toMatchObject({
    total: { clips: 24 },
    byAge: { clips: 24 },
    byDisk: { clips: 0 },
    byQuota: { clips: 0 },
    archive: { clips: 34 },
    oldestDay: daysAgo(40),
    oldestKeptDay: daysAgo(33),
    shortfall: null,
    confirmation: null,
  });
  expect(preview.protected.kept.clips).toBe(2);
  expect(preview.days).toEqual([
    expect.objectContaining({ day: daysAgo(40), clips: 8, stays: 0 }),
    expect.objectContaining({ day: daysAgo(36), clips: 8, stays: 0 }),
    expect.objectContaining({ day: daysAgo(33), clips: 8, stays: 2 }),
  ]);
  expect(await statesOf(app)).toEqual({ archived: 34 });
  expect(await ask()).toEqual(preview);
  await app.call(routes.updateSettings, { body: settings });
  const retention = await sweepNow(app);
  expect(lastSweep(retention)).toMatchObject({ byAge: 24, freedBytes: preview.total.bytes });
  const went = (await auditOf(app)).toReversed();
  expect(went.map(({ clipId, why, bytes }) => ({ clipId, why, bytes }))).toEqual(
    preview.clips.map(({ clipId, why, bytes }) => ({ clipId, why, bytes })),
  );
  expect((await daysLeft(app))[0]).toBe(preview.oldestKeptDay);
});

test('each file that goes is tried once, and none that stays is touched', async () => {
  const clips = [...capturesOn(daysAgo(40), { captures: 12 }), ...capturesOn(daysAgo(3), { captures: 5 })];
  const archive = await useArchive({ clips, settings: { retentionDays: 30, ...atOnce } });
  const taken: string[] = [];
  const files = faultyFiles((made) => void (takesClip(made) && taken.push(made.path)));
  const app = await archive.open({ files });
  await untilSwept(app);
  expect(new Set(taken).size).toBe(24);
  expect(taken).toHaveLength(24);
  for (const path of taken) expect(path).toContain(daysAgo(40));
});

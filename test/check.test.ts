import { createHash } from 'node:crypto';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ArchiveCheck } from '../src/server/archive/archive-check.ts';
import { ProblemService } from '../src/server/health/problem-service.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { silentLog, openArchive, makeRecordings, type ArchiveParts } from './archive-parts.ts';
import { waitLong } from './scenario.ts';

const path = (number: number) => `2026-06-28/2026_0628_13341${number}_000${number}F.MP4`;
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

async function useCheck(parts: ArchiveParts, busy = { isDownloading: false, isPlaying: false }) {
  const { db, volume, events } = parts;
  const settings = { checkDays: 0 };
  const problems = new ProblemService({ db, clock: systemClock, log: silentLog, onChange: () => undefined });
  const check = new ArchiveCheck({
    db,
    volume,
    events,
    problems,
    clock: systemClock,
    log: silentLog,
    settings: () => settings,
    isDownloading: () => busy.isDownloading,
    isPlaying: () => busy.isPlaying,
    pace: { waitMs: 10, share: 1 },
  });
  await check.start();
  onTestFinished(() => check.stop());
  return { check, settings, problems };
}

const untilEnded = async (check: ArchiveCheck) =>
  vi.waitFor(async () => expect((await check.view()).state).toMatch(/off|idle|stopped/), waitLong);

const files = { [path(1)]: 'one', [path(2)]: 'two', [path(3)]: 'three' };

test('clips without a hash get one, and a file that was spoilt since is a problem that names it', async () => {
  const root = await makeRecordings(files);
  const parts = await openArchive(root);
  const { check, problems } = await useCheck(parts);
  expect(await check.view()).toMatchObject({
    state: 'off',
    clips: 3,
    unknown: 3,
    everChecked: 0,
    oldestCheckAt: null,
  });
  await check.begin();
  await untilEnded(check);
  const rows = await parts.db.selectFrom('clip').selectAll().orderBy('path').execute();
  expect(rows.map((row) => row.sha256)).toEqual(['one', 'two', 'three'].map(hashOf));
  expect(rows.every((row) => row.checked_at !== null && row.verified_at === null)).toBe(true);
  expect(await check.view()).toMatchObject({ clips: 3, checked: 3, unknown: 0, badCount: 0 });
  // As a disk does it: other bytes, and nothing else.
  const { atime, mtime } = await stat(join(root, path(2)));
  await writeFile(join(root, path(2)), 'tow');
  await utimes(join(root, path(2)), atime, mtime);
  await check.begin();
  await untilEnded(check);
  const view = await check.view();
  expect(view).toMatchObject({ badCount: 1, bad: [{ path: path(2), kind: 'rotten' }] });
  expect(view.bad[0]?.message).toContain('nothing has written to it');
  expect((await problems.open())[0]?.message).toContain(path(2));
  // Put back from a backup.
  await writeFile(join(root, path(2)), 'two');
  await check.begin();
  await untilEnded(check);
  expect(await check.view()).toMatchObject({ badCount: 0, checked: 3 });
  expect(await problems.open()).toEqual([]);
}, 60_000);

test('it stands aside while something is downloaded or played, and says so', async () => {
  const parts = await openArchive(await makeRecordings(files));
  const busy = { isDownloading: true, isPlaying: false };
  const { check } = await useCheck(parts, busy);
  await check.begin();
  await vi.waitFor(async () => expect(await check.view()).toMatchObject({ state: 'paused' }), waitLong);
  Object.assign(busy, { isDownloading: false, isPlaying: true });
  await vi.waitFor(async () => expect((await check.view()).message).toContain('plays'), waitLong);
  expect((await check.view()).checked).toBe(0);
  await check.cancel();
  await untilEnded(check);
  busy.isPlaying = false;
  await check.begin();
  await untilEnded(check);
  expect((await check.view()).checked).toBe(3);
});

test('it begins by itself when the setting says so, and what was just verified is not read again', async () => {
  const root = await makeRecordings(files);
  const parts = await openArchive(root);
  const now = systemClock.now() + 60_000;
  const fresh = { sha256: hashOf('other'), verified_at: now };
  await parts.db.updateTable('clip').set(fresh).where('path', '=', path(1)).execute();
  const { check, settings } = await useCheck(parts);
  settings.checkDays = 30;
  parts.events.emit('settings.changed', { keys: ['checkDays'] });
  await vi.waitFor(async () => expect((await check.view()).unknown).toBe(0), waitLong);
  await untilEnded(check);
  expect(await check.view()).toMatchObject({ state: 'idle', badCount: 0 });
  const rows = await parts.db.selectFrom('clip').selectAll().orderBy('path').execute();
  expect(rows.map((row) => row.checked_at === null)).toEqual([true, false, false]);
});

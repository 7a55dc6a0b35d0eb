import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ArchiveCheck, type CheckPace } from '../src/server/archive/archive-check.ts';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { checkRoutes } from '../src/server/archive/check-routes.ts';
import { totalsQuery } from '../src/server/archive/check-repository.ts';
import { scanRoutes } from '../src/server/archive/routes.ts';
import { answerError } from '../src/server/http/answer-error.ts';
import { ProblemService } from '../src/server/health/problem-service.ts';
import { silentLog } from './archive-parts.ts';
import { useArchive, type TestArchive } from './scan-archive.ts';
import { waitLong } from './scenario.ts';

const names = [1, 2, 3, 4].map((number) => `2026-06-28/2026_0628_13341${number}_000${number}F.MP4`);

/** Four files in an archive that was looked through. */
async function useFiles(): Promise<TestArchive> {
  const archive = await useArchive();
  for (const name of names) await archive.put(name, name);
  await archive.start();
  await archive.scan.idle();
  return archive;
}

/** Its check, which stands aside once so many files were read. */
async function useCheck(archive: TestArchive, most = Infinity, pace: Partial<CheckPace> = {}) {
  const { db, volume, events, clock } = archive;
  const settings = { checkDays: 0 };
  let reads = 0;
  archive.volume.before = (what) => {
    if (what === 'checking a file') reads++;
  };
  const check = new ArchiveCheck({
    db,
    volume,
    events,
    clock,
    log: silentLog,
    problems: new ProblemService({ db, clock, log: silentLog, onChange: () => undefined }),
    settings: () => settings,
    isDownloading: () => false,
    // A file is opened, looked at, read, found to end, and looked at again.
    isPlaying: () => reads >= most * 5,
    pace: { waitMs: 5, share: 1, ...pace },
  });
  await check.start();
  onTestFinished(() => check.stop());
  return { check, settings };
}

const untilEnded = (check: ArchiveCheck) =>
  vi.waitFor(async () => expect((await check.view()).state).toMatch(/off|idle/), waitLong);
const untilAside = (check: ArchiveCheck) =>
  vi.waitFor(async () => expect((await check.view()).state).toBe('paused'), waitLong);

/** When each file was read, in minutes since the test began. */
async function readAt(archive: TestArchive, since: number): Promise<(number | null)[]> {
  const rows = await archive.db.selectFrom('clip').select('checked_at').orderBy('path').execute();
  return rows.map((row) => (row.checked_at === null ? null : (row.checked_at - since) / 60_000));
}

test.each([
  ['a person stopped it', async (check: ArchiveCheck) => void (await check.cancel())],
  ['the program ended', (check: ArchiveCheck) => check.stop()],
])('after %s it goes on where it was, and reads no file twice', async (_, end) => {
  const archive = await useFiles();
  const since = archive.clock.now();
  const first = await useCheck(archive, 2);
  await first.check.begin();
  await untilAside(first.check);
  expect(await readAt(archive, since)).toEqual([0, 0, null, null]);
  await end(first.check);
  await first.check.stop();
  archive.clock.advance(60_000);
  const second = await useCheck(archive);
  if ((await second.check.view()).state === 'stopped') {
    expect(await second.check.view()).toMatchObject({ checked: 2, clips: 4, startedAt: since });
    await second.check.begin();
  }
  await untilEnded(second.check);
  expect(await readAt(archive, since)).toEqual([0, 0, 1, 1]);
  const view = await second.check.view();
  expect(view).toMatchObject({ checked: 4, everChecked: 4, oldestCheckAt: since, startedAt: since });
  // That one was through: the next begins anew, with all of them.
  archive.clock.advance(60_000);
  await second.check.begin();
  await untilEnded(second.check);
  expect(await readAt(archive, since)).toEqual([2, 2, 2, 2]);
});

test('a bad file is not read again at each start, and first of all when a person asks', async () => {
  const archive = await useFiles();
  const all = await useCheck(archive);
  await all.check.begin();
  await untilEnded(all.check);
  await all.check.stop();
  await writeFile(join(archive.root, names[0]!), names[1]!);
  archive.clock.advance(60_000);
  const since = archive.clock.now();
  // The bad one is read twice before it is called so.
  const first = await useCheck(archive, 3);
  await first.check.begin();
  await untilAside(first.check);
  expect(await first.check.view()).toMatchObject({ badCount: 1, checked: 2 });
  await first.check.stop();
  archive.clock.advance(60_000);
  const second = await useCheck(archive);
  await untilEnded(second.check);
  expect(await readAt(archive, since)).toEqual([0, 0, 1, 1]);
  await second.check.stop();
  // Stopped before it came to the end, and put back meanwhile: what was asked for is known at once.
  archive.clock.advance(60_000);
  const third = await useCheck(archive, 3);
  await third.check.begin();
  await untilAside(third.check);
  await third.check.cancel();
  await third.check.stop();
  await writeFile(join(archive.root, names[0]!), names[0]!);
  archive.clock.advance(60_000);
  const fourth = await useCheck(archive, 1);
  await fourth.check.begin();
  await untilAside(fourth.check);
  expect(await fourth.check.view()).toMatchObject({ badCount: 0 });
  expect((await readAt(archive, since))[0]).toBe(3);
});

test('what came in since the check began was verified on its way, and is not its business', async () => {
  const archive = await useFiles();
  const { check } = await useCheck(archive, 1);
  await check.begin();
  await untilAside(check);
  const arrived = { sha256: 'ab', verified_at: archive.clock.now() + 1 };
  await archive.db.updateTable('clip').set(arrived).where('path', '=', names[3]!).execute();
  archive.clock.advance(61_000);
  expect(await check.view()).toMatchObject({
    clips: 4,
    checked: 1,
    arrived: 1,
    onlyOnArrival: 1,
    unknown: 2,
  });
});

test('what is counted of all files is read from their index', async () => {
  const { db } = await useFiles();
  const plan = await totalsQuery(db, 5).explain<{ detail: string }>(undefined, sql`query plan`);
  expect(plan.map(({ detail }) => detail)).toEqual(['SEARCH clip USING INDEX clip_checked (<expr>>?)']);
});

test('after each piece the disk has a rest for as long as it worked', async () => {
  const archive = await useFiles();
  const rests: number[] = [];
  const { check } = await useCheck(archive, Infinity, {
    share: 1e-6,
    rest: async (ms) => void rests.push(ms),
  });
  await check.begin();
  await untilEnded(check);
  expect(rests).toHaveLength(4);
});

test('when the recordings volume is back, a scan and a check that are asked for look at it first', async () => {
  const archive = await useFiles();
  const { check } = await useCheck(archive);
  const http = fastify();
  http.setErrorHandler(answerError);
  onTestFinished(() => http.close());
  checkRoutes(http, { check });
  scanRoutes(http, { scan: archive.scan });
  const marker = join(archive.root, markerName);
  const ask = async (url: string) => {
    const answer = await http.inject({ method: 'POST', url });
    return [answer.statusCode, answer.json<{ state?: string; error?: { message: string } }>()] as const;
  };
  for (const url of ['/api/archive/check', '/api/archive/scan']) {
    await rename(marker, `${marker}.away`);
    await archive.volume.check();
    const [refused, { error }] = await ask(url);
    expect([refused, error?.message]).toEqual([503, expect.stringContaining('marker file')]);
    await rename(`${marker}.away`, marker);
    expect(archive.volume.status.state).toBe('unmarked');
    const [begun, { state }] = await ask(url);
    expect([begun, state]).toEqual([200, 'running']);
    await untilEnded(check);
    await archive.scan.idle();
  }
});

test('a volume that hangs keeps nobody waiting who only wishes something of it', async () => {
  const archive = await useArchive();
  const awake = new AbortController();
  const answered = once(awake.signal, 'abort');
  archive.volume.before = async () => void (await answered);
  expect((await archive.volume.lookIfAway(20)).state).toBe('checking');
  awake.abort();
  expect((await archive.volume.check()).state).toBe('ready');
  let calls = 0;
  archive.volume.before = () => void calls++;
  expect((await archive.volume.lookIfAway()).state).toBe('ready');
  expect(calls, 'a volume that is there is not looked at').toBe(0);
});

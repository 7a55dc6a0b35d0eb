import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { seedDatabase } from '../bench/seed-database.ts';
import { captureFor, capturesOfDay } from '../src/server/archive/capture-repository.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { listCoverage } from '../src/server/archive/coverage-repository.ts';
import { archiveTotals, dayOf, listDays } from '../src/server/archive/day-repository.ts';
import { archivedPaths, rowsOf, sidecarsDue, targetsAmong } from '../src/server/archive/scan-repository.ts';
import { CameraRepository } from '../src/server/camera/camera-repository.ts';
import { databaseFileName, type Database } from '../src/server/db/open.ts';
import type { Schema } from '../src/server/db/schema.ts';
import { calendarOf } from '../src/server/find/calendar.ts';
import { scopeOfPlace } from '../src/server/find/place-scope.ts';
import { cellOf } from '../src/server/places/geocode-policy.ts';
import { GeocodeRepository } from '../src/server/places/geocode-repository.ts';
import { candidatesIn } from '../src/server/places/pass-candidates.ts';
import { PlaceRepository } from '../src/server/places/place-repository.ts';
import { PlaceSearch } from '../src/server/places/place-search.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { PartRepository } from '../src/server/sync/part-repository.ts';
import { clipsInQuestion, daysInQuestion, parkedFacts, placeCars } from '../src/server/sync/place-facts.ts';
import { failedIds, rankRange, selectedIds } from '../src/server/sync/queue-selection.ts';
import { Reconciler } from '../src/server/sync/reconciler.ts';
import { TriageRepository } from '../src/server/sync/triage-repository.ts';
import { pastVisits, pruneFleeting, visitsPage } from '../src/server/sync/visit-rows.ts';
import { filterOf } from '../src/shared/archive-filter.ts';
import { placeInputSchema } from '../src/shared/places.ts';
import { routes } from '../src/shared/routes.ts';
import { atOnce, lastSweep, retentionOf, sweepNow, untilIdle } from './retention-scenario.ts';
import { capturesOn, daysAgo, useArchive } from './retention-seed.ts';
import { addDrive, allClips, untilListedAgain, useApp, useCamera, waitLong } from './scenario.ts';

const carOf = (_: unknown, cameraId: number) => Promise.resolve(cameraId);

/**
 * No statistics are kept (`sqlite_stat1`), so that what is shown here of some thousand rows is what is done with some
 * hundred thousand: without them, SQLite chooses by the statement and the indexes alone.
 */
const seeded = { clips: 3000, waiting: 300, cameraAddress: '127.0.0.1:1' };

async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-plans-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The plan of each statement, by its text. */
function plansOf(configDir: string, statements: Iterable<string>): Map<string, string[]> {
  const file = new SqliteDatabase(join(configDir, databaseFileName), { readonly: true });
  try {
    const stats = file.prepare("select count(*) from sqlite_master where name = 'sqlite_stat1'").pluck();
    expect(stats.get(), 'statistics').toBe(0);
    return new Map(
      [...statements].filter(isPlanned).map((text) => {
        const statement = file.prepare(`explain query plan ${text}`);
        const values = Array.from({ length: text.split('?').length - 1 }, () => null);
        return [text, (statement.all(...values) as { detail: string }[]).map((row) => row.detail)];
      }),
    );
  } finally {
    file.close();
  }
}

const isPlanned = (text: string) => /^\s*(select|insert|update|delete|with|replace)\b/i.test(text);

/**
 * Of tables that grow with the archive or its history, only what a partial index keeps small may be gone through.
 * Parts and removals are few: what was begun and is still wanted, what was ordered or could not be deleted.
 */
const small =
  /^SCAN \w+ USING (COVERING )?INDEX (clip_(wanted|present|sidecar_due|delete_due|skipped|track_due|track_error|check_error|repair_due|hash_due)|track_gpx_due)\b/;
/** In the order of its pages: it ends when the page is full. */
const paged = /^SCAN (audit|journey) USING (COVERING )?INDEX (audit_by_time|journey_by_day)\b/;
const large = /^SCAN "?(clip|capture|day_channel|track|triage|journey|stop|listing|visit|audit|clip_use)\b/;
/** Day by day, one row for each camera: the totals and the newest days go through them. */
const days = /^SCAN day\b/;

function expectNoScans(plans: ReadonlyMap<string, string[]>): void {
  const bad = [...plans].filter(([, plan]) =>
    plan.some((step) => large.test(step) && !small.test(step) && !paged.test(step)),
  );
  const told = bad.map(([text, plan]) => [text, ...plan].join('\n    '));
  if (told.length > 0) expect.fail(`these go through a whole table:\n${told.join('\n')}`);
  const overDays = [...plans].filter(([, plan]) => plan.some((step) => days.test(step)));
  for (const [text] of overDays) expect(text).toMatch(/from "day"/);
}

/** A seeded database, and a way to it that notes what is asked of it. */
async function useSpied() {
  const configDir = await useFolder();
  await seedDatabase({ ...seeded, configDir });
  const statements = new Set<string>();
  const db: Database = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: new SqliteDatabase(join(configDir, databaseFileName)) }),
    log: (event) => void statements.add(event.query.sql),
  });
  onTestFinished(() => db.destroy());
  return { configDir, db, statements };
}

/** Called by those that are called here. */
const ofOthers = new Set(['countedChanges']);

/** Calls every method of the ledger; a new one has to be added here. */
async function askLedger(db: Database): Promise<void> {
  const clips = new ClipRepository();
  const row = (await clips.byId(db, 1))!;
  const transition = { to: 'held', reason: 'target', at: 1 } as const;
  const asked: Record<keyof ClipRepository, () => Promise<unknown>> = {
    judgeGpxAnew: () => clips.judgeGpxAnew(db, [1, 2]),
    byId: () => clips.byId(db, 1),
    byIds: () => clips.byIds(db, [1, 2]),
    present: () => clips.present(db, 1, { afterId: 0, limit: 100 }),
    unreadFinds: () => clips.unreadFinds(db, 1),
    byNames: () => clips.byNames(db, 1, [row.name]),
    wanted: () => clips.wanted(db, 1),
    recoverInterrupted: () => clips.recoverInterrupted(db, 1, 1),
    hasTwin: () => clips.hasTwin(db, row, 'x'),
    pathIsTaken: () => clips.pathIsTaken(db, 'x', 1),
    patch: () => clips.patch(db, 1, { locked: 1 }),
    transition: () => clips.transition(db, [seeded.clips], ['waiting'], transition),
    applyBulk: () => Promise.resolve(),
    refresh: () => clips.refresh(db, [row]),
  };
  // One after the other: outside of a transaction, two of them would come between each other's statements.
  for (const ask of Object.values(asked)) await ask();
  const methods = Object.getOwnPropertyNames(ClipRepository.prototype).filter(
    (name) => name !== 'constructor' && !ofOthers.has(name),
  );
  expect(Object.keys(asked).toSorted()).toEqual(methods.toSorted());
}

/** A listing with clips that are new, known, moved and gone. */
async function foldListing(db: Database): Promise<void> {
  const clips = new ClipRepository();
  const rows = await clips.present(db, 1, { afterId: 0, limit: 1000 });
  const files = rows.slice(20).map((row, index) => ({
    name: row.name,
    remotePath: index < 5 ? `/DCIM/Movie/RO/${row.name}` : (row.remote_path ?? ''),
    volume: row.remote_volume,
    container: row.container,
    sizeBytes: row.remote_size_bytes,
    sizeExact: true,
    timecode: row.remote_timecode,
    endedLocal: row.remote_ended_local,
    locked: index < 5,
  }));
  const [some] = files;
  const added = ['2026_0628_130500_900000F.MP4', '2026_0628_130501_900001R.MP4'].map((name) => ({
    ...some!,
    name,
    remotePath: `/DCIM/Movie/${name}`,
  }));
  const reconciler = new Reconciler({
    db,
    clips,
    times: new ZonedTimes('Europe/London'),
    clock: { now: () => Date.UTC(2026, 5, 29) },
    fetchPhotos: () => false,
  });
  const everything = { main: 'everything', alternative: 'everything' } as const;
  const outcome = await reconciler.reconcile(
    1,
    { files: [...files, ...added], complete: true, notes: [], costMs: 1 },
    'stopped',
    { connection: 'main', rules: everything, hasAlternative: false, fetchFrom: null },
  );
  expect(outcome).toMatchObject({ added: 2, lost: 20, queueChanged: true });
}

async function askOthers(db: Database): Promise<void> {
  const [day, now] = ['2015-01-03', Date.UTC(2026, 5, 29)];
  await listDays(db, { limit: 60 });
  await listDays(db, { limit: 60, before: day });
  await listDays(db, { limit: 60, after: day });
  await dayOf(db, day);
  await capturesOfDay(db, day);
  await archiveTotals(db);
  expect((await listCoverage(db, { limit: 5 })).days).toHaveLength(5);
  await listCoverage(db, { limit: 5, before: day, cameraId: 1 });
  await captureFor(db, {
    cameraId: 1,
    startedAt: now,
    localStart: '2026-06-28T00:00:00',
    channel: 'front',
    kind: 'normal',
    locked: false,
  });
  await archivedPaths(db, ['x']);
  await rowsOf(db, { names: ['x'], paths: ['y'] });
  await targetsAmong(db, ['x']);
  await sidecarsDue(db, 0, 100);
  const parts = new PartRepository();
  await parts.of(db, 1);
  await parts.update(db, 1, { durable_bytes: 1 });
  await parts.begun(db);
  await parts.unwanted(db, 1);
  await parts.remove(db, 1);
  await new CameraRepository().hasClips(db, 1);
  await selectedIds(db, { day }, now);
  await selectedIds(db, { day, cameraId: 1 }, now);
  await selectedIds(db, { lastHours: 4 }, now);
  await selectedIds(db, { from: 0, to: now, cameraId: 1 }, now);
  await failedIds(db);
  await rankRange(db);
  await pastVisits(db, { cameraId: 1, connection: 'main' });
  await pruneFleeting(db, 1, 1000);
  await visitsPage(db, { cameraId: undefined, before: undefined, limit: 20 });
}

test('nothing that is asked of the ledger for a clip, a listing or a request goes through all of it', async () => {
  const { configDir, db, statements } = await useSpied();
  await askLedger(db);
  await foldListing(db);
  await askOthers(db);
  const plans = plansOf(configDir, statements);
  expect(plans.size).toBeGreaterThan(60);
  expectNoScans(plans);
  const planOf = (text: string) =>
    [...plans].filter(([sql]) => sql.includes(text)).map(([, plan]) => plan.join());
  expect(planOf('"remote_gone_at" is null and "remote_seen_at" is not null and "id" >')[0]).toMatch(
    /clip_present/,
  );
  expect(planOf('"locked" = "given"."locked"')[0]).toMatch(/SEARCH clip USING INTEGER PRIMARY KEY/);
  expect(planOf('cross join "capture"')[0]).toMatch(/SEARCH capture USING .*INDEX capture_by_local/);
});

/** What places and tracks off the card are found by, of archives of any size. */
async function askPlaces(db: Database): Promise<void> {
  const places = new PlaceRepository();
  const at = { latitude: 53, longitude: -1 };
  const box = { west: 179, south: 53, east: -179, north: 54 };
  const input = placeInputSchema.parse({ name: 'Work', ...at, isHome: true });
  const { id } = await places.insert(db, input, 1);
  await places.replace(db, id, input);
  const stop = {
    camera_id: 1,
    ended_at: 1,
    zone: 'UTC',
    local_day: '2026-06-28',
    last_local_day: '2026-06-28',
  };
  for (const started_at of [1, 2, 3])
    await db
      .insertInto('stop')
      .values({ ...stop, started_at, ...at, is_inferred: 0, is_open: 0, place_id: null, version: 1 })
      .execute();
  expect(await places.assign(db, [1, 2])).toEqual(['2026-06-28']);
  expect(await places.stopsAround(db, id, [box])).toEqual([1, 2, 3]);
  const filter = filterOf({ placeId: id, kinds: 'normal' });
  await calendarOf(db, { year: 2015, filter }, carOf);
  await scopeOfPlace(db, id, { from: '2015-01-01', to: '2026-12-31' });
  const towns = () => Promise.resolve([{ name: 'Leeds', ...at }]);
  await new PlaceSearch({ db, gazetteer: { search: towns } }).find({ q: 'leeds', limit: 6 });
  await places.all(db);
  await places.byId(db, id);
  await places.remove(db, id);
  await new GeocodeRepository().known(db, [cellOf(at)]);
  await candidatesIn(db, { box, cameraIds: [1], from: 0, before: 9 });
  for (const car of [{ id: 1, cameraIds: [1] }, ...(await placeCars(db))]) {
    await daysInQuestion(db, car);
    await clipsInQuestion(db, car, '2015-01-03');
    await parkedFacts(db, car, { from: 2, to: Date.UTC(2015, 1, 1), now: Date.UTC(2026, 5, 29) });
  }
}

async function askTriage(db: Database): Promise<void> {
  const triage = new TriageRepository();
  await triage.clips(db, 1);
  await triage.settledCaptures(db, [1, 2]);
  const noted = {
    clip_id: 1,
    camera_id: 1,
    outcome: 'no_fix',
    tries: 1,
    at: 1,
    next_at: null,
    error: null,
  } as const;
  await triage.put(db, noted);
  expect(await triage.triesOf(db, 1)).toBe(1);
  await triage.wantedClip(db, 1);
  await triage.someAfter(db, 0, 100);
  await triage.forget(db, [1]);
}

test('what is asked of places, of stops and of tracks off the card goes through no table that grows', async () => {
  const { configDir, db, statements } = await useSpied();
  await askPlaces(db);
  await askTriage(db);
  const plans = plansOf(configDir, statements);
  expect(plans.size).toBeGreaterThan(25);
  expectNoScans(plans);
});

test('a statement that does go through the ledger would be seen', async () => {
  const { configDir, db, statements } = await useSpied();
  await db.selectFrom('clip').select('id').where('note', '=', 'x').execute();
  expect(() => expectNoScans(plansOf(configDir, statements))).toThrow(/SCAN clip/);
});

const requests: [path: string][] = [
  ['/api/status'],
  ['/api/days'],
  ['/api/days/2015-01-03'],
  ['/api/clips/1'],
  ['/api/queue'],
  ['/api/queue?state=held'],
  ['/api/queue?state=failed'],
  ['/api/queue?state=skipped'],
  ['/api/coverage'],
  ['/api/visits'],
  ['/api/cameras'],
  ['/api/system'],
  ['/api/retention'],
  ['/api/storage'],
  ['/api/trash'],
  ['/api/trash?limit=1'],
  ['/api/audit'],
  ['/api/audit?limit=1'],
  ['/api/audit?by=age&cameraId=1&action=trashed'],
  ['/api/days/2015-01-03/journeys'],
  ['/api/days/2015-01-03/map?zoom=12'],
  ['/api/journeys/days'],
  ['/api/map?west=-2&south=53&east=-1&north=54&zoom=10'],
  ['/api/map/extent'],
  ['/api/map/passes?west=-2&south=53&east=-1&north=54'],
  ['/api/places'],
  ['/api/cameras/1/clock'],
  ['/api/calendar'],
  ['/api/calendar?year=2015&cameraId=1'],
  ['/api/calendar?year=2015&kinds=normal,event&cameraId=1'],
  ['/api/calendar?year=2015&channels=rear&missing=yes'],
  ['/api/calendar?year=2015&kept=yes&channels=front'],
  ['/api/calendar?year=2015&position=unknown'],
  ['/api/calendar?year=2015&position=known&cameraId=1'],
  ['/api/calendar?year=2015&placeId=1'],
  ['/api/archive/days?days=2015-01-03,2015-01-04&placeId=1'],
  ['/api/archive/days?days=2015-01-03,2015-01-04&cameraId=1'],
  ['/api/days/2015-01-03/journeys?kinds=normal&placeId=1'],
  ['/api/moment?local=2015-01-03T10:00:00'],
  ['/api/moment?local=2030-01-03T10:00:00&cameraId=1'],
  ['/api/places/search?q=leeds'],
  ['/api/marks?from=1420250000000&to=1420260000000'],
  ['/api/marks?from=1420250000000&to=1420260000000&cameraId=1'],
  ['/api/calendar?year=2015&tag=deer&cameraId=1'],
  ['/api/tags'],
  ['/api/captures?fromDay=2015-01-02&toDay=2015-01-04&from=1420250000000&to=1420260000000'],
  ['/api/captures?fromDay=2015-01-02&toDay=2015-01-04&tag=deer&kept=yes&position=known&placeId=1'],
];

test('a visit of a camera, its pages and the actions on its clips go through no table that grows', async () => {
  const camera = await useCamera();
  const configDir = join(await useFolder(), 'config');
  // None of them archived: their files would be missed.
  await seedDatabase({ ...seeded, configDir, cameraAddress: camera.address, waiting: seeded.clips });
  const app = await useApp({ configDir });
  const statements = new Set<string>();
  const prepare = vi.spyOn(SqliteDatabase.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  const [first] = addDrive(camera, { clips: 4, bytes: 20_000 });
  await untilListedAgain(camera);
  const rowOf = async () => (await allClips(app)).find((clip) => clip.name === first!.name);
  await vi.waitFor(async () => expect((await rowOf())?.state).toBe('archived'), waitLong);
  const clipIds = [seeded.clips - 1];
  await app.call(routes.skipClips, { body: { clipIds } });
  await app.call(routes.unskipClips, { body: { clipIds } });
  await app.call(routes.fetchFirst, { body: { clipIds } });
  await app.call(routes.fetchLast, { body: { day: '2015-01-30' } });
  await app.call(routes.retryFailed, { body: {} });
  await app.call(routes.tagClips, { body: { clipIds, add: ['deer'] } });
  await app.call(routes.noteClips, { body: { clipIds, note: 'x' } });
  await app.call(routes.lookAtClips, { body: { clipIds } });
  const archived = [(await rowOf())!.id];
  const { ticket } = await app.call(routes.orderParcel, { body: { clipIds: archived, what: 'originals' } });
  await (await app.fetch(`/api/parcels/${ticket}`)).arrayBuffer();
  for (const [path] of requests) expect([path, (await app.fetch(path)).status]).toEqual([path, 200]);
  for (const [text] of prepare.mock.calls) statements.add(text);
  await app.app.stop();
  const plans = plansOf(
    configDir,
    [...statements].filter((text) => !isOfTheTest(text)),
  );
  expect(plans.size).toBeGreaterThan(50);
  expectNoScans(plans);
});

test('sweeps with and without anything to do, their preview, the trash and all that is told of them go through no table that grows', async () => {
  const bytes = 50_000;
  const clips = [60, 50, 20, 10, 3].flatMap((days) => capturesOn(daysAgo(days), { captures: 4, bytes }));
  const archive = await useArchive({
    clips: [...clips, ...capturesOn(daysAgo(40), { captures: 2, kind: 'parking' })],
    settings: { ...atOnce, trashHours: 24, quotaGib: 1, retentionDiskPct: 99 },
  });
  const app = await archive.open();
  await vi.waitFor(async () => expect((await retentionOf(app)).state).toBe('idle'), waitLong);
  const prepare = vi.spyOn(SqliteDatabase.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  await sweepNow(app);
  const rule = { cameraId: null, kind: 'parking', channel: null, days: 7 } as const;
  for (const retentionWhole of ['captures', 'drives'] as const) {
    const settings = { retentionDays: 55, retentionRules: [rule], retentionWhole, retentionFloorGb: 0.0001 };
    await app.call(routes.previewRetention, { body: { settings } });
  }
  await app.call(routes.updateSettings, {
    body: { retentionDays: 55, retentionRules: [rule], retentionWhole: 'drives' },
  });
  expect(lastSweep(await sweepNow(app))).toMatchObject({ byAge: 12, failed: 0 });
  for (const [path] of requests.filter(([each]) => !each.includes('2015')))
    expect([path, (await app.fetch(path)).status]).toEqual([path, 200]);
  await app.call(routes.restoreClips, { body: { clipIds: [1] } });
  await app.call(routes.emptyTrash, { body: { clipIds: [2] } });
  await app.call(routes.keepClips, { body: { clipIds: [1], kept: false } });
  await app.call(routes.deleteClips, { body: { clipIds: [1], includeProtected: true } });
  await app.call(routes.updateSettings, {
    body: { retentionWhole: 'captures', quotaGib: (20 * bytes) / 2 ** 30 },
  });
  expect(lastSweep(await sweepNow(app)).byQuota).toBeGreaterThan(0);
  await app.call(routes.emptyTrash, { body: {} });
  await untilIdle(app);
  const statements = new Set(prepare.mock.calls.map(([text]) => text));
  await app.app.stop();
  const plans = plansOf(archive.configDir, statements);
  expect(plans.size).toBeGreaterThan(40);
  expectNoScans(plans);
});

/** What `allClips` asks. */
const isOfTheTest = (text: string) => text === 'select * from "clip" order by "id"';

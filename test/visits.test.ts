import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { VisitRow } from '../src/server/db/schema.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { CardForecaster, readForecast } from '../src/server/sync/card-forecaster.ts';
import { VisitLog, type OpenVisit } from '../src/server/sync/visit-log.ts';
import { visitsPage } from '../src/server/sync/visit-rows.ts';
import type { Events } from '../src/shared/events.ts';
import type { Visit } from '../src/shared/queue.ts';
import { routes } from '../src/shared/routes.ts';
import {
  addDrive,
  handClock,
  untilArchived,
  untilListedAgain,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';

const second = 1000;
const minute = 60 * second;

interface Bench {
  db: Database;
  clock: ReturnType<typeof handClock>;
  log: VisitLog;
  told: Events['visit.changed'][];
  /** Moves both clocks. */
  advance(ms: number): void;
  monotonic(): number;
  rows(): Promise<VisitRow[]>;
  begin(cameraId?: number): Promise<OpenVisit>;
}

/** A visit log on a database of its own, with two cameras. */
async function useVisitLog(): Promise<Bench> {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-visits-'));
  const clock = handClock();
  const db = await openDatabase({ configDir, now: new Date(clock.now()) });
  onTestFinished(async () => {
    await db.destroy();
    await rm(configDir, { recursive: true, force: true });
  });
  for (const name of ['One', 'Two']) {
    await db
      .insertInto('camera')
      .values({ name, address: name, archive_folder: name, enabled: 1, created_at: 0 })
      .execute();
  }
  const events = new EventBus<Events>((error) => {
    throw error;
  });
  const told: Events['visit.changed'][] = [];
  events.on('visit.changed', (payload) => told.push(payload));
  let time = 5000;
  const monotonic = () => time;
  const log = new VisitLog({ db, clock, events, monotonic });
  return {
    db,
    clock,
    log,
    told,
    monotonic,
    advance(ms) {
      time += ms;
      clock.advance(ms);
    },
    rows: () => db.selectFrom('visit').selectAll().orderBy('id').execute(),
    begin: (cameraId = 1) => log.begin({ cameraId, address: '10.0.0.1', connection: 'main' }),
  };
}

/** Bytes that come in steadily for a time. */
function receive(bench: Bench, visit: OpenVisit, flow: { bytesPerSecond: number; ms: number }): void {
  for (let passed = 0; passed < flow.ms; passed += 100) {
    bench.advance(100);
    visit.received(flow.bytesPerSecond / 10, bench.monotonic());
  }
}

/** Past visits of camera 1, each of ten minutes, one an hour up to now. */
async function addHistory(bench: Bench, visits: Partial<VisitRow>[]): Promise<void> {
  const now = bench.clock.now();
  for (const [index, visit] of visits.entries()) {
    const from = now - (visits.length - index) * 60 * minute;
    await bench.db
      .insertInto('visit')
      .values({
        camera_id: 1,
        address: '10.0.0.1',
        from_at: from,
        to_at: from + 10 * minute,
        bytes: 0,
        clips: 0,
        end_reason: 'away',
        ...visit,
      })
      .execute();
  }
}

/** Since the database was opened. */
async function rowsChanged(db: Database): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select total_changes() as rows`.execute(db);
  return rows[0]!.rows;
}

test('a visit tells from when to when, over which address, what it brought and how fast', async () => {
  const bench = await useVisitLog();
  const began = bench.clock.now();
  const visit = await bench.begin();
  expect(bench.told).toEqual([{ cameraId: 1, visitId: visit.id }]);
  receive(bench, visit, { bytesPerSecond: 20e6, ms: 40 * second });
  bench.advance(10 * minute);
  receive(bench, visit, { bytesPerSecond: 5e6, ms: 40 * second });
  for (const day of ['2026-06-27', '2026-06-28', '2026-06-28']) visit.archived(day);
  visit.failed();
  await visit.end('away');
  const [row] = await bench.rows();
  expect(row).toMatchObject({
    camera_id: 1,
    address: '10.0.0.1',
    connection: 'main',
    from_at: began,
    to_at: bench.clock.now(),
    bytes: 1e9,
    clips: 3,
    failed: 1,
    end_reason: 'away',
    brought: JSON.stringify([
      { day: '2026-06-28', clips: 2 },
      { day: '2026-06-27', clips: 1 },
    ]),
  });
  expect(row!.transfer_ms, 'the ten minutes between are no transfer').toBeCloseTo(80 * second, -3);
  expect(row!.best_rate).toBeCloseTo(20e6, -6);
  expect(bench.told).toHaveLength(2);
  await visit.end('stopped');
  expect((await bench.rows())[0]!.end_reason, 'a visit ends once').toBe('away');
});

test('of a long visit the newest 31 days are named', async () => {
  const bench = await useVisitLog();
  const visit = await bench.begin();
  for (let day = 0; day < 40; day++)
    visit.archived(new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10));
  await visit.end('away');
  const brought = JSON.parse((await bench.rows())[0]!.brought) as Visit['brought'];
  expect(brought).toHaveLength(31);
  expect(brought[0]).toEqual({ day: '2026-02-09', clips: 1 });
});

test('what came in is written after a clip and told, and many clips at once are written together', async () => {
  const bench = await useVisitLog();
  const visit = await bench.begin();
  bench.advance(second);
  visit.received(1000, bench.monotonic());
  visit.archived('2026-06-28');
  await visit.flush();
  expect((await bench.rows())[0]).toMatchObject({ bytes: 1000, clips: 1, seen_at: bench.clock.now() });
  expect(bench.told).toHaveLength(2);
  const writes = await rowsChanged(bench.db);
  for (let clip = 0; clip < 100; clip++) {
    visit.archived('2026-06-28');
    await visit.flush();
  }
  await vi.waitFor(async () => expect((await bench.rows())[0]!.clips).toBe(101), waitLong);
  await vi.waitFor(() => expect(bench.told).toHaveLength(3), waitLong);
  expect(await rowsChanged(bench.db)).toBe(writes + 1);
});

test('a visit without news is seen once a minute, and nobody is told', async () => {
  const bench = await useVisitLog();
  const visit = await bench.begin();
  const began = bench.clock.now();
  bench.advance(50 * second);
  await visit.flush();
  expect((await bench.rows())[0]!.seen_at).toBe(began);
  bench.advance(10 * second);
  await visit.flush();
  expect((await bench.rows())[0]!.seen_at).toBe(began + minute);
  expect(bench.told).toHaveLength(1);
});

test('a clip that is filed after the camera has left still counts for its visit', async () => {
  const bench = await useVisitLog();
  const visit = await bench.begin();
  bench.advance(minute);
  await visit.end('away');
  const ended = bench.clock.now();
  bench.advance(minute);
  visit.archived('2026-06-28');
  await visit.flush();
  expect((await bench.rows())[0]).toMatchObject({ clips: 1, to_at: ended, seen_at: ended });
});

test('a visit that nobody ended is over when it was last written, at the next start', async () => {
  const bench = await useVisitLog();
  await addHistory(bench, [{ to_at: null, end_reason: null, seen_at: 7000 }, {}]);
  await bench.log.closeStale();
  expect(await bench.rows()).toMatchObject([
    { to_at: 7000, end_reason: 'interrupted' },
    { end_reason: 'away' },
  ]);
});

test('a visit whose end could not be written is closed when the camera comes again', async () => {
  const bench = await useVisitLog();
  const lost = await bench.begin();
  const other = await bench.begin(2);
  bench.advance(minute);
  const next = await bench.begin();
  expect(await bench.rows()).toMatchObject([
    { id: lost.id, end_reason: 'interrupted', to_at: lost.since },
    { id: other.id, to_at: null },
    { id: next.id, to_at: null },
  ]);
});

test('a clock that is set back while the camera is here does not end a visit before it began', async () => {
  const bench = await useVisitLog();
  const visit = await bench.begin();
  bench.advance(-90 * minute);
  expect(visit.session({ clips: 1, bytes: 1 }).outlook.verdict).toBe('unknown');
  await visit.end('away');
  expect((await bench.rows())[0]).toMatchObject({ from_at: visit.since, to_at: visit.since });
});

test('a camera that flaps leaves its last fifty fleeting visits, and every visit that brought something', async () => {
  const bench = await useVisitLog();
  await addHistory(bench, [
    { bytes: 5, clips: 1 },
    { bytes: 5, to_at: bench.clock.now() },
  ]);
  const short = await bench.begin();
  short.received(10, bench.monotonic());
  await short.end('away');
  const long = await bench.begin();
  bench.advance(2 * minute);
  await long.end('away');
  const kept = (await bench.rows()).map((row) => row.id);
  const other = await bench.begin(2);
  await other.end('away');
  for (let time = 0; time < 60; time++) {
    bench.advance(10 * second);
    await (await bench.begin()).end('away');
  }
  const rows = await bench.rows();
  expect(rows).toHaveLength(kept.length + 1 + 50);
  expect(rows.slice(0, kept.length + 1).map((row) => row.id)).toEqual([...kept, other.id]);
  expect(rows.at(-1)!.from_at).toBe(bench.clock.now());
});

test('the figures of a visit: rates, time left, and the judgements by the last visits over this address', async () => {
  const bench = await useVisitLog();
  const brought = { bytes: 1e9, clips: 10, transfer_ms: 50 * second };
  const elsewhere = { ...brought, connection: 'alternative' as const, to_at: 0, transfer_ms: 1000 * second };
  const fleeting = Array.from({ length: 40 }, () => ({ to_at: 0 }));
  await addHistory(bench, [
    brought,
    brought,
    brought,
    brought,
    ...Array.from({ length: 6 }, () => elsewhere),
    ...fleeting,
  ]);
  const visit = await bench.begin();
  expect(visit.session({ clips: 2, bytes: 1e9 })).toMatchObject({
    visitId: visit.id,
    since: visit.since,
    connection: 'main',
    bytes: 0,
    bytesPerSecond: null,
    averageBytesPerSecond: null,
    remainingMs: null,
    outlook: { verdict: 'unknown' },
    rate: { verdict: 'unknown', usualBytesPerSecond: 20e6 },
  });
  receive(bench, visit, { bytesPerSecond: 5e6, ms: 30 * second });
  const slow = visit.session({ clips: 20, bytes: 0.6e9 });
  expect(slow).toMatchObject({
    remainingClips: 20,
    remainingBytes: 0.6e9,
    outlook: {
      verdict: 'enough',
      reason: 'About 2 min are needed; of the last 4 visits this long, all went on longer.',
    },
    rate: { verdict: 'slow', reason: expect.stringMatching(/^A quarter of the usual 20 MB\/s/) },
  });
  expect(slow.remainingMs! / second).toBeCloseTo(120, -1);
  expect(slow.averageBytesPerSecond).toBeCloseTo(5e6, -5);
  expect(visit.session({ clips: 200, bytes: 60e9 }).outlook.verdict).toBe('not_enough');
  bench.advance(20 * second);
  const pausing = visit.session({ clips: 20, bytes: 0.6e9 });
  expect(pausing.bytesPerSecond!, 'a pause lowers what comes in now').toBeLessThan(4e6);
  expect(pausing.rate.reason, 'but says nothing about the connection').toMatch(/^A quarter/);
  expect(visit.session({ clips: 0, bytes: 0 })).toMatchObject({
    remainingMs: 0,
    outlook: { verdict: 'done' },
  });
});

test('the forecast of a card is kept with its camera, and written only when there is something new', async () => {
  const bench = await useVisitLog();
  const { db, clock } = bench;
  const forecaster = new CardForecaster({ db, clock });
  const stored = async () =>
    readForecast(
      (await db.selectFrom('camera').select('forecast').where('id', '=', 1).executeTakeFirst())!.forecast,
    );
  expect(await stored()).toBeNull();
  for (let clip = 0; clip < 30; clip++) await addPresentClip(db, clock.now() - (60 - clip) * minute);
  await addPresentClip(db, clock.now() - 90 * minute, { remote_gone_at: 1 });
  const first = await forecaster.update(1, 1000);
  expect(await stored()).toEqual(first.forecast);
  expect(first.forecast).toMatchObject({ waitingClips: 30, atRiskClips: 30, bytesPerRecordedHour: 6e9 });
  expect(first.riskBefore.get('A')).toBe(clock.now() - 31 * minute + 1);
  bench.advance(minute);
  await forecaster.update(1, 1000);
  expect((await stored())!.at).toBe(first.forecast.at);
  await forecaster.update(1, 2000);
  expect(await stored()).toMatchObject({ at: clock.now(), freeBytes: 2000 });
  expect((await forecaster.update(2, null)).forecast).toMatchObject({ waitingClips: 0, oldestWaiting: null });
});

async function addPresentClip(db: Database, startedAt: number, change = {}): Promise<void> {
  const localStart = new Date(startedAt).toISOString().slice(0, 19);
  const times = { started_at: startedAt, local_start: localStart, local_day: localStart.slice(0, 10) };
  const { id } = await db
    .insertInto('capture')
    .values({ camera_id: 1, ...times, kind: 'normal', locked: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('clip')
    .values({
      camera_id: 1,
      capture_id: id,
      name: `${startedAt}.MP4`,
      generation: 1,
      channel: 'front',
      kind: 'normal',
      container: 'mp4',
      ...times,
      zone_offset_min: 0,
      time_source: 'setting',
      locked: 0,
      kept: 0,
      state: 'waiting',
      state_at: startedAt,
      attempts: 0,
      remote_volume: 'A',
      remote_size_bytes: 100e6,
      remote_size_exact: 1,
      remote_seen_at: startedAt,
      origin: 'sync',
      ...change,
    })
    .execute();
}

/** The instants at which the visits of each page began, and how many visits there were. */
async function pagesOf(
  db: Database,
  query: { limit: number; cameraId?: number },
): Promise<{ starts: number[][]; visits: number }> {
  const starts: number[][] = [];
  const ids = new Set<number>();
  let before: number | undefined;
  do {
    const { rows, nextBefore } = await visitsPage(db, { cameraId: undefined, ...query, before });
    starts.push(rows.map((row) => row.from_at));
    for (const row of rows) ids.add(row.id);
    before = nextBefore ?? undefined;
  } while (before !== undefined);
  return { starts, visits: ids.size };
}

test('visits of several cameras come newest first, page by page, each once', async () => {
  const { db } = await useVisitLog();
  for (const [index, from] of [1, 2, 2, 2, 2, 3, 4, 5].entries())
    await db
      .insertInto('visit')
      .values({ camera_id: 1 + (index % 2), address: 'a', from_at: from, to_at: 9, bytes: 0, clips: 0 })
      .execute();
  expect(await pagesOf(db, { limit: 2 })).toEqual({ starts: [[5, 4], [3, 2, 2, 2, 2], [1]], visits: 8 });
  expect(await pagesOf(db, { limit: 3, cameraId: 1 })).toEqual({ starts: [[4, 2, 2], [1]], visits: 4 });
  expect(await pagesOf(db, { limit: 3, cameraId: 77 })).toEqual({ starts: [[]], visits: 0 });
});

test('a camera comes, brings three clips and leaves, and its visit says so', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 3, bytes: 20_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 3);
  const [here] = (await app.call(routes.listVisits, { query: {} })).visits;
  expect(here).toMatchObject({ cameraId: 1, to: null, endReason: null, address: camera.address });
  await vi.waitFor(async () => {
    const { cameras, sync } = await app.call(routes.getStatus);
    expect(cameras[0]!.session).toMatchObject({ visitId: here!.id, clips: 3, remainingClips: 0 });
    expect(sync).toMatchObject({ status: 'waiting', reason: 'Every clip is here.' });
  }, waitLong);
  await camera.goAway();
  await vi.waitFor(async () => {
    const { visits } = await app.call(routes.listVisits, { query: {} });
    expect(visits).toMatchObject([
      {
        id: here!.id,
        clips: 3,
        failed: 0,
        connection: 'main',
        endReason: 'away',
        brought: [{ day: '2026-06-28', clips: 3 }],
      },
    ]);
    expect(visits[0]!.bytes).toBeGreaterThanOrEqual(60_000);
    expect(visits[0]!.to).toBeGreaterThanOrEqual(visits[0]!.from);
  }, waitLong);
  const gone = await app.call(routes.getStatus);
  expect(gone.cameras[0]!.session).toBeNull();
  expect(gone.sync).toMatchObject({ status: 'waiting', reason: 'Dashcam is away; every clip is here.' });
});

test('after a listing the page knows how soon the card overwrites what waits', async () => {
  const camera = await useCamera();
  camera.faults.set({ serverError: 'files', match: '.MP4' });
  addDrive(camera, { clips: 3, bytes: 20_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await untilListedAgain(camera);
  await vi.waitFor(async () => {
    const { cameras } = await app.call(routes.getStatus);
    expect(cameras[0]!.forecast).toMatchObject({
      waitingClips: 3,
      freeBytes: expect.any(Number) as number,
      oldestWaiting: { localStart: '2026-06-28T13:00:00' },
    });
  }, waitLong);
});

test('a visit that was cut off by the end of the process is closed at the next start', async () => {
  const camera = await useCamera();
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(
    async () => expect((await app.call(routes.listVisits, { query: {} })).visits).toHaveLength(1),
    waitLong,
  );
  const seenAt = Date.now() - 60_000;
  const { id } = await app.app.db
    .insertInto('visit')
    .values({ camera_id: 1, address: 'x', from_at: seenAt - 1000, seen_at: seenAt, bytes: 7, clips: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  await app.restart();
  const { visits } = await app.call(routes.listVisits, { query: {} });
  expect(visits.find((visit) => visit.id === id)).toMatchObject({
    to: seenAt,
    endReason: 'interrupted',
    bytes: 7,
  });
  expect(visits.filter((visit) => visit.endReason === 'stopped')).toHaveLength(1);
});

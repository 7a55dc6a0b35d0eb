import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { sql, type Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { answerError } from '../src/server/http/answer-error.ts';
import type { Database } from '../src/server/db/open.ts';
import { addJourneyMonths } from '../src/server/db/migrations/0007-months.ts';
import { monthRoutes } from '../src/server/journeys/month-routes.ts';
import { mapMonthSchema, mapMonthsSchema } from '../src/shared/map-months.ts';
import { decodeLine } from '../src/shared/polyline.ts';
import {
  addClips,
  clipsOver,
  dayMs,
  legs,
  minuteMs,
  munich,
  noon,
  plansOf,
  useJourneys,
} from './journey-history.ts';

const drive = (minutes: number, speed = 15) => ({ ms: minutes * minuteMs, speed });
const outAndBack = (at: number) =>
  clipsOver(at, 40, legs(at, [drive(15), { ms: 10 * minuteMs, speed: 0 }, drive(15, -15)]));
/** Two days of February, one of April. */
const april = noon + 60 * dayMs;

async function withMonths(options: Parameters<typeof useJourneys>[0] = {}) {
  const journeys = await useJourneys(options);
  await addClips(journeys.db, [...outAndBack(noon), ...outAndBack(noon + dayMs), ...outAndBack(april)]);
  await journeys.service.settle();
  const app = Fastify();
  onTestFinished(() => app.close());
  app.setErrorHandler(answerError);
  monthRoutes(app, journeys.db);
  const months = async () => mapMonthsSchema.parse((await app.inject('/api/map/months')).json()).months;
  const month = async (name: string) =>
    mapMonthSchema.parse((await app.inject(`/api/map/months/${name}`)).json());
  return { ...journeys, app, months, month };
}

/** What the table would be if it were counted now. */
async function counted(db: Database): Promise<unknown[]> {
  const kept = await db.selectFrom('journey_month').selectAll().orderBy('month').execute();
  await sql`drop table journey_month`.execute(db);
  for (const table of ['journey', 'stop'])
    for (const when of ['in', 'out', 'changed'])
      await sql.raw(`drop trigger ${table}_month_${when}`).execute(db);
  // Migrations know no tables by type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  await addJourneyMonths(db as unknown as Kysely<unknown>);
  expect(kept.filter(({ journeys, stops }) => journeys + stops > 0)).toEqual(
    await db.selectFrom('journey_month').selectAll().orderBy('month').execute(),
  );
  return kept;
}

test('every journey and stop is in its month, newest month first, with a line that is where the car was', async () => {
  const { months, month } = await withMonths();
  expect(await months()).toMatchObject([
    { month: '2026-04', journeys: 2 },
    { month: '2026-02', journeys: 4 },
  ]);
  const february = await month('2026-02');
  expect(february.journeys.id).toHaveLength(4);
  expect(february.stops.id.length).toBeGreaterThanOrEqual(2);
  expect(february.zones).toEqual(['Europe/Berlin']);
  expect(february.journeys.startedAt).toEqual(february.journeys.startedAt.toSorted((a, b) => a - b));
  expect(february.journeys.startedAt[0]).toBe(noon);
  for (const text of february.journeys.line) {
    const line = decodeLine(text);
    expect(line.length).toBeGreaterThan(1);
    for (const [longitude, latitude] of line) {
      expect(Math.abs(latitude - munich.latitude)).toBeLessThan(0.3);
      expect(Math.abs(longitude - munich.longitude)).toBeLessThan(0.5);
    }
  }
});

test('a month says what it is a version of: nothing comes twice, and only what changed has another version', async () => {
  const { db, service, app, months, month } = await withMonths();
  const before = await months();
  const february = before.find((each) => each.month === '2026-02');
  const known = await app.inject(`/api/map/months/2026-02?v=${february?.version}`);
  expect(known.headers['cache-control']).toContain('immutable');
  const again = await app.inject({
    url: '/api/map/months/2026-02',
    headers: { 'if-none-match': String(known.headers['etag']) },
  });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  const list = await app.inject('/api/map/months');
  const sameList = { url: '/api/map/months', headers: { 'if-none-match': String(list.headers['etag']) } };
  expect((await app.inject(sameList)).statusCode).toBe(304);

  await addClips(db, outAndBack(april + dayMs));
  await service.settle();
  const after = await months();
  expect(after.find((each) => each.month === '2026-02')).toEqual(february);
  expect(after[0]?.version).not.toBe(before[0]?.version);
  expect((await app.inject(sameList)).statusCode).toBe(200);
  // An old version in the address must not be kept for ever.
  const stale = await app.inject(`/api/map/months/2026-04?v=${before[0]?.version}`);
  expect(stale.headers['cache-control']).toBe('private, no-cache');
  expect((await month('2026-04')).journeys.id).toHaveLength(4);
});

test('what is sent is compressed for those who take it', async () => {
  const { app } = await withMonths();
  const plain = await app.inject('/api/map/months/2026-02');
  const zipped = await app.inject({
    url: '/api/map/months/2026-02',
    headers: { 'accept-encoding': 'gzip, br' },
  });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
});

test('a month without anything is empty, and what is no month is refused', async () => {
  const { app, month } = await withMonths();
  expect(await month('2020-01')).toMatchObject({ journeys: { id: [] }, stops: { id: [] } });
  expect((await app.inject('/api/map/months/2026-13')).statusCode).toBe(400);
});

test('the table of months is what counting would make it, whatever became of journeys and stops', async () => {
  const { db, due, service, settings, months } = await withMonths({ cameras: 2, vehicle: 'Van' });
  await counted(db);
  // Other rules: the stop is a wait at lights now, and the days have one journey each.
  settings.stopSeconds = 20 * 60;
  await due.addAll(db, [1]);
  await service.settle();
  expect((await months()).map(({ journeys }) => journeys)).toEqual([1, 2]);
  await counted(db);
  const before = await months();
  // As when a camera is removed and its car goes on with the other.
  await db.updateTable('journey').set({ camera_id: 2 }).execute();
  await db.updateTable('stop').set({ camera_id: 2 }).execute();
  expect((await months())[0]?.version).not.toBe(before[0]?.version);
  await counted(db);
  await db.updateTable('capture').set({ journey_id: null, stop_id: null }).execute();
  await db.deleteFrom('journey').execute();
  await db.deleteFrom('stop').execute();
  expect(await months()).toEqual([]);
  await counted(db);
});

test('a month is found by index, and the list reads no journey', async () => {
  const statements = new Set<string>();
  const { db, months, month } = await withMonths({ statements });
  statements.clear();
  await months();
  await month('2026-02');
  const plans = await plansOf(db, statements);
  expect(plans.size).toBeGreaterThan(2);
  const details = [...plans.values()].flat();
  expect(details).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/SEARCH journey USING INDEX journey_by_day/),
      expect.stringMatching(/SEARCH stop USING INDEX stop_by_day/),
    ]),
  );
  expect(details.filter((detail) => /SCAN "?(journey|stop)\b/.test(detail))).toEqual([]);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { calendarOf } from '../src/server/find/calendar.ts';
import { dayShorts, type DayShortDeps } from '../src/server/find/day-shorts.ts';
import { momentAt } from '../src/server/find/moment.ts';
import { filterOf, type ArchiveFilterFields } from '../src/shared/archive-filter.ts';
import { calendarSchema, dayShortSchema } from '../src/shared/find.ts';
import { leeds, seedCameras, seedCaptures, seedJourney, seedPlace, seedStop } from './find-seed.ts';
import { startTestApp, type TestApp } from './test-app.ts';
import { routes } from '../src/shared/routes.ts';

const otley = { latitude: 53.9, longitude: -1.69 };
/** Far from everything else. */
const hull = { latitude: 53.74, longitude: -0.33 };

interface Seeded {
  work: number;
  home: number;
  toWork: number;
}

/** Minutes of an hour of a day. */
const minutes = (day: string, hour: string, count: number) =>
  Array.from({ length: count }, (_, minute) => `${day}T${hour}:${String(minute).padStart(2, '0')}`);

/**
 * Two cameras. Of the first: a drive to work on 3 June and parking there, an event on the 5th that was kept in part, a
 * day with what is missing on the 7th, one without positions on the 9th, a night drive into the 11th, one in 2025. Of the
 * second: the 3rd and the 12th.
 */
async function seed(db: Database): Promise<Seeded> {
  await seedCameras(db, [1, 2]);
  const work = await seedPlace(db, 'Work', otley);
  const home = await seedPlace(db, 'Home', leeds);
  const toWork = await seedJourney(db, {
    from: '2026-06-03T08:00',
    to: '2026-06-03T08:04',
    ends: [leeds, otley],
  });
  const atWork = await seedStop(db, {
    from: '2026-06-03T08:04',
    to: '2026-06-05T17:00',
    placeId: work,
    position: otley,
  });
  const fromWork = await seedJourney(db, {
    from: '2026-06-05T17:00',
    to: '2026-06-05T17:02',
    ends: [otley, hull],
  });
  const night = await seedJourney(db, {
    from: '2026-06-10T23:58',
    to: '2026-06-11T00:02',
    ends: [hull, hull],
  });
  await seedCaptures(db, [
    ...minutes('2026-06-03', '08', 4).map((at) => ({ at, journeyId: toWork })),
    { at: '2026-06-03T12:00', kind: 'parking', stopId: atWork },
    { at: '2026-06-04T12:00', kind: 'parking', stopId: atWork, channels: ['front'] },
    { at: '2026-06-05T17:00', kind: 'event', journeyId: fromWork, kept: ['rear'] },
    { at: '2026-06-05T17:01', journeyId: fromWork },
    { at: '2026-06-07T09:00', state: 'waiting', channels: ['front', 'interior'] },
    { at: '2026-06-07T09:01', state: 'lost', kind: 'event', channels: ['front'] },
    { at: '2026-06-07T09:02' },
    { at: '2026-06-08T09:00', state: 'missing', channels: ['rear'] },
    { at: '2026-06-09T10:00', channels: ['tele'], isPhoto: true },
    { at: '2026-06-10T23:58', journeyId: night },
    { at: '2026-06-11T00:01', journeyId: night },
    { at: '2025-12-31T23:00', state: 'expired' },
    { at: '2026-06-03T09:00', cameraId: 2, kind: 'event', channels: ['front'] },
    { at: '2026-06-12T09:00', cameraId: 2, channels: ['front'], state: 'failed' },
  ]);
  return { work, home, toWork };
}

let folder: string;
let db: Database;
let seeded: Seeded;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viofosync-find-'));
  db = await openDatabase({ configDir: folder, now: new Date() });
  seeded = await seed(db);
});
afterAll(async () => {
  await db.destroy();
  await rm(folder, { recursive: true, force: true });
});

const carOf = async (_: unknown, cameraId: number) => Promise.resolve(cameraId);

async function calendar(fields: ArchiveFilterFields & { year?: number; before?: string } = {}) {
  const { year, before, ...filter } = fields;
  return calendarSchema.parse(await calendarOf(db, { year, before, filter: filterOf(filter) }, carOf));
}

/** The days of June that are told, as numbers. */
async function juneDays(fields: ArchiveFilterFields): Promise<number[]> {
  const { days, nextBefore } = await calendar({ year: 2026, ...fields });
  expect(nextBefore).toBeNull();
  return days.map(({ day }) => Number(day.slice(8)));
}

describe('the calendar', () => {
  test('has a year’s days with what they hold, the newest first, and the years there are', async () => {
    const all = await calendar();
    expect(all).toMatchObject({ years: [2026, 2025], year: 2026, nextBefore: null });
    expect(all.days.map(({ day }) => Number(day.slice(8)))).toEqual([12, 11, 10, 9, 8, 7, 5, 4, 3]);
    expect(all.days.at(-1)).toEqual({
      day: '2026-06-03',
      captures: 6,
      archived: 11,
      wanted: 0,
      lost: 0,
      vanished: 0,
      locked: 0,
      parking: 2,
      archivedBytes: 11_000,
      journeys: 1,
      drivenMs: 240_000,
      distanceM: 10_000,
    });
    const byDay = new Map(all.days.map((day) => [day.day, day]));
    expect(byDay.get('2026-06-07')).toMatchObject({ wanted: 2, lost: 1, archived: 2 });
    expect(byDay.get('2026-06-08')).toMatchObject({ vanished: 1, archived: 0 });
    expect(byDay.get('2026-06-11')).toMatchObject({ journeys: 0 });
    const before = await calendar({ year: 2025 });
    expect(before.days.map(({ day }) => day)).toEqual(['2025-12-31']);
    expect((await calendar({ year: 2024 })).days).toEqual([]);
  });

  test('of one camera knows that camera alone', async () => {
    const second = await calendar({ cameraId: 2 });
    expect(second.years).toEqual([2026]);
    expect(second.days.map(({ day, captures, journeys }) => [day, captures, journeys])).toEqual([
      ['2026-06-12', 1, 0],
      ['2026-06-03', 1, 0],
    ]);
  });

  test('goes on before a day', async () => {
    expect((await calendar({ year: 2026, before: '2026-06-05' })).days.map(({ day }) => day)).toEqual([
      '2026-06-04',
      '2026-06-03',
    ]);
  });
});

describe('days by a filter', () => {
  const cases: [string, (seeds: Seeded) => ArchiveFilterFields, number[]][] = [
    ['kind', () => ({ kinds: 'event' }), [7, 5, 3]],
    ['several kinds', () => ({ kinds: 'parking,event' }), [7, 5, 4, 3]],
    ['kind and camera', () => ({ kinds: 'event', cameraId: 1 }), [7, 5]],
    ['channel', () => ({ channels: 'interior' }), [7]],
    ['channel of photos', () => ({ channels: 'tele' }), [9]],
    ['channel and camera', () => ({ channels: 'rear', cameraId: 2 }), []],
    ['kept', () => ({ kept: 'yes' }), [5]],
    ['kept of a channel that was not', () => ({ kept: 'yes', channels: 'front' }), []],
    ['kept of the channel that was', () => ({ kept: 'yes', channels: 'rear' }), [5]],
    ['missing', () => ({ missing: 'yes' }), [12, 8, 7]],
    ['missing of a camera', () => ({ missing: 'yes', cameraId: 1 }), [8, 7]],
    ['missing of a channel', () => ({ missing: 'yes', channels: 'rear' }), [8]],
    ['missing of a kind', () => ({ missing: 'yes', kinds: 'event' }), [7]],
    ['a kind and a channel of the same recording', () => ({ kinds: 'parking', channels: 'rear' }), [3]],
    ['position known', () => ({ position: 'known' }), [11, 10, 5, 4, 3]],
    ['position unknown', () => ({ position: 'unknown' }), [12, 9, 8, 7, 3]],
    ['position unknown of a camera', () => ({ position: 'unknown', cameraId: 1 }), [9, 8, 7]],
    ['place', ({ work }) => ({ placeId: work }), [5, 4, 3]],
    ['place and kind', ({ work }) => ({ placeId: work, kinds: 'normal' }), [5, 3]],
    ['a place by the end of a journey alone', ({ home }) => ({ placeId: home }), [3]],
    ['a place that is not there', () => ({ placeId: 999 }), []],
  ];
  test.each(cases)('%s', async (_, fields, days) => {
    expect(await juneDays(fields(seeded))).toEqual(days);
  });
});

const shortDeps: DayShortDeps = {
  carOf,
  journeysOf: (days, carId) =>
    Promise.resolve(
      days.map((day) => ({
        day,
        journeys:
          day === '2026-06-03' && carId !== 2
            ? [
                {
                  id: seeded.toWork,
                  cameraId: 1,
                  startedAt: 0,
                  endedAt: 1,
                  startZone: 'UTC',
                  name: null,
                  from: { position: leeds, name: null },
                  to: { position: otley, name: null },
                  distanceM: 1,
                  completeness: { captures: 4, archived: 4, waiting: 0, lost: 0, gone: 0 },
                  outline: [],
                },
              ]
            : [],
      })),
    ),
  mediaOf: () => Promise.resolve(new Map()),
};

async function shorts(days: string[], fields: ArchiveFilterFields = {}) {
  const found = await dayShorts(db, { days, filter: filterOf(fields) }, shortDeps);
  return dayShortSchema.array().parse(found);
}

describe('days in short', () => {
  test('tell journeys and the rest with pictures, kinds and when something was recorded', async () => {
    const [day, none] = await shorts(['2026-06-03', '2026-06-02']);
    expect(none).toBeUndefined();
    expect(day).toMatchObject({
      day: '2026-06-03',
      firstLocalStart: '2026-06-03T08:00:00',
      lastLocalStart: '2026-06-03T12:00:00',
      kinds: { normal: 4, parking: 1, event: 1, unclassified: 0 },
      others: { captures: 2 },
      found: null,
    });
    expect(day?.bars).toEqual([
      { fromMinute: 480, toMinute: 484, look: 'normal' },
      { fromMinute: 540, toMinute: 541, look: 'event' },
      { fromMinute: 720, toMinute: 721, look: 'parking' },
    ]);
    const [journey] = day!.journeys;
    expect(journey?.pictures.map((picture) => [picture.channel, picture.journeyId])).toEqual(
      Array.from({ length: 4 }, () => ['front', seeded.toWork]),
    );
    expect(day?.others.pictures).toHaveLength(2);
  });

  test('tell what is missing and what was deleted', async () => {
    const [missing, deleted] = await shorts(['2026-06-07', '2025-12-31']);
    expect(missing?.bars.map(({ look }) => look)).toEqual(['wanted', 'lost', 'normal']);
    expect(missing?.others).toMatchObject({ captures: 3, pictures: [{ channel: 'front' }] });
    expect(deleted).toMatchObject({ bars: [], others: { captures: 1, pictures: [] } });
  });

  test('tell under a filter of what passes alone', async () => {
    const [third, fifth] = await shorts(['2026-06-03', '2026-06-05', '2026-06-07'], { kinds: 'event' });
    expect(third).toMatchObject({
      journeys: [],
      found: { captures: 1, pictures: [{ channel: 'front' }] },
      kinds: { normal: 0, event: 1 },
    });
    expect(fifth).toMatchObject({ day: '2026-06-05', found: { captures: 1 } });
    const [kept] = await shorts(['2026-06-05'], { kept: 'yes' });
    expect(kept?.found).toMatchObject({ captures: 1, pictures: [{ channel: 'rear' }] });
    const [atWork] = await shorts(['2026-06-05'], { placeId: seeded.work });
    expect(atWork?.found?.captures).toBe(2);
    expect(await shorts(['2026-06-05'], { placeId: seeded.home })).toEqual([]);
  });
});

const nearest = async (local: string, cameraId?: number) => {
  const moment = await momentAt(db, { local, cameraId });
  return moment && [moment.day, new Date(moment.at).toISOString().slice(11, 19), moment.isWithin];
};

describe('the recording nearest to a time', () => {
  test.each([
    ['2026-06-03T08:02:30', ['2026-06-03', '08:02:30', true]],
    ['2026-06-03T08:30:00', ['2026-06-03', '08:04:00', false]],
    ['2026-06-03T11:00:00', ['2026-06-03', '12:00:00', false]],
    ['2026-06-06T10:00:00', ['2026-06-05', '17:02:00', false]],
    ['2026-06-30T10:00:00', ['2026-06-12', '09:01:00', false]],
    ['2020-01-01T10:00:00', ['2025-12-31', '23:00:00', false]],
  ] as const)('%s', async (local, expected) => expect(await nearest(local)).toEqual(expected));

  test('of one camera', async () => {
    expect(await nearest('2026-06-03T08:00:00', 2)).toEqual(['2026-06-03', '09:00:00', false]);
    expect(await nearest('2026-06-05T08:00:00', 2)).toEqual(['2026-06-03', '09:01:00', false]);
    expect(await nearest('2026-06-05T08:00:00', 3)).toBeNull();
  });

  test('names its journey, and the clip to show where there is one', async () => {
    expect(await momentAt(db, { local: '2026-06-03T08:00:30' })).toMatchObject({ journeyId: seeded.toWork });
    expect(await momentAt(db, { local: '2026-06-12T09:00:30' })).toMatchObject({
      clipId: null,
      journeyId: null,
    });
  });
});

describe('over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    await seed(app.app.db);
  });
  afterAll(() => app.close());

  test('a day, its journeys and the list have what passes a filter', async () => {
    const events = { day: '2026-06-05' };
    const { captures } = await app.call(routes.getDay, { params: events, query: { kinds: 'event' } });
    expect(captures.map(({ kind, clips }) => [kind, clips.length])).toEqual([['event', 2]]);
    const rear = await app.call(routes.getDayJourneys, { params: events, query: { channels: 'rear' } });
    expect(rear.captureIds).toHaveLength(2);
    expect(
      rear.items.flatMap((item) => item.captures.flatMap(({ clips }) => clips.map(({ channel }) => channel))),
    ).toEqual(['rear', 'rear']);
    const parked = await app.call(routes.getDayJourneys, {
      params: { day: '2026-06-03' },
      query: { position: 'unknown' },
    });
    expect(parked.items.map(({ kind }) => kind)).toEqual(['unplaced']);
    const { places } = await app.call(routes.listPlaces);
    const placeId = places.find(({ name }) => name === 'Work')!.id;
    const atWork = await app.call(routes.getDayJourneys, {
      params: { day: '2026-06-03' },
      query: { placeId, kinds: 'parking' },
    });
    expect(atWork.items.map(({ kind, captures: of }) => [kind, of.length])).toEqual([['stop', 1]]);
    const { days } = await app.call(routes.getCalendar, { query: { missing: 'yes' } });
    expect(days.map(({ day }) => day)).toEqual(['2026-06-12', '2026-06-08', '2026-06-07']);
    const short = await app.call(routes.listDayShorts, { query: { days: '2026-06-03,2026-06-07' } });
    expect(short.days.map(({ day, journeys }) => [day, journeys.length])).toEqual([
      ['2026-06-03', 1],
      ['2026-06-07', 0],
    ]);
    const { moment } = await app.call(routes.findMoment, { query: { local: '2026-06-03T08:02:30' } });
    expect(moment).toMatchObject({ day: '2026-06-03', isWithin: true });
  });

  test.each([
    '/api/calendar?kinds=lorry',
    '/api/calendar?year=12',
    '/api/archive/days?days=today',
    '/api/archive/days',
    '/api/moment?local=now',
    '/api/days/2026-06-05?channels=front;rear',
    '/api/places/search?q=x',
  ])('%s is refused', async (path) => {
    expect((await app.fetch(path)).status).toBe(400);
  });
});

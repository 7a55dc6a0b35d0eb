import Fastify from 'fastify';
import fc from 'fast-check';
import { sql } from 'kysely';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { captureView } from '../src/server/archive/clip-view.ts';
import { answerError } from '../src/server/http/answer-error.ts';
import { CameraRepository } from '../src/server/camera/camera-repository.ts';
import { JourneyEdits } from '../src/server/journeys/journey-edits.ts';
import { JourneyService } from '../src/server/journeys/journey-service.ts';
import { TrackRepository } from '../src/server/tracks/track-repository.ts';
import { capturesById, drivesAround } from '../src/server/retention/drives-reader.ts';
import { journeyRoutes } from '../src/server/journeys/journey-routes.ts';
import { dayJourneysSchema, journeySchema, type Journey } from '../src/shared/journeys.ts';
import { routeMapSchema } from '../src/shared/tracks.ts';
import {
  addClips,
  clipsOver,
  legs,
  minuteMs,
  munich,
  noon,
  pictureOf,
  plansOf,
  useJourneys,
  type HistoryClip,
} from './journey-history.ts';
import { addClip, timeParts } from './time-scenario.ts';

const hourMs = 60 * minuteMs;
const drive = (minutes: number, speed = 15) => ({ ms: minutes * minuteMs, speed });
const stand = (minutes: number) => ({ ms: minutes * minuteMs, speed: 0 });
type Journeys = Awaited<ReturnType<typeof useJourneys>>;

const journeysOf = ({ db }: Journeys) => db.selectFrom('journey').selectAll().orderBy('started_at').execute();
const stopsOf = ({ db }: Journeys) => db.selectFrom('stop').selectAll().orderBy('started_at').execute();
const minutesOf = (rows: readonly { started_at: number; ended_at: number }[], from = noon) =>
  rows.map((row) => [
    Math.round((row.started_at - from) / minuteMs),
    Math.round((row.ended_at - from) / minuteMs),
  ]);
const placesOf = async ({ db }: Journeys) =>
  (await db.selectFrom('capture').selectAll().orderBy('started_at').execute()).map((row) =>
    row.journey_id !== null ? 'journey' : row.stop_id !== null ? 'stop' : 'unplaced',
  );

/** Clips on the ledger, and everything derived. */
async function derived(clips: readonly HistoryClip[], options?: Parameters<typeof useJourneys>[0]) {
  const journeys = await useJourneys(options);
  await addClips(journeys.db, clips);
  await journeys.service.settle();
  return journeys;
}

describe('what a car did', () => {
  test('a drive, a stop of ten minutes and the drive home are two journeys with a stop between', async () => {
    const journeys = await derived(clipsOver(noon, 40, legs(noon, [drive(15), stand(10), drive(15, -15)])));
    const rows = await journeysOf(journeys);
    expect(minutesOf(rows)).toEqual([
      [0, 15],
      [25, 40],
    ]);
    for (const row of rows) {
      expect(Math.abs(row.distance_m - 13_500)).toBeLessThan(100);
      expect(row.top_speed_mps).toBeCloseTo(15, 1);
      expect(Math.abs(row.moving_ms - 15 * minuteMs)).toBeLessThan(20_000);
    }
    expect(await stopsOf(journeys)).toMatchObject([{ is_inferred: 0, is_open: 0 }]);
    expect((await placesOf(journeys)).includes('unplaced')).toBe(false);
  });

  test('waiting at lights for four minutes is a part of the journey, and a mark in it', async () => {
    const journeys = await derived(clipsOver(noon, 24, legs(noon, [drive(10), stand(4), drive(10)])));
    const [row, ...others] = await journeysOf(journeys);
    expect(others).toEqual([]);
    const marks = JSON.parse(row!.marks) as { kind: string; value: number }[];
    expect(marks.find(({ kind }) => kind === 'stop')?.value).toBeGreaterThan(200);
    expect(Math.abs(row!.moving_ms - 20 * minuteMs)).toBeLessThan(20_000);
  });

  test('a tunnel in which nothing knows where it is does not split a journey', async () => {
    const way = legs(noon, [drive(40)]);
    const tunnel: typeof way = (at) =>
      at > noon + 10 * minuteMs && at < noon + 25 * minuteMs ? null : way(at);
    const journeys = await derived(clipsOver(noon, 40, tunnel));
    const [row, ...others] = await journeysOf(journeys);
    expect(others).toEqual([]);
    expect(Math.abs(row!.distance_m - 36_000)).toBeLessThan(200);
    expect(await placesOf(journeys)).toEqual(Array.from({ length: 40 }, () => 'journey'));
  });

  test('a drive across midnight is one journey on both days', async () => {
    // In Munich it is an hour later than UTC.
    const start = Date.UTC(2026, 1, 2, 22, 40);
    const journeys = await derived(clipsOver(start, 40, legs(start, [drive(40)])));
    expect(await journeysOf(journeys)).toMatchObject([
      { local_day: '2026-02-02', last_local_day: '2026-02-03', start_zone: 'Europe/Berlin' },
    ]);
  });

  test('parked clips without positions take the place of the last fix; those before any fix are unplaced', async () => {
    const way = legs(noon, [drive(10)]);
    const journeys = await derived([
      ...clipsOver(noon - 3 * hourMs, 5, null, { kind: 'parking' }),
      ...clipsOver(noon, 10, way),
      ...clipsOver(noon + hourMs, 5, null, { kind: 'parking' }),
    ]);
    const [stop, ...others] = await stopsOf(journeys);
    expect(others).toEqual([]);
    expect(stop).toMatchObject({ is_inferred: 1, is_open: 1 });
    const [row] = await journeysOf(journeys);
    expect([stop!.latitude, stop!.longitude]).toEqual([row!.to_latitude, row!.to_longitude]);
    expect(await placesOf(journeys)).toEqual([
      ...Array.from({ length: 5 }, () => 'unplaced'),
      ...Array.from({ length: 10 }, () => 'journey'),
      ...Array.from({ length: 5 }, () => 'stop'),
    ]);
  });

  test('a night at one place is one stop, from the evening to the morning', async () => {
    const evening = legs(noon, [drive(10)]);
    const morning = legs(noon + 15 * hourMs, [drive(10, -15)], 10 * 60 * 15);
    const journeys = await derived([
      ...clipsOver(noon, 10, evening),
      ...clipsOver(noon + 15 * hourMs, 10, morning),
    ]);
    expect(minutesOf(await stopsOf(journeys))).toEqual([[10, 15 * 60]]);
  });

  test('padding shows footage before and after a journey, but never past parking footage', async () => {
    const way = legs(noon, [stand(10), drive(10), stand(10)]);
    const free = await derived(clipsOver(noon, 30, way));
    expect(await journeysOf(free)).toMatchObject([
      { shown_from: noon + 8 * minuteMs, shown_to: noon + 22 * minuteMs },
    ]);
    const parked = await derived([
      ...clipsOver(noon, 9, way, { kind: 'parking' }),
      ...clipsOver(noon + 9 * minuteMs, 21, way),
    ]);
    const [row] = await journeysOf(parked);
    expect(row!.shown_from).toBe(noon + 9 * minuteMs);
  });

  test('two cameras of one car make one journey without a zigzag; of two cars, two', async () => {
    const way = legs(noon, [drive(20)]);
    const aside: typeof way = (at) => ({ ...way(at)!, north: 12 });
    const clips = [
      ...clipsOver(noon, 20, way),
      ...clipsOver(noon, 20, aside, { cameraId: 2 }),
      ...clipsOver(noon, 20, aside, { channel: 'rear' }),
    ];
    const one = await derived(clips, { cameras: 2, vehicle: 'Volvo' });
    const [row, ...others] = await journeysOf(one);
    expect(others).toEqual([]);
    expect(row!.camera_id).toBe(1);
    expect(Math.abs(row!.distance_m - 18_000)).toBeLessThan(50);
    expect((await placesOf(one)).every((place) => place === 'journey')).toBe(true);
    expect(await journeysOf(await derived(clips, { cameras: 2 }))).toHaveLength(2);
  });

  test('a camera that joins a car brings its journeys into it, and takes them along when it leaves', async () => {
    const way = legs(noon, [drive(20)]);
    const clips = [...clipsOver(noon, 20, way), ...clipsOver(noon, 20, way, { cameraId: 2 })];
    const journeys = await derived(clips, { cameras: 2 });
    const apart = await pictureOf(journeys.db);
    for (const [vehicle, count] of [
      ['Volvo', 1],
      [null, 2],
    ] as const) {
      await journeys.db.updateTable('camera').set({ vehicle }).execute();
      await journeys.due.addAll(journeys.db, [1, 2]);
      await journeys.service.settle();
      expect(await journeysOf(journeys)).toHaveLength(count);
    }
    expect(await pictureOf(journeys.db)).toEqual(apart);
  });

  test('drives across the antimeridian and near the pole are as long as they are', async () => {
    for (const origin of [
      { latitude: -17, longitude: 179.95 },
      { latitude: 89.5, longitude: 10 },
    ]) {
      const journeys = await derived(clipsOver(noon, 20, legs(noon, [drive(20)]), { origin }));
      const [row, ...others] = await journeysOf(journeys);
      expect(others).toEqual([]);
      expect(Math.abs(row!.distance_m - 18_000)).toBeLessThan(200);
    }
  });

  test('100 samples a second and one in 100 seconds tell of the same drive', async () => {
    const way = legs(noon, [drive(30)]);
    for (const stepMs of [10, 100_000]) {
      const clips = clipsOver(noon, 6, way, { stepMs }).map((clip, index) => ({
        ...clip,
        at: noon + index * 5 * minuteMs,
        ms: 5 * minuteMs,
      }));
      const [row, ...others] = await journeysOf(await derived(clips));
      expect(others).toEqual([]);
      expect(Math.abs(row!.distance_m - 27_000)).toBeLessThan(1600);
    }
  });

  test('a camera that writes no speed, or always 0, still has journeys', async () => {
    const way = legs(noon, [drive(20)]);
    for (const speed of [0, null]) {
      const [row] = await journeysOf(await derived(clipsOver(noon, 20, (at) => ({ ...way(at)!, speed }))));
      expect(Math.abs(row!.distance_m - 18_000)).toBeLessThan(100);
      expect(row!.top_speed_mps).toBeCloseTo(15, 0);
    }
  });

  test('an emergency stop is marked; a single wrong speed is not', async () => {
    // From 20 m/s to nothing at 5 m/s².
    const brakeAt = noon + 10 * minuteMs;
    const way = (at: number) => {
      const ms = Math.max(0, Math.min(4000, at - brakeAt)) / 1000;
      const speed = at < brakeAt ? 20 : 20 - 5 * ms;
      const east = (Math.min(at, brakeAt) - noon) * 0.02 + 20 * ms - 2.5 * ms * ms;
      return { east, north: 0, speed: at === noon + 5 * minuteMs ? 60 : speed };
    };
    const [row] = await journeysOf(await derived(clipsOver(noon, 12, way)));
    const marks = JSON.parse(row!.marks) as { kind: string; at: number; value: number }[];
    const braking = marks.filter(({ kind }) => kind === 'braking');
    expect(braking).toHaveLength(1);
    expect(braking[0]!.value).toBeCloseTo(5, 0);
    expect(Math.abs(braking[0]!.at - brakeAt)).toBeLessThan(5000);
    expect(row!.top_speed_mps).toBeCloseTo(20, 1);
  });

  test('other settings derive other journeys, of all that is there', async () => {
    const journeys = await derived(clipsOver(noon, 24, legs(noon, [drive(10), stand(4), drive(10)])));
    expect(await journeysOf(journeys)).toHaveLength(1);
    journeys.settings.stopSeconds = 120;
    await journeys.service.settle();
    expect(await journeysOf(journeys)).toHaveLength(2);
  });
});

/** A random history of a car: drives, stands, pauses, parked clips with and without positions, tunnels. */
const history = fc
  .array(
    fc.record({
      kind: fc.constantFrom(
        'drive',
        'drive',
        'stand',
        'pause',
        'parked',
        'parkedGps',
        'blind',
        'elsewhere',
        'both',
        'sparse',
      ),
      minutes: fc.integer({ min: 1, max: 25 }),
      speed: fc.constantFrom(3, 10, -12, 25),
      factor: fc.constantFrom(1, 1, 3),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => {
    const clips: HistoryClip[] = [];
    let [at, east] = [noon, 0];
    for (const { kind, minutes: short, speed, factor } of parts) {
      const minutes = short * factor;
      const driven = legs(at, [drive(minutes, speed)], east);
      const stood = legs(at, [stand(minutes)], east);
      switch (kind) {
        case 'drive':
          clips.push(...clipsOver(at, minutes, driven));
          break;
        case 'both':
          clips.push(...clipsOver(at, minutes, driven));
          clips.push(...clipsOver(at + 700, minutes, driven, { cameraId: 2 }));
          break;
        case 'sparse':
          clips.push(...clipsOver(at, minutes, driven, { stepMs: 15_000, source: 'triage' }));
          break;
        case 'stand':
          clips.push(...clipsOver(at, minutes, stood));
          break;
        case 'blind':
          clips.push(...clipsOver(at, minutes, null));
          break;
        case 'parked':
          clips.push(...clipsOver(at, minutes, null, { kind: 'parking' }));
          break;
        case 'parkedGps':
          clips.push(...clipsOver(at, minutes, stood, { kind: 'parking' }));
          break;
        case 'elsewhere':
          east += 20_000;
          break;
        case 'pause':
          break;
      }
      if (['drive', 'both', 'sparse'].includes(kind)) east += minutes * 60 * speed;
      at += (kind === 'pause' ? minutes * 4 : minutes) * minuteMs;
    }
    return clips;
  });

const car = { cameras: 2, vehicle: 'Volvo' };

describe('journeys do not depend on how they came about', () => {
  const runs = { numRuns: Number(process.env.JOURNEY_RUNS ?? 6) };
  const order = fc.infiniteStream(fc.nat({ max: 1000 }));

  test('clips in any order, a few at a time, end in what is derived of all at once', async () => {
    await fc.assert(
      fc.asyncProperty(history, order, fc.integer({ min: 4, max: 48 }), async (clips, ranks, size) => {
        const once = await derived(clips, car);
        const shuffled = clips
          .map((clip) => ({ clip, rank: ranks.next().value as number }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ clip }) => clip);
        const stepwise = await useJourneys(car);
        for (let index = 0; index < shuffled.length; index += size) {
          await addClips(stepwise.db, shuffled.slice(index, index + size));
          await stepwise.service.settle();
        }
        expect(await pictureOf(stepwise.db)).toEqual(await pictureOf(once.db));
      }),
      runs,
    );
  }, 600_000);

  test('deleting all journeys and stops and deriving again gives the same, with all edits', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async (clips, pick) => {
        const journeys = await derived(clips, car);
        const { db, due, service } = journeys;
        const [first, second] = await journeysOf(journeys);
        if (first) await edit(journeys, first.id, 'describe');
        if (first && second && pick % 2 === 0) await edit(journeys, first.id, 'merge', second.id);
        else if (first) await edit(journeys, first.id, 'split');
        await service.settle();
        const before = await pictureOf(db);
        for (const table of ['journey', 'journey_box', 'stop', 'stop_box'] as const)
          await db.deleteFrom(table).execute();
        await db.updateTable('capture').set({ journey_id: null, stop_id: null }).execute();
        await due.addAll(db, [1, 2]);
        await service.settle();
        expect(await pictureOf(db)).toEqual(before);
      }),
      runs,
    );
  }, 600_000);
});

/** The routes over a database of clips. */
async function useRoutes(clips: readonly HistoryClip[], options?: Parameters<typeof useJourneys>[0]) {
  const journeys = await derived(clips, options);
  return { ...journeys, ...routesOver(journeys) };
}

function routesOver(journeys: Journeys) {
  const app = Fastify();
  onTestFinished(() => app.close());
  app.setErrorHandler(answerError);
  journeyRoutes(app, {
    ...journeys,
    clock: { now: () => noon },
    settings: () => journeys.settings,
    names: {
      namesOf: async (positions) =>
        positions.map(({ placeId = null }) =>
          placeId === null ? null : { name: `Place ${placeId}`, source: 'place', placeId },
        ),
    },
    captureViews: async (found) => found.map((one) => captureView(one)),
  });
  const ask = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => {
    const answer = await app.inject({ method, url, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json<unknown>() };
  };
  return { ask };
}

async function edit(journeys: Journeys, id: number, what: 'describe' | 'merge' | 'split', other = 0) {
  const { ask } = routesOver(journeys);
  const row = await journeys.db
    .selectFrom('journey')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const at = Math.floor((row.started_at + row.ended_at) / 2);
  const answers = {
    describe: () => ask('PATCH', `/api/journeys/${id}`, { name: 'To work', tag: 'business' }),
    merge: () => ask('POST', '/api/journeys/merge', { journeyIds: [id, other] }),
    split: () => ask('POST', `/api/journeys/${id}/split`, { at }),
  };
  expect((await answers[what]()).status).toBe(200);
}

const outAndHome = () => clipsOver(noon, 40, legs(noon, [drive(15), stand(10), drive(15, -15)]));

describe('what people change', () => {
  test('a name, a note and a tag stay, also when more clips come', async () => {
    const { ask, db, service, ...rest } = await useRoutes(outAndHome());
    const [row] = await journeysOf({ db, service, ...rest });
    const patched = await ask('PATCH', `/api/journeys/${row!.id}`, { name: 'To work', note: 'Rain' });
    expect(patched.body).toMatchObject({ name: 'To work', note: 'Rain', tag: null });
    await addClips(db, clipsOver(noon - 10 * minuteMs, 10, legs(noon - 10 * minuteMs, [drive(10)], -9000)));
    await service.settle();
    const body = journeySchema.parse((await ask('GET', `/api/journeys/${row!.id}`)).body);
    expect(body).toMatchObject({ name: 'To work', note: 'Rain' });
    expect(body.startedAt).toBe(noon - 10 * minuteMs);
    const cleared = await ask('PATCH', `/api/journeys/${row!.id}`, { name: null });
    expect(cleared.body).toMatchObject({ name: null, note: 'Rain' });
  });

  test('two journeys become one with the stop between, and two again when that is taken back', async () => {
    const { ask, db, ...rest } = await useRoutes(outAndHome());
    const ids = (await journeysOf({ db, ...rest })).map(({ id }) => id);
    const before = await pictureOf(db);
    const merged = await ask('POST', '/api/journeys/merge', { journeyIds: ids });
    expect(merged.status).toBe(200);
    const journey = journeySchema.parse(merged.body);
    expect(ids).toContain(journey.id);
    expect(journey).toMatchObject({ isEdited: true, startedAt: noon });
    expect(journey.completeness).toMatchObject({ captures: 40, archived: 40 });
    expect(await stopsOf({ db, ...rest })).toEqual([]);
    const undone = await ask('POST', `/api/journeys/${journey.id}/undo-edits`);
    expect((undone.body as { journeys: Journey[] }).journeys).toHaveLength(2);
    expect(await pictureOf(db)).toEqual(before);
  });

  test('what was said of a merged journey belongs to its first part when that is taken back, and to the whole again', async () => {
    const { ask, db, ...rest } = await useRoutes(outAndHome());
    const [first, second] = await journeysOf({ db, ...rest });
    const merge = async () => {
      const rows = await journeysOf({ db, ...rest });
      const answer = await ask('POST', '/api/journeys/merge', { journeyIds: rows.map(({ id }) => id) });
      return journeySchema.parse(answer.body);
    };
    const undo = async (id: number) =>
      (await ask('POST', `/api/journeys/${id}/undo-edits`)).body as { journeys: Journey[] };
    await ask('PATCH', `/api/journeys/${second!.id}`, { name: 'Home again' });
    const whole = await merge();
    expect(whole.name).toBe('Home again');
    await ask('PATCH', `/api/journeys/${whole.id}`, { name: 'Day out', note: 'Rain', tag: 'private' });
    const parts = (await undo(whole.id)).journeys;
    expect(parts).toMatchObject([
      { name: 'Day out', note: 'Rain', tag: 'private' },
      { name: 'Home again', note: null, tag: null },
    ]);
    expect(await merge()).toMatchObject({ name: 'Day out', note: 'Rain', tag: 'private' });
    expect([first!.id, second!.id]).toContain(whole.id);
  });

  test('a journey that was merged away is found by a moment of it, but not among those of several cars', async () => {
    const { ask, db, ...rest } = await useRoutes(
      [...outAndHome(), ...clipsOver(noon + 30 * minuteMs, 10, legs(noon, [drive(60)]), { cameraId: 2 })],
      { cameras: 2 },
    );
    const own = (await journeysOf({ db, ...rest })).filter((row) => row.camera_id === 1);
    const ids = own.map(({ id }) => id);
    const { id } = journeySchema.parse((await ask('POST', '/api/journeys/merge', { journeyIds: ids })).body);
    const gone = ids.find((each) => each !== id)!;
    const at = (minutes: number) => ask('GET', `/api/journeys/${gone}?at=${noon + minutes * minuteMs}`);
    expect(await ask('GET', `/api/journeys/${gone}`)).toMatchObject({ status: 404 });
    expect(await at(10)).toMatchObject({ status: 200, body: { id } });
    expect(await at(35)).toMatchObject({ status: 404 });
    expect(await at(-600)).toMatchObject({ status: 404 });
    expect(await ask('GET', `/api/journeys/${gone}?at=`)).toMatchObject({ status: 400 });
    expect(await ask('GET', `/api/journeys/${id}?at=0`)).toMatchObject({ status: 200, body: { id } });
  });

  test('a journey is split where they say, and merging the parts takes the split back', async () => {
    const { ask, db, ...rest } = await useRoutes(clipsOver(noon, 30, legs(noon, [drive(30)])));
    const before = await pictureOf(db);
    const [row] = await journeysOf({ db, ...rest });
    const at = noon + 12 * minuteMs;
    const { body } = await ask('POST', `/api/journeys/${row!.id}/split`, { at });
    const parts = (body as { journeys: Journey[] }).journeys;
    expect(parts.map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([
      [noon, at],
      [at, row!.ended_at],
    ]);
    await ask('POST', '/api/journeys/merge', { journeyIds: parts.map(({ id }) => id) });
    expect(await pictureOf(db)).toEqual(before);
  });

  test('what cannot be done is refused in words', async () => {
    const { ask, db, ...rest } = await useRoutes(
      [
        ...clipsOver(noon, 60, legs(noon, [drive(10), stand(10), drive(10), stand(10), drive(20)])),
        ...clipsOver(noon, 20, legs(noon, [drive(20)]), { cameraId: 2 }),
      ],
      { cameras: 2 },
    );
    const rows = await journeysOf({ db, ...rest });
    const [a, , c] = rows.filter((row) => row.camera_id === 1);
    const other = rows.find((row) => row.camera_id === 2);
    const merge = (journeyIds: number[]) => ask('POST', '/api/journeys/merge', { journeyIds });
    expect(await merge([a!.id, c!.id])).toMatchObject({ status: 409 });
    expect(await merge([a!.id, other!.id])).toMatchObject({ status: 409 });
    expect(await merge([a!.id, 9999])).toMatchObject({ status: 404 });
    expect(await merge([a!.id, a!.id])).toMatchObject({ status: 400 });
    expect(await ask('POST', `/api/journeys/${a!.id}/split`, { at: a!.ended_at })).toMatchObject({
      status: 400,
    });
    expect(await ask('GET', '/api/journeys/9999')).toMatchObject({ status: 404 });
  });
});

test('a journey is named by the places of the stops at its ends', async () => {
  const { ask, db, ...rest } = await useRoutes(outAndHome());
  await db.updateTable('stop').set({ place_id: 7 }).execute();
  const [out, home] = await journeysOf({ db, ...rest });
  const ends = async (row: typeof out) => {
    const { from, to } = journeySchema.parse((await ask('GET', `/api/journeys/${row!.id}`)).body);
    return [from.name?.name ?? null, to.name?.name ?? null];
  };
  expect([await ends(out), await ends(home)]).toEqual([
    [null, 'Place 7'],
    ['Place 7', null],
  ]);
});

test('an empty number in an address is refused in words, not taken for zero', async () => {
  const { ask } = await useRoutes([]);
  for (const query of [
    'west=&south=48&east=&north=49',
    'west=11&south=48&east=12&north=49&zoom=',
    'west=11&south=48&east=12&north=49&from=',
  ]) {
    const { status, body } = await ask('GET', `/api/map?${query}`);
    expect([query, status]).toEqual([query, 400]);
    expect(JSON.stringify(body)).toContain('Give a number here.');
  }
});

describe('what a day shows', () => {
  test('every capture of a day is in one item, also without positions', async () => {
    const { ask } = await useRoutes([
      ...clipsOver(noon - 3 * hourMs, 5, null, { kind: 'parking', state: 'waiting' }),
      ...outAndHome(),
      ...clipsOver(noon + 3 * hourMs, 5, null, { state: 'lost' }),
    ]);
    const day = dayJourneysSchema.parse((await ask('GET', '/api/days/2026-02-02/journeys')).body);
    const inItems = day.items.flatMap(({ captures }) => captures.map(({ id }) => id));
    expect(day.captureIds.toSorted((a, b) => a - b)).toEqual(inItems.toSorted((a, b) => a - b));
    expect(day.items.map(({ kind }) => kind)).toEqual([
      'unplaced',
      'journey',
      'stop',
      'journey',
      'stop',
      'unplaced',
    ]);
    expect(day.items.flatMap(({ captures }) => captures)).toHaveLength(50);
    expect(day.isPending).toBe(false);
  });

  test('lines of a day and of a box are cut at the antimeridian, and the extent goes across it', async () => {
    const { ask } = await useRoutes(
      clipsOver(noon, 30, legs(noon, [drive(30)]), { origin: { latitude: -17, longitude: 179.9 } }),
    );
    // There it is thirteen hours later.
    const map = routeMapSchema.parse((await ask('GET', '/api/days/2026-02-03/map?zoom=12')).body);
    expect(map.features[0]!.geometry.type).toBe('MultiLineString');
    const { body } = await ask('GET', '/api/map/extent');
    const { box } = body as { box: { west: number; east: number } };
    expect(box.west).toBeGreaterThan(box.east);
    for (const zoom of [6, 14]) {
      const found = await ask('GET', `/api/map?west=179&east=-179&south=-18&north=-16&zoom=${zoom}`);
      expect(found.body).toMatchObject({ journeys: 1, isPartial: false });
      expect(routeMapSchema.parse(found.body).features).toHaveLength(1);
    }
  });

  test('the map of a box has its journeys alone, from afar and from near', async () => {
    const { ask } = await useRoutes(outAndHome());
    const { latitude, longitude } = munich;
    const box = (east: number) =>
      `west=${longitude + east}&east=${longitude + east + 0.1}&south=${latitude - 0.1}&north=${latitude + 0.1}`;
    for (const zoom of [5, 15]) {
      expect((await ask('GET', `/api/map?${box(0)}&zoom=${zoom}`)).body).toMatchObject({ journeys: 2 });
      expect((await ask('GET', `/api/map?${box(2)}&zoom=${zoom}`)).body).toMatchObject({ journeys: 0 });
      const later = await ask('GET', `/api/map?${box(0)}&zoom=${zoom}&from=${noon + 20 * minuteMs}`);
      expect(later.body).toMatchObject({ journeys: 1 });
    }
  });

  test('days have their journeys in short, with a sketch of at most 60 points', async () => {
    const { ask } = await useRoutes(outAndHome());
    const { body } = await ask('GET', '/api/journeys/days?limit=1');
    const { days } = body as { days: { day: string; journeys: { outline: number[][] }[] }[] };
    expect(days.map(({ day, journeys }) => [day, journeys.length])).toEqual([['2026-02-02', 2]]);
    for (const { outline } of days[0]!.journeys) {
      expect(outline.length).toBeGreaterThan(1);
      expect(outline.length).toBeLessThanOrEqual(60);
    }
  });

  test('a journey has all its points, by clip', async () => {
    const { ask, db, ...rest } = await useRoutes(outAndHome());
    const [row] = await journeysOf({ db, ...rest });
    const { body } = await ask('GET', `/api/journeys/${row!.id}/track`);
    const { parts } = body as { parts: { points: number[][] }[] };
    expect(parts.length).toBeGreaterThanOrEqual(15);
    expect(parts.flatMap(({ points }) => points).length).toBeGreaterThan(890);
  });
});

test('deriving, and every page of journeys, goes by index and never through a whole table', async () => {
  const statements = new Set<string>();
  const { ask, db, ...rest } = await useRoutes(outAndHome(), { statements });
  await addClips(db, clipsOver(noon + 2 * hourMs, 5, null, { kind: 'parking' }));
  await rest.service.settle();
  // What follows the rules goes through everything, once.
  statements.clear();
  await addClips(db, clipsOver(noon + 3 * hourMs, 20, legs(noon + 3 * hourMs, [drive(20)])));
  await rest.service.settle();
  const ids = (await journeysOf({ db, ...rest })).map(({ id }) => id);
  statements.clear();
  await rest.due.add(db, 1, noon, noon + minuteMs);
  await rest.service.settle();
  for (const path of [
    '/api/days/2026-02-02/journeys',
    '/api/days/2026-02-02/map?zoom=12',
    '/api/journeys/days',
    '/api/map?west=11&east=12&south=48&north=49&zoom=5',
    '/api/map?west=11&east=12&south=48&north=49&zoom=15',
    '/api/map/extent',
    `/api/journeys/${ids[0]}`,
    `/api/journeys/${ids[0]}?at=${noon}`,
    `/api/journeys/${ids[0]}/track`,
  ])
    expect(await ask('GET', path)).toMatchObject({ status: 200 });
  await ask('PATCH', `/api/journeys/${ids[0]}`, { name: 'x' });
  await ask('POST', '/api/journeys/merge', { journeyIds: ids.slice(0, 2) });
  await ask('GET', `/api/journeys/${ids[1]}?at=${noon}`);
  await ask('POST', `/api/journeys/${ids[0]}/undo-edits`);
  await ask('POST', `/api/journeys/${ids[0]}/split`, { at: noon + 5 * minuteMs });
  const large = /^SCAN "?(clip|capture|track|journey|stop|journey_edit|journey_due)\b(?!_)/;
  // In the order of its days or its times: it ends when the page is full, or with a row for each camera.
  const paged = /USING (COVERING )?INDEX (journey_by_day|journey_due_by_time)\b/;
  const plans = await plansOf(db, statements);
  expect(plans.size).toBeGreaterThan(30);
  const bad = [...plans].filter(([, plan]) => plan.some((step) => large.test(step) && !paged.test(step)));
  expect(bad).toEqual([]);
});

test('a whole drive is a journey where there is one: a pause of 20 minutes does not end it', async () => {
  const way = legs(noon, [drive(60)]);
  const clips = [...clipsOver(noon, 20, way), ...clipsOver(noon + 40 * minuteMs, 20, way)];
  const { db, service } = await useJourneys();
  const ids = await addClips(db, clips);
  const drivesOf = async () =>
    (await drivesAround(db, await capturesById(db, ids.slice(0, 1)), new AbortController().signal)).map(
      (captures) => captures.length,
    );
  expect(await drivesOf()).toEqual([20]);
  await service.settle();
  expect(await drivesOf()).toEqual([40]);
});

test('what was said of drives goes with them when the clock of their camera turns out to be another', async () => {
  const { db, due, events, service } = await useJourneys();
  const time = timeParts(db, 'UTC');
  const edits = new JourneyEdits({ db, clock: { now: () => noon }, events, due, service });
  const tracks = new TrackRepository({ onTracks: (trx, ids) => time.keeper.onTracks(trx, ids) });
  // Records of the camera's own time, and a drive every two hours.
  for (const hour of ['08', '10', '12', '14'])
    for (let minute = 0; minute < 12; minute++) {
      const name = `2026-07-15T${hour}:${String(minute).padStart(2, '0')}:00`;
      const clip = await addClip(time, 1, name);
      const samples = Array.from({ length: 60 }, (_, second) => ({
        offsetMs: second * 1000,
        clockMs: Date.parse(`${name}Z`) + second * 1000,
        isFix: true,
        latitude: 52 + Number(hour) / 10 + (minute * 60 + second) * 0.0001,
        longitude: -0.1,
        speedMps: 11,
        courseDegrees: 0,
        flaw: null,
      }));
      await db
        .transaction()
        .execute((trx) => tracks.put(trx, { clip: { id: clip.id }, source: 'file', readAt: noon, samples }));
    }
  const settled = async () => {
    await time.drain();
    await due.addAll(db, [1]);
    await service.settle();
    const rows = await db.selectFrom('journey').selectAll().orderBy('started_at').execute();
    return rows.map((row) => ({
      hours: [row.started_at, row.ended_at].map((at) => new Date(at).getUTCHours()),
      from: Number(row.from_latitude.toFixed(1)),
      name: row.name,
      isEdited: row.is_edited,
    }));
  };
  await settled();
  const [first, second, third, fourth] = await db
    .selectFrom('journey')
    .selectAll()
    .orderBy('started_at')
    .execute();
  await edits.describe(first!.id, { name: 'Client' });
  await edits.merge([second!.id, third!.id]);
  await edits.split(fourth!.id, fourth!.started_at + 5 * minuteMs);
  const before = await settled();
  const hour = before[0]!.hours[0]!;
  expect(before).toEqual([
    { hours: [hour, hour], from: 52.8, name: 'Client', isEdited: 0 },
    { hours: [hour + 2, hour + 4], from: 53, name: null, isEdited: 1 },
    { hours: [hour + 6, hour + 6], from: 53.4, name: null, isEdited: 1 },
    { hours: [hour + 6, hour + 6], from: 53.4, name: null, isEdited: 1 },
  ]);
  const moveTo = async (zone: string) => {
    await time.clocks.update(1, { zone, gpsClock: 'local' });
    return settled();
  };
  const at = (first: number) =>
    before.map((row) => ({ ...row, hours: row.hours.map((one) => one - hour + first) }));
  expect(await moveTo('UTC+03:00')).toEqual(at(5));
  expect(await moveTo('UTC+05:00')).toEqual(at(3));
});

test('when the first camera of a car is removed, its journeys, and what was said of them, are those of the next', async () => {
  const way = legs(noon, [drive(15), stand(10), drive(15, -15)]);
  const clips = clipsOver(noon, 40, way).map((clip) => ({ ...clip, cameraId: 2 }));
  const { db, service, due, events, ...rest } = await derived(clips, { cameras: 2, vehicle: 'Volvo' });
  const journeys = { db, service, due, events, ...rest };
  const [before] = await journeysOf(journeys);
  const edits = new JourneyEdits({ db, clock: { now: () => noon }, events, due, service });
  await edits.describe(before!.id, { name: 'Out' });
  expect(before!.camera_id).toBe(1);
  const ids = (await journeysOf(journeys)).map(({ id }) => id);
  await new CameraRepository().remove(db, 1);
  // Derived by other rules, so that no row is left as it was.
  rest.settings.journeyPaddingSeconds += 30;
  await service.settle();
  const rows = await journeysOf(journeys);
  expect(rows.map(({ id, camera_id: cameraId, name }) => [id, cameraId, name])).toEqual([
    [ids[0], 2, 'Out'],
    [ids[1], 2, null],
  ]);
  for (const table of ['journey_box', 'stop', 'stop_box', 'journey_edit'] as const)
    expect(
      new Set((await db.selectFrom(table).select('camera_id').execute()).map((row) => row.camera_id)),
    ).toEqual(new Set([2]));
  expect(await service.isPending()).toBe(false);
});

/** A drive, ten minutes at a place, and another, on each of three days. */
const threeDays = () =>
  [0, 1, 2].flatMap((day) => {
    const start = noon + day * 24 * hourMs;
    return clipsOver(start, 40, legs(start, [drive(15), stand(10), drive(15, -15)]));
  });

test('a stretch that cannot be derived keeps no other from it, and is tried again later', async () => {
  const { db, due, events, settings } = await useJourneys();
  const pace = { gatherMs: 1, lookMs: 60_000, retryMs: 60_000, asideMs: 300 };
  const service = new JourneyService({
    db,
    events,
    log: pino({ level: 'silent' }),
    due,
    settings: () => settings,
    assignPlaces: async () => undefined,
    pace,
  });
  const daysOf = async () => [
    ...new Set(
      (await db.selectFrom('journey').select('local_day').orderBy('local_day').execute()).map(
        (row) => row.local_day,
      ),
    ),
  ];
  await sql`create trigger broken before insert on journey when new.local_day = '2026-02-04'
    begin select raise(abort, 'broken'); end`.execute(db);
  await addClips(db, threeDays());
  await service.settle();
  expect(await daysOf()).toEqual(['2026-02-02', '2026-02-03']);
  expect(await service.isPending()).toBe(true);
  await sql`drop trigger broken`.execute(db);
  service.start();
  await vi.waitFor(async () => expect(await daysOf()).toHaveLength(3), { timeout: 10_000 });
  await service.stop();
  expect(await service.isPending()).toBe(false);
});

test('rules that are changed and set back while journeys are derived leave none derived by them', async () => {
  const { db, events, service, settings, ...rest } = await useJourneys();
  const { stopSeconds } = settings;
  let seen = 0;
  events.on('journeys.changed', () => {
    seen += 1;
    settings.stopSeconds = seen === 1 ? 1200 : stopSeconds;
  });
  await addClips(db, threeDays());
  await service.settle();
  await service.settle();
  expect(seen).toBeGreaterThan(2);
  expect(await journeysOf({ db, events, service, settings, ...rest })).toHaveLength(6);
});

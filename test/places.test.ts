import { expect, onTestFinished, test, vi } from 'vitest';
import { Gazetteer } from '../src/server/places/gazetteer.ts';
import { PlaceNames } from '../src/server/places/place-names.ts';
import { PlaceService } from '../src/server/places/place-service.ts';
import type { PlaceInput } from '../src/shared/places.ts';
import { sql } from 'kysely';
import { buildV2SettingsPlan } from '../src/server/settings/v2-settings-plan.ts';
import { takeOverPlaces } from '../src/server/startup/take-over-places.ts';
import { addCamera, addStop, kent, usePlacesWorld, type PlacesWorld } from './places-seed.ts';
import { dayMs, hourMs } from './places-times.ts';

const noon = Date.UTC(2026, 4, 1, 12);

function serviceOf(world: PlacesWorld) {
  const changes: string[] = [];
  world.events.on('places.changed', () => void changes.push('event'));
  const gazetteer = new Gazetteer({ log: world.log, file: '/nowhere' });
  const names = new PlaceNames({ ...world, gazetteer, geocoder: { want: () => undefined } });
  const service = new PlaceService({ ...world, names, onPlacesChanged: () => void changes.push('port') });
  onTestFinished(() => service.stop());
  return { service, names, changes };
}

async function usePlaces() {
  const world = await usePlacesWorld();
  const parts = serviceOf(world);
  parts.service.start();
  return { ...world, ...parts };
}

const input = (name: string, north: number, more: Partial<PlaceInput> = {}): PlaceInput => ({
  name,
  ...kent(north),
  radiusM: 75,
  isHome: false,
  skipParked: false,
  isHidden: false,
  ...more,
});

const placesOfStops = async ({ db }: Pick<PlacesWorld, 'db'>) =>
  (await db.selectFrom('stop').select('place_id').orderBy('id').execute()).map((row) => row.place_id);

test('a new place takes the stops that are there, and says how many', async () => {
  const { db, service, changes } = await usePlaces();
  for (const [day, north] of [0, 40, 400, 60].entries())
    await addStop(db, { at: noon + day * dayMs, position: kent(north) });
  const { id, stops } = await service.add(input('Home', 0, { isHome: true }));
  expect(stops).toBe(0);
  await service.idle();
  expect(await placesOfStops({ db })).toEqual([id, id, null, id]);
  expect(await service.list()).toMatchObject({
    places: [{ id, name: 'Home', isHome: true, stops: 3, lastStopAt: noon + 3 * dayMs }],
  });
  expect(changes).toEqual(['event', 'port', 'event']);
});

test('a place that moves, grows or goes lets go of its stops, and another one has them', async () => {
  const { db, service } = await usePlaces();
  for (const north of [0, 300, 600]) await addStop(db, { at: noon + north * hourMs, position: kent(north) });
  const large = await service.add(input('Village', 300, { radiusM: 400 }));
  const small = await service.add(input('Home', 0));
  await service.idle();
  expect(await placesOfStops({ db })).toEqual([small.id, large.id, large.id]);
  await service.update(small.id, { ...kent(600) });
  await service.idle();
  expect(await placesOfStops({ db })).toEqual([large.id, large.id, small.id]);
  await service.update(large.id, { radiusM: 50 });
  await service.idle();
  expect(await placesOfStops({ db })).toEqual([null, large.id, small.id]);
  await service.remove(small.id);
  await service.idle();
  expect(await placesOfStops({ db })).toEqual([null, large.id, null]);
});

test('a receiver that wanders does not take a parked car away from home, and a drive elsewhere does', async () => {
  const { db, service } = await usePlaces();
  const { id } = await service.add(input('Home', 0));
  await service.idle();
  const stops: number[] = [];
  for (const [hour, north] of [100, 0, 100, 135, 900, 100].entries())
    stops.push(await addStop(db, { at: noon + hour * hourMs, position: kent(north) }));
  // Of another car, which was never there.
  stops.push(await addStop(db, { at: noon + 90 * 60_000, position: kent(100), cameraId: 2 }));
  await db.transaction().execute((trx) => service.assignPlaces(trx, stops));
  expect(await placesOfStops({ db })).toEqual([null, id, id, id, null, null, null]);
});

test('a stop that comes in between changes the ones after it', async () => {
  const { db, service } = await usePlaces();
  const { id } = await service.add(input('Home', 0));
  await service.idle();
  const add = async (hour: number, north: number) => {
    const stop = await addStop(db, { at: noon + hour * hourMs, position: kent(north) });
    return db.transaction().execute((trx) => service.assignPlaces(trx, [stop]));
  };
  await add(0, 0);
  await add(48, 100);
  await add(72, 110);
  expect(await placesOfStops({ db })).toEqual([id, id, id]);
  expect(await add(24, 900)).toEqual(['2026-05-03', '2026-05-04']);
  expect(await placesOfStops({ db })).toEqual([id, null, null, null]);
});

test('there is one home at most, and a name is there once whatever its case', async () => {
  const { service } = await usePlaces();
  const first = await service.add(input('Zuhause', 0, { isHome: true }));
  const second = await service.add(input('ÉCOLE', 500, { isHome: true }));
  expect((await service.list()).places.map(({ id, isHome }) => [id, isHome])).toEqual([
    [second.id, true],
    [first.id, false],
  ]);
  await expect(service.add(input(' école', 900))).rejects.toMatchObject({ code: 'conflict' });
  await expect(service.update(first.id, { name: 'école' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(service.update(first.id, { name: 'ZUHAUSE' })).resolves.toMatchObject({ name: 'ZUHAUSE' });
  await expect(service.update(99, {})).rejects.toMatchObject({ code: 'not_found' });
  await expect(service.remove(99)).rejects.toMatchObject({ code: 'not_found' });
});

test('a start finishes what another one was cut off in', async () => {
  const world = await usePlacesWorld();
  const { db } = world;
  for (let day = 0; day < 700; day++) await addStop(db, { at: noon + day * hourMs, position: kent(0) });
  const first = serviceOf(world);
  // Never started: as if it was killed right after the place was stored.
  const { id } = await first.service.add(input('Home', 0));
  await first.service.stop();
  await db.updateTable('stop').set({ place_id: null }).execute();
  const due = JSON.stringify([{ no: 1, placeId: id, boxes: [{ west: 0.8, east: 1, south: 51, north: 52 }] }]);
  await db
    .insertInto('app_state')
    .values({ key: 'places.due', value: due })
    .onConflict((c) => c.column('key').doUpdateSet({ value: due }))
    .execute();
  const second = serviceOf(world);
  second.service.start();
  await second.service.idle();
  expect(new Set(await placesOfStops({ db }))).toEqual(new Set([id]));
  expect(second.changes).toContain('port');
  expect(await db.selectFrom('app_state').select('value').where('key', '=', 'places.due').execute()).toEqual([
    { value: '[]' },
  ]);
});

test('where the car often stops is suggested, home by its nights, until it is named', async () => {
  const { db, service, clock, events } = await usePlaces();
  for (let day = 0; day < 5; day++) {
    await addStop(db, { at: noon + day * dayMs, position: kent(2000), ms: 8 * hourMs });
    await addStop(db, { at: noon + day * dayMs + 9 * hourMs, position: kent(10 * day), ms: 12 * hourMs });
  }
  const { suggestions } = await service.list();
  expect(suggestions.map(({ stops, isLikelyHome, name }) => [stops, isLikelyHome, name])).toEqual([
    [5, true, null],
    [5, false, null],
  ]);
  const [home] = suggestions;
  await service.add(input('Home', 0, { isHome: true, latitude: home!.latitude, longitude: home!.longitude }));
  await service.idle();
  expect((await service.list()).suggestions).toMatchObject([{ stops: 5, isLikelyHome: false }]);
  // What comes in is counted when somebody looks, not within the request.
  for (let day = 5; day < 8; day++) await addStop(db, { at: noon + day * dayMs, position: kent(2000) });
  clock.at += hourMs;
  events.emit('journeys.changed', { localDays: [] });
  await vi.waitFor(async () => expect((await service.list()).suggestions).toMatchObject([{ stops: 8 }]));
});

test('places of the existing system come in once, and no second home with them', async () => {
  const { db, service } = await usePlaces();
  const own = await service.add(input('Home', 0, { isHome: true }));
  const count = await db
    .transaction()
    .execute((trx) =>
      service.adopt(trx, [input('HOME', 5, { isHome: true }), input('Work', 900, { isHome: true })], 1),
    );
  expect(count).toBe(1);
  expect((await service.list()).places.map(({ id, name, isHome }) => [id, name, isHome])).toEqual([
    [own.id, 'Home', true],
    [own.id + 1, 'Work', false],
  ]);
});

test('places and triage of the existing system are put into the database once, whenever its settings were read', async () => {
  const { db, service } = await usePlaces();
  await addCamera(db, 1);
  const takeOver = (values: Record<string, unknown>) =>
    takeOverPlaces({
      db,
      adoption: {
        plan: buildV2SettingsPlan({
          source: 'config.json',
          values: new Map(Object.entries(values)),
          isDamaged: false,
        }),
        source: 'config.json',
        report: { generation: 'v2', copy: null, lines: [], aside: [], warnings: [], tookMs: 0 },
        isNew: false,
      },
      camera: null,
      now: noon,
      adoptPlaces: (trx, places, at) => service.adopt(trx, places, at),
    });
  const LOCATIONS = [
    { name: 'Home', lat: 51.2, lon: 0.9, radius_m: 40, is_home: true, exclude_recordings: true },
  ];
  await takeOver({});
  await takeOver({ LOCATIONS, PRIMARY_GPS_TRIAGE: true });
  const { places } = await service.list();
  expect(places).toMatchObject([{ name: 'Home', radiusM: 40, isHome: true, skipParked: true }]);
  expect(await db.selectFrom('camera').select(['main_triage', 'alternative_triage']).execute()).toEqual([
    { main_triage: 1, alternative_triage: 0 },
  ]);
  expect(await db.selectFrom('adoption').select('report').execute()).toMatchObject([
    { report: expect.stringContaining('"places","count":1') as string },
  ]);
  await service.remove(places[0]!.id);
  await db.updateTable('camera').set({ alternative_triage: 1 }).execute();
  await takeOver({ LOCATIONS, PRIMARY_GPS_TRIAGE: true });
  expect((await service.list()).places).toEqual([]);
  expect(await db.selectFrom('camera').select('alternative_triage').execute()).toEqual([
    { alternative_triage: 1 },
  ]);
});

test('every question by stop, place, cell or track goes by an index', async () => {
  const { db, service, names } = await usePlaces();
  const plans: string[] = [];
  const compiled = [
    db.selectFrom('stop').select('id').where('place_id', '=', 1),
    db
      .selectFrom('stop')
      .select('place_id')
      .where('camera_id', '=', 1)
      .where('started_at', '<', 1)
      .orderBy('started_at', 'desc')
      .limit(1),
    db
      .selectFrom('geocode')
      .select('label')
      .where(sql<boolean>`(lat_e3, lon_e3) in (select value ->> 0, value ->> 1 from json_each(${'[]'}))`),
    db
      .selectFrom('track')
      .select('clip_id')
      .where('camera_id', '=', 1)
      .where('started_at', '<', 1)
      .orderBy('started_at', 'desc'),
  ].map((query) => query.compile());
  for (const query of compiled) {
    const { rows } = await sql<{
      detail: string;
    }>`explain query plan ${sql.raw(query.sql.replaceAll('?', '1'))}`.execute(db);
    plans.push(rows.map(({ detail }) => detail).join('; '));
  }
  expect(plans.map((plan) => /USING (?:COVERING )?INDEX (\w+)/.exec(plan)?.[1])).toEqual([
    'stop_by_place',
    'stop_by_start',
    'sqlite_autoindex_geocode_1',
    'track_by_start',
  ]);
  expect(plans.join()).not.toMatch(/SCAN (stop|geocode|track)|TEMP B-TREE/);
  expect(await names.namesOf([])).toEqual([]);
  expect(await service.list()).toEqual({ places: [], suggestions: [] });
});

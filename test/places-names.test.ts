import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { buildGazetteer, packTowns } from '../scripts/build-gazetteer.mjs';
import { Gazetteer } from '../src/server/places/gazetteer.ts';
import { GeocodeService, type GeocodePace } from '../src/server/places/geocode-service.ts';
import { PlaceNames } from '../src/server/places/place-names.ts';
import type { Position } from '../src/shared/tracks.ts';
import { kent, usePlacesWorld } from './places-seed.ts';
import { dayMs } from './places-times.ts';

const towns = [
  { name: 'Ashford', latitude: 51.2, longitude: 0.9 },
  { name: 'Suva', latitude: -17, longitude: -179.99 },
  { name: 'Tromsø', latitude: 89.99, longitude: 20 },
];

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const json =
  (body: unknown): Answer =>
  (_, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
const street = (road: string) => json({ address: { road, town: 'Ashford' } });
const hang: Answer = () => undefined;
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end('no');

/** A geocoder that gives the answers in their order, the last one again and again. */
async function useGeocoder(...answers: Answer[]) {
  const requests: { url: URL; headers: IncomingMessage['headers'] }[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const server = createServer((request, response) => {
    requests.push({ url: new URL(request.url ?? '', 'http://x'), headers: request.headers });
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    response.on('close', () => atOnce--);
    (answers[requests.length - 1] ?? answers.at(-1))?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}`, mostAtOnce: () => mostAtOnce };
}

async function useNames(pace: Partial<GeocodePace> = {}) {
  const world = await usePlacesWorld();
  const file = join(world.folder, 'towns.bin');
  await writeFile(file, packTowns(towns));
  const problems: string[] = [];
  const geocoder = new GeocodeService({
    ...world,
    version: '3.1',
    problems: {
      raise: ({ message }) => Promise.resolve(void problems.push(message)),
      end: (key) => Promise.resolve(void problems.push(`end of ${key}`)),
    },
    pace: { ownMs: 1, tellMs: 1, backOffMs: () => 1, ...pace },
  });
  geocoder.start();
  onTestFinished(() => geocoder.stop());
  const gazetteer = new Gazetteer({ log: world.log, file });
  const names = new PlaceNames({ ...world, gazetteer, geocoder });
  let told = 0;
  world.events.on('places.changed', () => void told++);
  const nameOf = async (position: Position) => (await names.namesOf([position]))[0]?.name ?? null;
  const rows = () => world.db.selectFrom('geocode').selectAll().orderBy('lat_e3').execute();
  return { ...world, geocoder, names, nameOf, rows, problems, told: () => told };
}

const here = kent(0);

test('as long as nobody agreed, no server hears of anything, and names are towns', async () => {
  const server = await useGeocoder(street('High Street'));
  const { nameOf, set, rows } = await useNames();
  set({ geocoderUrl: server.url, geocoderContact: 'me@example.org' });
  expect(await nameOf(here)).toBe('Ashford');
  set({ geocoder: 'nominatim' });
  expect(await nameOf(here)).toBe('Ashford');
  await vi.waitFor(async () => expect(await nameOf(here)).toBe('High Street, Ashford'));
  expect(server.requests.length).toBe(1);
  set({ geocoder: 'off' });
  await nameOf(kent(5000));
  // What was fetched stays known.
  expect(await nameOf(here)).toBe('High Street, Ashford');
  expect(server.requests.length).toBe(1);
  expect(await rows()).toMatchObject([
    { lat_e3: 51_200, lon_e3: 900, source: 'nominatim', language: 'local' },
  ]);
});

test('the page does not wait: names come in the background, one request after the other, and are told', async () => {
  const waiting: (() => void)[] = [];
  const server = await useGeocoder((request, response) => {
    waiting.push(() => street('A')(request, response));
  });
  const { names, set, told } = await useNames();
  set({ geocoder: 'nominatim', geocoderUrl: server.url, geocoderLanguage: 'de' });
  const positions = [kent(0), kent(10), kent(1000), kent(2000)];
  expect((await names.namesOf(positions)).map((name) => name?.source)).toEqual(Array(4).fill('gazetteer'));
  await names.namesOf(positions);
  const before = told();
  for (let asked = 1; asked <= 3; asked++) {
    await vi.waitFor(() => expect(waiting.length).toBe(asked));
    waiting.at(-1)?.();
  }
  await vi.waitFor(async () =>
    expect((await names.namesOf(positions)).map((name) => name?.source)).toEqual(Array(4).fill('geocoder')),
  );
  await vi.waitFor(() => expect(told()).toBeGreaterThan(before));
  // The same cell is asked for once, and the first of the page first.
  expect(server.requests.map(({ url }) => url.searchParams.get('lat'))).toEqual([
    '51.2000',
    '51.2090',
    '51.2180',
  ]);
  expect(server.mostAtOnce()).toBe(1);
  expect(server.requests[0]?.headers).toMatchObject({
    'user-agent': 'viofosync/3.1 (self-hosted dashcam archive)',
  });
  expect(server.requests[0]?.url.searchParams.get('accept-language')).toBe('de');
});

test("the position of the user's own place is never asked for", async () => {
  const answer = { features: [{ properties: { street: 'Elsewhere', city: 'Ashford' } }] };
  const server = await useGeocoder(json(answer));
  const { db, names, set } = await useNames();
  const row = { ...here, radius_m: 75, is_home: 1, skip_parked: 0, is_hidden: 1, created_at: 0 } as const;
  await db
    .insertInto('place')
    .values({ ...row, name: 'Home' })
    .execute();
  set({ geocoder: 'photon', geocoderUrl: server.url });
  expect(await names.namesOf([kent(50), kent(90), { ...kent(90), placeId: 1 }])).toMatchObject([
    { name: 'Home', source: 'place', placeId: 1 },
    { source: 'gazetteer' },
    { name: 'Home', source: 'place', placeId: 1 },
  ]);
  await vi.waitFor(() => expect(server.requests.length).toBe(1));
  expect(server.requests[0]?.url.searchParams.get('lat')).toBe(kent(90).latitude.toFixed(4));
});

test('where nothing is known, it is asked again after 30 days', async () => {
  const server = await useGeocoder(json({ error: 'Unable to geocode' }), street('New Road'));
  const { nameOf, rows, set, clock } = await useNames();
  set({ geocoder: 'nominatim', geocoderUrl: server.url });
  await nameOf(here);
  await vi.waitFor(async () => expect(await rows()).toMatchObject([{ label: '' }]));
  clock.at += 29 * dayMs;
  expect(await nameOf(here)).toBe('Ashford');
  expect(server.requests.length).toBe(1);
  clock.at += dayMs;
  await vi.waitFor(async () => expect(await nameOf(here)).toBe('New Road, Ashford'));
  expect(server.requests.length).toBe(2);
});

test('names of v2 are used as they are, others are asked for anew in another language', async () => {
  const server = await useGeocoder(street('Hauptstraße'));
  const { db, names, set } = await useNames();
  const row = { lon_e3: 900, source: 'nominatim', fetched_at: 0 };
  await db
    .insertInto('geocode')
    .values([
      { ...row, lat_e3: 51_200, label: 'Old Road, Ashford', language: '' },
      { ...row, lat_e3: 51_300, label: 'Rue Haute', language: 'fr' },
    ])
    .execute();
  set({ geocoder: 'nominatim', geocoderUrl: server.url, geocoderLanguage: 'de' });
  const both = async () =>
    (await names.namesOf([here, { latitude: 51.3, longitude: 0.9 }])).map((name) => name?.name);
  expect(await both()).toEqual(['Old Road, Ashford', 'Rue Haute']);
  await vi.waitFor(async () => expect(await both()).toEqual(['Old Road, Ashford', 'Hauptstraße, Ashford']));
  expect(server.requests.length).toBe(1);
});

test('failures are tried again, are told after the third, and no position reaches log or problem', async () => {
  const elsewhere = status(302, { location: 'http://127.0.0.1:1/' });
  const server = await useGeocoder(status(503), hang, elsewhere, json({ what: 1 }), street('Mill Lane'));
  const { nameOf, set, problems, lines } = await useNames({ timeoutMs: 60 });
  set({ geocoder: 'nominatim', geocoderUrl: server.url });
  expect(await nameOf(here)).toBe('Ashford');
  await vi.waitFor(async () => expect(await nameOf(here)).toBe('Mill Lane, Ashford'));
  await vi.waitFor(() => expect(problems.at(-1)).toBe('end of places:geocoder'));
  // The first one ended what an earlier run may have left open.
  expect(problems.slice(1, 3).map((words) => /: ([^.]*)\./.exec(words)?.[1])).toEqual([
    'it points elsewhere',
    'its answer is not understood',
  ]);
  expect(`${lines.join()} ${problems.join()}`).not.toMatch(/51[.,]2|0[.,]9|lat=/);
});

test('a server that is not there costs nothing but names of streets', async () => {
  const { nameOf, set, problems } = await useNames();
  set({ geocoder: 'photon', geocoderUrl: 'http://127.0.0.1:1' });
  expect(await nameOf(here)).toBe('Ashford');
  await vi.waitFor(() => expect(problems.at(-1)).toContain('cannot be reached'));
  expect(await nameOf(here)).toBe('Ashford');
});

test('switching it off ends the request under way, and so does stopping', async () => {
  const closed: string[] = [];
  const server = await useGeocoder((request, response) => {
    response.on('close', () => closed.push(request.url ?? ''));
  });
  const { nameOf, set, geocoder, rows } = await useNames();
  set({ geocoder: 'nominatim', geocoderUrl: server.url });
  await nameOf(here);
  await nameOf(kent(3000));
  await vi.waitFor(() => expect(server.requests.length).toBe(1));
  set({ geocoder: 'off' });
  await vi.waitFor(() => expect(closed.length).toBe(1));
  set({ geocoder: 'nominatim' });
  await nameOf(kent(6000));
  await vi.waitFor(() => expect(server.requests.length).toBe(2));
  await geocoder.stop();
  await vi.waitFor(() => expect(closed.length).toBe(2));
  expect(await rows()).toEqual([]);
});

test('to a public server there is more than a second between two requests', async () => {
  const { geocoder, set } = await useNames({ ownMs: 0 });
  // The gap is what is tested, not the server: nothing of this goes out.
  const gaps: number[] = [];
  let last = 0;
  vi.stubGlobal('fetch', (input: string) => {
    expect(input).toMatch(/^https:\/\/nominatim\.openstreetmap\.org\/reverse\?/);
    if (last > 0) gaps.push(performance.now() - last);
    last = performance.now();
    return Promise.resolve(Response.json({ address: { road: 'A' } }));
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  set({ geocoder: 'nominatim' });
  geocoder.want([here, kent(1000)]);
  await vi.waitFor(() => expect(gaps.length).toBe(1), 5000);
  expect(gaps[0]).toBeGreaterThanOrEqual(1095);
});

test('towns are found within 30 km, across the antimeridian and at the pole', async () => {
  const { nameOf } = await useNames();
  expect(await nameOf(kent(25_000))).toBe('Ashford');
  expect(await nameOf(kent(31_000))).toBeNull();
  expect(await nameOf({ latitude: -17, longitude: 179.95 })).toBe('Suva');
  expect(await nameOf({ latitude: 90, longitude: -160 })).toBe('Tromsø');
  expect(await nameOf({ latitude: 0, longitude: 0 })).toBeNull();
});

test('a file of towns that is missing, empty or damaged costs names, not the page', async () => {
  const { folder, log, lines } = await useNames();
  const file = join(folder, 'other.bin');
  const ask = () => new Gazetteer({ log, file }).townsAt([here]);
  expect(await ask()).toEqual([null]);
  const whole = packTowns(towns);
  for (const bytes of [packTowns([]), Buffer.alloc(0), whole.subarray(0, 40), Buffer.alloc(200)]) {
    await writeFile(file, bytes);
    expect(await ask()).toEqual([null]);
  }
  expect(lines.filter((line) => line.includes('names of towns')).length).toBe(4);
});

test('the towns that are shipped know large and small ones, in less than 3 MB', async () => {
  const { folder, log } = await useNames();
  const file = join(folder, 'shipped.bin');
  buildGazetteer(file);
  const names = await new Gazetteer({ log, file }).townsAt([
    { latitude: 48.137, longitude: 11.575 },
    { latitude: -36.85, longitude: 174.76 },
    { latitude: 51.146, longitude: 0.875 },
    { latitude: 30, longitude: -40 },
  ]);
  expect(names).toEqual(['Munich', 'Auckland', 'Ashford', null]);
  const { size } = await stat(file);
  expect(size).toBeLessThan(3e6);
});

import { fastify } from 'fastify';
import { Parser } from 'htmlparser2';
import { expect, onTestFinished, test } from 'vitest';
import { answerError } from '../src/server/http/answer-error.ts';
import { trackRoutes } from '../src/server/tracks/track-routes.ts';
import type { TrackSample } from '../src/server/tracks/track-types.ts';
import { addCamera, addClip, samplesFrom, useTracks, type TrackPlace } from './tracks-scenario.ts';

/** The routes alone, over a real database. */
async function useRoutes(): Promise<TrackPlace & { get: Get }> {
  const place = await useTracks();
  const app = fastify();
  app.setErrorHandler(answerError);
  trackRoutes(app, { db: place.db });
  onTestFinished(() => app.close());
  const get: Get = async (url, asked = {}) => {
    const { statusCode, headers, body } = await app.inject({ url, headers: asked });
    return { status: statusCode, headers, body };
  };
  return { ...place, get };
}

type Get = (url: string, headers?: Record<string, string>) => Promise<Answer>;

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

type Points = Parameters<typeof samplesFrom>[0];

/** A clip with a track, at 13:`minute` in London. */
async function addTrack(
  { db, tracks }: TrackPlace,
  minute: number,
  points: Points,
  clip: Partial<Parameters<typeof addClip>[1]> = {},
) {
  const local_start = `2026-06-28T13:${String(minute).padStart(2, '0')}:00`;
  const made = await addClip(db, { name: `${minute}F.MP4`, local_start, ...clip });
  const samples: TrackSample[] = samplesFrom(points, made.startedAt);
  await tracks.put(db, { clip: made, samples, source: 'file', readAt: 1 });
  return made;
}

const northwards = (seconds: readonly number[], from = 51.5): Points =>
  seconds.map((second) => ({
    offsetMs: second * 1000,
    latitude: from + second / 10_000,
    longitude: -0.12,
  }));

const minuteLong = Array.from({ length: 60 }, (_, second) => second);

async function addJourney(
  { db }: TrackPlace,
  journey: { startedAt: number; endedAt: number; name?: string; cameraId?: number },
): Promise<number> {
  const { id } = await db
    .insertInto('journey')
    .values({
      camera_id: journey.cameraId ?? 1,
      started_at: journey.startedAt,
      ended_at: journey.endedAt,
      shown_from: journey.startedAt,
      shown_to: journey.endedAt,
      start_zone: 'Europe/London',
      end_zone: 'Europe/London',
      local_day: '2026-06-28',
      last_local_day: '2026-06-28',
      from_latitude: 51.5,
      from_longitude: 0,
      to_latitude: 51.5,
      to_longitude: 0,
      distance_m: 0,
      moving_ms: 0,
      top_speed_mps: null,
      is_triage: 0,
      is_edited: 0,
      marks: '[]',
      outline: new Uint8Array(),
      west: 0,
      south: 0,
      east: 0,
      north: 0,
      version: 1,
      name: journey.name ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

interface Element {
  tag: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** The tree of a document; throws where an element is not closed or nothing may stand. */
function parseXml(text: string): Element {
  const root: Element = { tag: '', attributes: {}, children: [], text: '' };
  const path = [root];
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => {
        const element = { tag, attributes, children: [], text: '' };
        path.at(-1)!.children.push(element);
        path.push(element);
      },
      ontext: (data) => void (path.at(-1)!.text += data),
      onclosetag: (tag) => {
        const open = path.pop();
        if (open?.tag !== tag) throw new Error(`</${tag}> closes <${open?.tag}>`);
      },
      onend: () => {
        if (path.length !== 1) throw new Error(`<${path.at(-1)!.tag}> is not closed`);
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  // The parser closes by itself what is open at the end.
  const only = root.children[0]!;
  expect(text.trimEnd().endsWith(`</${only.tag}>`)).toBe(true);
  return only;
}

const named = (element: Element, tag: string): Element[] =>
  element.children.flatMap((child) => [...(child.tag === tag ? [child] : []), ...named(child, tag)]);
const textOf = (element: Element, tag: string): string => named(element, tag)[0]?.text ?? '';

test('the track of a clip has its sound positions only, and what was left out is counted', async () => {
  const place = await useRoutes();
  const points = northwards([0, 1, 2]);
  const clip = await addTrack(place, 10, [points[0]!, { ...points[1]!, flaw: 'spike' }, points[2]!]);
  const { status, body } = await place.get(`/api/clips/${clip.id}/track`);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({
    clipId: clip.id,
    source: 'file',
    samples: 3,
    fixes: 3,
    dropped: 1,
    distanceM: expect.closeTo(22.2, 0) as number,
    points: [
      [clip.startedAt, -0.12, 51.5, 10, 360],
      [clip.startedAt + 2000, -0.12, 51.5002, 10, 360],
    ],
  });
  expect(await place.get('/api/clips/99/track')).toMatchObject({ status: 404 });
});

test('who has the track of a clip already is told so, until it is another or lies at another time', async () => {
  const place = await useRoutes();
  const clip = await addTrack(place, 10, northwards([0, 1, 2]));
  const url = `/api/clips/${clip.id}/track`;
  const { headers } = await place.get(url);
  expect(headers['cache-control']).toBe('private, no-cache');
  const known = { 'if-none-match': String(headers['etag']) };
  expect(await place.get(url, known)).toMatchObject({ status: 304, body: '' });
  for (const change of [{ read_at: 99 }, { started_at: clip.startedAt + 1000 }, { version: 99 }]) {
    const { status, headers: now } = await place.get(url, known);
    expect([status, now['etag']]).toEqual([304, known['if-none-match']]);
    await place.db.updateTable('track').set(change).execute();
    const other = await place.get(url, known);
    expect(other.status).toBe(200);
    known['if-none-match'] = String(other.headers['etag']);
  }
});

test('a day as GPX: a track for each journey, a segment for each continuous stretch', async () => {
  const place = await useRoutes();
  const first = await addTrack(place, 10, northwards(minuteLong));
  await addTrack(place, 11, northwards(minuteLong, 51.506));
  // A tunnel of three minutes.
  const third = await addTrack(place, 15, northwards(minuteLong, 51.52));
  const parked = await addTrack(place, 40, northwards([0, 1], 51.6));
  const end = third.startedAt + 59_000;
  await addJourney(place, { startedAt: first.startedAt, endedAt: end, name: 'To <work> & back' });
  const { status, headers, body } = await place.get('/api/days/2026-06-28/track-file');
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'application/gpx+xml; charset=utf-8',
    'content-disposition': 'attachment; filename="viofosync-2026-06-28.gpx"',
    'cache-control': 'private, no-store',
  });
  const gpx = parseXml(body);
  expect(gpx.attributes).toMatchObject({ version: '1.1', xmlns: 'http://www.topografix.com/GPX/1/1' });
  const tracks = named(gpx, 'trk');
  expect(tracks.map((track) => [textOf(track, 'name'), textOf(track, 'src')])).toEqual([
    ['To <work> & back', 'Dashcam'],
    ['2026-06-28 13:40', 'Dashcam'],
  ]);
  expect(tracks.map((track) => named(track, 'trkseg').map((part) => named(part, 'trkpt').length))).toEqual([
    [120, 60],
    [2],
  ]);
  const point = named(tracks[1]!, 'trkpt')[0]!;
  expect(point.attributes).toEqual({ lat: '51.6', lon: '-0.12' });
  expect(point.children.map((child) => child.tag)).toEqual(['time', 'extensions']);
  expect(textOf(point, 'time')).toBe(new Date(parked.startedAt).toISOString().replace('.000Z', 'Z'));
  expect([textOf(point, 'gpxtpx:speed'), textOf(point, 'gpxtpx:course')]).toEqual(['10', '0']);
  expect(await place.get('/api/days/2026-06-29/track-file')).toMatchObject({ status: 404 });
});

test('of the clips of one capture, the one with the most positions is exported', async () => {
  const place = await useRoutes();
  const front = await addTrack(place, 10, northwards([0, 1, 2]));
  await addTrack(place, 10, northwards([0, 1, 2, 3], 40), {
    name: '10R.MP4',
    channel: 'rear',
    capture_id: front.captureId,
  });
  const { body } = await place.get('/api/days/2026-06-28/track-file');
  expect(named(parseXml(body), 'trkpt').map((point) => point.attributes['lat'])).toEqual([
    '40',
    '40.0001',
    '40.0002',
    '40.0003',
  ]);
});

test('a journey is cut out of its clips, with the cameras of its car and of no other', async () => {
  const place = await useRoutes();
  await place.db.updateTable('camera').set({ vehicle: 'Van' }).execute();
  const second = await addCamera(place.db, 'Rear camera', 'Van');
  const other = await addCamera(place.db, 'Other car');
  const clip = await addTrack(place, 10, northwards(minuteLong));
  await addTrack(place, 10, northwards(minuteLong), { camera_id: second, path: 'b' });
  await addTrack(place, 10, northwards(minuteLong), { camera_id: other, path: 'c' });
  const id = await addJourney(place, {
    startedAt: clip.startedAt + 10_000,
    endedAt: clip.startedAt + 20_000,
  });
  const { headers, body } = await place.get(`/api/journeys/${id}/track-file?format=gpx`);
  expect(headers['content-disposition']).toBe('attachment; filename="viofosync-2026-06-28-1310.gpx"');
  const tracks = named(parseXml(body), 'trk');
  expect(tracks.map((track) => [textOf(track, 'src'), named(track, 'trkpt').length])).toEqual([
    ['Dashcam', 11],
    ['Rear camera', 11],
  ]);
  expect(await place.get('/api/journeys/99/track-file')).toMatchObject({ status: 404 });
});

test('KML has tracks with times in a valid order', async () => {
  const place = await useRoutes();
  await addTrack(place, 10, northwards([0, 1]));
  const { headers, body } = await place.get('/api/days/2026-06-28/track-file?format=kml');
  expect(headers['content-type']).toBe('application/vnd.google-earth.kml+xml; charset=utf-8');
  const kml = parseXml(body);
  expect(kml.attributes['xmlns']).toBe('http://www.opengis.net/kml/2.2');
  const [track] = named(kml, 'gx:Track');
  expect(track!.children.map((child) => [child.tag, child.text.trim()])).toEqual([
    ['altitudeMode', 'clampToGround'],
    ['when', '2026-06-28T12:10:00Z'],
    ['when', '2026-06-28T12:10:01Z'],
    ['gx:coord', '-0.12 51.5 0'],
    ['gx:coord', '-0.12 51.5001 0'],
    ['ExtendedData', ''],
  ]);
  expect(named(track!, 'gx:value').map((value) => value.text)).toEqual(['10', '10']);
  expect(named(kml, 'Placemark')).toHaveLength(1);
});

interface Collection {
  type: string;
  name: string;
  features: {
    type: string;
    geometry: { type: string; coordinates: unknown[] };
    properties: {
      name: string;
      camera: string;
      startedAt: string;
      coordinateProperties: { times: unknown[] };
    };
  }[];
}

test('GeoJSON is cut at the antimeridian, and one position is a point', async () => {
  const place = await useRoutes();
  await addTrack(place, 10, [
    { offsetMs: 0, latitude: -17, longitude: 179.9 },
    { offsetMs: 10_000, latitude: -17.2, longitude: -179.9 },
    { offsetMs: 20_000, latitude: -17.2, longitude: -179.8 },
  ]);
  await addTrack(place, 20, [{ offsetMs: 0, latitude: 1, longitude: 2 }]);
  await addTrack(place, 30, northwards([0, 1]));
  const { headers, body } = await place.get('/api/days/2026-06-28/track-file?format=geojson');
  expect(headers['content-type']).toBe('application/geo+json; charset=utf-8');
  const collection = JSON.parse(body) as Collection;
  expect(collection.type).toBe('FeatureCollection');
  expect(collection.features.map((feature) => feature.geometry)).toEqual([
    {
      type: 'MultiLineString',
      coordinates: [
        [
          [179.9, -17],
          [180, -17.1],
        ],
        [
          [-180, -17.1],
          [-179.9, -17.2],
          [-179.8, -17.2],
        ],
      ],
    },
    { type: 'Point', coordinates: [2, 1] },
    {
      type: 'LineString',
      coordinates: [
        [-0.12, 51.5],
        [-0.12, 51.5001],
      ],
    },
  ]);
  expect(collection.features[0]?.properties.coordinateProperties.times).toEqual([
    ['2026-06-28T12:10:00Z', '2026-06-28T12:10:05Z'],
    ['2026-06-28T12:10:05Z', '2026-06-28T12:10:10Z', '2026-06-28T12:10:20Z'],
  ]);
  expect(collection.features[2]?.properties).toMatchObject({
    startedAt: '2026-06-28T12:30:00Z',
    coordinateProperties: { times: ['2026-06-28T12:30:00Z', '2026-06-28T12:30:01Z'] },
  });
});

test('CSV tells UTC, local time and zone, and quotes what needs it', async () => {
  const place = await useRoutes();
  await place.db.updateTable('camera').set({ name: '=Van, "red"' }).execute();
  await addTrack(place, 10, northwards([0]));
  await addTrack(place, 11, [{ offsetMs: 59_000, latitude: 40.7, longitude: -74 }]);
  const { headers, body } = await place.get('/api/days/2026-06-28/track-file?format=csv');
  expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(body.split('\r\n')).toEqual([
    'time_utc,time_local,zone,latitude,longitude,speed_kmh,course_degrees,camera,clip,track,stretch',
    `2026-06-28T12:10:00Z,2026-06-28T13:10:00+01:00,Europe/London,51.5,-0.12,36,0,"'=Van, ""red""",10F.MP4,2026-06-28 13:10,1`,
    `2026-06-28T12:11:59Z,2026-06-28T08:11:59-04:00,America/New_York,40.7,-74,36,0,"'=Van, ""red""",11F.MP4,2026-06-28 13:10,2`,
    '',
  ]);
});

test('names come into files without control characters, on one line, and as no formula', async () => {
  const place = await useRoutes();
  await place.db.updateTable('camera').set({ name: '\u0001 =1+1\u0000' }).execute();
  const { startedAt } = await addTrack(place, 10, northwards([0, 1]));
  const name = '+To\u0007 the\r\nmarket\u001b[31m\u009f &\uffff\u2028home';
  const id = await addJourney(place, { startedAt, endedAt: startedAt + 1000, name });
  const plain = '+To the market[31m & home';
  const get = async (format: string) =>
    (await place.get(`/api/journeys/${id}/track-file?format=${format}`)).body;
  const [csv, geojson, kml, gpx] = [
    await get('csv'),
    await get('geojson'),
    await get('kml'),
    await get('gpx'),
  ];
  expect(csv.split('\r\n')[1]).toContain(`,'=1+1,10F.MP4,'${plain},1`);
  const { name: title, features } = JSON.parse(geojson) as Collection;
  expect([title, features[0]?.properties.name, features[0]?.properties.camera]).toEqual([
    plain,
    plain,
    '=1+1',
  ]);
  for (const text of [kml, gpx]) {
    expect(text).toContain(`<name>${plain.replace('&', '&amp;')}</name>`);
    expect(text).toContain('>=1+1<');
  }
  for (const text of [csv, geojson, kml, gpx])
    expect(text.replaceAll(/[\r\n]/g, '')).not.toMatch(/\p{Cc}|\p{Cs}|[\u2028\uffff]|\\u/u);
  const unnamed = await addJourney(place, { startedAt, endedAt: startedAt + 1000, name: '\u0007' });
  expect((await place.get(`/api/journeys/${unnamed}/track-file`)).body).toContain(
    '<name>2026-06-28 13:10</name>',
  );
});

test('a choice of clips and journeys is one file, named by its days', async () => {
  const place = await useRoutes();
  const first = await addTrack(place, 10, northwards([0, 1]));
  const second = await addTrack(place, 20, northwards([0, 1]));
  const late = await addTrack(place, 30, northwards([0, 1, 2]), { local_start: '2026-07-02T13:30:00' });
  const journeys = [];
  for (const { startedAt } of [first, second])
    journeys.push(await addJourney(place, { startedAt, endedAt: startedAt + 1000 }));
  const query = `clipIds=${late.id}&journeyIds=${journeys.join(',')}`;
  const { headers, body } = await place.get(`/api/tracks/file?${query}`);
  expect(headers['content-disposition']).toBe(
    'attachment; filename="viofosync-2026-06-28-to-2026-07-02.gpx"',
  );
  const tracks = named(parseXml(body), 'trk');
  expect(tracks.map((track) => named(track, 'trkpt').length)).toEqual([2, 2, 3]);
  expect(await place.get('/api/tracks/file')).toMatchObject({ status: 400 });
  expect(await place.get('/api/tracks/file?clipIds=99')).toMatchObject({ status: 404 });
  expect(await place.get('/api/tracks/file?clipIds=1;2')).toMatchObject({ status: 400 });
});

test('a long day is streamed in pieces', async () => {
  const place = await useRoutes();
  for (let minute = 0; minute < 60; minute++)
    await addTrack(place, minute, northwards(minuteLong, 51.5 + minute * 0.006));
  const { body } = await place.get('/api/days/2026-06-28/track-file?format=csv');
  expect(body.trimEnd().split('\r\n')).toHaveLength(3601);
  const gpx = parseXml((await place.get('/api/days/2026-06-28/track-file')).body);
  expect(named(gpx, 'trkseg')).toHaveLength(1);
});

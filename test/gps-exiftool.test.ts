import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClipSource, ClipSpec, GpsSample } from '../simulator/clip-source.ts';
import { createClipFactory } from '../simulator/clips/clip-factory.ts';
import { TEST_CACHE_DIR } from '../simulator/clips/test-support.ts';
import { seededRandom } from '../simulator/random.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { driveAlong, gpsSamples, townWays } from '../simulator/town-routes.ts';
import { fileSource } from '../src/server/lib/byte-source.ts';
import { readGps } from '../src/server/tracks/gps-reader.ts';
import type { GpsRecord } from '../src/server/tracks/track-types.ts';
import { driveSamples, driveStart } from './gps-sources.ts';

/**
 * An independent reader: exiftool, from Debian's package libimage-exiftool-perl, which `npm test` installs. Where that
 * cannot be done these tests say so and are left out, but never in CI.
 */
const exiftool = await execa('exiftool', ['-ver'], { reject: false });
const isThere = exiftool.exitCode === 0;
if (!isThere)
  process.stderr.write('exiftool is missing (Debian: libimage-exiftool-perl): GPS is not compared with it\n');
const isExpected = isThere || process.env['CI'] !== undefined;

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gps-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const point = z.object({
  GPSLatitude: z.number(),
  GPSLongitude: z.number(),
  GPSSpeed: z.number().optional(),
  GPSTrack: z.number().optional(),
  GPSDateTime: z.string().optional(),
});
type Point = z.infer<typeof point>;

/** What exiftool finds in a file: numbers, a fix each. */
async function pointsOf(path: string): Promise<Point[]> {
  // The packets of a stream that no table lists are looked for from the third `e` on.
  const embedded = path.endsWith('.TS') ? '-ee3' : '-ee';
  const { stdout } = await execa('exiftool', [
    embedded,
    '-n',
    '-j',
    '-G3',
    '-a',
    '-api',
    'largefilesupport=1',
    path,
  ]);
  const [tags = {}] = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(stdout));
  const documents = new Map<number, Record<string, unknown>>();
  for (const [key, value] of Object.entries(tags)) {
    const [, number, name] = /^Doc(\d+)(?:-\d+)?:(GPS\w+)$/.exec(key) ?? [];
    if (number === undefined || name === undefined) continue;
    documents.set(Number(number), { ...documents.get(Number(number)), [name]: value });
  }
  const inOrder = [...documents].toSorted(([a], [b]) => a - b).map(([, document]) => document);
  return inOrder.filter((document) => 'GPSLatitude' in document).map((document) => point.parse(document));
}

async function written(source: ClipSource, name: string): Promise<string> {
  const path = join(directory, name);
  const file = await open(path, 'w');
  for await (const chunk of source.read(0, source.sizeBytes)) await file.write(chunk);
  await file.close();
  return path;
}

async function ours(
  path: string,
  container: ClipSpec['container'],
  durationMs: number,
): Promise<GpsRecord[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return (await readGps(fileSource(file, size), { container, durationMs })).records;
  } finally {
    await file.close();
  }
}

const clockText = (ms: number | null): string =>
  ms === null ? '' : `${new Date(ms).toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ')}Z`;

/** The same fixes in the same order: to 1e-6 degrees among the readers, to what a float of minutes keeps with the truth. */
async function expectAgreement(
  path: string,
  samples: readonly GpsSample[],
  container: ClipSpec['container'] = 'mp4',
) {
  const records = (await ours(path, container, samples.length * 1000)).filter(({ isFix }) => isFix);
  const points = await pointsOf(path);
  const truth = samples.filter(({ status }) => status === 'A');
  expect(records).toHaveLength(truth.length);
  expect(points).toHaveLength(truth.length);
  for (const [index, record] of records.entries()) {
    const [theirs, sample] = [points[index]!, truth[index]!];
    expect(Math.abs(record.latitude - theirs.GPSLatitude)).toBeLessThan(1e-6);
    expect(Math.abs(record.longitude - theirs.GPSLongitude)).toBeLessThan(1e-6);
    expect(record.latitude).toBeCloseTo(sample.latitude, 5);
    expect(record.longitude).toBeCloseTo(sample.longitude, 4);
    expect(record.speedMps! * 3.6).toBeCloseTo(theirs.GPSSpeed ?? Number.NaN, 2);
    expect(record.courseDegrees).toBeCloseTo(theirs.GPSTrack ?? Number.NaN, 2);
    expect(clockText(record.clockMs)).toBe(theirs.GPSDateTime);
  }
}

const hemispheres: Array<[string, number, number]> = [
  ['Berlin', 52.52, 13.405],
  ['Sydney', -33.8688, 151.2093],
  ['New York', 40.7128, -74.006],
  ['Ushuaia', -54.8019, -68.303],
];

describe.runIf(isExpected)('exiftool reads the same positions', () => {
  test('is there', () => expect(exiftool.exitCode).toBe(0));

  const layouts = (['payload-4c', 'payload-58', 'payload-3f0', 'payload-2c'] as const).flatMap((layout) =>
    ([0x4000, 0x8000] as const).flatMap((blockBytes) =>
      (['front', 'back'] as const).map((moov) => ({ layout, blockBytes, moov })),
    ),
  );
  test.each(layouts)('out of layout $layout, blocks of $blockBytes, moov $moov', async (options) => {
    const { layout, blockBytes, moov } = options;
    const samples = driveSamples(30, 4);
    const gps = { layout, blockBytes, samples, index: true };
    const source = tinyMp4Source(1, 2_000_000, { durationSeconds: 30, moov, gps });
    await expectAgreement(await written(source, `${layout}-${blockBytes}-${moov}.MP4`), samples);
  });

  test.each(hemispheres)('in %s', async (name, latitude, longitude) => {
    const way = [0, 0.004, 0.009, 0.013].map((step) => ({
      latitude: latitude + step,
      longitude: longitude + step,
    }));
    const points = driveAlong(way, seededRandom(3)).slice(0, 40);
    const samples = gpsSamples(points, driveStart, { gpsClock: 'utc', zoneOffsetMinutes: 0, coldSeconds: 0 });
    const gps = { layout: 'payload-4c' as const, blockBytes: 0x4000, samples, index: true };
    const source = tinyMp4Source(2, 2_000_000, { durationSeconds: 40, gps });
    await expectAgreement(await written(source, `${name}.MP4`), samples);
  });

  test('across the antimeridian', async () => {
    const points = driveAlong(townWays.antimeridian, seededRandom(1)).slice(-100);
    const samples = gpsSamples(points, driveStart, {
      gpsClock: 'local',
      zoneOffsetMinutes: 720,
      coldSeconds: 3,
    });
    const gps = { layout: 'payload-2c' as const, blockBytes: 0x4000, samples, index: true };
    const source = tinyMp4Source(2, 4_000_000, { durationSeconds: 100, gps });
    await expectAgreement(await written(source, 'antimeridian.MP4'), samples);
  });

  test.each(['mp4', 'mov', 'ts'] as const)(
    'out of a whole clip with pictures and sound, a %s',
    async (container) => {
      const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });
      const samples = driveSamples(12);
      const source = await factory.createClip({
        channel: 'front',
        container,
        video: 'h264',
        audio: true,
        durationSeconds: 12,
        moov: 'front',
        thumbnail: container !== 'ts',
        gps: { layout: 'payload-2c', blockBytes: 0x4000, samples, index: true },
        startedLocal: driveStart,
        seed: 1,
      });
      const path = await written(source, `whole.${container.toUpperCase()}`);
      await expectAgreement(path, samples, container);
    },
  );

  test('a file of nothing has no positions for either', async () => {
    const path = await written(tinyMp4Source(1, 200_000, { durationSeconds: 5 }), 'none.MP4');
    expect(await pointsOf(path)).toEqual([]);
    expect(await ours(path, 'mp4', 5_000)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import {
  gpsLayouts,
  type GpsLookAlike,
  type GpsSample,
  type GpsSpec,
} from '../../../simulator/clip-source.ts';
import { createClipFactory } from '../../../simulator/clips/clip-factory.ts';
import { clipSpec, TEST_CACHE_DIR } from '../../../simulator/clips/test-support.ts';
import { gpsPackets, nullPackets } from '../../../simulator/clips/ts-packets.ts';
import { tinyMp4Pieces, tinyMp4Source } from '../../../simulator/tiny-mp4.ts';
import {
  driveSamples,
  driveStart,
  simulatedSource,
  sparseClip,
  sparseSource,
  type Counted,
} from '../../../test/gps-sources.ts';
import { bufferSource } from '../lib/byte-source.ts';
import { readGps } from './gps-reader.ts';
import type { GpsReading } from './track-types.ts';

const MB = 1_000_000;
const read = (source: Counted, durationMs: number | null = 60_000): Promise<GpsReading> =>
  readGps(source, { container: 'mp4', durationMs });
const gps = (spec: Partial<GpsSpec> = {}): GpsSpec => ({
  layout: 'payload-2c',
  blockBytes: 0x4000,
  index: true,
  samples: driveSamples(),
  ...spec,
});

/** The records are those samples, one a second, to what a float of minutes keeps. */
function expectDrive(reading: GpsReading, samples: GpsSample[], places?: number[]): void {
  const told = places ?? samples.map((_, index) => index);
  expect(reading.records).toHaveLength(told.length);
  for (const [index, place] of told.entries()) {
    const [record, sample] = [reading.records[index]!, samples[place]!];
    const { year, month, day, hour, minute, second } = sample;
    expect(record.offsetMs).toBe(place * 1000);
    expect(record.clockMs).toBe(Date.UTC(year, month - 1, day, hour, minute, second));
    expect(record.isFix).toBe(sample.status === 'A');
    expect(record.latitude).toBeCloseTo(sample.latitude, 5);
    expect(record.longitude).toBeCloseTo(sample.longitude, 5);
    if (record.isFix) expect(record.speedMps).toBeCloseTo(sample.speedKnots * 0.514_444, 4);
    if (record.isFix) expect(record.courseDegrees).toBeCloseTo(sample.courseDegrees, 3);
  }
}

describe('the positions of a clip', () => {
  const cases = gpsLayouts.flatMap((layout) =>
    [0x4000, 0x8000, 0x4100, 9_001].flatMap((blockBytes) =>
      (['front', 'back'] as const).map((moov) => ({ layout, blockBytes, moov })),
    ),
  );
  test.each(cases)('are read of layout $layout, blocks of $blockBytes, moov $moov', async (options) => {
    const { layout, blockBytes, moov } = options;
    const samples = driveSamples(20, 5);
    const reading = await read(
      sparseClip(3 * MB, { moov, durationSeconds: 20, gps: gps({ layout, blockBytes, samples }) }),
    );
    expect(reading.how).toBe('index');
    expect(reading.notes).toEqual([]);
    expectDrive(reading, samples);
  });

  test('cost the same small reads whether the clip has 15 MB or 500 MB', async () => {
    const [small, large] = [15 * MB, 500 * MB].map((size) => sparseClip(size, { gps: gps() })) as [
      Counted,
      Counted,
    ];
    expectDrive(await read(small), driveSamples());
    expectDrive(await read(large), driveSamples());
    expect(large.reads.map(({ length }) => length)).toEqual(small.reads.map(({ length }) => length));
    expect(large.bytes()).toBeLessThan(64 * 1024);
  });

  test('are found past 4 GiB, where the index wraps and mdat has a 64-bit size', async () => {
    const reading = await read(sparseClip(9_500 * MB, { gps: gps({ samples: driveSamples(40) }) }));
    expect(reading.how).toBe('index');
    expectDrive(reading, driveSamples(40));
  });

  test('skip entries of the index that are zero or lead nowhere; the others keep their seconds', async () => {
    const quirks = { zeroEntries: [0, 7, 59], strayEntries: [1, 20] };
    const reading = await read(sparseClip(15 * MB, { gps: gps({ quirks }) }));
    const places = driveSamples().flatMap((_, index) => ([0, 1, 7, 20, 59].includes(index) ? [] : [index]));
    expectDrive(reading, driveSamples(), places);
    expect(reading.notes).toEqual(['2 of 57 places without a record']);
  });

  test('past 4 GiB survive entries that lead nowhere', async () => {
    const quirks = { zeroEntries: [3], strayEntries: [10, 33] };
    const reading = await read(sparseClip(6_000 * MB, { gps: gps({ quirks, samples: driveSamples(40) }) }));
    const places = driveSamples(40).flatMap((_, index) => ([3, 10, 33].includes(index) ? [] : [index]));
    expectDrive(reading, driveSamples(40), places);
  });

  test.each([{ index: false }, { quirks: { zeroEntries: [...Array(30).keys()] } }])(
    'are searched for where the index is missing or was never written: %o',
    async (spec) => {
      const source = simulatedSource(
        tinyMp4Source(1, 2 * MB, { durationSeconds: 30, gps: gps({ samples: driveSamples(30), ...spec }) }),
      );
      const reading = await read(source, 30_000);
      expect(reading.how).toBe('scan');
      expectDrive(reading, driveSamples(30));
    },
  );

  test('of a lens that writes none cost kilobytes: only what lies between its pictures is searched', async () => {
    const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });
    const spec = clipSpec({ durationSeconds: 60, gps: null });
    const source = simulatedSource(await factory.createClip(spec));
    expect(source.sizeBytes).toBeGreaterThan(1.5 * MB);
    expect(await read(source)).toEqual({ records: [], how: 'none', notes: [] });
    expect(source.bytes()).toBeLessThan(100_000);
    const lost = await factory.createClip({ ...spec, gps: gps({ index: false }) });
    const reading = await read(simulatedSource(lost));
    expect(reading.how).toBe('scan');
    expectDrive(reading, driveSamples());
  });

  test('are searched for in a bounded part where no table tells: a large file without any costs 2 MiB', async () => {
    const source = sparseSource(500 * MB, []);
    expect(await read(source)).toEqual({ records: [], how: 'none', notes: [] });
    expect(source.bytes()).toBeLessThan(2.2 * 1024 * 1024);
  });

  test('of a clip that was cut short are those before the cut', async () => {
    const pieces = tinyMp4Pieces(15 * MB, { gps: gps() });
    const front = await read(sparseSource(7 * MB, pieces));
    expect(front.how).toBe('index');
    expectDrive(front, driveSamples(), [...Array(front.records.length).keys()]);
    expect(front.records.length).toBeGreaterThan(20);

    const back = tinyMp4Pieces(2 * MB, {
      moov: 'back',
      durationSeconds: 30,
      gps: gps({ samples: driveSamples(30) }),
    });
    const unfinished = await read(sparseSource(1_500_000, back));
    expect(unfinished.how).toBe('scan');
    expectDrive(unfinished, driveSamples(), [...Array(unfinished.records.length).keys()]);
    expect(unfinished.records.length).toBeGreaterThan(15);
  });

  test('are found in blocks that another program wrapped once more', async () => {
    const [, ...blocks] = tinyMp4Pieces(2 * MB, {
      durationSeconds: 10,
      gps: gps({ samples: driveSamples(10) }),
    });
    const boxes = blocks.map(({ bytes }) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(264);
      head.write('free', 4);
      return Buffer.concat([head, bytes.subarray(4, 4 + 256)]);
    });
    const reading = await readGps(bufferSource(Buffer.concat(boxes)), {
      container: 'mp4',
      durationMs: 10_000,
    });
    expectDrive(reading, driveSamples(10));
  });

  test('are spread over the media of a time-lapse clip, which has more records than seconds', async () => {
    const reading = await read(sparseClip(15 * MB, { durationSeconds: 2, gps: gps() }), 2_000);
    expect(reading.records.map(({ offsetMs }) => offsetMs).slice(0, 4)).toEqual([0, 33, 67, 100]);
    expect(reading.records.at(-1)?.offsetMs).toBe(1_967);
  });

  test('are none in a photo', async () => {
    const source = sparseClip(15 * MB, { gps: gps() });
    expect((await readGps(source, { container: 'jpg', durationMs: null })).records).toEqual([]);
  });
});

const clockOf = async (fields: Partial<GpsSample>, quirks = {}): Promise<string | null> => {
  const sample = { ...driveSamples(1)[0]!, ...fields };
  const reading = await read(sparseClip(MB, { durationSeconds: 1, gps: gps({ samples: [sample], quirks }) }));
  const ms = reading.records[0]?.clockMs;
  return ms === undefined || ms === null ? null : new Date(ms).toISOString();
};

describe('the clock of a record', () => {
  test('may have minute 60 and hour 24, and rolls over', async () => {
    expect(await clockOf({ hour: 9, minute: 60, second: 7 })).toBe('2026-04-06T10:00:07.000Z');
    expect(await clockOf({ hour: 24, minute: 1, second: 7 })).toBe('2026-04-07T00:01:07.000Z');
    expect(await clockOf({ year: 2026, month: 12, day: 31, hour: 23, minute: 60, second: 0 })).toBe(
      '2027-01-01T00:00:00.000Z',
    );
  });

  test('may carry the year as it is', async () => {
    expect(await clockOf({}, { absoluteYears: true })).toBe('2026-04-06T14:22:05.000Z');
  });

  test('is kept without a fix, and none where the receiver has heard nothing', async () => {
    const none = { year: 2000, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
    const samples = [
      { ...driveSamples(1)[0]!, status: 'V' as const },
      { ...driveSamples(1)[0]!, ...none, status: 'V' as const },
    ];
    const { records } = await read(sparseClip(MB, { durationSeconds: 2, gps: gps({ samples }) }));
    expect(records.map(({ clockMs, isFix }) => ({ clockMs, isFix }))).toEqual([
      { clockMs: +driveStart, isFix: false },
      { clockMs: null, isFix: false },
    ]);
  });
});

describe('what looks like a record and is not', () => {
  const kinds: GpsLookAlike[] = ['encrypted', 'integers', 'decimal', 'doubles'];
  const places = [
    [52.52, 13.405],
    [-33.8688, 151.2093],
    [40.7128, -74.006],
    [-1.2921, -36.8219],
    [35.6762, 104.65],
  ];
  const cases = kinds.flatMap((lookAlike) =>
    places.map(([latitude, longitude]) => ({ lookAlike, latitude: latitude!, longitude: longitude! })),
  );
  test.each(cases)(
    'is refused: $lookAlike at $latitude, $longitude',
    async ({ lookAlike, latitude, longitude }) => {
      const samples = driveSamples().map((sample, index) => ({
        ...sample,
        latitude: latitude + index / 5_000,
        longitude,
      }));
      const reading = await read(sparseClip(15 * MB, { gps: gps({ samples, quirks: { lookAlike } }) }));
      expect(reading.records).toEqual([]);
      expect(reading.how).toBe('none');
      expect(reading.notes).toHaveLength(1);
    },
  );

  test('is refused as a whole where a tenth cannot be, though the rest could', async () => {
    const samples = driveSamples();
    const pieces = tinyMp4Pieces(15 * MB, { gps: gps({ samples }) });
    // 75 minutes: of a cipher, by chance the others have fewer.
    for (const { bytes } of pieces.slice(1, 8)) bytes.writeFloatLE(5_375.5, 0x2c);
    const reading = await read(sparseSource(15 * MB, pieces));
    expect(reading).toEqual({
      records: [],
      how: 'none',
      notes: ['7 of 60 records with coordinates that cannot be'],
    });
    const few = tinyMp4Pieces(15 * MB, { gps: gps({ samples }) });
    few[5]!.bytes.writeFloatLE(5_375.5, 0x2c);
    expect((await read(sparseSource(15 * MB, few))).records).toHaveLength(59);
  });

  test('is refused where positions leap from second to second', async () => {
    const samples = driveSamples().map((sample, index) => ({
      ...sample,
      latitude: 10 + ((index * 37) % 60),
      longitude: 20 + ((index * 53) % 90),
    }));
    const reading = await read(sparseClip(15 * MB, { gps: gps({ samples }) }));
    expect(reading).toEqual({
      records: [],
      how: 'none',
      notes: ['positions that leap from record to record: not understood'],
    });
  });

  test('says nothing of positions in its notes', async () => {
    const samples = driveSamples().map((sample) => ({ ...sample, latitude: 53.77 }));
    const reading = await read(
      sparseClip(15 * MB, { gps: gps({ samples, quirks: { lookAlike: 'decimal' } }) }),
    );
    expect(reading.notes.join()).not.toMatch(/53|\d\.\d/);
  });
});

const readTs = (bytes: Buffer): Promise<GpsReading> =>
  readGps(bufferSource(bytes), { container: 'ts', durationMs: 20_000 });

describe('a transport stream', () => {
  const noise = Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7) % 251));
  const stream = (samples: GpsSample[], between = 400): Buffer =>
    Buffer.concat(
      samples.flatMap((sample, index) => [gpsPackets(sample, index * 6), nullPackets(between, noise)]),
    );
  test('gives its records, also out of step and with packets missing', async () => {
    const bytes = stream(driveSamples(20, 4));
    const reading = await readTs(bytes);
    expect(reading.how).toBe('ts');
    expectDrive(reading, driveSamples(20, 4));
    expectDrive(await readTs(Buffer.concat([Buffer.alloc(77, 0x47), bytes])), driveSamples(20, 4));
    const torn = Buffer.concat([bytes.subarray(0, 100_000), bytes.subarray(100_100)]);
    expect((await readTs(torn)).records.length).toBeGreaterThanOrEqual(19);
    expect((await readTs(bytes.subarray(0, bytes.length - 160_000))).records.length).toBe(18);
  });

  test('without records costs a bounded part', async () => {
    const source = sparseSource(500 * MB, []);
    expect(await readGps(source, { container: 'ts', durationMs: 1 })).toEqual({
      records: [],
      how: 'none',
      notes: [],
    });
    expect(source.bytes()).toBeLessThan(20 * MB);
  });

  test('reads on when it is asked to stop only until the next part', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stopped'));
    const options = { container: 'ts' as const, durationMs: 1, signal: controller.signal };
    await expect(readGps(bufferSource(stream(driveSamples(3))), options)).rejects.toThrow('stopped');
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { driveSamples } from '../../../test/gps-sources.ts';
import { packTrack, unpackFixes, unpackTrack } from './track-codec.ts';
import type { TrackSample } from './track-types.ts';

const nullable = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(some, { nil: null, freq: 6 });

const sample: fc.Arbitrary<TrackSample> = fc
  .record({
    offsetMs: fc.integer({ min: 0, max: 40_000_000 }),
    clockMs: nullable(fc.integer({ min: Date.UTC(1999, 11, 1), max: Date.UTC(2100, 0, 1) })),
    isFix: fc.boolean(),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    speedMps: nullable(fc.double({ min: 0, max: 155, noNaN: true })),
    courseDegrees: nullable(fc.double({ min: 0, max: 360, noNaN: true })),
    flaw: fc.constantFrom(
      null,
      'spike' as const,
      'stale' as const,
      'too_fast' as const,
      'null_island' as const,
    ),
  })
  .map((each) => (each.isFix ? each : { ...each, latitude: 0, longitude: 0 }));

const closeTo = (a: number | null, b: number | null, most: number): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= most * 1.000_001;

test('a track survives being packed: positions to 1e-7 degrees, times, flaws and gaps exactly', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 80 }), (samples) => {
      const unpacked = unpackTrack(packTrack(samples));
      expect(unpacked).toHaveLength(samples.length);
      for (const [index, before] of samples.entries()) {
        const after = unpacked[index]!;
        expect([after.offsetMs, after.clockMs, after.isFix, after.flaw]).toEqual([
          before.offsetMs,
          before.clockMs,
          before.isFix,
          before.flaw,
        ]);
        expect(closeTo(after.latitude, before.latitude, 0.5e-7)).toBe(true);
        expect(closeTo(after.longitude, before.longitude, 0.5e-7)).toBe(true);
        expect(closeTo(after.speedMps, before.speedMps, 0.005)).toBe(true);
        expect(closeTo(after.courseDegrees, before.courseDegrees, 0.005)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('packing what was unpacked gives the same bytes', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
      const packed = packTrack(samples);
      expect(packTrack(unpackTrack(packed))).toEqual(packed);
    }),
  );
});

test('the sound fixes are those of the whole track, on the UTC line', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
      const packed = packTrack(samples);
      const startedAt = Date.UTC(2026, 3, 6);
      const expected = unpackTrack(packed)
        .filter(({ isFix, flaw }) => isFix && flaw === null)
        .map(({ offsetMs, latitude, longitude, speedMps, courseDegrees }) => {
          return { at: startedAt + offsetMs, latitude, longitude, speedMps, courseDegrees };
        });
      expect(unpackFixes(packed, startedAt)).toEqual(expected);
    }),
  );
});

const drive = (seconds: number): TrackSample[] =>
  driveSamples(seconds).map((each, index) => ({
    offsetMs: index * 1000,
    clockMs: Date.UTC(2026, 3, 6, 14, 22, 5) + index * 1000,
    isFix: true,
    latitude: each.latitude,
    longitude: each.longitude,
    speedMps: each.speedKnots * 0.514_444,
    courseDegrees: each.courseDegrees,
    flaw: null,
  }));

test('a minute of driving takes at most ten bytes a second', () => {
  expect(packTrack(drive(60)).length).toBeLessThanOrEqual(600);
});

const at = (latitude: number, longitude: number): TrackSample => ({ ...drive(1)[0]!, latitude, longitude });

test('across the antimeridian, at a pole and at 0,0 nothing changes', () => {
  const samples = [
    at(-16.8, 179.999_999_9),
    at(-16.8, -180),
    at(-16.8, 180),
    at(90, 0),
    at(-90, -0.000_000_1),
    at(0, 0),
  ];
  const positions = unpackTrack(packTrack(samples)).map(({ latitude, longitude }) => [latitude, longitude]);
  expect(positions).toEqual(samples.map(({ latitude, longitude }) => [latitude, longitude]));
});

test('bytes that are no track are refused', () => {
  const packed = packTrack(drive(5));
  expect(() => unpackTrack(packed.subarray(0, 20))).toThrow(RangeError);
  expect(() => unpackTrack(Uint8Array.from([9, ...packed.subarray(1)]))).toThrow('version');
  expect(() => unpackFixes(new Uint8Array(0), 0)).toThrow(RangeError);
  expect(unpackTrack(packTrack([]))).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFootage } from './footage-plan.ts';
import {
  coveredSpans,
  instantAt,
  mediaMsAt,
  nextCovered,
  nextWithFile,
  playedBetween,
  segmentAt,
} from './segment-plan.ts';
import { drawn, second, t0, testCapture, testFootage, testMedia, zones } from './test-footage.ts';

describe('captures become lanes', () => {
  test('one a lens, on the instants they were recorded at', () => {
    const footage = testFootage(testCapture(2, { at: 60 }), testCapture(1, { at: 0 }));
    expect(drawn(footage)).toEqual(['front 10:0-60 20:60-120', 'rear 11:0-60 21:60-120']);
    expect([footage.from, footage.to]).toEqual([t0, t0 + 120 * second]);
  });
  test('by camera, then front, rear, interior, tele', () => {
    const lanes = testFootage(
      testCapture(1, { at: 0, channels: { rear: {}, front: {} }, capture: { cameraId: 2 } }),
      testCapture(2, { at: 0, channels: { tele: {}, interior: {}, front: {} } }),
    ).lanes;
    expect(lanes.map(({ key }) => key)).toEqual(['1-front', '1-interior', '1-tele', '2-front', '2-rear']);
  });
  test('without photos', () => {
    expect(drawn(testFootage(testCapture(1, { at: 0, channels: { front: { container: 'jpg' } } })))).toEqual(
      [],
    );
  });
  test('with a gap where nothing was recorded', () => {
    const footage = testFootage(testCapture(1, { at: 0 }), testCapture(2, { at: 300 }));
    expect(drawn(footage)[0]).toBe('front 10:0-60 20:300-360');
    expect(coveredSpans(footage)).toEqual([
      { from: t0, to: t0 + 60 * second },
      { from: t0 + 300 * second, to: t0 + 360 * second },
    ]);
  });
  test('with hollow footage where there is no file, as long as its other lenses', () => {
    const waiting = { state: 'waiting', durationMs: null } as const;
    const footage = testFootage(
      testCapture(1, { at: 0, length: 45, channels: { front: {}, rear: waiting } }),
    );
    expect(drawn(footage)).toEqual(['front 10:0-45', 'rear (11:0-45)']);
    expect(nextWithFile(footage.lanes[1]!, t0)).toBeNull();
  });
  test('with footage of unknown length up to the next, or a minute', () => {
    const captures = [testCapture(1, { at: 0, length: null }), testCapture(2, { at: 30, length: null })];
    expect(drawn(testFootage(...captures))[0]).toBe('front 10:0-30 20:30-90');
  });
  test('with what is damaged as missing only when nothing in it could be read', () => {
    const unread = testMedia({ health: 'damaged', codecs: null });
    const part = testMedia({ health: 'damaged' });
    const footage = testFootage(
      testCapture(1, { at: 0, channels: { front: { media: unread }, rear: { media: part } } }),
    );
    expect(drawn(footage)).toEqual(['front (10:0-60)', 'rear 11:0-60']);
  });
  test('cut to a range', () => {
    const captures = [testCapture(1, { at: 0 }), testCapture(2, { at: 60 })];
    const footage = planFootage(captures, { ...zones, from: t0 + 20 * second, to: t0 + 70 * second });
    expect(drawn(footage)[0]).toBe('front 10:20-60@20 20:60-70');
    expect([footage.from, footage.to]).toEqual([t0 + 20 * second, t0 + 70 * second]);
  });
  test('of nothing are none', () => {
    expect(testFootage()).toMatchObject({ from: 0, to: 0, lanes: [] });
  });
});

describe('recordings that overlap', () => {
  test('give way to the next one, and what is left is too short to be seen', () => {
    const captures = [testCapture(1, { at: 0, length: 61 }), testCapture(2, { at: 60, length: 60.5 })];
    expect(drawn(testFootage(...captures))[0]).toBe('front 10:0-60 20:60-120.5');
  });
  test('come back where the later one was short', () => {
    const captures = [testCapture(1, { at: 0, length: 60 }), testCapture(2, { at: 20, length: 10 })];
    expect(drawn(testFootage(...captures))[0]).toBe('front 10:0-20 20:20-30 10:30-60@30');
  });
  test('show one with a file rather than one without', () => {
    const lost = { front: { state: 'lost' as const } };
    const captures = [testCapture(1, { at: 0 }), testCapture(2, { at: 20, channels: lost })];
    expect(drawn(testFootage(...captures))[0]).toBe('front 10:0-60 (20:60-80@40)');
  });
});

test('lenses of one moment end together where the next follows, and by themselves where none does', () => {
  const uneven = { front: {}, rear: { durationMs: 60_300 } };
  const captures = [1, 2].map((id) => testCapture(id, { at: (id - 1) * 61, channels: uneven }));
  expect(drawn(testFootage(...captures))).toEqual(['front 10:0-60 20:61-121', 'rear 11:0-60 21:61-121.3']);
});

const parked = (id: number, at: number, audio: string | null = null) =>
  testCapture(id, {
    at,
    channels: { front: { media: testMedia({ audioCodec: audio }) } },
    capture: { kind: 'parking' },
  });

describe('time-lapse of a parked car', () => {
  test('is as long on the clock as the time that it was recorded in', () => {
    const footage = testFootage(parked(1, 0), parked(2, 1800), parked(3, 3600));
    expect(footage.lanes[0]!.segments.map(({ stretch }) => stretch)).toEqual([30, 30, 30]);
    const [first] = footage.lanes[0]!.segments;
    expect(mediaMsAt(first!, t0 + 900 * second)).toBe(30_000);
  });
  test('is not taken for it by chance, nor with sound', () => {
    expect(testFootage(parked(1, 0), parked(2, 1800)).lanes[0]!.segments[0]!.stretch).toBe(1);
    const loud = [0, 1, 2].map((index) => parked(index + 1, index * 1800, 'mp4a'));
    expect(testFootage(...loud).lanes[0]!.segments[0]!.stretch).toBe(1);
  });
});

const someCapture = fc.record({
  at: fc.integer({ min: 0, max: 2000 }),
  length: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 200 })),
  rear: fc.constantFrom('archived', 'waiting', 'lost', 'photo', 'none'),
  kind: fc.constantFrom('normal', 'parking', 'event'),
  camera: fc.constantFrom(1, 2),
});

test('whatever was recorded, lanes are in order and never overlap, and each instant shows the clip that was running', () => {
  fc.assert(
    fc.property(fc.array(someCapture, { maxLength: 30 }), (all) => {
      const captures = all.map(({ at, length, rear, kind, camera }, index) =>
        testCapture(index + 1, {
          at,
          length,
          channels: {
            front: {},
            ...(rear !== 'none' && {
              rear:
                rear === 'photo'
                  ? { container: 'jpg' as const }
                  : { state: rear, media: rear === 'archived' ? testMedia() : undefined },
            }),
          },
          capture: { kind, cameraId: camera },
        }),
      );
      const footage = planFootage(captures, zones);
      const covered = coveredSpans(footage);
      for (const lane of footage.lanes) {
        let end = -Infinity;
        for (const segment of lane.segments) {
          expect(segment.from).toBeGreaterThanOrEqual(end);
          expect(segment.to).toBeGreaterThan(segment.from);
          expect(segment.offsetMs).toBeGreaterThanOrEqual(0);
          expect(segment.clip.channel).toBe(lane.channel);
          expect(segment.clip.container).not.toBe('jpg');
          expect(segment.from).toBeGreaterThanOrEqual(footage.from);
          expect(segment.to).toBeLessThanOrEqual(footage.to);
          const middle = (segment.from + segment.to) / 2;
          expect(segmentAt(lane, middle)).toBe(segment);
          expect(instantAt(segment, mediaMsAt(segment, middle))).toBeCloseTo(middle, 3);
          // What is on the screen is what the file holds there.
          const began = segment.from - segment.offsetMs * segment.stretch;
          expect(Math.abs(began - segment.capture.startedAt)).toBeLessThan(1);
          if (segment.hasFile) expect(nextCovered(covered, middle)).toBe(middle);
          end = segment.to;
        }
      }
      const total = covered.reduce((sum, { from, to }) => sum + to - from, 0);
      expect(playedBetween(covered, footage.from, footage.to)).toBe(total);
    }),
    { numRuns: 300 },
  );
});

import { describe, expect, test } from 'vitest';
import type { JourneyTrack } from '../../shared/journeys.ts';
import type { SourceKind } from '../media/source-plan.ts';
import { dayPlayerSearch } from './day-player-search.ts';
import { clipsOfRange } from './keep-plan.ts';
import { laneView } from './lane-view-plan.ts';
import { PaceWatch } from './pace-watch.ts';
import { needsCopy, sourceFor, type Showing } from './player-choice-plan.ts';
import { JourneyClock } from './player-clock.ts';
import { localTimeOf } from './player-time.ts';
import { segmentAt } from './segment-plan.ts';
import { snapshotsAt } from './snapshot-plan.ts';
import { second, t0, testCapture, testFootage, testMedia } from './test-footage.ts';
import { carAt, carNear, trackIndex } from './track-index.ts';

const at = (seconds: number) => t0 + seconds * second;

const canPlay = (type: string): boolean => !type.includes('hvc1');

describe('the form of a clip that plays', () => {
  const large: Showing = { isLarge: true, rate: 1, isSlow: false, quality: 'auto' };
  const both = testMedia({ proxy: 'ready' });
  const hevc = testMedia({ codecs: 'hvc1.1.6.L153.B0' });
  test.each<[string, Partial<Showing>, { media: typeof both; failed?: SourceKind }, SourceKind | null]>([
    ['large is the file itself', {}, { media: both }, 'original'],
    ['small is the small copy', { isLarge: false }, { media: both }, 'proxy'],
    ['small without a copy is the file itself', { isLarge: false }, { media: testMedia() }, 'original'],
    ['fast is the small copy', { rate: 4 }, { media: both }, 'proxy'],
    ['on a slow network is the small copy', { isSlow: true }, { media: both }, 'proxy'],
    [
      'on a slow network is the original for who wants that',
      { isSlow: true, quality: 'original' },
      { media: both },
      'original',
    ],
    ['is the small copy for who wants that', { quality: 'small' }, { media: both }, 'proxy'],
    ['is the other one when one does not play', {}, { media: both, failed: 'original' }, 'proxy'],
    [
      'is the other one when the copy does not play',
      { isLarge: false },
      { media: both, failed: 'proxy' },
      'original',
    ],
    ['is none when nothing plays', {}, { media: hevc }, null],
  ])('%s', (_, showing, { media, failed }, expected) => {
    const [{ clips }] = [testCapture(1, { at: 0, channels: { front: { media } } })] as const;
    const kind = sourceFor(
      clips[0]!,
      { ...large, ...showing },
      {
        canPlay,
        failed: new Set(failed ? [failed] : []),
      },
    );
    expect(kind).toBe(expected);
    expect(needsCopy(clips[0]!, kind)).toBe(expected === null);
  });
  test('is not asked for again where it could not be made', () => {
    const failed = testMedia({ proxy: 'failed' });
    const { clips } = testCapture(1, { at: 0, channels: { front: { media: failed } } });
    expect(needsCopy(clips[0]!, null)).toBe(false);
  });
});

test('a lane without a picture says why', () => {
  const waiting = { state: 'waiting' } as const;
  const footage = testFootage(testCapture(1, { at: 0, channels: { front: {}, rear: waiting } }));
  const facts = { kind: 'original', shown: 'original', waitsMs: 0, hasFailed: false } as const;
  const why = (lane: number, instant: number, over: object = {}) =>
    laneView(segmentAt(footage.lanes[lane]!, instant), { ...facts, ...over }).why;
  expect(why(0, at(10))).toBeNull();
  expect(why(0, at(70))).toBe('notRecorded');
  expect(why(1, at(10))).toBe('missing');
  expect(why(0, at(10), { waitsMs: 1000 })).toBe('loading');
  expect(why(0, at(10), { kind: null })).toBe('beingMade');
});

test('what is kept of a range are the clips of all lenses that show something of it', () => {
  const footage = testFootage(
    testCapture(1, { at: 0 }),
    testCapture(2, { at: 60 }),
    testCapture(3, { at: 120 }),
  );
  const ids = (from: number, to?: number) =>
    clipsOfRange(footage, at(from), to === undefined ? undefined : at(to)).map(({ id }) => id);
  expect(ids(30)).toEqual([10, 11]);
  expect(ids(30, 61)).toEqual([10, 20, 11, 21]);
  expect(ids(30, 60)).toEqual([10, 11]);
});

test('a snapshot is one picture of each lens, under a name that sorts', () => {
  const footage = testFootage(
    testCapture(1, { at: 0, channels: { front: {}, rear: { state: 'lost' }, tele: {} } }),
  );
  expect(snapshotsAt(footage, at(12.3456))).toMatchObject([
    { clip: { id: 10 }, mediaMs: 12_345, fileName: '2026-09-03_11-00-12_front.jpg' },
    { clip: { id: 12 }, mediaMs: 12_345, fileName: '2026-09-03_11-00-12_tele.jpg' },
  ]);
});

test('the time of day is that of the clocks where the car was', () => {
  const abroad = { zoneOffsetMinutes: 120 };
  const footage = testFootage(testCapture(1, { at: 0 }), testCapture(2, { at: 600, capture: abroad }));
  expect(localTimeOf(footage, at(10))).toBe('2026-09-03T11:00:10');
  expect(localTimeOf(footage, at(100))).toBe('2026-09-03T11:01:40');
  expect(localTimeOf(footage, at(610))).toBe('2026-09-03T12:10:10');
});

describe('the car on its track', () => {
  const parts: JourneyTrack['parts'] = [
    { clipId: 2, points: [[at(100), 10, 50, 20, 350]] },
    {
      clipId: 1,
      points: [
        [at(0), 179.999, 0, 10, 350],
        [at(1), -179.999, 1, 20, 10],
        [at(2), -179.997, 2, null, null],
      ],
    },
  ];
  const points = trackIndex(parts);
  test('is between two points, also across the antimeridian and across north', () => {
    const car = carAt(points, at(0.5))!;
    expect(Math.abs(car.longitude)).toBeCloseTo(180);
    expect(car).toMatchObject({ latitude: 0.5, speedMps: 15 });
    expect(car.courseDegrees! % 360).toBeCloseTo(0);
  });
  test('is nowhere where no point is near in time, and is drawn at its last place', () => {
    expect(carAt(points, at(50))).toBeNull();
    expect(carNear(points, at(50))).toMatchObject({ latitude: 2 });
    expect(carNear(points, at(-100))).toMatchObject({ latitude: 0 });
    expect(carNear([], at(0))).toBeNull();
  });
});

describe('the pace', () => {
  test('is too much where far less was played than asked', () => {
    const pace = new PaceWatch();
    for (const now of [0, 1000, 2100]) pace.ran(now, at(now / 1000), 8);
    expect(pace.stepsFrom).toBe(8);
  });
  test('is judged only while it runs, and not at usual rates', () => {
    const pace = new PaceWatch();
    for (const now of [0, 2100]) pace.ran(now, at(0), 1);
    pace.ran(3000, at(0), 8);
    pace.stood();
    pace.ran(6000, at(1), 8);
    expect(pace.stepsFrom).toBe(Infinity);
  });
  test('of the network is too slow after long waits, and for a minute', () => {
    const pace = new PaceWatch();
    pace.stalled(0, 3000);
    expect(pace.isSlow()).toBe(false);
    pace.stalled(10_000, 2000);
    expect(pace.isSlow()).toBe(true);
  });
});

describe('the clock of a player', () => {
  const footage = testFootage(testCapture(1, { at: 10 }), testCapture(2, { at: 300 }));
  const clockAt = (start: number | null) => new JourneyClock(footage, { at: start, skipsGaps: true });
  test('begins with the first recording, or where it is told', () => {
    expect(clockAt(null).get().at).toBe(at(10));
    expect(clockAt(at(320)).get().at).toBe(at(320));
    expect(clockAt(at(9999)).get().at).toBe(footage.to);
  });
  test('waits for lanes when it begins to play, and after a jump', () => {
    const clock = clockAt(null);
    clock.play();
    expect(clock.get()).toMatchObject({ isPlaying: true, isWaiting: true });
    clock.wait(false);
    clock.advance(100, null);
    expect(clock.get()).toMatchObject({ at: at(10.1), isWaiting: false });
    clock.seek(at(69.95));
    clock.wait(false);
    clock.advance(100, null);
    expect(clock.get()).toMatchObject({ at: at(300), isWaiting: true });
  });
  test('begins anew when it is played at its end', () => {
    const clock = clockAt(at(359.99));
    clock.play();
    expect(clock.get().at).toBe(at(10));
  });
  test('tells only what has changed', () => {
    const clock = clockAt(null);
    let told = 0;
    clock.subscribe(() => (told += 1));
    clock.seek(at(10));
    clock.setRate(1);
    clock.pause();
    expect(told).toBe(0);
    clock.step(1);
    expect(told).toBe(1);
  });
  test('stays where it is when more footage comes', () => {
    const clock = clockAt(at(320));
    clock.setFootage(
      testFootage(testCapture(1, { at: 10 }), testCapture(2, { at: 300 }), testCapture(3, { at: 360 })),
    );
    expect(clock.get().at).toBe(at(320));
  });
});

test('the address of a played day names instants that make sense', () => {
  expect(dayPlayerSearch({ at: '5', from: 'x', to: 7 })).toEqual({ at: 5, to: 7 });
  expect(dayPlayerSearch({ at: 5, from: 9, to: 7 })).toEqual({});
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forecastCard, type CardFile } from './card-forecast.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 5, 28, 12);
const local = (at: number) => new Date(at).toISOString().slice(0, 19);

let nextId = 1;
/** A front clip of a minute, 100 MB, archived. */
const file = (startedAt: number, change: Partial<CardFile> = {}): CardFile => {
  const id = nextId++;
  return {
    id,
    captureId: id,
    volume: 'A',
    state: 'archived',
    kind: 'normal',
    container: 'mp4',
    locked: false,
    startedAt,
    localStart: local(startedAt),
    bytes: 100e6,
    durationMs: null,
    ...change,
  };
};
/** One clip a minute: 6 GB an hour. */
const drive = (start: number, clips: number, change: Partial<CardFile> = {}) =>
  Array.from({ length: clips }, (_, index) => file(start + index * minute, change));
const waiting = { state: 'waiting' as const };

test('a clip is overwritten when what is free and all older unlocked clips are used up', () => {
  const older = drive(now - 2 * day, 60);
  const locked = drive(now - 2 * day + 2 * hour, 30, { locked: true });
  const clip = file(now - day, waiting);
  const newer = drive(now - day + minute, 60, waiting);
  const { forecast } = forecastCard({ files: [...newer, clip, ...locked, ...older], freeBytes: 3e9, now });
  expect(forecast).toMatchObject({
    at: now,
    freeBytes: 3e9,
    cardBytes: 3e9 + 151 * 100e6,
    waitingClips: 61,
    waitingBytes: 6.1e9,
    bytesPerRecordedHour: 6e9,
    // 151 clips in two days.
    bytesPerDay: 7.55e9,
    oldestWaiting: {
      clipId: clip.id,
      localStart: clip.localStart,
      // 3 GB free and 6 GB of older clips.
      recordedMs: 1.5 * hour,
    },
  });
  const at = forecast.oldestWaiting!.expectedAt!;
  expect(at).toBeGreaterThanOrEqual(now + (9 / 7.55) * day);
  expect(at).toBeLessThan(now + (9 / 7.55) * day + hour);
});

test('at risk is what three hours of recording overwrite, and the instant before which it began', () => {
  const files = drive(now - day, 300, waiting);
  const { forecast, riskBefore } = forecastCard({ files, freeBytes: 8e9, now });
  // 18 GB in three hours: 8 GB free, and the 100 oldest clips.
  expect(forecast.atRiskClips).toBe(100);
  expect(riskBefore).toEqual(new Map([['A', files[100]!.startedAt]]));
  expect(files.filter((one) => one.startedAt < riskBefore.get('A')!)).toHaveLength(100);
});

test('locked and archived clips are not at risk', () => {
  const files = [
    ...drive(now - day, 10),
    ...drive(now - day + 10 * minute, 10, { ...waiting, locked: true }),
    ...drive(now - day + 20 * minute, 10, waiting),
    file(now - day + 30 * minute, { state: 'held' }),
    file(now - day + 31 * minute, { state: 'failed' }),
    file(now - day + 32 * minute, { state: 'skipped' }),
  ];
  const { forecast, riskBefore } = forecastCard({ files, freeBytes: 0, now });
  expect(forecast).toMatchObject({ waitingClips: 22, atRiskClips: 12 });
  expect(riskBefore.get('A')).toBeGreaterThan(files.at(-1)!.startedAt);
});

test('nothing is at risk while there is room for more than three hours', () => {
  const { forecast, riskBefore } = forecastCard({
    files: drive(now - day, 60, waiting),
    freeBytes: 18e9,
    now,
  });
  expect(forecast.atRiskClips).toBe(0);
  expect(riskBefore.size).toBe(0);
});

test.each([[null], [-1]])(
  'a camera that tells %s as its free space: no time is foretold, nothing is at risk',
  (free) => {
    const files = drive(now - day, 60, waiting);
    const { forecast, riskBefore } = forecastCard({ files, freeBytes: free, now });
    expect(forecast).toMatchObject({
      freeBytes: null,
      cardBytes: null,
      waitingClips: 60,
      atRiskClips: 0,
      bytesPerRecordedHour: 6e9,
      oldestWaiting: { clipId: files[0]!.id, recordedMs: null, expectedAt: null },
    });
    expect(riskBefore.size).toBe(0);
  },
);

test('the channels of a capture are written and overwritten together', () => {
  const captures = Array.from({ length: 60 }, (_, index) => {
    const front = file(now - day + index * minute, waiting);
    return [front, { ...front, id: nextId++, bytes: 50e6 }];
  });
  const { forecast, riskBefore } = forecastCard({ files: captures.flat(), freeBytes: 25.6e9, now });
  // 9 GB an hour, 27 in three: 25.6 free and ten captures of 150 MB, of which the tenth begins below.
  expect(forecast).toMatchObject({ bytesPerRecordedHour: 9e9, atRiskClips: 20 });
  expect(riskBefore.get('A')).toBe(captures[10]![0]!.startedAt);
});

test('of a second storage nothing is foretold: the free space is not its', () => {
  const ssd = drive(now - 2 * day, 60, { ...waiting, volume: 'B' });
  const card = drive(now - day, 60, waiting);
  const both = forecastCard({ files: [...ssd, ...card], freeBytes: 0, now });
  expect([...both.riskBefore.keys()]).toEqual(['A']);
  expect(both.forecast).toMatchObject({ waitingClips: 120, atRiskClips: 60, cardBytes: 6e9 });
  expect(both.forecast.oldestWaiting).toMatchObject({ clipId: card[0]!.id, recordedMs: 0 });
  const onlySsd = forecastCard({ files: ssd, freeBytes: 0, now });
  expect(onlySsd.forecast).toMatchObject({ atRiskClips: 0, bytesPerRecordedHour: null });
  expect(onlySsd.forecast.oldestWaiting).toEqual({
    clipId: ssd[0]!.id,
    localStart: ssd[0]!.localStart,
    recordedMs: null,
    expectedAt: null,
  });
});

test('a listing that does not tell the storage means the card', () => {
  const files = drive(now - day, 60, { ...waiting, volume: '' });
  const { riskBefore, forecast } = forecastCard({ files, freeBytes: 0, now });
  expect([...riskBefore.keys()]).toEqual(['']);
  expect(forecast.atRiskClips).toBe(60);
});

test('clips dated 1970 and 2098 distort neither rates nor what is shown as the oldest', () => {
  const files = drive(now - day, 120, waiting);
  const odd = [...drive(0, 200, { ...waiting, bytes: 1e6 }), file(Date.UTC(2098, 0, 1), waiting)];
  const { forecast, riskBefore } = forecastCard({ files: [...odd, ...files], freeBytes: 0, now });
  const plain = forecastCard({ files, freeBytes: 0, now }).forecast;
  expect(forecast.bytesPerRecordedHour).toBe(plain.bytesPerRecordedHour);
  expect(forecast.bytesPerDay).toBe(plain.bytesPerDay);
  expect(forecast.oldestWaiting!.clipId).toBe(files[0]!.id);
  expect(riskBefore.get('A')).toBeGreaterThan(files.at(-1)!.startedAt);
});

test('only oddly dated clips are shown all the same', () => {
  const clip = file(0, waiting);
  expect(forecastCard({ files: [clip], freeBytes: 5, now }).forecast.oldestWaiting?.clipId).toBe(clip.id);
});

test.each<[string, CardFile[], number | null]>([
  ['clips of five minutes', [0, 5, 10, 15].map((at) => file(now - day + at * minute, { bytes: 500e6 })), 6e9],
  [
    'many short drives, with pauses that are no recording',
    [0, 1, 2, 9, 10, 11, 19, 20, 21].map((at) => file(now - day + at * minute)),
    6e9,
  ],
  [
    'a pause is no recording, in however few clips',
    [0, 1, 10].map((at) => file(now - day + at * minute)),
    6e9,
  ],
  [
    'parking beside driving: the driving counts',
    [
      ...drive(now - day, 10),
      ...Array.from({ length: 30 }, (_, index) =>
        file(now - 12 * hour + index * 5 * minute, { kind: 'parking', bytes: 10e6 }),
      ),
    ],
    6e9,
  ],
  [
    'parking alone',
    Array.from({ length: 30 }, (_, index) =>
      file(now - 12 * hour + index * 5 * minute, { kind: 'parking', bytes: 10e6 }),
    ),
    0.12e9,
  ],
  ['one clip whose duration is known', [file(now - day, { durationMs: 2 * minute })], 3e9],
  ['one clip', [file(now - day)], null],
  ['sizes that are not known', drive(now - day, 10, { bytes: 0 }), null],
  ['nothing', [], null],
])('what an hour of recording takes: %s', (_name, files, expected) => {
  expect(forecastCard({ files, freeBytes: 0, now }).forecast.bytesPerRecordedHour).toBe(expected);
});

test.each<[string, CardFile[], number | null]>([
  [
    'what is older than two weeks is left out',
    [...drive(now - 100 * day, 600), ...drive(now - 10 * day, 100)],
    1e9,
  ],
  ['a card that holds two hours is taken for a day', drive(now - 2 * hour, 100), 10e9],
  ['nothing', [], null],
])('what a day takes: %s', (_name, files, expected) => {
  expect(forecastCard({ files, freeBytes: 0, now }).forecast.bytesPerDay).toBe(expected);
});

test('photos are on the card, but neither overwritten nor recorded', () => {
  const photos = drive(now - 3 * day, 50, { ...waiting, container: 'jpg' });
  const clips = drive(now - day, 60, waiting);
  const { forecast } = forecastCard({ files: [...photos, ...clips], freeBytes: 0, now });
  expect(forecast).toMatchObject({ cardBytes: 11e9, waitingClips: 60, bytesPerDay: 6e9 });
  expect(forecast.oldestWaiting).toMatchObject({ clipId: clips[0]!.id, recordedMs: 0 });
});

test('the more is free, the fewer clips are at risk, and they are always the oldest', () => {
  const clips = fc.array(
    fc.record({
      at: fc.integer({ min: -40 * 24 * 60, max: 60 * 24 * 365 }),
      bytes: fc.integer({ min: 0, max: 2e9 }),
      locked: fc.boolean(),
      state: fc.constantFrom('waiting' as const, 'archived' as const, 'held' as const),
    }),
    { maxLength: 60 },
  );
  const free = fc.integer({ min: 0, max: 4e10 });
  fc.assert(
    fc.property(clips, free, free, (some, a, b) => {
      const files = some.map(({ at, ...rest }) => file(now + at * minute, rest));
      const [less, more] = [a, b]
        .toSorted((x, y) => x - y)
        .map((freeBytes) => forecastCard({ files, freeBytes, now }));
      expect(more!.riskBefore.get('A') ?? -Infinity).toBeLessThanOrEqual(
        less!.riskBefore.get('A') ?? -Infinity,
      );
      const before = less!.riskBefore.get('A') ?? -Infinity;
      const atRisk = files.filter((one) => !one.locked && one.state !== 'archived' && one.startedAt < before);
      expect(less!.forecast.atRiskClips).toBe(atRisk.length);
    }),
  );
});

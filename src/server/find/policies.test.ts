import { describe, expect, test } from 'vitest';
import { filterOf } from '../../shared/archive-filter.ts';
import { planShort, spread, type ShortClip } from './day-short-policy.ts';
import { nearerDay, nearestTo } from './moment-policy.ts';
import { daysWithin, placeScope } from './place-scope-policy.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 5, 3, 12);

function clip(id: number, over: Partial<ShortClip> = {}): ShortClip {
  return {
    id,
    captureId: id,
    cameraId: 1,
    journeyId: null,
    stopId: null,
    startedAt: noon + id * minute,
    zoneOffsetMinutes: 0,
    kind: 'normal',
    channel: 'front',
    container: 'mp4',
    state: 'archived',
    kept: false,
    durationMs: minute,
    ...over,
  };
}

const plan = (clips: readonly ShortClip[], fields = {}, journeyIds: readonly number[] = []) =>
  planShort('2026-06-03', clips, { filter: filterOf(fields), scope: null, journeyIds });

describe('a day in short', () => {
  test('is told on the clocks where the car was, also past midnight', () => {
    const told = plan([
      clip(0, { zoneOffsetMinutes: 120 }),
      clip(1, { startedAt: noon + 11.99 * 60 * minute }),
    ]);
    expect(told?.bars).toEqual([
      { fromMinute: 840, toMinute: 841, look: 'normal' },
      { fromMinute: 1439.4, toMinute: 1440, look: 'normal' },
    ]);
    expect(new Date(told!.firstWallMs).toISOString()).toBe('2026-06-03T14:00:00.000Z');
  });

  test('draws recordings that follow each other as one stretch, kinds and gaps apart', () => {
    const clips = [0, 1, 2, 10].map((id) => clip(id));
    const told = plan([...clips, clip(11, { kind: 'event' }), clip(3, { state: 'waiting' })]);
    expect(
      told?.bars.map(({ fromMinute, toMinute, look }) => [fromMinute - 720, toMinute - 720, look]),
    ).toEqual([
      [0, 3, 'normal'],
      [3, 4, 'wanted'],
      [10, 11, 'normal'],
      [11, 12, 'event'],
    ]);
  });

  test('shows the first channel that is in the archive', () => {
    const one = { captureId: 1, startedAt: noon };
    const clips = [
      clip(5, { ...one, channel: 'tele' }),
      clip(4, { ...one, channel: 'rear' }),
      clip(3, { ...one, state: 'lost' }),
    ];
    expect(plan(clips)?.others.clipIds).toEqual([4]);
    expect(plan(clips, { missing: 'yes' })?.found).toEqual({ captures: 1, clipIds: [] });
  });

  test('has pictures for the first journeys alone, and the rest apart', () => {
    const clips = [1, 2, 3, 4, 5, 6].map((id) => clip(id, { journeyId: id }));
    const told = plan(clips, {}, [1, 2, 3, 4, 5]);
    expect([...told!.ofJourneys]).toEqual([1, 2, 3, 4].map((id) => [id, [id]]));
    expect(told?.others).toEqual({ captures: 1, clipIds: [6] });
  });

  test('is nothing where nothing passes', () => {
    expect(plan([clip(1)], { kinds: 'event' })).toBeNull();
  });
});

test('some of many are spread over all of them, with the first and the last', () => {
  const all = Array.from({ length: 24 }, (_, index) => index);
  expect(spread(all, 8)).toHaveLength(8);
  expect([spread(all, 8)[0], spread(all, 8).at(-1)]).toEqual([0, 23]);
  expect(spread([1, 2], 8)).toEqual([1, 2]);
});

const capture = (at: number, zoneOffsetMinutes = 0, lengthMs = minute) => ({
  captureId: at,
  startedAt: noon + at * minute,
  zoneOffsetMinutes,
  lengthMs,
});

const at = { latitude: 53.8, longitude: -1.5 };
const far = { latitude: 54.8, longitude: -1.5 };
const span = (id: number, [from, to]: readonly [number, number], cameraId = 1) => ({
  id,
  cameraId,
  startedAt: from * minute,
  endedAt: to * minute,
  firstDay: '2026-06-03',
  lastDay: '2026-06-04',
});
const drive = (id: number, times: readonly [number, number], { cameraId = 1, to = far } = {}) => ({
  ...span(id, times, cameraId),
  from: far,
  to,
});

describe('the recording nearest to a time', () => {
  test.each([
    { when: 'within it', wanted: 5.5, captureId: 5, at: 5.5, isWithin: true },
    { when: 'after its end', wanted: 2, captureId: 0, at: 1, isWithin: false },
    { when: 'before its start', wanted: 4, captureId: 5, at: 5, isWithin: false },
    { when: 'before all', wanted: -3, captureId: 0, at: 0, isWithin: false },
  ])('$when', ({ wanted, captureId, at: found, isWithin }) => {
    expect(nearestTo([capture(0), capture(5)], noon + wanted * minute)).toMatchObject({
      capture: { captureId },
      at: noon + found * minute,
      isWithin,
    });
  });
  test('goes by the clocks where the car was', () => {
    const found = nearestTo([capture(0), capture(90, 60)], noon + 150 * minute);
    expect(found).toMatchObject({ capture: { captureId: 90 }, isWithin: true, at: noon + 90 * minute });
  });
  test('takes one whose length nobody knows for a minute', () => {
    expect(nearestTo([capture(0, 0, 0)], noon + 30_000)?.isWithin).toBe(true);
    expect(nearestTo([], noon)).toBeNull();
  });
  test('is of the nearer day, the earlier of equals', () => {
    expect(nearerDay('2026-06-10', '2026-06-08', '2026-06-11')).toBe('2026-06-11');
    expect(nearerDay('2026-06-10', '2026-06-09', '2026-06-11')).toBe('2026-06-09');
    expect(nearerDay('2026-06-10', null, '2026-07-11')).toBe('2026-07-11');
    expect(nearerDay('2026-06-10', null, null)).toBeNull();
  });
});

describe('what happened at a place', () => {
  test('are its stops, and journeys that begin or end there', () => {
    const scope = placeScope(
      [span(1, [100, 200]), span(2, [900, 950])],
      [
        drive(1, [50, 100]),
        drive(2, [200.5, 230]),
        drive(3, [300, 400]),
        drive(4, [50, 100], { cameraId: 2 }),
        drive(5, [500, 600], { to: at }),
      ],
      { ...at, radiusM: 100 },
    );
    expect(scope.stopIds).toEqual([1, 2]);
    expect(scope.journeyIds).toEqual([1, 2, 5]);
  });
  test('are all days from the first to the last of each', () => {
    const stretches = [
      { from: '2026-06-08', to: '2026-06-08' },
      { from: '2026-06-01', to: '2026-06-05' },
      { from: '2026-06-02', to: '2026-06-02' },
    ];
    expect(
      daysWithin(['2026-06-09', '2026-06-08', '2026-06-06', '2026-06-04', '2026-06-01'], stretches),
    ).toEqual(['2026-06-01', '2026-06-04', '2026-06-08']);
  });
});

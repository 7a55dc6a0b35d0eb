import { expect, test } from 'vitest';
import { metresPerDegree } from '../../shared/geo.ts';
import { StopTally, type CountedStop } from './suggestion-policy.ts';

const dayMs = 24 * 60 * 60_000;
const firstDay = Date.UTC(2026, 0, 1);
const isoDay = (at: number) => new Date(at).toISOString().slice(0, 10);
const metres = (north: number, east = 0) => ({
  latitude: 50 + north / metresPerDegree,
  longitude: 10 + east / metresPerDegree,
});
function stop(
  at: { latitude: number; longitude: number },
  day: number,
  more: Partial<CountedStop> = {},
): CountedStop {
  const startedAt = firstDay + day * dayMs;
  const endedAt = more.endedAt ?? startedAt + 3_600_000;
  return {
    ...at,
    placeId: null,
    startedAt,
    localDay: isoDay(startedAt),
    lastLocalDay: isoDay(endedAt),
    ...more,
    endedAt,
  };
}
function tallyOf(stops: CountedStop[], since = 0) {
  const tally = new StopTally(since);
  for (const one of stops) tally.add(one);
  return tally;
}
const overnight = (day: number, nights = 1) => ({ endedAt: firstDay + (day + nights) * dayMs });

test('three stops that lie some tens of metres apart are one suggestion, two are none', () => {
  const shop = [0, 1, 2].map((day) => stop(metres(day * 30), day));
  const twice = [5, 6].map((day) => stop(metres(5000), day));
  expect(tallyOf([...shop, ...twice]).clusters(false)).toMatchObject([
    { stops: 3, parkedMs: 3 * 3_600_000, lastStopAt: firstDay + 2 * dayMs, isLikelyHome: false },
  ]);
});

test('home is where most nights are spent, not where the car stops most often', () => {
  const work = Array.from({ length: 9 }, (_, day) => stop(metres(0), day));
  const home = Array.from({ length: 5 }, (_, day) => stop(metres(3000), day, overnight(day)));
  const [most, other] = tallyOf([...work, ...home]).clusters(false);
  expect([most, other]).toMatchObject([
    { stops: 9, isLikelyHome: false },
    { stops: 5, nights: 5, isLikelyHome: true },
  ]);
});

test('with a home, or more nights at a named place, nothing is likely to be home', () => {
  const nights = Array.from({ length: 4 }, (_, day) => stop(metres(0), day, overnight(day)));
  const named = Array.from({ length: 5 }, (_, day) =>
    stop(metres(9000), day, { ...overnight(day), placeId: 7 }),
  );
  expect(tallyOf(nights).clusters(true)).toMatchObject([{ isLikelyHome: false }]);
  expect(tallyOf([...nights, ...named]).clusters(false)).toMatchObject([{ isLikelyHome: false }]);
});

test('stops at places are counted for them, those of long ago suggest nothing', () => {
  const tally = tallyOf(
    [
      stop(metres(0), 1, { placeId: 7 }),
      stop(metres(0), 5, { placeId: 7 }),
      ...[1, 2, 3].map((day) => stop(metres(900), day)),
    ],
    firstDay + 10 * dayMs,
  );
  expect(tally.places.get(7)).toMatchObject({ stops: 2, lastStopAt: firstDay + 5 * dayMs });
  expect(tally.clusters(false)).toEqual([]);
});

test('at the poles and the antimeridian suggestions are made too', () => {
  const stops = [0, 1, 2].flatMap((day) => [
    stop({ latitude: 90, longitude: day * 100 - 100 }, day),
    stop({ latitude: -17, longitude: 179.9999 }, day),
    stop({ latitude: 0, longitude: 0 }, day),
  ]);
  expect(tallyOf(stops).clusters(false).length).toBeGreaterThanOrEqual(2);
});

import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { ZonedTimes } from './zones.ts';

const london = new ZonedTimes('Europe/London');

test.each([
  ['2026-01-15T12:00:00', '2026-01-15T12:00:00Z', 0],
  ['2026-06-28T13:34:16', '2026-06-28T12:34:16Z', 60],
  ['2026-03-29T00:59:59', '2026-03-29T00:59:59Z', 0],
  ['2026-03-29T02:00:00', '2026-03-29T01:00:00Z', 60],
  // Left out by the change to summer time: as if the clock had not been changed.
  ['2026-03-29T01:30:00', '2026-03-29T01:30:00Z', 0],
  // Twice in autumn: its first passing.
  ['2026-10-25T01:30:00', '2026-10-25T00:30:00Z', 60],
  ['2026-10-25T02:00:00', '2026-10-25T02:00:00Z', 0],
])('%s in London is %s', (local, utc, offsetMinutes) => {
  expect(london.place(local)).toEqual({ at: Date.parse(utc), offsetMinutes });
});

test('zones off the whole hour are placed too', () => {
  expect(new ZonedTimes('Asia/Kathmandu').place('2026-06-28T12:00:00').offsetMinutes).toBe(345);
  expect(new ZonedTimes('Australia/Lord_Howe').place('2026-06-28T12:00:00').offsetMinutes).toBe(630);
});

test('what is no time is refused', () => {
  expect(() => london.place('yesterday')).toThrow(RangeError);
});

test('a year before time zones has a whole offset and its exact instant', () => {
  const placed = new ZonedTimes('Europe/London').place('1800-01-01T12:00:00');
  expect(placed).toEqual({ at: Date.parse('1800-01-01T12:01:15Z'), offsetMinutes: -1 });
});

test.each(['Europe/London', 'America/Havana', 'Africa/Casablanca', 'Australia/Lord_Howe', 'Pacific/Apia'])(
  'every quarter of an hour in %s is placed as its zone’s rules say, on days of a change and on others',
  (zone) => {
    const times = new ZonedTimes(zone);
    for (let wall = Date.UTC(2011, 0, 1); wall < Date.UTC(2012, 0, 10); wall += 15 * 60_000) {
      const local = new Date(wall).toISOString().slice(0, 19);
      const { epochMilliseconds } = Temporal.PlainDateTime.from(local).toZonedDateTime(zone);
      if (times.place(local).at !== epochMilliseconds)
        expect({ local, at: times.place(local).at }).toEqual({ local, at: expectedAt(zone, local) });
    }
  },
);

/** In the hour that is left out, that of a clock that was not changed. */
function expectedAt(zone: string, local: string): number {
  const placed = Temporal.PlainDateTime.from(local).toZonedDateTime(zone);
  const before = placed.subtract({ days: 1 });
  return Date.parse(`${local}Z`) - before.offsetNanoseconds / 1e6;
}

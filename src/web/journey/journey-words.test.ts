import { describe, expect, test } from 'vitest';
import { testJourney, testStop } from './test-journeys.ts';
import {
  completenessWords,
  dayDriven,
  inferredWords,
  journeyTitle,
  markWords,
  missingWords,
  spanWords,
  stopSpan,
  stopTitle,
} from './journey-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const home = { name: 'Home', source: 'place', placeId: 1 } as const;
const leeds = { name: 'Leeds', source: 'gazetteer', placeId: null } as const;
const at = { latitude: 53.8, longitude: -1.5 };

const between = (
  from: typeof home | null,
  to: typeof home | typeof leeds | null,
  name: string | null = null,
) => journeyTitle({ name, from: { position: at, name: from }, to: { position: at, name: to } });

describe('a journey is called', () => {
  test('by its own name before all', () => {
    expect(between(home, leeds, 'To the sea')).toBe('To the sea');
  });
  test('after its ends, as far as they have names', () => {
    expect(between(home, leeds)).toBe('Home to Leeds');
    expect(between(home, home)).toBe('Home and back');
    expect(between(home, null)).toBe('From Home');
    expect(between(null, leeds)).toBe('To Leeds');
    expect(between(null, null)).toBe('Journey');
  });
});

describe('the time of a journey', () => {
  const berlin = { startZone: 'Europe/Berlin', endZone: 'Europe/Berlin' };
  test('is on the clocks where the car was', () => {
    const span = { ...berlin, startedAt: Date.UTC(2026, 8, 3, 5, 22), endedAt: Date.UTC(2026, 8, 3, 6, 5) };
    expect(spanWords(span, '2026-09-03', 'en-GB')).toBe('07:22 to 08:05');
  });
  test('names the day of an end beyond midnight', () => {
    const span = {
      ...berlin,
      startedAt: Date.UTC(2026, 8, 3, 21, 40),
      endedAt: Date.UTC(2026, 8, 3, 22, 20),
    };
    expect(spanWords(span, '2026-09-03', 'en-GB')).toBe('23:40 to Fri 4 Sept 00:20');
    expect(spanWords(span, '2026-09-04', 'en-GB')).toBe('Thu 3 Sept 23:40 to 00:20');
  });
  test('says which clocks when they change on the way', () => {
    const autumn = {
      ...berlin,
      startedAt: Date.UTC(2026, 9, 25, 0, 30),
      endedAt: Date.UTC(2026, 9, 25, 1, 15),
    };
    expect(spanWords(autumn, '2026-10-25', 'en-GB')).toBe('02:30 CEST to 02:15 CET');
    const abroad = {
      ...autumn,
      startedAt: Date.UTC(2026, 8, 3, 5),
      endedAt: Date.UTC(2026, 8, 3, 8),
      endZone: 'Europe/London',
    };
    expect(spanWords(abroad, '2026-09-03', 'en-GB')).toBe('07:00 CEST to 09:00 BST');
  });
});

describe('what is here of its footage', () => {
  const whole = { captures: 12, archived: 12, waiting: 0, lost: 0, gone: 0 };
  test('is one sentence', () => {
    expect(plain(completenessWords(whole))).toBe('All 12 recordings are here');
    expect(plain(completenessWords({ ...whole, archived: 9, waiting: 2, lost: 1 }))).toBe(
      '9 of 12 recordings are here: 2 still on the camera and 1 lost',
    );
    expect(plain(completenessWords({ ...whole, archived: 0, waiting: 12 }))).toBe(
      'None of 12 recordings are here: 12 still on the camera',
    );
    expect(completenessWords({ ...whole, captures: 0, archived: 0 })).toBe('No recordings');
  });
  test('is silent when nothing is missing', () => {
    expect(missingWords(whole)).toEqual([]);
  });
});

test('a day is told by its journeys, the time driven and the way', () => {
  const journeys = [
    testJourney({ startedAt: 0, endedAt: 24 * 60_000, distanceM: 19_000 }),
    testJourney({ startedAt: 0, endedAt: 31 * 60_000, distanceM: 22_000 }),
  ];
  expect(plain(dayDriven(journeys, 'km'))).toBe('2 journeys, 55 min, 41 km');
});

describe('a stop', () => {
  test('is parked when it was recorded so, was long, or is inferred', () => {
    const short = testStop({ startedAt: 0, endedAt: 6 * 60_000, at: { position: at, name: home } });
    expect(stopTitle(short, false)).toBe('Stopped at Home');
    expect(stopTitle(short, true)).toBe('Parked at Home');
    expect(stopTitle({ ...short, endedAt: 3_600_000 }, false)).toBe('Parked at Home');
    expect(stopTitle({ ...short, isInferred: true, at: { position: at, name: null } }, false)).toBe('Parked');
  });
  test('that has no end yet says since when', () => {
    const stop = testStop({ startedAt: Date.UTC(2026, 8, 3, 15, 43), endedAt: Date.UTC(2026, 8, 3, 18) });
    expect(stopSpan({ ...stop, isOpen: true }, '2026-09-03', 'en-GB')).toBe('since 16:43');
    expect(stopSpan(stop, '2026-09-03', 'en-GB')).toBe('16:43 to 19:00');
  });
  test('says when its place is a conclusion', () => {
    expect(inferredWords({ isInferred: true })).toMatch(/inferred/);
    expect(inferredWords({ isInferred: false })).toBeNull();
  });
});

test('a mark says what happened and how much of it', () => {
  expect(plain(markWords({ kind: 'braking', value: -4.12 }, 'km'))).toBe('Hard braking, 4.1 m/s²');
  expect(plain(markWords({ kind: 'top_speed', value: 31 }, 'km'))).toBe('Top speed, 112 km/h');
  expect(plain(markWords({ kind: 'stop', value: 360 }, 'miles'))).toBe('Stood still for 6 min');
});

import { describe, expect, test } from 'vitest';
import type { GpsClock } from '../../shared/clock.ts';
import { localTextOf, wallOf, ZoneOffsets } from '../lib/zones.ts';
import type { FixClock } from './gps-clock-policy.ts';
import {
  clockErrorOf,
  nameInstant,
  placeCapture,
  readFix,
  type CameraClocks,
  type CaptureFacts,
  type PlaceContext,
} from './time-policy.ts';
import type { Witness } from './witness-policy.ts';

const zones = new ZoneOffsets();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const now = Date.UTC(2026, 11, 1);

function clocks(change: Partial<CameraClocks> & { gpsClock?: GpsClock } = {}): CameraClocks {
  const { gpsClock = 'utc', ...rest } = change;
  return {
    gpsClockAt: () => gpsClock,
    zone: null,
    installationZone: 'Europe/Berlin',
    shifts: [],
    learnedZoneAt: () => null,
    ...rest,
  };
}

/** Of a clip of this name whose records, had it begun with them, would have begun with that clock. */
function fix(named: string, clock: string, change: Partial<FixClock> = {}): FixClock {
  const wallMs = wallOf(named);
  return { wallMs, offsetMs: wallOf(clock) - wallMs, jumpMs: null, zone: 'Europe/Berlin', ...change };
}

function capture(named: string, change: Partial<CaptureFacts> = {}): CaptureFacts {
  const wallMs = wallOf(named);
  const [at = wallMs] = zones.instants('Europe/Berlin', wallMs);
  return {
    wallMs,
    sequence: null,
    fixes: [],
    seenAt: null,
    current: {
      deltaMs: at - wallMs,
      offsetMinutes: (wallMs - at) / minuteMs,
      source: 'setting',
      confidence: 'assumed',
    },
    isUnclassified: false,
    ...change,
  };
}

function place(
  facts: CaptureFacts,
  context: Partial<PlaceContext> & { gpsClock?: GpsClock } = {},
): { at: string; local: string; source: string; confidence: string } {
  const { gpsClock, camera = clocks(gpsClock ? { gpsClock } : {}), ...rest } = context;
  const placed = placeCapture(facts, { camera, witnesses: [], zones, now, afresh: false, ...rest });
  const at = facts.wallMs + placed.deltaMs;
  const local = at + placed.offsetMinutes * minuteMs;
  return {
    at: `${localTextOf(at)}Z`,
    local: localTextOf(local),
    source: placed.source,
    confidence: placed.confidence,
  };
}

function witness(
  named: string,
  at: string,
  change: Partial<Witness['reading']> = {},
  sequence: number | null = null,
): Witness {
  const wallMs = wallOf(named);
  const deltaMs = Date.parse(at) - wallMs;
  const reading = {
    deltaMs,
    zone: 'Europe/Berlin',
    confidence: 'sure' as const,
    isByZone: false,
    others: [],
    ...change,
  };
  return { wallMs, sequence, reading };
}

describe('by its own fixes', () => {
  test.each([
    [
      'UTC in winter',
      'utc',
      fix('2026-01-15T12:00:00', '2026-01-15T11:00:02'),
      '2026-01-15T11:00:00Z',
      '2026-01-15T12:00:00',
    ],
    [
      'UTC in summer',
      'utc',
      fix('2026-07-15T12:00:00', '2026-07-15T10:00:00'),
      '2026-07-15T10:00:00Z',
      '2026-07-15T12:00:00',
    ],
    [
      'UTC with a clock that is seven seconds behind',
      'utc',
      fix('2026-07-15T12:00:00', '2026-07-15T10:00:07'),
      '2026-07-15T10:00:07Z',
      '2026-07-15T12:00:07',
    ],
    [
      'UTC with a clock that is a week ahead',
      'utc',
      fix('2026-07-22T12:00:00', '2026-07-15T10:00:31'),
      '2026-07-15T10:00:31Z',
      '2026-07-15T12:00:31',
    ],
    [
      'UTC with a clock that was reset',
      'utc',
      fix('2020-01-01T00:00:41', '2026-07-15T22:30:00'),
      '2026-07-15T22:30:00Z',
      '2026-07-16T00:30:00',
    ],
    [
      'UTC of a camera that is not in the zone of the place',
      'utc',
      fix('2026-07-15T12:00:00', '2026-07-15T10:00:00', { zone: 'America/New_York' }),
      '2026-07-15T10:00:00Z',
      '2026-07-15T06:00:00',
    ],
    [
      'UTC over midnight in the zone of the place',
      'utc',
      fix('2026-07-15T23:30:00', '2026-07-15T21:30:00', { zone: 'Europe/Helsinki' }),
      '2026-07-15T21:30:00Z',
      '2026-07-16T00:30:00',
    ],
    [
      'UTC in a zone of half an hour',
      'utc',
      fix('2026-07-15T12:00:00', '2026-07-15T06:30:00', { zone: 'Asia/Kolkata' }),
      '2026-07-15T06:30:00Z',
      '2026-07-15T12:00:00',
    ],
    [
      'UTC in a zone of three quarters',
      'utc',
      fix('2026-07-15T12:00:00', '2026-07-15T06:15:00', { zone: 'Asia/Kathmandu' }),
      '2026-07-15T06:15:00Z',
      '2026-07-15T12:00:00',
    ],
    [
      'UTC in the second passing of the doubled hour',
      'utc',
      fix('2026-10-25T02:30:00', '2026-10-25T01:30:00'),
      '2026-10-25T01:30:00Z',
      '2026-10-25T02:30:00',
    ],
    [
      'UTC in the first passing of the doubled hour',
      'utc',
      fix('2026-10-25T02:30:00', '2026-10-25T00:30:00'),
      '2026-10-25T00:30:00Z',
      '2026-10-25T02:30:00',
    ],
    [
      'UTC across the change in spring, of a camera that does not change',
      'utc',
      fix('2026-03-29T02:30:00', '2026-03-29T01:30:00'),
      '2026-03-29T01:30:00Z',
      '2026-03-29T03:30:00',
    ],
    [
      'its own time in summer',
      'local',
      fix('2026-07-15T12:00:00', '2026-07-15T12:00:01'),
      '2026-07-15T10:00:00Z',
      '2026-07-15T12:00:00',
    ],
    [
      'its own time in winter',
      'local',
      fix('2026-01-15T12:00:00', '2026-01-15T12:00:01'),
      '2026-01-15T11:00:00Z',
      '2026-01-15T12:00:00',
    ],
    [
      'its own time with a clock that was a day behind until the fix',
      'local',
      fix('2026-07-14T12:00:00', '2026-07-15T12:00:20'),
      '2026-07-15T10:00:20Z',
      '2026-07-15T12:00:20',
    ],
    [
      'its own time in New Zealand',
      'local',
      fix('2026-07-15T12:00:00', '2026-07-15T12:00:00', { zone: 'Pacific/Auckland' }),
      '2026-07-15T00:00:00Z',
      '2026-07-15T12:00:00',
    ],
    [
      'its own time, an hour from that of the place, by the jump of a cold start',
      'local',
      fix('2026-07-15T12:00:00', '2026-07-15T12:00:00', { jumpMs: 3 * hourMs }),
      '2026-07-15T09:00:00Z',
      '2026-07-15T11:00:00',
    ],
  ] as const)('%s', (...[, gpsClock, own, at, local]) => {
    const facts = capture(localTextOf(own.wallMs), { fixes: [own] });
    expect(place(facts, { gpsClock })).toEqual({ at, local, source: 'gps', confidence: 'sure' });
  });

  test('of a clock that nobody knows yet, UTC is believed where it fits', () => {
    const own = fix('2026-07-15T12:00:00', '2026-07-15T10:00:00');
    expect(place(capture('2026-07-15T12:00:00', { fixes: [own] }), { gpsClock: 'unknown' })).toMatchObject({
      at: '2026-07-15T10:00:00Z',
      source: 'gps',
      confidence: 'likely',
    });
  });

  test('of a clock that nobody knows yet, records with the time of the name leave the name as it is', () => {
    const own = fix('2026-07-15T12:00:00', '2026-07-15T12:00:00');
    expect(place(capture('2026-07-15T12:00:00', { fixes: [own] }), { gpsClock: 'unknown' })).toMatchObject({
      at: '2026-07-15T10:00:00Z',
      source: 'setting',
      confidence: 'assumed',
    });
  });

  test('a name that is days off is doubtful as long as nobody knows the clock of the records', () => {
    const own = fix('2026-07-20T12:00:00', '2026-07-15T10:03:00');
    expect(place(capture('2026-07-20T12:00:00', { fixes: [own] }), { gpsClock: 'unknown' })).toMatchObject({
      at: '2026-07-15T10:03:00Z',
      confidence: 'doubtful',
    });
  });

  test('a cold start tells the clock by itself', () => {
    const own = fix('2026-07-15T12:00:00', '2026-07-15T12:00:00', { jumpMs: 2 * hourMs });
    expect(place(capture('2026-07-15T12:00:00', { fixes: [own] }), { gpsClock: 'unknown' })).toMatchObject({
      at: '2026-07-15T10:00:00Z',
      source: 'gps',
    });
  });

  test.each([
    ['receiver that has lost count of the weeks', '2006-11-29T10:00:00'],
    ['date in time to come', '2031-07-15T10:00:00'],
  ])('a %s moves nothing', (_what, clock) => {
    const own = fix('2026-07-15T12:00:00', clock);
    expect(place(capture('2026-07-15T12:00:00', { fixes: [own] }))).toMatchObject({
      at: '2026-07-15T10:00:00Z',
      source: 'setting',
    });
  });

  test('its own time in the doubled hour is likely the first passing, unless its neighbour tells the second', () => {
    const own = fix('2026-10-25T02:30:00', '2026-10-25T02:30:00');
    const facts = capture('2026-10-25T02:30:00', { fixes: [own], sequence: 22 });
    expect(place(facts, { gpsClock: 'local' })).toMatchObject({
      at: '2026-10-25T00:30:00Z',
      confidence: 'likely',
    });
    const witnesses = [
      witness('2026-10-25T01:55:00', '2026-10-24T23:55:00Z', { isByZone: true }, 10),
      witness('2026-10-25T03:05:00', '2026-10-25T02:05:00Z', { isByZone: true }, 30),
    ];
    expect(place(facts, { gpsClock: 'local', witnesses })).toMatchObject({
      at: '2026-10-25T01:30:00Z',
      confidence: 'sure',
    });
    const first = { ...facts, sequence: 16 };
    expect(place(first, { gpsClock: 'local', witnesses })).toMatchObject({ at: '2026-10-25T00:30:00Z' });
  });

  test("a zone that was set by hand is that of the records too, where they are the camera's own time", () => {
    const own = fix('2026-07-15T12:00:00', '2026-07-15T12:00:00');
    const camera = clocks({ gpsClock: 'local', zone: 'UTC+01:00' });
    expect(place(capture('2026-07-15T12:00:00', { fixes: [own] }), { camera })).toMatchObject({
      at: '2026-07-15T11:00:00Z',
      local: '2026-07-15T13:00:00',
    });
  });
});

describe('without a fix', () => {
  test("its neighbour's clock is its own", () => {
    const witnesses = [witness('2026-07-22T11:50:00', '2026-07-15T09:50:31Z')];
    expect(place(capture('2026-07-22T12:00:00'), { witnesses })).toEqual({
      at: '2026-07-15T10:00:31Z',
      local: '2026-07-15T12:00:31',
      source: 'camera_offset',
      confidence: 'likely',
    });
  });

  test('a neighbour that agrees with the settings makes them likely, and changes nothing else', () => {
    const witnesses = [witness('2026-07-15T11:50:00', '2026-07-15T09:50:00Z')];
    expect(place(capture('2026-07-15T12:00:00'), { witnesses })).toMatchObject({
      source: 'setting',
      confidence: 'likely',
    });
  });

  test('who was recorded next to it decides of the hour that occurs twice', () => {
    const witnesses = [
      witness('2026-10-25T02:10:00', '2026-10-25T00:10:00Z', {}, 100),
      witness('2026-10-25T02:20:00', '2026-10-25T01:20:00Z', {}, 160),
    ];
    const at = (sequence: number) => place(capture('2026-10-25T02:16:00', { sequence }), { witnesses }).at;
    expect(at(106)).toBe('2026-10-25T00:16:00Z');
    expect(at(156)).toBe('2026-10-25T01:16:00Z');
  });

  test('a neighbour whose own time was read in a zone is read on in it over a change of the clocks', () => {
    const witnesses = [witness('2026-10-24T23:00:00', '2026-10-24T21:00:00Z', { isByZone: true })];
    expect(place(capture('2026-10-25T08:00:00'), { witnesses, gpsClock: 'local' }).at).toBe(
      '2026-10-25T07:00:00Z',
    );
  });

  test('what is more than half a day away is no neighbour, only a reason to doubt', () => {
    const witnesses = [witness('2026-07-14T23:59:59', '2026-07-10T09:50:31Z')];
    expect(place(capture('2026-07-15T12:00:00'), { witnesses })).toMatchObject({
      at: '2026-07-15T10:00:00Z',
      confidence: 'doubtful',
    });
  });

  test("a shift moves clips whose records are the camera's own clock, for that was wrong too", () => {
    const shifts = [
      { fromMs: wallOf('2026-09-20T00:00:00'), toMs: wallOf('2026-09-24T00:00:00'), shiftMs: 7 * dayMs },
    ];
    const camera = clocks({ gpsClock: 'local', shifts });
    const wrong = fix('2026-09-21T08:00:00', '2026-09-21T08:00:00');
    expect(localTextOf(wrong.wallMs + (readFix(wrong, camera, zones)?.deltaMs ?? 0))).toBe(
      '2026-09-28T06:00:00',
    );
    const right = fix('2026-09-25T08:00:00', '2026-09-25T08:00:00');
    expect(localTextOf(right.wallMs + (readFix(right, camera, zones)?.deltaMs ?? 0))).toBe(
      '2026-09-25T06:00:00',
    );
  });

  test('a neighbour outside of a stretch that was shifted by hand tells nothing of what is within', () => {
    const shifts = [{ fromMs: wallOf('2026-07-15T12:00:00'), toMs: Infinity, shiftMs: -7 * dayMs }];
    const witnesses = [witness('2026-07-15T11:50:00', '2026-07-15T09:50:00Z')];
    expect(
      place(capture('2026-07-15T12:00:00'), { camera: clocks({ shifts }), witnesses, afresh: true }),
    ).toEqual({
      at: '2026-07-08T10:00:00Z',
      local: '2026-07-08T12:00:00',
      source: 'camera_offset',
      confidence: 'likely',
    });
  });

  test('what is placed already stays where it is, whatever the zone of the machine is now', () => {
    const camera = clocks({ installationZone: 'Asia/Tokyo' });
    expect(place(capture('2026-07-15T12:00:00'), { camera }).at).toBe('2026-07-15T10:00:00Z');
    expect(place(capture('2026-07-15T12:00:00'), { camera, afresh: true }).at).toBe('2026-07-15T03:00:00Z');
  });

  test.each([
    ['IANA', 'America/New_York', '2026-07-15T16:00:00Z'],
    ['a fixed offset', 'UTC+02:00', '2026-07-15T10:00:00Z'],
    ['a fixed offset of half an hour west', 'UTC-03:30', '2026-07-15T15:30:00Z'],
  ])('the zone of the camera, %s, is the one its names are read in', (_what, zone, at) => {
    const placed = place(capture('2026-07-15T12:00:00'), { camera: clocks({ zone }), afresh: true });
    expect(placed).toEqual({
      at,
      local: '2026-07-15T12:00:00',
      source: 'camera_offset',
      confidence: 'likely',
    });
  });

  test.each([
    ['a clock that was reset, seen years later', '2020-01-01T00:00:10', Date.UTC(2026, 6, 1), 'doubtful'],
    ['a clock that was reset, found in a folder', '2020-01-01T00:00:10', null, 'doubtful'],
    ["a drive on New Year's Day, seen that day", '2026-01-01T00:20:00', Date.UTC(2026, 0, 1, 12), 'assumed'],
    ['a clock before there were such cameras', '2010-01-01T00:00:10', null, 'doubtful'],
    [
      'a clock that is ahead of the one that saw it',
      '2026-07-15T12:00:00',
      Date.UTC(2026, 6, 10),
      'doubtful',
    ],
    ['a clock half a year behind', '2026-01-10T12:00:00', Date.UTC(2026, 7, 10), 'doubtful'],
    ['an old recording in a folder', '2019-05-05T12:00:00', null, 'assumed'],
  ])('%s is %s', (_what, named, seenAt, confidence) => {
    expect(place(capture(named, { seenAt })).confidence).toBe(confidence);
  });

  describe('between the fixes next to it, days away', () => {
    const right = (named: string, sequence: number | null = null) =>
      witness(named, `${localTextOf(wallOf(named) - 2 * hourMs)}Z`, {}, sequence);
    const weekAhead = (named: string, sequence: number | null = null, seconds = 0) =>
      witness(
        named,
        `${localTextOf(wallOf(named) - 7 * dayMs - 2 * hourMs + seconds * 1000)}Z`,
        {},
        sequence,
      );
    const at = '2026-07-22T12:00:00';
    const asNamed = '2026-07-22T10:00:00Z';
    const aWeekBefore = '2026-07-15T10:00:00Z';

    test.each<[what: string, witnesses: Witness[], at: string, confidence: string, sequence?: number]>([
      ['both right', [right('2026-07-20T08:00:00'), right('2026-07-24T08:00:00')], asNamed, 'assumed'],
      [
        'both a week ahead',
        [weekAhead('2026-07-20T08:00:00'), weekAhead('2026-07-24T08:00:00')],
        aWeekBefore,
        'likely',
      ],
      [
        'both a week ahead, but for some seconds that the clock lost: as the nearer one was',
        [weekAhead('2026-07-20T08:00:00', null, 20), weekAhead('2026-07-23T08:00:00', null, 30)],
        '2026-07-15T10:00:30Z',
        'likely',
      ],
      [
        'both a week ahead, with right ones further away',
        [
          right('2026-07-10T08:00:00'),
          weekAhead('2026-07-20T08:00:00'),
          weekAhead('2026-07-24T08:00:00'),
          right('2026-07-30T08:00:00'),
        ],
        aWeekBefore,
        'likely',
      ],
      [
        'both a week ahead, counted between them',
        [weekAhead('2026-07-20T08:00:00', 100), weekAhead('2026-07-24T08:00:00', 5000)],
        aWeekBefore,
        'likely',
        2500,
      ],
      [
        'both a week ahead, but counted elsewhere',
        [weekAhead('2026-07-20T08:00:00', 100), weekAhead('2026-07-24T08:00:00', 5000)],
        asNamed,
        'doubtful',
        9000,
      ],
      [
        'wrong by different errors',
        [weekAhead('2026-07-20T08:00:00'), witness('2026-07-24T08:00:00', '2026-07-01T06:00:00Z')],
        asNamed,
        'doubtful',
      ],
      [
        'wrong before, right after: nobody knows when it was set right',
        [weekAhead('2026-07-20T08:00:00'), right('2026-07-24T08:00:00')],
        asNamed,
        'doubtful',
      ],
      [
        'right before, wrong after: nobody knows since when',
        [right('2026-07-20T08:00:00'), weekAhead('2026-07-24T08:00:00')],
        asNamed,
        'doubtful',
      ],
      ['wrong before, nothing after', [weekAhead('2026-07-20T08:00:00')], asNamed, 'doubtful'],
      ['nothing before, wrong after', [weekAhead('2026-07-24T08:00:00')], asNamed, 'doubtful'],
      [
        'wrong, and longer ago than a clock is believed to stay so',
        [weekAhead('2026-05-20T08:00:00')],
        asNamed,
        'assumed',
      ],
      [
        'wrong by its name before, but counted right after it: the clock had been set right meanwhile',
        [right('2026-07-21T08:00:00', 300), weekAhead('2026-07-24T08:00:00', 120)],
        asNamed,
        'assumed',
        400,
      ],
      [
        'both ten minutes ahead',
        [
          witness('2026-07-20T08:00:00', '2026-07-20T05:50:00Z'),
          witness('2026-07-24T08:00:00', '2026-07-24T05:50:00Z'),
        ],
        '2026-07-22T09:50:00Z',
        'likely',
      ],
      [
        'ten minutes ahead before: no reason to doubt the day',
        [witness('2026-07-20T08:00:00', '2026-07-20T05:50:00Z')],
        asNamed,
        'assumed',
      ],
    ])('%s', (...[, witnesses, instant, confidence, sequence]) => {
      const facts = capture(at, sequence === undefined ? {} : { sequence });
      for (const order of [witnesses, witnesses.toReversed()]) {
        const context = { camera: clocks(), witnesses: order, zones, now, afresh: false };
        expect(place(facts, context)).toMatchObject({ at: instant, confidence });
        const once = placeCapture(facts, context);
        expect(placeCapture({ ...facts, current: once }, context)).toEqual(once);
      }
    });

    test('what a person said of the clock goes before what is days away, and takes the doubt', () => {
      const shift = { fromMs: wallOf('2026-07-22T00:00:00'), toMs: wallOf('2026-07-23T00:00:00') };
      const shifts = [{ ...shift, shiftMs: -3 * dayMs }];
      for (const witnesses of [
        [weekAhead('2026-07-20T08:00:00')],
        [weekAhead('2026-07-20T08:00:00'), weekAhead('2026-07-24T08:00:00')],
      ])
        expect(place(capture(at), { camera: clocks({ shifts }), witnesses, afresh: true })).toMatchObject({
          at: '2026-07-19T10:00:00Z',
          confidence: 'likely',
        });
    });

    test('outside of a stretch that a person said to be wrong, its fixes raise no doubt', () => {
      const shift = { fromMs: wallOf('2026-07-20T00:00:00'), toMs: wallOf('2026-07-21T00:00:00') };
      const shifts = [{ ...shift, shiftMs: -7 * dayMs }];
      const witnesses = [weekAhead('2026-07-20T08:00:00')];
      expect(place(capture(at), { camera: clocks({ shifts }), witnesses }).confidence).toBe('assumed');
    });
  });

  test('placing twice changes nothing', () => {
    const contexts = [
      {},
      { afresh: true },
      { witnesses: [witness('2026-07-15T11:50:00', '2026-07-10T09:50:31Z')] },
      { camera: clocks({ zone: 'UTC+05:45' }), afresh: true },
    ];
    for (const context of contexts) {
      const facts = capture('2026-07-15T12:00:00');
      const once = placeCapture(facts, {
        camera: clocks(),
        witnesses: [],
        zones,
        now,
        afresh: false,
        ...context,
      });
      const again = placeCapture(
        { ...facts, current: once },
        { camera: clocks(), witnesses: [], zones, now, afresh: false, ...context },
      );
      expect(again).toEqual(once);
    }
  });
});

test('a name that comes new is read as by its camera', () => {
  const camera = clocks({ learnedZoneAt: () => 'UTC+00:00' });
  expect(nameInstant(wallOf('2026-07-15T12:00:00'), camera, zones)).toEqual({
    at: Date.UTC(2026, 6, 15, 12),
    offsetMinutes: 0,
    isOwn: true,
  });
});

test.each([
  ['right', fix('2026-07-15T12:00:00', '2026-07-15T10:00:01'), { offsetMinutes: 120, errorMs: 0 }],
  [
    'left at winter time',
    fix('2026-07-15T11:00:00', '2026-07-15T10:00:00'),
    { offsetMinutes: 60, errorMs: 0 },
  ],
  [
    'a minute ahead',
    fix('2026-07-15T12:01:00', '2026-07-15T10:00:00'),
    { offsetMinutes: 120, errorMs: minuteMs },
  ],
  [
    'a week ahead',
    fix('2026-07-22T12:00:00', '2026-07-15T10:00:00'),
    { offsetMinutes: 120, errorMs: 7 * dayMs },
  ],
])('a clock that is %s is told so', (_what, own, told) => {
  expect(clockErrorOf(own, clocks(), zones)).toEqual(told);
});

test('a reading never depends on anything but the clip and what is known of its camera', () => {
  const own = fix('2026-07-15T12:00:00', '2026-07-15T10:00:03');
  expect(readFix(own, clocks(), zones)).toEqual(
    readFix(own, clocks({ installationZone: 'Asia/Tokyo' }), new ZoneOffsets()),
  );
});

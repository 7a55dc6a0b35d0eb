import fc from 'fast-check';
import { expect, test } from 'vitest';
import { channels, clipKinds, type Channel } from '../../shared/clips.ts';
import { orderClasses, type OrderClass } from '../../shared/queue.ts';
import { orderQueue, type Orderable, type OrderOptions } from './plan.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Clips of the tables begin at minutes of this day. */
const now = 2 * day;

let nextId = 1;
const clip = (change: Partial<Orderable>): Orderable => {
  const id = nextId++;
  return {
    id,
    captureId: id,
    kind: 'normal',
    channel: 'front',
    container: 'mp4',
    locked: false,
    rank: null,
    startedAt: 0,
    volume: '1',
    ...change,
  };
};

/** A clip of a channel that begins at a minute of the day; its capture is that minute, below 0. */
const lens = (channel: Channel, at: number, change: Partial<Orderable> = {}) =>
  clip({ channel, captureId: -Math.floor(at), startedAt: at * minute, ...change });

const order = (clips: readonly Orderable[], change: Partial<OrderOptions> = {}) =>
  orderQueue(clips, { classes: orderClasses, frontFirst: true, riskBefore: new Map(), now, ...change });
const ids = (clips: readonly { id: number }[]) => clips.map(({ id }) => id);
const reasons = (clips: readonly { reason: string }[]) => clips.map(({ reason }) => reason);
const without = (...names: OrderClass[]) => orderClasses.filter((name) => !names.includes(name));

const risk = new Map([['1', 300 * minute]]);

/** One of each class, in the order that the settings have at first. */
function oneOfEach() {
  return [
    clip({ locked: true, startedAt: 350 * minute }),
    clip({ kind: 'event', startedAt: 400 * minute }),
    clip({ startedAt: 100 * minute }),
    clip({ startedAt: 900 * minute }),
    clip({ startedAt: 500 * minute }),
    clip({ kind: 'parking', startedAt: 1000 * minute }),
    clip({ kind: 'unclassified', startedAt: 1100 * minute }),
    clip({ container: 'jpg', startedAt: 1200 * minute }),
  ];
}

test('clips come class by class in the order of the setting, each with its class as the reason', () => {
  const clips = oneOfEach();
  const ordered = order(clips.toReversed(), { riskBefore: risk });
  expect(reasons(ordered)).toEqual(orderClasses);
  expect(ids(ordered)).toEqual(ids(clips));
});

test('a reordered setting reorders the queue', () => {
  const classes = orderClasses.toReversed();
  const ordered = order(oneOfEach(), { classes, riskBefore: risk });
  expect(reasons(ordered)).toEqual(classes);
});

test.each(orderClasses.filter((name) => name !== 'earlier'))(
  'with %s switched off its clips have no place of their own',
  (name) => {
    const ordered = order(oneOfEach(), { classes: without(name), riskBefore: risk });
    expect(ordered).toHaveLength(orderClasses.length);
    expect(reasons(ordered)).not.toContain(name);
  },
);

test('earlier drives may come before the newest', () => {
  const [newest, earlier] = [lens('front', 100), lens('front', 10)];
  expect(order([newest, earlier], { classes: ['earlier', 'newest'] })).toEqual([
    { id: earlier.id, reason: 'earlier' },
    { id: newest.id, reason: 'newest' },
  ]);
});

test.each<[string, Partial<Orderable>, OrderClass[], string]>([
  ['a locked event', { locked: true, kind: 'event' }, [...orderClasses], 'locked'],
  ['a locked event', { locked: true, kind: 'event' }, ['event', 'locked', 'earlier'], 'event'],
  ['a locked event', { locked: true, kind: 'event' }, ['newest', 'earlier'], 'earlier'],
  ['an event about to be overwritten', { kind: 'event' }, ['overwrite', 'event', 'earlier'], 'overwrite'],
  ['a locked clip, which nothing overwrites', { locked: true }, ['overwrite', 'earlier', 'locked'], 'locked'],
  ['a photo, of which the card is never full', { container: 'jpg' }, [...orderClasses], 'photo'],
  ['a photo', { container: 'jpg' }, ['earlier'], 'earlier'],
  ['a parking clip', { kind: 'parking' }, ['earlier', 'parking'], 'parking'],
  ['a parking clip', { kind: 'parking' }, ['newest', 'earlier'], 'earlier'],
  ['a locked parking clip', { kind: 'parking', locked: true }, ['parking', 'locked', 'earlier'], 'parking'],
  ['the newest drive, about to be overwritten', {}, ['newest', 'overwrite', 'earlier'], 'newest'],
  ['the newest drive, about to be overwritten', {}, [...orderClasses], 'overwrite'],
  ['the newest drive', { volume: '2' }, [...orderClasses], 'newest'],
])('%s (%o) under %j counts as %s', (_what, change, classes, reason) => {
  const one = clip({ startedAt: 100 * minute, ...change });
  // Of a storage that overwrites nothing: one clip at risk among others.
  const other = clip({ startedAt: 100 * minute, volume: '2' });
  const { reason: found } =
    order([one, other], { classes, riskBefore: risk }).find(({ id }) => id === one.id) ?? {};
  expect(found).toBe(reason);
});

test('a clip is about to be overwritten only by what its own storage says', () => {
  const at = { startedAt: 100 * minute };
  const clips = [clip({ ...at, volume: '' }), clip({ ...at, volume: '2' })];
  const named = order(clips, { classes: ['overwrite', 'earlier'], riskBefore: new Map([['', now]]) });
  expect(named).toEqual([
    { id: clips[0]?.id, reason: 'overwrite' },
    { id: clips[1]?.id, reason: 'earlier' },
  ]);
});

test('what the user asked for comes first in the order asked, what was put last after everything', () => {
  const clips = [
    clip({ rank: -2, kind: 'parking' }),
    clip({ rank: -1, startedAt: 5 * minute }),
    clip({ locked: true }),
    clip({ container: 'jpg' }),
    clip({ rank: 1 }),
    clip({ rank: 2, locked: true }),
  ];
  const ordered = order(clips.toReversed());
  expect(ids(ordered)).toEqual(ids(clips));
  expect(reasons(ordered)).toEqual(['asked', 'asked', 'locked', 'photo', 'last', 'last']);
});

test('a day asked for as a whole comes newest drive first, its front before its rear', () => {
  const newer = [lens('front', 100), lens('front', 99), lens('rear', 100), lens('rear', 99)];
  const clips = [...newer, lens('front', 10)].map((one) => ({ ...one, rank: -1 }));
  expect(ids(order(clips.toReversed()))).toEqual(ids(clips));
});

/** Two minutes of three channels, the later minute first. */
const drive = (from: number) => ({
  front: [lens('front', from + 1), lens('front', from)],
  rear: [lens('rear', from + 1.01), lens('rear', from + 0.01)],
  interior: [lens('interior', from + 1.02), lens('interior', from + 0.02)],
});
const twoDrives = () => ({ newer: drive(100), older: drive(10) });

test('of each drive all front clips come first, newest capture first, then the other channels', () => {
  const { newer, older } = twoDrives();
  const expected = [newer, older].flatMap(({ front, rear, interior }) => [...front, ...rear, ...interior]);
  expect(ids(order(expected.toReversed()))).toEqual(ids(expected));
});

test('without the front first, it goes capture by capture, the front leading each', () => {
  const { newer, older } = twoDrives();
  const expected = [newer, older].flatMap(({ front, rear, interior }) =>
    [0, 1].flatMap((index) => [front[index]!, rear[index]!, interior[index]!]),
  );
  expect(ids(order(expected.toReversed(), { frontFirst: false }))).toEqual(ids(expected));
});

test('the channels of one moment go front, rear, interior, tele, other, whichever began first', () => {
  const lenses = ['front', 'rear', 'interior', 'tele', 'other'] as const;
  const clips = lenses.map((channel, index) => clip({ channel, captureId: -1, startedAt: index * 300 }));
  for (const frontFirst of [true, false])
    expect(ids(order(clips.toReversed(), { frontFirst }))).toEqual(ids(clips));
});

test('a pause of a quarter of an hour ends a drive, one minute less does not', () => {
  expect(reasons(order([lens('front', 200), lens('front', 185)]))).toEqual(['newest', 'newest']);
  expect(reasons(order([lens('front', 200), lens('front', 184)]))).toEqual(['newest', 'earlier']);
});

test('parking clips between two drives do not make them one', () => {
  const parked = [10, 20, 30, 40].map((at) => clip({ kind: 'parking', startedAt: at * minute }));
  const ordered = order([clip({ startedAt: 0 }), ...parked, clip({ startedAt: 50 * minute })]);
  expect(reasons(ordered)).toEqual(['newest', 'earlier', 'parking', 'parking', 'parking', 'parking']);
});

test('an impact after the drive is no newer drive', () => {
  const ordered = order([clip({ startedAt: 0 }), clip({ kind: 'event', startedAt: 100 * minute })], {
    classes: without('event'),
  });
  expect(reasons(ordered).toSorted()).toEqual(['earlier', 'newest']);
});

test('a clip dated in the future does not hide the newest drive', () => {
  const real = clip({ startedAt: now - minute });
  const ahead = clip({ startedAt: Date.UTC(2098, 0, 1) });
  expect(order([ahead, real])).toEqual([
    { id: real.id, reason: 'newest' },
    { id: ahead.id, reason: 'earlier' },
  ]);
});

test('what will be overwritten goes from the oldest on, the front before others of its moment', () => {
  const clips = [lens('front', 90), lens('rear', 90), lens('front', 91), lens('rear', 91)];
  const safe = [1, 2, 3, 4].map((index) => clip({ startedAt: now - index * minute }));
  const ordered = order([...safe, ...clips].toReversed(), { riskBefore: risk });
  expect(ids(ordered).slice(0, 4)).toEqual(ids(clips));
  expect(reasons(ordered)).toEqual([...Array(4).fill('overwrite'), ...Array(4).fill('newest')]);
});

test('when most of what waits is at risk, the newest drive comes first all the same', () => {
  const clips = [lens('front', 90), lens('front', 91), lens('front', 92)];
  const safe = clip({ startedAt: now - minute });
  const ordered = order([...clips, safe], { riskBefore: risk });
  expect(reasons(ordered)).toEqual(['newest', 'earlier', 'earlier', 'earlier']);
});

test('what was begun is finished first, after what is asked for, locked or an event', () => {
  const begun = clip({ startedAt: now - 9 * 24 * 60 * minute, begun: true });
  const parked = clip({ startedAt: now - 8 * 24 * 60 * minute, kind: 'parking', begun: true });
  const asked = clip({ startedAt: now - 60 * 60 * minute, rank: -1 });
  const locked = clip({ startedAt: now - 70 * 60 * minute, locked: true });
  const newest = clip({ startedAt: now - minute });
  const put = clip({ startedAt: now - minute, rank: 1, begun: true });
  const ordered = order([put, newest, begun, parked, locked, asked]);
  expect(ids(ordered)).toEqual(ids([asked, locked, parked, begun, newest, put]));
  expect(reasons(ordered)).toEqual(['asked', 'locked', 'begun', 'begun', 'newest', 'last']);
});

test('nothing wanted is an empty queue', () => {
  expect(order([])).toEqual([]);
});

const anyClip = fc.record({
  captureId: fc.integer({ min: 1, max: 5 }),
  kind: fc.constantFrom(...clipKinds),
  channel: fc.constantFrom(...channels),
  container: fc.constantFrom('mp4' as const, 'jpg' as const),
  locked: fc.boolean(),
  rank: fc.option(fc.integer({ min: -3, max: 3 })),
  startedAt: fc.integer({ min: 0, max: 100 }).map((minutes) => minutes * 7 * minute),
  volume: fc.constantFrom('', '1'),
});
const anyOptions = fc.record({
  classes: fc.shuffledSubarray([...orderClasses]),
  frontFirst: fc.boolean(),
  riskBefore: fc
    .option(fc.integer({ min: 0, max: 700 }))
    .map((at) => new Map(at === null ? [] : [['1', at * minute]])),
  now: fc.constant(now),
});

test('the order holds every clip once, the asked first and the last last, however they are given', () => {
  const drafts = fc.array(anyClip, { maxLength: 30 });
  fc.assert(
    fc.property(drafts, anyOptions, fc.infiniteStream(fc.nat()), (given, options, noise) => {
      const clips = given.map((draft, index) => ({ ...clip(draft), id: index }));
      const ordered = orderQueue(clips, options);
      expect(ids(ordered).toSorted((a, b) => a - b)).toEqual(ids(clips));
      const sides = ordered.map(({ id }) => Math.sign(clips[id]?.rank ?? 0));
      expect(sides).toEqual(sides.toSorted((a, b) => a - b));
      const shuffled = clips
        .map((one) => ({ one, at: noise.next().value }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one);
      expect(orderQueue(shuffled, options)).toEqual(ordered);
      // Nobody is told a reason that is switched off.
      const enabled = new Set<string>([...options.classes, 'asked', 'last', 'earlier']);
      expect(reasons(ordered).filter((reason) => !enabled.has(reason))).toEqual([]);
    }),
  );
});

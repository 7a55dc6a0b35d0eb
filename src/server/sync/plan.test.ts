import fc from 'fast-check';
import { expect, test } from 'vitest';
import { channels, clipKinds, type Channel } from '../../shared/clips.ts';
import { orderQueue, type Orderable } from './plan.ts';

const minute = 60_000;
let nextId = 1;
const clip = (change: Partial<Orderable>): Orderable => {
  const id = nextId++;
  return {
    id,
    captureId: id,
    state: 'waiting',
    kind: 'normal',
    channel: 'front',
    container: 'mp4',
    locked: false,
    rank: null,
    startedAt: 0,
    ...change,
  };
};
const ids = (clips: readonly { id: number }[]) => clips.map(({ id }) => id);

test('what was asked for comes first, then locked, events, the newest drive, earlier ones, parking, unclassified, photos', () => {
  const inOrder = [
    clip({ rank: -2, kind: 'parking' }),
    clip({ rank: -1 }),
    clip({ locked: true }),
    clip({ kind: 'event', startedAt: 5 * minute }),
    clip({ startedAt: 500 * minute }),
    clip({ startedAt: 490 * minute }),
    clip({ startedAt: 400 * minute }),
    clip({ kind: 'parking', startedAt: 600 * minute }),
    clip({ kind: 'unclassified', startedAt: 700 * minute }),
    clip({ container: 'jpg', startedAt: 800 * minute, locked: true }),
  ];
  const ordered = orderQueue(inOrder.toReversed());
  expect(ids(ordered)).toEqual(ids(inOrder));
  expect(ordered.map(({ reason }) => reason)).toEqual([
    'asked',
    'asked',
    'locked',
    'event',
    'newest',
    'newest',
    'earlier',
    'parking',
    'unclassified',
    'photo',
  ]);
});

test('within a capture the front comes before the rear, whichever began first', () => {
  const order: Channel[] = ['front', 'rear', 'interior', 'tele', 'other'];
  const lenses = order.map((channel, index) => clip({ channel, captureId: 1, startedAt: index * 300 }));
  expect(ids(orderQueue(lenses.toReversed()))).toEqual(ids(lenses));
});

test('nothing wanted is an empty queue', () => {
  expect(orderQueue([])).toEqual([]);
});

const anyClip = fc.record({
  captureId: fc.integer({ min: 1, max: 5 }),
  kind: fc.constantFrom(...clipKinds),
  channel: fc.constantFrom(...channels),
  container: fc.constantFrom('mp4' as const, 'jpg' as const),
  locked: fc.boolean(),
  rank: fc.option(fc.integer({ min: -5, max: 0 })),
  startedAt: fc.integer({ min: 0, max: 10_000_000 }),
});

test('the order holds every clip once and does not depend on the order it is given them in', () => {
  fc.assert(
    fc.property(fc.array(anyClip, { maxLength: 30 }), (drafts) => {
      const clips = drafts.map((draft, index) => ({ ...clip(draft), id: index }));
      const ordered = ids(orderQueue(clips));
      expect(ordered.toSorted((a, b) => a - b)).toEqual(ids(clips));
      expect(ids(orderQueue(clips.toReversed()))).toEqual(ordered);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureToleranceMs as toleranceOfArchive } from '../../archive/capture-repository.ts';
import { channels, type Channel, type ClipKind } from '../../../shared/clips.ts';
import { captureToleranceMs, ClipTimes, planCaptures } from './capture-plan.ts';

interface Clip {
  at: number;
  channel: Channel;
  kind?: ClipKind;
}

function group(clips: Clip[]): number[] {
  const times = new ClipTimes(clips.length);
  for (const [id, { at, channel, kind = 'normal' }] of clips.entries()) {
    times.add({ id, startedAt: at, offsetMinutes: 0, channel, kind, locked: false });
  }
  const { captureOf, leaders } = planCaptures(times);
  for (const [capture, leader] of leaders.entries()) expect(captureOf[leader]).toBe(capture);
  return [...captureOf];
}

const front = (at: number): Clip => ({ at, channel: 'front' });
const rear = (at: number): Clip => ({ at, channel: 'rear' });

test('the rule is that of the archive', () => {
  expect(captureToleranceMs).toBe(toleranceOfArchive);
});

test.each([
  ['both channels of one moment', [front(0), rear(0)], [0, 0]],
  ['two seconds apart', [front(0), rear(2000)], [0, 0]],
  ['more than two seconds apart', [front(0), rear(2001)], [0, 1]],
  ['a channel twice', [front(0), front(1000)], [0, 1]],
  ['the nearest of two', [front(0), front(1000), rear(1500)], [0, 1, 1]],
  ['in any order', [rear(61_000), front(0), rear(1000), front(60_000)], [1, 0, 0, 1]],
  ['pairs of one moment in order', [front(0), front(0), rear(0), rear(0)], [0, 1, 0, 1]],
  ['a name not understood', [front(0), { at: 0, channel: 'rear', kind: 'unclassified' }], [0, 1]],
] as [string, Clip[], number[]][])('%s', (_what, clips, expected) => {
  expect(group(clips)).toEqual(expected);
});

test('whatever the times, no capture has a channel twice or spans more than two seconds', () => {
  const clip = fc.record({
    at: fc.integer({ min: 0, max: 12 }).map((step) => step * 500),
    channel: fc.constantFrom(...channels),
    kind: fc.constantFrom<ClipKind>('normal', 'parking', 'unclassified'),
  });
  fc.assert(
    fc.property(fc.array(clip, { maxLength: 40 }), (clips) => {
      const captureOf = group(clips);
      for (const capture of new Set(captureOf)) {
        const one = clips.filter((_clip, index) => captureOf[index] === capture);
        expect(new Set(one.map(({ channel }) => channel)).size).toBe(one.length);
        const starts = one.map(({ at }) => at);
        expect(Math.max(...starts) - Math.min(...starts)).toBeLessThanOrEqual(captureToleranceMs);
        if (one.some(({ kind }) => kind === 'unclassified')) expect(one).toHaveLength(1);
      }
    }),
  );
});

test('a hundred thousand clips of one second take no longer than others', () => {
  const clips = Array.from({ length: 100_000 }, (_, index) => (index % 2 === 0 ? front(0) : rear(0)));
  expect(new Set(group(clips)).size).toBe(50_000);
});

import { describe, expect, test } from 'vitest';
import { advance, frameBeside, rangeWithin, rateBeside, type Advance } from './clock-plan.ts';
import type { Playback } from './player-types.ts';
import { coveredSpans } from './segment-plan.ts';
import { second, t0, testCapture, testFootage, testMedia } from './test-footage.ts';
import { upcoming } from './upcoming-plan.ts';

// Two minutes, a seam of a second, a minute, a gap of four, a minute.
const footage = testFootage(
  testCapture(1, { at: 0 }),
  testCapture(2, { at: 60 }),
  testCapture(3, { at: 121 }),
  testCapture(4, { at: 421 }),
);
const at = (seconds: number) => t0 + seconds * second;

function gone(seconds: number, over: Partial<Playback> = {}, more: Partial<Advance> = {}) {
  const playback = { at: at(seconds), loop: null, rate: 1, skipsGaps: true, ...over };
  const result = advance({
    playback,
    footage,
    covered: coveredSpans(footage),
    elapsedMs: 100,
    masterAt: null,
    ...more,
  });
  return { ...result, at: (result.at - t0) / second };
}

describe('the clock', () => {
  test('goes by the time that passes, at its rate', () => {
    expect(gone(10).at).toBe(10.1);
    expect(gone(10, { rate: 16 }).at).toBe(11.6);
    expect(gone(10, { rate: 0.25 }).at).toBe(10.025);
  });
  test('follows the large video where that plays, and never backwards', () => {
    expect(gone(10, {}, { masterAt: at(10.03) }).at).toBe(10.03);
    expect(gone(10, {}, { masterAt: at(9.9) }).at).toBe(10);
  });
  test('does not follow a video that has not come along yet', () => {
    expect(gone(10, {}, { masterAt: at(40) }).at).toBe(10.1);
  });
  test('jumps over a gap, or goes through it', () => {
    expect(gone(180.95).at).toBe(421);
    expect(gone(180.95, { skipsGaps: false }).at).toBe(181.05);
  });
  test('jumps over a seam in any case', () => {
    expect(gone(119.95, { skipsGaps: false }).at).toBe(121);
  });
  test('ends where the last recording does, so that its picture stays', () => {
    expect(gone(480.95)).toEqual({ at: 480.999, isOver: true });
  });
  test('goes back at the end of a range', () => {
    const loop = { from: at(20), to: at(30) };
    expect(gone(29.95, { loop })).toEqual({ at: 20, isOver: false });
    expect(gone(180.95, { loop: { from: at(20), to: at(300) } }).at).toBe(20);
    expect(gone(480.95, { loop: { from: at(470), to: footage.to } })).toEqual({ at: 470, isOver: false });
  });
});

test('a range is cut to what is played, and is none when it ends before it begins', () => {
  expect(rangeWithin(footage, { from: -Infinity, to: at(10) })).toEqual({ from: t0, to: at(10) });
  expect(rangeWithin(footage, { from: at(10), to: at(10) })).toBeNull();
  expect(rangeWithin(footage, null)).toBeNull();
});

test('there is a faster and a slower rate until there is none', () => {
  expect([rateBeside(1, 1), rateBeside(16, 1), rateBeside(0.25, -1), rateBeside(3, -1)]).toEqual([
    2, 16, 0.25, 2,
  ]);
});

describe('a step of one picture', () => {
  const { segments } = footage.lanes[0]!;
  const step = (seconds: number, by: -1 | 1) => (frameBeside(segments, at(seconds), by) - t0) / second;
  test('goes to the middle of the next one or the one before', () => {
    expect(step(10, 1)).toBeCloseTo(10 + 1.5 / 30);
    expect(step(10.05, -1)).toBeCloseTo(10 + 0.5 / 30);
  });
  test('goes over the border between two recordings', () => {
    expect(step(59.99, 1)).toBe(60);
    expect(step(60.01, -1)).toBeCloseTo(60 - 0.5 / 30);
  });
  test('is that of the clip', () => {
    const slow = testFootage(
      testCapture(1, { at: 0, channels: { front: { media: testMedia({ fps: 1 }) } } }),
    );
    expect((frameBeside(slow.lanes[0]!.segments, at(10), 1) - t0) / second).toBe(11.5);
  });
});

describe('what a lane shows next', () => {
  const lane = footage.lanes[0]!;
  const clock: Omit<Playback, 'isPlaying' | 'isWaiting' | 'isScrubbing'> = {
    at: at(50),
    rate: 1,
    loop: null,
    skipsGaps: true,
  };
  const next = (over: Partial<typeof clock> = {}) => {
    const found = upcoming(lane, { ...clock, ...over }, coveredSpans(footage));
    return found && [found.segment.clip.id, found.inMs, found.segment.offsetMs];
  };
  test('comes after what it shows now, sooner at a higher rate', () => {
    expect(next()).toEqual([20, 10_000, 0]);
    expect(next({ rate: 4 })).toEqual([20, 2500, 0]);
  });
  test('comes at once behind a gap that is jumped over', () => {
    expect(next({ at: at(170) })).toEqual([40, 11_000, 0]);
    expect(next({ at: at(170), skipsGaps: false })).toEqual([40, 251_000, 0]);
  });
  test('is nothing at the end', () => {
    expect(next({ at: at(430) })).toBeNull();
  });
  test('of a range is its beginning', () => {
    expect(next({ at: at(115), loop: { from: at(10), to: at(119) } })).toEqual([10, 4000, 10_000]);
    expect(next({ at: at(50), loop: { from: at(10), to: at(55) } })).toBeNull();
  });
});

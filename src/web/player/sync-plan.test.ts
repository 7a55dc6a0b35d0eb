import { describe, expect, test } from 'vitest';
import {
  isReady,
  mustWait,
  planElement,
  type ElementFacts,
  type ElementProgress,
  type ElementWish,
} from './sync-plan.ts';

const playing: ElementFacts = { readyState: 4, timeS: 10, isPaused: false, isSeeking: false, rate: 1 };
const wish: ElementWish = { timeS: 10, isRunning: true, rate: 1, isMaster: false, fps: 30, isStepped: false };

describe('an element that plays', () => {
  test.each<[string, number, number | null, number | null]>([
    ['is where it should be', 0, 1, null],
    ['is less than a picture away', 0.02, 1, null],
    ['is a little ahead: it plays slower', 0.04, 0.95, null],
    ['is a little behind: it plays faster', -0.04, 1.05, null],
    ['is further behind', -0.08, 1.12, null],
    ['is far behind', -0.3, 1.25, null],
    ['is too far behind: it jumps, a little ahead of the clock', -0.5, 1, 10.08],
    ['is too far ahead', 2, 1, 10.08],
  ])('%s', (_, drift, rate, seekToS) => {
    const plan = planElement({ ...playing, timeS: 10 + drift }, wish);
    expect(plan).toMatchObject({
      isPlaying: true,
      seekToS: seekToS === null ? null : expect.closeTo(seekToS),
    });
    expect(plan.rate).toBeCloseTo(rate!);
  });
  test('makes a drift good to the end once it has begun', () => {
    const facts = { ...playing, timeS: 10.015 };
    expect(planElement(facts, wish).rate).toBe(1);
    expect(planElement({ ...facts, rate: 0.95 }, wish).rate).toBeCloseTo(0.95);
  });
  test('judges drift by the time that passes, not by that of the film', () => {
    expect(planElement({ ...playing, timeS: 10.08, rate: 4 }, { ...wish, rate: 4 }).rate).toBe(4);
  });
  test('is left alone while it seeks', () => {
    expect(planElement({ ...playing, timeS: 0, isSeeking: true }, wish)).toMatchObject({
      isPlaying: true,
      seekToS: null,
    });
  });
  test('and is followed by the clock is never hurried', () => {
    expect(planElement({ ...playing, timeS: 10.2 }, { ...wish, isMaster: true }).rate).toBe(1);
  });
  test.each([32, 0.05])('is moved from picture to picture at rate %d, which no browser plays', (rate) => {
    const plan = planElement({ ...playing, timeS: 9 }, { ...wish, rate });
    expect(plan).toEqual({ isPlaying: false, rate: null, seekToS: 10 });
  });
  test('is moved from picture to picture where it does not keep up', () => {
    expect(planElement(playing, { ...wish, isStepped: true, timeS: 12 })).toMatchObject({
      isPlaying: false,
      seekToS: 12,
    });
  });
});

describe('an element that stands', () => {
  const standing = { ...wish, isRunning: false };
  test('goes to the very picture, and stays there', () => {
    expect(planElement({ ...playing, timeS: 10.05 }, standing)).toEqual({
      isPlaying: false,
      rate: null,
      seekToS: 10,
    });
    expect(planElement({ ...playing, timeS: 10.01 }, standing).seekToS).toBeNull();
  });
  test('is asked for nothing before it knows its file', () => {
    expect(planElement({ ...playing, readyState: 0 }, wish)).toEqual({
      isPlaying: false,
      rate: null,
      seekToS: null,
    });
  });
});

describe('an element is ready', () => {
  const facts: ElementProgress = { ...playing, isPaused: true, durationS: 60, loadedForMs: 100 };
  test.each<[string, Partial<ElementProgress>, Partial<ElementWish>, boolean]>([
    ['with its picture and the next ones', {}, { isRunning: false }, true],
    [
      'with its picture alone once it fetches no more',
      { readyState: 2, loadedForMs: 400 },
      { isRunning: false },
      true,
    ],
    ['not with its picture alone while it fetches', { readyState: 2 }, { isRunning: false }, false],
    ['not while it seeks', { isSeeking: true }, {}, false],
    ['not elsewhere', { timeS: 20 }, { isRunning: false }, false],
    ['not when it has run dry', { isPaused: false, readyState: 2, loadedForMs: 9000 }, {}, false],
    [
      'at its end, where nothing more comes',
      { isPaused: false, readyState: 2, timeS: 59.95 },
      { timeS: 59.95 },
      true,
    ],
    [
      'when it is moved by hand, as soon as it can be',
      { readyState: 1, timeS: 3 },
      { isStepped: true },
      true,
    ],
  ])('%s', (_, over, wished, expected) => {
    expect(isReady({ ...facts, ...over }, { ...wish, ...wished })).toBe(expected);
  });
});

describe('the clock waits', () => {
  const large = { isLarge: true, isReady: true, waitsMs: 0 };
  const tile = { isLarge: false, isReady: true, waitsMs: 0 };
  const late = (lane: typeof large, waitsMs: number) => ({ ...lane, isReady: false, waitsMs });
  test.each<[string, (typeof large)[], boolean, boolean]>([
    ['not when all are ready', [large, tile], true, false],
    ['for the large one as long as it takes', [late(large, 60_000), tile], true, true],
    ['for a tile when it stands anyhow', [large, late(tile, 1000)], true, true],
    ['no more for a tile that takes too long', [large, late(tile, 3000)], true, false],
    ['not for a moment that nobody notices', [late(large, 50), late(tile, 50)], false, false],
    ['when the large one has run dry', [late(large, 150), tile], false, true],
  ])('%s', (_, lanes, isWaiting, expected) => {
    expect(mustWait(lanes, isWaiting)).toBe(expected);
  });
});

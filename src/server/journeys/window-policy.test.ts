import { describe, expect, test } from 'vitest';
import type { DerivedSpan } from './journey-types.ts';
import { matchByOverlap } from './match-policy.ts';
import { changedSpans, windowOf, windowsOf, type Window } from './window-policy.ts';

const rules = {
  stopMs: 300,
  stopRadiusM: 50,
  departureMs: 60,
  sessionGapMs: 1800,
  journeyMinM: 200,
  paddingMs: 120,
};
const journey = (from: number, to: number): DerivedSpan => ({ kind: 'journey', from, to, isEdited: false });

describe('padding', () => {
  test('ends half-way to the next journey', () => {
    expect(windowsOf([journey(1000, 2000), journey(2100, 3000)], [], rules)).toEqual([
      { from: 880, to: 2050 },
      { from: 2050, to: 3120 },
    ]);
  });

  test('goes up to parking footage, and is none where that reaches over the edge', () => {
    const parked = [
      { from: 800, to: 950 },
      { from: 2060, to: 2200 },
    ];
    expect(windowsOf([journey(1000, 2000)], parked, rules)).toEqual([{ from: 950, to: 2060 }]);
    const over = [
      { from: 990, to: 1010 },
      { from: 1990, to: 2050 },
    ];
    expect(windowsOf([journey(1000, 2000)], over, rules)).toEqual([{ from: 1000, to: 2000 }]);
  });
});

describe('where a capture belongs', () => {
  const windows: Window[] = [
    { kind: 'journey', id: 1, from: 0, to: 100 },
    { kind: 'stop', id: 2, from: 90, to: 300 },
    { kind: 'journey', id: 3, from: 290, to: 400 },
  ];
  test.each([
    ['driving, in a journey', { from: 50, to: 60 }, false, 1],
    ['driving off in its middle', { from: 250, to: 310 }, false, 3],
    ['in a stop', { from: 120, to: 180 }, false, 2],
    ['parked at the end of a journey', { from: 95, to: 99 }, true, 2],
    ['parked within a journey', { from: 20, to: 30 }, true, 1],
    ['before anything', { from: -50, to: -20 }, false, null],
    ['long after', { from: 900, to: 950 }, true, null],
  ])('%s', (_name, span, isParked, id) => {
    expect(windowOf({ ...span, isParked }, windows)?.id ?? null).toBe(id);
  });
});

test('what is to be placed anew is where windows differ', () => {
  const before: Window[] = [
    { kind: 'journey', id: 1, from: 0, to: 100 },
    { kind: 'stop', id: 1, from: 100, to: 200 },
  ];
  const after: Window[] = [
    { kind: 'journey', id: 1, from: 0, to: 120 },
    { kind: 'stop', id: 2, from: 300, to: 400 },
  ];
  expect(changedSpans(before, after)).toEqual([
    { from: 100, to: 200 },
    { from: 300, to: 400 },
  ]);
});

test('a new span gets the id of the old one that it shares most with, each id once', () => {
  const old = [
    { id: 7, from: 0, to: 100 },
    { id: 8, from: 100, to: 150 },
  ];
  const spans = [
    { from: 0, to: 30 },
    { from: 40, to: 140 },
    { from: 500, to: 600 },
  ];
  expect(matchByOverlap(old, spans)).toEqual([null, 7, null]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  atOf,
  atOfKey,
  atWithin,
  panBy,
  pinched,
  rangeAround,
  rangeWithEnd,
  shortestRangeMs,
  shortestViewMs,
  viewWith,
  viewWithin,
  wheelFactor,
  xOf,
  zoomAround,
} from './strip-plan.ts';

const begin = Date.UTC(2026, 8, 3, 15);
const minute = 60_000;
const hour = 60 * minute;
const bounds = { from: begin, to: begin + hour };

const instants = fc.integer({ min: 0, max: 4e12 });
const lengths = fc.integer({ min: 1, max: 7 * 86_400_000 });
const spans = fc.tuple(instants, lengths).map(([from, length]) => ({ from, to: from + length }));
const widths = fc.integer({ min: 1, max: 4000 });

describe('instants on the strip', () => {
  test.each([
    [0, begin],
    [300, begin + 15 * minute],
    [1200, begin + hour],
    [-600, begin - 30 * minute],
  ])('%i pixels are %i and back', (x, at) => {
    expect(atOf({ ...bounds, width: 1200 }, x)).toBe(at);
    expect(xOf({ ...bounds, width: 1200 }, at)).toBe(x);
  });
  test('a strip without time or width has all at its beginning', () => {
    expect(xOf({ from: 5, to: 5, width: 100 }, 5)).toBe(0);
    expect(atOf({ from: 5, to: 9, width: 0 }, 30)).toBe(5);
  });
  test('come back from pixels as they were', () => {
    fc.assert(
      fc.property(spans, widths, fc.double({ min: 0, max: 1, noNaN: true }), (span, width, share) => {
        const at = span.from + share * (span.to - span.from);
        expect(Math.abs(atOf({ ...span, width }, xOf({ ...span, width }, at)) - at)).toBeLessThan(0.01);
      }),
    );
  });
  test('a pointer that left the strip is at its end', () => {
    fc.assert(
      fc.property(spans, widths, fc.integer({ min: -9000, max: 9000 }), (span, width, x) => {
        const at = atWithin({ ...span, width }, x);
        expect(at >= span.from && at <= span.to).toBe(true);
      }),
    );
  });
});

describe('the view', () => {
  const view = { from: begin + 20 * minute, to: begin + 40 * minute };
  test.each<[what: string, view: { from: number; to: number }, expected: [number, number]]>([
    ['is as wished', view, [20, 40]],
    ['does not begin too early', { from: begin - 5 * minute, to: begin + 5 * minute }, [0, 10]],
    ['does not end too late', { from: begin + 55 * minute, to: begin + 70 * minute }, [45, 60]],
    ['is not longer than what is played', { from: begin - hour, to: begin + 2 * hour }, [0, 60]],
  ])('%s', (_, wish, [from, to]) => {
    expect(viewWithin(bounds, wish)).toEqual({ from: begin + from * minute, to: begin + to * minute });
  });
  test('zooms around the pointer', () => {
    const at = begin + 25 * minute;
    const zoomed = zoomAround(bounds, view, at, 0.5);
    expect(zoomed).toEqual({ from: begin + 22.5 * minute, to: begin + 32.5 * minute });
    expect(zoomAround(bounds, zoomed, at, 2)).toEqual(view);
  });
  test('zooms in to ten seconds and no further, and out to all there is', () => {
    const near = zoomAround(bounds, view, begin + 30 * minute, 1e-9);
    expect(near.to - near.from).toBeCloseTo(shortestViewMs, 3);
    expect(zoomAround(bounds, view, begin + 30 * minute, 1e9)).toEqual(bounds);
  });
  test('pans to the ends and stays there', () => {
    expect(panBy(bounds, view, 5 * minute)).toEqual({ from: begin + 25 * minute, to: begin + 45 * minute });
    expect(panBy(bounds, view, 5 * hour)).toEqual({ from: begin + 40 * minute, to: begin + hour });
  });
  test('follows two fingers, each on its instant', () => {
    const scale = { ...view, width: 1200 };
    const fingers = [
      { x: 300, at: begin + 27 * minute },
      { x: 900, at: begin + 33 * minute },
    ] as const;
    const after = { ...pinched(bounds, scale, fingers), width: 1200 };
    for (const { x, at } of fingers) expect(xOf(after, at)).toBeCloseTo(x, 3);
  });
  test.each([
    { one: 300, other: 303, what: 'too near' },
    { one: 900, other: 300, what: 'crossed' },
  ])('stays for fingers that are $what', ({ one, other }) => {
    const fingers = [
      { x: one, at: begin + 27 * minute },
      { x: other, at: begin + 33 * minute },
    ] as const;
    expect(pinched(bounds, { ...view, width: 1200 }, fingers)).toEqual(view);
  });
  test('turns the page when the clock runs out of it, and not before', () => {
    expect(viewWith(bounds, view, begin + 40 * minute)).toBe(view);
    expect(viewWith(bounds, view, begin + 41 * minute).from).toBe(begin + 39 * minute);
    expect(viewWith(bounds, view, begin + minute).from).toBe(begin);
  });
  test('is never outside of what is played, whatever is done', () => {
    const factors = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(spans, spans, instants, fc.tuple(factors, widths), (whole, wish, at, [factor, width]) => {
        const view = viewWithin(whole, wish);
        const scale = { ...view, width };
        const fingers = [
          { x: 1, at: view.from },
          { x: width / factor, at: view.to },
        ] as const;
        for (const each of [
          view,
          zoomAround(whole, view, at, factor),
          panBy(whole, view, at - whole.from),
          pinched(whole, scale, fingers),
          viewWith(whole, view, at),
          rangeAround(whole, view, at),
        ]) {
          expect(each.from).toBeGreaterThanOrEqual(whole.from);
          expect(each.to).toBeLessThanOrEqual(whole.to);
          expect(each.to).toBeGreaterThan(each.from);
        }
      }),
    );
  });
});

describe('a range', () => {
  const range = { from: begin + 10 * minute, to: begin + 20 * minute };
  test('lies around the instant, a part of what is seen', () => {
    const made = rangeAround(bounds, bounds, begin + 30 * minute);
    expect([made.from - begin, made.to - begin]).toEqual([26.4 * minute, 33.6 * minute]);
  });
  test('is as long as all there is where that is short', () => {
    const short = { from: begin, to: begin + 1500 };
    expect(rangeAround(short, short, begin + 10)).toEqual(short);
  });
  test.each([
    ['from', begin + 5 * minute, [5, 20]],
    ['from', begin - hour, [0, 20]],
    ['to', begin + 2 * hour, [10, 60]],
  ] as const)('has its end %s moved to %i', (end, at, [from, to]) => {
    expect(rangeWithEnd(bounds, range, end, at)).toEqual({
      from: begin + from * minute,
      to: begin + to * minute,
    });
  });
  test('never turns around', () => {
    expect(rangeWithEnd(bounds, range, 'from', begin + 30 * minute).from).toBe(range.to - shortestRangeMs);
    expect(rangeWithEnd(bounds, range, 'to', begin).to).toBe(range.from + shortestRangeMs);
  });
});

test.each([
  ['ArrowRight', false, 5000],
  ['ArrowUp', false, 5000],
  ['ArrowLeft', false, -5000],
  ['ArrowRight', true, minute],
  ['PageUp', false, minute],
  ['PageDown', false, -minute],
  ['Home', false, -30 * minute],
  ['End', false, 30 * minute],
])('%s (shift: %s) leads %i ms on', (key, hasShift, expected) => {
  const at = begin + 30 * minute;
  expect(atOfKey(key, hasShift, at, bounds)).toBe(at + expected);
});
test('other keys lead nowhere, and none leads outside', () => {
  expect(atOfKey('x', false, begin, bounds)).toBeNull();
  expect(atOfKey('constructor', false, begin, bounds)).toBeNull();
  expect(atOfKey('ArrowLeft', false, begin + 1, bounds)).toBe(begin);
  expect(atOfKey('PageUp', false, bounds.to - 1, bounds)).toBe(bounds.to);
});
test('a notch of the wheel is a fifth or so, and as much back', () => {
  expect(wheelFactor(100)).toBeCloseTo(1.25, 2);
  expect(wheelFactor(100) * wheelFactor(-100)).toBeCloseTo(1, 9);
  expect(wheelFactor(1e9)).toBeLessThan(2);
});

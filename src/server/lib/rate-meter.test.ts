import { expect, test } from 'vitest';
import { RateMeter } from './rate-meter.ts';

/** Hands in `bytes` every `everyMs` from `from` up to `to`. */
function feed(meter: RateMeter, span: { from: number; to: number; everyMs: number; bytes: number }): void {
  for (let at = span.from; at <= span.to; at += span.everyMs) meter.add(span.bytes, at);
}

test('the rate is of the last half minute and goes down while nothing comes', () => {
  const meter = new RateMeter();
  expect(meter.rate(0)).toBeNull();
  feed(meter, { from: 0, to: 60_000, everyMs: 100, bytes: 1000 });
  expect(meter.rate(60_000)).toBeCloseTo(10_000, -3);
  expect(meter.rate(75_000)!).toBeLessThan(6000);
  expect(meter.rate(91_000)).toBeNull();
});

test('a pause is no transfer: the rate of the connection and the time of transfer leave it out', () => {
  const meter = new RateMeter();
  feed(meter, { from: 0, to: 4000, everyMs: 100, bytes: 1000 });
  feed(meter, { from: 20_000, to: 24_000, everyMs: 100, bytes: 1000 });
  expect(meter.busyMs).toBe(8000);
  expect(meter.mean()).toBeCloseTo(82_000 / 8, 5);
  expect(meter.busyRate(26_000)).toBeCloseTo(82_000 / 8, 5);
  expect(meter.rate(26_000)!).toBeLessThan(3500);
});

test('a pause of up to two seconds belongs to the transfer', () => {
  const meter = new RateMeter();
  feed(meter, { from: 0, to: 20_000, everyMs: 2000, bytes: 1000 });
  expect(meter.busyMs).toBe(20_000);
});

test('the best half minute is remembered after the transfer has become slow', () => {
  const meter = new RateMeter();
  feed(meter, { from: 0, to: 40_000, everyMs: 100, bytes: 5000 });
  feed(meter, { from: 40_100, to: 200_000, everyMs: 100, bytes: 100 });
  expect(meter.best()).toBeCloseTo(50_000, -3);
  expect(meter.mean()!).toBeLessThan(20_000);
});

test.each([
  ['of a transfer of ten seconds its mean is the best', 10_000, 10_100],
  ['of one of two seconds nothing is said', 2000, null],
])('%s', (_name, to, expected) => {
  const meter = new RateMeter();
  feed(meter, { from: 0, to, everyMs: 100, bytes: 1000 });
  expect(meter.best()).toBe(expected);
});

test('times that come a little out of order, from two transfers at once, count once', () => {
  const meter = new RateMeter();
  for (let at = 0; at <= 10_000; at += 100) {
    meter.add(500, at + 30);
    meter.add(500, at);
  }
  expect(meter.busyMs).toBe(10_000);
});

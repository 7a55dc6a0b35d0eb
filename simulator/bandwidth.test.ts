import { expect, test } from 'vitest';
import { Bandwidth, Pace } from './bandwidth.ts';

/** Sends as fast as the pace lets it, with a clock that moves only by waiting. Returns bytes by ms. */
function run(
  pace: Pace,
  { bytes, fromMs = 0, lateMs = 0 }: { bytes: number; fromMs?: number; lateMs?: number },
) {
  let nowMs = fromMs;
  let sentBytes = 0;
  const sent: Array<{ atMs: number; bytes: number }> = [];
  while (sentBytes < bytes) {
    const slice = Math.min(pace.sliceBytes, bytes - sentBytes);
    const waitMs = pace.reserve(slice, nowMs);
    if (waitMs > 0) {
      nowMs += waitMs + lateMs;
      pace.woke(lateMs);
    }
    sentBytes += slice;
    sent.push({ atMs: nowMs, bytes: slice });
  }
  return { sent, endMs: nowMs };
}

test.each([200_000, 8_000_000, 30_000_000])('%d bytes a second are sustained exactly', (rate) => {
  const { endMs } = run(new Pace(rate), { bytes: rate * 20 });
  expect(Math.abs(endMs - 20_000)).toBeLessThanOrEqual(50);
});

test('timers that fire late do not slow it down', () => {
  const { endMs } = run(new Pace(30_000_000), { bytes: 30_000_000 * 10, lateMs: 3 });
  expect(Math.abs(endMs - 10_000)).toBeLessThanOrEqual(50);
});

test('an hour of rest gives no credit: what leaves at once stays under 10 ms of the rate', () => {
  const pace = new Pace(8_000_000);
  run(pace, { bytes: 1_000_000 });
  const { sent } = run(pace, { bytes: 8_000_000, fromMs: 3_600_000 });
  const first = sent.filter(({ atMs }) => atMs === 3_600_000).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(first).toBeLessThanOrEqual(8_000_000 * 0.01);
});

test('a timer that is very late is made up for by no more than 50 ms of the rate', () => {
  const pace = new Pace(8_000_000);
  pace.reserve(800_000, 0);
  pace.woke(10_000);
  let sentBytes = 0;
  while (pace.reserve(1000, 10_100) === 0) sentBytes += 1000;
  expect(sentBytes).toBeLessThanOrEqual(8_000_000 * 0.05);
});

test('two that share a pace get half of it each', () => {
  const pace = new Pace(1_000_000);
  const waits = [0, 0, 0, 0].map(() => pace.reserve(100_000, 0));
  expect(waits).toEqual([97, 197, 297, 397]);
});

test('without a limit nothing waits', async () => {
  const bandwidth = new Bandwidth();
  bandwidth.limit(1);
  bandwidth.limit(null);
  await bandwidth.take(1e12, new AbortController().signal);
  expect(bandwidth.sliceBytes).toBe(65_536);
});

test('a wait for the radio ends when the connection does', async () => {
  const bandwidth = new Bandwidth();
  bandwidth.limit(1);
  const connection = new AbortController();
  const taken = bandwidth.take(1_000_000, connection.signal);
  connection.abort();
  await expect(taken).rejects.toThrow(/abort/);
});

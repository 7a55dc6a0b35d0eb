import { expect, test } from 'vitest';
import { judgeOutlook, judgeRate, type PastVisit } from './session-figures.ts';

const minute = 60_000;
const stayed = (minutes: number, endReason = 'away'): PastVisit => ({
  durationMs: minutes * minute,
  endReason,
  bytes: 0,
  transferMs: 0,
});
const brought = (megabytesPerSecond: number, bytes = 500e6): PastVisit => ({
  ...stayed(10),
  bytes,
  transferMs: (bytes / (megabytesPerSecond * 1e6)) * 1000,
});
const visits = (...minutes: number[]) => minutes.map((length) => stayed(length));
/** Nine minutes at 10 MB/s. */
const nineMinutes = { remainingClips: 40, remainingBytes: 5.4e9, bytesPerSecond: 10e6 };

test.each([
  [
    'nothing is left',
    { remainingClips: 0, remainingBytes: 0, bytesPerSecond: null, elapsedMs: 0, past: [] },
    { verdict: 'done', reason: 'Nothing is left to fetch.' },
  ],
  [
    'nothing has come in yet',
    { ...nineMinutes, bytesPerSecond: null, elapsedMs: 0, past: visits(60, 60, 60) },
    { verdict: 'unknown', reason: 'How fast it comes in is not known yet.' },
  ],
  [
    'two past visits tell too little',
    { ...nineMinutes, elapsedMs: 0, past: visits(60, 60) },
    {
      verdict: 'unknown',
      reason: 'About 9 min are needed; how long the camera usually stays is not known yet.',
    },
  ],
  [
    'visits that ended otherwise do not tell how long it stays',
    { ...nineMinutes, elapsedMs: 0, past: [...visits(60, 60), stayed(90, 'paused'), stayed(1, 'stopped')] },
    { verdict: 'unknown', reason: expect.stringContaining('not known yet') },
  ],
  [
    'ten of twelve went on longer',
    { ...nineMinutes, elapsedMs: 5 * minute, past: visits(6, 8, 14, 15, 20, 20, 30, 30, 40, 50, 60, 600) },
    {
      verdict: 'enough',
      reason: 'About 9 min are needed; of the last 12 visits this long, 10 went on longer.',
    },
  ],
  [
    'short visits do not count once this one is longer',
    { ...nineMinutes, elapsedMs: 5 * minute, past: visits(1, 1, 2, 2, 3, 3, 4, 20, 30, 40, 50) },
    {
      verdict: 'enough',
      reason: 'About 9 min are needed; of the last 4 visits this long, all went on longer.',
    },
  ],
  [
    'half of them went on longer',
    { ...nineMinutes, elapsedMs: 0, past: visits(3, 5, 60, 60) },
    {
      verdict: 'perhaps',
      reason: 'About 9 min are needed; of the last 4 visits this long, 2 went on longer.',
    },
  ],
  [
    'none went on longer',
    { ...nineMinutes, elapsedMs: 0, past: visits(3, 5, 6, 8) },
    {
      verdict: 'not_enough',
      reason: 'About 9 min are needed; of the last 4 visits this long, none went on longer.',
    },
  ],
  [
    'hours are needed',
    { ...nineMinutes, remainingBytes: 78e9, elapsedMs: 0, past: visits(20, 20, 20, 300) },
    {
      verdict: 'not_enough',
      reason: 'About 2 h 10 min are needed; of the last 4 visits this long, 1 went on longer.',
    },
  ],
  [
    'this visit is longer than nearly all before',
    { ...nineMinutes, remainingBytes: 0.2e9, elapsedMs: 100 * minute, past: visits(5, 6, 7, 8, 200) },
    {
      verdict: 'perhaps',
      reason: 'Less than a minute is needed, and this visit is already longer than 4 of the last 5.',
    },
  ],
])('the outlook when %s', (_name, facts, expected) => {
  expect(judgeOutlook(facts)).toEqual(expected);
});

const usual28 = [brought(27), brought(28), brought(400, 1e6), brought(30)];

test.each([
  [
    'as usual is usual',
    { bytesPerSecond: 25e6, transferMs: 60_000, past: usual28 },
    { verdict: 'usual', usualBytesPerSecond: 28e6, reason: null },
  ],
  [
    'half of the usual is still usual',
    { bytesPerSecond: 14e6, transferMs: 60_000, past: usual28 },
    { verdict: 'usual', usualBytesPerSecond: 28e6, reason: null },
  ],
  [
    'a quarter is slow, as slow as 2.4 GHz, with what to do',
    { bytesPerSecond: 6.9e6, transferMs: 60_000, past: usual28 },
    {
      verdict: 'slow',
      usualBytesPerSecond: 28e6,
      reason: expect.stringMatching(/^A quarter of the usual 28 MB\/s, as slow as 2\.4 GHz Wi-Fi: .+ 5 GHz/),
    },
  ],
  [
    'slow, but faster than 2.4 GHz gives',
    { bytesPerSecond: 11e6, transferMs: 60_000, past: usual28 },
    {
      verdict: 'slow',
      usualBytesPerSecond: 28e6,
      reason: expect.stringMatching(/^Two fifths of the usual 28 MB\/s: the signal may be weak/),
    },
  ],
  [
    'slow for a camera that has only ever been on 2.4 GHz',
    { bytesPerSecond: 1e6, transferMs: 60_000, past: [brought(4.5), brought(4.5), brought(5)] },
    {
      verdict: 'slow',
      usualBytesPerSecond: 4.5e6,
      reason: expect.stringMatching(/^A fifth of the usual 4\.5 MB\/s: the signal may be weak/),
    },
  ],
  [
    'hardly anything',
    { bytesPerSecond: 0.1e6, transferMs: 60_000, past: usual28 },
    { verdict: 'slow', usualBytesPerSecond: 28e6, reason: expect.stringMatching(/^Less than a tenth of/) },
  ],
  [
    'nine seconds of transfer tell nothing',
    { bytesPerSecond: 1e6, transferMs: 9000, past: usual28 },
    { verdict: 'unknown', usualBytesPerSecond: 28e6, reason: null },
  ],
  [
    'two visits that brought enough are no history',
    { bytesPerSecond: 1e6, transferMs: 60_000, past: [brought(28), brought(28), brought(28, 19e6)] },
    { verdict: 'unknown', usualBytesPerSecond: null, reason: null },
  ],
  [
    'nothing has come in yet',
    { bytesPerSecond: null, transferMs: 60_000, past: usual28 },
    { verdict: 'unknown', usualBytesPerSecond: 28e6, reason: null },
  ],
])('the rate: %s', (_name, facts, expected) => {
  expect(judgeRate(facts)).toEqual(expected);
});

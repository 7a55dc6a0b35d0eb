import { describe, expect, test } from 'vitest';
import type { CardForecast } from '../../shared/cameras.ts';
import { cardWords, forecastTone, forecastWords, riskWords } from './forecast-words.ts';

const hour = 3_600_000;
const now = new Date(2026, 8, 9, 12, 0).getTime();
const forecast = (over: Partial<CardForecast> = {}): CardForecast => ({
  at: now,
  freeBytes: 12_000_000_000,
  cardBytes: 128_000_000_000,
  waitingClips: 14,
  waitingBytes: 2_100_000_000,
  atRiskClips: 0,
  bytesPerRecordedHour: 8_000_000_000,
  bytesPerDay: null,
  oldestWaiting: {
    clipId: 7,
    localStart: '2026-09-08T07:22:00',
    recordedMs: 9 * hour,
    expectedAt: new Date(2026, 8, 10, 18).getTime(),
  },
  ...over,
});
const words = (over?: Partial<CardForecast>) => forecastWords(forecast(over), now)?.replaceAll('\u00a0', ' ');

describe('what waits on a card', () => {
  test('is counted, with its oldest and when that is overwritten', () => {
    expect(words()).toMatch(
      /^14 clips \(2\.1 GB\) wait on the card; the oldest is from .*8.*22.* and is overwritten after about 9 h more of driving, perhaps tomorrow\.$/,
    );
  });
  test('is one clip in the singular', () => {
    expect(words({ waitingClips: 1 })).toMatch(
      /^1 clip \(2\.1 GB\) from .* waits on the card; it is overwritten after/,
    );
  });
  test('counts driving in hours, and no more than a hundred', () => {
    const oldest = forecast().oldestWaiting!;
    expect(words({ oldestWaiting: { ...oldest, recordedMs: 99 * hour } })).toMatch(/about 99 h more/);
    expect(words({ oldestWaiting: { ...oldest, recordedMs: 101 * hour } })).toMatch(
      /and is not overwritten for a long time yet\.$/,
    );
  });
  test('says only what is known of its end', () => {
    const oldest = forecast().oldestWaiting!;
    expect(words({ oldestWaiting: { ...oldest, expectedAt: null } })).toMatch(/more of driving\.$/);
    expect(words({ oldestWaiting: { ...oldest, recordedMs: null, expectedAt: null } })).not.toContain(
      'overwritten',
    );
    expect(words({ oldestWaiting: { ...oldest, recordedMs: 0 } })).toMatch(/the next to be overwritten\.$/);
  });
  test('is nothing, or not known', () => {
    expect(words({ waitingClips: 0, oldestWaiting: null })).toBe('Nothing that is wanted waits on the card.');
    expect(forecastWords(null, now)).toBeNull();
  });
});

test('clips at risk are amber, and counted', () => {
  expect(forecastTone(forecast())).toBe('quiet');
  expect(riskWords(forecast())).toBeNull();
  expect(forecastTone(forecast({ atRiskClips: 3 }))).toBe('amber');
  expect(riskWords(forecast({ atRiskClips: 3 }))).toMatch(/^3.of them are overwritten within/);
  expect(riskWords(forecast({ atRiskClips: 14 }))).toMatch(/^All of them are/);
});

test('a card tells its room and how fast it fills', () => {
  expect(cardWords(forecast())?.replaceAll('\u00a0', ' ')).toBe(
    '12 GB free of 128 GB; an hour of driving writes 8 GB',
  );
  expect(cardWords(forecast({ freeBytes: null, cardBytes: null, bytesPerRecordedHour: null }))).toBeNull();
});

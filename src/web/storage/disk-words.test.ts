import { describe, expect, test } from 'vitest';
import { formatExpected } from '../format.ts';
import type { DiskForecast } from '../../shared/storage.ts';
import {
  archiveWords,
  forecastWords,
  formatShare,
  fullnessWords,
  limitWords,
  measureObstacle,
  measureWords,
  quotaWords,
} from './disk-words.ts';
import { gb, testStorage } from './test-storage.ts';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');
const now = new Date('2026-02-20T12:00:00').getTime();
const march = new Date('2026-03-12T12:00:00').getTime();
const twelfth = formatExpected(march, now);
const forecast = (over: Partial<DiskForecast>): DiskForecast => ({
  ...testStorage().forecast,
  bytesPerDay: 2.1 * gb,
  ...over,
});
const words = (over: Partial<DiskForecast>) => plain(forecastWords(forecast(over), now));

describe('when the disk is full', () => {
  test('is told with the rate', () => {
    expect(words({ outlook: 'full', at: march })).toBe(`Full on about ${twelfth}, at 2.1 GB a day.`);
    expect(words({ outlook: 'full', at: now + 86_400_000 })).toBe('Full tomorrow, at 2.1 GB a day.');
    expect(words({ outlook: 'full', at: null })).toContain('downloads wait');
  });
  test('is never, when the rules by age keep it below', () => {
    expect(words({ outlook: 'plateau', daysAsked: 180 })).toBe(
      'The rules keep it at about 378 GB, at 2.1 GB a day.',
    );
    expect(words({ outlook: 'plateau', bytesPerDay: null })).toBe('The rules keep it from filling up.');
  });
  test('is when the oldest begin to make room, where there is such a rule', () => {
    expect(words({ outlook: 'rolling', at: march })).toContain(`From about ${twelfth} on, the oldest`);
    expect(words({ outlook: 'rolling', at: null })).toMatch(/^The oldest recordings make room/);
  });
  test('is said not to be known', () => {
    expect(words({ outlook: 'unknown', bytesPerDay: null })).toContain('not known yet');
  });
  test('goes with a warning when the rules ask for more days than fit', () => {
    const short = { outlook: 'rolling', at: march, tooShort: true, daysHeld: 18.9 } as const;
    expect(words({ ...short, daysAsked: 30 })).toContain(
      'The disk holds about 18 days of recordings; the rules ask for 30.',
    );
    expect(words({ ...short, daysAsked: 0 })).toContain('the rules ask for all of them.');
    expect(words({ ...short, tooShort: false, daysAsked: 30 })).not.toContain('18 days');
  });
});

describe('what is on the disk', () => {
  test('is told as a share and in bytes', () => {
    expect(plain(fullnessWords(testStorage()))).toBe('70 % of 1 TB is used, 300 GB free.');
    const { volume } = testStorage();
    expect(fullnessWords({ volume: { ...volume, totalBytes: null } })).toBeNull();
    expect(plain(formatShare(0.004))).toBe('less than 1 %');
    expect(plain(formatShare(0))).toBe('0 %');
  });
  test('is told of the archive with what of it is kept and locked', () => {
    const archive = { clips: 5012, bytes: 402 * gb, keptBytes: 12 * gb, lockedBytes: 0 };
    expect(plain(archiveWords({ archive }))).toBe(
      'The archive holds 5,012 clips, 402 GB, 12 GB of it kept by you.',
    );
    expect(archiveWords(testStorage())).toBe('The archive is empty.');
  });
  test('is told of the quota in the unit in which it is set', () => {
    const gib = 2 ** 30;
    expect(plain(quotaWords({ quota: { limitBytes: 400 * gib, usedBytes: 310 * gib } }))).toContain(
      '310 GiB of the 400 GiB',
    );
    expect(plain(quotaWords({ quota: { limitBytes: 400 * gib, usedBytes: 410 * gib } }))).toContain(
      '10 GiB too much',
    );
    expect(quotaWords({ quota: null })).toBeNull();
  });
  test('is explained where a line crosses it', () => {
    expect(plain(limitWords({ look: 'delete', at: 0.9 }))).toBe('Above 90 % the oldest are deleted');
    expect(plain(limitWords({ look: 'stop', at: 0.95 }))).toBe('Above 95 % downloads wait');
  });
});

describe('measuring the folder', () => {
  const { measure, volume } = testStorage();
  test('says how far it is and how it went', () => {
    expect(measureWords(measure, now)).toContain('counts as other data');
    expect(plain(measureWords({ ...measure, state: 'running', files: 1200 }, now))).toContain('1,200 files');
    expect(measureWords({ ...measure, state: 'failed', message: 'The disk went away' }, now)).toBe(
      'The folder could not be measured: the disk went away.',
    );
    expect(
      plain(measureWords({ ...measure, state: 'done', finishedAt: now - 86_400_000, unreadable: 2 }, now)),
    ).toMatch(/measured yesterday .*, without 2 folders that could not be read\.$/);
  });
  test('is not offered while the volume sleeps or a walk is under way', () => {
    expect(measureObstacle({ measure, volume })).toBeNull();
    expect(measureObstacle({ measure, volume: { ...volume, state: 'critical' } })).toBeNull();
    expect(measureObstacle({ measure, volume: { ...volume, state: 'missing', message: 'Not there.' } })).toBe(
      'Not there.',
    );
    expect(measureObstacle({ measure: { ...measure, state: 'running' }, volume })).not.toBeNull();
  });
});

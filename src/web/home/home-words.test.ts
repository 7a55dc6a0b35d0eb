import { describe, expect, test } from 'vitest';
import { dayRoutesSchema } from '../../shared/journeys.ts';
import { testJourney } from '../journey/test-journeys.ts';
import { testSession } from '../test-support.ts';
import {
  acceptWords,
  heldWords,
  newestJourneys,
  outlookTone,
  queueWords,
  spaceWords,
  visitSoFar,
  volumeTone,
} from './home-words.ts';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');
const sync = {
  status: 'waiting' as const,
  reason: 'The camera is away.',
  paused: false,
  waiting: 12,
  waitingBytes: 1_400_000_000,
  held: 0,
  failed: 0,
  bytesPerSecond: 2_600_000,
  remainingMs: 540_000,
};
const volume = {
  state: 'foreign' as const,
  path: '/recordings',
  message: null,
  freeBytes: 1_200_000_000_000,
  totalBytes: 4_000_000_000_000,
  checkedAt: 0,
};

describe('what is coming in', () => {
  test('is counted, weighed and timed', () => {
    expect(plain(queueWords(sync))).toBe('12 clips waiting, 1.4 GB, about 9 min');
    expect(plain(queueWords({ ...sync, remainingMs: null }))).toBe('12 clips waiting, 1.4 GB');
    expect(queueWords({ ...sync, waiting: 0 })).toBe('Nothing is waiting');
  });
  test('names each cause of a hold once', () => {
    const items = [
      { stateReason: 'recording' as const },
      { stateReason: 'recording' as const },
      { stateReason: 'space' as const },
    ];
    expect(plain(heldWords(3, items))).toBe(
      '3 clips are held: still being recorded by the camera and not enough room on the disk',
    );
    expect(plain(heldWords(1, []))).toBe('1 clip is held');
  });
});

describe('the archive volume', () => {
  test('has room in words', () => {
    expect(plain(spaceWords(volume))).toBe('1.2 TB free of 4 TB');
    expect(spaceWords({ ...volume, freeBytes: null })).toBeNull();
  });
  test('is asked about with its consequence', () => {
    expect(acceptWords(volume).join(' ')).toContain('another archive');
    expect(acceptWords({ ...volume, state: 'unmarked' }).join(' ')).toContain('unmounted network share');
  });
  test('is red only when nothing can be stored', () => {
    expect(volumeTone('missing')).toBe('red');
    expect(volumeTone('slow')).toBe('amber');
    expect(volumeTone('full')).toBe('red');
    expect(volumeTone('critical')).toBe('amber');
  });
});

function day(name: string, ...starts: number[]) {
  return dayRoutesSchema.parse({
    day: name,
    journeys: starts.map((startedAt) => ({
      ...testJourney({ id: startedAt, startedAt, endedAt: startedAt + 1 }),
      outline: [],
    })),
  });
}

test('the last journeys are the newest of all days, each with its day', () => {
  const days = [day('2026-09-04', 50), day('2026-09-03', 20, 30, 10)];
  const told = newestJourneys(days, 3).map(({ day: name, journey }) => `${name} ${journey.id}`);
  expect(told).toEqual(['2026-09-04 50', '2026-09-03 30', '2026-09-03 20']);
});

const tone = (verdict: 'done' | 'enough' | 'perhaps' | 'not_enough' | 'unknown') =>
  outlookTone(testSession({ outlook: { verdict, reason: '.' } }));

test('only what is safe is green, and what may not be enough is amber', () => {
  expect(tone('done')).toBe('green');
  expect(tone('enough')).toBe('accent');
  expect([tone('perhaps'), tone('not_enough')]).toEqual(['amber', 'amber']);
});

const session = testSession({
  bytes: 1_400_000_000,
  clips: 12,
  bytesPerSecond: 24_000_000,
  averageBytesPerSecond: 21_000_000,
  remainingClips: 48,
  remainingBytes: 5_000_000_000,
  remainingMs: 540_000,
});

test('a glance tells what came and what is to come', () => {
  expect(plain(visitSoFar(session))).toBe('12 clips, 1.4 GB so far; 48 clips to go, about 9 min');
  expect(plain(visitSoFar(testSession({ bytes: 261_000 })))).toBe('261 kB so far');
  expect(visitSoFar(testSession())).toBe('Nothing brought yet');
});

import { expect, test } from 'vitest';
import { testCamera, testSession } from '../test-support.ts';
import { hereWords, sessionFacts } from './session-words.ts';

const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ') ?? null;
const session = testSession({
  bytes: 1_400_000_000,
  clips: 12,
  bytesPerSecond: 24_000_000,
  averageBytesPerSecond: 21_000_000,
  remainingClips: 48,
  remainingBytes: 5_000_000_000,
  remainingMs: 540_000,
});

test('a visit is told in speed, time left, and what came and is to come', () => {
  expect(sessionFacts(session).map(([name, value]) => [name, plain(value)])).toEqual([
    ['Speed', '24 MB/s'],
    ['On average', '21 MB/s'],
    ['Time left', 'about 9 min'],
    ['Still to come', '48 clips, 5 GB'],
    ['Brought so far', '12 clips, 1.4 GB'],
  ]);
});

test('a visit that has brought nothing and wants nothing says so', () => {
  const facts = new Map(sessionFacts(testSession()));
  expect(facts.get('Still to come')).toBe('Nothing');
  expect(facts.get('Brought so far')).toBe('Nothing yet');
  expect(facts.get('Time left')).toBeNull();
});

test('the other address is worth a word, the main one is not', () => {
  expect(hereWords(testCamera({ session }), 0)).not.toContain('address');
  expect(hereWords(testCamera({ session: testSession({ connection: 'alternative' }) }), 0)).toMatch(
    /, by its other address$/,
  );
});

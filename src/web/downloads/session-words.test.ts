import { expect, test } from 'vitest';
import { testCamera, testSession } from '../test-support.ts';
import { hereWords, outlookTone, sessionFacts, visitSoFar } from './session-words.ts';

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

const tone = (verdict: 'done' | 'enough' | 'perhaps' | 'not_enough' | 'unknown') =>
  outlookTone(testSession({ outlook: { verdict, reason: '.' } }));

test('only what is safe is green, and what may not be enough is amber', () => {
  expect(tone('done')).toBe('green');
  expect(tone('enough')).toBe('accent');
  expect([tone('perhaps'), tone('not_enough')]).toEqual(['amber', 'amber']);
});

test('a glance tells what came and what is to come', () => {
  expect(plain(visitSoFar(session))).toBe('12 clips, 1.4 GB so far; 48 clips to go, about 9 min');
  expect(plain(visitSoFar(testSession({ bytes: 261_000 })))).toBe('261 kB so far');
  expect(visitSoFar(testSession())).toBe('Nothing brought yet');
});

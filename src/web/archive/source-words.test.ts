import { expect, test } from 'vitest';
import { sourceWords } from './source-words.ts';

const known = { source: 'original', obstacle: null, hasFailed: false, awaited: null } as const;
const say = (over: Partial<Parameters<typeof sourceWords>[1]>) =>
  sourceWords({ media: undefined }, { ...known, ...over });

test('nothing is said of a file that simply plays', () => {
  expect(say({})).toBe('');
});

test('it is said what plays in its place, and why', () => {
  expect(say({ source: 'proxy', obstacle: 'hevc' })).toBe(
    'The small copy plays. This browser cannot play H.265 (HEVC) video.',
  );
  expect(say({ source: 'proxy', hasFailed: true })).toContain('could not play the file itself');
  expect(say({ source: 'proxy' })).toBe('The small copy plays.');
  expect(say({ source: 'repair', obstacle: 'damaged' })).toContain('repaired copy plays');
  expect(say({ obstacle: 'damaged' })).toContain('damaged file itself plays');
});

test('a small copy that was asked for while something else plays takes over', () => {
  expect(say({ awaited: 'proxy' })).toContain('takes over by itself');
});

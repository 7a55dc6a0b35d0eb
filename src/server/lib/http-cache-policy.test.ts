import { expect, test } from 'vitest';
import { cacheControlOf } from './http-cache-policy.ts';
import { clipVersion, fileVersion } from './clip-version.ts';

const forEver = 'private, max-age=31536000, immutable';

test.each([
  ['the bytes it names are kept for ever', 'a1', 'a1', forEver],
  ['they are also with what names its pictures', 'a1.23', 'a1', forEver],
  ['other bytes than it names are asked about again', 'a0', 'a1', 'private, no-cache'],
  ['an address without a name too', undefined, 'a1', 'private, no-cache'],
  ['and one whose bytes have no name', 'a1', null, 'private, no-cache'],
])('of an address %s', (_what, asked, version, expected) => {
  expect(cacheControlOf(asked, version)).toBe(expected);
});

test('what is made of a clip is kept for a day, for it may be made anew', () => {
  expect(cacheControlOf('a1', 'a1', { isMade: true })).toBe('private, max-age=86400');
  expect(cacheControlOf('a0', 'a1', { isMade: true })).toBe('private, no-cache');
});

test('the bytes of a clip are named by their hash, else by length and time, and other bytes otherwise', () => {
  const sha256 = 'ab'.repeat(32);
  expect(clipVersion({ sha256, size_bytes: 1, mtime_ms: 2 })).toBe('ab'.repeat(8));
  const bySize = clipVersion({ sha256: null, size_bytes: 1000, mtime_ms: 1_750_000_000_000 });
  expect(bySize).toBe(fileVersion({ size: 1000, mtimeMs: 1_750_000_000_000.4 }));
  expect(bySize).toMatch(/^\d+-\d+$/);
  expect(clipVersion({ sha256: null, size_bytes: 1001, mtime_ms: 1_750_000_000_000 })).not.toBe(bySize);
  expect(clipVersion({ sha256: null, size_bytes: 1000, mtime_ms: 1_750_000_001_000 })).not.toBe(bySize);
  expect(clipVersion({ sha256: null, size_bytes: null, mtime_ms: null })).toBeNull();
});

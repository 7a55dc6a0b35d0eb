import { expect, test } from 'vitest';
import { acceptsGzip, isWorthCompressing } from './compress-policy.ts';

test.each([
  ['gzip, deflate', true],
  ['gzip, deflate, br, zstd', true],
  ['GZIP', true],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
  ['*', true],
  ['deflate;q=0.5, *;q=0', false],
  ['gzip;q=0', false],
  ['gzip ; q=0.0', false],
  ['gzip;q=0, *', false],
  ['br', false],
  ['identity', false],
  ['x-gzip-like', false],
  ['gzip;q=rubbish', false],
  ['', false],
  [undefined, false],
])('who says %j takes gzip: %s', (header, takes) => {
  expect(acceptsGzip(header)).toBe(takes);
});

test.each<[what: string, headers: Record<string, unknown>, bytes: number, isWorth: boolean]>([
  ['JSON', { 'content-type': 'application/json; charset=utf-8' }, 2000, true],
  ['a page', { 'content-type': 'text/html; charset=utf-8' }, 2000, true],
  ['a short answer', { 'content-type': 'application/json' }, 1023, false],
  ['what is compressed already', { 'content-type': 'text/css', 'content-encoding': 'br' }, 9000, false],
  ['a video', { 'content-type': 'video/mp4' }, 9000, false],
  ['a picture', { 'content-type': 'image/webp' }, 9000, false],
  ['a part of something', { 'content-type': 'text/plain', 'content-range': 'bytes 0-9/10' }, 9000, false],
  ['bytes that have a name', { 'content-type': 'application/json', etag: '"1"' }, 9000, false],
  ['bytes of no kind', {}, 9000, false],
])('%s is worth compressing: %s', (_what, headers, bytes, isWorth) => {
  expect(isWorthCompressing(headers, bytes)).toBe(isWorth);
});

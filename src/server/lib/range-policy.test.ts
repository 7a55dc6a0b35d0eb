import { expect, test } from 'vitest';
import { hasAlready, planRange, type RangePlan, type RangeRequest } from './range-policy.ts';

const file = { sizeBytes: 1000, etag: '"a1"' };
const get = (request: Partial<RangeRequest>): RangeRequest => ({ method: 'GET', ...request });
const whole: RangePlan = { status: 200, start: 0, end: 1000 };
const part = (start: number, end: number): RangePlan => ({ status: 206, start, end });

test.each<[what: string, request: Partial<RangeRequest>, plan: RangePlan]>([
  ['no range is the whole file', {}, whole],
  ['a range has both its ends', { range: 'bytes=10-19' }, part(10, 20)],
  ['one byte', { range: 'bytes=0-0' }, part(0, 1)],
  ['the last byte', { range: 'bytes=999-999' }, part(999, 1000)],
  ['a range that goes on past the end stops there', { range: 'bytes=990-2000' }, part(990, 1000)],
  ['an open range is capped', { range: 'bytes=100-' }, part(100, 400)],
  ['an open range near the end is not', { range: 'bytes=900-' }, part(900, 1000)],
  ['the last so many bytes', { range: 'bytes=-100' }, part(900, 1000)],
  ['more of the last than there are', { range: 'bytes=-5000' }, part(0, 1000)],
  ['none of the last', { range: 'bytes=-0' }, { status: 416 }],
  ['a range behind the end', { range: 'bytes=1000-' }, { status: 416 }],
  ['a closed range behind the end', { range: 'bytes=1000-1001' }, { status: 416 }],
  ['a number beyond all numbers', { range: `bytes=${'9'.repeat(400)}-` }, { status: 416 }],
  ['a range backwards means nothing', { range: 'bytes=20-10' }, whole],
  ['no numbers', { range: 'bytes=-' }, whole],
  ['another unit', { range: 'items=0-5' }, whole],
  ['several ranges', { range: 'bytes=0-1,5-6' }, whole],
  ['no grammar at all', { range: 'bytes=a-b' }, whole],
  ['a unit in capitals', { range: 'BYTES=10-19' }, part(10, 20)],
  ['a HEAD has no ranges', { method: 'HEAD', range: 'bytes=10-19' }, whole],
  ['the same bytes as before', { range: 'bytes=10-19', ifRange: '"a1"' }, part(10, 20)],
  ['other bytes than before', { range: 'bytes=10-19', ifRange: '"b2"' }, whole],
  ['a weak tag proves no bytes', { range: 'bytes=10-19', ifRange: 'W/"a1"' }, whole],
  ['nor does a date', { range: 'bytes=10-19', ifRange: 'Wed, 21 Oct 2015 07:28:00 GMT' }, whole],
  ['what the sender has', { ifNoneMatch: '"a1"' }, { status: 304 }],
  ['what the sender has goes before a range', { ifNoneMatch: '"a1"', range: 'bytes=0-1' }, { status: 304 }],
  ['what the sender had', { ifNoneMatch: '"b2"', range: 'bytes=0-1' }, part(0, 2)],
])('%s', (_what, request, plan) => {
  expect(planRange(get(request), file, { maxOpenBytes: 300 })).toEqual(plan);
});

test.each([
  ['bytes=0-', { status: 416 }],
  ['bytes=-1', { status: 416 }],
  [undefined, { status: 200, start: 0, end: 0 }],
])('of an empty file %s is %o', (range, plan) => {
  expect(planRange(get({ range }), { ...file, sizeBytes: 0 })).toEqual(plan);
});

test.each([
  [undefined, false],
  ['"a1"', true],
  ['W/"a1"', true],
  ['"b2", W/"a1"', true],
  ['"b2","c3"', false],
  ['*', true],
  ['a1', false],
  ['"a1', false],
])('of the header %s it is said whether the sender has it: %s', (header, has) => {
  expect(hasAlready(header, '"a1"')).toBe(has);
});

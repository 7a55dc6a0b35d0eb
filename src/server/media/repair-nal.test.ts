import { describe, expect, test } from 'vitest';
import { readUnit, rulesOf, withoutGuards } from './repair-nal.ts';

/** A 32x32 baseline picture of x264. */
const sps = Buffer.from('6742c00adc96c044000003000400000300083c489e', 'hex');
const pps = Buffer.from('68ce0f2c80', 'hex');
const slice = Buffer.from('65888404bc98a000202f275d78', 'hex');

describe('units of H.264', () => {
  const rules = rulesOf('avc', [sps, pps]);
  if (!rules) throw new Error('no rules');

  test('their parameter sets tell size and numbers', () => {
    expect(rules).toMatchObject({ width: 32, height: 32, counterBits: 4 });
  });

  test.each<[string, string, number, object | null]>([
    [
      'a picture by itself',
      slice.toString('hex'),
      13,
      { isSlice: true, isFirst: true, isKey: true, counter: 0 },
    ],
    ['the set that is known', sps.toString('hex'), sps.length, { isSlice: false, isFirst: true }],
    ['another set', '67640033acd9', 6, null],
    ['the mark between pictures', '09f0', 2, { isSlice: false }],
    ['a mark that is too long', '09f00000', 9, null],
    ['a message', '060501aa80', 5, { isSlice: false, isFirst: true }],
    ['a message that is longer than its unit', '0605ffaa80', 5, null],
    ['the forbidden bit', 'e58884040c', 13, null],
    ['a kind that nobody writes', '7c8884040c', 13, null],
    ['a key picture that refers to others', '65e084040c', 13, null],
    ['nothing', '', 0, null],
  ])('%s', (_name, hex, bytes, unit) => {
    const seen = readUnit(Buffer.from(hex, 'hex'), bytes, rules);
    if (unit) expect(seen).toMatchObject(unit);
    else expect(seen).toBeNull();
  });
});

test('without a sequence parameter set, or with half of one, there are no rules', () => {
  expect(rulesOf('avc', [pps])).toBeNull();
  expect(rulesOf('avc', [sps.subarray(0, 5)])).toBeNull();
  expect(rulesOf('hevc', [Buffer.from('4201010160', 'hex')])).toBeNull();
});

test('the bytes that keep start codes away are taken out', () => {
  expect([...withoutGuards(Buffer.from('0000030100000300ff000003', 'hex'))]).toEqual([
    0, 0, 1, 0, 0, 0, 0xff, 0, 0,
  ]);
});

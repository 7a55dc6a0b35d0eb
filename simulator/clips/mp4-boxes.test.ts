import { expect, test } from 'vitest';
import { box, findBox, fullBox, readBoxes, requireBox, u16s, u32s, u64Table } from './mp4-boxes.ts';

test('what was built is read again', () => {
  const bytes = box('moov', box('udta', u32s(1, 2)), fullBox('mvhd', 3, u16s(4, 5)));
  expect(findBox(bytes, ['moov', 'udta'])).toEqual(u32s(1, 2));
  expect(findBox(bytes, ['moov', 'mvhd'])?.toString('hex')).toBe('0000000300040005');
  expect(findBox(bytes, ['moov', 'trak'])).toBeNull();
});

test('a missing box is named', () => {
  expect(() => requireBox(Buffer.alloc(0), 'moov', 'trak')).toThrow('no moov/trak box');
});

test('a 64-bit size and a size of zero are understood', () => {
  const wide = Buffer.concat([u32s(1), Buffer.from('mdat'), u64Table([20]), u32s(7)]);
  const open = Buffer.concat([u32s(0), Buffer.from('free'), u32s(8, 9)]);
  const boxes = readBoxes(Buffer.concat([wide, open]));
  expect(boxes.map(({ type, offset, body }) => [type, offset, body.length])).toEqual([
    ['mdat', 0, 4],
    ['free', 20, 8],
  ]);
});

test('reading stops at a size that reaches past the end', () => {
  expect(readBoxes(Buffer.concat([box('free'), u32s(99), Buffer.from('mdat')]))).toHaveLength(1);
});

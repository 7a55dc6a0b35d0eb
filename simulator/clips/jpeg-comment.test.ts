import { expect, test } from 'vitest';
import { withJpegComment } from './jpeg-comment.ts';

test('a comment stands directly behind the start marker with its length', () => {
  const jpeg = Buffer.from('ffd8ffdb0000', 'hex');
  expect(withJpegComment(jpeg, 'ab').toString('hex')).toBe('ffd8fffe00046162ffdb0000');
});

test('what is not a JPEG is refused', () => {
  expect(() => withJpegComment(Buffer.from('GIF89a'), 'x')).toThrow('Not a JPEG');
});

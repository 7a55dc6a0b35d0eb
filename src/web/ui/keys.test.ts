import { expect, test } from 'vitest';
import { keyName, matchKey } from './keys.ts';

const bindings = ['?', 'g h', 'g a', 'j'];

test('a single key is its own binding', () => {
  expect(matchKey(bindings, '', '?').binding).toBe('?');
});
test('two keys one after another are one binding', () => {
  const first = matchKey(bindings, '', 'g');
  expect(first).toEqual({ binding: null, pending: 'g' });
  expect(matchKey(bindings, first.pending, 'a').binding).toBe('g a');
});
test('a key that completes nothing counts for itself', () => {
  expect(matchKey(bindings, 'g', 'j').binding).toBe('j');
  expect(matchKey(bindings, 'g', 'x')).toEqual({ binding: null, pending: '' });
});
test('an arrow with Shift is another key only where that is bound', () => {
  const pressed = { key: 'ArrowLeft', shiftKey: true };
  expect(keyName(pressed, ['ArrowLeft', 'Shift+ArrowLeft'])).toBe('Shift+ArrowLeft');
  expect(keyName(pressed, ['ArrowLeft'])).toBe('ArrowLeft');
  expect(keyName({ key: '?', shiftKey: true }, ['?', 'Shift+?'])).toBe('?');
});

import { expect, test } from 'vitest';
import { found } from './palette-plan.ts';

const entries = [
  { key: 'downloads', title: 'Downloads' },
  { key: 'look', title: 'Look for the camera now', words: 'sync download' },
  { key: 'free', title: 'Leave free on the disk', note: 'Downloads wait when less would be left.' },
  { key: 'zuerich', title: 'Zürich' },
];
const keys = (typed: string) => found(entries, typed).map(({ key }) => key);

test.each([
  ['', ['downloads', 'look', 'free', 'zuerich']],
  ['download', ['downloads', 'look', 'free']],
  ['  DISK free ', ['free']],
  ['camera sync', ['look']],
  ['zurich', ['zuerich']],
  ['nonsense', []],
])('%j finds %j', (typed, expected) => {
  expect(keys(typed)).toEqual(expected);
});

test('no more is offered than can be read', () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ key: String(index), title: `Setting ${index}` }));
  expect(found(many, 'setting')).toHaveLength(8);
});

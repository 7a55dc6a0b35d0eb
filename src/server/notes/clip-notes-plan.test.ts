import { expect, test } from 'vitest';
import { mostTags } from '../../shared/notes.ts';
import { planTags } from './clip-notes-plan.ts';

const many = Array.from({ length: mostTags }, (_, index) => `t${String(index).padStart(2, '0')}`);

test.each([
  { what: 'gets its first', tags: null, add: ['deer'], after: '["deer"]' },
  { what: 'gets another, in their order', tags: '["night"]', add: ['Deer'], after: '["Deer","night"]' },
  { what: 'keeps the case of one that it has', tags: '["Deer"]', add: ['deer', 'DEER'] },
  {
    what: 'loses one, however it is written',
    tags: '["Deer","night"]',
    remove: ['DEER'],
    after: '["night"]',
  },
  { what: 'loses its last', tags: '["deer"]', remove: ['deer'], after: null },
  { what: 'has none that could be taken away', tags: null, remove: ['deer'] },
  { what: 'changes one for another', tags: '["deer"]', add: ['fox'], remove: ['deer'], after: '["fox"]' },
  { what: 'has one written anew', tags: '["deer"]', add: ['Deer'], remove: ['deer'], after: '["Deer"]' },
])('a clip $what', ({ tags, add = [], remove = [], after }) => {
  const { changes, full } = planTags([{ id: 7, tags }], { add, remove });
  expect(changes).toEqual(after === undefined ? [] : [{ id: 7, before: tags, after }]);
  expect(full).toBe(0);
});

test('a clip that has as many as there may be gets none, and is counted', () => {
  const tags = JSON.stringify(many);
  expect(planTags([{ id: 7, tags }], { add: ['x'], remove: [] })).toEqual({ changes: [], full: 1 });
  expect(planTags([{ id: 7, tags }], { add: ['T00'], remove: [] }).full).toBe(0);
  expect(planTags([{ id: 7, tags }], { add: ['x'], remove: ['t00'] }).changes).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { v2Generation } from './recognise.ts';

const index = ['id', 'path', 'basename', 'timestamp'];
const queue = ['id', 'filename', 'source_dir', 'state', 'manual'];

const tables = (columns: Record<string, string[]>) =>
  new Map(Object.entries(columns).map(([table, names]) => [table, new Set(names)]));

test.each([
  ['2.0', {}],
  ['2.1', { clip_index: [...index, 'gps_examined'] }],
  ['2.1', { download_queue: [...queue, 'triaged_at'] }],
  ['2.1', { export_jobs: ['id', 'clip_start'] }],
  ['2.5', { clip_index: [...index, 'gps_examined', 'locked'] }],
  ['2.5', { download_queue: [...queue, 'triaged_at', 'skip_reason'] }],
  ['after 2.5', { download_queue: [...queue, 'skip_reason', 'requested_at'] }],
])('the newest column tells that tables are of %s', (generation, columns) => {
  expect(v2Generation(tables({ clip_index: index, download_queue: queue, ...columns }))).toBe(generation);
});

test('a table that the generation does not have yet is not missed', () => {
  expect(v2Generation(tables({ clip_index: index, download_queue: queue }))).toBe('2.0');
});

test.each([
  ['an empty file', {}],
  ['one of the two tables alone', { clip_index: index }],
  ['tables of that name with other columns', { clip_index: ['id'], download_queue: ['id'] }],
  ['our own', { clip_index: index, download_queue: queue, kysely_migration: ['name'] }],
])('%s is not of the existing system', (_what, columns) => {
  expect(v2Generation(tables(columns))).toBeNull();
});

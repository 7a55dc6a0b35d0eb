import { expect, test } from 'vitest';
import { logMatcher, type LogLine } from '../../shared/log.ts';
import { logSearch, filterOf } from './log-search.ts';
import {
  allLines,
  areasOf,
  factsText,
  lineText,
  nothingFresh,
  released,
  unread,
  withNews,
} from './log-lines-plan.ts';

const line = (id: number, more: Partial<LogLine> = {}): LogLine => ({
  id,
  time: Date.UTC(2026, 10, 23, 22, 5),
  level: 'info',
  area: 'sync',
  message: `line ${id}`,
  facts: {},
  error: null,
  ...more,
});
const all = { filter: {}, follows: true };
const ids = (lines: readonly LogLine[]) => lines.map(({ id }) => id);

test('new lines are shown before those that were read, and none of them twice', () => {
  const fresh = withNews(nothingFresh, { lines: [line(4), line(5)], dropped: 0 }, all);
  expect(ids(allLines(fresh, [line(3), line(2)]))).toEqual([5, 4, 3, 2]);
  expect(ids(allLines(fresh, [line(5), line(4), line(3)]))).toEqual([5, 4, 3]);
});

test('while the reader is elsewhere new lines wait, and are shown when they are asked for', () => {
  const shown = withNews(nothingFresh, { lines: [line(1)], dropped: 0 }, all);
  const waiting = withNews(shown, { lines: [line(2), line(3)], dropped: 7 }, { ...all, follows: false });
  expect(ids(waiting.waiting)).toEqual([3, 2]);
  expect(ids(allLines(waiting, []))).toEqual([1]);
  expect(waiting.dropped).toBe(7);
  expect(ids(allLines(released(waiting), []))).toEqual([3, 2, 1]);
});

test('what waits and was read meanwhile waits no longer', () => {
  const news = { lines: [line(4), line(5)], dropped: 0 };
  const waiting = withNews(nothingFresh, news, { ...all, follows: false });
  expect(ids(unread(waiting, []))).toEqual([5, 4]);
  expect(ids(unread(waiting, [line(4), line(3)]))).toEqual([5]);
  expect(unread(waiting, [line(5)])).toEqual([]);
});

test('news go through the filter of the page', () => {
  const news = { lines: [line(1), line(2, { level: 'error', area: null })], dropped: 0 };
  expect(ids(withNews(nothingFresh, news, { filter: { level: 'warn' }, follows: true }).shown)).toEqual([2]);
  expect(withNews(nothingFresh, news, { filter: { text: 'zebra' }, follows: true })).toBe(nothingFresh);
});

test.each([
  [{}, true],
  [{ level: 'info' as const }, true],
  [{ level: 'warn' as const }, false],
  [{ area: 'sync' }, true],
  [{ area: '' }, false],
  [{ text: 'CAMERA away' }, true],
  [{ text: 'ehostdown' }, true],
  [{ text: 'away, honest' }, false],
])('a filter %j', (filter, fits) => {
  const said = line(1, { message: 'the camera is away', facts: { reason: 'EHOSTDOWN' } });
  expect(logMatcher(filter)(said)).toBe(fits);
});

test('an address is read as far as it makes sense', () => {
  expect(logSearch({ level: 'warn', area: 'sync', q: 'away', until: '1700000000000' })).toEqual({
    level: 'warn',
    area: 'sync',
    q: 'away',
    until: 1_700_000_000_000,
  });
  expect(logSearch({ level: 'loud', area: 7, q: '', until: 'x' })).toEqual({});
  expect(filterOf({ area: 'app', q: 'a' })).toEqual({ area: '', text: 'a' });
});

test('a line is copied with all that is known of it', () => {
  const said = line(1, { facts: { clip: 'a.MP4' }, error: { message: 'no', stack: 'Error: no\n  at x' } });
  expect(lineText(said)).toBe(
    '2026-11-23T22:05:00.000Z info sync: line 1 {"clip":"a.MP4"}\nError: no\n  at x',
  );
  expect(factsText({ clip: 'a.MP4', tries: 3 })).toBe('clip: a.MP4, tries: 3');
});

test('a part of the program that begins to speak can be chosen at once', () => {
  const page = { lines: [], next: null, areas: ['sync', 'archive'], file: 'written' as const };
  expect(areasOf([page], [line(1, { area: 'media' }), line(2, { area: null })])).toEqual([
    'archive',
    'media',
    'sync',
  ]);
});

import { describe, expect, test } from 'vitest';
import {
  archiveSearch,
  fieldsOf,
  isFiltered,
  isNarrowed,
  openOf,
  toggledWord,
  unfiltered,
  withDay,
} from './archive-search.ts';

describe('the address of the archive', () => {
  test.each([
    [{}, {}],
    [
      { camera: 2, kind: 'event,normal', channel: 'rear' },
      { camera: 2, kind: 'normal,event', channel: 'rear' },
    ],
    [
      { camera: '2', place: 3 },
      { camera: 2, place: 3 },
    ],
    [
      { kept: true, missing: 'true', position: 'known' },
      { kept: true, missing: true, position: 'known' },
    ],
    [{ camera: -1, kind: 'lorry', channel: '', kept: 'no', missing: 1, position: 'x', place: 'y' }, {}],
    [{ kind: 'lorry,parking' }, { kind: 'parking' }],
    [{ tag: ' deer ' }, { tag: 'deer' }],
    [{ tag: 2026 }, { tag: '2026' }],
    [{ tag: 'a,b' }, {}],
    [{ open: '2026-09-03,2026-13-01,x,2026-09-03' }, { open: '2026-09-03' }],
    [{ at: '2026-09-03' }, { at: '2026-09-03' }],
    [{ at: '2026-09' }, { at: '2026-09' }],
    [{ at: 2026 }, { at: '2026' }],
    [{ at: '2026-13' }, {}],
    [{ at: 'tomorrow', open: 7, other: 'x' }, {}],
  ])('%j is read as %j', (search, read) => expect(archiveSearch(search)).toEqual(read));
});

test('days are opened and closed, the twelve opened last at most', () => {
  const one = withDay({ camera: 1 }, '2026-09-03', true);
  expect(one).toEqual({ camera: 1, open: '2026-09-03' });
  expect(withDay(withDay(one, '2026-09-01', true), '2026-09-03', false)).toEqual({
    camera: 1,
    open: '2026-09-01',
  });
  expect(withDay(one, '2026-09-03', false)).toEqual({ camera: 1 });
  let all = {};
  for (let day = 10; day < 24; day++) all = withDay(all, `2026-09-${day}`, true);
  expect(openOf(all)).toHaveLength(12);
  expect(openOf(all)[0]).toBe('2026-09-12');
});

test('a filter is what is asked for; open days and where to begin are none', () => {
  const search = { camera: 2, kept: true, open: '2026-09-03', at: '2026' } as const;
  expect(fieldsOf(search)).toEqual({ cameraId: 2, kept: 'yes' });
  expect(isFiltered(search)).toBe(true);
  expect(unfiltered(search)).toEqual({ open: '2026-09-03', at: '2026' });
  expect(isFiltered(unfiltered(search))).toBe(false);
});

test('only what chooses among the recordings of a day narrows it', () => {
  expect(isNarrowed({ cameraId: 2 })).toBe(false);
  expect(isNarrowed({ cameraId: 2, kinds: 'event' })).toBe(true);
  expect(isNarrowed({ position: 'unknown' })).toBe(true);
});

test('words are put in and taken out', () => {
  expect(toggledWord(undefined, 'event')).toBe('event');
  expect(toggledWord('event', 'normal')).toBe('event,normal');
  expect(toggledWord('event,normal', 'event')).toBe('normal');
  expect(toggledWord('event', 'event')).toBeUndefined();
});

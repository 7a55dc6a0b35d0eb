import { describe, expect, test } from 'vitest';
import { reasonFilter } from './audit-plan.ts';
import { storageSearch } from './storage-views.ts';
import {
  extended,
  mostPicked,
  pickedTotal,
  toggled,
  type Picked,
  type PickedClip,
} from './trash-selection.ts';
import { emptiedWords, emptyWords, isByRule, trashWords } from './trash-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const now = new Date('2026-09-03T12:00:00').getTime();
const clip = (clipId: number): PickedClip => ({ clipId, bytes: 100, why: { by: 'hand', user: null } });

describe('the trash', () => {
  test('tells how much it holds and when the first of it goes', () => {
    expect(plain(trashWords({ clips: 2, bytes: 5e9 }, null, now))).toBe(
      '2 clips, 5 GB, lie in the trash and can be restored.',
    );
    expect(trashWords({ clips: 2, bytes: 5e9 }, now + 3_600_000, now)).toContain('The first of them goes at');
    expect(trashWords({ clips: 2, bytes: 5e9 }, now, now)).toContain('any moment');
  });
  test('asks before it is emptied, with how many and how much', () => {
    const [first] = emptyWords({ clips: 340, bytes: 29.6e9 });
    expect(plain(first ?? '')).toBe('340 clips, 29.6 GB, are deleted for good. This cannot be undone.');
  });
  test('tells what came of emptying', () => {
    const left = { kept: 0, locked: 0, inUse: 0, notThere: 0 };
    expect(plain(emptiedWords({ ordered: 2, bytes: 5e9, left, toTrash: false }))).toBe(
      '2 clips, 5 GB, go for good.',
    );
    expect(emptiedWords({ ordered: 0, bytes: 0, left, toTrash: false })).toContain('nothing left');
  });
  test('knows whether a rule deleted any of what is restored', () => {
    expect(isByRule([clip(1)])).toBe(false);
    expect(isByRule([clip(1), { why: { by: 'disk', pct: 90 } }])).toBe(true);
  });
});

describe('picking in the trash', () => {
  test('is undone by picking again', () => {
    const picked = toggled(new Map(), clip(1));
    expect(pickedTotal(picked)).toEqual({ clips: 1, bytes: 100 });
    expect(toggled(picked, clip(1)).size).toBe(0);
  });
  test('takes as many as one order takes', () => {
    const all: Picked = extended(
      new Map(),
      Array.from({ length: mostPicked + 5 }, (_, id) => clip(id)),
    );
    expect(all.size).toBe(mostPicked);
    expect(toggled(all, clip(mostPicked + 1)).size).toBe(mostPicked);
    expect(toggled(all, clip(0)).size).toBe(mostPicked - 1);
  });
});

test('the log is asked for a reason, or for what was found gone', () => {
  expect(reasonFilter('all')).toEqual({});
  expect(reasonFilter('quota')).toEqual({ by: 'quota' });
  expect(reasonFilter('missing')).toEqual({ action: 'missing' });
});

test('the part of the page is named by its address', () => {
  expect(storageSearch({ view: 'trash' })).toEqual({ view: 'trash' });
  expect(storageSearch({ view: 'disk' })).toEqual({});
  expect(storageSearch({ view: 'zebra' })).toEqual({});
});

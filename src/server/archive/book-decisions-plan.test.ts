import { describe, expect, test } from 'vitest';
import { ZonedTimes } from '../lib/zones.ts';
import type { Decision } from './book-decisions.ts';
import { planDecisions, type RowOfName } from './book-decisions-plan.ts';

const times = new ZonedTimes('Europe/London');
const name = '2026_0628_133416_000001F.MP4';

const decision = (
  { tags = [], ...change }: Partial<Omit<Decision, 'card' | 'tags'>> & { tags?: readonly string[] } = {},
  card: Partial<Decision['card']> = {},
): Decision => ({
  camera: '',
  name,
  generation: 0,
  localStart: '2026-06-28T13:34:16',
  state: 'deleted',
  reason: 'user',
  at: 50,
  locked: false,
  kept: false,
  keptAt: null,
  note: null,
  tags: [...tags],
  rank: null,
  released: null,
  bytes: 1000,
  ...change,
  card: {
    path: `/DCIM/Movie/${name}`,
    volume: 'A',
    bytes: 1000,
    exact: true,
    timecode: null,
    ended: null,
    seen: 40,
    ...card,
  },
});

const row = (change: Partial<RowOfName> = {}): RowOfName => ({
  id: 7,
  name,
  generation: 0,
  state: 'waiting',
  kept: 0,
  note: null,
  tags: null,
  rank: null,
  remote_volume: 'A',
  remote_size_bytes: 1000,
  remote_size_exact: 1,
  size_bytes: null,
  ...change,
});

const nothing = { inserts: [], patches: [] };

test('a clip that the ledger has none of gets its row back, as its name tells it', () => {
  const { inserts, patches } = planDecisions([decision({ kept: true, keptAt: 9 })], [], times);
  expect(patches).toEqual([]);
  expect(inserts).toMatchObject([
    {
      clip: {
        name,
        channel: 'front',
        kind: 'normal',
        sequence: 1,
        state: 'deleted',
        state_reason: 'user',
        state_at: 50,
        started_at: Date.UTC(2026, 5, 28, 12, 34, 16),
        remote_seen_at: 40,
      },
      facts: { kept: 1, kept_at: 9, size_bytes: 1000 },
    },
  ]);
});

test('of what two files tell of one clip, the later holds', () => {
  const twice = [decision({ state: 'skipped', at: 60 }), decision({ at: 50 })];
  expect(planDecisions(twice, [], times).inserts.map(({ clip }) => clip.state)).toEqual(['skipped']);
});

const ofRow = (change: Partial<RowOfName>, said: Parameters<typeof decision>) =>
  planDecisions([decision(...said)], [row(change)], times);

describe('a clip that was listed before', () => {
  test.each([
    [
      'is told what was decided',
      {},
      [{}],
      { state: 'deleted', state_reason: 'user', state_at: 50, size_bytes: 1000 },
    ],
    [
      'in another spelling, too',
      { name: name.toLowerCase() },
      [{}],
      { state: 'deleted', state_reason: 'user', state_at: 50, size_bytes: 1000 },
    ],
    [
      'stays wanted where it was',
      { state: 'held' },
      [{ state: 'waiting', kept: true, rank: -3, bytes: null }],
      { kept: 1, kept_at: 50, rank: -3 },
    ],
    [
      'has its tags again, of two alike the first',
      {},
      [{ state: 'waiting', tags: ['Deer', 'deer', 'a'], bytes: null }],
      { tags: '["a","Deer"]' },
    ],
    [
      'is kept also when its file is here by now',
      { state: 'archived', size_bytes: 1000 },
      [{ kept: true }],
      { kept: 1, kept_at: 50, sidecar_due: 1 },
    ],
    [
      'is kept also while it is on its way',
      { state: 'transferring' },
      [{ state: 'waiting', kept: true, rank: -3 }],
      { kept: 1, kept_at: 50 },
    ],
    [
      'of a rounded length is known by its name',
      { remote_size_exact: 0, remote_size_bytes: 900 },
      [{ bytes: null }],
      { state: 'deleted', state_reason: 'user', state_at: 50 },
    ],
  ] as const)('%s', (_, change, said, patch) => {
    expect(ofRow(change, [...said])).toEqual({ inserts: [], patches: [{ id: 7, patch }] });
  });

  test.each([
    ['with its file in the archive', { state: 'archived', size_bytes: 1000 }],
    ['that is on its way', { state: 'transferring' }],
    ['that this database has decided about', { state: 'skipped', rank: null }],
    ['of another length', { remote_size_bytes: 2000 }],
    ['of another card', { remote_volume: 'B' }],
  ] as const)('%s stays as it is', (_, change) => {
    expect(ofRow(change, [{}])).toEqual(nothing);
  });
});

import { expect, test } from 'vitest';
import { foreignCardReason, judgeCard, type CardEvidence } from './card-identity-policy.ts';

/** A camera of the same model that drove in the same weeks. */
const foreign: CardEvidence = {
  listed: { videos: 400, from: '2026-06-01T08:00:00', to: '2026-06-12T18:00:00' },
  knownNames: 0,
  heldInSpan: 380,
  newestHeld: '2026-06-11T17:00:00',
};
const listed = foreign.listed!;

test.each<[string, Partial<CardEvidence>, string]>([
  ['none of many clips of the same time is known', {}, 'foreign'],
  ['twenty of each are enough', { listed: { ...listed, videos: 20 }, heldInSpan: 20 }, 'foreign'],
  ['one known name, be it of a clip that left the card', { knownNames: 1 }, 'ours'],
  ['nineteen listed', { listed: { ...listed, videos: 19 } }, 'open'],
  ['nineteen known of that time', { heldInSpan: 19 }, 'open'],
  ['nothing is known yet', { heldInSpan: 0, newestHeld: null }, 'open'],
  ['a formatted card: all is newer than what is known', { heldInSpan: 0 }, 'open'],
  ['an empty card', { listed: null, heldInSpan: 0 }, 'open'],
  [
    'a clock that was reset, for the second time',
    { listed: { videos: 60, from: '2016-01-01T00:00:00', to: '2016-01-02T00:00:00' }, heldInSpan: 25 },
    'open',
  ],
  [
    'a camera that stood in the garage for some months',
    { listed: { videos: 60, from: '2026-01-01T00:00:00', to: '2026-02-02T00:00:00' }, heldInSpan: 25 },
    'foreign',
  ],
])('%s', (_name, change, verdict) => {
  expect(judgeCard({ ...foreign, ...change })).toBe(verdict);
});

test('the reason tells how many, and from when', () => {
  expect(foreignCardReason(listed, 380)).toMatch(/400 videos from 2026-06-01 to 2026-06-12.*380 clips/);
});

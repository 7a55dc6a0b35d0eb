import { expect, test } from 'vitest';
import { fetchRules, type FetchRule } from '../../shared/queue.ts';
import { ruleHold, type RetentionContext, type RuleContext, type RuleSubject } from './fetch-rules.ts';

const subject = (change: Partial<RuleSubject> = {}): RuleSubject => ({
  kind: 'normal',
  channel: 'front',
  container: 'mp4',
  locked: false,
  rank: null,
  startedAt: 100,
  ...change,
});
const context = (main: FetchRule, change: Partial<RuleContext> = {}): RuleContext => ({
  connection: 'main',
  rules: { main, alternative: 'nothing' },
  hasAlternative: true,
  fetchFrom: null,
  ...change,
});

const sorts = {
  normal: subject(),
  parking: subject({ kind: 'parking' }),
  event: subject({ kind: 'event' }),
  locked: subject({ kind: 'parking', locked: true }),
};

test.each<[FetchRule, (keyof typeof sorts)[]]>([
  ['everything', ['normal', 'parking', 'event', 'locked']],
  ['no_parking', ['normal', 'event', 'locked']],
  ['locked_only', ['event', 'locked']],
  ['nothing', []],
])('%s fetches %j', (rule, fetched) => {
  const through = Object.entries(sorts).filter(([, clip]) => ruleHold(clip, context(rule)) === null);
  expect(through.map(([name]) => name)).toEqual(fetched);
});

test('what the user asked for goes through every rule, what was put last does not', () => {
  for (const rule of fetchRules)
    expect(ruleHold(subject({ rank: -1 }), context(rule, { fetchFrom: 1000 }))).toBeNull();
  expect(ruleHold(subject({ rank: 1 }), context('nothing'))).toBe('rule');
});

test('a clip that the other address would fetch is held for the connection, in both directions', () => {
  const rules = { main: 'everything', alternative: 'locked_only' } as const;
  const over = (change: Partial<RuleContext>) =>
    ruleHold(subject(), context('nothing', { rules, ...change }));
  expect(over({ connection: 'alternative' })).toBe('connection');
  expect(over({ connection: 'main' })).toBeNull();
  expect(over({ connection: null }), 'before the first visit').toBeNull();
  const swapped = { main: 'nothing', alternative: 'everything' } as const;
  expect(over({ rules: swapped, connection: 'main' })).toBe('connection');
  expect(over({ rules: swapped, connection: 'main', hasAlternative: false })).toBe('rule');
  expect(
    over({ rules: { main: 'nothing', alternative: 'no_parking' }, connection: 'alternative' }),
  ).toBeNull();
});

test('what is too old stays on the card unless it is locked', () => {
  const limit = context('everything', { fetchFrom: 101 });
  expect(ruleHold(subject(), limit)).toBe('retention');
  expect(ruleHold(subject({ locked: true }), limit)).toBeNull();
  expect(ruleHold(subject({ startedAt: 101 }), limit)).toBeNull();
});

const day = 24 * 60 * 60_000;
const now = Date.UTC(2026, 5, 28, 12);
/** Parking for a week, the rear of anything for two, the rest for a month, interior for ever. */
const archiveRules = (change: Partial<RetentionContext> = {}) =>
  context('everything', {
    retention: {
      now,
      protectLocked: true,
      retainFrom: ({ kind, channel }) => {
        if (channel === 'interior') return null;
        return now - (kind === 'parking' ? 7 : channel === 'rear' ? 14 : 30) * day;
      },
      ...change,
    },
  });

test.each<[string, Partial<RuleSubject>, 'retention' | null]>([
  ['a clip of today', { startedAt: now - 1 }, null],
  ['a clip that is just not too old', { startedAt: now - 30 * day }, null],
  ['a clip that would be deleted on arrival', { startedAt: now - 30 * day - 1 }, 'retention'],
  [
    'one of a kind that is kept for a shorter time',
    { kind: 'parking', startedAt: now - 8 * day },
    'retention',
  ],
  ['one of another kind, as old', { startedAt: now - 8 * day }, null],
  ['one of a channel with a rule of its own', { channel: 'rear', startedAt: now - 15 * day }, 'retention'],
  ['one that is kept for ever', { channel: 'interior', startedAt: now - 100 * day }, null],
  ['a locked one', { locked: true, startedAt: now - 40 * day }, null],
  ['one that was asked for', { rank: -1, startedAt: now - 40 * day }, null],
  ['one that was put last', { rank: 1, startedAt: now - 40 * day }, 'retention'],
  ['one at the edge of what can be believed', { startedAt: now - 180 * day }, 'retention'],
  ['one of a camera whose clock was reset', { startedAt: now - 180 * day - 1 }, null],
  ['one dated before there were such cameras', { startedAt: Date.UTC(2009, 11, 31) }, null],
  ['one dated in the future', { startedAt: now + day }, null],
])('what the archive would delete by its age is not fetched: %s', (_name, change, expected) => {
  expect(ruleHold(subject(change), archiveRules())).toBe(expected);
});

test('a locked clip that nothing protects stays on the card when the archive would delete it', () => {
  const locked = subject({ locked: true, startedAt: now - 40 * day });
  expect(ruleHold(locked, archiveRules({ protectLocked: false }))).toBe('retention');
});

test('a date before 2010 is not believed even by a clock that is as wrong', () => {
  const then = Date.UTC(2010, 0, 20);
  const clip = subject({ startedAt: Date.UTC(2009, 11, 31) });
  expect(ruleHold(clip, archiveRules({ now: then, retainFrom: () => then - day }))).toBeNull();
});

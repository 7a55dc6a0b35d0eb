import { expect, test } from 'vitest';
import { fetchRules, type FetchRule } from '../../shared/queue.ts';
import { ruleHold, type RuleContext, type RuleSubject } from './fetch-rules.ts';

const subject = (change: Partial<RuleSubject> = {}): RuleSubject => ({
  kind: 'normal',
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

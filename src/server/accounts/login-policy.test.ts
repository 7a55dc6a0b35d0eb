import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  accountDelayMs,
  addressDelayMs,
  addressGroup,
  freeAttempts,
  isForgotten,
  judgeAttempt,
  maxAccountDelayMs,
  type Verdict,
} from './login-policy.ts';

const now = 1_000_000_000;
const nobody = { wrong: 0, lastAt: 0 };
const own = (wrong: number, agoMs: number, comeBackAt: number | null = null) => ({
  wrong,
  lastAt: now - agoMs,
  comeBackAt,
});

test.each([
  [0, 0, 0],
  [4, 0, 0],
  [5, 1000, 1000],
  [6, 2000, 2000],
  [7, 4000, 4000],
  [8, 8000, 5000],
  [11, 60_000, 5000],
  [1_000_000, 60_000, 5000],
])('after %i wrong attempts an address waits %i ms and everybody %i ms', (wrong, address, account) => {
  expect([addressDelayMs(wrong), accountDelayMs(wrong)]).toEqual([address, account]);
});

test.each<[string, ReturnType<typeof own>, { wrong: number; lastAt: number }, Verdict]>([
  ['nothing was wrong yet', own(0, 0), nobody, { waitMs: 0, comeBackAt: null }],
  ['four were wrong this very moment', own(4, 0), nobody, { waitMs: 0, comeBackAt: null }],
  ['five were wrong this very moment', own(5, 0), nobody, { waitMs: 1000, comeBackAt: null }],
  ['the second is over', own(5, 1000), nobody, { waitMs: 0, comeBackAt: null }],
  ['part of it is over', own(7, 1500), nobody, { waitMs: 2500, comeBackAt: null }],
  [
    'others guess and it is new',
    own(0, 0),
    { wrong: 20, lastAt: now - 1000 },
    { waitMs: 4000, comeBackAt: now + 4000 },
  ],
  [
    'it was told so before',
    own(0, 0, now + 700),
    { wrong: 99, lastAt: now },
    { waitMs: 700, comeBackAt: now + 700 },
  ],
  ['it comes back as told', own(0, 0, now), { wrong: 99, lastAt: now }, { waitMs: 0, comeBackAt: now }],
  [
    'it comes back late',
    own(1, 0, now - 59_000),
    { wrong: 99, lastAt: now },
    { waitMs: 0, comeBackAt: now - 59_000 },
  ],
  [
    'it comes back much later',
    own(1, 0, now - 60_000),
    { wrong: 99, lastAt: now },
    { waitMs: 5000, comeBackAt: now + 5000 },
  ],
  ['it guesses too', own(5, 2000, now), { wrong: 99, lastAt: now }, { waitMs: 5000, comeBackAt: null }],
  [
    'its own wait is longer than that of all',
    own(9, 0),
    { wrong: 99, lastAt: now },
    { waitMs: 16_000, comeBackAt: null },
  ],
  [
    'the clock was set back',
    own(99, -1e9),
    { wrong: 99, lastAt: now + 1e9 },
    { waitMs: 0, comeBackAt: null },
  ],
  [
    'the clock was set back after a promise',
    own(0, 0, now + 1e9),
    { wrong: 9, lastAt: now },
    { waitMs: 5000, comeBackAt: now + 5000 },
  ],
])('an address waits as it must when %s', (_when, address, account, verdict) => {
  expect(judgeAttempt(address, account, now)).toEqual(verdict);
});

test('whatever others do, an address with free attempts left that waits as told is let in, within five seconds', () => {
  const others = fc.record({
    wrong: fc.integer({ min: 0, max: 1e6 }),
    agoMs: fc.integer({ min: 0, max: 7_200_000 }),
  });
  const mistakes = fc.integer({ min: 0, max: freeAttempts - 1 });
  fc.assert(
    fc.property(others, others, mistakes, (before, after, wrong) => {
      const first = judgeAttempt(own(wrong, 0), { wrong: before.wrong, lastAt: now - before.agoMs }, now);
      expect(first.waitMs).toBeLessThanOrEqual(maxAccountDelayMs);
      const later = now + first.waitMs;
      const second = judgeAttempt(
        { wrong, lastAt: now, comeBackAt: first.comeBackAt },
        { wrong: after.wrong, lastAt: later - after.agoMs },
        later,
      );
      if (first.waitMs > 0) expect(second.waitMs).toBe(0);
    }),
  );
});

test('nobody ever waits longer than a minute', () => {
  const attempts = fc.record({ wrong: fc.nat(), lastAt: fc.integer({ min: -1e12, max: 1e12 }) });
  fc.assert(
    fc.property(
      attempts,
      attempts,
      fc.option(fc.integer({ min: -1e12, max: 1e12 })),
      (mine, all, comeBackAt) => {
        const { waitMs } = judgeAttempt({ ...mine, comeBackAt }, all, 0);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(60_000);
      },
    ),
  );
});

test('wrong attempts are forgotten after an hour', () => {
  expect(isForgotten({ wrong: 9, lastAt: now - 3_599_999 }, now)).toBe(false);
  expect(isForgotten({ wrong: 9, lastAt: now - 3_600_000 }, now)).toBe(true);
});

test.each([
  ['192.168.1.7', '192.168.1.7'],
  ['::ffff:192.168.1.7', '192.168.1.7'],
  ['::FFFF:192.168.1.7', '192.168.1.7'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::7', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff::', '2001:db8:0:0::/64'],
  ['FE80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s is counted as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});

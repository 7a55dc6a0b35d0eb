import { expect, test } from 'vitest';
import { localDaySchema } from './clips.ts';
import { isLocalDay } from './local-day.ts';
import { mostTagLetters, tagIn, tagSchema } from './notes.ts';

test.each([
  '2026-06-28',
  '2024-02-29',
  '2023-02-29',
  '2000-02-29',
  '1900-02-29',
  '2026-04-31',
  '2026-13-01',
  '2026-00-10',
  '2026-01-00',
  '0000-01-01',
  '9999-12-31',
  '2026-6-28',
  '2026-06-28T00:00:00',
  ' 2026-06-28',
  '2026-06-28\n',
  'yesterday',
  '',
  20260628,
  null,
])('%j is a day by the check as by the schema', (text) => {
  expect(isLocalDay(text)).toBe(localDaySchema.safeParse(text).success);
});

test.each([
  'near miss',
  '  two   words ',
  'e\u0301',
  'a,b',
  'a\u0000b',
  'a\u2028b',
  'a\tb',
  '',
  '   ',
  'x'.repeat(mostTagLetters),
  'x'.repeat(mostTagLetters + 1),
  '🚗'.repeat(mostTagLetters / 2),
  '<b>',
  7,
  undefined,
])('the tag in %j is found as by the schema', (text) => {
  expect(tagIn(text)).toBe(tagSchema.safeParse(text).data ?? null);
});

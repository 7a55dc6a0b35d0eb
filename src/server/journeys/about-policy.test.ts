import { expect, test } from 'vitest';
import { aboutOf, aboutPlan, type DescribedJourney } from './about-policy.ts';
import type { JourneyEdit } from './journey-types.ts';
import type { JourneyPatch } from '../../shared/journeys.ts';

const minuteMs = 60_000;
const journey = (from: number, to: number, isEdited = false): DescribedJourney => ({
  from: from * minuteMs,
  to: to * minuteMs,
  isEdited,
});

/** Out and home, and both as one; the middle of that is in the stop between. */
const out = journey(0, 15);
const home = journey(25, 50);
const both = journey(0, 50, true);

/** The edits after each of these was said, in turn. */
function saying(...said: [DescribedJourney, JourneyPatch][]): JourneyEdit[] {
  let edits: JourneyEdit[] = [];
  for (const [index, [of, patch]] of said.entries()) {
    const { forget, clear, add, shown } = aboutPlan(of, edits, patch);
    const nothing = Object.fromEntries(clear.keys.map((key) => [key, null]));
    edits = edits
      .filter(({ id }) => !forget.includes(id))
      .map((edit) => (clear.ids.includes(edit.id) ? { ...edit, ...nothing } : edit));
    edits.push({ id: index + 1, kind: 'about', ...add });
    expect(shown).toEqual(aboutOf(of, edits));
  }
  return edits;
}

const namesAfter = (...said: Parameters<typeof saying>) =>
  [out, home, both].map((each) => aboutOf(each, saying(...said)).name);

test.each<[string, Parameters<typeof saying>, (string | null)[]]>([
  ['a name of one journey is not that of the next', [[out, { name: 'Out' }]], ['Out', null, 'Out']],
  [
    'a name of the whole is that of its first part when it is parts again',
    [[both, { name: 'Trip' }]],
    ['Trip', null, 'Trip'],
  ],
  [
    'a part that has a name of its own keeps it',
    [
      [out, { name: 'Out' }],
      [both, { name: 'Trip' }],
    ],
    ['Out', null, 'Trip'],
  ],
  [
    'what is said of a part later is said last of the whole, too',
    [
      [both, { name: 'Trip' }],
      [home, { name: 'Home' }],
    ],
    ['Trip', 'Home', 'Home'],
  ],
  [
    'a whole that is named twice has the name that was given last',
    [
      [both, { name: 'Trip' }],
      [both, { name: 'Tour' }],
    ],
    ['Tour', null, 'Tour'],
  ],
  [
    'a name that is taken from the whole does not come back from a part',
    [
      [out, { name: 'Out' }],
      [both, { name: null }],
    ],
    [null, null, null],
  ],
  [
    'a name that a part has of the whole can be taken from it',
    [
      [both, { name: 'Trip' }],
      [out, { name: '' }],
    ],
    [null, null, null],
  ],
])('%s', (_, said, names) => {
  expect(namesAfter(...said)).toEqual(names);
});

test('name, note and tag are each said by themselves', () => {
  const edits = saying(
    [out, { name: 'Out', tag: 'private' }],
    [both, { note: 'Rain' }],
    [out, { tag: 'business' }],
  );
  expect(aboutOf(out, edits)).toEqual({ name: 'Out', note: 'Rain', tag: 'business' });
  expect(aboutOf(home, edits)).toEqual({ name: null, note: null, tag: null });
  expect(aboutOf(both, edits)).toEqual({ name: 'Out', note: 'Rain', tag: 'business' });
});

test('what was said of a whole stays with it when its ends move a little', () => {
  const edits = saying([both, { name: 'Trip' }]);
  expect(aboutOf({ from: both.from + minuteMs, to: both.to - minuteMs }, edits).name).toBe('Trip');
  expect(aboutOf({ from: both.from - 10 * minuteMs, to: both.to + 10 * minuteMs }, edits).name).toBe('Trip');
});

test('edits of one journey do not pile up', () => {
  for (const each of [out, both])
    expect(saying([each, { name: 'a' }], [each, { name: 'b' }], [each, { tag: 'private' }])).toHaveLength(1);
});

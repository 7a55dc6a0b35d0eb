import { describe, expect, test } from 'vitest';
import { boxesOfLabels, fitOf, folded } from './place-search-policy.ts';
import { TownNames } from './town-names.ts';

describe('names by what is typed', () => {
  test.each([
    ['Köln', 'koln'],
    ['ÉVREUX', 'evreux'],
    ['Weißenburg', 'weissenburg'],
  ])('%s is found as %s', (name, as) => expect(folded(name)).toBe(as));

  test.each([
    ['leeds', 'leeds', 0],
    ['leeds bradford', 'lee', 1],
    ['north leeds', 'lee', 2],
    ['stratford-upon-avon', 'avo', 2],
    ['sleeds', 'lee', null],
    ['sleeds leeds', 'lee', 2],
  ] as const)('%s by %s', (name, typed, fit) => expect(fitOf(name, typed)).toBe(fit));

  test('the best fit comes first, of as many names as there are', async () => {
    const names = Array.from({ length: 40 }, (_, id) => `Town ${id}`);
    names[3] = 'New Leeds';
    names[17] = 'Leeds';
    names[33] = 'Leedstown';
    names[39] = 'Sleeds';
    const towns = await TownNames.of(names.length, (id) => names[id] ?? '');
    expect(towns.search('leeds', 10)).toEqual([17, 33, 3]);
    expect(towns.search('town 39', 10)).toEqual([]);
    expect(towns.search('town 38', 10)).toEqual([38]);
    expect(towns.search('town', 3)).toHaveLength(3);
  });
});

const cell = (label: string, latE3: number, lonE3: number) => ({ label, latE3, lonE3 });

test('cells of one label are one place, those far away left out', () => {
  const [park, mill] = boxesOfLabels([
    cell('Park Row, Leeds', 53_800, -1_550),
    cell('Mill Lane', 10, 10),
    cell('Park Row, Leeds', 53_802, -1_551),
    cell('Park Row, Leeds', 51_000, -1_551),
  ]);
  expect(park).toEqual({
    label: 'Park Row, Leeds',
    box: { west: -1.5515, east: -1.5495, south: 53.7995, north: 53.8025 },
  });
  expect(mill?.label).toBe('Mill Lane');
});

import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../shared/settings.ts';
import {
  cautionOf,
  isEffective,
  isSameValue,
  movedTo,
  searchSections,
  settingFields,
  switched,
  switchedOff,
  valueWords,
} from './settings-fields.ts';

const fields = settingFields();
const field = (key: string) => fields.find((each) => each.key === key)!;

test('every setting of the schema has a field with words and a control', () => {
  expect(fields.map((each) => each.key)).toEqual(Object.keys(settingsSchema.shape));
  for (const each of fields) expect(each.title).not.toBe('');
});

test('the control follows the schema', () => {
  expect(field('layout').control).toMatchObject({ type: 'choice' });
  expect(field('fetchPhotos').control).toEqual({ type: 'switch' });
  expect(field('pollSeconds').control).toEqual({ type: 'number', min: 5, max: 600, isWhole: true });
  expect(field('keepFreeGb').control).toMatchObject({ type: 'number', min: 0, isWhole: false });
  expect(field('downloadOrder').control).toEqual({ type: 'order' });
  expect(field('retentionRules').control).toEqual({ type: 'rules' });
  expect(field('webHost').control).toEqual({ type: 'text', maxLength: 253 });
});

test('where the page listens has a section of its own, and takes effect at the next start', () => {
  const page = searchSections(fields, '').find(({ id }) => id === 'page');
  expect(page?.title).toBe('The page');
  expect(page?.fields.map(({ key }) => key)).toEqual(['webHost', 'webPort', 'allowedHosts', 'logLevel']);
  expect(fields.filter(({ restart }) => restart).map(({ key }) => key)).toEqual([
    'zone',
    'webHost',
    'webPort',
  ]);
});

test('a search finds words of titles and help in any order', () => {
  const keys = (text: string) =>
    searchSections(fields, text).flatMap((each) => each.fields.map(({ key }) => key));
  expect(keys('photos card')).toEqual(['fetchPhotos']);
  expect(keys('DISK free')).toEqual(['keepFreeGb']);
  expect(keys('zebra')).toEqual([]);
  expect(keys('').toSorted()).toEqual(fields.map(({ key }) => key).toSorted());
});

test('a default is told in the words of its control', () => {
  expect(valueWords(field('pollSeconds'), 10)).toBe('10\u00a0s');
  expect(valueWords(field('fetchPhotos'), false)).toBe('Off');
  expect(valueWords(field('layout'), 'daily')).toBe('Day');
  expect(valueWords(field('webPort'), 8080)).toBe('8080');
  expect(valueWords(field('webHost'), '')).toBe('empty');
  expect(valueWords(field('webHost'), 'nas.local')).toBe('nas.local');
});

test('an order and a number of days are told in words', () => {
  expect(valueWords(field('downloadOrder'), ['newest', 'earlier'])).toBe('newest drive first');
  expect(valueWords(field('fetchMaxAgeDays'), 0)).toBe('no limit');
  expect(valueWords(field('fetchMaxAgeDays'), 30)).toBe('30\u00a0days');
});

describe('the order of downloads', () => {
  test('is changed by moving one kind of clip', () => {
    expect(movedTo(['locked', 'event', 'earlier'], 'earlier', 0)).toEqual(['earlier', 'locked', 'event']);
    expect(movedTo(['locked', 'event', 'earlier'], 'locked', 1)).toEqual(['event', 'locked', 'earlier']);
    expect(movedTo(['locked', 'event'], 'event', 9)).toEqual(['locked', 'event']);
  });
  test('gives a kind that is switched on again its usual place', () => {
    const without = switched(settingsSchema.parse({}).downloadOrder, 'event');
    expect(without).not.toContain('event');
    expect(switchedOff(without)).toEqual(['event']);
    expect(switched(without, 'event')).toEqual(settingsSchema.parse({}).downloadOrder);
    expect(switched(['photo', 'earlier'], 'parking')).toEqual(['parking', 'photo', 'earlier']);
  });
  test('is the same when it names the same in the same order', () => {
    expect(isSameValue(['locked', 'earlier'], ['locked', 'earlier'])).toBe(true);
    expect(isSameValue(['locked', 'earlier'], ['earlier', 'locked'])).toBe(false);
    expect(isSameValue(5, 5)).toBe(true);
    expect(isSameValue(null, 5)).toBe(false);
  });
});

test('deleting locked clips needs deleting at all, and both are cautioned about', () => {
  const settings = settingsSchema.parse({});
  const locked = field('deleteLockedAfterDownload');
  expect(isEffective(locked, settings)).toBe(false);
  expect(isEffective(locked, { ...settings, deleteAfterDownload: true })).toBe(true);
  expect(isEffective(field('layout'), settings)).toBe(true);
  expect(field('deleteAfterDownload').caution).toContain('cannot be brought back');
});

test('who is asked for maps and names comes with what it learns, and what belongs to that server waits for it', () => {
  const settings = settingsSchema.parse({});
  expect(cautionOf(field('mapSource'), 'outline')).toBeNull();
  expect(cautionOf(field('mapSource'), 'raster')).toContain('which are mostly those where you drive');
  expect(cautionOf(field('geocoder'), 'off')).toBeNull();
  expect(cautionOf(field('geocoder'), 'photon')).toContain('where journeys begin and end');
  expect(isEffective(field('mapUrl'), settings)).toBe(false);
  expect(isEffective(field('mapUrl'), { ...settings, mapSource: 'vector' })).toBe(true);
  expect(isEffective(field('geocoderContact'), settings)).toBe(false);
  expect(isEffective(field('geocoderContact'), { ...settings, geocoder: 'nominatim' })).toBe(true);
});

test('journeys, maps and names have sections of their own', () => {
  const sections = searchSections(fields, '').map(({ id }) => id);
  expect(sections).toEqual(['sync', 'archive', 'journeys', 'maps', 'media', 'storage', 'page']);
  expect(valueWords(field('distanceUnits'), 'miles')).toBe('Miles');
  expect(valueWords(field('mapSource'), 'raster')).toBe('Pictures');
  expect(valueWords(field('stopSeconds'), 300)).toBe('300\u00a0s');
});

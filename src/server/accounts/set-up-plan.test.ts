import { describe, expect, test } from 'vitest';
import { openStreetMap } from '../../shared/open-street-map.ts';
import type { SetUpDraft } from '../../shared/set-up.ts';
import { settingsSchema, type Settings } from '../../shared/settings.ts';
import { cameraDeed, firstDraft, settingsOf } from './set-up-plan.ts';

const settings = (over: Partial<Settings> = {}): Settings => ({ ...settingsSchema.parse({}), ...over });
const draft = (over: Partial<SetUpDraft> = {}): SetUpDraft => ({ ...firstDraft(settings(), []), ...over });
const zone = { name: 'Europe/London', isGiven: true };

describe('the questions of a set-up', () => {
  test('are answered as the settings are by default: everything is kept, and nothing leaves the machine', () => {
    expect(firstDraft(settings(), [])).toEqual({
      step: 'camera',
      camera: null,
      zone: '',
      retentionDays: 0,
      retentionDiskPct: 0,
      map: 'outline',
      geocoder: 'off',
    });
  });

  test('are answered with what an earlier version had', () => {
    const before = settings({
      retentionDays: 30,
      geocoder: 'nominatim',
      mapSource: 'vector',
      mapUrl: 'https://m',
    });
    const cameras = [
      { id: 1, name: 'Found', address: '' },
      { id: 2, name: 'Car', address: '192.168.1.254' },
    ];
    expect(firstDraft(before, cameras)).toMatchObject({
      camera: { id: 2, address: '192.168.1.254', name: 'Car' },
      retentionDays: 30,
      geocoder: 'nominatim',
      map: 'as_is',
    });
  });

  test('tell the map of OpenStreetMap from others', () => {
    const osm = settings({ mapSource: 'raster', mapUrl: openStreetMap.url });
    expect(firstDraft(osm, []).map).toBe('osm');
  });
});

describe('the settings of the answers', () => {
  const of = (over: Partial<SetUpDraft>, now: Partial<Parameters<typeof settingsOf>[1]> = {}) =>
    settingsOf(draft(over), { settings: settings(), zone, newHost: null, ...now });

  test.each([
    ['nothing was chosen', '', zone, null],
    ['the one of TZ was chosen', 'Europe/London', zone, null],
    ['another one was chosen', 'Europe/Berlin', zone, 'Europe/Berlin'],
    ['that of the machine was chosen', 'UTC', { name: 'UTC', isGiven: false }, 'UTC'],
  ])('name a zone when %s', (_when, chosen, started, expected) => {
    expect(of({ zone: chosen }, { zone: started }).zone).toBe(expected);
  });

  test('ask no server unless that was chosen', () => {
    expect(of({})).toMatchObject({ mapSource: null, geocoder: 'off' });
    expect(of({ map: 'osm', geocoder: 'photon' })).toMatchObject({
      mapSource: 'raster',
      mapUrl: openStreetMap.url,
      mapAttribution: openStreetMap.credit,
      geocoder: 'photon',
    });
  });

  test('leave a map of one’s own as it is', () => {
    expect(of({ map: 'as_is' })).not.toHaveProperty('mapSource');
  });

  test('remember the name by which the page was called, once, beside those that are known', () => {
    expect(of({})).not.toHaveProperty('allowedHosts');
    expect(of({}, { newHost: 'cam.example.com' }).allowedHosts).toBe('cam.example.com');
    const others = settings({ allowedHosts: 'a.example cam.example.com' });
    expect(of({}, { newHost: 'cam.example.com', settings: others }).allowedHosts).toBe(
      'a.example, cam.example.com',
    );
  });
});

const read = (text: string) => text.trim().toLowerCase();

describe('the camera of the answers', () => {
  const car = { id: 2, name: 'Car', address: '192.168.1.254' };

  test('is left for later', () => {
    expect(cameraDeed(null, [car], read)).toEqual({ kind: 'nothing' });
  });
  test('is added', () => {
    expect(cameraDeed({ id: null, address: 'CAM', name: 'A' }, [car], read)).toEqual({
      kind: 'add',
      input: { address: 'cam', name: 'A' },
    });
  });
  test('that was known gets its new address', () => {
    expect(cameraDeed({ id: 2, address: 'cam', name: 'A' }, [car], read)).toEqual({
      kind: 'change',
      id: 2,
      patch: { address: 'cam', name: 'A', enabled: true },
    });
  });
  test('that was added when the set-up failed at its end is not added twice', () => {
    expect(cameraDeed({ id: null, address: '192.168.1.254', name: 'B' }, [car], read)).toMatchObject({
      kind: 'change',
      id: 2,
    });
  });
});

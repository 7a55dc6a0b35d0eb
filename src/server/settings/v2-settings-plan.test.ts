import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settingsSchema } from '../../shared/settings.ts';
import type { V2Source } from './v2-parts-policy.ts';
import { buildV2SettingsPlan, v2Keys, v2KeysOf } from './v2-settings-plan.ts';

const hash = `$2b$12$${'abcdefghij.'.repeat(5).slice(0, 53)}`;

function planOf(values: Record<string, unknown>, more: Partial<V2Source> = {}) {
  return buildV2SettingsPlan({
    source: 'config.json',
    values: new Map(Object.entries(values)),
    isDamaged: false,
    ...more,
  });
}
const fromEnv = (values: Record<string, unknown>) => planOf(values, { source: 'viofosync.env' });

test('nothing there means nothing to do', () => {
  expect(planOf({})).toEqual({
    settings: {},
    camera: null,
    rules: null,
    triage: null,
    places: [],
    paused: false,
    password: null,
    wasSetUp: false,
    problems: [],
    lines: [],
  });
});

const lockedOnly = { main: 'locked_only', alternative: 'locked_only' };

test.each<[Record<string, unknown>, object | null]>([
  [{ SYNC_RO_ONLY: true }, lockedOnly],
  [{ SYNC_RO_ONLY: 'yes' }, lockedOnly],
  [{ SYNC_RO_ONLY: false }, null],
  [{ PRIMARY_SCOPE: 'ro_only' }, { main: 'locked_only', alternative: 'everything' }],
  [{ ALTERNATIVE_SCOPE: ' No_Parking ' }, { main: 'everything', alternative: 'no_parking' }],
  [
    { PRIMARY_SCOPE: 'everything', ALTERNATIVE_SCOPE: 'nothing' },
    { main: 'everything', alternative: 'nothing' },
  ],
  [{ PRIMARY_SCOPE: 'everything', ALTERNATIVE_SCOPE: 'Everything' }, null],
  [{ SYNC_RO_ONLY: true, PRIMARY_SCOPE: 'everything', ALTERNATIVE_SCOPE: 'everything' }, null],
  [
    { SYNC_RO_ONLY: true, PRIMARY_SCOPE: 'nothing' },
    { main: 'nothing', alternative: 'locked_only' },
  ],
  [{ SYNC_RO_ONLY: 'true', PRIMARY_SCOPE: '', ALTERNATIVE_SCOPE: null }, lockedOnly],
])('%j becomes the rules %j of the camera, and nothing is paused', (values, rules) => {
  expect(planOf(values)).toMatchObject({ rules, paused: false, problems: [] });
});

test('a scope that cannot be used is a problem, and the older key counts in its place', () => {
  const plan = planOf({ PRIMARY_SCOPE: 'some', ALTERNATIVE_SCOPE: 7, SYNC_RO_ONLY: '1' });
  expect(plan.rules).toEqual(lockedOnly);
  expect(plan.problems.map(({ key }) => key)).toEqual([
    'settings:PRIMARY_SCOPE',
    'settings:ALTERNATIVE_SCOPE',
  ]);
  expect(plan.lines).toContainEqual({ what: 'settings taken over', count: 1, note: 'SYNC_RO_ONLY' });
});

test('the older key has no effect where each connection has its own', () => {
  const plan = planOf({ SYNC_RO_ONLY: true, PRIMARY_SCOPE: 'no_parking', ALTERNATIVE_SCOPE: 'everything' });
  expect(plan.lines).toEqual([
    { what: 'settings taken over', count: 1, note: 'PRIMARY_SCOPE' },
    { what: 'settings at their default', count: 1, note: 'ALTERNATIVE_SCOPE' },
    {
      what: 'settings without effect',
      count: 1,
      note: 'SYNC_RO_ONLY: each connection has its own',
    },
  ]);
});

test('every key has one row', () => {
  const keys = v2Keys.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(v2KeysOf('layout')).toEqual(['GROUPING']);
  expect(v2KeysOf('retentionDays')).toEqual(['RETENTION_MAX_DAYS', 'KEEP']);
  expect(v2KeysOf('keepFreeGb')).toEqual([]);
});

test.each<[Record<string, unknown>, object]>([
  [{ GROUPING: 'weekly' }, { layout: 'weekly' }],
  [{ GROUPING: ' Monthly ' }, { layout: 'monthly' }],
  [{ GROUPING: 'daily' }, {}],
  [{ GROUPING: '' }, {}],
  [{ GROUPING: null }, {}],
  [{ WEB_PORT: 9000 }, { webPort: 9000 }],
  [{ WEB_PORT: ' 9000 ' }, { webPort: 9000 }],
  [{ WEB_PORT: '9000.0' }, { webPort: 9000 }],
  [{ WEB_PORT: '8080' }, {}],
  [{ WEB_HOST: '0.0.0.0' }, {}],
  [{ WEB_HOST: ' 192.168.1.2 ' }, { webHost: '192.168.1.2' }],
  [{ WEB_HOST: '::' }, { webHost: '::' }],
  [{ DELETE_AFTER_DOWNLOAD: true }, { deleteAfterDownload: true }],
  [{ DELETE_AFTER_DOWNLOAD: 'False', DELETE_RO_AFTER_DOWNLOAD: '1' }, { deleteLockedAfterDownload: true }],
  [{ RETENTION_MAX_DAYS: 30 }, { retentionDays: 30 }],
  [{ RETENTION_MAX_DAYS: ' 90 ' }, { retentionDays: 90 }],
  [{ RETENTION_MAX_DAYS: '0' }, {}],
  [{ RETENTION_DISK_PCT: '85' }, { retentionDiskPct: 85 }],
  [{ RETENTION_DISK_PCT: 0 }, {}],
  [{ RETENTION_PROTECT_RO: false }, { protectLocked: false }],
  [{ RETENTION_PROTECT_RO: 'False' }, { protectLocked: false }],
  [{ RETENTION_PROTECT_RO: 'true' }, {}],
  [{ RECORDINGS_QUOTA_GB: '500' }, { quotaGib: 500 }],
  [{ RECORDINGS_QUOTA_GB: 0 }, {}],
  [{ DISK_CRITICAL_PCT: '90' }, { diskCriticalPct: 90 }],
  [{ DISK_CRITICAL_PCT: 0 }, { diskCriticalPct: 0 }],
  [{ DISK_CRITICAL_PCT: '95' }, {}],
])('%j becomes the settings %j', (values, settings) => {
  const plan = planOf(values);
  expect(plan.settings).toEqual(settings);
  expect(plan.problems).toEqual([]);
});

test.each<[string, unknown]>([
  ['GROUPING', 'hourly'],
  ['GROUPING', 7],
  ['GROUPING', ['daily']],
  ['WEB_PORT', 0],
  ['WEB_PORT', 65_536],
  ['WEB_PORT', 80.5],
  ['WEB_PORT', 'http'],
  ['WEB_PORT', true],
  ['WEB_PORT', {}],
  ['WEB_HOST', 'http://secret'],
  ['WEB_HOST', 1],
  ['ADDRESS', 12],
  ['ADDRESS_FALLBACK', ['a']],
  ['ENABLE_SCHEDULED_SYNC', 'perhaps'],
  ['ENABLE_SCHEDULED_SYNC', []],
  ['DELETE_AFTER_DOWNLOAD', 'soon'],
  ['DELETE_RO_AFTER_DOWNLOAD', 2],
  ['RETENTION_MAX_DAYS', -1],
  ['RETENTION_MAX_DAYS', 3651],
  ['RETENTION_MAX_DAYS', '30 days'],
  ['RETENTION_MAX_DAYS', true],
  ['RETENTION_MAX_DAYS', 0.5],
  ['RETENTION_DISK_PCT', 100],
  ['RETENTION_DISK_PCT', '85%'],
  ['RETENTION_PROTECT_RO', 'sometimes'],
  ['RECORDINGS_QUOTA_GB', -1],
  ['RECORDINGS_QUOTA_GB', 'all'],
  ['DISK_CRITICAL_PCT', 101],
  ['PRIMARY_SCOPE', 'some'],
  ['SYNC_RO_ONLY', 'perhaps'],
  ['WEB_PASSWORD_HASH', 'secret'],
  ['WEB_PASSWORD_HASH', 5],
])('%s with the value %j is one problem, and the default is used', (key, value) => {
  const plan = planOf({ [key]: value, HTML: true });
  expect(plan).toMatchObject({ settings: {}, camera: null, paused: false, password: null });
  expect(plan.problems).toMatchObject([{ key: `settings:${key}` }]);
  expect(plan.lines).toContainEqual({ what: 'settings that cannot be used', count: 1, note: key });
});

test.each<[Record<string, unknown>, object]>([
  [{ KEEP: '2w' }, { retentionDays: 14 }],
  [{ KEEP: ' 30D ' }, { retentionDays: 30 }],
  [{ KEEP: '30' }, { retentionDays: 30 }],
  [{ KEEP: '3m' }, { retentionDays: 92 }],
  [{ KEEP: '1y' }, { retentionDays: 366 }],
  [{ KEEP: '' }, {}],
  [{ MAX_USED_DISK: '90' }, { diskCriticalPct: 90 }],
  [{ MAX_USED_DISK: '85 %' }, { diskCriticalPct: 85 }],
])(
  'v1 with %j becomes the settings %j: what it deleted, and where its downloads stopped',
  (values, settings) => {
    const plan = fromEnv(values);
    expect(plan.settings).toEqual(settings);
    expect(plan.problems).toEqual([]);
  },
);

test.each<[string, string]>([
  ['KEEP', '0'],
  ['KEEP', '0d'],
  ['KEEP', '2 weeks'],
  ['KEEP', '5q'],
  ['KEEP', '-3d'],
  ['KEEP', '12h'],
  ['KEEP', '99999d'],
  ['MAX_USED_DISK', '0.9'],
  ['MAX_USED_DISK', '140'],
  ['MAX_USED_DISK', 'most'],
])('v1 with %s=%s, which is not understood, is one problem, and nothing is deleted by it', (key, value) => {
  const plan = fromEnv({ [key]: value });
  expect(plan.settings).toEqual({});
  expect(plan.problems).toMatchObject([{ key: `settings:${key}` }]);
});

test.each<[Record<string, unknown>, object]>([
  [{ KEEP: '2w', RETENTION_MAX_DAYS: '60' }, { retentionDays: 60 }],
  [{ RETENTION_MAX_DAYS: '0', KEEP: '2w' }, {}],
  [{ RETENTION_MAX_DAYS: '', KEEP: '2w' }, { retentionDays: 14 }],
  [{ MAX_USED_DISK: '80', DISK_CRITICAL_PCT: '97' }, { diskCriticalPct: 97 }],
])('of %j the newer key counts: %j', (values, settings) => {
  expect(fromEnv(values)).toMatchObject({ problems: [] });
  expect(fromEnv(values).settings).toEqual(settings);
});

test('a newer key that cannot be used does not bring the older one into force', () => {
  const plan = fromEnv({ KEEP: '2w', RETENTION_MAX_DAYS: 'many' });
  expect(plan.settings).toEqual({});
  expect(plan.problems).toMatchObject([{ key: 'settings:RETENTION_MAX_DAYS' }]);
});

test('what v1 deleted by, and v2 carried along without doing so, deletes nothing now', () => {
  const plan = planOf({ KEEP: '2w', MAX_USED_DISK: '50' });
  expect(plan.settings).toEqual({});
  expect(plan.lines).toEqual([
    { what: 'settings without effect', count: 1, note: 'KEEP: v2 did nothing with it' },
    { what: 'settings without effect', count: 1, note: 'MAX_USED_DISK: v2 did nothing with it' },
  ]);
});

test('beside a damaged config.json, no older file has a say in what is deleted', () => {
  const values = {
    GROUPING: 'weekly',
    RETENTION_MAX_DAYS: '30',
    RETENTION_DISK_PCT: '50',
    RETENTION_PROTECT_RO: 'false',
    RECORDINGS_QUOTA_GB: '10',
    DISK_CRITICAL_PCT: '90',
  };
  const damaged = { source: 'viofosync.env', isDamaged: true } as const;
  expect(planOf(values, damaged).settings).toEqual({ layout: 'weekly', diskCriticalPct: 90 });
  expect(planOf({ KEEP: '2w', MAX_USED_DISK: '50' }, damaged).settings).toEqual({});
});

test.each<[Record<string, unknown>, object | null]>([
  [{ ADDRESS: ' 192.168.1.254 ' }, { address: '192.168.1.254', alternativeAddress: null }],
  [
    { ADDRESS: 'a', ADDRESS_FALLBACK: 'b:81' },
    { address: 'a', alternativeAddress: 'b:81' },
  ],
  [
    { ADDRESS: 'a', ADDRESS_FALLBACK: 'a' },
    { address: 'a', alternativeAddress: null },
  ],
  [
    { ADDRESS: 'a', ADDRESS_FALLBACK: null },
    { address: 'a', alternativeAddress: null },
  ],
  [{ ADDRESS: null, ADDRESS_FALLBACK: 'b' }, null],
  [{ ADDRESS: ' ' }, null],
])('%j is the camera %j', (values, camera) => {
  expect(planOf(values).camera).toEqual(camera);
});

test.each<[unknown, boolean]>([
  [false, true],
  ['false', true],
  ['No', true],
  [0, true],
  ['0', true],
  [true, false],
  ['yes', false],
  [1, false],
  [null, false],
  ['', false],
])('scheduled sync %j means paused: %s', (value, paused) => {
  const plan = planOf({ ENABLE_SCHEDULED_SYNC: value });
  expect(plan.paused).toBe(paused);
  expect(plan.problems).toEqual([]);
});

test.each(['$2a$', '$2b$', '$2y$'])('a password hash that begins with %s is taken over', (prefix) => {
  const mine = prefix + hash.slice(4);
  expect(planOf({ WEB_PASSWORD_HASH: mine })).toMatchObject({
    password: { kind: 'bcrypt', hash: mine },
    wasSetUp: true,
    problems: [],
  });
});

test.each(['$2x$', '$2b$1', '$1$', '$argon2id$'])('a password hash %s is not', (prefix) => {
  const plan = planOf({ WEB_PASSWORD_HASH: prefix + hash.slice(4) });
  expect(plan).toMatchObject({ password: null, wasSetUp: true });
  expect(plan.problems[0]?.advice).toContain('viofosync password');
});

test('an empty hash is an instance that was never set up', () => {
  expect(planOf({ WEB_PASSWORD_HASH: '', ADDRESS: 'a' })).toMatchObject({ wasSetUp: false, password: null });
});

test('the password in clear counts in the env file only, and a hash wins over it', () => {
  expect(fromEnv({ WEB_PASSWORD: 'hunter2' })).toMatchObject({
    password: { kind: 'clear', text: 'hunter2' },
    wasSetUp: true,
  });
  expect(planOf({ WEB_PASSWORD: 'hunter2' })).toMatchObject({ password: null, wasSetUp: false });
  expect(fromEnv({ WEB_PASSWORD: 'hunter2', WEB_PASSWORD_HASH: hash }).password).toEqual({
    kind: 'bcrypt',
    hash,
  });
  expect(fromEnv({ WEB_PASSWORD: '' })).toMatchObject({ password: null, wasSetUp: false });
});

test('a damaged config.json never opens set-up again, and an older password does not count', () => {
  const plan = planOf(
    { WEB_PASSWORD: 'hunter2', GROUPING: 'weekly' },
    { source: 'viofosync.env', isDamaged: true },
  );
  expect(plan).toMatchObject({ password: null, wasSetUp: true, settings: { layout: 'weekly' } });
  expect(plan.problems).toMatchObject([
    { key: 'settings:config.json', advice: expect.stringContaining('viofosync password') as string },
  ]);
});

test('the report says what became of each key', () => {
  const plan = planOf({
    GROUPING: 'weekly',
    WEB_PORT: 8080,
    WEB_HOST: 'not a host',
    ADDRESS: 'a',
    WEB_PASSWORD_HASH: hash,
    SYNC_INTERVAL: 600,
    HTML: true,
    RETENTION_MAX_DAYS: 30,
    MQTT_PASSWORD: 'hunter2',
    NEW_THING: 1,
    'my secret words': 1,
  });
  expect(plan.lines).toEqual([
    {
      what: 'settings taken over',
      count: 4,
      note: 'ADDRESS, GROUPING, RETENTION_MAX_DAYS, WEB_PASSWORD_HASH',
    },
    { what: 'settings at their default', count: 1, note: 'WEB_PORT' },
    { what: 'settings that cannot be used', count: 1, note: 'WEB_HOST' },
    {
      what: 'settings kept for parts that are not built yet',
      count: 1,
      note: 'MQTT_PASSWORD',
    },
    { what: 'settings that are not known, kept', count: 2, note: 'NEW_THING' },
    {
      what: 'settings without effect',
      count: 1,
      note: 'SYNC_INTERVAL: it never had any; the camera is looked for all the time',
    },
    {
      what: 'settings without effect',
      count: 1,
      note: 'HTML: how a camera is listed is decided for each camera',
    },
  ]);
});

test('whatever the values are, the plan is made, its settings are valid and nothing it tells holds a value', () => {
  const secret = 'hunter2-hunter2';
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(secret, ` ${secret} `, hash, 'weekly', '9000', true, -1, Infinity, null),
    fc.constant([secret]),
    fc.constant({ secret }),
  );
  const key = fc.oneof(fc.constantFrom(...v2Keys.map((row) => row.key)), fc.string({ maxLength: 12 }));
  const source = fc.constantFrom<V2Source['source']>('config.json', 'viofosync.env');
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value)), source, fc.boolean(), (entries, source, isDamaged) => {
      const values = new Map(entries);
      const plan = buildV2SettingsPlan({ source, values, isDamaged });
      expect(settingsSchema.parse(plan.settings)).toMatchObject(plan.settings);
      const { problems, lines } = plan;
      expect(JSON.stringify({ problems, lines })).not.toMatch(/hunter2|\$2b/);
      expect(lines.reduce((sum, line) => sum + line.count, 0)).toBe(values.size);
      expect(new Set(problems.map(({ key }) => key)).size).toBe(problems.length);
      if (plan.password !== null || isDamaged) expect(plan.wasSetUp).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test.each<[Record<string, unknown>, object]>([
  [{ GPS_EXTRACT: false }, { writeGpx: false }],
  [{ GPS_EXTRACT: 'yes' }, {}],
  [{ DERIVE_THUMBS_EAGER: false }, { makePictures: false }],
  [{ DERIVE_THUMBS_EAGER: 'true', DERIVE_FILMSTRIPS_EAGER: 0 }, { makeFilmstrips: false }],
  [{ GPS_TRIAGE: 'false' }, { triage: false }],
  [{ GPS_TRIAGE: true }, {}],
  [{ GPS_TRIAGE: false, PRIMARY_GPS_TRIAGE: true }, {}],
  [{ DISTANCE_UNITS: ' Miles ' }, { distanceUnits: 'miles' }],
  [{ DISTANCE_UNITS: 'km' }, {}],
  [{ NOMINATIM_EMAIL: ' me@example.org ' }, { geocoderContact: 'me@example.org' }],
  [{ NOMINATIM_EMAIL: '' }, {}],
])('%j becomes the settings %j of journeys and maps', (values, settings) => {
  expect(planOf(values)).toMatchObject({ problems: [] });
  expect(planOf(values).settings).toEqual(settings);
});

test.each<[Record<string, unknown>, object | null]>([
  [{}, null],
  [{ GPS_TRIAGE: false }, null],
  [
    { PRIMARY_GPS_TRIAGE: true, ALTERNATIVE_GPS_TRIAGE: 'no' },
    { main: true, alternative: false },
  ],
  [{ PRIMARY_GPS_TRIAGE: true }, { main: true, alternative: false }],
  [
    { PRIMARY_GPS_TRIAGE: false, GPS_TRIAGE: true },
    { main: false, alternative: true },
  ],
])('%j becomes the triage %j of the camera', (values, triage) => {
  expect(planOf(values)).toMatchObject({ triage, problems: [] });
});

test('that v2 asked a server for names is no consent: it stays off, and the report says how to switch it on', () => {
  const plan = planOf({ GEOCODE_ENABLED: true, NOMINATIM_EMAIL: 'me@example.org' });
  expect(plan.settings).toEqual({ geocoderContact: 'me@example.org' });
  expect(plan.lines).toContainEqual({
    what: 'settings without effect',
    count: 1,
    note: expect.stringMatching(
      /^GEOCODE_ENABLED: .*until you choose one under Settings, Maps and names$/,
    ) as string,
  });
  expect(planOf({ GEOCODE_ENABLED: 'false' }).lines).toEqual([
    { what: 'settings at their default', count: 1, note: 'GEOCODE_ENABLED' },
  ]);
});

const location = { name: 'Home', lat: 51.2, lon: 0.9, radius_m: 30, exclude_recordings: true, is_home: true };
const asPlace = {
  name: 'Home',
  latitude: 51.2,
  longitude: 0.9,
  radiusM: 30,
  isHome: true,
  skipParked: true,
  isHidden: false,
};

test.each<[string, unknown, object[]]>([
  ['as it stands there', [location], [asPlace]],
  ['as JSON in a text', JSON.stringify([location]), [asPlace]],
  ['smaller than positions are fine', [{ ...location, radius_m: 5 }], [{ ...asPlace, radiusM: 20 }]],
  ['with values as text', [{ ...location, lat: '51.2', radius_m: '80' }], [{ ...asPlace, radiusM: 80 }]],
  ['without a name', [{ ...location, name: ' ' }], [{ ...asPlace, name: 'Location 1' }]],
  [
    'with one name and one home twice',
    [location, { ...location, name: 'HOME', exclude_recordings: false }],
    [asPlace, { ...asPlace, name: 'HOME (2)', isHome: false, skipParked: false }],
  ],
  ['empty', [], []],
])('locations %s become places', (_, value, places) => {
  expect(planOf({ LOCATIONS: value })).toMatchObject({ places, problems: [] });
});

test('of locations that cannot be used the others are taken, and one problem is told', () => {
  const plan = planOf({ LOCATIONS: [{ ...location, lat: 99 }, location, 'x', null] });
  expect(plan.places).toEqual([asPlace]);
  expect(plan.problems).toMatchObject([{ key: 'settings:LOCATIONS' }]);
  expect(planOf({ LOCATIONS: 'home' })).toMatchObject({
    places: [],
    problems: [{ key: 'settings:LOCATIONS' }],
  });
});

test('zones became locations: the first is home, and all of them leave recordings out where that was on', () => {
  const zones = {
    GEOFENCE_ZONES: [
      { lat: 51.2, lon: 0.9, radius_m: 50 },
      { lat: 52, lon: 1 },
    ],
  };
  expect(planOf({ ...zones, GEOFENCE_ENABLED: 'true' }).places).toMatchObject([
    { name: 'Home', isHome: true, skipParked: true, radiusM: 50 },
    { name: 'Location 2', isHome: false, skipParked: true, radiusM: 30 },
  ]);
  expect(planOf(zones).places).toMatchObject([{ skipParked: false }, { skipParked: false }]);
  expect(planOf({ ...zones, GEOFENCE_ENABLED: true, LOCATIONS: [location] }).places).toEqual([asPlace]);
  const damaged = { source: 'viofosync.env', isDamaged: true } as const;
  expect(planOf({ ...zones, GEOFENCE_ENABLED: true }, damaged).places).toMatchObject([
    { skipParked: false },
    { skipParked: false },
  ]);
});

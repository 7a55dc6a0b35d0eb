import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fetchRules } from '../../shared/queue.ts';
import type { CameraRow } from '../db/schema.ts';
import { decodeBook, encodeBook } from './book.ts';
import { camerasBook, saidOf, type SaidOfCamera } from './book-cameras.ts';
import { isNameless, planCameras } from './book-cameras-plan.ts';

const row: CameraRow = {
  id: 1,
  name: 'Dashcam',
  address: '',
  alternative_address: null,
  archive_folder: '',
  enabled: 0,
  model: null,
  firmware: null,
  last_contact_at: null,
  last_archived_at: null,
  created_at: 0,
  main_rule: 'everything',
  alternative_rule: 'everything',
  parallel: 1,
  wifi_mac: null,
  bluetooth_mac: null,
  accepted_at: null,
  forecast: null,
  vehicle: null,
  gps_clock: 'unknown',
  gps_clock_set: null,
  gps_clock_evidence: null,
  zone: null,
  clock_due: 0,
  main_triage: 1,
  alternative_triage: 1,
};

const said = (change: Partial<SaidOfCamera> = {}): SaidOfCamera => ({
  folder: '',
  name: 'Dashcam',
  vehicle: null,
  zone: null,
  gpsClock: null,
  shifts: [],
  address: null,
  alternativeAddress: null,
  enabled: false,
  mainRule: null,
  alternativeRule: null,
  parallel: null,
  mainTriage: null,
  alternativeTriage: null,
  model: null,
  wifiMac: null,
  bluetoothMac: null,
  ...change,
});

const decode = (text: string) => decodeBook(text, 'cameras', camerasBook.schema);

test('of the only camera that nobody said anything of, nothing is said', () => {
  expect(saidOf([row], [])).toEqual([]);
  expect(saidOf([], [])).toEqual([]);
  expect(encodeBook('cameras', null)).toBeNull();
});

test.each([
  ['a name', { name: 'Van' }],
  ['a car', { vehicle: 'Van' }],
  ['a zone', { zone: 'UTC+02:00' }],
  ['what its GPS clock is', { gps_clock_set: 'utc' as const }],
  ['a folder of its own', { archive_folder: 'Rear' }],
  ['an address', { address: '192.0.2.1' }],
])('%s is said', (_what, change) => {
  expect(saidOf([{ ...row, ...change }], [])).toHaveLength(1);
});

test('shifts are said with the camera they are of', () => {
  const shift = { from_local: null, to_local: '2026-06-28T00:00:00', shift_ms: -5000, created_at: 9 };
  const all = saidOf([row, { ...row, id: 2, archive_folder: 'Rear' }], [{ ...shift, camera_id: 2 }]);
  expect(all.map(({ shifts }) => shifts)).toEqual([
    [],
    [{ fromLocal: null, toLocal: '2026-06-28T00:00:00', shiftMs: -5000, createdAt: 9 }],
  ]);
});

test('what was written is read again, whatever it says', () => {
  const text = fc.string({ minLength: 1, maxLength: 100, unit: 'binary' });
  const localTime = fc.option(fc.constantFrom('2026-06-28T13:34:16', '0001-01-01T00:00:00'));
  const flag = fc.constantFrom(0 as const, 1 as const);
  const camera = fc.record({
    archive_folder: fc.string({ maxLength: 100, unit: 'binary' }),
    name: text,
    vehicle: fc.option(text),
    zone: fc.option(fc.constantFrom('Europe/London', 'UTC-03:30')),
    gps_clock_set: fc.option(fc.constantFrom('utc' as const, 'local' as const)),
    address: fc.constantFrom('', '192.0.2.7', '[2001:db8::7]:8080', 'dashcam.lan'),
    alternative_address: fc.option(fc.constantFrom('192.0.2.8')),
    enabled: flag,
    main_rule: fc.constantFrom(...fetchRules),
    main_triage: flag,
    parallel: fc.constantFrom(1, 2),
    model: fc.option(text),
    wifi_mac: fc.option(fc.constantFrom('aa:bb:cc:dd:ee:0f')),
  });
  const shift = fc.record({
    camera_id: fc.constant(1),
    from_local: localTime,
    to_local: localTime,
    shift_ms: fc.integer(),
    created_at: fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
  });
  fc.assert(
    fc.property(camera, fc.array(shift, { maxLength: 3 }), (change, shifts) => {
      const all = saidOf([{ ...row, ...change, archive_folder: `F${change.archive_folder}` }], shifts);
      const told = all.map((one) => ({
        ...one,
        shifts: one.shifts.map((each) => ({ ...each, createdAt: new Date(each.createdAt).toISOString() })),
      }));
      expect(decode(encodeBook('cameras', told) ?? '')).toEqual({ kind: 'ours', contents: all, rest: {} });
    }),
  );
});

test('fields that we do not know stay when it is written again', () => {
  const read = decode('{"viofosync":1,"cameras":[],"tags":["deer"]}');
  expect(read).toMatchObject({ kind: 'ours', rest: { tags: ['deer'] } });
  expect(encodeBook('cameras', null, { tags: ['deer'] })).toContain('"deer"');
});

const broken = (camera: string) => `{"viofosync":1,"cameras":[{"folder":"","name":"Van",${camera}}]}`;

test.each([
  ['', 'broken'],
  ['{"viofosync":1,"cameras":[{"folder":"","name":"V', 'broken'],
  ['{"viofosync":2,"cameras":[]}', 'broken'],
  [broken('"zone":"Mars/Olympus"'), 'broken'],
  [broken('"shifts":[{"fromLocal":"2026-02-30T00:00:00"}]'), 'broken'],
  [broken('"address":"http://192.0.2.1/"'), 'broken'],
  ['{"cameras":[]}', 'foreign'],
  ['[1]', 'foreign'],
  ['null', 'foreign'],
  ['{"viofosync":1,"cameras":[]}', 'ours'],
])('%s is %s', (text, kind) => {
  expect(decode(text).kind).toBe(kind);
});

test.each([
  ['Dashcam', true],
  ['Dashcam 2', true],
  ['Dashcam of Ann', false],
  ['dashcam', false],
])('%s is the name of a camera that nobody named: %s', (name, isIt) => {
  expect(isNameless(name)).toBe(isIt);
});

const front = said({ name: 'Front', address: '192.0.2.1', enabled: true, mainRule: 'locked_only' });
const rear = said({ name: 'Rear', folder: 'Rear', address: '192.0.2.2', wifiMac: 'aa:bb:cc:dd:ee:02' });
const steps = (...args: Parameters<typeof planCameras>) =>
  planCameras(...args).map((step) => [step.said.name, step.row?.id ?? null, step.set]);

test('into an empty ledger, cameras come back with what they had', () => {
  expect(steps([front, rear], [], { hasClips: false })).toEqual([
    ['Front', null, {}],
    ['Rear', null, {}],
  ]);
});

test('a camera that was told at the start is known by its address, and gets its folder back', () => {
  const ensured = { ...row, address: '192.0.2.2', enabled: 1 as const };
  const known = { model: null, wifi_mac: 'aa:bb:cc:dd:ee:02', bluetooth_mac: null };
  expect(steps([front, rear], [ensured], { hasClips: false })).toEqual([
    ['Front', null, {}],
    ['Rear', 1, { name: 'Rear', archive_folder: 'Rear', ...known }],
  ]);
});

test('one at a new address is known by its folder, and keeps the address', () => {
  const ensured = { ...row, address: '192.0.2.77', enabled: 1 as const };
  expect(steps([front], [ensured], { hasClips: false })).toEqual([
    ['Front', 1, { name: 'Front', main_rule: 'locked_only' }],
  ]);
});

test('where there are clips already, what is unknown is filled in, and nothing else', () => {
  const known = { ...row, name: 'Ann', zone: 'Europe/Paris', address: '192.0.2.2' };
  const told = { ...front, zone: 'UTC+05:00', vehicle: 'Van' };
  expect(steps([told, rear], [known], { hasClips: true })).toEqual([['Front', 1, { vehicle: 'Van' }]]);
});

test('a camera that waits for its address gets it, with what it is known by', () => {
  expect(steps([rear], [{ ...row, archive_folder: 'Rear', name: 'Rear' }], { hasClips: true })).toEqual([
    [
      'Rear',
      1,
      { address: '192.0.2.2', enabled: 0, model: null, wifi_mac: 'aa:bb:cc:dd:ee:02', bluetooth_mac: null },
    ],
  ]);
});

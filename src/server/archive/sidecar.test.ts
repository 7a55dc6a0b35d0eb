import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeSidecar,
  encodeSidecar,
  factsOf,
  isSidecarOf,
  sidecarPlaces,
  type SidecarFacts,
} from './sidecar.ts';

const nothing: SidecarFacts = {
  name: null,
  kept: false,
  keptAt: null,
  locked: false,
  note: null,
  tags: [],
  time: null,
};

const row = {
  name: 'X.MP4',
  path: '2026-06-28/X.MP4',
  kept: 0,
  kept_at: null,
  locked: 0,
  note: null,
  tags: null,
  time_source: 'setting',
  local_start: '2026-06-28T13:34:16',
  started_at: Date.UTC(2026, 5, 28, 12, 34, 16),
  zone_offset_min: 60,
} as const;

test('of an ordinary clip there is nothing to say, and no sidecar is made', () => {
  expect(factsOf(row)).toEqual(nothing);
  expect(encodeSidecar(nothing)).toBeNull();
});

test.each([
  ['kept', { kept: 1, kept_at: 5 }, { kept: true, keptAt: 5 }],
  ['no longer kept', { kept: 0, kept_at: 5 }, {}],
  ['locked', { locked: 1 }, { locked: true }],
  ['locked, as its folder says too', { locked: 1, path: '2026-06-28/RO/X.MP4' }, {}],
  ['a note', { note: 'a deer' }, { note: 'a deer' }],
  ['tagged', { tags: '["deer","night"]' }, { tags: ['deer', 'night'] }],
  ['filed under a name that does not tell its own', { path: '2026-06-28/X~2.MP4' }, { name: 'X.MP4' }],
  ['filed under a number', { name: '2026_0628_133416_0001F.MP4', path: '2026_0628_133416_0001F~2.MP4' }, {}],
  [
    'named in another case by somebody',
    { name: '2026_0628_133416_0001F.MP4', path: '2026_0628_133416_0001f.mp4' },
    {},
  ],
  ['of the time that its name and its fixes agree on', { time_source: 'gps' }, {}],
  [
    'of a time of its own',
    { time_source: 'gps', started_at: row.started_at + 7000 },
    {
      time: {
        localStart: row.local_start,
        startedAt: row.started_at + 7000,
        offsetMinutes: 60,
        source: 'gps',
      },
    },
  ],
] as const)('a clip that is %s says so', (_what, change, said) => {
  expect(factsOf({ ...row, ...change })).toEqual({ ...nothing, ...said });
});

test('what was written is read again, whatever it says', () => {
  const at = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
  const facts = fc.record<SidecarFacts>({
    name: fc.option(fc.string({ minLength: 1, unit: 'binary', maxLength: 200 })),
    kept: fc.boolean(),
    keptAt: fc.option(at),
    locked: fc.boolean(),
    note: fc.option(fc.string({ unit: 'binary' })),
    tags: fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { maxLength: 3 }),
    time: fc.option(
      fc.record({
        localStart: fc.constant('2026-06-28T13:34:16'),
        startedAt: at,
        offsetMinutes: fc.integer({ min: -900, max: 900 }),
        source: fc.constantFrom('gps' as const, 'file' as const, 'camera_offset' as const),
      }),
    ),
  });
  fc.assert(
    fc.property(facts, (said) => {
      const text = encodeSidecar(said);
      if (text === null) expect(said).toEqual(nothing);
      else expect(decodeSidecar(text)).toEqual({ kind: 'ours', facts: said, bytes: null, rest: {} });
    }),
    { numRuns: 500 },
  );
});

test('a sidecar begins with its version and is for people to read', () => {
  expect(encodeSidecar({ ...nothing, kept: true, keptAt: Date.UTC(2026, 5, 28, 12) })).toBe(
    '{\n  "viofosync": 1,\n  "kept": true,\n  "keptAt": "2026-06-28T12:00:00.000Z"\n}\n',
  );
});

test('fields that we do not know stay when it is written again', () => {
  const read = decodeSidecar('{"viofosync":1,"kept":true,"stars":["deer"]}');
  expect(read).toMatchObject({ kind: 'ours', facts: { kept: true }, rest: { stars: ['deer'] } });
  expect(encodeSidecar(nothing, { stars: ['deer'] })).toContain('"deer"');
});

test.each([
  ['{"viofosync":1,"kept":tr', 'broken'],
  ['', 'broken'],
  ['{"viofosync":1,"kept":"yes"}', 'broken'],
  [
    '{"viofosync":1,"time":{"localStart":"2026-02-30T00:00:00","startedAt":"2026-01-01T00:00:00Z","offsetMinutes":0,"source":"gps"}}',
    'broken',
  ],
  ['{"viofosync":2}', 'broken'],
  ['{"title":"X.MP4","photoTakenTime":{}}', 'foreign'],
  ['[1]', 'foreign'],
  ['null', 'foreign'],
  ['5', 'foreign'],
  ['{"viofosync":1}', 'ours'],
])('%s is %s', (text, kind) => {
  expect(decodeSidecar(text).kind).toBe(kind);
});

test('a sidecar lies beside its clip under the whole file name', () => {
  expect(sidecarPlaces('2026-06-28/X.MP4')).toEqual([
    '2026-06-28/X.MP4.json',
    '2026-06-28/X.MP4.viofosync.json',
  ]);
});

test('a sidecar tells the length of its clip’s file, and says nothing of a file of another length', () => {
  const text = encodeSidecar({ ...nothing, note: 'a deer' }, {}, 1000) ?? '';
  const read = decodeSidecar(text);
  if (read.kind !== 'ours') throw new Error('it cannot be read');
  expect(read).toMatchObject({ bytes: 1000, facts: { note: 'a deer' }, rest: {} });
  expect([1000, 999].map((bytes) => isSidecarOf(read, bytes))).toEqual([true, false]);
  // Those of earlier versions do not tell it.
  expect(isSidecarOf({ bytes: null }, 999)).toBe(true);
  expect(encodeSidecar(nothing, {}, 1000)).toBeNull();
});

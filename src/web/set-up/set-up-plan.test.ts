import { describe, expect, test } from 'vitest';
import { setUpSteps, type SetUpDraft, type SetUpView } from '../../shared/set-up.ts';
import {
  answersOf,
  cameraMove,
  draftToBegin,
  isZoneName,
  keepWords,
  laterOf,
  mayGo,
  stepAfter,
  stepBefore,
  stepOfHash,
  stepWords,
} from './set-up-plan.ts';

const draft: SetUpDraft = {
  step: 'camera',
  camera: null,
  zone: '',
  retentionDays: 0,
  retentionDiskPct: 0,
  map: 'outline',
  geocoder: 'off',
};
const view = (over: Partial<SetUpView> = {}): SetUpView => ({
  draft,
  isResumed: false,
  isTakenOver: false,
  zone: { name: 'UTC', isGiven: false },
  recordings: '/recordings',
  configDir: '/config',
  rules: { diskCriticalPct: 95, trashHours: 24, protectLocked: true },
  ownMap: null,
  newHost: null,
  ...over,
});

describe('the proposed zone', () => {
  test.each([
    ['what was chosen before', 'Asia/Tokyo', { name: 'UTC', isGiven: true }, 'Asia/Tokyo'],
    ['the one of TZ', '', { name: 'Europe/London', isGiven: true }, 'Europe/London'],
    [
      'the browser’s, before a machine that nobody told',
      '',
      { name: 'UTC', isGiven: false },
      'Europe/Berlin',
    ],
  ])('is %s', (_what, chosen, zone, expected) => {
    const shown = view({ draft: { ...draft, zone: chosen }, zone });
    expect(draftToBegin(shown, 'Europe/Berlin').zone).toBe(expected);
  });
  test('is the machine’s where the browser has none', () => {
    expect(draftToBegin(view(), '').zone).toBe('UTC');
  });
});

describe('the steps', () => {
  test('follow each other, and lead back', () => {
    expect(setUpSteps.map(stepAfter)).toEqual(['storage', 'zone', 'keep', 'outside', 'password', 'password']);
    expect(setUpSteps.map(stepBefore)).toEqual([null, 'camera', 'storage', 'zone', 'keep', 'outside']);
    expect(stepWords('zone')).toBe('Step 3 of 6');
  });
  test('are named by addresses, and no others are', () => {
    expect(['#zone', '#', '', '#nothing', 'zone'].map(stepOfHash)).toEqual(['zone', null, null, null, null]);
  });
  test('can be gone to as far as one has been', () => {
    expect(setUpSteps.map((step) => mayGo(step, 'zone'))).toEqual([true, true, true, false, false, false]);
    expect([laterOf('zone', 'camera'), laterOf('camera', 'zone')]).toEqual(['zone', 'zone']);
  });
});

test.each([
  ['', null, 'later'],
  ['  ', { ok: true }, 'later'],
  ['192.168.1.254', null, 'test'],
  ['192.168.1.254', { ok: true }, 'next'],
  ['192.168.1.254', { ok: false }, 'anyway'],
] as const)('with the address %j and the test %j the button says %s', (address, tested, expected) => {
  expect(cameraMove(address, tested)).toBe(expected);
});

test.each([
  [0, 0, 95, 'Everything stays. When the disk is 95 % full, downloads wait until you have made room.'],
  [0, 0, 0, 'Everything stays. When the disk is full, downloads wait until you have made room.'],
  [30, 0, 95, 'Recordings stay for 30 days. When the disk is nearly full before that, downloads wait.'],
  [1, 0, 95, 'Recordings stay for a day. When the disk is nearly full before that, downloads wait.'],
  [0, 90, 95, 'Recordings stay as long as there is room: from 90 % on, the oldest go.'],
  [30, 90, 95, 'Recordings stay for 30 days, and less long when the disk is fuller than 90 %.'],
])(
  '%i days and %i %% are said as a sentence',
  (retentionDays, retentionDiskPct, diskCriticalPct, expected) => {
    const rules = { ...view().rules, diskCriticalPct };
    expect(keepWords({ retentionDays, retentionDiskPct }, rules)).toBe(expected);
  },
);

test.each([
  ['Europe/London', true],
  ['UTC', true],
  ['', false],
  ['Europe/Nowhere', false],
  ['+02:00', false],
])('%j is a zone: %s', (text, isOne) => {
  expect(isZoneName(text)).toBe(isOne);
});

test('the answers are summed up', () => {
  const answered = {
    ...draft,
    zone: 'Europe/London',
    camera: { id: null, address: '192.168.1.254', name: 'Car' },
  };
  expect(answersOf({ ...answered, geocoder: 'photon' }, view())).toEqual([
    ['Camera', 'Car at 192.168.1.254'],
    ['Storage', '/recordings'],
    ['Time zone', 'Europe/London'],
    ['Keeping', expect.stringContaining('Everything stays')],
    ['Privacy', 'An outline of the world; names from photon.komoot.io'],
  ]);
});

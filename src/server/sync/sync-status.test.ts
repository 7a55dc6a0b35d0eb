import { expect, test } from 'vitest';
import { cameraActivitySchema } from '../../shared/cameras.ts';
import { judgeStatus, type StatusCamera, type StatusFacts } from './sync-status.ts';

const minute = 60_000;
const now = Date.UTC(2026, 5, 28, 12);
const camera = (change: Partial<StatusCamera> = {}): StatusCamera => ({
  name: 'Front car',
  enabled: true,
  hasAddress: true,
  activity: 'idle',
  activitySince: now,
  message: null,
  ...change,
});
const van = (change: Partial<StatusCamera> = {}) => camera({ name: 'Van', ...change });
const facts = (change: Partial<StatusFacts> = {}): StatusFacts => ({
  paused: false,
  cameras: [camera()],
  volume: { state: 'ready', message: null },
  hold: null,
  waiting: 0,
  held: 0,
  failed: 0,
  now,
  ...change,
});
const full = { state: 'full' as const, message: 'The disk is full' };
const stranger = { activity: 'stranger' as const, message: '10.0.0.2 answers as A119.' };

test.each<[string, Partial<StatusFacts>, string, string]>([
  ['a fresh install waits, nothing is wrong', { cameras: [] }, 'waiting', 'No camera has been added yet.'],
  [
    'the volume is no matter while there is nothing to fetch',
    { cameras: [], volume: full },
    'waiting',
    'No camera has been added yet.',
  ],
  ['a full disk with a camera is an error', { volume: full }, 'error', 'The disk is full.'],
  [
    'a full disk with clips waiting is one, camera or not',
    { volume: full, cameras: [camera({ enabled: false })], waiting: 3 },
    'error',
    'The disk is full.',
  ],
  [
    'a volume that is still being looked at is none',
    { volume: { state: 'checking', message: null } },
    'waiting',
    'Every clip is here.',
  ],
  ['an error comes before a pause', { volume: full, paused: true }, 'error', 'The disk is full.'],
  [
    'a stranger is an error',
    { cameras: [camera(stranger)] },
    'error',
    'Front car: 10.0.0.2 answers as A119.',
  ],
  [
    'a stranger beside a download is not',
    { cameras: [camera(stranger), van({ activity: 'downloading' })] },
    'downloading',
    'Downloading from Van.',
  ],
  [
    'a camera that is switched off cannot be a stranger',
    { cameras: [camera({ ...stranger, enabled: false }), van()] },
    'waiting',
    'Every clip is here.',
  ],
  [
    'a camera taken over without its address is an error',
    { cameras: [camera({ enabled: false, hasAddress: false, activity: 'disabled' })] },
    'error',
    'The address of Front car is not known yet: type it on the page Cameras.',
  ],
  [
    'but not while another one works',
    { cameras: [camera({ enabled: false, hasAddress: false }), van()] },
    'waiting',
    'Every clip is here.',
  ],
  [
    'a pause comes before the download that is ending',
    { paused: true, cameras: [camera({ activity: 'downloading' })], waiting: 12 },
    'paused',
    'Paused; 12 clips wait.',
  ],
  ['a pause with nothing to do', { paused: true }, 'paused', 'Paused; every clip is here.'],
  [
    'two downloads',
    { cameras: [camera({ activity: 'downloading' }), van({ activity: 'downloading' })], waiting: 5 },
    'downloading',
    'Downloading from Front car and Van.',
  ],
  [
    'a camera away beside a download',
    { cameras: [camera({ activity: 'away' }), van({ activity: 'downloading' })] },
    'downloading',
    'Downloading from Van.',
  ],
  [
    'away with clips left on its card',
    { cameras: [camera({ activity: 'away', activitySince: now - 125 * minute })], waiting: 12 },
    'waiting',
    'Front car has been away for 2 h; 12 clips wait.',
  ],
  [
    'away for days with nothing left',
    { cameras: [camera({ activity: 'away', activitySince: now - 73 * 60 * minute })] },
    'waiting',
    'Front car has been away for 3 days; every clip is here.',
  ],
  [
    'just away',
    { cameras: [camera({ activity: 'away', activitySince: now - minute })], waiting: 1 },
    'waiting',
    'Front car is away; 1 clip waits.',
  ],
  [
    'all away',
    { cameras: [camera({ activity: 'away' }), van({ activity: 'away' })] },
    'waiting',
    'Front car and Van are away; every clip is here.',
  ],
  [
    'not every clip is here while some are held or failed',
    { held: 1, failed: 2 },
    'waiting',
    'Every clip is here but 1 that is held and 2 that failed.',
  ],
  [
    'a listing is said',
    { cameras: [camera({ activity: 'listing' })], waiting: 2 },
    'waiting',
    'Reading what Front car holds.',
  ],
  [
    'a scan that holds downloads is said while something waits',
    { hold: 'the archive is being looked through', waiting: 2, cameras: [camera({ activity: 'blocked' })] },
    'waiting',
    'The archive is being looked through.',
  ],
  ['and not otherwise', { hold: 'the archive is being looked through' }, 'waiting', 'Every clip is here.'],
  [
    'a camera that answers badly says how',
    { cameras: [camera({ message: 'The camera is busy' })], waiting: 4 },
    'waiting',
    'Front car: The camera is busy.',
  ],
  ['a start', { cameras: [camera({ activity: 'starting' })] }, 'waiting', 'Looking for Front car.'],
  ['all off', { cameras: [camera({ enabled: false })] }, 'waiting', 'Every camera is switched off.'],
  ['clips whose time has not come', { waiting: 2 }, 'waiting', '2 clips wait.'],
])('%s', (_name, change, status, reason) => {
  expect(judgeStatus(facts(change))).toEqual({ status, reason });
});

test('only a camera that is downloading now makes the status downloading, whatever else is so', () => {
  for (const activity of cameraActivitySchema.options) {
    for (const waiting of [0, 7]) {
      const { status, reason } = judgeStatus(facts({ cameras: [camera({ activity })], waiting }));
      expect(status === 'downloading', activity).toBe(activity === 'downloading');
      expect(reason, activity).toMatch(/^[A-Z0-9].*\.$/);
    }
  }
});

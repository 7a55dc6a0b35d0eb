import { expect, test } from 'vitest';
import type { ArchiveCheck, Refile } from '../../shared/archive-care.ts';
import type { Import } from '../../shared/imports.ts';
import type { MediaStatus } from '../../shared/media.ts';
import type { Scan } from '../../shared/system.ts';
import {
  backupJob,
  checkJob,
  downloadJob,
  importJob,
  integrityJob,
  journeysJob,
  measureJob,
  mediaJob,
  parcelJob,
  refileJob,
  scanJob,
  sweepJob,
  timeLeftMs,
  tracksJob,
} from './job-views-policy.ts';

const now = 1_000_000;
const check = (over: Partial<ArchiveCheck>): ArchiveCheck => ({
  state: 'running',
  message: null,
  startedAt: 5,
  endedAt: null,
  clips: 100,
  checked: 40,
  checkedBytes: 0,
  arrived: 10,
  everChecked: 0,
  oldestCheckAt: null,
  onlyOnArrival: 0,
  unknown: 0,
  bad: [],
  badCount: 0,
  ...over,
});
const refile = (over: Partial<Refile>): Refile => ({
  state: 'running',
  layout: 'daily',
  clips: 100,
  moved: 20,
  left: 5,
  message: null,
  startedAt: now - 50_000,
  finishedAt: null,
  ...over,
});
const scan: Scan = {
  state: 'running',
  folders: 3,
  files: 12,
  found: 0,
  startedAt: 7,
  finishedAt: null,
  message: null,
};
const one: Import = {
  id: 5,
  kind: 'folder',
  source: '/card',
  cameraId: null,
  options: { move: false, includeOld: false, includeSkipped: false, includeUnclassified: true },
  state: 'running',
  message: null,
  counts: [],
  files: { all: 10, done: 4, failed: 0, left: 0 },
  bytes: { all: 1000, done: 400 },
  bytesPerSecond: 100,
  freeBytes: null,
  isSameVolume: false,
  isReadOnly: false,
  createdAt: 1,
  startedAt: 2,
  endedAt: null,
};
const media = (over: Partial<MediaStatus>): MediaStatus => ({
  state: 'working',
  message: null,
  current: { clipId: 1, name: 'a.MP4', kind: 'proxy' },
  waiting: { facts: 1, pictures: 2, proxies: 3, repairs: 0 },
  failed: 0,
  failures: [],
  cache: { bytes: 0, budgetBytes: 1, thumbnails: 0, filmstrips: 0, proxies: 0 },
  encoders: [],
  encoder: null,
  ...over,
});

test.each([
  [{ done: 25, total: 100, startedAt: now - 50_000 }, 150_000],
  [{ done: 2, total: 100, startedAt: now - 50_000 }, null],
  [{ done: 25, total: 100, startedAt: now - 1000 }, null],
  [{ done: 100, total: 100, startedAt: now - 50_000 }, null],
  [{ done: null, total: 100, startedAt: 0 }, null],
  [{ done: 25, total: null, startedAt: 0 }, null],
])('how long %j takes yet', (job, left) => {
  expect(timeLeftMs(job, now)).toBe(left);
});

test('what is over, or has not begun, is no job', () => {
  expect([
    scanJob({ ...scan, state: 'done' }),
    refileJob(refile({ state: 'stopped' }), now),
    checkJob(check({ state: 'idle' })),
    sweepJob('waiting', null),
    importJob({ ...one, state: 'ready' }),
    mediaJob(
      media({ state: 'idle', current: null, waiting: { facts: 0, pictures: 0, proxies: 0, repairs: 0 } }),
    ),
    mediaJob(media({ state: 'off' })),
    tracksJob({ due: 0, state: 'reading' }),
    tracksJob({ due: 4, state: 'idle' }),
    journeysJob(false),
    backupJob(false),
    integrityJob({ state: 'good', at: 1, message: null }),
  ]).toEqual(Array.from({ length: 12 }, () => null));
});

test.each([
  [scanJob(scan), { id: 'scan', done: 12, total: null, unit: 'files', startedAt: 7, canCancel: true }],
  [refileJob(refile({}), now), { id: 'refile', state: 'running', done: 25, total: 100, leftMs: 150_000 }],
  [refileJob(refile({ message: 'away' }), now), { state: 'waiting', reason: 'away', leftMs: null }],
  [checkJob(check({})), { id: 'check', state: 'running', done: 40, total: 90, canCancel: true }],
  [
    checkJob(check({ state: 'paused', message: 'clips come in' })),
    { state: 'waiting', reason: 'clips come in' },
  ],
  [sweepJob('planning', null), { id: 'sweep', done: null, total: null, canCancel: true }],
  [sweepJob('sweeping', { done: 7, total: 9, failed: 3, freedBytes: 1 }), { done: 9, total: 9 }],
  [importJob(one), { id: 'import:5', about: '/card', done: 4, total: 10, leftMs: 6000, canCancel: true }],
  [importJob({ ...one, state: 'paused', kind: 'upload' }), { state: 'paused', about: null }],
  [importJob({ ...one, state: 'planning' }), { state: 'running', done: null, startedAt: 1 }],
  [mediaJob(media({})), { id: 'media', state: 'running', about: 'a.MP4', total: 6, canCancel: false }],
  [mediaJob(media({ state: 'paused', message: 'a player' })), { state: 'waiting', reason: 'a player' }],
  [tracksJob({ due: 4, state: 'downloads' }), { id: 'tracks', state: 'waiting', total: 4 }],
  [journeysJob(true), { id: 'journeys', canCancel: false }],
  [backupJob(true), { id: 'backup' }],
  [
    parcelJob({ number: 3, fileName: 'a.zip', startedAt: 9 }),
    { id: 'parcel:3', kind: 'parcel', about: 'a.zip', startedAt: 9, canCancel: true },
  ],
  [integrityJob({ state: 'running', at: null, message: null }), { id: 'integrity' }],
])('%#: %j', (job, expected) => {
  expect(job).toMatchObject(expected);
});

test('downloads tell how much waits, and how long it takes', () => {
  const sync = {
    status: 'downloading' as const,
    reason: '',
    paused: false,
    waiting: 12,
    waitingBytes: 1,
    held: 0,
    failed: 0,
    bytesPerSecond: 1,
    remainingMs: 1000,
  };
  expect(downloadJob(sync, null)).toMatchObject({ id: 'download', total: 12, leftMs: 1000 });
  expect(downloadJob({ ...sync, status: 'waiting' }, null)).toBeNull();
  const measure = { files: 3, startedAt: 4, finishedAt: null, message: null } as const;
  const sizes = {
    exportsBytes: 0,
    partsBytes: 0,
    importBytes: 0,
    cachesBytes: 0,
    recycleBytes: 0,
    trashStrayBytes: 0,
    otherBytes: 0,
    unreadable: 0,
  };
  expect(measureJob({ ...measure, ...sizes, state: 'running' })).toMatchObject({ id: 'measure', done: 3 });
  expect(measureJob({ ...measure, ...sizes, state: 'done' })).toBeNull();
});

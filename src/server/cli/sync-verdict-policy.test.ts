import { expect, test } from 'vitest';
import {
  graceMs,
  judgeRun,
  patienceMs,
  silenceMs,
  type RunSeen,
  type WantedClip,
} from './sync-verdict-policy.ts';

const now = 1_000_000_000;
const wanted = (more: Partial<WantedClip> = {}): WantedClip => ({
  state: 'waiting',
  reason: null,
  nextAttemptAt: null,
  ...more,
});
const seen = (more: Partial<RunSeen> = {}): RunSeen => ({
  now,
  activity: 'idle',
  message: null,
  troubleSince: null,
  aliveAt: now,
  listing: { complete: true },
  volume: { state: 'ready', message: null },
  clips: [],
  ...more,
});
const trouble = (activity: RunSeen['activity'], sinceMs = 0, message = 'Why.'): Partial<RunSeen> => ({
  activity,
  message,
  troubleSince: now - sinceMs,
});
const full = { state: 'full', message: 'Full.' } as const;
const underWay = [wanted({ state: 'transferring' })];
const broken = [wanted({ nextAttemptAt: now + patienceMs + 1 })];

test.each<[string, Partial<RunSeen>]>([
  ['nothing was listed yet', { listing: null }],
  ['it is being listed', { activity: 'listing' }],
  ['a clip is coming in', { activity: 'downloading', clips: underWay }],
  ['a clip is waiting', { clips: [wanted()] }],
  ['a clip will soon be tried again', { clips: [wanted({ nextAttemptAt: now + patienceMs })] }],
  ['the archive is being looked through', { activity: 'blocked', clips: [wanted()] }],
  ['the volume is being looked at', { volume: { state: 'checking', message: null }, clips: [wanted()] }],
  ['the volume is slow for a moment', { volume: { state: 'slow', message: 'Slow.' }, clips: [wanted()] }],
  ['the disk is full while a clip ends', { volume: full, clips: underWay }],
  ['the camera was here and is away for a moment', { ...trouble('away', graceMs - 1), clips: [wanted()] }],
  ['it could not be listed for a moment', { ...trouble('idle', graceMs - 1), listing: null }],
  ['nothing has come for a while', { clips: [wanted()], aliveAt: now - silenceMs + 1 }],
])('it goes on while %s', (_what, more) => {
  expect(judgeRun(seen(more))).toBeNull();
});

test.each<[string, Partial<RunSeen>, number, string | null]>([
  ['everything is here', {}, 0, null],
  [
    'only what a rule or a recording holds is left',
    { clips: [wanted({ state: 'held', reason: 'recording' }), wanted({ state: 'held', reason: 'rule' })] },
    0,
    null,
  ],
  ['it went away with nothing left', { ...trouble('away', graceMs) }, 0, null],
  ['the listing was not whole', { listing: { complete: false } }, 4, 'to the end'],
  ['a clip would have to wait long', { clips: broken }, 4, '1 clip could not'],
  ['clips were given up', { clips: [...broken, wanted({ state: 'failed' })] }, 4, '2 clips could not'],
  ['its place cannot be written', { clips: [wanted({ state: 'held', reason: 'target' })] }, 4, '1 clip'],
  ['the camera has gone', { ...trouble('away', graceMs), clips: [wanted()] }, 4, 'has gone: 1 clip'],
  ['another camera took its place', { ...trouble('stranger'), clips: [wanted()] }, 4, 'has gone'],
  ['nothing comes any more', { clips: [wanted()], aliveAt: now - silenceMs }, 4, '1 clip'],
  ['no camera was there', { ...trouble('away'), listing: null }, 3, 'Why.'],
  ['another device was there', { ...trouble('stranger'), listing: null }, 3, 'Why.'],
  ['it could never be listed', { ...trouble('idle', graceMs), listing: null }, 3, 'Why.'],
  ['the disk is full', { volume: full, clips: [wanted()] }, 5, 'Full.'],
  ['the folder is missing', { volume: { state: 'missing', message: 'Gone.' }, listing: null }, 5, 'Gone.'],
  [
    'the volume stays slow',
    { volume: { state: 'slow', message: 'Slow.' }, aliveAt: now - graceMs },
    5,
    'Slow.',
  ],
  ['downloads are paused', { activity: 'paused', listing: null }, 2, 'paused'],
  ['the camera is switched off', { activity: 'disabled', listing: null }, 2, 'switched off'],
])('it ends when %s', (_what, more, exit, words) => {
  const end = judgeRun(seen(more));
  expect(end?.exit).toBe(exit);
  if (words === null) expect(end?.message).toBeNull();
  else expect(end?.message).toContain(words);
});

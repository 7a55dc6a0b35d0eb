import { describe, expect, test } from 'vitest';
import type { Camera } from '../../shared/cameras.ts';
import { statusSchema, type Status } from '../../shared/status.ts';
import { testCamera } from '../test-support.ts';
import { statusLine } from './status-words.ts';

const now = new Date(2026, 8, 3, 20, 0).getTime();
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

function camera(activity: Camera['activity'], over: Partial<Camera> = {}): Camera {
  return testCamera({
    enabled: activity !== 'disabled',
    activity,
    activitySince: new Date(2026, 8, 3, 18, 40).getTime(),
    lastContactAt: now,
    ...over,
  });
}

function status(cameras: Camera[], sync: Partial<Status['sync']> = {}): Status {
  return statusSchema.parse({
    version: '3.0.0',
    startedAt: now,
    now,
    zone: 'Europe/London',
    cameras,
    sync: {
      status: 'waiting',
      reason: 'It waits.',
      paused: false,
      waiting: 0,
      waitingBytes: 0,
      held: 0,
      failed: 0,
      bytesPerSecond: null,
      remainingMs: null,
      ...sync,
    },
    archive: {
      state: 'ready',
      path: '/recordings',
      message: null,
      freeBytes: 1,
      totalBytes: 2,
      checkedAt: now,
      clips: 0,
      bytes: 0,
    },
    retention: { state: 'idle' },
    ffmpeg: { state: 'found', version: '7.1' },
    problems: [],
  });
}

const text = (...args: Parameters<typeof status>) => plain(statusLine(status(...args), now).text);

const sweeping = (...args: Parameters<typeof status>) =>
  statusLine({ ...status(...args), retention: { state: 'sweeping' } }, now);

describe('the sentence of the header', () => {
  test('is about the download while there is one', () => {
    const downloading = status([camera('away'), camera('downloading')], {
      status: 'downloading',
      remainingMs: 9 * 60_000,
    });
    expect(plain(statusLine(downloading, now).text)).toBe('Downloading, about 9 min left');
    expect(plain(statusLine(downloading, now).short)).toBe('9 min');
    expect(statusLine(downloading, now).spoken).toBe('Downloading');
  });
  test('gives no time left when none is known', () => {
    expect(text([camera('downloading')], { status: 'downloading' })).toBe('Downloading');
  });
  test('does not say that it downloads when the server knows that it is over', () => {
    expect(text([camera('idle')], { status: 'waiting', remainingMs: 60_000 })).toBe('Up to date');
  });
  test('names an error, in red, in the words of its cause', () => {
    const full = { status: 'error', reason: 'The disk is full. Make room on it.' } as const;
    const { tone, text: words } = statusLine(status([camera('blocked')], full), now);
    expect([tone, words]).toEqual(['red', 'The disk is full']);
    expect(statusLine(status([camera('stranger')], { ...full }), now).tone).toBe('red');
  });
  test('says that room is lacking, where it is that which downloads wait for', () => {
    const blocked = status([camera('blocked')]);
    const words = (state: Status['archive']['state']) =>
      statusLine({ ...blocked, archive: { ...blocked.archive, state } }, now).text;
    expect(words('critical')).toBe('Downloads wait for room on the disk');
    expect(words('full')).toBe('Downloads wait for room on the disk');
    expect(words('missing')).toBe('Downloads wait for the archive');
  });
  test('says since when the camera is away', () => {
    expect(text([camera('away')])).toMatch(/^Camera away since .*40/);
  });
  test('says that it is paused before anything else', () => {
    expect(text([camera('downloading')], { status: 'paused' })).toBe('Paused');
  });
  test('is content only when nothing waits and nothing failed', () => {
    expect(text([camera('idle')])).toBe('Up to date');
    expect(text([camera('idle')], { failed: 2 })).toBe('2 clips failed');
  });
  test('tells of a sweep only while nothing else is to be told', () => {
    expect(sweeping([camera('idle')])).toMatchObject({
      text: 'Deleting what the rules let go',
      to: '/storage',
    });
    expect(sweeping([camera('away')]).to).toBe('/storage');
    expect(plain(sweeping([camera('idle')], { failed: 2 }).text)).toBe('2 clips failed');
  });
  test('knows an installation without a camera', () => {
    expect(text([])).toBe('No camera yet');
    expect(text([camera('disabled')])).toBe('Camera turned off');
  });
  test('asks for the address where none is known', () => {
    const unknown = camera('disabled', { address: '' });
    expect(text([unknown])).toBe('The camera’s address is missing');
    expect(text([unknown, camera('idle')])).toBe('Up to date');
  });
});

import { afterEach, expect, test } from 'vitest';
import { currentBytes, pathOf } from './card.ts';
import { patternSource } from './pattern-source.ts';
import { Recorder } from './recorder.ts';
import { testDevice } from './test-support.ts';
import { addSeconds, localTime } from './times.ts';

let recorder: Recorder;
afterEach(() => recorder.stop());

/** A recorder whose clock is moved by hand: `await at(30)` is half a minute after its start. */
function recording(failed: (error: unknown) => void = () => undefined) {
  const began = localTime(2026, 3, 4, 10, 0, 0);
  let now = began;
  const device = testDevice({ now: () => now });
  const asked: string[] = [];
  recorder = new Recorder({
    device,
    channels: ['front', 'rear'],
    clipSeconds: 60,
    failed,
    createClip: ({ channel, number }) => {
      asked.push(`${number} ${channel}`);
      return Promise.resolve(patternSource(6000, number));
    },
  });
  const at = async (seconds: number) => {
    now = addSeconds(began, seconds);
    await recorder.tick();
    return device.card.entries.map((entry) => `${entry.name} ${currentBytes(entry)}`);
  };
  return { device, at, asked };
}

test('files grow, close when full, and the next capture joins without a gap', async () => {
  const { at, device } = recording();
  device.switchRecording(true);
  expect(await at(0)).toEqual(['2026_0304_100000_000001F.MP4 0', '2026_0304_100000_000002R.MP4 0']);
  expect(await at(30)).toEqual(['2026_0304_100000_000001F.MP4 3000', '2026_0304_100000_000002R.MP4 3000']);
  expect(await at(61)).toEqual([
    '2026_0304_100000_000001F.MP4 6000',
    '2026_0304_100000_000002R.MP4 6000',
    '2026_0304_100100_000003F.MP4 0',
    '2026_0304_100100_000004R.MP4 0',
  ]);
});

test('2001 stops it and starts it again', async () => {
  const { at, device } = recording();
  device.switchRecording(true);
  await at(0);
  device.switchRecording(false);
  expect((await at(20)).length).toBe(2);
  expect(device.card.recordingEntries).toEqual([]);
  device.switchRecording(true);
  expect((await at(40)).at(-1)).toBe('2026_0304_100040_000004R.MP4 0');
});

test('a clock that goes back begins a new capture', async () => {
  const { at, device } = recording();
  device.switchRecording(true);
  await at(10);
  device.clock.jump(-3600);
  expect(await at(11)).toContain('2026_0304_090011_000003F.MP4 0');
});

test('a capture that cannot be made is told and tried again', async () => {
  const errors: unknown[] = [];
  const device = testDevice();
  let broken = true;
  recorder = new Recorder({
    device,
    channels: ['front'],
    clipSeconds: 60,
    failed: (error) => errors.push(error),
    createClip: () => (broken ? Promise.reject(new Error('no ffmpeg')) : Promise.resolve(patternSource(1))),
  });
  device.switchRecording(true);
  await recorder.tick();
  broken = false;
  await recorder.tick();
  expect(errors).toEqual([new Error('no ffmpeg')]);
  expect(device.card.entries.map(pathOf)).toHaveLength(1);
});

test('starts recording by itself and leaves no open file behind', () => {
  const { device } = recording();
  recorder.start();
  expect(device.isRecording).toBe(true);
  recorder.stop();
  expect(device.isRecording).toBe(false);
});

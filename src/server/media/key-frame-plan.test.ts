import { expect, test } from 'vitest';
import { createClipFactory } from '../../../simulator/clips/clip-factory.ts';
import { clipSpec, readClip, TEST_CACHE_DIR } from '../../../simulator/clips/test-support.ts';
import { bufferSource } from '../lib/byte-source.ts';
import { readMp4Facts } from '../lib/mp4-boxes.ts';
import { framesAt, movieHead } from './key-frame-plan.ts';
import { readKeyFrames } from './key-frames.ts';

const frame = (timeMs: number) => ({ timeMs, offset: timeMs, bytes: 10 });
const times = (frames: { timeMs: number }[]) => frames.map(({ timeMs }) => timeMs);

test('for each moment the last key frame at it or before is taken, each once', () => {
  const frames = [0, 1000, 2000, 3000].map(frame);
  expect(times(framesAt(frames, [0, 1500, 3000]))).toEqual([0, 1000, 3000]);
  expect(times(framesAt(frames, [0, 100, 200, 2999, 99_000]))).toEqual([0, 2000, 3000]);
  expect(times(framesAt([frame(500)], [0, 100]))).toEqual([500]);
  expect(framesAt([], [0])).toEqual([]);
});

const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });

test.each([{ moov: 'front' }, { moov: 'back' }, { video: 'hevc' }] as const)(
  'the key frames of %j lie where its tables say, and make a movie that is whole',
  async (spec) => {
    const clip = await readClip(await factory.createClip(clipSpec({ durationSeconds: 5, ...spec })));
    const track = (await readKeyFrames(bufferSource(clip)))!;
    expect(times([...track.frames]).map(Math.round)).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(Math.round(track.gapMs)).toBe(1000);
    const frames = framesAt(track.frames, [0, 2500]);
    const pieces = frames.map(({ offset, bytes }) => clip.subarray(offset, offset + bytes));
    const movie = Buffer.concat([movieHead(track, frames), ...pieces]);
    const was = await readMp4Facts(bufferSource(clip));
    expect(await readMp4Facts(bufferSource(movie))).toMatchObject({
      complete: true,
      flaw: null,
      durationMs: 3000,
      videoCodec: was.videoCodec,
      width: was.width,
      audioCodec: null,
    });
  },
);

test('tables that are cut or lie tell nothing', async () => {
  const clip = await readClip(await factory.createClip(clipSpec({ moov: 'back' })));
  expect(await readKeyFrames(bufferSource(clip.subarray(0, 1000)))).toBeNull();
  const at = clip.indexOf('stco');
  for (const [offset, value] of [
    [at + 12, 0xffffffff],
    [clip.indexOf('stsz') + 12, 0x7fffffff],
    [clip.indexOf('stsc') + 8, 0],
    [clip.indexOf('stsc') + 16, 0],
  ] as const) {
    const lying = Buffer.from(clip);
    lying.writeUInt32BE(value, offset);
    expect(await readKeyFrames(bufferSource(lying)), String(offset)).toBeNull();
  }
});

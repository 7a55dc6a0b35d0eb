import { expect, test } from 'vitest';
import { planSeconds, spreadOverSeconds } from './timeline.ts';
import { syntheticFootage } from './test-support.ts';

const footage = syntheticFootage();

test('every second has one group of pictures and the sound to it', () => {
  const seconds = planSeconds(footage, 8, 0);
  expect(seconds.map(({ video }) => video?.sampleCount)).toEqual(Array(8).fill(15));
  expect(seconds.map(({ video }) => video?.firstSample)).toEqual([0, 15, 30, 45, 0, 15, 30, 45]);
  expect(seconds.reduce((sum, { audio }) => sum + (audio?.sampleCount ?? 0), 0)).toBe(250);
});

test('a clip that begins within the loop runs over its end without a gap', () => {
  const audio = planSeconds(footage, 6, 3).map((second) => second.audio!);
  for (const [index, chunk] of audio.slice(1).entries()) {
    const previous = audio[index]!;
    expect(chunk.firstSample).toBe((previous.firstSample + previous.sampleCount) % 125);
  }
});

test('a broken last second holds only the samples that began in it', () => {
  const seconds = planSeconds(footage, 2.4, 0);
  expect(seconds.map(({ video }) => video?.sampleCount)).toEqual([15, 15, 6]);
});

test('a chunk’s bytes are those of its samples', () => {
  const { video } = planSeconds(footage, 2, 1)[0]!;
  expect(video!.bytes.length).toBe(footage.video.sizes.slice(15, 30).reduce((a, b) => a + b));
  expect(video!.bytes[0]).toBe(15);
});

test('a clip of no length is refused', () => {
  expect(() => planSeconds(footage, 0, 0)).toThrow(RangeError);
});

test('positions stand one in each second, and evenly when a time-lapse has more of them', () => {
  expect(spreadOverSeconds(3, 4)).toEqual([[0], [1], [2], []]);
  expect(spreadOverSeconds(6, 3)).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
});

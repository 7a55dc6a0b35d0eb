import { expect, test } from 'vitest';
import {
  choicesOf,
  filmstripArgs,
  filmstripPlan,
  isPicture,
  momentsOf,
  thumbnailArgs,
} from './picture-plan.ts';

const hd = { width: 1920, height: 1080 };

test.each([
  ['a frame', 40, 1],
  ['half a second', 500, 1],
  ['a second', 1000, 1],
  ['three seconds', 3000, 3],
  ['ten seconds', 10_000, 10],
  ['a minute', 60_000, 24],
  ['three minutes', 180_000, 60],
  ['an hour', 3_600_000, 60],
])('%s has %d ms and %d tiles', (_, durationMs, frames) => {
  const strip = filmstripPlan({ ...hd, durationMs });
  expect(strip.frames).toBe(frames);
  expect(strip.columns).toBe(Math.min(10, frames));
  expect(Math.abs(strip.intervalMs * frames - durationMs)).toBeLessThanOrEqual(frames);
});

test('of a clip of which nothing is known there is one tile', () => {
  const strip = filmstripPlan({ durationMs: null, width: null, height: null });
  expect(strip).toEqual({ frames: 1, columns: 1, tileWidth: 240, tileHeight: 136, intervalMs: 1 });
});

test.each([
  [1920, 1080, 136],
  [3840, 2160, 136],
  [2560, 1600, 150],
  [1080, 1920, 426],
  [1, 100_000, 480],
  [100_000, 1, 60],
  [0, 0, 136],
])('a tile of a picture of %d x %d is %d high', (width, height, tileHeight) => {
  const strip = filmstripPlan({ durationMs: 60_000, width, height });
  expect(strip.tileHeight).toBe(tileHeight);
  expect(strip.tileHeight % 2).toBe(0);
});

test('the largest filmstrip is within what WebP can hold', () => {
  const strip = filmstripPlan({ durationMs: 1e9, width: 1, height: 100_000 });
  expect(strip.columns * strip.tileWidth).toBeLessThan(16_383);
  expect(Math.ceil(strip.frames / strip.columns) * strip.tileHeight).toBeLessThan(16_383);
});

test('a thumbnail is of a second in, of a short clip of its middle', () => {
  expect(momentsOf('thumbnail', { ...hd, durationMs: 60_000 })).toEqual([1000]);
  expect(momentsOf('thumbnail', { ...hd, durationMs: 300 })).toEqual([150]);
  expect(momentsOf('thumbnail', { ...hd, durationMs: null })).toEqual([0]);
});

test('key frames are picked where there are enough of them', () => {
  expect(choicesOf('filmstrip', 1000, 2500)).toEqual(['picked', 'key', 'all']);
  expect(choicesOf('filmstrip', 4000, 2500)).toEqual(['picked', 'key', 'all']);
  expect(choicesOf('filmstrip', 10_000, 2500)).toEqual(['all']);
  expect(choicesOf('thumbnail', 10_000, 0)).toEqual(['picked', 'key', 'all']);
  expect(choicesOf('filmstrip', null, 2500)).toEqual(['key', 'all']);
});

test('the format of the file is said, never guessed, and no name is a pattern', () => {
  const order = { input: '/rec/a%d.JPG', container: 'jpg', output: '/c/x.webp', format: 'webp' } as const;
  const args = thumbnailArgs({ ...hd, durationMs: null }, 'all', order);
  expect(args.join(' ')).toContain('-f jpeg_pipe -i /rec/a%d.JPG');
  expect(args.slice(-3)).toEqual(['-f', 'webp', '/c/x.webp']);
  const strip = filmstripPlan({ ...hd, durationMs: 60_000 });
  const tiles = filmstripArgs(strip, 'key', { ...order, container: 'ts', format: 'jpg' }).join(' ');
  expect(tiles).toContain('-f mpegts -i');
  expect(tiles).toContain('-f mjpeg');
});

test('what is no picture is not taken for one', () => {
  expect(isPicture(Buffer.from('RIFF\0\0\0\0WEBPVP8 '), 'webp')).toBe(true);
  expect(isPicture(Buffer.from('RIFF\0\0\0\0AVI LIST'), 'webp')).toBe(false);
  expect(isPicture(Buffer.from([0xff, 0xd8, 0xff]), 'jpg')).toBe(true);
  expect(isPicture(new Uint8Array(), 'jpg')).toBe(false);
  expect(isPicture(new Uint8Array(), 'webp')).toBe(false);
});

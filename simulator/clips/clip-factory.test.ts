import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClipSpec } from '../clip-source.ts';
import { createClipFactory } from './clip-factory.ts';
import { readBoxes, requireBox } from './mp4-boxes.ts';
import { gpsRecord } from './novatek-gps-writer.ts';
import { clipSpec, gpsSamples, probeClip, readClip, TEST_CACHE_DIR } from './test-support.ts';

const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });
const gps: ClipSpec['gps'] = {
  layout: 'payload-4c',
  blockBytes: 0x4000,
  samples: gpsSamples(7),
  index: true,
};

describe('a clip plays from end to end', () => {
  const cases: [string, Partial<ClipSpec>, string[], string[]][] = [
    ['H.264 and AAC', {}, ['h264', 'aac'], ['avc1', 'mp4a']],
    ['H.264 with moov behind', { moov: 'back' }, ['h264', 'aac'], ['avc1', 'mp4a']],
    ['HEVC and AAC', { video: 'hevc' }, ['hevc', 'aac'], ['hvc1', 'mp4a']],
    ['HEVC without sound', { video: 'hevc', audio: false, moov: 'back' }, ['hevc'], ['hvc1']],
    ['H.264 without sound', { audio: false, channel: 'rear' }, ['h264'], ['avc1']],
    ['MOV', { container: 'mov', moov: 'back' }, ['h264', 'aac'], ['avc1', 'mp4a']],
    ['GPS and padding in front', { gps, sizeBytes: 4_000_001 }, ['h264', 'aac'], ['avc1', 'mp4a']],
    [
      'GPS and padding behind',
      { gps, sizeBytes: 4_000_001, moov: 'back' },
      ['h264', 'aac'],
      ['avc1', 'mp4a'],
    ],
    ['a broken last second', { durationSeconds: 6.4, seed: 3 }, ['h264', 'aac'], ['avc1', 'mp4a']],
  ];
  test.each(cases)('%s', async (_name, overrides, codecs, tags) => {
    const spec = clipSpec({ durationSeconds: 7, ...overrides });
    const probe = await probeClip(await factory.createClip(spec), spec.container);
    expect(probe.decodeErrors).toBe('');
    expect(probe.codecs).toEqual(codecs);
    expect(probe.tags).toEqual(tags);
    expect(Math.abs(probe.durationSeconds - spec.durationSeconds)).toBeLessThan(0.2);
  });

  test.each<[string, Partial<ClipSpec>, string[]]>([
    ['H.264 and AAC', {}, ['h264', 'aac']],
    ['HEVC without sound', { video: 'hevc', audio: false }, ['hevc']],
    ['GPS and padding', { gps, sizeBytes: 3_000_001 }, ['h264', 'aac']],
    ['longer than a minute', { durationSeconds: 61 }, ['h264', 'aac']],
  ])('transport stream: %s', async (_name, overrides, codecs) => {
    const spec = clipSpec({ container: 'ts', durationSeconds: 7, ...overrides });
    const probe = await probeClip(await factory.createClip(spec), 'ts');
    expect(probe.formatName).toBe('mpegts');
    expect(probe.decodeErrors).toBe('');
    expect(probe.codecs).toEqual(codecs);
    expect(Math.abs(probe.durationSeconds - spec.durationSeconds)).toBeLessThan(0.2);
  });
});

describe('a transport stream', () => {
  test('carries one position per second outside the programme', async () => {
    const clip = await readClip(
      await factory.createClip(clipSpec({ container: 'ts', durationSeconds: 7, gps })),
    );
    const starts: number[] = [];
    for (let offset = 0; offset < clip.length; offset += 188) {
      expect(clip[offset]).toBe(0x47);
      if (clip.readUInt16BE(offset + 1) === 0x4300) starts.push(offset);
    }
    expect(starts).toHaveLength(7);
    for (const [index, offset] of starts.entries()) {
      expect(clip.toString('hex', offset + 4, offset + 10)).toBe('000001bf03f0');
      expect(clip.subarray(offset + 10, offset + 54)).toEqual(gpsRecord(gps.samples[index]!));
    }
  });
});

describe('any range of a clip equals that slice of the whole', () => {
  test.each<Partial<ClipSpec>>([
    { gps, sizeBytes: 1_500_000 },
    { container: 'ts', sizeBytes: 1_000_001 },
  ])('%o', async (overrides) => {
    const clip = await factory.createClip(clipSpec(overrides));
    const whole = await readClip(clip);
    expect(whole.length).toBe(overrides.sizeBytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(200_000), async (from, length) => {
        const range = await readClip(clip, from, from + length);
        expect(range.equals(whole.subarray(from, from + length))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the bytes', () => {
  test.each(['mp4', 'ts'] as const)('of the same %s are the same from another factory', async (container) => {
    const spec = clipSpec({ container, gps, sizeBytes: 1_200_000 });
    const other = createClipFactory({ cacheDir: TEST_CACHE_DIR });
    const [first, second] = await Promise.all(
      [factory, other].map(async (one) => readClip(await one.createClip(spec))),
    );
    expect(first!.equals(second!)).toBe(true);
  });

  test.each(['mp4', 'ts'] as const)('of two seeds of %s differ', async (container) => {
    const [first, second] = await Promise.all(
      [1, 2].map(async (seed) => readClip(await factory.createClip(clipSpec({ container, seed })))),
    );
    expect(first!.equals(second!)).toBe(false);
  });

  test('do not change when the caller reuses the spec object', async () => {
    const spec = clipSpec();
    const clip = await factory.createClip(spec);
    const before = await readClip(clip);
    spec.seed = 99;
    expect((await readClip(clip)).equals(before)).toBe(true);
  });
});

test('the thumbnail in front is a JPEG', async () => {
  const clip = await readClip(await factory.createClip(clipSpec()));
  const jpeg = requireBox(clip, 'skip', 'thma');
  expect(jpeg.toString('hex', 0, 3)).toBe('ffd8ff');
  expect(jpeg.toString('hex', jpeg.length - 2)).toBe('ffd9');
});

test('a clip without thumbnail has no front header', async () => {
  const clip = await readClip(await factory.createClip(clipSpec({ thumbnail: false, moov: 'back' })));
  expect(readBoxes(clip).map(({ type }) => type)).toEqual(['ftyp', 'mdat', 'moov']);
});

test('a photo is a JPEG that differs by seed', async () => {
  const photos = await Promise.all(
    [1, 2].map(async (seed) => readClip(await factory.createPhoto({ channel: 'front', seed }))),
  );
  for (const photo of photos) expect(photo.toString('hex', 0, 4)).toBe('ffd8fffe');
  expect(photos[0]!.equals(photos[1]!)).toBe(false);
  const source = await factory.createPhoto({ channel: 'front', seed: 1 });
  expect((await probeClip(source, 'jpg')).decodeErrors).toBe('');
});

test('without ffmpeg and without a cache, making a clip says what to install', async () => {
  const poor = createClipFactory({ cacheDir: '/tmp/viofosync-never-made', ffmpegPath: '/nowhere/ffmpeg' });
  await expect(poor.createClip(clipSpec())).rejects.toThrow('Install ffmpeg');
});

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import type { ClipSource, ClipSpec, GpsSample } from '../clip-source.ts';
import type { BaseFootage } from './base-footage.ts';
import type { SampleTrack } from './mp4-samples.ts';

/** Shared by every test of the repository, so that footage is made once; not under version control. */
export const TEST_CACHE_DIR = fileURLToPath(new URL('../../.cache/simulator', import.meta.url));

/** A front clip of three seconds as an A229 writes it; override what the test is about. */
export function clipSpec(overrides: Partial<ClipSpec> = {}): ClipSpec {
  return {
    channel: 'front',
    container: 'mp4',
    video: 'h264',
    audio: true,
    durationSeconds: 3,
    moov: 'front',
    thumbnail: true,
    gps: null,
    startedLocal: new Date('2026-04-06T14:22:05Z'),
    seed: 1,
    ...overrides,
  };
}

/** One position per second, the first at 14:22:05, going north from 50° N 30° E. */
export function gpsSamples(count: number): GpsSample[] {
  return Array.from({ length: count }, (_, index) => ({
    year: 2026,
    month: 4,
    day: 6,
    hour: 14,
    minute: 22,
    second: (5 + index) % 60,
    status: 'A',
    latitude: 50 + index / 1_000,
    longitude: 30,
    speedKnots: 3.39,
    courseDegrees: 207.44,
  }));
}

/** Footage without pictures in it, for tests of structure: 60 video samples and 125 of audio. */
export function syntheticFootage(): BaseFootage {
  return {
    video: syntheticTrack({
      handler: 'vide',
      timescale: 92_400,
      sampleTicks: 6_160,
      count: 60,
      sizeOf: (n) => 500 + n,
    }),
    audio: syntheticTrack({
      handler: 'soun',
      timescale: 32_000,
      sampleTicks: 1_024,
      count: 125,
      sizeOf: (n) => 90 + n,
    }),
  };
}

function syntheticTrack(options: {
  handler: 'vide' | 'soun';
  timescale: number;
  sampleTicks: number;
  count: number;
  sizeOf: (index: number) => number;
}): SampleTrack {
  const { handler, timescale, sampleTicks, count, sizeOf } = options;
  const sizes = Array.from({ length: count }, (_, index) => sizeOf(index));
  const offsets = [0];
  for (const [index, size] of sizes.entries()) offsets.push((offsets[index] ?? 0) + size);
  return {
    handler,
    stsd: Buffer.from('\0\0\0\x10stsd\0\0\0\0\0\0\0\0', 'latin1'),
    timescale,
    sampleTicks,
    widthPixels: handler === 'vide' ? 640 : 0,
    heightPixels: handler === 'vide' ? 360 : 0,
    bytes: Buffer.concat(sizes.map((size, index) => Buffer.alloc(size, index))),
    sizes,
    offsets,
    syncs: sizes.map((_, index) => handler === 'soun' || index % 15 === 0),
  };
}

/** Bytes `[from, to)` of a clip, the whole of it unless told. */
export async function readClip(source: ClipSource, from = 0, to = source.sizeBytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read(from, to)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface Probe {
  durationSeconds: number;
  formatName: string;
  /** Codecs of the video and audio streams, in order. */
  codecs: string[];
  tags: string[];
  /** What ffmpeg complains of when it decodes every frame. */
  decodeErrors: string;
}

const ffprobeOutput = z.object({
  format: z.object({ duration: z.coerce.number().default(0), format_name: z.string() }),
  streams: z.array(
    z.object({
      codec_type: z.string().optional(),
      codec_name: z.string().default(''),
      codec_tag_string: z.string(),
    }),
  ),
});

/** Writes a clip to a temporary file, asks ffprobe about it and has ffmpeg decode all of it. */
export async function probeClip(source: ClipSource, extension: string): Promise<Probe> {
  const directory = await mkdtemp(join(tmpdir(), 'clip-'));
  try {
    const path = join(directory, `clip.${extension}`);
    const file = await open(path, 'w');
    for await (const chunk of source.read(0, source.sizeBytes)) await file.write(chunk);
    await file.close();
    const probed = await execa('ffprobe', [
      '-v',
      'error',
      '-show_format',
      '-show_streams',
      '-of',
      'json',
      path,
    ]);
    const output = ffprobeOutput.parse(JSON.parse(probed.stdout));
    const maps = ['-map', '0:v', '-map', '0:a?'];
    const decoded = await execa(
      'ffmpeg',
      ['-v', 'error', '-xerror', '-i', path, ...maps, '-f', 'null', '-'],
      {
        reject: false,
      },
    );
    const media = output.streams.filter(({ codec_type: type }) => type === 'video' || type === 'audio');
    return {
      durationSeconds: output.format.duration,
      formatName: output.format.format_name,
      codecs: media.map((stream) => stream.codec_name),
      tags: media.map((stream) => stream.codec_tag_string),
      decodeErrors: decoded.stderr + (decoded.exitCode === 0 ? '' : `exit ${decoded.exitCode}`),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource } from '../src/server/lib/mp4-boxes.ts';
import { fileSource } from '../src/server/lib/byte-source.ts';
import { judgeFixes } from '../src/server/tracks/fix-policy.ts';
import { readGps } from '../src/server/tracks/gps-reader.ts';
import { packTrack, unpackFixes } from '../src/server/tracks/track-codec.ts';
import type { TrackSample } from '../src/server/tracks/track-types.ts';
import { seededRandom } from '../simulator/random.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Pieces } from '../simulator/tiny-mp4.ts';
import { driveAlong, gpsSamples, townWays } from '../simulator/town-routes.ts';
import { withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, milliseconds, type Figure } from './report.ts';

const clipSeconds = 60;
const warmUp = 100;
const rounds = 20;
const readsPerRound = 25;
const goalMs = 3;

export const gpsBenchmark: Benchmark = {
  name: 'gps',
  about: 'the positions of a 60 s clip of 15 MB and of 500 MB on this disk, packing and unpacking them',
  run: gps,
};

async function gps(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('gps');
  await withFolder(context.dir, async (folder) => {
    const small = await measured(join(folder, 'small.MP4'), 15_000_000);
    const large = await measured(join(folder, 'large.MP4'), 500_000_000);
    for (const { name, cost } of [
      { name: '15 MB', cost: small },
      { name: '500 MB', cost: large },
    ]) {
      const what = `GPS of a 60 s clip of ${name}: CPU, median of ${rounds} rounds`;
      const values = { cpuMs: cost.cpuMs, bytes: cost.bytes, reads: cost.reads };
      const text = `${milliseconds(cost.cpuMs)}, ${cost.bytes} bytes in ${cost.reads} reads`;
      figures.goal({ what, goal: `< ${goalMs} ms`, measured: text, values }, cost.cpuMs < goalMs);
    }
    const isSame = small.bytes === large.bytes && small.reads === large.reads;
    const measuredText = isSame ? 'the same bytes' : `${large.bytes - small.bytes} bytes more`;
    const values = { moreBytes: large.bytes - small.bytes };
    figures.goal(
      { what: 'what 500 MB cost more than 15 MB', goal: 'nothing', measured: measuredText, values },
      isSame,
    );
    codec(figures, small.samples);
  });
  return figures.all;
}

interface Cost {
  cpuMs: number;
  bytes: number;
  reads: number;
  samples: TrackSample[];
}

/** Opens, reads, judges and closes as the track service does; the sparse file costs next to no disk. */
async function measured(path: string, sizeBytes: number): Promise<Cost> {
  await writeClip(path, sizeBytes);
  const cost: Cost = { cpuMs: 0, bytes: 0, reads: 0, samples: [] };
  const once = async (): Promise<void> => {
    const file = await open(path);
    const source = countingSource(fileSource(file, sizeBytes), cost);
    const { records } = await readGps(source, { container: 'mp4', durationMs: clipSeconds * 1000 });
    cost.samples = judgeFixes(records);
    await file.close();
  };
  for (let count = 0; count < warmUp; count++) await once();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let count = 0; count < readsPerRound; count++) await once();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000 / readsPerRound);
  }
  [cost.bytes, cost.reads] = [0, 0];
  await once();
  if (cost.samples.length !== clipSeconds) throw new Error(`${cost.samples.length} records were read`);
  return { ...cost, cpuMs: median(times) };
}

function countingSource(source: ByteSource, cost: Cost): ByteSource {
  return {
    sizeBytes: source.sizeBytes,
    read: (offset, length) => {
      cost.bytes += length;
      cost.reads++;
      return source.read(offset, length);
    },
  };
}

async function writeClip(path: string, sizeBytes: number): Promise<void> {
  const points = driveAlong(townWays.work, seededRandom(1)).slice(0, clipSeconds);
  const clock = { gpsClock: 'utc' as const, zoneOffsetMinutes: 0, coldSeconds: 0 };
  const samples = gpsSamples(points, localTime(2026, 4, 6, 14), clock);
  const blocks = { layout: 'payload-2c' as const, blockBytes: 0x4000, index: true, samples };
  const file = await open(path, 'w');
  await file.truncate(sizeBytes);
  for (const { offset, bytes } of tinyMp4Pieces(sizeBytes, { durationSeconds: clipSeconds, gps: blocks })) {
    await file.write(bytes, 0, bytes.length, offset);
  }
  await file.close();
}

function codec(figures: Figures, samples: TrackSample[]): void {
  const packed = packTrack(samples);
  const bytesPerSample = packed.length / samples.length;
  const size = { measured: `${bytesPerSample.toFixed(1)} bytes a sample`, values: { bytesPerSample } };
  figures.goal({ what: 'a packed track', goal: '<= 12', ...size }, bytesPerSample <= 12);
  const unpackMs = timed(() => unpackFixes(packed, 0));
  const packMs = timed(() => packTrack(samples));
  const measuredText = `${(unpackMs * 1000).toFixed(1)} us (packing ${(packMs * 1000).toFixed(1)} us)`;
  figures.info({
    what: 'unpacking the fixes of a minute',
    measured: measuredText,
    values: { unpackMs, packMs },
  });
}

function timed(work: () => unknown): number {
  const times = Array.from({ length: 20 }, () => {
    const startedAt = performance.now();
    for (let count = 0; count < 500; count++) work();
    return (performance.now() - startedAt) / 500;
  });
  return median(times);
}

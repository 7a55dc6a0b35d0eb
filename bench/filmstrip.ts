import { execFile } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bufferedSource, fileSource } from '../src/server/lib/byte-source.ts';
import { FfmpegRunner } from '../src/server/media/ffmpeg-runner.ts';
import { readKeyFrames } from '../src/server/media/key-frames.ts';
import {
  filmstripArgs,
  filmstripPlan,
  momentsOf,
  type PictureFacts,
} from '../src/server/media/picture-plan.ts';
import { moviePieces } from '../src/server/media/picture-work.ts';
import { withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { Figures, median, milliseconds, percent, type Figure } from './report.ts';

const run = promisify(execFile);
const seconds = 60;
const seeks = 8;
const rounds = 5;
const goalShare = 1 / 3;

type Film = (typeof films)[number];
const films = [
  { name: '1080p H.264', width: 1920, height: 1080, rate: '16M' },
  { name: '4K H.264', width: 3840, height: 2160, rate: '40M' },
] as const;

export const filmstripBenchmark: Benchmark = {
  name: 'filmstrip',
  about: 'the tiles of a one-minute clip by one process, against eight seeks, each in a process of its own',
  run: filmstrip,
};

async function filmstrip(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('filmstrip');
  const chosen = context.quick ? films.slice(0, 1) : films;
  for (const film of chosen)
    await withFolder(context.dir, async (folder) => {
      const clip = join(folder, 'clip.MP4');
      await record(clip, film);
      await compare(figures, film, { clip, folder });
    });
  return figures.all;
}

/** As a camera writes it: a key frame each second, each frame a little other than the last. Twelve seconds, five times. */
async function record(clip: string, { width, height, rate }: Film): Promise<void> {
  const piece = `${clip}.piece.mp4`;
  const quiet = ['-v', 'error', '-y'];
  const picture = `testsrc2=size=${width}x${height}:rate=30,noise=alls=12:allf=t`;
  const form = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-b:v', rate, '-pix_fmt', 'yuv420p'];
  await run('ffmpeg', [...quiet, '-f', 'lavfi', '-i', picture, ...form, '-t', String(seconds / 5), piece]);
  await run('ffmpeg', [...quiet, '-stream_loop', '4', '-i', piece, '-c', 'copy', clip]);
}

async function compare(
  figures: Figures,
  film: Film,
  { clip, folder }: { clip: string; folder: string },
): Promise<void> {
  const facts = { ...film, durationMs: seconds * 1000 };
  const plan = filmstripPlan(facts);
  const one = () => strip(clip, facts, join(folder, 'strip.webp'));
  const eight = async () => {
    for (let tile = 0; tile < seeks; tile++) await ffmpeg.run(seekArgs(clip, folder, tile), limits);
  };
  // In turns, so that whatever else this machine does falls on both.
  const [ours, theirs]: [Cost[], Cost[]] = [[], []];
  await one();
  for (let round = 0; round < rounds; round++) {
    ours.push(await costOf(one));
    theirs.push(await costOf(eight));
  }
  const of = (costs: readonly Cost[], what: keyof Cost) => median(costs.map((cost) => cost[what]));
  const [stripMs, seeksMs] = [of(ours, 'wallMs'), of(theirs, 'wallMs')];
  const share = stripMs / seeksMs;
  const measured = `${percent(share)}: ${milliseconds(stripMs)} for ${plan.frames} tiles against ${milliseconds(seeksMs)}`;
  const what = `filmstrip of ${seconds} s of ${film.name} by one process`;
  const goal = `<= ${percent(goalShare)} of ${seeks} seeks`;
  figures.goal({ what, goal, measured, values: { stripMs, seeksMs, share } }, share <= goalShare);
  const [stripCpuMs, seeksCpuMs] = [of(ours, 'cpuMs'), of(theirs, 'cpuMs')];
  const cpu = `${percent(stripCpuMs / seeksCpuMs)}: ${milliseconds(stripCpuMs)} against ${milliseconds(seeksCpuMs)}`;
  figures.info({
    what: `the same in CPU time, ${film.name}`,
    measured: cpu,
    values: { stripCpuMs, seeksCpuMs },
  });
}

const limits = { signal: new AbortController().signal, timeoutMs: 120_000 };
/** Both sides: by the same priority, with as many threads. */
const ffmpeg = new FfmpegRunner({ path: 'ffmpeg', isThere: () => true, isBusy: () => false });

/** As the program makes it: opened, its tables read, its key frames handed over. */
async function strip(clip: string, facts: PictureFacts, output: string): Promise<void> {
  const file = await open(clip);
  const source = fileSource(file, (await file.stat()).size);
  const track = await readKeyFrames(bufferedSource(source));
  if (!track) throw new Error('the clip has no tables');
  const order = { input: clip, container: 'mp4', output, format: 'webp' } as const;
  const input = moviePieces(track, momentsOf('filmstrip', facts), source);
  const signal = new AbortController().signal;
  await ffmpeg.run(filmstripArgs(filmstripPlan(facts), 'picked', order), {
    signal,
    timeoutMs: 60_000,
    input,
  });
  await file.close();
}

/** A frame at each eighth, as the existing system takes them. */
function seekArgs(clip: string, folder: string, tile: number): string[] {
  const input = ['-ss', String((tile * seconds) / seeks), '-i', clip, '-an'];
  const output = ['-frames:v', '1', '-vf', 'scale=160:90', join(folder, `tile-${tile}.jpg`)];
  return [...input, ...output];
}

interface Cost {
  wallMs: number;
  cpuMs: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const [startedAt, before] = [performance.now(), await childrensCpuMs()];
  await work();
  return { wallMs: performance.now() - startedAt, cpuMs: (await childrensCpuMs()) - before };
}

/** Of all processes that this one started and that have ended, by hundredths of a second. */
async function childrensCpuMs(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * 10;
}

import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { build } from 'esbuild';
import { adoptV2 } from '../src/server/db/legacy/adopt.ts';
import { fillV2, V2Database } from '../test/legacy/v2-database.ts';
import { scaled, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { root } from './bundle.ts';
import { Figures, megabytes, milliseconds, type Figure } from './report.ts';

const files = 200_000;
const queued = 300_000;
const mostMs = 20_000;
const mostBytes = 300e6;

export const adoptionBenchmark: Benchmark = {
  name: 'adoption',
  about: 'a v2 database of 200,000 clips and 300,000 queue rows becomes ours, in a process of its own',
  run: adoption,
};

async function adoption(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('adoption');
  await withFolder(context.dir, async (folder) => {
    const program = await bundleOfThis(folder);
    for (const journal of ['wal', 'delete'] as const) {
      const path = join(folder, `${journal}.db`);
      const database = new V2Database(path, { generation: '2.5', journal });
      fillV2(database, { files: scaled(context, files), queued: scaled(context, queued) });
      database.close();
      tell(figures, journal, measure(program, path));
    }
  });
  return figures.all;
}

interface Measured {
  ms: number;
  /** Of the processor: what a busy machine does not falsify. */
  cpuMs: number;
  peakBytes: number;
  clips: number;
}

function tell(figures: Figures, journal: string, { ms, cpuMs, peakBytes, clips }: Measured): void {
  const rate = Math.round(clips / (ms / 1000));
  figures.goal(
    {
      what: `adoption of ${clips} clips, journal ${journal}`,
      goal: `<= ${mostMs / 1000} s`,
      measured: `${milliseconds(ms)} (processor ${milliseconds(cpuMs)}, ${rate} clips/s)`,
      values: { ms, cpuMs, clips, clipsPerSecond: rate },
    },
    ms <= mostMs,
  );
  figures.goal(
    {
      what: `most resident memory of the process, journal ${journal}`,
      goal: `<= ${megabytes(mostBytes)}`,
      measured: megabytes(peakBytes),
      values: { peakBytes },
    },
    peakBytes <= mostBytes,
  );
}

function measure(program: string, path: string): Measured {
  const output = execFileSync(process.execPath, [program, childFlag, path], { encoding: 'utf8' });
  return JSON.parse(output) as Measured;
}

/** This very file as production would have it: bundled, packages outside. */
async function bundleOfThis(folder: string): Promise<string> {
  const dist = join(folder, 'dist');
  await mkdir(dist);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await build({
    absWorkingDir: root,
    entryPoints: { adoption: 'bench/adoption.ts' },
    outdir: dist,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    logLevel: 'warning',
  });
  return join(dist, 'adoption.js');
}

const childFlag = '--adopt';

async function work(path: string): Promise<void> {
  const sqlite = new SqliteDatabase(path);
  sqlite.pragma('synchronous = FULL');
  const began = performance.now();
  const report = await adoptV2({
    sqlite,
    zone: 'Europe/London',
    recordings: '/recordings',
    camera: { address: '192.168.1.254', alternativeAddress: null },
    now: Date.now(),
    copy: null,
    onProgress: () => {},
  });
  const ms = performance.now() - began;
  sqlite.close();
  const states = ['clips in the archive', 'clips waiting', 'clips that were deleted'];
  const clips = report.lines
    .filter((line) => states.includes(line.what))
    .reduce((sum, line) => sum + line.count, 0);
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuMs = (userCPUTime + systemCPUTime) / 1000;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(JSON.stringify({ ms, cpuMs, peakBytes, clips } satisfies Measured));
}

if (process.argv[2] === childFlag) await work(process.argv[3] ?? '');

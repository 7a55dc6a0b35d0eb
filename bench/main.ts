import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { adoptionBenchmark } from './adoption.ts';
import { removeFolders, withFolder, type BenchContext, type Benchmark } from './bench-context.ts';
import { brokenTransfersBenchmark } from './broken-transfers.ts';
import { bundlePrograms } from './bundle.ts';
import { dayViewsBenchmark } from './day-views.ts';
import { filmstripBenchmark } from './filmstrip.ts';
import { firstLoadBenchmark } from './first-load.ts';
import { gpsBenchmark } from './gps.ts';
import { journeysBenchmark } from './journeys.ts';
import { killBenchmark } from './kill.ts';
import { ledgerBenchmark } from './ledger.ts';
import { listingBenchmark } from './listing.ts';
import { mapBenchmark } from './map.ts';
import { summarise, type Figure } from './report.ts';
import { pageBenchmark } from './page.ts';
import { passesBenchmark } from './passes.ts';
import { retentionBenchmark } from './retention.ts';
import { killServers } from './server-process.ts';
import { scanBenchmark } from './scan.ts';
import { soakBenchmark } from './soak.ts';
import { startupBenchmark } from './startup.ts';
import { triageBenchmark } from './triage.ts';
import { uploadBenchmark } from './upload.ts';
import { visitBenchmark } from './visit.ts';

const benchmarks: readonly Benchmark[] = [
  visitBenchmark,
  brokenTransfersBenchmark,
  killBenchmark,
  listingBenchmark,
  ledgerBenchmark,
  startupBenchmark,
  retentionBenchmark,
  scanBenchmark,
  dayViewsBenchmark,
  gpsBenchmark,
  filmstripBenchmark,
  triageBenchmark,
  passesBenchmark,
  mapBenchmark,
  journeysBenchmark,
  adoptionBenchmark,
  uploadBenchmark,
  firstLoadBenchmark,
  pageBenchmark,
  soakBenchmark,
];

interface BenchOptions {
  only?: string[];
  quick: boolean;
  json?: string;
  dir: string;
  profile?: string;
}

function readOptions(): BenchOptions {
  const names = benchmarks.map((benchmark) => benchmark.name);
  return new Command('bench')
    .description(`Measures the numbers this product holds.\n\n${list()}`)
    .addOption(new Option('--only <name...>', 'run these alone').choices(names))
    .option('--quick', 'a third of the work', false)
    .option('--json <file>', 'write the figures there as well')
    .option('--dir <folder>', 'where databases and archives are made: the disk that is measured', tmpdir())
    .option('--profile <folder>', "write the server's CPU profiles there")
    .parse()
    .opts<BenchOptions>();
}

const list = (): string => benchmarks.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join('\n');

const load = (): string => `load ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} processors`;

async function main(): Promise<void> {
  const options = readOptions();
  const chosen = benchmarks.filter(({ name }) => options.only?.includes(name) ?? true);
  const figures: Figure[] = [];
  await withFolder(resolve(options.dir), async (folder) => {
    const context: BenchContext = {
      quick: options.quick,
      dir: folder,
      profileDir: options.profile === undefined ? null : resolve(options.profile),
      bundle: await bundlePrograms(folder),
    };
    for (const benchmark of chosen) figures.push(...(await runOne(benchmark, context)));
  });
  const missed = summarise(figures);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  process.exitCode = missed === 0 ? 0 : 1;
}

async function runOne(benchmark: Benchmark, context: BenchContext): Promise<Figure[]> {
  console.log(`\n${benchmark.name}: ${benchmark.about} [${load()}]`);
  try {
    return await benchmark.run(context);
  } catch (error) {
    console.error(error);
    const measured = error instanceof Error ? error.message : String(error);
    const { name } = benchmark;
    return [{ benchmark: name, what: 'could not be run', goal: '', measured, values: {}, verdict: 'fail' }];
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    killServers();
    void removeFolders().finally(() => process.exit(1));
  });
}

await main();

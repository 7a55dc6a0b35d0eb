import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchContext, Benchmark } from './bench-context.ts';
import { root } from './bundle.ts';
import { Figures, megabytes, type Figure } from './report.ts';
import type { SoakResult } from './soak-process.ts';

const seed = 20_260_628;
const visits = 200;
/** A visit in so much real time. */
const visitMs = 2000;
const dayHours = 24;
const mostHeapGrowth = 1.25;
const mostResidentGrowth = 1.25;
const timeoutMs = 15 * 60_000;

export const soakBenchmark: Benchmark = {
  name: 'soak',
  about: 'a day of a flaky camera: away and back 200 times, every fault in turn, in accelerated time',
  run: soak,
};

async function soak(context: BenchContext): Promise<Figure[]> {
  const figures = new Figures('soak');
  const count = context.quick ? Math.round(visits / 3) : visits;
  const day = await runSoak({ visits: count, realMs: count * visitMs, taking: false });
  tellDay(figures, day, count);
  tellBytes(figures, day);
  tellMemory(figures, day);
  tellTaking(figures, await runSoak({ visits: 8, realMs: 8 * visitMs, taking: true }));
  return figures.all;
}

interface SoakRequest {
  visits: number;
  realMs: number;
  taking: boolean;
}

/** The day in a process of its own; its progress goes to our standard error. */
async function runSoak(request: SoakRequest): Promise<SoakResult> {
  const order = JSON.stringify({ ...request, seed, clipBytes: [60_000, 400_000] });
  const script = join(root, 'bench', 'soak-process.ts');
  const running = promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', script, order], {
    cwd: root,
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  running.child.stderr?.pipe(process.stderr, { end: false });
  const { stdout } = await running;
  return JSON.parse(stdout) as SoakResult;
}

function tellDay(
  figures: Figures,
  { verdict, episodes, simulatedMs, rows, broken }: SoakResult,
  count: number,
) {
  const hours = simulatedMs / 3_600_000;
  figures.info({
    what: 'simulated hours, visits, kinds of faults',
    measured: `${hours.toFixed(1)}, ${count}, ${episodes}`,
    values: { hours, visits: count, episodes },
  });
  const { clips, archived, lost, missing, twice, wrongBytes, strangers } = verdict;
  const wrong = missing.length + twice.length + wrongBytes.length + strangers.length + lost.length;
  figures.goal(
    {
      what: `clips archived exactly once, byte for byte, of ${clips}`,
      goal: String(clips),
      measured: `${archived} (missing ${missing.length}, twice ${twice.length}, wrong ${wrongBytes.length}, strangers ${strangers.length})`,
      values: { clips, archived, wrong },
    },
    archived === clips && wrong === 0 && hours >= dayHours,
  );
  tellAgreement(figures, verdict, broken);
  figures.info({
    what: 'rows of visits, listings, problems',
    measured: `${rows.visits}, ${rows.listings}, ${rows.problems}`,
    values: rows,
  });
}

function tellAgreement(figures: Figures, verdict: SoakResult['verdict'], broken: string | null): void {
  const { unsettled, partFiles, partRows, maxConcurrent, violations, errors } = verdict;
  const leftovers = unsettled.length + partFiles.length + partRows;
  figures.goal(
    {
      what: 'ledger and disk agree; leftovers; errors in the log',
      goal: 'yes; 0; 0',
      measured: `${broken ?? 'yes'}; ${leftovers}; ${errors.length}`,
      values: { leftovers, errors: errors.length },
    },
    broken === null && leftovers + errors.length === 0,
  );
  figures.goal(
    {
      what: 'requests of a camera at one moment; forbidden ones',
      goal: '1; 0',
      measured: `${maxConcurrent}; ${violations.length}`,
      values: { maxConcurrent, violations: violations.length },
    },
    maxConcurrent === 1 && violations.length === 0,
  );
}

/**
 * Told, not judged: these clips are smaller than a socket's buffers, so that a request that is given up after its head
 * (the camera serves another length than it lists, every half minute) counts as a whole clip. `broken` judges it.
 */
function tellBytes(figures: Figures, { verdict }: SoakResult): void {
  const ratio = verdict.sentBytes / verdict.archivedBytes;
  figures.info({
    what: 'bytes that the cameras handed to their network for each byte archived',
    measured: `${ratio.toFixed(2)} (${megabytes(verdict.sentBytes)})`,
    values: { ratio, sentBytes: verdict.sentBytes },
  });
  figures.info({
    what: 'clips that left a camera whole more than ten times',
    measured: String(verdict.fetchedOverAndOver.length),
    values: { clips: verdict.fetchedOverAndOver.length },
  });
}

/** Program and simulated cameras together; their cards are full of small clips in memory by the end. */
function tellMemory(figures: Figures, { quarter, end }: SoakResult): void {
  if (quarter === null) return;
  const heap = end.heapBytes / quarter.heapBytes;
  const resident = end.residentBytes / quarter.residentBytes;
  figures.goal(
    {
      what: 'heap after collection, at the end against a quarter through',
      goal: `<= ${mostHeapGrowth}`,
      measured: `${heap.toFixed(3)} (${megabytes(quarter.heapBytes)} to ${megabytes(end.heapBytes)})`,
      values: { heap, quarterBytes: quarter.heapBytes, endBytes: end.heapBytes },
    },
    heap <= mostHeapGrowth,
  );
  figures.goal(
    {
      what: 'resident memory, the same; open handles',
      goal: `<= ${mostResidentGrowth}; no more than 5 more`,
      measured: `${resident.toFixed(3)} (${megabytes(end.residentBytes)}); ${quarter.resources} to ${end.resources}`,
      values: { resident, resources: end.resources - quarter.resources },
    },
    resident <= mostResidentGrowth && end.resources - quarter.resources <= 5,
  );
}

function tellTaking(figures: Figures, { verdict }: SoakResult): void {
  const { clips, archived, lost, missing, twice, wrongBytes, unsettled } = verdict;
  const wrong = missing.length + twice.length + wrongBytes.length + unsettled.length;
  figures.goal(
    {
      what: `a card that overwrites: each of ${clips} clips archived once or said to be lost`,
      goal: String(clips),
      measured: `${archived} archived, ${lost.length} lost`,
      values: { clips, archived, lost: lost.length, wrong },
    },
    archived + lost.length === clips && wrong === 0,
  );
}

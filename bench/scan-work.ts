import { mkdirSync, readFileSync } from 'node:fs';
import { pino } from 'pino';
import type { Events } from '../src/shared/events.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { ScanService } from '../src/server/archive/scan-service.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { openDatabase } from '../src/server/db/open.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';

/** What one scan came to, as `scan-work` prints it. */
export interface ScanWork {
  ms: number;
  /** Processor time: of the whole process, and of its main thread. */
  cpuMs: number;
  mainMs: number;
  peakBytes: number;
  files: number;
  found: number;
  skippedFolders: number;
}

/** The scan in a process of its own: what is asked for one after the other, on `CONFIG_DIR` and `RECORDINGS`. */
const [configDir = '', root = '', ...orders] = process.argv.slice(2);
mkdirSync(configDir, { recursive: true });
const db = await openDatabase({ configDir, now: new Date() });
const events = new EventBus<Events>((error) => {
  throw error;
});
const clock = { now: () => Date.now() };
const log = pino({ level: 'error' });
const volume = new ArchiveVolume({
  root,
  clock,
  log,
  knownClips: async () => 0,
  readMarkerId: () => readAppState(db, 'archive.marker'),
  writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
  onChange: () => undefined,
});
const scan = new ScanService({
  db,
  events,
  clips: new ClipRepository(),
  volume,
  times: new ZonedTimes('Europe/London'),
  log,
  clock,
  onReleased: () => undefined,
});
await volume.check();
const works: ScanWork[] = [];
for (const order of orders) works.push(await once(order === 'thorough'));
console.log(JSON.stringify(works));
await volume.stop();
await db.destroy();

async function once(thorough: boolean): Promise<ScanWork> {
  const [began, cpu, main] = [performance.now(), process.cpuUsage(), mainCpuMs()];
  scan.scan({ thorough });
  await scan.idle();
  const { state, message, files, found, skippedFolders = 0 } = scan.status;
  if (state !== 'done') throw new Error(`the scan is ${state}: ${message}`);
  const { user, system } = process.cpuUsage(cpu);
  return {
    ms: performance.now() - began,
    cpuMs: (user + system) / 1000,
    mainMs: mainCpuMs() - main,
    peakBytes: Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024,
    files,
    found,
    skippedFolders,
  };
}

/** Of the thread that has the number of the process. */
function mainCpuMs(): number {
  const text = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8');
  return Number(text.split(' ')[0]) / 1e6;
}

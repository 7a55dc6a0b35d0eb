import { get } from 'node:http';
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { markerName } from '../src/server/archive/archive-volume.ts';
import type { Status } from '../src/shared/status.ts';
import type { FaultChange } from '../simulator/faults.ts';
import { checkArchive, type ArchiveVerdict } from './archive-check.ts';
import { scaled, withFolder, type BenchContext } from './bench-context.ts';
import { CameraProcess } from './camera-client.ts';
import { megabytes, type Figures } from './report.ts';
import { seedDatabase } from './seed-database.ts';
import { ServerProcess } from './server-process.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import { join } from 'node:path';

export const cameraBytesPerSecond = 30_000_000;
const fullClips = 90;
/** Clips that the database knows from before. */
const historyClips = 20_000;
const markerId = '9f6a3c1e-0000-4000-8000-000000000001';
const pollMs = 250;
/** Without a clip archived for this long, a visit is given up. */
const stalledMs = 120_000;

export interface VisitOrder {
  faults?: FaultChange;
  seed: number;
  /** Listing delay of a full run, a folder. */
  listingMs: number;
  /** One in so many files is read and compared at the end. */
  hashEvery: number;
  /** Also measures what a client that throws the bytes away gets from that camera on this machine. */
  withReference?: boolean;
  /** What happens meanwhile; resolves with the server that is running then. */
  meanwhile?(visit: RunningVisit): Promise<ServerProcess>;
}

/** A visit under way. */
export interface RunningVisit {
  server: ServerProcess;
  clips: number;
  restart(): Promise<ServerProcess>;
  isDone(server: ServerProcess): Promise<boolean>;
}

export interface VisitOutcome {
  clips: number;
  timeline: Timeline;
  archive: ArchiveVerdict;
  idleResidentBytes: number;
  peakResidentBytes: number;
  cpuSeconds: number;
  /** Share of the camera's bandwidth that a client without a disk got right after; null when not measured. */
  referenceShare: number | null;
  /** False when nothing was archived for two minutes and it was given up. */
  finished: boolean;
}

/** One camera, one server, each in its process; from the first request until every clip is archived. */
export async function runVisit(context: BenchContext, order: VisitOrder): Promise<VisitOutcome> {
  const clips = scaled(context, fullClips);
  const camera = await CameraProcess.start(context.bundle, {
    clips,
    seed: order.seed,
    faults: {
      bytesPerSecond: cameraBytesPerSecond,
      listingDelayMs: scaled(context, order.listingMs),
      ...order.faults,
    },
  });
  try {
    return await withFolder(context.dir, (folder) => visit(context, { ...order, folder, clips, camera }));
  } finally {
    await camera.stop();
  }
}

type VisitParts = VisitOrder & { folder: string; clips: number; camera: CameraProcess };

async function visit(context: BenchContext, parts: VisitParts): Promise<VisitOutcome> {
  const { folder, clips, camera } = parts;
  await seedDatabase({
    configDir: join(folder, 'config'),
    clips: historyClips,
    cameraAddress: camera.address,
    markerId,
  });
  // The archive that the database knows; an empty folder would be taken for a share that is not mounted.
  await mkdir(join(folder, 'recordings'), { recursive: true });
  await writeFile(join(folder, 'recordings', markerName), JSON.stringify({ id: markerId }));
  const start = () => ServerProcess.start({ bundle: context.bundle, folder, profileDir: context.profileDir });
  const first = await start();
  const idleResidentBytes = first.memory().residentBytes;
  const cpuAtStart = first.cpuSeconds();
  const isDone = async (server: ServerProcess) =>
    (await server.status()).archive.clips >= historyClips + clips;
  const server = (await parts.meanwhile?.({ server: first, clips, restart: start, isDone })) ?? first;
  try {
    const finished = await untilDone(server, historyClips + clips);
    const { peakBytes } = server.memory();
    const cpuSeconds = server.cpuSeconds() - (server === first ? cpuAtStart : 0);
    await server.stop();
    const { configDir, recordings } = server;
    const archive = await checkArchive({ configDir, recordings, clips, hashEvery: parts.hashEvery });
    const timeline = timelineOf(await camera.requests());
    return {
      clips,
      timeline,
      archive,
      idleResidentBytes,
      peakResidentBytes: peakBytes,
      cpuSeconds,
      referenceShare: parts.withReference === true ? await referenceShare(camera) : null,
      finished,
    };
  } finally {
    await server.kill();
  }
}

const referenceClips = 20;

/** One clip after the other, each on its own connection, thrown away: what the machine leaves of the camera's rate. */
async function referenceShare(camera: CameraProcess): Promise<number> {
  const paths = (await camera.requests())
    .filter((request) => request.kind === 'file')
    .slice(0, referenceClips)
    .map((request) => request.target);
  let bytes = 0;
  const startedAt = performance.now();
  for (const path of paths) bytes += await drained(`http://${camera.address}${path}`);
  return bytes / (cameraBytesPerSecond * ((performance.now() - startedAt) / 1000));
}

function drained(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('close', () => resolve(bytes));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Polls as an open page does. */
async function untilDone(server: ServerProcess, wanted: number): Promise<boolean> {
  let archived = 0;
  let changedAt = performance.now();
  for (;;) {
    const status = await server.status();
    if (status.archive.clips >= wanted) return true;
    if (status.archive.clips > archived) {
      archived = status.archive.clips;
      changedAt = performance.now();
    }
    if (performance.now() - changedAt > stalledMs) {
      console.log(`  given up; ${reasonsOf(status)}; the log ends with\n${server.logTail(20)}`);
      return false;
    }
    await sleep(pollMs);
  }
}

function reasonsOf({ archive, cameras, sync }: Status): string {
  const camera = cameras.map(({ activity, message }) => `camera ${activity} (${message ?? 'no message'})`);
  return `volume ${archive.state}, ${camera.join(', ')}, ${sync.waiting} waiting, ${sync.held} held, ${sync.failed} failed`;
}

/** Seconds from the first file request to the last rename, and the share of the camera's bandwidth that became clips. */
export function throughputOf({ timeline, archive }: VisitOutcome, from: number) {
  const seconds = (archive.lastRenameAt - from) / 1000;
  return { seconds, share: archive.archivedBytes / (cameraBytesPerSecond * seconds), timeline };
}

/** Every clip is there once, with its own bytes, and nothing else. */
export function tellArchive(figures: Figures, { archive, finished, clips }: VisitOutcome): void {
  const { missing, duplicated, leftovers, wrongBytes, hashed } = archive;
  figures.goal(
    {
      what: 'clips missing; files or rows twice; parts left over',
      goal: '0; 0; 0',
      measured: `${missing} of ${clips}; ${duplicated}; ${leftovers}${finished ? '' : ' (given up)'}`,
      values: { missing, duplicated, leftovers },
    },
    finished && missing + duplicated + leftovers === 0,
  );
  figures.goal(
    {
      what: `files whose bytes differ from the camera's (SHA-256 of ${hashed} files)`,
      goal: '0',
      measured: String(wrongBytes),
      values: { wrongBytes, hashed },
    },
    wrongBytes === 0 && hashed > 0,
  );
}

/** Bytes of file bodies that the camera sent for each byte archived. */
export function tellBytesSent(figures: Figures, outcome: VisitOutcome, mostRatio: number | null): void {
  const ratio = outcome.timeline.mediaBytes / outcome.archive.archivedBytes;
  const draft = {
    what: 'bytes sent by the camera for each byte archived',
    measured: `${ratio.toFixed(4)} (${megabytes(outcome.timeline.mediaBytes)})`,
    values: { ratio, sentBytes: outcome.timeline.mediaBytes },
  };
  if (mostRatio === null) figures.info(draft);
  else figures.goal({ ...draft, goal: `<= ${mostRatio}` }, ratio <= mostRatio);
}

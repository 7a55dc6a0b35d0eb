import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import type { ListedFile, Listing } from '../src/server/camera/camera.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { PartRepository } from '../src/server/sync/part-repository.ts';
import { QueueOrder } from '../src/server/sync/queue-order.ts';
import { Reconciler } from '../src/server/sync/reconciler.ts';
import { orderClasses } from '../src/shared/queue.ts';
import { everything } from './listing-work.ts';

const minuteMs = 60_000;
const cameraId = 1;
/** Days between the cards of two runs, so that each brings clips of its own. */
const daysApart = 20;

/** One listing folded in. */
export interface Fold {
  totalMs: number;
  /** How long nothing else could be done. */
  pauseMs: number;
}

export interface LedgerTimes {
  fresh: Fold[];
  known: Fold[];
  half: Fold[];
  /** The next download, after one more is under way, came back or is done. */
  nextMs: number[];
  /** The same, when all of the queue has to be read and sorted anew. */
  anewMs: number[];
}

/** A card of front and rear clips of a minute each. */
function card(files: number, fromDay: number): ListedFile[] {
  const firstStart = Date.UTC(2025, 0, 1 + fromDay);
  return Array.from({ length: files }, (_, index) => {
    const at = firstStart + Math.floor(index / 2) * minuteMs;
    const local = new Date(at).toISOString().slice(0, 19);
    const stamp = local.replaceAll(/[-:]/g, '').replace('T', '_');
    const sequence = String(index).padStart(6, '0');
    const name = `${stamp.slice(0, 4)}_${stamp.slice(4)}_${sequence}${index % 2 === 0 ? 'F' : 'R'}.MP4`;
    return {
      name,
      remotePath: `/DCIM/Movie/${name}`,
      volume: 'A',
      container: 'mp4',
      sizeBytes: 150_000_000 + index,
      sizeExact: true,
      timecode: 1000 + index,
      endedLocal: local,
      locked: index % 100 === 7,
    };
  });
}

const listingOf = (files: ListedFile[]): Listing => ({ files, complete: true, notes: [], costMs: 0 });

/** Folds cards of `files` into a seeded database: all new, all known, half and half; then plans its downloads. */
export async function ledgerTimes(
  configDir: string,
  { files, runs }: { files: number; runs: number },
): Promise<LedgerTimes> {
  const db = await openDatabase({ configDir, now: new Date() });
  try {
    const times: LedgerTimes = { fresh: [], known: [], half: [], nextMs: [], anewMs: [] };
    for (let run = 0; run < runs; run++) {
      const listing = listingOf(card(files, 2 * run * daysApart));
      await emptyCard(db);
      times.fresh.push(await fold(db, listing));
      times.known.push(await fold(db, listing));
      await emptyCard(db);
      const other = card(files, (2 * run + 1) * daysApart);
      await fold(db, listingOf(other.slice(0, files / 2)));
      times.half.push(await fold(db, listingOf(other)));
    }
    await planDownloads(db, times);
    return times;
  } finally {
    await db.destroy();
  }
}

/** As after a card was formatted, and all of it was known to be gone. */
async function emptyCard(db: Database): Promise<void> {
  await db
    .updateTable('clip')
    .set({ remote_gone_at: Date.now(), state: 'lost' })
    .where('remote_gone_at', 'is', null)
    .execute();
}

async function fold(db: Database, listing: Listing): Promise<Fold> {
  const reconciler = new Reconciler({
    db,
    clips: new ClipRepository(),
    times: new ZonedTimes('Europe/London'),
    clock: systemClock,
    fetchPhotos: () => false,
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  await reconciler.reconcile(cameraId, listing, 'stopped', everything);
  const totalMs = performance.now() - startedAt;
  await wait(5);
  delay.disable();
  return { totalMs, pauseMs: delay.max / 1e6 };
}

async function planDownloads(db: Database, times: LedgerTimes): Promise<void> {
  const order = new QueueOrder({
    db,
    clips: new ClipRepository(),
    parts: new PartRepository(),
    cameraId,
    settings: () => ({ downloadOrder: [...orderClasses], frontFirst: true }),
    clock: systemClock,
  });
  const next = async (into: number[]) => {
    const startedAt = performance.now();
    const id = await order.next(Date.now());
    into.push(performance.now() - startedAt);
    if (id === undefined) throw new Error('nothing waits');
    return id;
  };
  for (let count = 0; count < 20; count++) {
    order.invalidate();
    await next(times.anewMs);
  }
  for (let count = 0; count < 500; count++) {
    const id = await next(times.nextMs);
    order.begin(id, true);
    const nextAttemptAt = Date.now() + minuteMs;
    if (count % 5 === 0) order.settle(id, { state: 'waiting', stateReason: 'unreachable', nextAttemptAt });
    else order.drop(id);
  }
}

import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { StateChange } from './reconcile-plan.ts';
import { losable, namedAt, type Sighting } from './reconcile-sightings-plan.ts';

const dayMs = 24 * 60 * 60_000;
/** No camera of this kind was made before: a clip from earlier has its time of a clock that was not set. */
const firstCredibleStart = Date.UTC(2012, 0, 1);
/** The channels of one moment have numbers next to each other, so that these say nothing. */
const siblingNumbers = 4;

/**
 * What may be concluded of clips that a complete listing does not show: they are no longer on the camera, and lost
 * where we do not have them. Only the storages it shows anything of are judged, and each clip only when something newer
 * is there in its stead: otherwise it may be another card, or a fault. Clocks lie, so a time that cannot be is no proof,
 * neither of being newer nor of being older: then the counter of the same card decides, or which was seen first. A clip
 * that we had deleted is gone when it is not shown.
 */
export function concludeAbsence(
  ledger: readonly LedgerEntry[],
  sightings: readonly Sighting[],
  now: number,
): { gone: number[]; changes: StateChange[] } {
  const shown = new Set(
    sightings.flatMap(({ row, otherContents, mistaken }) => [
      ...(row && !otherContents ? [row.id] : []),
      ...(mistaken ? [mistaken.id] : []),
    ]),
  );
  const storages = storagesOf(sightings, now);
  const gone: number[] = [];
  const changes: StateChange[] = [];
  for (const row of ledger) {
    const wasThere = row.remote_gone_at === null && row.remote_path !== null;
    // What is under way ends by itself; the next listing concludes.
    if (!wasThere || shown.has(row.id) || row.state === 'transferring') continue;
    const storage = storages.get(row.remote_volume);
    if (!storage || !hasMovedOn(row, storage, now)) continue;
    gone.push(row.id);
    if (losable.includes(row.state)) {
      changes.push({ id: row.id, from: row.state, to: 'lost', reason: 'overwritten' });
    }
  }
  return { gone, changes };
}

/** What a listing shows of one storage. */
interface Storage {
  /** Of the times that can be. */
  newestAt: number;
  /** The highest counter, of clips with a time that can be, and of all. */
  credibleCounter: number;
  counter: number;
  /** When the first and the last of what is shown came into the ledger. */
  firstSeenAt: number;
  lastSeenAt: number;
}

const isCredible = (at: number, now: number) => at >= firstCredibleStart && at <= now + dayMs;

function storagesOf(sightings: readonly Sighting[], now: number): Map<string, Storage> {
  const storages = new Map<string, Storage>();
  for (const sighting of sightings) {
    // A row of unknown storage ('') is compared with them all.
    for (const volume of new Set([sighting.file.volume, ''])) {
      const storage = storages.get(volume) ?? {
        newestAt: -Infinity,
        credibleCounter: -Infinity,
        counter: -Infinity,
        firstSeenAt: Infinity,
        lastSeenAt: -Infinity,
      };
      storages.set(volume, storage);
      take(storage, sighting, now);
    }
  }
  return storages;
}

function take(storage: Storage, sighting: Sighting, now: number): void {
  const { namedAt: at, name } = sighting;
  const counter = name?.sequence ?? -Infinity;
  storage.counter = Math.max(storage.counter, counter);
  if (isCredible(at, now)) {
    storage.newestAt = Math.max(storage.newestAt, at);
    storage.credibleCounter = Math.max(storage.credibleCounter, counter);
  }
  const seenAt = seenSince(sighting, now);
  storage.firstSeenAt = Math.min(storage.firstSeenAt, seenAt);
  storage.lastSeenAt = Math.max(storage.lastSeenAt, seenAt);
}

/** Since when this clip has been on the camera, as far as the ledger knows. */
function seenSince({ row, otherContents }: Sighting, now: number): number {
  const isThere = row && !otherContents && row.remote_gone_at === null;
  return (isThere ? row.remote_seen_at : null) ?? now;
}

function hasMovedOn(row: LedgerEntry, storage: Storage, now: number): boolean {
  if (row.remote_deleted_at !== null) return true;
  const at = namedAt(row.local_start);
  const hasTime = isCredible(at, now);
  if (hasTime && storage.newestAt > at) return true;
  // Of a card that shows nothing from before the clip, neither counters nor sightings compare.
  if (row.remote_seen_at === null || storage.firstSeenAt > row.remote_seen_at) return false;
  if (row.sequence !== null) {
    const counter = hasTime ? storage.credibleCounter : storage.counter;
    return counter > row.sequence + siblingNumbers;
  }
  return !hasTime && storage.lastSeenAt > row.remote_seen_at;
}

import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql } from 'kysely';
import { among, spansTable } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import {
  driveGapMs,
  isOfDrive,
  isOfJourney,
  mergeSpans,
  splitDrives,
  unseenEdges,
  type DriveCapture,
  type Span,
} from './drives.ts';

const columns = [
  'capture.id',
  'capture.camera_id',
  'capture.started_at',
  'capture.kind',
  'capture.journey_id',
] as const;
/** Each look beyond the ends of drives goes this many times further than the one before. */
const widening = 4;
const capturesPerStatement = 500;
const journeysPerStatement = 100;

const archivedClips =
  sql<number>`(select count(*) from clip where clip.capture_id = capture.id and clip.state = 'archived')`.as(
    'clips',
  );

/** Captures by id, at most a thousand at a time. */
export async function capturesById(db: Db, ids: readonly number[]): Promise<DriveCapture[]> {
  return db.selectFrom('capture').select(columns).where(among('id', ids)).execute();
}

/**
 * The whole drives that these captures are of, and those that are of none each by itself. All captures that the ledger
 * knows count, also those without a clip in the archive: what was never fetched still joins two halves.
 */
export async function drivesAround(
  db: Db,
  captures: readonly DriveCapture[],
  signal: AbortSignal,
): Promise<DriveCapture[][]> {
  const alone = captures.filter((capture) => !isOfDrive(capture)).map((capture) => [capture]);
  const driven = captures.filter(isOfDrive);
  const drives: DriveCapture[][] = await wholeJourneys(
    db,
    driven.filter(isOfJourney).map((capture) => capture.journey_id),
  );
  const others = driven.filter((capture) => !isOfJourney(capture));
  for (const [cameraId, some] of groupBy(others, (capture) => capture.camera_id))
    drives.push(...(await drivesOfCamera(db, cameraId, some, signal)));
  return [...drives, ...alone];
}

/** What was driven in each of these journeys, by all cameras of the car. */
async function wholeJourneys(db: Db, journeyIds: readonly number[]): Promise<CountedCapture[][]> {
  const found: CountedCapture[] = [];
  for (const ids of chunks([...new Set(journeyIds)], journeysPerStatement)) {
    found.push(
      ...(await db
        .selectFrom('capture')
        .select(columns)
        .select(archivedClips)
        .where(among('capture.journey_id', ids))
        .where('capture.kind', 'in', ['normal', 'event'])
        .orderBy('capture.started_at')
        .orderBy('capture.id')
        .execute()),
    );
    await yieldToOthers();
  }
  return [...groupBy(found, (capture) => capture.journey_id).values()];
}

/** With how many clips it has in the archive. */
interface CountedCapture extends DriveCapture {
  clips: number;
}

/** The whole drives that these captures of a camera are of; those that are of none are left out. */
async function drivesOfCamera(
  db: Db,
  cameraId: number,
  captures: readonly Pick<DriveCapture, 'id' | 'started_at'>[],
  signal: AbortSignal,
): Promise<CountedCapture[][]> {
  const asked = new Set(captures.map((capture) => capture.id));
  const known = new Map<number, CountedCapture>();
  let reachMs = driveGapMs;
  let seen: Span[] = [];
  let wanted = mergeSpans(
    captures.map(({ started_at }) => ({ from: started_at - driveGapMs, to: started_at + driveGapMs })),
  );
  for (;;) {
    for (const capture of await capturesIn(db, cameraId, wanted)) known.set(capture.id, capture);
    seen = mergeSpans([...seen, ...wanted]);
    const drives = splitDrives([...known.values()]).filter((drive) => drive.some(({ id }) => asked.has(id)));
    wanted = unseenEdges(drives, seen, reachMs);
    if (wanted.length === 0) return drives;
    reachMs *= widening;
    await yieldToOthers();
    signal.throwIfAborted();
  }
}

async function capturesIn(db: Db, cameraId: number, spans: readonly Span[]): Promise<CountedCapture[]> {
  return (
    db
      .selectFrom(spansTable(spans))
      // Cross: the spans come first, each with its look-up, never the captures.
      .crossJoin('capture')
      .select(columns)
      .select(archivedClips)
      .where('capture.camera_id', '=', cameraId)
      .where('capture.journey_id', 'is', null)
      // By time, not kind by kind.
      .where(sql<boolean>`+capture.kind in ('normal', 'event')`)
      .whereRef('capture.started_at', '>=', 'span.from')
      .whereRef('capture.started_at', '<=', 'span.to')
      .execute()
  );
}

/** What is to go of one capture. */
export interface Going {
  captureId: number;
  cameraId: number;
  startedAt: number;
  clips: number;
}

/**
 * How many drives lose captures and keep others, when so many clips of these captures go. A drive that only loses a
 * channel keeps its captures.
 */
export async function countPartialDrives(
  db: Db,
  going: ReadonlyMap<number, Going>,
  signal: AbortSignal,
): Promise<number> {
  const judged = new Set<number>();
  let partial = 0;
  for (const some of chunks([...going.values()], capturesPerStatement)) {
    const unjudged = some.filter(({ captureId }) => !judged.has(captureId));
    const captures = await capturesById(
      db,
      unjudged.map(({ captureId }) => captureId),
    );
    const journeyIds = captures.filter(isOfJourney).map((capture) => capture.journey_id);
    const drives = await wholeJourneys(db, journeyIds);
    const others = captures.filter((capture) => !isOfJourney(capture));
    for (const [cameraId, near] of groupBy(others, (capture) => capture.camera_id))
      drives.push(...(await drivesOfCamera(db, cameraId, near, signal)));
    const fresh = drives.filter((drive) => !drive.some(({ id }) => judged.has(id)));
    for (const { id } of fresh.flat()) judged.add(id);
    partial += fresh.filter((drive) => isPartial(drive, going)).length;
    await yieldToOthers();
    signal.throwIfAborted();
  }
  return partial;
}

function isPartial(drive: readonly CountedCapture[], going: ReadonlyMap<number, Going>): boolean {
  const stays = ({ id, clips }: CountedCapture) => clips > (going.get(id)?.clips ?? 0);
  return drive.some(stays) && drive.some((capture) => capture.clips > 0 && !stays(capture));
}

function groupBy<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

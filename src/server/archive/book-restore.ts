import { readAppState, writeAppState } from '../db/app-state.ts';
import { addJourneyDays } from '../db/journey-due.ts';
import type { Database, Db } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import type { ClipRepository } from './clip-repository.ts';
import type { CameraNameTimes } from '../lib/zones.ts';
import { foldersDecided, restoreDecisions } from './book-decisions-restore.ts';
import { cameraOfFolder, camerasBook, type SaidOfCamera } from './book-cameras.ts';
import { newCamera, planCameras, type CameraStep } from './book-cameras-plan.ts';
import { readBook } from './book-file.ts';
import { journeysBook, restoreEdits } from './book-journeys.ts';
import { marksBook, restoreMarks } from './book-marks.ts';
import { placesBook, restorePlaces } from './book-places.ts';
import { restoreSettings, settingsBook, type KeptSettings } from './book-settings.ts';
import { unreadBook } from './book-writer.ts';

export interface RestoreBookDeps {
  db: Database;
  volume: ArchiveVolume;
  log: Logger;
  clock: Clock;
  clips: ClipRepository;
  /** How the names of each camera are read. */
  times: CameraNameTimes;
  signal: AbortSignal;
  /** Left out: the settings are not restored. */
  settings?: KeptSettings;
}

/** What was brought back. */
export interface RestoredBook {
  /** Cameras that are other than before, or new. */
  cameraIds: number[];
  places: number;
  edits: number;
  marks: number;
  settings: string[];
  /** Days on which clips are other than before, or new, by camera. */
  decided: Map<number, Set<string>>;
}

/**
 * Brings back what lies in the book of the archive into a database that has not seen this archive yet, once. What the
 * database, or the configuration folder, knows already stays. Null when it was read before, or the archive has no
 * marker. Each step can be done again: what a crash cut off, the next call finishes. Throws what the volume says.
 */
export async function restoreBook(deps: RestoreBookDeps): Promise<RestoredBook | null> {
  const { db, settings } = deps;
  const marker = await unreadBook(db);
  if (marker === null) return null;
  const said = (await readBook(deps, camerasBook)) ?? (await camerasDecided(deps));
  const places = (await readBook(deps, placesBook)) ?? [];
  const edits = (await readBook(deps, journeysBook)) ?? [];
  const marks = (await readBook(deps, marksBook)) ?? [];
  const copy = settings ? await readBook(deps, settingsBook(settings)) : null;
  const restored = await db.transaction().execute(async (trx) => ({
    cameraIds: await restoreCameras(trx, said, deps.clock.now()),
    places: await restorePlaces(trx, places),
    edits: await restoreEdits(trx, edits),
    marks: await restoreMarks(trx, marks),
  }));
  const decided = await restoreDecisions(deps);
  const keys = settings && copy ? await restoreSettings(db, settings, copy) : [];
  // Another archive may have come into its place meanwhile: that one is still to be read.
  if ((await readAppState(db, 'archive.marker')) === marker) await writeAppState(db, 'archive.book', marker);
  return { ...restored, decided, settings: keys };
}

/**
 * Where what was said of the cameras cannot be read, or was not written yet: those of whose clips something was decided,
 * or that would be lost with it.
 */
const camerasDecided = async (deps: RestoreBookDeps): Promise<SaidOfCamera[]> =>
  (await foldersDecided(deps)).map(cameraOfFolder);

async function restoreCameras(trx: Db, said: readonly SaidOfCamera[], now: number): Promise<number[]> {
  const rows = await trx.selectFrom('camera').selectAll().orderBy('id').execute();
  const changed: number[] = [];
  for (const step of planCameras(said, rows, { hasClips: await hasClips(trx) })) {
    const id = await carryOut(trx, step, now);
    if (id !== null) changed.push(id);
  }
  return changed;
}

async function carryOut(trx: Db, { said, row, set, isOtherClock }: CameraStep, now: number) {
  if (!row) {
    const values = newCamera(said, now);
    const { id } = await trx.insertInto('camera').values(values).returning('id').executeTakeFirstOrThrow();
    await addShifts(trx, id, said);
    return id;
  }
  const isShifted = await addShifts(trx, row.id, said);
  // Clips that came before it was known are placed anew, from what they tell themselves; a new ledger has none.
  const isLate = (isOtherClock || isShifted) && (await hasClips(trx, row.id));
  const all = { ...set, ...(isLate && { clock_due: 1 as const, gps_clock_evidence: null }) };
  if (!isShifted && Object.keys(all).length === 0) return null;
  if (Object.keys(all).length > 0)
    await trx.updateTable('camera').set(all).where('id', '=', row.id).execute();
  if ('vehicle' in set) await addJourneyDays(trx, row.id);
  return row.id;
}

async function addShifts(trx: Db, cameraId: number, { shifts }: SaidOfCamera): Promise<boolean> {
  if (shifts.length === 0) return false;
  const known = await trx
    .selectFrom('clock_shift')
    .select('id')
    .where('camera_id', '=', cameraId)
    .executeTakeFirst();
  if (known) return false;
  const rows = shifts.map(({ fromLocal, toLocal, shiftMs, createdAt }) => ({
    camera_id: cameraId,
    from_local: fromLocal,
    to_local: toLocal,
    shift_ms: shiftMs,
    created_at: createdAt,
  }));
  await trx.insertInto('clock_shift').values(rows).execute();
  return true;
}

const hasClips = async (trx: Db, cameraId?: number): Promise<boolean> =>
  (await trx
    .selectFrom('clip')
    .select('id')
    .where('id', '>', 0)
    .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', cameraId ?? 0))
    .limit(1)
    .executeTakeFirst()) !== undefined;

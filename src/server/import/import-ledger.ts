import { wantedStates } from '../archive/clip-states.ts';
import { fileNameOf } from '../archive/place-policy.ts';
import type { FoundFile, KnownClip, ScanStep } from '../archive/scan-plan.ts';
import type { ClipKind } from '../../shared/clips.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ImportDeps } from './import-types.ts';

export type ImportLedgerDeps = Pick<ImportDeps, 'db' | 'clips' | 'ledger' | 'times' | 'clock'>;

/** What an import knows of a clip besides its place and its name. */
export type ImportPatch = Pick<
  ClipRow,
  | 'origin'
  | 'sha256'
  | 'verified_at'
  | 'archived_at'
  | 'media_duration_ms'
  | 'duration_ms'
  | 'video_codec'
  | 'audio_codec'
  | 'width'
  | 'height'
  | 'fps'
  | 'complete'
  | 'media_due'
  | 'track_due'
  | 'last_error'
>;

/** A file that is in its place, on the disk itself. */
export interface InPlace {
  found: FoundFile;
  camera: { id: number; archive_folder: string };
  /** As its folders tell as well; of a row that is there, its own stays. */
  kind: ClipKind;
  /** What the import knows of it. */
  patch: ImportPatch;
}

/**
 * Puts one clip into the ledger by the decisions of a scan; null when its row is just being changed by another part.
 * A scan may have come first: its row then learns what the import knows.
 */
export async function commitClip(
  deps: ImportLedgerDeps,
  trx: Db,
  { found, camera, kind, patch }: InPlace,
): Promise<Committed | null> {
  const { ledger, clock, times, clips } = deps;
  const now = clock.now();
  const named = found.sidecar?.name ?? fileNameOf(found.path);
  const rows = await ledger.rowsOf(trx, { names: [named], paths: [found.path] });
  const known = rows.filter((row) => row.camera_id === camera.id || row.path === found.path);
  const here = known.find((row) => row.path === found.path && row.state === 'archived');
  if (here) return teach(deps, trx, { here, found, patch });
  const cameraTimes = await times.of(trx, camera.id);
  const plan = ledger.planScan({
    files: [found],
    cameras: [camera],
    known,
    targets: new Set(),
    vanished: new Set(),
    lookedAt: now,
    now,
    place: (localStart) => cameraTimes.place(localStart),
  });
  let done: Committed | null = null;
  for (const step of plan.steps) {
    if (step.kind === 'renumber') await clips.patch(trx, step.id, { generation: step.generation });
    else if (step.kind === 'insert') done = await insert(deps, trx, { step, found, kind, patch });
    else if (step.kind === 'attach') done = await attach(deps, trx, { step, patch });
  }
  return done;
}

/** A clip that is in the ledger now; `wasWanted`: a camera's was waited for. */
interface Committed {
  id: number;
  wasWanted: boolean;
}

/** The row that a scan made of this very file. */
async function teach(
  { clips, clock }: ImportLedgerDeps,
  trx: Db,
  { here, found, patch }: { here: KnownClip } & Pick<InPlace, 'found' | 'patch'>,
): Promise<Committed | null> {
  if (here.size_bytes !== found.sizeBytes) return null;
  const locked = found.sidecar?.locked === true ? { locked: 1 as const } : {};
  const isPinned = found.sidecar?.kept === true && here.kept === 0;
  const kept = isPinned ? { kept: 1 as const, kept_at: clock.now() } : {};
  await clips.patch(trx, here.id, { ...patch, ...locked, ...kept });
  return { id: here.id, wasWanted: false };
}

async function insert(
  { ledger, clips }: ImportLedgerDeps,
  trx: Db,
  on: { step: Extract<ScanStep, { kind: 'insert' }> } & Pick<InPlace, 'found' | 'kind' | 'patch'>,
): Promise<Committed> {
  const clip = { ...on.step.clip, kind: on.kind };
  const { id: captureId, siblings } = await ledger.captureAndSiblings(trx, {
    cameraId: clip.camera_id,
    startedAt: clip.started_at,
    localStart: clip.local_start,
    localDay: clip.local_day,
    channel: clip.channel,
    kind: clip.kind,
    locked: clip.locked === 1,
    isPhoto: clip.container === 'jpg',
  });
  const { found, patch: known } = on;
  const damaged = clip.complete === 0 ? { complete: 0 as const, last_error: clip.last_error } : {};
  const row = {
    ...clip,
    ...known,
    ...damaged,
    ...(known.complete === 0 && { state_reason: 'damaged' as const }),
    ...(siblings && ledger.momentAmong(siblings, clip)),
    capture_id: captureId,
  };
  const { id } = await trx.insertInto('clip').values(row).returning('id').executeTakeFirstOrThrow();
  await clips.refresh(trx, [{ camera_id: row.camera_id, local_day: row.local_day, capture_id: captureId }]);
  // What its place does not tell is to be written beside it.
  const isNamedSo = fileNameOf(found.path) === clip.name;
  const isSaid = clip.kept === 1 || clip.note !== null || clip.tags !== null;
  if (clip.locked === 1 || isSaid || clip.time_source === 'file' || !isNamedSo)
    await trx.updateTable('clip').set({ sidecar_due: 1 }).where('id', '=', id).execute();
  return { id, wasWanted: false };
}

async function attach(
  { clips, clock }: ImportLedgerDeps,
  trx: Db,
  { step, patch }: { step: Extract<ScanStep, { kind: 'attach' }>; patch: ImportPatch },
): Promise<Committed | null> {
  const rows = await clips.transition(trx, [step.id], [step.from], {
    to: 'archived',
    reason: patch.complete === 0 ? 'damaged' : null,
    at: clock.now(),
    patch: { ...step.patch, ...patch },
  });
  if (rows.length === 0) return null;
  return { id: step.id, wasWanted: (wantedStates as readonly string[]).includes(step.from) };
}

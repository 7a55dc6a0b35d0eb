import type { RecordState } from '../../shared/cameras.ts';
import type { Channel, ClipKind, ClipState, StateReason } from '../../shared/clips.ts';
import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { ListedFile } from '../camera/camera.ts';
import type { ClipPatch } from '../db/schema.ts';
import type { PlacedName } from '../lib/zones.ts';
import type { RuleHold, RuleSubject } from './fetch-rules.ts';
import { concludeAbsence } from './reconcile-absence-plan.ts';
import { changedOnCamera, sightAll, type Sighting } from './reconcile-sightings-plan.ts';

export interface ReconcileInput {
  /** What the camera was last known to hold, and every other clip of the names it lists now. */
  ledger: readonly LedgerEntry[];
  files: readonly ListedFile[];
  /** Only a complete listing lets anything be concluded from absence. */
  complete: boolean;
  recording: RecordState;
  fetchPhotos: boolean;
  now: number;
  /** Places a name of this camera on the UTC line. */
  place(localStart: string): PlacedName;
  /** By the rules of this camera as they are now (`ruleHold`). */
  holdOf(clip: RuleSubject): RuleHold | null;
}

/** A clip seen for the first time. */
export interface NewClip {
  file: ListedFile;
  generation: number;
  localStart: string;
  placed: PlacedName;
  timeSource: 'camera_offset' | 'setting' | 'file';
  sequence: number | null;
  kind: ClipKind;
  channel: Channel;
  state: Extract<ClipState, 'listed' | 'waiting' | 'held'>;
  reason: StateReason | null;
}

export interface StateChange {
  id: number;
  from: ClipState;
  to: ClipState;
  reason: StateReason | null;
}

export interface ReconcilePlan {
  inserts: NewClip[];
  /** Facts of the camera's side that changed. */
  patches: { id: number; patch: ClipPatch }[];
  changes: StateChange[];
  /** Rows the camera no longer holds. */
  gone: number[];
}

/** Channels of one capture may differ by this much when the newest is looked for. */
const newestToleranceMs = 6000;
const dayMs = 24 * 60 * 60_000;
/** Without word from the camera, a newest clip that has not changed for this long is taken as finished. */
const settledAfterMs = 90_000;

/**
 * What a listing means for the ledger. Nothing is concluded from what a partial or empty listing does not show; a
 * clip counts as lost only when the camera shows newer ones in its stead; one that comes again is revived; one that
 * moved to `RO` is followed.
 */
export function planReconcile(input: ReconcileInput): ReconcilePlan {
  const sightings = sightAll(input);
  const newest = newestOf(sightings, input.now);
  const plan: ReconcilePlan = { inserts: [], patches: [], changes: [], gone: [] };
  for (const sighting of sightings) {
    const want = wantOf(sighting, input, newest.has(sighting));
    const { mistaken } = sighting;
    if (mistaken) {
      plan.gone.push(mistaken.id);
      plan.changes.push({ id: mistaken.id, from: mistaken.state, to: 'skipped', reason: 'duplicate' });
    }
    if (!sighting.row || sighting.otherContents) plan.inserts.push(insertOf(sighting, want));
    else follow(plan, { row: sighting.row, file: sighting.file }, want, input.now);
  }
  if (input.complete && sightings.length > 0) {
    const { gone, changes } = concludeAbsence(input.ledger, sightings, input.now);
    plan.gone.push(...gone);
    plan.changes.push(...changes);
  }
  return plan;
}

/**
 * The clips that may still be written: the newest by name, by counter and by time of last write, for the clock may be
 * wrong and the counter may be missing. Clips dated in the future say nothing about which is newest.
 */
function newestOf(sightings: readonly Sighting[], now: number): Set<Sighting> {
  const videos = sightings.filter((sighting) => sighting.file.container !== 'jpg');
  const dated = videos.filter((sighting) => sighting.namedAt <= now + dayMs);
  const leaders = [
    latest(dated, (sighting) => sighting.namedAt),
    latest(videos, (sighting) => sighting.name?.sequence ?? null),
    latest(dated, (sighting) => sighting.file.timecode),
  ].filter((leader) => leader !== undefined);
  return new Set(
    videos.filter((sighting) =>
      leaders.some((leader) => Math.abs(sighting.namedAt - leader.namedAt) <= newestToleranceMs),
    ),
  );
}

function latest(
  sightings: readonly Sighting[],
  value: (sighting: Sighting) => number | null,
): Sighting | undefined {
  let best: Sighting | undefined;
  let most = -Infinity;
  for (const sighting of sightings) {
    const number = value(sighting);
    if (number === null || number <= most) continue;
    [best, most] = [sighting, number];
  }
  return best;
}

type Want = Pick<NewClip, 'state' | 'reason'>;

/** What is wanted of a clip that the camera holds and we do not have. */
function wantOf(sighting: Sighting, input: ReconcileInput, isNewest: boolean): Want {
  const subject = subjectOf(sighting);
  const isAskedFor = subject.rank !== null && subject.rank < 0;
  if (subject.container === 'jpg' && !input.fetchPhotos && !isAskedFor) {
    return { state: 'listed', reason: 'photo' };
  }
  if (isNewest && mayBeWritten(sighting, input)) return { state: 'held', reason: 'recording' };
  const hold = input.holdOf(subject);
  return hold === null ? { state: 'waiting', reason: null } : { state: 'held', reason: hold };
}

function subjectOf({ file, name, row, otherContents, placed }: Sighting): RuleSubject {
  return {
    kind: name?.kind ?? row?.kind ?? 'unclassified',
    channel: name?.channel ?? row?.channel ?? 'other',
    container: file.container,
    locked: file.locked,
    // Another recording of that name has not been asked for.
    rank: row && !otherContents ? row.rank : null,
    startedAt: placed.at,
  };
}

function mayBeWritten(sighting: Sighting, input: ReconcileInput): boolean {
  switch (input.recording) {
    case 'recording':
      return true;
    case 'stopped':
      return false;
    case 'unknown': {
      const changedAt =
        sighting.row && !changedOnCamera(sighting.row, sighting.file) ? sighting.row.remote_changed_at : null;
      return changedAt === null || input.now - changedAt < settledAfterMs;
    }
  }
}

function insertOf(sighting: Sighting, want: Want): NewClip {
  const { file, name } = sighting;
  return {
    file,
    generation: sighting.row ? sighting.row.generation + 1 : 0,
    localStart: sighting.localStart,
    placed: sighting.placed,
    timeSource: name ? (sighting.placed.source ?? 'setting') : 'file',
    sequence: name?.sequence ?? null,
    kind: name?.kind ?? 'unclassified',
    channel: name?.channel ?? 'other',
    ...want,
  };
}

/** A row of the ledger and the same clip as it is listed now. */
interface Pair {
  row: LedgerEntry;
  file: ListedFile;
}

function follow(plan: ReconcilePlan, pair: Pair, want: Want, now: number): void {
  const { row } = pair;
  const patch = patchOf(pair, now);
  if (Object.keys(patch).length > 0) plan.patches.push({ id: row.id, patch });
  const next = nextState(pair, want, now);
  if (next && (next.state !== row.state || next.reason !== row.state_reason)) {
    plan.changes.push({ id: row.id, from: row.state, to: next.state, reason: next.reason });
  }
}

function patchOf(pair: Pair, now: number): ClipPatch {
  const { row, file } = pair;
  return {
    ...placePatchOf(pair, now),
    ...sizePatchOf(pair),
    ...(file.remotePath !== row.remote_path && newChance),
    ...(changedOnCamera(row, file) && { ...newChance, remote_changed_at: now }),
  };
}

/** What changed or moved on the camera is tried anew. */
const newChance: ClipPatch = { attempts: 0, next_attempt_at: null };

function placePatchOf({ row, file }: Pair, now: number): ClipPatch {
  return {
    ...(row.remote_gone_at !== null && { remote_gone_at: null, remote_seen_at: now }),
    ...(file.remotePath !== row.remote_path && { remote_path: file.remotePath }),
    ...(row.remote_volume === '' && file.volume !== '' && { remote_volume: file.volume }),
    ...(file.locked !== (row.locked === 1) && { locked: file.locked ? 1 : 0 }),
  };
}

/** A rounded size never takes the place of an exact one. */
function sizePatchOf({ row, file }: Pair): ClipPatch {
  const times: ClipPatch = {
    ...(file.timecode !== null &&
      file.timecode !== row.remote_timecode && { remote_timecode: file.timecode }),
    ...(file.endedLocal !== null &&
      file.endedLocal !== row.remote_ended_local && { remote_ended_local: file.endedLocal }),
  };
  if (file.sizeBytes === null || (!file.sizeExact && row.remote_size_exact === 1)) return times;
  return {
    ...times,
    ...(file.sizeBytes !== row.remote_size_bytes && { remote_size_bytes: file.sizeBytes }),
    ...(file.sizeExact && row.remote_size_exact === 0 && { remote_size_exact: 1 as const }),
  };
}

/** Null where a listing decides nothing: what is archived, skipped or under way stays as it is. */
function nextState(pair: Pair, want: Want, now: number): Want | null {
  const { row, file } = pair;
  if (row.state === 'listed' || row.state === 'lost') return want;
  if (row.state === 'waiting') return want.state === 'waiting' ? null : want;
  if (row.state === 'held') return stillHeld(row, file, now) ? null : want;
  if (row.state === 'failed') return changedOnCamera(row, file) ? want : null;
  return null;
}

const longestWaitMs = 60 * 60_000;

/** What is judged anew with each listing. */
const judgedReasons: ReadonlySet<StateReason | null> = new Set<StateReason>([
  'recording',
  'rule',
  'connection',
  'retention',
]);

/** Held for something a listing cannot tell (its place, a length in doubt): until its time is over. */
function stillHeld(row: LedgerEntry, file: ListedFile, now: number): boolean {
  if (judgedReasons.has(row.state_reason)) return false;
  const until = row.next_attempt_at;
  // No wait is longer than an hour: a clock that was ahead has set it.
  const isAhead = until !== null && until > now && until <= now + longestWaitMs;
  return !changedOnCamera(row, file) && isAhead;
}

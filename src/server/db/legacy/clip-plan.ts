import { containerOfName, parseClipName, type ClipName } from '../../../shared/clip-name.ts';
import type { Channel, ClipKind, Container } from '../../../shared/clips.ts';
import type { PlacedTime } from '../../lib/zones.ts';
import type { ClipRow } from '../schema.ts';
import { remotePlaceOf, type RemotePlace } from './place-policy.ts';
import { queueStateOf, seenOf, type QueueState } from './queue-plan.ts';
import { countOf, durationMsOf, instantOf, isMarked, textOf } from './value-policy.ts';
import type { V2Index, V2Queue } from './v2-rows.ts';

/** What we make of a clip of the existing system; its camera and its capture are decided elsewhere. */
export type AdoptedClip = Pick<ClipRow, (typeof adoptedColumns)[number]>;

export const adoptedColumns = [
  'name',
  'generation',
  'channel',
  'kind',
  'sequence',
  'container',
  'local_start',
  'started_at',
  'zone_offset_min',
  'time_source',
  'local_day',
  'duration_ms',
  'locked',
  'kept',
  'kept_at',
  'state',
  'state_reason',
  'state_at',
  'attempts',
  'last_error',
  'remote_volume',
  'remote_path',
  'remote_size_bytes',
  'remote_size_exact',
  'remote_seen_at',
  'remote_gone_at',
  'path',
  'size_bytes',
  'archived_at',
  'origin',
  'place_released_at',
  'gpx_sidecar',
  'sidecar_due',
] as const satisfies readonly (keyof ClipRow)[];

/** How camera-local and UTC times belong together. */
export interface LocalTimes {
  place(localStart: string): PlacedTime;
  /** The wall clock at an instant, and the minutes east of UTC that were in force. */
  localOf(at: number): { localStart: string; offsetMinutes: number };
}

/** What the existing system knew of one clip. */
export interface KnownClip {
  name: string;
  /** Its file in the archive, with where it is below the root. */
  archived: { row: V2Index; path: string } | null;
  queue: V2Queue | null;
  /** Counts the files of one name in the archive. */
  generation: number;
  /** Pinned by the user, in whichever row. */
  pinned: boolean;
}

export interface ClipTime extends Pick<
  ClipRow,
  'local_start' | 'started_at' | 'zone_offset_min' | 'time_source'
> {
  /** What the name tells; null when it was not understood. */
  parsed: ClipName | null;
  container: Container;
}

/** When a clip was recorded: by its name, else by what was noted of it. A text says why there is no telling. */
export function timeOf(
  name: string,
  row: V2Index | null,
  queue: V2Queue | null,
  times: LocalTimes,
): ClipTime | string {
  const parsed = parseClipName(name);
  if (parsed) {
    const { at, offsetMinutes } = times.place(parsed.localStart);
    // Before there were time zones, offsets had seconds.
    const offset = Math.round(offsetMinutes);
    return {
      parsed,
      container: parsed.container,
      local_start: parsed.localStart,
      started_at: Math.round(at + (offsetMinutes - offset) * 60_000),
      zone_offset_min: offset,
      time_source: 'setting',
    };
  }
  const container = containerOfName(name);
  if (!container) return 'its name is not that of a recording';
  const at = instantOf(row?.timestamp) ?? instantOf(queue?.recordedAt);
  if (at === null) return 'neither its name nor anything else tells when it was recorded';
  const { localStart, offsetMinutes } = times.localOf(at);
  return {
    parsed,
    container,
    local_start: localStart,
    started_at: at,
    zone_offset_min: offsetMinutes,
    time_source: 'file',
  };
}

/** The clip, from what was known of it and when it was recorded; or why its row in the queue makes no sense. */
export function planClip(known: KnownClip, time: ClipTime, now: number): AdoptedClip | string {
  const { archived, queue } = known;
  const remote = remotePlaceOf(queue?.sourceDir, known.name);
  const state = archived ? archivedState(archived.row, queue, now) : queueStateOf(queue, now);
  if (typeof state === 'string') return state;
  const { parsed, container, ...placed } = time;
  return {
    name: known.name,
    generation: known.generation,
    ...namedFacts(parsed, known),
    container,
    ...placed,
    local_day: time.local_start.slice(0, 10),
    ...state,
    ...remoteFacts(known, { remote, state, now }),
    ...fileFacts(archived, queue),
    ...choiceFacts(known, now),
    ...markFacts(known, remote),
  };
}

/** Write protection is a fact of the camera; like a pin it goes beside the file. */
function markFacts(
  { archived, queue, pinned }: KnownClip,
  remote: RemotePlace,
): Pick<AdoptedClip, 'locked' | 'origin' | 'sidecar_due'> {
  const isLocked = remote.locked || [archived?.row.eventType, queue?.eventType].includes('ro');
  return {
    locked: isLocked ? 1 : 0,
    origin: remote.imported || isMarked(queue?.manual) ? 'import' : 'adopted',
    sidecar_due: archived && (isLocked || pinned) ? 1 : 0,
  };
}

/** What the user decided about it. */
function choiceFacts(
  { pinned, queue }: KnownClip,
  now: number,
): Pick<AdoptedClip, 'kept' | 'kept_at' | 'place_released_at'> {
  const isReleased = isMarked(queue?.releasedAt);
  return {
    kept: pinned ? 1 : 0,
    kept_at: pinned ? now : null,
    place_released_at: isReleased ? (instantOf(queue?.releasedAt) ?? now) : null,
  };
}

/** Its file is there, whatever the queue says. */
function archivedState(row: V2Index, queue: V2Queue | null, now: number): QueueState {
  const at = instantOf(queue?.finishedAt) ?? instantOf(row.scannedAt) ?? now;
  return { state: 'archived', state_reason: null, state_at: at, attempts: 0, last_error: null };
}

type FileFacts = Pick<AdoptedClip, 'path' | 'size_bytes' | 'archived_at' | 'duration_ms' | 'gpx_sidecar'>;

const noFile: FileFacts = {
  path: null,
  size_bytes: null,
  archived_at: null,
  duration_ms: null,
  gpx_sidecar: null,
};

function fileFacts(archived: KnownClip['archived'], queue: V2Queue | null): FileFacts {
  if (!archived) return noFile;
  const { row, path } = archived;
  return {
    path,
    size_bytes: sizeOf(row, queue),
    archived_at: instantOf(queue?.finishedAt) ?? instantOf(row.scannedAt),
    duration_ms: durationMsOf(row.durationS),
    gpx_sidecar: row.hasGpx === null ? null : isMarked(row.hasGpx) ? 1 : 0,
  };
}

/** A finished download wrote the size of the file into the queue. */
function sizeOf(row: V2Index, queue: V2Queue | null): number | null {
  return countOf(row.sizeBytes) ?? (queue?.state === 'done' ? listedSize(queue) : null);
}

/** Zero is what a camera says that did not tell. */
function listedSize(queue: V2Queue | null): number | null {
  return countOf(queue?.remoteSize) || null;
}

type RemoteFacts = Pick<
  AdoptedClip,
  | 'remote_volume'
  | 'remote_path'
  | 'remote_size_bytes'
  | 'remote_size_exact'
  | 'remote_seen_at'
  | 'remote_gone_at'
>;

function remoteFacts(
  { archived, queue }: KnownClip,
  context: { remote: RemotePlace; state: QueueState; now: number },
): RemoteFacts {
  const { remote, state, now } = context;
  const listed = listedSize(queue);
  const size = archived ? countOf(archived.row.sizeBytes) : null;
  return {
    remote_volume: remote.volume,
    remote_path: remote.path,
    remote_size_bytes: listed,
    remote_size_exact: listed !== null && listed === size ? 1 : 0,
    ...seenOf(queue, { imported: remote.imported, state: state.state, now }),
  };
}

const channelOfLetter: Record<string, Channel> = { F: 'front', R: 'rear', T: 'tele', I: 'interior' };

/** Channel, kind and number: by the name; where it was not understood, by letters and words that were noted. */
function namedFacts(
  parsed: ClipName | null,
  { archived, queue }: KnownClip,
): Pick<AdoptedClip, 'channel' | 'kind' | 'sequence'> {
  const row = archived?.row;
  if (parsed) return { channel: parsed.channel, kind: parsed.kind, sequence: parsed.sequence };
  const letters = (textOf(row?.camera) ?? textOf(queue?.camera) ?? '').trim().toUpperCase();
  return {
    channel: channelOfLetter[letters.at(-1) ?? ''] ?? 'other',
    kind: kindOf([queue?.eventType, row?.eventType], letters),
    sequence: countOf(row?.sequence),
  };
}

function kindOf(eventTypes: readonly unknown[], letters: string): ClipKind {
  const noted = eventTypes.find((type) => type === 'parking' || type === 'event');
  if (noted === 'parking' || noted === 'event') return noted;
  const prefix = letters.length > 1 ? letters[0] : '';
  return prefix === 'P' ? 'parking' : prefix === 'E' ? 'event' : 'unclassified';
}

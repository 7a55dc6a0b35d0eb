import type { CameraActivity } from '../../shared/cameras.ts';
import type { ClipState, StateReason } from '../../shared/clips.ts';
import type { VolumeState } from '../../shared/status.ts';
import { syncExit, type SyncExit } from './sync-exit-policy.ts';

/** A wanted clip that this run is to fetch. */
export interface WantedClip {
  state: ClipState;
  reason: StateReason | null;
  nextAttemptAt: number | null;
}

/** What a run sees of the camera it was started for. */
export interface RunSeen {
  now: number;
  activity: CameraActivity;
  /** One sentence, where the activity does not say it all. */
  message: string | null;
  /** Since when the camera is not there, or cannot be listed; null while all is well. */
  troubleSince: number | null;
  /** When a byte or a clip last arrived, or something else went on. */
  aliveAt: number;
  /** The newest listing of this run; null before the first. */
  listing: { complete: boolean } | null;
  volume: { state: VolumeState; message: string | null };
  clips: readonly WantedClip[];
}

export interface RunEnd {
  exit: SyncExit;
  /** For people; null when there is nothing to say. */
  message: string | null;
}

/** A clip that failed is waited for this long before it is left to the next run. */
export const patienceMs = 15_000;
/** A camera that was here and is gone, or cannot be listed, is given this long. */
export const graceMs = 30_000;
/** A camera that is here, and from which nothing has come for so long, brings nothing more. */
export const silenceMs = 5 * 60_000;

/** Whether the run is over, and how; null while it goes on. */
export function judgeRun(seen: RunSeen): RunEnd | null {
  return judgeOff(seen) ?? judgeVolume(seen) ?? judgeCamera(seen) ?? judgeWork(seen);
}

function judgeOff({ activity }: RunSeen): RunEnd | null {
  if (activity === 'paused')
    return { exit: syncExit.usage, message: 'Downloads are paused. Resume them on the page first.' };
  if (activity === 'disabled')
    return { exit: syncExit.usage, message: 'The camera is switched off on the page Cameras.' };
  return null;
}

function judgeVolume(seen: RunSeen): RunEnd | null {
  const { state, message } = seen.volume;
  if (state === 'ready' || state === 'checking' || isUnderWay(seen)) return null;
  if (state === 'slow' && seen.now - seen.aliveAt < graceMs) return null;
  return { exit: syncExit.destination, message };
}

function judgeCamera(seen: RunSeen): RunEnd | null {
  const { activity, message, listing, troubleSince, now } = seen;
  if (troubleSince === null) return null;
  const isStranger = activity === 'stranger';
  const isGone = isStranger || activity === 'away';
  const isOver = now - troubleSince >= graceMs;
  if (listing === null) {
    if (!isGone && !isOver) return null;
    return { exit: syncExit.camera, message: message ?? 'The camera could not be listed.' };
  }
  if (!isGone || !(isStranger || isOver)) return null;
  const missing = countMissing(seen);
  if (missing === 0) return judgeListing(listing);
  return {
    exit: syncExit.clips,
    message: `The camera has gone: ${clipsOf(missing)} could not be fetched.`,
  };
}

function judgeWork(seen: RunSeen): RunEnd | null {
  const { listing, activity, now } = seen;
  if (listing === null || isUnderWay(seen)) return null;
  const isSilent = now - seen.aliveAt >= silenceMs;
  if (!isSilent && (atWork.has(activity) || seen.clips.some((clip) => isDue(clip, now)))) return null;
  const missing = countMissing(seen);
  if (missing === 0) return judgeListing(listing);
  return { exit: syncExit.clips, message: `${clipsOf(missing)} could not be fetched.` };
}

/** What the camera did not tell of may be missing. */
function judgeListing({ complete }: { complete: boolean }): RunEnd {
  if (complete) return { exit: syncExit.done, message: null };
  return {
    exit: syncExit.clips,
    message: 'The camera could not be listed to the end: some clips may be missing.',
  };
}

const atWork: ReadonlySet<CameraActivity> = new Set(['starting', 'listing', 'downloading']);

const isUnderWay = ({ clips }: RunSeen) => clips.some((clip) => clip.state === 'transferring');

const isDue = ({ state, nextAttemptAt }: WantedClip, now: number) =>
  state === 'waiting' && (nextAttemptAt ?? 0) <= now + patienceMs;

/** Held by a rule, or still being recorded: not for this run. Held because its place cannot be written: missing. */
const isMissing = ({ state, reason }: WantedClip) => state !== 'held' || reason === 'target';

function countMissing({ clips }: RunSeen): number {
  return clips.filter(isMissing).length;
}

const clipsOf = (count: number) => (count === 1 ? '1 clip' : `${count} clips`);

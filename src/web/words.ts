/** The words of cameras and clips that several pages use. */
import type { Camera, CameraActivity, RecordState } from '../shared/cameras.ts';
import { parseClipName } from '../shared/clip-name.ts';
import type { Channel, Clip, ClipKind, ClipState, StateReason } from '../shared/clips.ts';
import { formatDay, formatInstant, formatLocalTime, sentence } from './format.ts';

export const channelWords: Record<Channel, string> = {
  front: 'Front',
  rear: 'Rear',
  interior: 'Interior',
  tele: 'Tele',
  other: 'Other',
};

export const kindWords: Record<ClipKind, string> = {
  normal: 'Driving',
  parking: 'Parking',
  event: 'Event',
  unclassified: 'Unsorted',
};

/** How good or bad something is; each tone has one colour. */
export type Tone = 'quiet' | 'accent' | 'amber' | 'red' | 'green';

const activityWords: Record<Exclude<CameraActivity, 'away'>, string> = {
  disabled: 'Turned off',
  starting: 'Looking for it',
  stranger: 'Something else answers at its address',
  paused: 'Here, downloads are paused',
  blocked: 'Here, but the archive cannot take clips',
  listing: 'Here, its card is being read',
  downloading: 'Here, sending clips',
  idle: 'Here, nothing more to fetch',
};

/** Whether it is known where the camera answers; that of one taken over or rebuilt may not be. */
export function hasAddress({ address }: Pick<Camera, 'address'>): boolean {
  return address !== '';
}

/** Whether the camera answers and what it does, in a sentence without its end. */
export function cameraState(camera: Camera, now: number): string {
  const { activity, activitySince } = camera;
  if (!hasAddress(camera)) return 'Its address is not known yet';
  return activity === 'away' ? `Away since ${formatInstant(activitySince, now)}` : activityWords[activity];
}

const activityTones: Record<CameraActivity, Tone> = {
  disabled: 'quiet',
  starting: 'quiet',
  away: 'quiet',
  stranger: 'amber',
  blocked: 'amber',
  paused: 'accent',
  listing: 'accent',
  downloading: 'accent',
  idle: 'accent',
};

export function cameraTone(camera: Camera): Tone {
  return hasAddress(camera) ? activityTones[camera.activity] : 'amber';
}

/** Whether a camera answers now, as far as we know. */
export function isHere(camera: Camera): boolean {
  return !['disabled', 'starting', 'away', 'stranger'].includes(camera.activity);
}

export const recordingWords: Record<RecordState, string | null> = {
  recording: 'Recording',
  stopped: 'Not recording',
  unknown: null,
};

/** `A229 Pro, firmware V1.2`; null when the camera has not told. */
export function modelWords(camera: Pick<Camera, 'model' | 'firmware'>): string | null {
  const parts = [camera.model, camera.firmware && `firmware ${camera.firmware}`].filter(Boolean);
  return parts.length > 0 ? sentence(parts.join(', ')) : null;
}

const reasonWords: Record<StateReason, string> = {
  recording: 'still being recorded by the camera',
  growing: 'still being written by the camera',
  space: 'not enough room on the disk',
  volume: 'the archive folder cannot take clips',
  target: 'its place in the archive cannot be written to',
  overwritten: 'overwritten on the camera before it could be fetched',
  photo: 'photos are not fetched',
  duplicate: 'the same recording is in the archive already',
  user: 'by hand',
  place: 'by a rule of a place',
  retention: 'too old for the rules of what is fetched or kept',
  rule: 'no connection of this camera fetches such clips',
  connection: 'waiting for the camera’s other address',
  unreachable: 'the camera did not answer',
  refused: 'the camera refused to send it',
  gone: 'the camera no longer has it',
  truncated: 'the camera broke off in the middle',
  malformed: 'the camera’s answer made no sense',
  busy: 'the camera was busy',
  damaged: 'it arrived whole but is no playable recording',
  cancelled: 'its transfer was stopped',
  unexpected: 'something unexpected went wrong',
};

/** A clip's `stateReason` as part of a sentence; what a reason means may depend on the state it led to. */
export function reasonOf(stateReason: StateReason | null, state?: ClipState): string | null {
  if (stateReason === 'retention' && state === 'expired') return 'by a rule';
  return stateReason && reasonWords[stateReason];
}

const rules = new Set<StateReason | null>(['rule', 'connection', 'retention', 'place']);

/** Whether what holds a clip is a rule, which whoever asks for the clip goes past; else it could not be fetched anyhow. */
export function isHeldByRule(stateReason: StateReason | null): boolean {
  return rules.has(stateReason);
}

const stateWords: Record<ClipState, string> = {
  listed: 'On the card',
  waiting: 'Waiting',
  held: 'Held',
  transferring: 'Downloading',
  archived: 'Archived',
  skipped: 'Left on the card',
  failed: 'Failed',
  lost: 'Lost',
  expired: 'Deleted',
  deleted: 'Deleted',
  missing: 'Missing: its file is gone from the archive folder',
};

/** Whether a clip was in the archive and is not any more. */
export function isGone(state: ClipState): boolean {
  return state === 'expired' || state === 'deleted' || state === 'missing';
}

/** A clip's state and its cause: `Held: the camera is still recording it`; of one that is gone also since when. */
export function clipStateWords(
  clip: Pick<Clip, 'state' | 'stateReason' | 'stateAt' | 'lastError' | 'nextAttemptAt'>,
  now: number,
): string {
  const word = stateWords[clip.state];
  if (isGone(clip.state)) return goneWords(clip, now);
  if (clip.state === 'failed') {
    const cause = clip.lastError ?? reasonOf(clip.stateReason);
    const again = clip.nextAttemptAt && clip.nextAttemptAt > now;
    const next = again ? `tries again at ${formatInstant(clip.nextAttemptAt ?? now, now)}` : null;
    return [cause ? `${word}: ${trimEnd(cause)}` : word, next].filter(Boolean).join(', ');
  }
  const cause = reasonOf(clip.stateReason, clip.state);
  return cause ? `${word}: ${cause}` : word;
}

/** `Deleted by a rule, yesterday 18:40` */
function goneWords(clip: Pick<Clip, 'state' | 'stateReason' | 'stateAt'>, now: number): string {
  const { state, stateReason, stateAt } = clip;
  const when = formatInstant(stateAt, now);
  if (state === 'missing') return `${stateWords[state]}, noticed ${when}`;
  return `${[stateWords[state], reasonOf(stateReason, state)].filter(Boolean).join(' ')}, ${when}`;
}

function trimEnd(text: string): string {
  return text.replace(/[.\s]+$/, '');
}

const stateTones: Record<ClipState, Tone> = {
  listed: 'quiet',
  waiting: 'quiet',
  held: 'amber',
  transferring: 'accent',
  archived: 'quiet',
  skipped: 'quiet',
  failed: 'red',
  lost: 'red',
  expired: 'quiet',
  deleted: 'quiet',
  missing: 'red',
};

export function clipStateTone(state: ClipState): Tone {
  return stateTones[state];
}

/** What a file is, in words: `Thursday 3 September, 15:47, front`; the name itself when it is not understood. */
export function clipTitle(name: string): string {
  const parsed = parseClipName(name);
  if (!parsed) return name;
  const day = formatDay(parsed.localStart.slice(0, 10));
  return `${day}, ${formatLocalTime(parsed.localStart)}, ${channelWords[parsed.channel].toLowerCase()}`;
}

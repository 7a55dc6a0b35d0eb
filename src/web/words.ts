/** The words of cameras and clips that several pages use. */
import type { Camera, CameraActivity, RecordState } from '../shared/cameras.ts';
import { parseClipName } from '../shared/clip-name.ts';
import type { Channel, Clip, ClipKind, ClipState, StateReason } from '../shared/clips.ts';
import { formatDay, formatInstant, formatLocalTime, sentence } from './format.ts';
import { wordsOf } from './text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

export const channelWords = wordsOf<typeof en, Channel>(t, {
  front: 'channelFront',
  rear: 'channelRear',
  interior: 'channelInterior',
  tele: 'channelTele',
  other: 'channelOther',
});

export const kindWords = wordsOf<typeof en, ClipKind>(t, {
  normal: 'kindNormal',
  parking: 'kindParking',
  event: 'kindEvent',
  unclassified: 'kindUnclassified',
});

/** How good or bad something is; each tone has one colour. */
export type Tone = 'quiet' | 'accent' | 'amber' | 'red' | 'green';

const activityWords = wordsOf<typeof en, Exclude<CameraActivity, 'away'>>(t, {
  disabled: 'activityDisabled',
  starting: 'activityStarting',
  stranger: 'activityStranger',
  paused: 'activityPaused',
  blocked: 'activityBlocked',
  listing: 'activityListing',
  downloading: 'activityDownloading',
  idle: 'activityIdle',
});

/** Whether it is known where the camera answers; that of one taken over or rebuilt may not be. */
export function hasAddress({ address }: Pick<Camera, 'address'>): boolean {
  return address !== '';
}

/** Whether the camera answers and what it does, in a sentence without its end. */
export function cameraState(camera: Camera, now: number): string {
  const { activity, activitySince } = camera;
  if (!hasAddress(camera)) return t('noAddress');
  return activity === 'away'
    ? t('awaySince', { time: formatInstant(activitySince, now) })
    : activityWords[activity];
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

/** Whether a camera records, in words; null where that is not known. */
export function recordingWords(state: RecordState): string | null {
  if (state === 'unknown') return null;
  return t(state === 'recording' ? 'recording' : 'notRecording');
}

/** `A229 Pro, firmware V1.2`; null when the camera has not told. */
export function modelWords(camera: Pick<Camera, 'model' | 'firmware'>): string | null {
  const parts = [camera.model, camera.firmware && t('firmware', { version: camera.firmware })].filter(
    Boolean,
  );
  return parts.length > 0 ? sentence(parts.join(', ')) : null;
}

const reasonWords = wordsOf<typeof en, StateReason>(t, {
  recording: 'reasonRecording',
  growing: 'reasonGrowing',
  space: 'reasonSpace',
  volume: 'reasonVolume',
  target: 'reasonTarget',
  overwritten: 'reasonOverwritten',
  photo: 'reasonPhoto',
  duplicate: 'reasonDuplicate',
  user: 'reasonUser',
  place: 'reasonPlace',
  retention: 'reasonRetention',
  rule: 'reasonRule',
  connection: 'reasonConnection',
  unreachable: 'reasonUnreachable',
  refused: 'reasonRefused',
  gone: 'reasonGone',
  truncated: 'reasonTruncated',
  malformed: 'reasonMalformed',
  busy: 'reasonBusy',
  damaged: 'reasonDamaged',
  cancelled: 'reasonCancelled',
  unexpected: 'reasonUnexpected',
});

/** A clip's `stateReason` as part of a sentence; what a reason means may depend on the state it led to. */
export function reasonOf(stateReason: StateReason | null, state?: ClipState): string | null {
  if (stateReason === 'retention' && state === 'expired') return t('byARule');
  return stateReason && reasonWords[stateReason];
}

const rules = new Set<StateReason | null>(['rule', 'connection', 'retention', 'place']);

/** Whether what holds a clip is a rule, which whoever asks for the clip goes past; else it could not be fetched anyhow. */
export function isHeldByRule(stateReason: StateReason | null): boolean {
  return rules.has(stateReason);
}

const stateWords = wordsOf<typeof en, ClipState>(t, {
  listed: 'stateListed',
  waiting: 'stateWaiting',
  held: 'stateHeld',
  transferring: 'stateTransferring',
  archived: 'stateArchived',
  skipped: 'stateSkipped',
  failed: 'stateFailed',
  lost: 'stateLost',
  expired: 'stateExpired',
  deleted: 'stateDeleted',
  missing: 'stateMissing',
});

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
    const what = causedBy(word, clip.lastError ?? reasonOf(clip.stateReason));
    const again = clip.nextAttemptAt !== null && clip.nextAttemptAt > now ? clip.nextAttemptAt : null;
    return again === null ? what : t('triesAgain', { what, time: formatInstant(again, now) });
  }
  return causedBy(word, reasonOf(clip.stateReason, clip.state));
}

function causedBy(what: string, cause: string | null): string {
  return cause ? t('causedBy', { what, cause: trimEnd(cause) }) : what;
}

/** `Deleted by a rule, yesterday 18:40` */
function goneWords(clip: Pick<Clip, 'state' | 'stateReason' | 'stateAt'>, now: number): string {
  const { state, stateReason, stateAt } = clip;
  const [what, time] = [stateWords[state], formatInstant(stateAt, now)];
  if (state === 'missing') return t('missingSince', { what, time });
  const cause = reasonOf(stateReason, state);
  return cause ? t('goneBy', { what, cause, time }) : t('goneAt', { what, time });
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
  const channel = channelWords[parsed.channel].toLowerCase();
  return t('titleOfClip', { day, time: formatLocalTime(parsed.localStart), channel });
}

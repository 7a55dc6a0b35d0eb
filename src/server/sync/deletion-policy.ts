import type { DeletionRefusal } from '../../shared/queue.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Camera } from '../camera/camera.ts';
import type { ClipRow } from '../db/schema.ts';

/** Who wants a clip deleted on the camera, as `clip.delete_due` stores it. */
export type DeletionDue = NonNullable<ClipRow['delete_due']>;
/** What a camera says to a deletion. */
export type DeletionAnswer = Awaited<ReturnType<Camera['deleteClip']>>;

export interface DeletionAsk {
  by: 'rule' | 'hand';
  /** Also clips that are locked on the camera. */
  includeLocked: boolean;
}

/** What an order stands for now; null when the rule that gave it was switched off since. */
export function askOf(due: DeletionDue, settings: Settings): DeletionAsk | null {
  if (due !== 'rule') return { by: 'hand', includeLocked: due === 'hand_locked' };
  if (!settings.deleteAfterDownload) return null;
  return { by: 'rule', includeLocked: settings.deleteLockedAfterDownload };
}

/**
 * Why a clip is not deleted on its camera; null when it may be. The camera's copy goes only when ours is whole, was
 * hashed as it arrived, and is what the camera lists now; what is kept stays there too, whoever asks.
 */
export function mayDelete(clip: ClipRow, ask: DeletionAsk): DeletionRefusal | null {
  if (clip.kept === 1) return 'kept';
  if (clip.locked === 1 && !ask.includeLocked) return 'locked';
  if (clip.state !== 'archived' || clip.path === null || clip.size_bytes === null) return 'not_archived';
  if (clip.verified_at === null || clip.sha256 === null || clip.complete !== 1) return 'unverified';
  if (!isListed(clip)) return 'not_on_camera';
  return hasChanged(clip, clip.size_bytes) ? 'changed_on_camera' : null;
}

/** A deletion that the camera has confirmed and no listing yet counts as done: it is not asked for again. */
function isListed(clip: ClipRow): boolean {
  const isAwaited = clip.delete_due !== null && clip.remote_deleted_at !== null;
  const isThere = clip.remote_path !== null && clip.remote_seen_at !== null && clip.remote_gone_at === null;
  return isThere && !isAwaited;
}

function hasChanged(clip: ClipRow, archivedBytes: number): boolean {
  const listed = clip.remote_size_bytes;
  if (listed === null) return true;
  const sameSize =
    clip.remote_size_exact === 1 ? listed === archivedBytes : isRoundedFrom(listed, archivedBytes);
  const changedSince =
    clip.remote_changed_at !== null && clip.archived_at !== null && clip.remote_changed_at > clip.archived_at;
  return !sameSize || changedSince;
}

/** Folder pages tell two decimals of a unit; the exact size is then asked of the camera before it deletes. */
function isRoundedFrom(rounded: number, bytes: number): boolean {
  return Math.abs(rounded - bytes) <= bytes / 100 + 16_384;
}

/** Why a clip that was to be deleted is left on the camera, in words. */
export const refusalWords: Record<DeletionRefusal, string> = {
  kept: 'It is kept here, and so it stays on the camera too.',
  locked: 'It is locked on the camera.',
  not_archived: 'It is not in the archive.',
  unverified: 'The copy in the archive was not checked when it arrived, or is damaged.',
  not_on_camera: 'The camera does not list it any more.',
  changed_on_camera: "The camera's file is not the one in the archive.",
};

/** What a camera did instead of deleting, in words. */
export const deletionErrors = {
  pretended: 'The camera says that it deleted this clip, and still lists it.',
  silent: 'The camera does not tell whether it deleted this clip, and still lists it.',
  locked: 'The camera keeps this clip, for it is locked there.',
  refused: 'The camera refuses to delete this clip.',
  ourCopy: 'The file in the archive is gone, or not as it was when it was verified.',
} as const;
export type DeletionError = keyof typeof deletionErrors;

/** `await`: the next complete listing will tell; `again`: on a later round; `give_up`: said, and left alone. */
export type AfterAnswer =
  { next: 'await' } | { next: 'again' } | { next: 'give_up'; error: (typeof deletionErrors)[DeletionError] };

const maxUnanswered = 5;
const maxPretended = 2;

/** What follows from the camera's answer; `tries` counts this one. */
export function judgeAnswer(answer: DeletionAnswer, tries: number): AfterAnswer {
  switch (answer) {
    case 'deleted':
    case 'absent':
      return { next: 'await' };
    case 'locked':
    case 'refused':
      return { next: 'give_up', error: deletionErrors[answer] };
    case 'unknown':
      return tries < maxUnanswered ? { next: 'again' } : { next: 'give_up', error: deletionErrors.silent };
  }
}

/** `gone`: the camera holds it no more; `again`: one more try; `none`: the listing tells nothing of it. */
export type AfterListing = 'none' | 'gone' | 'again' | 'give_up';

/** What a complete listing, begun after all that was told before, means for a clip that is due. */
export function judgeListing(clip: ClipRow, isShown: boolean): AfterListing {
  if (clip.remote_gone_at !== null) return 'gone';
  if (!isShown) return clip.delete_tries > 0 ? 'gone' : 'none';
  if (clip.remote_deleted_at === null) return 'none';
  return clip.delete_tries < maxPretended ? 'again' : 'give_up';
}

/** One sentence or more on the clips that were given up, and what to do; null when there are none. */
export function deletionProblem(
  camera: string,
  errors: readonly string[],
): { message: string; advice: string } | null {
  if (errors.length === 0) return null;
  const clips = errors.length === 1 ? '1 clip' : `${errors.length} clips`;
  const kinds = (Object.keys(deletionErrors) as DeletionError[]).filter((kind) =>
    errors.includes(deletionErrors[kind]),
  );
  const reasons = kinds.map((kind) => problemWords[kind]).join(' ');
  return {
    message: `${camera}: ${clips} could not be deleted on the camera. ${reasons}`.trim(),
    advice: kinds.includes('ourCopy')
      ? keepCard
      : 'Nothing is lost: the archive has what is to be deleted. Delete on the camera itself, after unlocking what is locked, or switch the deletion after download off.',
  };
}

const problemWords: Record<DeletionError, string> = {
  pretended: 'It says yes and goes on listing them; a write-protected or worn-out card does that.',
  silent: 'It does not tell whether it deleted them, and goes on listing them.',
  locked: 'It keeps what is locked.',
  refused: 'It refuses.',
  ourCopy:
    'The archive’s own file is gone or has changed since it was verified, so the original on the camera is kept.',
};
const keepCard =
  'The card may have the only good copy: lock those clips on the camera or copy them from the card, and look at the disk of the archive. The log names the files.';

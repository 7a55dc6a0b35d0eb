/** What becomes of a clip's row once its file was read. Pure. */
import { damageNote } from './damage-policy.ts';
import type { FactPatch, MediaClip } from './media-due.ts';
import type { MediaFacts } from './media-facts.ts';

/**
 * A file that was read; `hasMore`: pictures of it are to be made ahead. Of one that is played as a repaired copy, the
 * copy says how long it is and what is in it.
 */
export function patchOfFacts(clip: KnownFacts, facts: MediaFacts, hasMore: boolean): FactPatch {
  const repair = repairOf(clip, facts);
  const played = repair.repair === 'repaired' ? playedOf(clip) : toldOf(clip, facts);
  return {
    id: clip.id,
    media_due: hasMore ? 2 : 0,
    media_error: null,
    ...played,
    complete: facts.complete ? 1 : 0,
    picture_offset: facts.picture?.offset ?? null,
    picture_bytes: facts.picture?.bytes ?? null,
    ...repair,
  };
}

const playedOf = ({
  duration_ms,
  media_duration_ms,
  video_codec,
  audio_codec,
  codecs,
  width,
  height,
  fps,
}: KnownFacts) => ({ duration_ms, media_duration_ms, video_codec, audio_codec, codecs, width, height, fps });

/** Of a file that is broken, what was known of it before stays. */
function toldOf(clip: KnownFacts, facts: MediaFacts) {
  const isSilent = facts.videoCodec !== null && facts.audioCodec === null;
  return {
    duration_ms: clip.duration_ms ?? facts.durationMs,
    media_duration_ms: facts.durationMs ?? clip.media_duration_ms,
    codecs: facts.codecs,
    video_codec: facts.videoCodec ?? clip.video_codec,
    audio_codec: isSilent ? null : (facts.audioCodec ?? clip.audio_codec),
    width: facts.width ?? clip.width,
    height: facts.height ?? clip.height,
    fps: facts.fps ?? clip.fps,
  };
}

/** A file that could not be read: all stays as it was, and why is said. */
export function patchOfFailure(clip: KnownFacts, error: string): FactPatch {
  const { id, complete, picture_offset, picture_bytes, repair, repair_note } = clip;
  const known = { ...playedOf(clip), complete, picture_offset, picture_bytes, repair, repair_note };
  return { id, media_due: 0, media_error: error, ...known };
}

/** The row as it is. */
export type KnownFacts = MediaClip & Omit<FactPatch, 'media_due' | 'media_error'>;

/** What was tried once is not tried again for the same flaw; what is whole needs no repair. */
function repairOf(
  { container, repair, repair_note }: KnownFacts,
  { complete, flaw }: MediaFacts,
): Pick<FactPatch, 'repair' | 'repair_note'> {
  if (complete) return { repair: null, repair_note: null };
  const isMovie = container === 'mp4' || container === 'mov';
  if (!isMovie) return { repair: null, repair_note: damageNote(flaw) };
  const isKnown =
    repair === 'repaired' || repair === 'impossible' || (repair === 'due' && repair_note !== null);
  return isKnown ? { repair, repair_note } : { repair: 'due', repair_note: damageNote(flaw) };
}

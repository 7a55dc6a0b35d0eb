import type { Capture, Clip } from '../../shared/clips.ts';
import type { ClipMedia } from '../../shared/media.ts';
import type { CaptureRow, ClipRow } from '../db/schema.ts';
import { tagsIn } from '../lib/tags-policy.ts';

/** What of a clip's row is shown, by itself and by what is made of it (`mediaOf`): half of its columns. */
export const shownColumns = [
  'id',
  'camera_id',
  'capture_id',
  'name',
  'channel',
  'kind',
  'container',
  'locked',
  'kept',
  'note',
  'tags',
  'state',
  'state_reason',
  'state_at',
  'local_day',
  'local_start',
  'started_at',
  'zone_offset_min',
  'time_source',
  'duration_ms',
  'size_bytes',
  'remote_size_bytes',
  'remote_size_exact',
  'path',
  'video_codec',
  'width',
  'height',
  'attempts',
  'next_attempt_at',
  'last_error',
  'sha256',
  'mtime_ms',
  'media_due',
  'media_error',
  'codecs',
  'audio_codec',
  'fps',
  'picture_offset',
  'proxy_wanted_at',
  'complete',
  'check_error',
  'repair',
  'repair_note',
] as const satisfies readonly (keyof ClipRow)[];
export type ShownClip = Pick<ClipRow, (typeof shownColumns)[number]>;

/** A clip row as the API shows it. */
export function clipView(row: ShownClip): Clip {
  return {
    id: row.id,
    cameraId: row.camera_id,
    captureId: row.capture_id,
    name: row.name,
    channel: row.channel,
    kind: row.kind,
    container: row.container,
    locked: row.locked === 1,
    kept: row.kept === 1,
    ...(row.note !== null && { note: row.note }),
    ...(row.tags !== null && { tags: tagsIn(row.tags) }),
    state: row.state,
    stateReason: row.state_reason,
    stateAt: row.state_at,
    localStart: row.local_start,
    startedAt: row.started_at,
    zoneOffsetMinutes: row.zone_offset_min,
    timeSource: row.time_source,
    durationMs: row.duration_ms,
    sizeBytes: row.size_bytes,
    remoteSizeBytes: row.remote_size_bytes,
    remoteSizeExact: row.remote_size_exact === 1,
    path: row.path,
    videoCodec: row.video_codec,
    width: row.width,
    height: row.height,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    lastError: row.last_error,
  };
}

/** A clip row with what can be shown and played of it, where that is known. */
export function clipViewWith(row: ShownClip, media: ReadonlyMap<number, ClipMedia>): Clip {
  const own = media.get(row.id);
  return { ...clipView(row), ...(own && { media: own }) };
}

/** A capture with its clips as the API shows it. */
export function captureView(found: { capture: CaptureRow; clips: ShownClip[] }): Capture {
  return captureViewWith(found, new Map());
}

/** The same with what can be shown and played of them. */
export function captureViewWith(
  { capture, clips }: { capture: CaptureRow; clips: ShownClip[] },
  media: ReadonlyMap<number, ClipMedia>,
): Capture {
  return {
    id: capture.id,
    cameraId: capture.camera_id,
    localStart: capture.local_start,
    startedAt: capture.started_at,
    ...(clips[0] && { zoneOffsetMinutes: clips[0].zone_offset_min }),
    timeConfidence: capture.time_confidence,
    kind: capture.kind,
    locked: capture.locked === 1,
    clips: clips.map((row) => clipViewWith(row, media)),
  };
}

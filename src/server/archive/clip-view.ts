import type { Capture, Clip } from '../../shared/clips.ts';
import type { CaptureRow, ClipRow } from '../db/schema.ts';

/** A clip row as the API shows it. */
export function clipView(row: ClipRow): Clip {
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

/** A capture with its clips as the API shows it. */
export function captureView({ capture, clips }: { capture: CaptureRow; clips: ClipRow[] }): Capture {
  return {
    id: capture.id,
    cameraId: capture.camera_id,
    localStart: capture.local_start,
    startedAt: capture.started_at,
    ...(clips[0] && { zoneOffsetMinutes: clips[0].zone_offset_min }),
    timeConfidence: capture.time_confidence,
    kind: capture.kind,
    locked: capture.locked === 1,
    clips: clips.map(clipView),
  };
}

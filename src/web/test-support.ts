/** Whole objects of the contract for tests, each with what matters to one test laid over it. */
import { cameraSchema, sessionSchema, type Camera, type Session } from '../shared/cameras.ts';
import { clipSchema, type Clip } from '../shared/clips.ts';
import { queueItemSchema, type QueueItem } from '../shared/queue.ts';

export function testCamera(over: Partial<Camera> = {}): Camera {
  return cameraSchema.parse({
    id: 1,
    name: 'Civic',
    address: '192.168.1.254',
    alternativeAddress: null,
    enabled: true,
    model: null,
    firmware: null,
    identity: { wifiMac: null, bluetoothMac: null, acceptedAt: null },
    mainRule: 'everything',
    alternativeRule: 'everything',
    parallel: 1,
    vehicle: null,
    mainTriage: true,
    alternativeTriage: true,
    activity: 'downloading',
    activitySince: 0,
    message: null,
    recording: 'unknown',
    lastContactAt: null,
    lastArchivedAt: null,
    lastListing: null,
    transfers: [],
    session: null,
    forecast: null,
    ...over,
  });
}

export function testSession(over: Partial<Session> = {}): Session {
  return sessionSchema.parse({
    visitId: 1,
    since: 0,
    connection: 'main',
    bytes: 0,
    clips: 0,
    bytesPerSecond: null,
    averageBytesPerSecond: null,
    remainingClips: 0,
    remainingBytes: 0,
    remainingMs: null,
    outlook: { verdict: 'unknown', reason: 'Nothing is known yet.' },
    rate: { verdict: 'unknown', usualBytesPerSecond: null, reason: null },
    ...over,
  });
}

/** A clip that waits, `minutes` after ten o'clock of 3 September 2026. */
export function testItem(id: number, minutes: number, over: Partial<QueueItem> = {}): QueueItem {
  const startedAt = Date.UTC(2026, 8, 3, 10) + minutes * 60_000;
  return queueItemSchema.parse({
    id,
    cameraId: 1,
    captureId: id,
    name: `${id}F.MP4`,
    channel: 'front',
    kind: 'normal',
    container: 'mp4',
    locked: false,
    kept: false,
    state: 'waiting',
    stateReason: null,
    stateAt: 0,
    localStart: new Date(startedAt).toISOString().slice(0, 19),
    startedAt,
    durationMs: null,
    sizeBytes: null,
    remoteSizeBytes: 100_000_000,
    remoteSizeExact: true,
    path: null,
    videoCodec: null,
    width: null,
    height: null,
    attempts: 0,
    nextAttemptAt: null,
    lastError: null,
    position: id,
    reason: 'newest',
    ...over,
  });
}

/** A clip with a file in the archive, at ten o'clock of 3 September 2026. */
export function archivedClip(id: number, over: Partial<Clip> = {}): Clip {
  const { position: _position, reason: _reason, ...clip } = testItem(id, 0);
  return clipSchema.parse({
    ...clip,
    state: 'archived',
    sizeBytes: 100_000_000,
    path: `2026-09-03/${clip.name}`,
    ...over,
  });
}

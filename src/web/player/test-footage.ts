/** Captures and footage for tests, each with what matters to one test laid over it. */
import { captureSchema, type Capture, type Channel, type Clip } from '../../shared/clips.ts';
import { clipMediaSchema, type ClipMedia } from '../../shared/media.ts';
import { archivedClip } from '../test-support.ts';
import { planFootage } from './footage-plan.ts';
import type { Footage } from './player-types.ts';

export const t0 = Date.UTC(2026, 8, 3, 10);
export const second = 1000;

export function testMedia(over: Partial<ClipMedia> = {}): ClipMedia {
  return clipMediaSchema.parse({
    version: 'v1',
    codecs: 'avc1.640033,mp4a.40.2',
    audioCodec: 'mp4a',
    fps: 30,
    hasPicture: true,
    thumbnail: 'ready',
    filmstrip: 'ready',
    strip: null,
    proxy: 'none',
    proxyBytes: null,
    health: 'whole',
    repairWaits: false,
    healthNote: null,
    ...over,
  });
}

interface Recorded {
  /** Seconds after ten o'clock. */
  at: number;
  /** Seconds of each clip; null: nobody knows. */
  length?: number | null;
  channels?: Partial<Record<Channel, Partial<Clip>>>;
  capture?: Partial<Capture>;
}

/** A capture of a minute with a front and a rear clip in the archive. */
export function testCapture(
  id: number,
  { at, length = 60, channels = { front: {}, rear: {} }, capture }: Recorded,
): Capture {
  const startedAt = t0 + at * second;
  const cameraId = capture?.cameraId ?? 1;
  return captureSchema.parse({
    id,
    cameraId,
    kind: 'normal',
    locked: false,
    localStart: '2026-09-03T11:00:00',
    startedAt,
    zoneOffsetMinutes: 60,
    clips: Object.entries(channels).map(([channel, over], index) =>
      archivedClip(id * 10 + index, {
        channel: channel as Channel,
        cameraId,
        captureId: id,
        startedAt,
        durationMs: length === null ? null : length * second,
        media: testMedia(),
        ...over,
      }),
    ),
    ...capture,
  });
}

export const zones = { startZone: 'Europe/London', endZone: 'Europe/London' };

export const testFootage = (...captures: Capture[]): Footage => planFootage(captures, zones);

const secondsOf = (at: number): number => (at - t0) / second;

/** `front 0-60, rear 0-60` in seconds after ten, hollow ones in brackets. */
export function drawn({ lanes }: Pick<Footage, 'lanes'>): string[] {
  return lanes.map(({ channel, segments }) => {
    const words = segments.map(({ clip, from, to, hasFile, offsetMs }) => {
      const span = `${clip.id}:${secondsOf(from)}-${secondsOf(to)}${offsetMs > 0 ? `@${offsetMs / second}` : ''}`;
      return hasFile ? span : `(${span})`;
    });
    return [channel, ...words].join(' ');
  });
}

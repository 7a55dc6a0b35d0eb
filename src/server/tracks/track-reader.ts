import { open, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { fileSource } from '../lib/byte-source.ts';
import type { ByteSource } from '../lib/mp4-boxes.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { judgeFixes } from './fix-policy.ts';
import { readGps } from './gps-reader.ts';
import { readGpxFile } from './gpx-file.ts';
import { judgeGpx, type GpxVerdict } from './gpx-plan.ts';
import { gpxPlace } from './gpx-sidecar.ts';
import type { DueClip } from './track-due.ts';
import { trackVersion } from './track-repository.ts';
import type { TrackSample } from './track-types.ts';

export interface TrackReaderDeps {
  volume: Pick<ArchiveVolume, 'run' | 'pathOf' | 'release'>;
  signal: AbortSignal;
}

/** The positions of an archived clip, and where they were found. */
export interface TrackFound {
  samples: TrackSample[];
  source: 'file' | 'sidecar';
  gpxFor: number | null;
  /** Whether a GPX file lies beside it. */
  hasGpx: boolean;
}

/**
 * Reads a clip's positions: out of a good GPX file beside it, else out of the video, else what a broken GPX file still
 * has. Throws what the volume says.
 */
export async function readTrack(
  clip: DueClip & { path: string },
  deps: TrackReaderDeps,
): Promise<TrackFound> {
  const verdict = await verdictBeside(clip, deps);
  const hasGpx = verdict.kind !== 'none';
  if (verdict.kind === 'good') {
    const samples = judgeFixes(verdict.records);
    return { samples, source: 'sidecar', gpxFor: verdict.writtenFor, hasGpx };
  }
  const left = verdict.kind === 'broken' ? judgeFixes(verdict.records) : [];
  const samples = await samplesOfVideo(clip, deps).catch((error: unknown) => {
    if (!left.some(isSound) || deps.signal.aborted) throw error;
    return [];
  });
  if (!samples.some(isSound) && left.some(isSound))
    return { samples: left, source: 'sidecar', gpxFor: null, hasGpx };
  return { samples, source: 'file', gpxFor: verdict.kind === 'foreign' ? null : 0, hasGpx };
}

const isSound = ({ isFix, flaw }: TrackSample): boolean => isFix && flaw === null;

async function verdictBeside(clip: DueClip & { path: string }, deps: TrackReaderDeps): Promise<GpxVerdict> {
  // A scan that saw none saw the folder: no look at a sleeping disk for it. Null: nobody has looked.
  if (clip.gpx_sidecar === 0) return { kind: 'none' };
  const file = await unlessAborted(readGpxFile(deps.volume, gpxPlace(clip.path)), deps.signal);
  return judgeGpx(file, contextOf(clip));
}

/** What the GPX file of a clip is judged by. */
export const contextOf = (clip: Pick<DueClip, 'local_start' | 'duration_ms' | 'media_duration_ms'>) => ({
  namedMs: Date.parse(`${clip.local_start}Z`),
  durationMs: clip.media_duration_ms ?? clip.duration_ms,
  version: trackVersion,
});

async function samplesOfVideo(
  clip: DueClip & { path: string },
  { volume, signal }: TrackReaderDeps,
): Promise<TrackSample[]> {
  const { handle, sizeBytes } = await opened(clip.path, { volume, signal });
  try {
    const durationMs = clip.media_duration_ms ?? clip.duration_ms;
    const source = limited(fileSource(handle, sizeBytes), volume, signal);
    const reading = await readGps(source, { container: clip.container, durationMs, signal });
    return judgeFixes(reading.records);
  } finally {
    await volume.release(handle);
  }
}

/** A file that opens when nobody waits for it any more is closed at once. */
async function opened(
  path: string,
  { volume, signal }: TrackReaderDeps,
): Promise<{ handle: FileHandle; sizeBytes: number }> {
  let isOver = false;
  const opening = volume.run('opening a clip', async () => {
    const handle = await open(volume.pathOf(path), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = await handle.stat();
      if (isOver) throw new Error('too late');
      return { handle, sizeBytes: size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
  return unlessAborted(opening, signal).catch((error: unknown) => {
    isOver = true;
    throw error;
  });
}

/** Each read in its own time limit: a share that hangs is noticed within one. */
const limited = (source: ByteSource, volume: TrackReaderDeps['volume'], signal: AbortSignal): ByteSource => ({
  sizeBytes: source.sizeBytes,
  read: (offset, length, into) =>
    unlessAborted(
      volume.run('reading positions', () => source.read(offset, length, into)),
      signal,
    ),
});

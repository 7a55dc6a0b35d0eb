import type { Transfer } from '../../shared/cameras.ts';
import type { ClipRow } from '../db/schema.ts';
import { RateMeter } from '../lib/rate-meter.ts';

const progressEveryMs = 250;

/** Tells how far a transfer is, four times a second and at its end. `now` is of a clock that only runs forward. */
export function progressTeller(
  clip: ClipRow,
  tell: (transfer: Transfer) => void,
): (state: { arrived: number; bytes: number; total: number | null }, now: number) => void {
  const meter = new RateMeter();
  let told = -Infinity;
  return ({ arrived, bytes, total }, now) => {
    if (arrived > 0) meter.add(arrived, now);
    if (now - told < progressEveryMs && bytes !== total) return;
    told = now;
    tell({
      clipId: clip.id,
      cameraId: clip.camera_id,
      name: clip.name,
      bytes,
      totalBytes: total ?? clip.remote_size_bytes,
      bytesPerSecond: Math.round(meter.rate(now) ?? 0),
    });
  };
}

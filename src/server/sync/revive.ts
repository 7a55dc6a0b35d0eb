import type { ClipRepository } from '../archive/clip-repository.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { maxAttempts } from './failure-policy.ts';

/** A camera that comes and goes every minute is not asked for the same bad clip each time. */
const leastRestMs = 10 * 60_000;

/** Whether a clip that was given up is tried once more now that its camera is here again and still lists it. */
export function reviveOnVisit(
  row: Pick<ClipRow, 'state' | 'state_at' | 'remote_path' | 'remote_gone_at'>,
  now: number,
): boolean {
  const isOnCamera = row.remote_path !== null && row.remote_gone_at === null;
  // A time to come was set by a clock that was wrong then.
  const isRested = now - row.state_at >= leastRestMs || row.state_at > now;
  return row.state === 'failed' && isOnCamera && isRested;
}

/**
 * At the beginning of a visit, after its first listing: clips that were given up wait again, each with one attempt
 * left, until the card has dropped them. Returns their rows as they were.
 */
export async function reviveFailed(on: {
  db: Database;
  clips: ClipRepository;
  cameraId: number;
  now: number;
}): Promise<ClipRow[]> {
  const { db, clips, cameraId, now } = on;
  return db.transaction().execute(async (trx) => {
    const wanted = await clips.wanted(trx, cameraId);
    const failed = wanted.filter((row) => row.state === 'failed').map((row) => row.id);
    const rows = (await clips.byIds(trx, failed)).filter((row) => reviveOnVisit(row, now));
    return clips.transition(
      trx,
      rows.map((row) => row.id),
      ['failed'],
      {
        to: 'waiting',
        reason: null,
        at: now,
        patch: { attempts: maxAttempts - 1, next_attempt_at: null },
      },
    );
  });
}

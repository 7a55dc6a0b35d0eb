import { parseClipName } from '../../shared/clip-name.ts';
import type { ListedFile } from '../camera/camera.ts';
import type { Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import {
  foreignCardReason,
  judgeCard,
  leastClips,
  type CardVerdict,
  type ListedVideos,
} from './card-identity-policy.ts';

/** Each is looked for in three spellings. */
const namesPerStatement = 300;
/** A clock that is wrong by a zone is no clock that is wrong. */
const slackMs = 36 * 60 * 60_000;

/**
 * Whose card it is, by what it lists and what the ledger knows of the camera; `reason` is for a foreign one. Costs one
 * look-up by index when the first of the names are known; never more than the listing and what the card held.
 */
export async function judgeCardOf(
  db: Db,
  cameraId: number,
  seen: { files: readonly ListedFile[]; now: number },
): Promise<{ verdict: CardVerdict; reason: string }> {
  const videos = seen.files.filter((file) => file.container !== 'jpg');
  const names = [
    ...chunks(
      videos.map((file) => file.name),
      namesPerStatement,
    ),
  ];
  const [first = [], ...others] = names;
  if (await knowsOneOf(db, cameraId, first)) return { verdict: 'ours', reason: '' };
  const listed = spanOf(videos);
  const held = listed
    ? await heldBy(db, cameraId, { ...listed, now: seen.now })
    : { newest: null, inSpan: 0 };
  // What is known of the card cannot speak against it: then nothing else need be asked.
  const isWorthIt = held.inSpan >= leastClips;
  let knownNames = 0;
  for (const some of isWorthIt ? others : []) {
    if (knownNames === 0 && (await knowsOneOf(db, cameraId, some))) knownNames = 1;
  }
  const verdict = judgeCard({ listed, knownNames, heldInSpan: held.inSpan, newestHeld: held.newest });
  return { verdict, reason: listed ? foreignCardReason(listed, held.inSpan) : '' };
}

function spanOf(videos: readonly ListedFile[]): ListedVideos | null {
  const starts = videos
    .map((file) => parseClipName(file.name)?.localStart ?? file.endedLocal)
    .filter((start) => start !== null)
    .toSorted();
  const [from] = starts;
  const to = starts.at(-1);
  return from === undefined || to === undefined ? null : { videos: videos.length, from, to };
}

/** Also of clips that have left the card: two cards may take turns in a camera. */
async function knowsOneOf(db: Db, cameraId: number, names: readonly string[]): Promise<boolean> {
  if (names.length === 0) return false;
  const spellings = new Set(names.flatMap((name) => [name, name.toUpperCase(), name.toLowerCase()]));
  const row = await db
    .selectFrom('clip')
    .select('id')
    .where('camera_id', '=', cameraId)
    .where('name', 'in', [...spellings])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What the camera was last known to hold: how much of it in the span, and the newest that is not in the future. */
async function heldBy(
  db: Db,
  cameraId: number,
  span: { from: string; to: string; now: number },
): Promise<{ inSpan: number; newest: string | null }> {
  const held = db
    .selectFrom('clip')
    .where('camera_id', '=', cameraId)
    .where('remote_gone_at', 'is', null)
    .where('remote_seen_at', 'is not', null)
    .where('container', '!=', 'jpg');
  const { clips } = await held
    .where('local_start', '>=', span.from)
    .where('local_start', '<=', span.to)
    .select(({ fn }) => fn.countAll<number>().as('clips'))
    .executeTakeFirstOrThrow();
  const latest = new Date(span.now + slackMs).toISOString().slice(0, 19);
  const { newest } = await held
    .where('local_start', '<=', latest)
    .select(({ fn }) => fn.max<string | null>('local_start').as('newest'))
    .executeTakeFirstOrThrow();
  return { inSpan: clips, newest };
}

import { sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import { stateReasonSchema, type ClipState } from '../../shared/clips.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { tagsIn } from '../lib/tags-policy.ts';
import { bookFolder, instantSchema, instantText } from './book.ts';
import { isLocalTime } from './sidecar.ts';

/**
 * Below the archive root: a file for each day that clips on a card are named after, with what was decided of those that
 * are not in the archive. A decision rewrites the file of its day and no other.
 */
export const decisionsFolder = `${bookFolder}/decisions`;

/** `waiting` stands for whatever else is wanted: the next listing says more. */
const decidedStates = [
  'deleted',
  'expired',
  'missing',
  'skipped',
  'listed',
  'waiting',
] as const satisfies readonly ClipState[];
export type DecidedState = (typeof decidedStates)[number];

const decisionSchema = z.object({
  /** Folder of its camera below the archive root. */
  camera: z.string().max(1000),
  name: z.string().min(1).max(1000),
  generation: z.number().int().nonnegative().default(0),
  localStart: z.string().refine(isLocalTime, 'not a local time'),
  state: z.enum(decidedStates),
  /** By whom or what. */
  reason: stateReasonSchema.nullable().default(null).catch(null),
  at: instantSchema,
  locked: z.boolean().default(false),
  kept: z.boolean().default(false),
  keptAt: instantSchema.nullable().default(null),
  note: z.string().nullable().default(null),
  tags: z.array(z.string().min(1).max(1000)).max(1000).default([]).catch([]),
  /** Its place in the order, where somebody gave it one: below 0 for what is to be fetched first. */
  rank: z.number().int().nullable().default(null),
  /** When a person let it out of a rule by place. */
  released: instantSchema.nullable().default(null),
  /** Bytes of the copy that was in the archive. */
  bytes: z.number().int().nonnegative().nullable().default(null),
  /** On the card, as it was listed. */
  card: z.object({
    path: z.string().min(1).max(10_000),
    volume: z.string().max(100).default(''),
    bytes: z.number().int().nonnegative().nullable().default(null),
    exact: z.boolean().default(false),
    timecode: z.number().nullable().default(null),
    ended: z.string().refine(isLocalTime, 'not a local time').nullable().default(null).catch(null),
    seen: instantSchema,
  }),
});
/** What was decided of one clip that may still be on a card. */
export type Decision = z.output<typeof decisionSchema>;

export const decisionsKey = 'decisions';
/** One that cannot be read takes none of the others with it: it is null. */
export const decisionsSchema = z.array(decisionSchema.nullable().catch(null)).max(200_000);

/** `.viofosync/decisions/2026-06-28.json`. */
export const decisionsPath = (day: string): string => `${decisionsFolder}/${day}.json`;

/** The day of a file in that folder; null for what is not one of ours. */
export const dayOfDecisions = (name: string): string | null =>
  /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1] ?? null;

const columns = [
  'name',
  'generation',
  'local_start',
  'state',
  'state_reason',
  'state_at',
  'locked',
  'kept',
  'kept_at',
  'note',
  'tags',
  'rank',
  'place_released_at',
  'size_bytes',
  'remote_path',
  'remote_volume',
  'remote_size_bytes',
  'remote_size_exact',
  'remote_timecode',
  'remote_ended_local',
  'remote_seen_at',
] as const satisfies readonly (keyof ClipRow)[];
type DecidedRow = Pick<ClipRow, (typeof columns)[number]>;

/** As the partial index `clip_present` has it, and of these what the next listing would not decide by itself. */
const isDecided = sql<SqlBool>`remote_gone_at is null and remote_seen_at is not null and remote_path is not null and (
  state in ('deleted', 'expired', 'missing')
  or (state = 'skipped' and state_reason in ('user', 'place', 'retention'))
  or (state in ('waiting', 'held', 'transferring', 'failed', 'listed')
    and (kept = 1 or note is not null or tags is not null or rank is not null or place_released_at is not null)))`;

/** A page of what was decided of a camera's clips, by id. Cost: what its card holds. */
export async function decidedClips(
  db: Db,
  cameraId: number,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<(DecidedRow & { id: number })[]> {
  return db
    .selectFrom('clip')
    .select(['id', ...columns])
    .where('camera_id', '=', cameraId)
    .where(isDecided)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
}

const instantOr = (key: string, at: number | null) => (at === null ? {} : { [key]: instantText(at) });

/** What is told of a clip, as JSON, without what is nothing. */
export function decisionText(camera: string, row: DecidedRow): Record<string, unknown> {
  const state = decidedStates.find((one) => one === row.state) ?? 'waiting';
  const reason = state === 'waiting' ? null : row.state_reason;
  return {
    camera,
    name: row.name,
    ...(row.generation > 0 && { generation: row.generation }),
    localStart: row.local_start,
    state,
    ...(reason !== null && { reason }),
    at: instantText(row.state_at),
    ...(row.locked === 1 && { locked: true }),
    ...(row.kept === 1 && { kept: true, ...instantOr('keptAt', row.kept_at) }),
    ...(row.note !== null && { note: row.note }),
    ...(row.tags !== null && { tags: tagsIn(row.tags) }),
    ...(row.rank !== null && { rank: row.rank }),
    ...instantOr('released', row.place_released_at),
    ...(row.size_bytes !== null && { bytes: row.size_bytes }),
    card: cardText(row),
  };
}

const cardText = (row: DecidedRow): Record<string, unknown> => ({
  path: row.remote_path,
  ...(row.remote_volume !== '' && { volume: row.remote_volume }),
  ...(row.remote_size_bytes !== null && { bytes: row.remote_size_bytes }),
  ...(row.remote_size_exact === 1 && { exact: true }),
  ...(row.remote_timecode !== null && { timecode: row.remote_timecode }),
  ...(row.remote_ended_local !== null && { ended: row.remote_ended_local }),
  seen: instantText(row.remote_seen_at ?? 0),
});

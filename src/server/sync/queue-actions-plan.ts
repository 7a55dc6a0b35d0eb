import type { ClipState, StateReason } from '../../shared/clips.ts';
import type { ClipPatch, ClipRow } from '../db/schema.ts';
import type { RuleHold } from './fetch-rules.ts';

/** What an action looks at in a clip's row. */
export const actionColumns = [
  'id',
  'camera_id',
  'capture_id',
  'local_day',
  'started_at',
  'kind',
  'channel',
  'container',
  'locked',
  'state',
  'state_reason',
  'rank',
  'attempts',
  'next_attempt_at',
  'place_released_at',
  'remote_path',
  'remote_gone_at',
] as const satisfies readonly (keyof ClipRow)[];
export type ActionRow = Pick<ClipRow, (typeof actionColumns)[number]>;

/** All of a clip that an action of the user changes, and an undo gives back. */
export type Standing = Pick<
  ClipRow,
  'state' | 'state_reason' | 'rank' | 'attempts' | 'next_attempt_at' | 'place_released_at'
>;

export type QueueAction =
  /** `named`: the clips themselves were named, which photos need to be fetched. */
  | { kind: 'first'; rank: number; named: boolean }
  | { kind: 'last'; rank: number }
  | { kind: 'skip' | 'unskip' | 'retry' };

export interface ActionContext {
  now: number;
  fetchPhotos: boolean;
  /** Why the rules would hold the clip with this rank; null while they decide nothing, for its camera is switched off. */
  hold: ((row: ActionRow, rank: number | null) => RuleHold | null) | null;
}

/** What an action makes of a clip; null when it is not one that the action is for. */
export function standingAfter(row: ActionRow, action: QueueAction, context: ActionContext): Standing | null {
  switch (action.kind) {
    case 'first':
      return firstOf(row, action, context);
    case 'last':
      return lastOf(row, action.rank, context);
    case 'skip':
      if (!skippable.includes(row.state)) return null;
      return { ...standingOf(row), ...as('skipped', 'user'), rank: null, next_attempt_at: null };
    case 'unskip':
      return unskippedOf(row, context);
    case 'retry':
      if (row.state !== 'failed') return null;
      return underRules(row, { ...standingOf(row), ...as('waiting'), ...newChance }, context);
  }
}

export function standingOf(row: ActionRow): Standing {
  const { state, state_reason, rank, attempts, next_attempt_at, place_released_at } = row;
  return { state, state_reason, rank, attempts, next_attempt_at, place_released_at };
}

/**
 * What an undo makes of a clip: what it was, under the rules of now. Null when something has happened to it since, and
 * when it would be wanted again but the camera holds it no more.
 */
export function standingBefore(
  row: ActionRow,
  change: { before: Standing; after: Standing },
  context: ActionContext,
): Standing | null {
  if (!isSameStanding(standingOf(row), change.after)) return null;
  const { before } = change;
  if (before.state === 'skipped') return before;
  if (!isOnCamera(row)) return null;
  const isFree = before.state === 'waiting' || (before.state === 'held' && isRuleHold(before.state_reason));
  return isFree ? underRules(row, { ...before, ...as('waiting', waitingReason(before)) }, context) : before;
}

/** What of a standing is written beside the state and its reason. */
export function patchOf(standing: Standing): ClipPatch {
  const { attempts, next_attempt_at, place_released_at } = standing;
  return { attempts, next_attempt_at, place_released_at };
}

export function isSameStanding(a: Standing, b: Standing): boolean {
  return standingKeys.every((key) => a[key] === b[key]);
}

const standingKeys = [
  'state',
  'state_reason',
  'rank',
  'attempts',
  'next_attempt_at',
  'place_released_at',
] as const satisfies readonly (keyof Standing)[];

const skippable: readonly ClipState[] = ['waiting', 'held', 'failed', 'listed'];
const newChance = { attempts: 0, next_attempt_at: null };

const as = (state: ClipState, reason: StateReason | null = null) => ({ state, state_reason: reason });
const isOnCamera = (row: ActionRow) => row.remote_gone_at === null && row.remote_path !== null;
const waitingReason = ({ state, state_reason }: Standing) => (state === 'waiting' ? state_reason : null);

/** Somebody or something decided to leave it there; a double of what is in the archive stays away. */
function isLetGo(row: ActionRow): boolean {
  const { state, state_reason: reason } = row;
  return state === 'skipped' && (reason === 'user' || reason === 'place' || reason === 'retention');
}

const releasedOf = (row: ActionRow, now: number) =>
  row.state_reason === 'place' ? now : row.place_released_at;

function firstOf(
  row: ActionRow,
  { rank, named }: { rank: number; named: boolean },
  { now }: ActionContext,
): Standing | null {
  const isWaiting = row.state === 'waiting' || row.state === 'held' || row.state === 'failed';
  const isAsked = isWaiting || isLetGo(row) || (named && row.state === 'listed');
  if (!isAsked || !isOnCamera(row)) return null;
  // Not whole yet, or its place cannot be written: it comes first once that is over.
  if (row.state === 'held' && !isRuleHold(row.state_reason)) return { ...standingOf(row), rank, attempts: 0 };
  return { ...as('waiting'), ...newChance, rank, place_released_at: releasedOf(row, now) };
}

function lastOf(row: ActionRow, rank: number, context: ActionContext): Standing | null {
  if (row.state === 'transferring') return null;
  return withRank(row, rank, context);
}

/** A wanted clip in another place; one that had been asked for went through the rules until now. */
export function withRank(row: ActionRow, rank: number | null, context: ActionContext): Standing | null {
  const standing = { ...standingOf(row), rank };
  switch (row.state) {
    case 'transferring':
    case 'failed':
      return standing;
    case 'held':
      if (!isRuleHold(row.state_reason) || context.hold === null) return standing;
      return underRules(row, { ...standing, ...as('waiting') }, context);
    case 'waiting':
      return underRules(row, standing, context);
    default:
      return null;
  }
}

/** What the camera holds no more stays skipped: there is nothing to want. */
function unskippedOf(row: ActionRow, context: ActionContext): Standing | null {
  if (!isLetGo(row) || !isOnCamera(row)) return null;
  const isUnwantedPhoto = row.container === 'jpg' && !context.fetchPhotos;
  const standing: Standing = {
    ...(isUnwantedPhoto ? as('listed', 'photo') : as('waiting')),
    ...newChance,
    rank: null,
    place_released_at: releasedOf(row, context.now),
  };
  return isUnwantedPhoto ? standing : underRules(row, standing, context);
}

function underRules(row: ActionRow, standing: Standing, context: ActionContext): Standing {
  const hold = context.hold?.(row, standing.rank) ?? null;
  return hold === null ? standing : { ...standing, ...as('held', hold) };
}

/** Held by the rules, and not because the clip is not whole or its place cannot be written. */
export function isRuleHold(reason: StateReason | null): reason is RuleHold {
  return reason === 'rule' || reason === 'connection' || reason === 'retention';
}

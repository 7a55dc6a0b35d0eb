import type { Channel, ClipKind, Container, StateReason } from '../../shared/clips.ts';
import type { Connection, FetchRule } from '../../shared/queue.ts';
import type { ClipRow } from '../db/schema.ts';

/** What decides whether a clip is fetched over a connection. */
export interface RuleSubject {
  kind: ClipKind;
  channel: Channel;
  container: Container;
  locked: boolean;
  /** Below 0: the user asked for it. */
  rank: number | null;
  startedAt: number;
}

/** The rules of one camera as they are now. */
export interface RuleContext {
  /** The connection in use, or last used; null before the first. */
  connection: Connection | null;
  rules: Readonly<Record<Connection, FetchRule>>;
  /** Whether there is an alternative address at all. */
  hasAlternative: boolean;
  /** Clips that began before this are not fetched; null without such a limit. */
  fetchFrom: number | null;
  /** What the archive's own rules delete by age; left out where they do not. */
  retention?: RetentionContext;
}

/** What the archive's own rules would delete as soon as it is here. */
export interface RetentionContext {
  /** Clips of that kind and channel that began before this are deleted by age; null for those that are not. */
  retainFrom: (clip: Pick<RuleSubject, 'kind' | 'channel'>) => number | null;
  /** Whether locked clips stay whatever their age. */
  protectLocked: boolean;
  now: number;
}

export type RuleHold = 'rule' | 'connection' | 'retention';

/**
 * Why a clip is held by a rule; null when it may be fetched. What the user asked for goes through any rule.
 * `connection`: the other address would fetch it; `rule`: none does; `retention`: it is too old to be fetched or kept,
 * unless it is locked.
 */
export function ruleHold(clip: RuleSubject, context: RuleContext): RuleHold | null {
  if (clip.rank !== null && clip.rank < 0) return null;
  const { rules, hasAlternative } = context;
  if (isTooOld(clip, context)) return 'retention';
  const connection = context.connection ?? 'main';
  if (isFetched(clip, rules[connection])) return null;
  const other = connection === 'main' ? 'alternative' : 'main';
  const isReachable = other === 'main' || hasAlternative;
  return isReachable && isFetched(clip, rules[other]) ? 'connection' : 'rule';
}

const dayMs = 24 * 60 * 60_000;
const oldestPlausible = Date.UTC(2010, 0, 1);
const datedWithinMs = 180 * dayMs;

/** The camera's clock may have been reset: the archive counts the age of such a clip from its arrival. */
export const isDateInDoubt = (startedAt: number, now: number): boolean =>
  startedAt < Math.max(oldestPlausible, now - datedWithinMs);

function isTooOld(clip: RuleSubject, { fetchFrom, retention }: RuleContext): boolean {
  if (fetchFrom !== null && clip.startedAt < fetchFrom && !clip.locked) return true;
  return retention !== undefined && wouldGoAtOnce(clip, retention);
}

/** The archive would delete it by its age, and believes its date. */
function wouldGoAtOnce(clip: RuleSubject, { retainFrom, protectLocked, now }: RetentionContext): boolean {
  if (clip.locked && protectLocked) return false;
  if (isDateInDoubt(clip.startedAt, now)) return false;
  const from = retainFrom(clip);
  return from !== null && clip.startedAt < from;
}

function isFetched(clip: RuleSubject, rule: FetchRule): boolean {
  switch (rule) {
    case 'everything':
      return true;
    case 'no_parking':
      return clip.kind !== 'parking' || clip.locked;
    case 'locked_only':
      return clip.locked || clip.kind === 'event';
    case 'nothing':
      return false;
  }
}

/** Why the rules hold a clip of this row; null when they do not. */
export function holdOf(
  row: Pick<ClipRow, 'kind' | 'channel' | 'container' | 'locked' | 'rank' | 'started_at'>,
  context: RuleContext,
): RuleHold | null {
  const { kind, channel, container, rank } = row;
  const clip = { kind, channel, container, rank, locked: row.locked === 1, startedAt: row.started_at };
  return ruleHold(clip, context);
}

/** Held by the rules, and not because the clip is not whole or its place cannot be written. */
export function isRuleHold(reason: StateReason | null): reason is RuleHold {
  return reason === 'rule' || reason === 'connection' || reason === 'retention';
}

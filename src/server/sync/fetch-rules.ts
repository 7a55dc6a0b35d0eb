import type { ClipKind, Container, StateReason } from '../../shared/clips.ts';
import type { Connection, FetchRule } from '../../shared/queue.ts';
import type { ClipRow } from '../db/schema.ts';

/** What decides whether a clip is fetched over a connection. */
export interface RuleSubject {
  kind: ClipKind;
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
}

export type RuleHold = 'rule' | 'connection' | 'retention';

/**
 * Why a clip is held by a rule; null when it may be fetched. What the user asked for goes through any rule.
 * `connection`: the other address would fetch it; `rule`: none does; `retention`: it is too old, unless it is locked.
 */
export function ruleHold(clip: RuleSubject, context: RuleContext): RuleHold | null {
  if (clip.rank !== null && clip.rank < 0) return null;
  const { fetchFrom, rules, hasAlternative } = context;
  if (fetchFrom !== null && clip.startedAt < fetchFrom && !clip.locked) return 'retention';
  const connection = context.connection ?? 'main';
  if (isFetched(clip, rules[connection])) return null;
  const other = connection === 'main' ? 'alternative' : 'main';
  const isReachable = other === 'main' || hasAlternative;
  return isReachable && isFetched(clip, rules[other]) ? 'connection' : 'rule';
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
  row: Pick<ClipRow, 'kind' | 'container' | 'locked' | 'rank' | 'started_at'>,
  context: RuleContext,
): RuleHold | null {
  const { kind, container, rank } = row;
  return ruleHold({ kind, container, rank, locked: row.locked === 1, startedAt: row.started_at }, context);
}

/** Held by the rules, and not because the clip is not whole or its place cannot be written. */
export function isRuleHold(reason: StateReason | null): reason is RuleHold {
  return reason === 'rule' || reason === 'connection' || reason === 'retention';
}

import { clipKinds, channels, type ClipKind, type Channel, type TimeConfidence } from '../../shared/clips.ts';
import {
  protections,
  type DeletionWhy,
  type Protection,
  type RetentionSettings,
} from '../../shared/retention.ts';
import type { RetentionRule } from '../../shared/settings.ts';
import type { ClipRow } from '../db/schema.ts';

export const dayMs = 24 * 60 * 60_000;
/** What arrived less than this ago is left: nobody has seen it yet. */
const recentMs = dayMs;
/** No dashcam of this sort is older; a clip from before tells of a clock that was reset. */
const oldestDateMs = Date.UTC(2010, 0, 1);
/** A card that is this old when it is fetched is likelier one whose clock was wrong. */
const doubtMs = 180 * dayMs;

/** The rules as they are decided by. */
export type RuleSettings = Pick<RetentionSettings, 'retentionDays' | 'retentionRules'>;

/** What decides which rule a clip falls under. */
export interface Scope {
  cameraId: number;
  kind: ClipKind;
  channel: Channel;
}

/** How long a clip stays: `days` 0 is without end; `rule` null is the general one. */
export interface Term {
  days: number;
  rule: RetentionRule | null;
}

/** The rule that names most of the clip; of those that name as much, the first. */
export function ruleFor(clip: Scope, { retentionDays, retentionRules }: RuleSettings): Term {
  let rule: RetentionRule | null = null;
  for (const other of retentionRules) if (isFor(other, clip) && namesOf(other) > namesOf(rule)) rule = other;
  return { days: rule === null ? retentionDays : rule.days, rule };
}

function isFor(rule: RetentionRule, { cameraId, kind, channel }: Scope): boolean {
  return (
    (rule.cameraId === null || rule.cameraId === cameraId) &&
    (rule.kind === null || rule.kind === kind) &&
    (rule.channel === null || rule.channel === channel)
  );
}

/** How many of camera, kind and channel a rule names. */
export function namesOf(rule: RetentionRule | null): number {
  if (rule === null) return 0;
  return [rule.cameraId, rule.kind, rule.channel].filter((name) => name !== null).length;
}

/** A rule of its own says that it stays; without a limit by age alone, room may still be made of it. */
export const isForEver = ({ days, rule }: Term): boolean => rule !== null && days === 0;

/** What begins before it is past its days; null when there is no limit. UTC ms. */
export const cutoffOf = ({ days }: Pick<Term, 'days'>, now: number): number | null =>
  days === 0 ? null : now - days * dayMs;

/** No rule deletes anything. */
export function isOff(rules: RetentionSettings): boolean {
  return (
    rules.retentionDays === 0 &&
    rules.retentionDiskPct === 0 &&
    rules.quotaGib === 0 &&
    rules.retentionRules.every((rule) => rule.days === 0)
  );
}

/** What of a clip's row decides whether it goes. */
export interface RetentionRow extends Pick<
  ClipRow,
  'started_at' | 'archived_at' | 'origin' | 'kept' | 'locked' | 'camera_id' | 'kind' | 'channel'
> {
  /** Of its capture; left out where nobody has looked. */
  time_confidence?: TimeConfidence;
}

/**
 * When a clip was recorded, as far as that can be believed: one that a camera held for half a year before it was
 * fetched counts from its arrival, for its camera's clock was likelier wrong.
 */
export function datedAt(row: Pick<ClipRow, 'started_at' | 'archived_at' | 'origin'>): number {
  const { started_at, archived_at, origin } = row;
  const isInDoubt = origin === 'sync' && archived_at !== null && archived_at - started_at > doubtMs;
  return isInDoubt ? archived_at : started_at;
}

export interface ProtectionContext {
  rules: Pick<RetentionSettings, 'protectLocked' | 'retentionFloorDays'>;
  now: number;
  /** Somebody needs its file now. */
  inUse: boolean;
  /** Deleting it failed, and it is not time to try again. */
  hasFailed: boolean;
}

const hasDoubtfulDate = ({ started_at, time_confidence }: RetentionRow, now: number): boolean =>
  started_at > now || started_at < oldestDateMs || time_confidence === 'doubtful';

/** Why no rule deletes this clip, whatever it says; null when nothing speaks for it. */
export function protectionOf(row: RetentionRow, context: ProtectionContext): Protection | null {
  const { rules, now } = context;
  if (row.kept === 1) return 'kept';
  if (row.locked === 1 && rules.protectLocked) return 'locked';
  if (context.inUse) return 'in_use';
  if (row.archived_at !== null && row.archived_at > now - recentMs) return 'recent';
  if (hasDoubtfulDate(row, now)) return 'date';
  if (rules.retentionFloorDays > 0 && datedAt(row) > now - rules.retentionFloorDays * dayMs) return 'floor';
  return context.hasFailed ? 'failed' : null;
}

/** Of several, the one that is told. */
export function firstProtection(list: readonly (Protection | null)[]): Protection | null {
  if (list.every((protection) => protection === null)) return null;
  return protections.find((protection) => list.includes(protection)) ?? null;
}

/**
 * Whether a clip may still go for this reason, asked for its row alone right before its file goes: somebody may have
 * kept it, or changed the rules, since it was planned. What a person orders, goes.
 */
export function mayGoNow(
  row: ClipRow,
  why: DeletionWhy,
  context: { rules: RetentionSettings; now: number; inUse: boolean },
): boolean {
  if (row.state !== 'archived') return false;
  if (why.by === 'hand') return true;
  const { rules, now } = context;
  if (protectionOf(row, { ...context, hasFailed: false }) !== null) return false;
  const term = ruleFor({ cameraId: row.camera_id, kind: row.kind, channel: row.channel }, rules);
  if (why.by !== 'age') return !isForEver(term);
  return isPast(row, term, now) && isPast(row, why, now);
}

const isPast = (row: RetentionRow, term: Pick<Term, 'days'>, now: number): boolean =>
  datedAt(row) < (cutoffOf(term, now) ?? -Infinity);

/**
 * The instant before which a clip would be deleted by its age as soon as it may be after its arrival; null when it
 * never would. Of one that is locked, it says nothing: that is protected where locked ones are.
 */
export function retainFromOf(
  rules: RuleSettings & Pick<RetentionSettings, 'retentionFloorDays'>,
  clip: Scope,
  now: number,
): number | null {
  const { days } = ruleFor(clip, rules);
  return days === 0 ? null : now - Math.max(days, rules.retentionFloorDays) * dayMs;
}

/** The terms that clips of one kind can have, and which of a clip's rules come before which. */
export interface KindTerms {
  kind: ClipKind;
  /** Which of them it is, is decided by the first that fits; the last is the general one. */
  terms: readonly Term[];
  /** The fewest days that one of them can have; null when all stay. */
  minDays: number | null;
  /** Every one of them stays for ever, whatever the disk says. */
  isForEver: boolean;
}

export function termsOfKinds(rules: RuleSettings): KindTerms[] {
  return clipKinds.map((kind) => {
    const terms = reachableTerms(kind, rules);
    const days = terms.map((term) => term.days).filter((some) => some > 0);
    return {
      kind,
      terms,
      minDays: days.length === 0 ? null : Math.min(...days),
      isForEver: terms.every((term) => isForEver(term)),
    };
  });
}

/** Those that decide of any clip at all: a rule that another always comes before is none of them. */
function reachableTerms(kind: ClipKind, rules: RuleSettings): Term[] {
  const named = rules.retentionRules.map((rule) => rule.cameraId ?? anyCamera);
  const reached = new Map<RetentionRule | null, Term>();
  for (const cameraId of new Set([...named, anyCamera]))
    for (const channel of channels) {
      const term = ruleFor({ cameraId, kind, channel }, rules);
      reached.set(term.rule, term);
    }
  return [...reached.values()].toSorted((a, b) => precedence(a, b, rules));
}

/** No camera has it: stands for those that no rule names. */
const anyCamera = 0;

function precedence(a: Term, b: Term, { retentionRules }: RuleSettings): number {
  const place = ({ rule }: Term) => (rule === null ? Infinity : retentionRules.indexOf(rule));
  return namesOf(b.rule) - namesOf(a.rule) || place(a) - place(b);
}

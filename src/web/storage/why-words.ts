/** Why a clip went, or is to go, and what protects others, in words. */
import type { AuditEntry, DeletionWhy, ProtectedAmounts, Protection } from '../../shared/retention.ts';
import { protections } from '../../shared/retention.ts';
import type { RetentionRule } from '../../shared/settings.ts';
import type { Channel, ClipKind } from '../../shared/clips.ts';
import { formatBytes, formatInstant } from '../format.ts';
import { wordsOf, type TextKey } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const hourMs = 60 * 60_000;

export type CameraNames = ReadonlyMap<number, string>;

/** As they stand within a sentence. */
const kindScope = wordsOf<typeof en, ClipKind>(t, {
  normal: 'scopeNormal',
  parking: 'scopeParking',
  event: 'scopeEvent',
  unclassified: 'scopeUnclassified',
});
export const channelScope = wordsOf<typeof en, Channel>(t, {
  front: 'scopeFront',
  rear: 'scopeRear',
  interior: 'scopeInterior',
  tele: 'scopeTele',
  other: 'scopeOther',
});

/** Which clips a rule is for: `parking, rear, Civic`. */
export function scopeWords(rule: Omit<RetentionRule, 'days'>, names: CameraNames): string {
  const parts = [
    rule.kind && kindScope[rule.kind],
    rule.channel && channelScope[rule.channel],
    rule.cameraId === null ? null : (names.get(rule.cameraId) ?? t('removedCamera')),
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(', ') : t('allClips');
}

/** What decided a deletion; `planned` for one that is still to come. */
export function whyWords(why: DeletionWhy, names: CameraNames, when: 'past' | 'planned' = 'past'): string {
  const isPast = when === 'past';
  switch (why.by) {
    case 'age': {
      const older = t('olderThan', { count: why.days });
      return why.rule ? t('byRuleFor', { why: older, scope: scopeWords(why.rule, names) }) : older;
    }
    case 'disk':
      return t(isPast ? 'diskWas' : 'diskIs', { pct: why.pct });
    case 'quota':
      return t(isPast ? 'quotaWas' : 'quotaIs', { gib: why.gib });
    case 'room':
      return t(roomTexts[why.rule][when], { clip: why.forClip });
    case 'hand':
      return t('byYou');
  }
}

const roomTexts = {
  disk: { past: 'roomOnDisk', planned: 'roomOnDiskNow' },
  quota: { past: 'roomInQuota', planned: 'roomInQuotaNow' },
} as const;

/** The whole reason as the log tells it: also of a file that nobody here deleted. */
export function entryWords(entry: Pick<AuditEntry, 'action' | 'why'>, names: CameraNames): string {
  return entry.action === 'missing' ? t('fileGone') : whyWords(entry.why, names);
}

/** What became of a deleted clip; `trashHours`: how long the trash keeps one, null while that is not known. */
export function fateWords(
  entry: Pick<AuditEntry, 'at' | 'action' | 'inTrash' | 'goneAt' | 'restoredAt'>,
  now: number,
  trashHours: number | null,
): string {
  if (entry.restoredAt !== null) return t('restored', { time: formatInstant(entry.restoredAt, now) });
  if (entry.inTrash) return inTrashWords(entry.at, now, trashHours);
  if (entry.action === 'missing') return t('gone');
  if (entry.action === 'deleted' || entry.goneAt === null) return t('goneForGood');
  return t('goneSince', { time: formatInstant(entry.goneAt, now) });
}

/** What lies in the trash is not gone yet: when it goes is by the settings of now, not of when it was deleted. */
function inTrashWords(at: number, now: number, trashHours: number | null): string {
  if (trashHours === null) return t('inTrash');
  const until = at + trashHours * hourMs;
  return until <= now ? t('inTrashUp') : t('inTrashUntil', { time: formatInstant(until, now) });
}

const protectionTexts: Record<Protection, TextKey<typeof en>> = {
  kept: 'stayKept',
  locked: 'stayLocked',
  in_use: 'stayInUse',
  recent: 'stayRecent',
  date: 'stayDate',
  floor: 'stayFloor',
  failed: 'stayFailed',
};

/** What rules would delete and leave all the same, a sentence for each cause. */
export function protectedWords(amounts: Partial<ProtectedAmounts>): string[] {
  return protections.flatMap((protection) => {
    const amount = amounts[protection];
    if (!amount || amount.clips === 0) return [];
    return [t(protectionTexts[protection], { count: amount.clips, size: formatBytes(amount.bytes) })];
  });
}

/** Why a clip went, or is to go, and what protects others, in words. */
import type { AuditEntry, DeletionWhy, ProtectedAmounts, Protection } from '../../shared/retention.ts';
import { protections } from '../../shared/retention.ts';
import type { RetentionRule } from '../../shared/settings.ts';
import { countOf, formatBytes, formatInstant } from '../format.ts';
import { channelWords, kindWords } from '../words.ts';

const nbsp = '\u00a0';
const hourMs = 60 * 60_000;

export type CameraNames = ReadonlyMap<number, string>;

/** Which clips a rule is for: `parking, rear, Civic`. */
export function scopeWords(rule: Omit<RetentionRule, 'days'>, names: CameraNames): string {
  const parts = [
    rule.kind && kindWords[rule.kind].toLowerCase(),
    rule.channel && channelWords[rule.channel].toLowerCase(),
    rule.cameraId === null ? null : (names.get(rule.cameraId) ?? 'a camera that was removed'),
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(', ') : 'all clips';
}

/** What decided a deletion; `planned` for one that is still to come. */
export function whyWords(why: DeletionWhy, names: CameraNames, when: 'past' | 'planned' = 'past'): string {
  const was = when === 'past' ? 'was' : 'is';
  switch (why.by) {
    case 'age': {
      const older = `Older than ${countOf(why.days, 'day')}`;
      return why.rule ? `${older}, by the rule for ${scopeWords(why.rule, names)}` : older;
    }
    case 'disk':
      return `The disk ${was} fuller than ${why.pct.toLocaleString()}${nbsp}%`;
    case 'quota':
      return `The archive ${was} larger than ${why.gib.toLocaleString()}${nbsp}GiB`;
    case 'room':
      return `Room ${was} needed ${why.rule === 'disk' ? 'on the full disk' : 'within the quota'} for ${why.forClip}`;
    case 'hand':
      return 'Deleted by you';
  }
}

/** The whole reason as the log tells it: also of a file that nobody here deleted. */
export function entryWords(entry: Pick<AuditEntry, 'action' | 'why'>, names: CameraNames): string {
  return entry.action === 'missing' ? 'Its file was gone already' : whyWords(entry.why, names);
}

/** What became of a deleted clip; `trashHours`: how long the trash keeps one, null while that is not known. */
export function fateWords(
  entry: Pick<AuditEntry, 'at' | 'action' | 'inTrash' | 'goneAt' | 'restoredAt'>,
  now: number,
  trashHours: number | null,
): string {
  if (entry.restoredAt !== null) return `Restored ${formatInstant(entry.restoredAt, now)}`;
  if (entry.inTrash) return inTrashWords(entry.at, now, trashHours);
  if (entry.action === 'missing') return 'Gone';
  if (entry.action === 'deleted' || entry.goneAt === null) return 'Gone for good';
  return `Gone for good since ${formatInstant(entry.goneAt, now)}`;
}

/** What lies in the trash is not gone yet: when it goes is by the settings of now, not of when it was deleted. */
function inTrashWords(at: number, now: number, trashHours: number | null): string {
  if (trashHours === null) return 'In the trash';
  const until = at + trashHours * hourMs;
  return until <= now ? 'In the trash, its time is up' : `In the trash until ${formatInstant(until, now)}`;
}

const protectionWords: Record<Protection, string> = {
  kept: 'for you keep them',
  locked: 'for they are locked',
  in_use: 'for they are in use now',
  recent: 'for they arrived within the last day',
  date: 'for their date is in doubt',
  floor: 'for they are within what is always left',
  failed: 'for they could not be deleted before',
};

/** What rules would delete and leave all the same, a sentence for each cause. */
export function protectedWords(amounts: Partial<ProtectedAmounts>): string[] {
  return protections.flatMap((protection) => {
    const amount = amounts[protection];
    if (!amount || amount.clips === 0) return [];
    const stay = amount.clips === 1 ? 'stays' : 'stay';
    const cause = amount.clips === 1 ? oneOf(protectionWords[protection]) : protectionWords[protection];
    return [`${countOf(amount.clips, 'clip')} (${formatBytes(amount.bytes)}) ${stay}, ${cause}.`];
  });
}

function oneOf(cause: string): string {
  return cause
    .replace('they are', 'it is')
    .replace('they arrived', 'it arrived')
    .replace('they could', 'it could')
    .replace('keep them', 'keep it')
    .replace('their', 'its');
}

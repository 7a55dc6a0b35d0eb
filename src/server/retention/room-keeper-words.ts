import { protections, type Protection } from '../../shared/retention.ts';
import type { SweepPlan } from './retention-types.ts';
import type { Lack, RoomRules } from './room-keeper-policy.ts';

/** Why there is no room for a clip: which rule, how much is needed, and `hindrance`, what stands in the way. */
export function refusalWords(rules: RoomRules, lack: Lack, clipBytes: number, hindrance: string): string {
  const needed = `For this clip (${sizeWords(clipBytes)}), ${sizeWords(lack.bytes)} of older ones would have to go`;
  return `${limitWords(rules, lack)} ${needed}, ${hindrance}`;
}

function limitWords({ retentionDiskPct, quotaGib }: RoomRules, { rule }: Lack): string {
  return rule === 'quota'
    ? `The archive is to stay below ${quotaWords(quotaGib)}.`
    : `The disk is to stay below ${rounded(retentionDiskPct)} %.`;
}

/** In the unit in which it is set, but a small one, that would be a row of zeros, in MB. */
function quotaWords(gib: number): string {
  return gib < 0.1 ? sizeWords(gib * 2 ** 30) : `${rounded(gib)} GiB`;
}

/** With at most two decimals. */
const rounded = (value: number): string => String(Number(value.toFixed(2)));

/** What keeps a plan from making the room; `limitBytes`: of the quota, where that is the rule. */
export function hindranceOf(
  plan: Pick<SweepPlan, 'protected' | 'shortfall'>,
  clipBytes: number,
  limitBytes: number | null,
): string {
  if (limitBytes !== null && clipBytes >= limitBytes) return 'but it alone is larger than that.';
  if (plan.shortfall?.cause === 'other_data') return otherWords[plan.shortfall.rule];
  const left = protections
    .map((protection) => ({ protection, clips: plan.protected[protection]?.clips ?? 0 }))
    .filter(({ clips }) => clips > 0)
    .map(({ protection, clips }) => `${clips} ${words[protection][clips === 1 ? 0 : 1]}`);
  if (left.length > 0) return `but of these ${enumerate(left)}.`;
  if (plan.shortfall?.cause === 'floor') return 'but the rules always leave what is here.';
  return 'but nothing that may be deleted is older than it.';
}

const otherWords = {
  disk: 'but other data fills the disk: deleting clips would not be enough.',
  quota: 'but there are not as many: the rest is other files, and clips on their way.',
};

/** What stands in the way of a plan that would be enough. */
export const waitingFor = (obstacle: string) => `and that has to wait. ${obstacle}`;

/** After a number of clips: one, or several. */
const words: Readonly<Record<Protection, readonly [string, string]>> = {
  kept: ['is kept', 'are kept'],
  locked: ['is locked', 'are locked'],
  in_use: ['is in use', 'are in use'],
  recent: ['came in the last 24 hours', 'came in the last 24 hours'],
  date: ['has a date in doubt', 'have a date in doubt'],
  floor: ['is among what the rules always leave', 'are among what the rules always leave'],
  failed: ['could not be deleted', 'could not be deleted'],
};

function enumerate(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** Bytes for people: GB from 100 MB on, MB below. */
function sizeWords(bytes: number): string {
  return bytes >= 1e8 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

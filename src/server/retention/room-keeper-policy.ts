import type { Settings } from '../../shared/settings.ts';
import type { Newcomer, Pressure, SweepPlan } from './retention-types.ts';

/** The two rules that limit how much there may be. */
export type RoomRules = Pick<Settings, 'retentionDiskPct' | 'quotaGib'>;

/** By how many bytes a rule would be broken. */
export interface Lack {
  rule: 'disk' | 'quota';
  bytes: number;
}

/**
 * What has to go before what is arriving fits: nothing; so much of the trash; or all of the trash and clips besides
 * (`lack`: what these must come to, by the rule that needs more).
 */
export type RoomNeed =
  { kind: 'none' } | { kind: 'trash'; bytes: number } | { kind: 'clips'; trashBytes: number; lack: Lack };

const gibBytes = 2 ** 30;

/**
 * Judges `arrivingBytes` under the rules. A rule is kept while the figure is below its limit, as the sweep judges it:
 * the quota with the trash, the disk without. A disk that did not answer says nothing.
 */
export function needOf(rules: RoomRules, pressure: Pressure, arrivingBytes: number): RoomNeed {
  const quota = quotaLack(rules, pressure, arrivingBytes);
  const disk = diskLack(rules, pressure, arrivingBytes);
  const { trashBytes } = pressure;
  if (quota <= 0 && disk <= 0) return { kind: 'none' };
  if (disk <= 0 && quota <= trashBytes) return { kind: 'trash', bytes: quota };
  const quotaOfClips = quota - trashBytes;
  const lack: Lack =
    quotaOfClips >= disk ? { rule: 'quota', bytes: quotaOfClips } : { rule: 'disk', bytes: disk };
  return { kind: 'clips', trashBytes, lack };
}

function quotaLack({ quotaGib }: RoomRules, { usedBytes }: Pressure, arrivingBytes: number): number {
  if (quotaGib <= 0) return 0;
  return Math.floor(usedBytes + arrivingBytes - quotaGib * gibBytes) + 1;
}

function diskLack({ retentionDiskPct }: RoomRules, pressure: Pressure, arrivingBytes: number): number {
  const { disk, trashBytes } = pressure;
  if (retentionDiskPct <= 0 || disk === null) return 0;
  const used = disk.totalBytes - disk.freeBytes - trashBytes;
  return Math.floor(used + arrivingBytes - (disk.totalBytes * retentionDiskPct) / 100) + 1;
}

/** The same disk once its trash is emptied. */
export function withoutTrash(pressure: Pressure): Pressure {
  const { disk, usedBytes, trashBytes } = pressure;
  return {
    ...pressure,
    disk: disk && { ...disk, freeBytes: disk.freeBytes + trashBytes },
    usedBytes: usedBytes - trashBytes,
    trashBytes: 0,
  };
}

/** Whether the plan makes the room, of nothing but what is strictly older than the newcomer. */
export function makesRoom(
  { deletions }: Pick<SweepPlan, 'deletions'>,
  lackBytes: number,
  newcomer: Pick<Newcomer, 'startedAt'>,
): boolean {
  const freed = deletions.reduce((sum, one) => sum + one.bytes, 0);
  return freed >= lackBytes && deletions.every((one) => one.startedAt < newcomer.startedAt);
}

/**
 * From which time on a newcomer would get its room, by the plan for one that is newer than everything: what began at
 * or before that time is refused. Infinity when none would.
 */
export function refusedUntil({ deletions }: Pick<SweepPlan, 'deletions'>, lackBytes: number): number {
  let [freed, newest] = [0, -Infinity];
  for (const { bytes, startedAt } of deletions) {
    if (freed >= lackBytes) break;
    freed += bytes;
    newest = Math.max(newest, startedAt);
  }
  return freed >= lackBytes ? newest : Infinity;
}

/** Room that was refused; it holds for every clip that is as large, and no newer than `until`. */
export interface Refusal {
  until: number;
  bytes: number;
  reason: string;
  /** By how much the rules were broken without the newcomer; less of it, and it is worth trying again. */
  overBytes: number;
  at: number;
}

/** The refusal that holds for a clip; undefined when none does. */
export function refusalFor(
  refusals: readonly Refusal[],
  clip: Pick<Newcomer, 'bytes' | 'startedAt'>,
): Refusal | undefined {
  return refusals.find(({ until, bytes }) => clip.startedAt <= until && clip.bytes >= bytes);
}

/** Refusals with another one, and without those that it says as well. */
export function withRefusal(refusals: readonly Refusal[], refusal: Refusal): Refusal[] {
  const rest = refusals.filter(({ until, bytes }) => until > refusal.until || bytes < refusal.bytes);
  return [...rest, refusal];
}

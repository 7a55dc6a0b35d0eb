import type { RetentionSettings } from '../../shared/retention.ts';
import type { Newcomer, Pressure } from './retention-types.ts';

export type LimitRules = Pick<RetentionSettings, 'retentionDiskPct' | 'quotaGib'>;

/** A rule of disk or quota that is broken, or would be. */
export interface Need {
  rule: 'disk' | 'quota';
  /** Of clips, so much must go, once the trash is empty. */
  bytes: number;
  /** Other data alone fills it: no deletion would help. */
  isOthers: boolean;
}

const gibibyte = 2 ** 30;

/** What disk and quota ask for now; the trash does not count, for it goes before any clip. */
export const needsOf = (rules: LimitRules, pressure: Pressure): Need[] => needsWith(rules, pressure, 0);

/** What they will ask for with a clip that is about to arrive. */
export const roomNeeded = (
  rules: LimitRules,
  pressure: Pressure,
  newcomer: Pick<Newcomer, 'bytes'>,
): Need[] => needsWith(rules, pressure, newcomer.bytes);

function needsWith(rules: LimitRules, pressure: Pressure, arrivingBytes: number): Need[] {
  const { disk, usedBytes, trashBytes, archiveBytes } = pressure;
  const needs: Need[] = [];
  const judge = (rule: Need['rule'], used: number, limit: number): void => {
    // A limit is kept when less than it is used.
    const over = used - trashBytes + arrivingBytes - limit;
    if (over < 0) return;
    const bytes = Math.floor(over) + 1;
    needs.push({ rule, bytes, isOthers: bytes > archiveBytes });
  };
  if (rules.quotaGib > 0) judge('quota', usedBytes, rules.quotaGib * gibibyte);
  if (rules.retentionDiskPct > 0 && disk !== null) {
    const { totalBytes, freeBytes } = disk;
    judge('disk', totalBytes - freeBytes, (totalBytes * rules.retentionDiskPct) / 100);
  }
  return needs;
}

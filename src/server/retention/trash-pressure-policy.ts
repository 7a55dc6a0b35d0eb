import type { Settings } from '../../shared/settings.ts';
import type { Pressure } from './retention-types.ts';

type Limits = Pick<Settings, 'retentionDiskPct' | 'quotaGib' | 'diskCriticalPct' | 'keepFreeGb'>;

const gibibyte = 2 ** 30;

/**
 * How many bytes of the trash must go, for room is needed now: all that is above the quota; and on the disk, which may
 * hold more than its rule says as long as that is in the trash, what is above the middle between that percentage and
 * full, above what stops downloads, or takes from what is to stay free.
 */
export function trashExcessBytes(pressure: Pressure, limits: Limits): number {
  const excess = Math.max(quotaExcess(pressure, limits), diskExcess(pressure, limits), 0);
  return Math.min(Math.ceil(excess), pressure.trashBytes);
}

function quotaExcess({ usedBytes }: Pressure, { quotaGib }: Limits): number {
  return quotaGib > 0 ? usedBytes - quotaGib * gibibyte : 0;
}

function diskExcess({ disk }: Pressure, limits: Limits): number {
  if (disk === null) return 0;
  const { retentionDiskPct: pct, diskCriticalPct: critical, keepFreeGb } = limits;
  const { totalBytes, freeBytes } = disk;
  const usable = Math.min(
    totalBytes - keepFreeGb * 1e9,
    ...(pct > 0 ? [(totalBytes * (pct + 100)) / 200] : []),
    ...(critical > 0 ? [(totalBytes * critical) / 100] : []),
  );
  return totalBytes - freeBytes - usable;
}

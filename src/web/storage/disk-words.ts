/** The sentences of what the disk is full of and when it will be full. */
import type { DiskForecast, Measure, Storage } from '../../shared/storage.ts';
import {
  formatBytes,
  formatExpected,
  formatInstant,
  fullStop,
  isTodayOrTomorrow,
  lowerFirst,
} from '../format.ts';
import { locale } from '../text/text.ts';
import type { DiskLimit } from './disk-plan.ts';
import { t } from './disk-texts.ts';

const nbsp = '\u00a0';
const gib = 2 ** 30;

/** `400 GiB`, for the quota is set in these. */
export function formatGib(bytes: number): string {
  const value = bytes / gib;
  return `${value.toLocaleString(locale, { maximumFractionDigits: value < 10 ? 1 : 0 })}${nbsp}GiB`;
}

/** `62 %`, `less than 1 %` */
export function formatShare(share: number): string {
  const pct = share * 100;
  if (pct > 0 && pct < 1) return t('lessThanOne');
  return `${Math.round(pct)}${nbsp}%`;
}

/** How full the disk is: `62 % of 4 TB is used, 1.5 TB are free.`; null when the disk has not told. */
export function fullnessWords({ volume }: Pick<Storage, 'volume'>): string | null {
  const { freeBytes, totalBytes } = volume;
  if (freeBytes === null || !totalBytes) return null;
  const share = formatShare(1 - freeBytes / totalBytes);
  return t('fullness', { share, total: formatBytes(totalBytes), free: formatBytes(freeBytes) });
}

/** What the archive holds: `5,012 clips, 402 GB; 12 GB of it kept, 4 GB locked.` */
export function archiveWords({ archive }: Pick<Storage, 'archive'>): string {
  if (archive.clips === 0) return t('archiveEmpty');
  const marks = [
    archive.keptBytes > 0 && t('keptByYou', { size: formatBytes(archive.keptBytes) }),
    archive.lockedBytes > 0 && t('locked', { size: formatBytes(archive.lockedBytes) }),
  ].filter((each) => each !== false);
  const holds = t('holds', { count: archive.clips, size: formatBytes(archive.bytes) });
  return fullStop([holds, ...marks].join(', '));
}

/** When the disk is full or what the rules make of it, in one sentence; a second one when the rules ask for too much. */
export function forecastWords(forecast: DiskForecast, now: number): string {
  return [outlookWords(forecast, now), tooShortWords(forecast)].filter((each) => each !== null).join(' ');
}

function outlookWords(forecast: DiskForecast, now: number): string {
  const rate = rateWords(forecast);
  const when = forecast.at === null ? null : formatExpected(forecast.at, now);
  switch (forecast.outlook) {
    case 'unknown':
      return t('outlookUnknown');
    case 'plateau':
      return plateauWords(forecast);
    case 'rolling':
      return when === null ? t('rolling', { rate }) : t('rollingFrom', { when, rate });
    case 'full':
      if (forecast.at === null || when === null) return t('fullNow');
      return t(isTodayOrTomorrow(forecast.at, now) ? 'fullSoon' : 'fullOn', { when, rate });
  }
}

function rateWords({ bytesPerDay }: DiskForecast): string {
  return bytesPerDay === null ? '' : t('rate', { size: formatBytes(bytesPerDay) });
}

function plateauWords({ bytesPerDay, daysAsked }: DiskForecast): string {
  if (bytesPerDay === null || !daysAsked) return t('plateauSomewhere');
  const level = formatBytes(bytesPerDay * daysAsked);
  return t('plateau', { level, size: formatBytes(bytesPerDay) });
}

function tooShortWords({ tooShort, daysHeld, daysAsked }: DiskForecast): string | null {
  if (!tooShort || daysHeld === null) return null;
  const holds = t('holdsDays', { count: Math.floor(daysHeld) });
  if (daysAsked === null) return `${holds}.`;
  return daysAsked === 0 ? t('asksAll', { holds }) : t('asksDays', { holds, days: daysAsked });
}

/** What counts towards the quota: `310 GiB of the quota of 400 GiB are used.`; null without one. */
export function quotaWords({ quota }: Pick<Storage, 'quota'>): string | null {
  if (!quota) return null;
  const over = quota.usedBytes - quota.limitBytes;
  const values = { used: formatGib(quota.usedBytes), limit: formatGib(quota.limitBytes) };
  return over > 0 ? t('quotaOver', { ...values, over: formatGib(over) }) : t('quotaUsed', values);
}

/** What a line across the picture stands for. */
export function limitWords({ look, at }: DiskLimit): string {
  const pct = `${Math.round(at * 100)}${nbsp}%`;
  if (look === 'quota') return t('limitQuota');
  return t(look === 'delete' ? 'limitDelete' : 'limitStop', { pct });
}

/** When and with what success the folder was walked through; its end is told by the numbers of the picture. */
export function measureWords(measure: Measure, now: number): string {
  const when = measure.finishedAt === null ? null : formatInstant(measure.finishedAt, now);
  switch (measure.state) {
    case 'never':
      return t('neverMeasured');
    case 'running':
      return t('measuring', { count: measure.files });
    case 'failed':
      return fullStop(
        measure.message ? t('notMeasuredFor', { reason: lowerFirst(measure.message) }) : t('notMeasured'),
      );
    case 'stopped':
      return t('measureStopped');
    case 'done':
      return measuredWords(when ?? t('before'), measure);
  }
}

function measuredWords(when: string, { unreadable }: Measure): string {
  return unreadable === 0 ? t('measured', { when }) : t('measuredWithout', { when, count: unreadable });
}

/** Why the folder cannot be measured now; null when it can. */
export function measureObstacle({ volume, measure }: Pick<Storage, 'volume' | 'measure'>): string | null {
  if (measure.state === 'running') return t('isMeasured');
  if (['ready', 'critical', 'full'].includes(volume.state)) return null;
  return volume.message ?? t('notReadable');
}

/** The disk of the database: `Database 120 MB, backups 80 MB, 12 GB free of 40 GB.` */
export function configWords({ databaseBytes, backupsBytes, freeBytes, totalBytes }: ConfigDisk): string {
  return t('configDisk', {
    database: formatBytes(databaseBytes),
    backups: formatBytes(backupsBytes),
    free: formatBytes(freeBytes),
    total: formatBytes(totalBytes),
  });
}
export type ConfigDisk = NonNullable<Storage['config']>;

/** The sentences of what the disk is full of and when it will be full. */
import type { DiskForecast, Measure, Storage } from '../../shared/storage.ts';
import { countOf, formatBytes, formatExpected, formatInstant, fullStop, lowerFirst } from '../format.ts';
import type { DiskLimit } from './disk-plan.ts';

const nbsp = '\u00a0';
const gib = 2 ** 30;

/** `400 GiB`, for the quota is set in these. */
export function formatGib(bytes: number): string {
  const value = bytes / gib;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })}${nbsp}GiB`;
}

/** `62 %`, `less than 1 %` */
export function formatShare(share: number): string {
  const pct = share * 100;
  if (pct > 0 && pct < 1) return `less than 1${nbsp}%`;
  return `${Math.round(pct)}${nbsp}%`;
}

/** How full the disk is: `62 % of 4 TB is used, 1.5 TB are free.`; null when the disk has not told. */
export function fullnessWords({ volume }: Pick<Storage, 'volume'>): string | null {
  const { freeBytes, totalBytes } = volume;
  if (freeBytes === null || !totalBytes) return null;
  return `${formatShare(1 - freeBytes / totalBytes)} of ${formatBytes(totalBytes)} is used, ${formatBytes(freeBytes)} free.`;
}

/** What the archive holds: `5,012 clips, 402 GB; 12 GB of it kept, 4 GB locked.` */
export function archiveWords({ archive }: Pick<Storage, 'archive'>): string {
  if (archive.clips === 0) return 'The archive is empty.';
  const marks = [
    archive.keptBytes > 0 && `${formatBytes(archive.keptBytes)} of it kept by you`,
    archive.lockedBytes > 0 && `${formatBytes(archive.lockedBytes)} locked`,
  ].filter((each) => each !== false);
  const holds = `The archive holds ${countOf(archive.clips, 'clip')}, ${formatBytes(archive.bytes)}`;
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
      return 'When the disk will be full is not known yet: too few recordings have come in.';
    case 'plateau':
      return plateauWords(forecast);
    case 'rolling':
      if (when === null) return `The oldest recordings make room for new ones${rate}.`;
      return `From about ${when} on, the oldest recordings make room for new ones${rate}.`;
    case 'full':
      if (when === null) return 'The disk is full: downloads wait until there is room.';
      return `Full ${onAbout(when)}${rate}.`;
  }
}

function rateWords({ bytesPerDay }: DiskForecast): string {
  return bytesPerDay === null ? '' : `, at ${formatBytes(bytesPerDay)} a day`;
}

function plateauWords({ bytesPerDay, daysAsked }: DiskForecast): string {
  if (bytesPerDay === null || !daysAsked) return 'The rules keep it from filling up.';
  const level = formatBytes(bytesPerDay * daysAsked);
  return `The rules keep it at about ${level}, at ${formatBytes(bytesPerDay)} a day.`;
}

function tooShortWords({ tooShort, daysHeld, daysAsked }: DiskForecast): string | null {
  if (!tooShort || daysHeld === null) return null;
  const holds = `The disk holds about ${countOf(Math.floor(daysHeld), 'day')} of recordings`;
  if (daysAsked === null) return `${holds}.`;
  return `${holds}; the rules ask for ${daysAsked === 0 ? 'all of them' : daysAsked}.`;
}

/** `today` and `tomorrow` take no preposition. */
function onAbout(when: string): string {
  return when === 'today' || when === 'tomorrow' ? when : `on about ${when}`;
}

/** What counts towards the quota: `310 GiB of the quota of 400 GiB are used.`; null without one. */
export function quotaWords({ quota }: Pick<Storage, 'quota'>): string | null {
  if (!quota) return null;
  const over = quota.usedBytes - quota.limitBytes;
  const used = `${formatGib(quota.usedBytes)} of the ${formatGib(quota.limitBytes)} that the archive may take are used`;
  return over > 0 ? `${used}, ${formatGib(over)} too much.` : `${used}.`;
}

/** What a line across the picture stands for. */
export function limitWords({ look, at }: DiskLimit): string {
  const pct = `${Math.round(at * 100)}${nbsp}%`;
  if (look === 'quota') return 'The quota of the archive';
  return look === 'delete' ? `Above ${pct} the oldest are deleted` : `Above ${pct} downloads wait`;
}

/** When and with what success the folder was walked through; its end is told by the numbers of the picture. */
export function measureWords(measure: Measure, now: number): string {
  const when = measure.finishedAt === null ? null : formatInstant(measure.finishedAt, now);
  switch (measure.state) {
    case 'never':
      return 'What lies in the folder beside the archive has not been measured yet; it counts as other data.';
    case 'running':
      return `Looking through the folder, ${countOf(measure.files, 'file')} so far.`;
    case 'failed':
      return fullStop(
        ['The folder could not be measured', measure.message && lowerFirst(measure.message)]
          .filter(Boolean)
          .join(': '),
      );
    case 'stopped':
      return 'The measuring of the folder was stopped before its end.';
    case 'done':
      return `What lies beside the archive was measured ${when ?? 'before'}${unreadableWords(measure)}.`;
  }
}

function unreadableWords({ unreadable }: Measure): string {
  if (unreadable === 0) return '';
  return `, without ${countOf(unreadable, 'folder')} that could not be read`;
}

/** Why the folder cannot be measured now; null when it can. */
export function measureObstacle({ volume, measure }: Pick<Storage, 'volume' | 'measure'>): string | null {
  if (measure.state === 'running') return 'It is being measured.';
  if (['ready', 'critical', 'full'].includes(volume.state)) return null;
  return volume.message ?? 'The recordings folder cannot be read now.';
}

/** The disk of the database: `Database 120 MB, backups 80 MB, 12 GB free of 40 GB.` */
export function configWords({ databaseBytes, backupsBytes, freeBytes, totalBytes }: ConfigDisk): string {
  return `Database ${formatBytes(databaseBytes)}, backups ${formatBytes(backupsBytes)}; ${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}.`;
}
export type ConfigDisk = NonNullable<Storage['config']>;

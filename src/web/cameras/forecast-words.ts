/** The sentences of what a card still holds for us, and how soon it overwrites that. */
import type { Camera, CardForecast } from '../../shared/cameras.ts';
import {
  formatAbout,
  formatBytes,
  formatDay,
  formatExpected,
  formatLocalTime,
  fullStop,
  isTodayOrTomorrow,
  localToday,
} from '../format.ts';
import type { Tone } from '../words.ts';
import { t } from './texts.ts';

/** What waits on the card and when the oldest of it is overwritten; null before the card was read. */
export function forecastWords(forecast: CardForecast | null, now: number): string | null {
  if (!forecast) return null;
  const { waitingClips, oldestWaiting } = forecast;
  if (waitingClips === 0) return t('nothingWaits');
  const from = oldestWaiting && startWords(oldestWaiting.localStart, now);
  const values = { count: waitingClips, size: formatBytes(forecast.waitingBytes) };
  const what = from === null ? t('waits', values) : t('waitsFrom', { ...values, from });
  const end = endWords(forecast, now);
  return end === null ? fullStop(what) : t('ends', { count: waitingClips, what, end });
}

function startWords(localStart: string, now: number): string {
  const day = localStart.slice(0, 10);
  const time = formatLocalTime(localStart);
  return day === localToday(now) ? t('fromToday', { time }) : t('fromDay', { day: formatDay(day), time });
}

/** When the oldest is overwritten, with its verb: `is overwritten after about 9 h more of driving, perhaps tomorrow`. */
function endWords({ oldestWaiting }: CardForecast, now: number): string | null {
  const { recordedMs = null, expectedAt = null } = oldestWaiting ?? {};
  const day = expectedAt === null ? null : dayWords(expectedAt, now);
  if (recordedMs === null) return day === null ? null : t('endOn', { day });
  if (recordedMs <= 0) return t('endNext');
  // Weeks of driving are a guess that nobody can use.
  if (recordedMs > 100 * 3_600_000) return t('endFar');
  const time = drivingTime(recordedMs);
  return day === null ? t('endAfter', { time }) : t('endAfterOn', { time, day });
}

/** A time of driving, which is told in hours, not in days. */
function drivingTime(ms: number): string {
  const hours = Math.round(ms / 3_600_000);
  return hours < 10 ? formatAbout(ms) : t('drivingHours', { count: hours });
}

function dayWords(instant: number, now: number): string {
  return t(isTodayOrTomorrow(instant, now) ? 'perhaps' : 'about', { day: formatExpected(instant, now) });
}

/** `3 of them are overwritten within the next hours of driving.`; null when none is. */
export function riskWords(forecast: CardForecast | null): string | null {
  if (!forecast || forecast.atRiskClips === 0) return null;
  const { atRiskClips, waitingClips } = forecast;
  if (atRiskClips < waitingClips) return t('risk', { count: atRiskClips });
  return t(waitingClips === 1 ? 'riskOnly' : 'riskAll');
}

export function forecastTone(forecast: CardForecast | null): Tone {
  return forecast && forecast.atRiskClips > 0 ? 'amber' : 'quiet';
}

/** `12 GB free of 128 GB; an hour of driving writes 8 GB`; null when the camera has told nothing. */
export function cardWords(forecast: Camera['forecast']): string | null {
  if (!forecast) return null;
  const { freeBytes, cardBytes, bytesPerRecordedHour } = forecast;
  const free = freeBytes === null ? null : formatBytes(freeBytes);
  const size = cardBytes === null ? null : formatBytes(cardBytes);
  const rate = bytesPerRecordedHour && t('drivingWrites', { size: formatBytes(bytesPerRecordedHour) });
  return [roomWords(free, size), rate].filter(Boolean).join('; ') || null;
}

function roomWords(free: string | null, size: string | null): string | null {
  if (free === null) return size;
  return size === null ? t('free', { free }) : t('freeOf', { free, size });
}

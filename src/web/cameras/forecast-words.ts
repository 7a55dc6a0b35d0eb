/** The sentences of what a card still holds for us, and how soon it overwrites that. */
import type { Camera, CardForecast } from '../../shared/cameras.ts';
import {
  countOf,
  formatAbout,
  formatBytes,
  formatCount,
  formatDay,
  formatExpected,
  formatLocalTime,
  localToday,
} from '../format.ts';
import type { Tone } from '../words.ts';

/** What waits on the card and when the oldest of it is overwritten; null before the card was read. */
export function forecastWords(forecast: CardForecast | null, now: number): string | null {
  if (!forecast) return null;
  const { waitingClips, oldestWaiting } = forecast;
  if (waitingClips === 0) return 'Nothing that is wanted waits on the card.';
  const many = waitingClips > 1;
  const waits = `${countOf(waitingClips, 'clip')} (${formatBytes(forecast.waitingBytes)})`;
  const from = oldestWaiting && `from ${startWords(oldestWaiting.localStart, now)}`;
  const place = `${many ? 'wait' : 'waits'} on the card`;
  const first = many
    ? `${waits} ${place}${from ? `; the oldest is ${from}` : ''}`
    : [waits, from, place].filter(Boolean).join(' ');
  const end = overwrittenWords(forecast, now);
  return end ? `${first}${many ? ' and is' : '; it is'} ${end}.` : `${first}.`;
}

function startWords(localStart: string, now: number): string {
  const day = localStart.slice(0, 10);
  const time = formatLocalTime(localStart);
  return day === localToday(now) ? `today ${time}` : `${formatDay(day)}, ${time}`;
}

function overwrittenWords({ oldestWaiting }: CardForecast, now: number): string | null {
  const { recordedMs = null, expectedAt = null } = oldestWaiting ?? {};
  const day = expectedAt === null ? null : formatExpected(expectedAt, now);
  if (recordedMs === null) return day && `overwritten ${atAbout(day)}`;
  if (recordedMs <= 0) return 'the next to be overwritten';
  // Weeks of driving are a guess that nobody can use.
  if (recordedMs > 100 * 3_600_000) return 'not overwritten for a long time yet';
  const after = `overwritten after ${drivingTime(recordedMs)} more of driving`;
  return day ? `${after}, ${atAbout(day)}` : after;
}

/** A time of driving, which is told in hours, not in days. */
function drivingTime(ms: number): string {
  const hours = Math.round(ms / 3_600_000);
  return hours < 10 ? formatAbout(ms) : `about ${formatCount(hours)}\u00a0h`;
}

function atAbout(day: string): string {
  return day === 'today' || day === 'tomorrow' ? `perhaps ${day}` : `about ${day}`;
}

/** `3 of them are overwritten within the next hours of driving.`; null when none is. */
export function riskWords(forecast: CardForecast | null): string | null {
  if (!forecast || forecast.atRiskClips === 0) return null;
  const { atRiskClips, waitingClips } = forecast;
  const all = waitingClips === 1 ? 'It is' : 'All of them are';
  const subject =
    atRiskClips >= waitingClips
      ? all
      : `${countOf(atRiskClips, 'of them', 'of them')} ${atRiskClips === 1 ? 'is' : 'are'}`;
  return `${subject} overwritten within the next hours of driving.`;
}

export function forecastTone(forecast: CardForecast | null): Tone {
  return forecast && forecast.atRiskClips > 0 ? 'amber' : 'quiet';
}

/** `12 GB free of 128 GB; an hour of driving writes 8 GB`; null when the camera has told nothing. */
export function cardWords(forecast: Camera['forecast']): string | null {
  if (!forecast) return null;
  const { freeBytes, cardBytes, bytesPerRecordedHour } = forecast;
  const free = freeBytes === null ? null : `${formatBytes(freeBytes)} free`;
  const size = cardBytes === null ? null : formatBytes(cardBytes);
  const room = free && size ? `${free} of ${size}` : (free ?? size);
  const rate = bytesPerRecordedHour && `an hour of driving writes ${formatBytes(bytesPerRecordedHour)}`;
  return [room, rate].filter(Boolean).join('; ') || null;
}

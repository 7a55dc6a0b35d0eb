/** How the time of a recording is known, for people. */
import type { TimeConfidence, TimeSource } from '../../shared/clips.ts';
import { formatDate, formatLocalTime } from '../format.ts';

const confidence: Record<TimeConfidence, string> = {
  sure: 'Sure',
  likely: 'Likely',
  assumed: 'Assumed',
  doubtful: 'In doubt',
};

const sources: Record<TimeSource, string> = {
  gps: 'by GPS',
  camera_offset: 'as the camera’s other recordings ran',
  setting: 'the camera’s clock, read in the zone that is set',
  file: 'by the time of the file',
};

/** `Sure: by GPS`; null when nothing is told of it. */
export function timeWords(source?: TimeSource, sureness?: TimeConfidence): string | null {
  if (!source) return null;
  if (!sureness) return sources[source];
  if (sureness === 'doubtful' && source === 'setting') return 'In doubt: the camera’s clock looks wrong';
  return `${confidence[sureness]}: ${sources[source]}`;
}

/** `28 June 2026, 13:34:16` of a local time. */
export function clockWords(local: string, locale?: string): string {
  const options = locale ? { locale } : {};
  const time = formatLocalTime(local, { seconds: true, ...options });
  return `${formatDate(local.slice(0, 10), { today: '', ...options })}, ${time}`;
}

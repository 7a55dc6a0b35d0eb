/** How the time of a recording is known, for people. */
import type { TimeConfidence, TimeSource } from '../../shared/clips.ts';
import { formatDate, formatLocalTime } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const confidence = wordsOf<typeof en, TimeConfidence>(t, {
  sure: 'sure',
  likely: 'likely',
  assumed: 'assumed',
  doubtful: 'doubtful',
});

const sources = wordsOf<typeof en, TimeSource>(t, {
  gps: 'byGps',
  camera_offset: 'byOffset',
  setting: 'bySetting',
  file: 'byFile',
});

/** `Sure: by GPS`; null when nothing is told of it. */
export function timeWords(source?: TimeSource, sureness?: TimeConfidence): string | null {
  if (!source) return null;
  if (!sureness) return sources[source];
  if (sureness === 'doubtful' && source === 'setting') return t('doubtfulClock');
  return t('sureness', { sureness: confidence[sureness], source: sources[source] });
}

/** `28 June 2026, 13:34:16` of a local time. */
export function clockWords(local: string, locale?: string): string {
  const options = locale ? { locale } : {};
  const time = formatLocalTime(local, { seconds: true, ...options });
  return t('dayAndTime', { day: formatDate(local.slice(0, 10), { today: '', ...options }), time });
}

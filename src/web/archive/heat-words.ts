/** What the strip of a year says in words. */
import { formatDay } from '../format.ts';
import { formatDrive } from '../journey/journey-words.ts';
import { missingOf, type HeatCell } from './heat-plan.ts';
import { t } from './texts.ts';

/** `Thursday 3 September: 1 h 52 min driven, 3 journeys, 4 locked, 2 missing` */
export function heatWords({ day, isGone }: Pick<HeatCell, 'day' | 'isGone'>): string {
  const missing = missingOf(day);
  const facts = [
    day.journeys > 0 ? t('heatDriven', { time: formatDrive(day.drivenMs) }) : null,
    day.journeys > 0 ? t('journeys', { count: day.journeys }) : t('recordings', { count: day.captures }),
    day.locked > 0 ? t('locked', { count: day.locked }) : null,
    missing > 0 ? t('missing', { count: missing }) : null,
    isGone ? t('nothingHere') : null,
  ];
  return t('heatDay', { day: formatDay(day.day), facts: facts.filter(Boolean).join(', ') });
}

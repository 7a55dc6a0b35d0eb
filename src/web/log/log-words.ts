import { locale, wordsOf } from '../text/text.ts';
import { t } from './texts.ts';

export const levelWords = wordsOf(t, {
  fatal: 'wordFatal',
  error: 'wordError',
  warn: 'wordWarn',
  info: 'wordInfo',
  debug: 'wordDebug',
  trace: 'wordTrace',
});

const timeFormat = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
const dayFormat = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' });
const fullFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });

/** `22:05:12`, on the reader's clock. */
export function logTime(time: number): string {
  return timeFormat.format(time);
}

/** `Mon 23 Nov` */
export function logDay(time: number): string {
  return dayFormat.format(time);
}

export function logMoment(time: number): string {
  return `${fullFormat.format(time)} (${new Date(time).toISOString()})`;
}

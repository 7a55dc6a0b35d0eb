import { isRealLocalTime } from '../../shared/clip-name.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * `(FAT date << 16) + FAT time`, camera-local, two-second steps, as `YYYY-MM-DDTHH:MM:SS`; null when it is no real
 * time. Takes the negative numbers that 32-bit firmware prints from 2044 on.
 */
export function decodeTimecode(timecode: number): string | null {
  const [date, time] = [(timecode >>> 16) & 0xffff, timecode & 0xffff];
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  const local = `${day}T${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
  return isRealLocalTime(local) ? local : null;
}

/**
 * A listing's time as `YYYY-MM-DDTHH:MM:SS`: year first or day first, with slashes or dashes, with or without seconds.
 * Null when it is not understood or no real time.
 */
export function parseListedTime(text: string): string | null {
  const match = /^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(
    text.trim(),
  );
  if (!match) return null;
  const [, first = '', month = '', third = '', hour = '', minute = '', second = '00'] = match;
  const [year, day] = first.length === 4 ? [first, third] : [third, first];
  if (year.length !== 4 || day.length > 2) return null;
  const local = `${year}-${two(Number(month))}-${two(Number(day))}T${two(Number(hour))}:${minute}:${second}`;
  return isRealLocalTime(local) ? local : null;
}

import { isRealLocalTime, isRealTime } from '../../shared/clip-name.ts';

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/**
 * `(FAT date << 16) + FAT time`, camera-local, two-second steps, as `YYYY-MM-DDTHH:MM:SS`; null when it is no real
 * time. Takes the negative numbers that 32-bit firmware prints from 2044 on.
 */
export function decodeTimecode(timecode: number): string | null {
  const [date, time] = [(timecode >>> 16) & 0xffff, timecode & 0xffff];
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 15, date & 31];
  const [hour, minute, second] = [time >> 11, (time >> 5) & 63, (time & 31) * 2];
  if (!isRealTime([year, month, day, hour, minute, second])) return null;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
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

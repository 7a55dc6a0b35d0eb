import type { Channel, ClipKind, Container } from './clips.ts';

/** What a Viofo or Novatek file name tells (camera.md 3.1). */
export interface ClipName {
  /** Camera-local wall clock at the start, without a zone: `2025-12-24T12:03:24`. */
  localStart: string;
  /** One counter for all files of a card; null in layouts without it. Never pair channels by it. */
  sequence: number | null;
  kind: Exclude<ClipKind, 'unclassified'>;
  channel: Channel;
  container: Container;
}

const namePattern =
  /^(\d{4})_?(\d{2})(\d{2})_?(\d{2})(\d{2})(\d{2})(?:_(\d{1,8}))?_?([PE])?([FRITABC])?\.(MP4|MOV|TS|JPG)$/i;
const extensionPattern = /\.(MP4|MOV|TS|JPG)$/i;

/** F, R, I, T are Viofo's; A, B, C are those of Novatek's reference firmware. No letter: a one-channel camera. */
const channelOfLetter: Record<string, Channel> = {
  '': 'front',
  F: 'front',
  R: 'rear',
  I: 'interior',
  T: 'tele',
  A: 'front',
  B: 'rear',
  C: 'interior',
};

const kindOfMark: Record<string, ClipName['kind']> = { P: 'parking', E: 'event' };

/** Reads a file name of any known layout, in any case; null when it is not understood or names no real time. */
export function parseClipName(name: string): ClipName | null {
  const match = namePattern.exec(name) as (string | undefined)[] | null;
  if (!match) return null;
  const [, year, month, day, hour, minute, second, sequence, mark = '', letter = '', ending = ''] = match;
  const localStart = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (!isRealLocalTime(localStart)) return null;
  return {
    localStart,
    sequence: sequence === undefined ? null : Number(sequence),
    kind: kindOfMark[mark.toUpperCase()] ?? 'normal',
    channel: channelOfLetter[letter.toUpperCase()] ?? 'other',
    // One of those that the pattern names.
    container: ending.toLowerCase() as Container,
  };
}

/** The container by the name's ending, in any case; null when it is no recording of a camera. */
export function containerOfName(name: string): Container | null {
  return (extensionPattern.exec(name)?.[1]?.toLowerCase() as Container | undefined) ?? null;
}

/** Whether `YYYY-MM-DDTHH:MM:SS` is a date that exists (no 31 February, no hour 24). */
export function isRealLocalTime(localStart: string): boolean {
  if (localStart.length !== 19) return false;
  const part = (from: number, to: number): number => Number(localStart.slice(from, to));
  return isRealTime([part(0, 4), part(5, 7), part(8, 10), part(11, 13), part(14, 16), part(17, 19)]);
}

/** Year, month, day, hour, minute, second. */
export type TimeParts = readonly [number, number, number, number, number, number];

/** The same of the parts themselves. */
export function isRealTime([year, month, day, hour, minute, second]: TimeParts): boolean {
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  return isDate && hour < 24 && minute < 60 && second < 60;
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

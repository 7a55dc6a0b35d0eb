/**
 * The camera knows only a wall clock (camera.md 1.10). Throughout the simulator a *local* `Date` is
 * one whose UTC fields (`getUTCHours()` ...) read as that wall clock; no zone is attached to it.
 */

export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export function wallClock(local: Date): WallClock {
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  };
}

/** A camera-local date from its fields, month 1 to 12: `localTime(2025, 12, 24, 12, 3, 24)`. */
export function localTime(...fields: [number, number, number, number?, number?, number?]): Date {
  const [year, month, day, hour = 0, minute = 0, second = 0] = fields;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

export function addSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000);
}

export function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** The FAT stamp as the camera prints it: `(date << 16) + time`, two-second steps (camera.md 1.5). */
export function fatTimecode(local: Date): number {
  const { year, month, day, hour, minute, second } = wallClock(local);
  const fatDate = ((year - 1980) << 9) | (month << 5) | day;
  const fatTime = (hour << 11) | (minute << 5) | (second >> 1);
  return fatDate * 0x10000 + fatTime;
}

/** What a FAT directory entry keeps of a time: whole even seconds, from 1980 on. */
export function fatRounded(local: Date): Date {
  return new Date(Math.max(Math.floor(local.getTime() / 2000) * 2000, Date.UTC(1980, 0)));
}

/** `2025/12/24 12:04:06` */
export function yearFirst(local: Date): string {
  const { year, month, day } = wallClock(local);
  return `${pad(year, 4)}/${pad(month)}/${pad(day)} ${clockText(local)}`;
}

/** `24/12/2025 12:04:06`, as another Novatek camera writes TIME (camera.md 1.5, last example). */
export function dayFirst(local: Date): string {
  const { year, month, day } = wallClock(local);
  return `${pad(day)}/${pad(month)}/${pad(year, 4)} ${clockText(local)}`;
}

function clockText(local: Date): string {
  const { hour, minute, second } = wallClock(local);
  return `${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

import { localTimeAt } from './format.ts';

interface Started {
  /** By the camera's clock. */
  localStart: string;
  startedAt: number;
  zoneOffsetMinutes?: number | undefined;
}

/** When it began on the clocks where the car was; by the camera's clock where those are not known. */
export function localStartOf({ localStart, startedAt, zoneOffsetMinutes }: Started): string {
  return zoneOffsetMinutes === undefined ? localStart : localTimeAt(startedAt, zoneOffsetMinutes);
}

/** Whether the camera's clock showed another time than the clocks around it, by seconds worth a word. */
export function isCameraOff(started: Started): boolean {
  const apartMs = Date.parse(`${localStartOf(started)}Z`) - Date.parse(`${started.localStart}Z`);
  return Math.abs(apartMs) >= 2000;
}

/** Which tile of a filmstrip is shown, and where it lies. Pure. */
import type { Filmstrip } from '../../shared/media.ts';

/** A pointer that only passes over a tile asks for nothing. */
export const restMs = 160;
/** Who stays longer wants to see it: then a filmstrip that is not made yet is asked for. */
export const wantMs = 900;
/** A finger that moved this far scrubbed, and did not press. */
export const dragPx = 8;

/** The tile under a pointer at a share of the width, 0 to 1. */
export function frameAt(share: number, { frames }: Pick<Filmstrip, 'frames'>): number {
  const index = Math.floor(share * frames);
  return Math.min(Math.max(0, index), Math.max(0, frames - 1));
}

export interface FrameBox {
  width: string;
  height: string;
  left: string;
  top: string;
}

/** Where the whole picture lies so that tile `index` fills its window, in shares of the window. */
export function frameBox(index: number, { frames, columns }: Filmstrip): FrameBox {
  const rows = Math.ceil(frames / columns);
  const column = index % columns;
  const row = Math.floor(index / columns);
  return {
    width: `${columns * 100}%`,
    height: `${rows * 100}%`,
    left: `${column === 0 ? 0 : -column * 100}%`,
    top: `${row === 0 ? 0 : -row * 100}%`,
  };
}

/** Whole seconds into the clip at which tile `index` was taken. */
export function secondsOfFrame(index: number, { intervalMs }: Pick<Filmstrip, 'intervalMs'>): number {
  return Math.floor((index * intervalMs) / 1000);
}

/** `2026-09-03T23:59:50` and 15 seconds: `2026-09-04T00:00:05`. */
export function laterBy(localStart: string, seconds: number): string {
  return new Date(Date.parse(`${localStart}Z`) + seconds * 1000).toISOString().slice(0, 19);
}

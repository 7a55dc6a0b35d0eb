import type { Writable } from 'node:stream';

/** What the line of progress tells. */
export interface RunFigures {
  /** The clip coming in; null when none is. */
  name: string | null;
  doneClips: number;
  doneBytes: number;
  /** Still to come, without what has arrived of the clips under way. */
  restClips: number;
  restBytes: number;
  bytesPerSecond: number | null;
  /** Where no clip is coming in: what goes on instead. */
  activity: string;
}

/** `980 kB`, `162.5 MB`, `4.83 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `45 s`, `12 min`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 1);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One line of at most `width` characters: clip k of n, bytes, rate, time left, name. */
export function progressLine(figures: RunFigures, width: number): string {
  const { name, doneClips, doneBytes, restClips, restBytes, bytesPerSecond } = figures;
  if (name === null) return cut(`${figures.activity} …`, width);
  const all = doneClips + restClips;
  const parts = [
    `clip ${Math.min(doneClips + 1, all)} of ${all}`,
    `${formatBytes(doneBytes)} of ${formatBytes(doneBytes + restBytes)}`,
  ];
  if (bytesPerSecond !== null && bytesPerSecond > 0) {
    parts.push(`${formatBytes(bytesPerSecond)}/s`);
    parts.push(`${formatDuration((restBytes / bytesPerSecond) * 1000)} left`);
  }
  parts.push(name);
  return cut(parts.join('  '), width);
}

const cut = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;

/** A line on a terminal that is drawn over itself; nothing where there is no terminal. */
export class ProgressLine {
  private readonly out: Writable & { isTTY?: boolean; columns?: number };
  private readonly isShown: boolean;
  private drawn = false;

  constructor(out: Writable & { isTTY?: boolean; columns?: number }, options: { isQuiet: boolean }) {
    this.out = out;
    this.isShown = out.isTTY === true && !options.isQuiet;
  }

  draw(figures: RunFigures): void {
    if (!this.isShown) return;
    // To the end of the line it is cleared, for the one before may have been longer.
    this.out.write(`\r${progressLine(figures, (this.out.columns ?? 80) - 1)}\u001B[K`);
    this.drawn = true;
  }

  /** Before anything else is printed. */
  clear(): void {
    if (this.drawn) this.out.write('\r\u001B[K');
    this.drawn = false;
  }

  /** A last word, for who watches. */
  say(text: string): void {
    if (!this.isShown) return;
    this.clear();
    this.out.write(`${text}\n`);
  }
}

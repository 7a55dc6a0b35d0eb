import type { Pair } from './line-policy.ts';

/** Simplified lines by what they were made of; those that were not asked for longest go first. */
export class LineCache {
  private readonly lines = new Map<string, Pair[][]>();
  private readonly maxPoints: number;
  private points = 0;

  constructor(maxPoints = 300_000) {
    this.maxPoints = maxPoints;
  }

  get(key: string): Pair[][] | undefined {
    const lines = this.lines.get(key);
    if (lines) {
      this.lines.delete(key);
      this.lines.set(key, lines);
    }
    return lines;
  }

  put(key: string, lines: Pair[][]): void {
    this.drop(key);
    this.lines.set(key, lines);
    this.points += sizeOf(lines);
    for (const oldest of this.lines.keys()) {
      if (this.points <= this.maxPoints) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const lines = this.lines.get(key);
    if (!lines) return;
    this.points -= sizeOf(lines);
    this.lines.delete(key);
  }
}

/** An entry without points takes room too. */
const sizeOf = (lines: readonly Pair[][]): number => lines.reduce((sum, line) => sum + line.length, 10);

const windowMs = 30_000;
const stepMs = 500;
/** A pause between two counts that is longer than this is no transfer. */
const longestGapMs = 2000;
/** A half minute counts for the best one when bytes came in for this much of it. */
const busyEnoughMs = 15_000;
/** Without such a half minute, the mean is the best, when it is of at least this much. */
const shortestBestMs = 5000;
/** Over less than this a rate is a guess. */
const shortestMeanMs = 250;

interface Step {
  at: number;
  bytes: number;
  /** Of this step, the time in which bytes came in. */
  busyMs: number;
}

/**
 * How fast something comes in, from counts handed in as they come. Times are of a clock that only runs forward, in
 * milliseconds; rates are bytes a second. Holds at most sixty steps, however many counts there are.
 */
export class RateMeter {
  private readonly steps: Step[] = [];
  private lastAt = -Infinity;
  private bytes = 0;
  private busy = 0;
  private bestWindow: number | null = null;

  add(bytes: number, now: number): void {
    const gap = Math.max(now - this.lastAt, 0);
    const busyMs = gap <= longestGapMs ? gap : 0;
    this.lastAt = Math.max(now, this.lastAt);
    this.bytes += bytes;
    this.busy += busyMs;
    const last = this.steps.at(-1);
    if (last && now - last.at < stepMs) {
      last.bytes += bytes;
      last.busyMs += busyMs;
      return;
    }
    this.rememberBest();
    this.steps.push({ at: now, bytes, busyMs });
    this.forget(now);
  }

  /** All the time in which bytes came in; pauses of more than 2 s are none of it. */
  get busyMs(): number {
    return this.busy;
  }

  /** Over the last half minute, pauses included; null when nothing came in it. */
  rate(now: number): number | null {
    this.forget(now);
    const first = this.steps[0];
    if (!first) return null;
    return (sumOf(this.steps, 'bytes') / Math.max(now - first.at, stepMs)) * 1000;
  }

  /** Over the last half minute, of the time in which bytes came in alone: what the connection gives. */
  busyRate(now: number): number | null {
    this.forget(now);
    return meanRate(sumOf(this.steps, 'bytes'), sumOf(this.steps, 'busyMs'));
  }

  /** Of all that came in, while it came in. */
  mean(): number | null {
    return meanRate(this.bytes, this.busy);
  }

  /** The best half minute; where there is none with enough in it, the mean, if that is of at least 5 s. */
  best(): number | null {
    this.rememberBest();
    return this.bestWindow ?? (this.busy >= shortestBestMs ? this.mean() : null);
  }

  private rememberBest(): void {
    const busyMs = sumOf(this.steps, 'busyMs');
    if (busyMs < busyEnoughMs) return;
    this.bestWindow = Math.max(this.bestWindow ?? 0, (sumOf(this.steps, 'bytes') / busyMs) * 1000);
  }

  private forget(now: number): void {
    while (this.steps[0] && this.steps[0].at < now - windowMs) this.steps.shift();
  }
}

/** Bytes a second; null when the time is too short to tell. */
export function meanRate(bytes: number, ms: number): number | null {
  return ms < shortestMeanMs ? null : (bytes / ms) * 1000;
}

function sumOf(steps: readonly Step[], what: 'bytes' | 'busyMs'): number {
  let sum = 0;
  for (const step of steps) sum += step[what];
  return sum;
}

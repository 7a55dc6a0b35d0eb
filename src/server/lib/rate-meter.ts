const windowMs = 30_000;
const stepMs = 500;

/** Bytes a second over the last half minute, from counts handed in as they come. */
export class RateMeter {
  private readonly steps: { at: number; bytes: number }[] = [];

  add(bytes: number, now: number): void {
    const last = this.steps.at(-1);
    if (last && now - last.at < stepMs) last.bytes += bytes;
    else this.steps.push({ at: now, bytes });
    this.forget(now);
  }

  /** Null when nothing came in the window. */
  rate(now: number): number | null {
    this.forget(now);
    const first = this.steps[0];
    if (!first) return null;
    const bytes = this.steps.reduce((sum, step) => sum + step.bytes, 0);
    return (bytes / Math.max(now - first.at, stepMs)) * 1000;
  }

  private forget(now: number): void {
    while (this.steps[0] && this.steps[0].at < now - windowMs) this.steps.shift();
  }
}

/** Whether the large lane keeps up: with what it is asked to play, and with what comes in. Time is passed in. */

const windowMs = 2000;
/** Below it hardly any browser fails, and a slow network is another matter. */
const judgedFromRate = 4;
/** Less than this of what was asked was played. */
const tooLittle = 0.6;
/** Waits of originals within this time that come to so much: the network does not carry them. */
const stallWindowMs = 60_000;
const stallMs = 4000;

export class PaceWatch {
  private begun: { now: number; at: number; rate: number } | null = null;
  private slowest = Infinity;
  private stalls: { now: number; ms: number }[] = [];

  /** From this rate on pictures are shown one after another, for the browser does not play so fast. */
  get stepsFrom(): number {
    return this.slowest;
  }

  /** Called while the clock runs at a rate by the pictures of the large lane. */
  ran(now: number, at: number, rate: number): void {
    const { begun } = this;
    if (begun?.rate !== rate || at < begun.at) {
      this.begun = { now, at, rate };
      return;
    }
    const passed = now - begun.now;
    if (passed < windowMs) return;
    if (rate >= judgedFromRate && at - begun.at < passed * rate * tooLittle)
      this.slowest = Math.min(this.slowest, rate);
    this.begun = { now, at, rate };
  }

  /** The clock stands, or goes by itself. */
  stood(): void {
    this.begun = null;
  }

  /** The large lane played an original and waited for so long. */
  stalled(now: number, ms: number): void {
    this.stalls = [...this.stalls.filter((each) => now - each.now < stallWindowMs), { now, ms }];
  }

  /** Originals come more slowly than they play. */
  isSlow(): boolean {
    return this.stalls.reduce((sum, { ms }) => sum + ms, 0) >= stallMs;
  }
}

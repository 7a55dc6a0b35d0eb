/** How often a camera that is here is listed; a listing may take it seconds, so the pause grows with its cost. */
export interface ListingPace {
  /** Least time between two listings while nothing is wanted, and while clips are being fetched. */
  idleMs: number;
  /** The same while a clip is held because it may still be written. */
  heldMs: number;
  longestMs: number;
  /** At most one part in this many of the camera's time goes into listings. */
  costFactor: number;
}

export const defaultPace: ListingPace = {
  idleMs: 60_000,
  heldMs: 15_000,
  longestMs: 600_000,
  costFactor: 20,
};

/** Decides when a camera is listed again. Times are of a clock that only runs forward, in milliseconds. */
export class ListingSchedule {
  private readonly pace: ListingPace;
  private wanted = true;
  private beganAt = -Infinity;
  private endedAt = -Infinity;
  private costMs = 0;

  constructor(pace: ListingPace) {
    this.pace = pace;
  }

  /** Somebody asked: the next question is answered with yes. */
  want(): void {
    this.wanted = true;
  }

  begin(now: number): void {
    this.beganAt = now;
    this.wanted = false;
  }

  end(now: number): void {
    this.endedAt = now;
    this.costMs = now - this.beganAt;
  }

  hasBegunSince(time: number): boolean {
    return this.beganAt >= time;
  }

  /** Somebody asked, or the last listing is older than its cost allows. `isUrgent`: a clip may still be written. */
  isDue(now: number, isUrgent: boolean): boolean {
    if (this.wanted) return true;
    const least = isUrgent ? this.pace.heldMs : this.pace.idleMs;
    const pause = Math.min(Math.max(this.costMs * this.pace.costFactor, least), this.pace.longestMs);
    return now - this.endedAt >= pause;
  }
}

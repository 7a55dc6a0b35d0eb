import type { Clock } from '../lib/clock.ts';
import { hashOfToken, makeToken } from './session-repository.ts';

/** Long enough to look for the camera's address in between. */
const ticketLifeMs = 12 * 3_600_000;
const maxTickets = 20;

/**
 * Who has shown the code of the set-up: a browser's cookie, good until the set-up is done, the program ends or half a
 * day is over. In memory alone: a new start prints a new code.
 */
export class SetUpTickets {
  private readonly clock: Clock;
  /** From the hash of a ticket to when it was given. */
  private readonly given = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A new one; of many the oldest is forgotten. */
  give(): string {
    const token = makeToken();
    this.given.set(hashOfToken(token) ?? '', this.clock.now());
    for (const oldest of this.given.keys()) {
      if (this.given.size <= maxTickets) break;
      this.given.delete(oldest);
    }
    return token;
  }

  isGood(token: string): boolean {
    const hash = hashOfToken(token);
    const at = hash === null ? undefined : this.given.get(hash);
    return at !== undefined && Math.abs(this.clock.now() - at) < ticketLifeMs;
  }

  clear(): void {
    this.given.clear();
  }
}

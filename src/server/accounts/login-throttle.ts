import { AppError } from '../lib/errors.ts';
import type { Clock } from '../lib/clock.ts';
import {
  addressGroup,
  isForgotten,
  judgeAttempt,
  type AddressAttempts,
  type Attempts,
} from './login-policy.ts';

const defaultMaxAddresses = 1000;
const warnEveryMs = 60_000;

/** Too many wrong attempts; nothing was tried. */
export class SlowDownError extends AppError {
  readonly seconds: number;
  constructor(waitMs: number) {
    const seconds = Math.ceil(waitMs / 1000);
    super('slow_down', `Too many wrong attempts. Try again in ${seconds} second${seconds === 1 ? '' : 's'}.`);
    this.seconds = seconds;
  }
}

type Known = AddressAttempts & { warnedAt: number | null };

/** Counts wrong attempts by address and in all, in bounded memory. */
export class LogInThrottle {
  private readonly clock: Clock;
  private readonly maxAddresses: number;
  /** Least recently seen first. */
  private readonly addresses = new Map<string, Known>();
  private account: Attempts = { wrong: 0, lastAt: 0 };

  constructor(clock: Clock, maxAddresses = defaultMaxAddresses) {
    this.clock = clock;
    this.maxAddresses = maxAddresses;
  }

  /**
   * Before a password or code is looked at. It counts as wrong until `succeeded`, so that many at once gain nothing.
   * Throws a `SlowDownError`.
   */
  begin(address: string): void {
    const now = this.clock.now();
    const own = this.known(addressGroup(address), now);
    if (isForgotten(this.account, now)) this.account = { wrong: 0, lastAt: now };
    const { waitMs, comeBackAt } = judgeAttempt(own, this.account, now);
    if (waitMs > 0) {
      own.comeBackAt = comeBackAt;
      throw new SlowDownError(waitMs);
    }
    own.comeBackAt = null;
    for (const attempts of [own, this.account]) {
      attempts.wrong += 1;
      attempts.lastAt = now;
    }
  }

  succeeded(address: string): void {
    this.addresses.delete(addressGroup(address));
    this.account = { wrong: 0, lastAt: 0 };
  }

  /** Whether a wrong attempt of this address is worth a line in the log: one a minute is. */
  shouldWarn(address: string): boolean {
    const now = this.clock.now();
    const own = this.known(addressGroup(address), now);
    if (own.warnedAt !== null && Math.abs(now - own.warnedAt) < warnEveryMs) return false;
    own.warnedAt = now;
    return true;
  }

  /** How many addresses it remembers. */
  get size(): number {
    return this.addresses.size;
  }

  private known(group: string, now: number): Known {
    const before = this.addresses.get(group);
    const own =
      before && !isForgotten(before, now)
        ? before
        : { wrong: 0, lastAt: now, comeBackAt: null, warnedAt: null };
    this.addresses.delete(group);
    this.addresses.set(group, own);
    for (const oldest of this.addresses.keys()) {
      if (this.addresses.size <= this.maxAddresses) break;
      this.addresses.delete(oldest);
    }
    return own;
  }
}

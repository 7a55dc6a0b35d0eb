/** This many wrong attempts are nobody's fault: people mistype. */
export const freeAttempts = 5;
const firstDelayMs = 1000;
const maxAddressDelayMs = 60_000;
/** Small, for it also keeps the owner waiting while somebody else guesses. */
export const maxAccountDelayMs = 5000;
const forgetAfterMs = 3_600_000;
/** How long somebody who was told when to come back may take to do so. */
const promiseLastsMs = 60_000;

/** Wrong attempts so far, and when the last one was (UTC milliseconds). */
export interface Attempts {
  wrong: number;
  lastAt: number;
}

export interface AddressAttempts extends Attempts {
  /** When it was told to come back because others guess; it is then let in, whatever they did meanwhile. */
  comeBackAt: number | null;
}

/** `waitMs` 0: try it. Else nothing is tried, and `comeBackAt` is what this address was promised. */
export interface Verdict {
  waitMs: number;
  comeBackAt: number | null;
}

/** Milliseconds between attempts of one address after so many wrong ones: 1, 2, 4 ... 60 seconds. */
export function addressDelayMs(wrong: number): number {
  return wrong < freeAttempts
    ? 0
    : Math.min(firstDelayMs * 2 ** Math.min(wrong - freeAttempts, 16), maxAddressDelayMs);
}

/** The same for all addresses together, which is never long. */
export function accountDelayMs(wrong: number): number {
  return Math.min(addressDelayMs(wrong), maxAccountDelayMs);
}

/**
 * Whether an address may try a password now. Many addresses together are slowed down as one, but they cannot keep the
 * owner out: an address that has not used up its own free attempts and waits as it was told is let in.
 */
export function judgeAttempt(own: AddressAttempts, account: Attempts, now: number): Verdict {
  const ownWaitMs = remainingMs(own.lastAt, addressDelayMs(own.wrong), now);
  if (ownWaitMs > 0) return { waitMs: ownWaitMs, comeBackAt: null };
  const accountWaitMs = remainingMs(account.lastAt, accountDelayMs(account.wrong), now);
  if (accountWaitMs === 0) return { waitMs: 0, comeBackAt: null };
  if (own.wrong >= freeAttempts) return { waitMs: accountWaitMs, comeBackAt: null };
  const promised = isStanding(own.comeBackAt, now) ? own.comeBackAt : now + accountWaitMs;
  return { waitMs: Math.max(promised - now, 0), comeBackAt: promised };
}

/** Wrong attempts that are long past count no more. */
export function isForgotten(attempts: Attempts, now: number): boolean {
  return now - attempts.lastAt >= forgetAfterMs;
}

/** A clock that was set back must not make anybody wait longer than the delay itself: it makes nobody wait. */
function remainingMs(lastAt: number, delayMs: number, now: number): number {
  return now < lastAt ? 0 : Math.max(lastAt + delayMs - now, 0);
}

function isStanding(promised: number | null, now: number): promised is number {
  return promised !== null && now < promised + promiseLastsMs && promised <= now + maxAccountDelayMs;
}

/**
 * Whom wrong attempts are counted against: an IPv4 address, or the /64 network of an IPv6 address, for each home has
 * that many addresses to choose from.
 */
export function addressGroup(address: string): string {
  const plain = address.toLowerCase().replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(8 - before.length - after.length, 0) }, () => '0');
  const groups = [...before, ...(tail === undefined ? [] : zeros), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

const dayMs = 86_400_000;
/** However much it is used, a session ends after this. */
export const sessionLifeMs = 90 * dayMs;
/** Unused for this long, it ends too. */
export const sessionIdleMs = 30 * dayMs;

const idLength = 16;

/** When a session began and was last used, UTC milliseconds. */
export interface SessionTimes {
  created_at: number;
  last_seen_at: number;
}

/** From when on it is not good any more if it is not used again. */
export function sessionEndsAt({ created_at: begun, last_seen_at: seen }: SessionTimes): number {
  return Math.min(begun + sessionLifeMs, seen + sessionIdleMs);
}

/** Whether it may still be used. A clock that was set back ends none. */
export function isSessionLive(times: SessionTimes, now: number): boolean {
  return now < sessionEndsAt(times);
}

/** What names a session to people and to the API; of no use to log in. */
export function sessionIdOf(tokenHash: string): string {
  return tokenHash.slice(0, idLength);
}

/** Those that are not over, the one last used first. */
export function liveSessions<S extends SessionTimes>(sessions: readonly S[], now: number): S[] {
  return sessions
    .filter((session) => isSessionLive(session, now))
    .toSorted((one, other) => other.last_seen_at - one.last_seen_at);
}

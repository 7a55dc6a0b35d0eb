import type { Database } from '../db/open.ts';
import type { SessionRow } from '../db/schema.ts';
import { cannotWrite } from '../db/unwritable.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { isSessionLive, liveSessions, sessionIdOf } from './session-policy.ts';
import {
  allSessions,
  deleteSession,
  deleteSessionsOf,
  findSession,
  hashOfToken,
  insertSession,
  touchSession,
} from './session-repository.ts';
import { owner } from './user-repository.ts';

export interface SessionStoreDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems?: Pick<ProblemService, 'raise' | 'end'> | undefined;
}

/** One that could not be written down: it is good until the program ends, or until it can be. */
interface Held {
  row: SessionRow;
  /** Of the password that began it: another one ends it. */
  passwordChangedAt: number;
}

export interface ListedSession {
  row: SessionRow;
  id: string;
  /** Written down: it outlives the program. */
  isLasting: boolean;
}

const touchEveryMs = 60_000;
const maxHeld = 100;
const problemKey = 'accounts:sessions';
const problem = {
  key: problemKey,
  severity: 'warning',
  message:
    'Who logs in and out cannot be written down, for the disk of the configuration folder is full or cannot be written. It holds until the program ends.',
  advice: 'Make room on that disk. It is then written down by itself.',
} as const;

/**
 * The sessions of the table, and those that it could not take: a full disk must not keep the owner out, nor a stranger
 * in.
 */
export class SessionStore {
  private readonly deps: SessionStoreDeps;
  private readonly held = new Map<string, Held>();
  /** Hashes of those that were ended and could not be deleted. */
  private readonly ended = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private triedAt: number | null = null;
  private isProblem = false;

  constructor(deps: SessionStoreDeps) {
    this.deps = deps;
  }

  /** Calls back after sessions have ended before their time; returns how to stop that. */
  whenEnded(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The session of a token that is neither ended nor over; one lookup by key. */
  async find(token: string): Promise<SessionRow | undefined> {
    const hash = hashOfToken(token);
    if (hash === null || this.ended.has(hash)) return undefined;
    const held = this.held.get(hash);
    if (held) return this.stillGood(held);
    const row = await findSession(this.deps.db, hash);
    return row && isSessionLive(row, this.deps.clock.now()) ? row : undefined;
  }

  private async stillGood({ row, passwordChangedAt }: Held): Promise<SessionRow | undefined> {
    const { db, clock } = this.deps;
    const user = await owner(db);
    const isGood =
      user?.id === row.user_id &&
      user.password_changed_at === passwordChangedAt &&
      isSessionLive(row, clock.now());
    if (!isGood) this.held.delete(row.token_hash);
    return isGood ? row : undefined;
  }

  /** Keeps a session that the table could not take. */
  hold(row: SessionRow, passwordChangedAt: number, cause: unknown): void {
    for (const oldest of this.held.keys()) {
      if (this.held.size < maxHeld) break;
      this.held.delete(oldest);
    }
    this.held.set(row.token_hash, { row, passwordChangedAt });
    this.tellProblem(cause);
  }

  /** Notes the use of a session, once a minute. One that cannot be noted as used is good all the same. */
  async touch(session: SessionRow): Promise<void> {
    const { db, clock, log } = this.deps;
    const now = clock.now();
    const before = now - touchEveryMs;
    await this.settle(now);
    if (session.last_seen_at > before) return;
    const held = this.held.get(session.token_hash);
    if (held) held.row = { ...held.row, last_seen_at: now };
    else {
      await touchSession(db, session, { now, before }).catch((error: unknown) =>
        log.warn({ err: error }, 'the use of a session could not be noted'),
      );
    }
  }

  /** Ends the session of a token, whether or not there is one. */
  async endOf(token: string): Promise<void> {
    const hash = hashOfToken(token);
    if (hash !== null) await this.end(hash);
  }

  /** Ends one session of a user by what names it; false when there is none. */
  async endById(userId: number, id: string): Promise<boolean> {
    const found = (await this.list(userId)).find((session) => session.id === id);
    if (found) await this.end(found.row.token_hash);
    return found !== undefined;
  }

  /** Ends all sessions of a user but that of `keptToken`; returns how many. */
  async endOthers(userId: number, keptToken: string | null): Promise<number> {
    const kept = keptToken === null ? null : hashOfToken(keptToken);
    const others = (await this.list(userId)).filter(({ row }) => row.token_hash !== kept);
    this.dropHeld(userId, keptToken);
    try {
      await deleteSessionsOf(this.deps.db, userId, kept);
    } catch (error) {
      if (!cannotWrite(error)) throw error;
      for (const { row, isLasting } of others) if (isLasting) this.ended.add(row.token_hash);
      this.tellProblem(error);
    }
    this.tellEnded();
    return others.length;
  }

  /** Forgets what the table does not know of, but for one; for whoever has just deleted the rest from the table. */
  dropHeld(userId: number, keptToken: string | null): void {
    const kept = keptToken === null ? null : hashOfToken(keptToken);
    for (const [hash, { row }] of this.held)
      if (row.user_id === userId && hash !== kept) this.held.delete(hash);
  }

  /** The one kept is good under the new password too. */
  async keepHeld(token: string | null): Promise<void> {
    const held = token === null ? undefined : this.held.get(hashOfToken(token) ?? '');
    const user = held && (await owner(this.deps.db));
    if (user) held.passwordChangedAt = user.password_changed_at;
  }

  /** Those of a user that are not over, the one last used first. */
  async list(userId: number): Promise<ListedSession[]> {
    const { db, clock } = this.deps;
    const rows = (await allSessions(db)).filter(({ token_hash }) => !this.ended.has(token_hash));
    const known = new Set(rows.map(({ token_hash }) => token_hash));
    const held = [...this.held.values()].map(({ row }) => row).filter((row) => !known.has(row.token_hash));
    return liveSessions([...rows, ...held], clock.now())
      .filter((row) => row.user_id === userId)
      .map((row) => ({ row, id: sessionIdOf(row.token_hash), isLasting: known.has(row.token_hash) }));
  }

  tellEnded(): void {
    for (const listener of this.listeners) listener();
  }

  private async end(hash: string): Promise<void> {
    this.held.delete(hash);
    try {
      await deleteSession(this.deps.db, hash);
    } catch (error) {
      if (!cannotWrite(error)) throw error;
      this.ended.add(hash);
      this.tellProblem(error);
    }
    this.tellEnded();
  }

  /** Writes down what could not be written before, at most once a minute. */
  private async settle(now: number): Promise<void> {
    if (this.held.size + this.ended.size === 0) return this.endProblem();
    if (this.triedAt !== null && Math.abs(now - this.triedAt) < touchEveryMs) return;
    this.triedAt = now;
    try {
      for (const hash of this.ended) {
        await deleteSession(this.deps.db, hash);
        this.ended.delete(hash);
      }
      for (const [hash, held] of this.held) {
        if (await this.stillGood(held)) await insertSession(this.deps.db, held.row);
        this.held.delete(hash);
      }
      this.endProblem();
    } catch (error) {
      if (!cannotWrite(error)) throw error;
    }
  }

  private tellProblem(cause: unknown): void {
    const { log, problems } = this.deps;
    // Not at once again: the disk has just refused.
    this.triedAt = this.deps.clock.now();
    if (this.isProblem) return;
    this.isProblem = true;
    log.warn({ err: cause }, 'sessions cannot be written down; they hold until the program ends');
    problems
      ?.raise(problem)
      .catch((error: unknown) => log.error({ err: error }, 'a problem could not be noted'));
  }

  private endProblem(): void {
    if (!this.isProblem) return;
    this.isProblem = false;
    const { log, problems } = this.deps;
    problems
      ?.end(problemKey)
      .catch((error: unknown) => log.error({ err: error }, 'a problem could not be ended'));
  }
}

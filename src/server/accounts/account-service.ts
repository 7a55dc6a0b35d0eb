import type { AccountSession } from '../../shared/accounts.ts';
import type { AccessState } from '../../shared/startup.ts';
import type { Database, Db } from '../db/open.ts';
import type { UserRow } from './user-repository.ts';
import { cannotWrite } from '../db/unwritable.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { orUnavailable } from './full-disk.ts';
import { LogInThrottle } from './login-throttle.ts';
import { decoyHash, hashPassword, isOutdated, isReadable, verifyPassword } from './password-hash.ts';
import { sessionEndsAt } from './session-policy.ts';
import {
  deleteSessionsOf,
  hashOfToken,
  insertSession,
  makeToken,
  removeExpiredSessions,
  sessionRow,
} from './session-repository.ts';
import { SessionStore } from './session-store.ts';
import { SetUpTickets } from './set-up-tickets.ts';
import { isSetupCode } from './setup-code.ts';
import {
  createOwner,
  installation,
  noteLogIn,
  noteSetUp,
  owner,
  replacePassword,
} from './user-repository.ts';

export interface AccountDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** The code that the log prints, or the user's own. */
  setupCode: string;
  /** No other machine can reach the program: until there is a password, none is asked for. */
  loopbackOnly: boolean;
  problems?: Pick<ProblemService, 'raise' | 'end'>;
  /** There is a password from now on. */
  onSetUp?: () => void;
  /** Somebody logged in, or sessions were ended. */
  onSessionsChange?: () => void;
}

/** Who asks, for the table of sessions and for slowing down. */
export interface Visitor {
  address: string;
  agent: string | null;
}

/** `kept`: there was a user already; `unreadable`: it can belong to no password, so there is no user. */
export type AdoptionOfPassword = 'adopted' | 'kept' | 'unreadable';

/** How often a log-in begins anew because the row changed under it (another log-in upgraded the hash). */
const maxLogInRounds = 3;

/** The owner, the sessions, and who may in. Every question is asked of the database: what another process changed counts at once. */
export class AccountService {
  private readonly deps: AccountDeps;
  private readonly throttle: LogInThrottle;
  private readonly sessions: SessionStore;
  private readonly tickets: SetUpTickets;

  constructor(deps: AccountDeps) {
    const { db, clock, log, problems } = deps;
    this.deps = deps;
    this.throttle = new LogInThrottle(clock);
    this.sessions = new SessionStore({ db, clock, log, problems });
    this.tickets = new SetUpTickets(clock);
    this.sessions.whenEnded(() => deps.onSessionsChange?.());
  }

  /** What a browser with this session token may do. Costs one lookup when it is signed in, two when not. */
  async access(token: string | null): Promise<AccessState> {
    const { db, loopbackOnly } = this.deps;
    const session = token === null ? undefined : await this.sessions.find(token);
    if (session) {
      await this.sessions.touch(session);
      return 'signed_in';
    }
    const { hasUser, isSetUp } = await installation(db);
    if (hasUser) return 'log_in';
    if (isSetUp) return 'locked';
    if (loopbackOnly) return 'open';
    return token !== null && this.tickets.isGood(token) ? 'setting_up' : 'set_up';
  }

  /** Calls back after sessions have ended before their time; returns how to stop that. */
  whenSessionsEnd(listener: () => void): () => void {
    return this.sessions.whenEnded(listener);
  }

  /** Begins a session and returns its token. Refuses with `unauthenticated` or `slow_down`. */
  async logIn(input: Visitor & { password: string }): Promise<string> {
    this.throttle.begin(input.address);
    for (let round = 0; round < maxLogInRounds; round += 1) {
      const user = await owner(this.deps.db);
      const isRight = await verifyPassword(user?.password_hash ?? decoyHash, input.password);
      if (!user || !isRight) break;
      const token = await this.beginFor(user, input);
      if (token !== null) return token;
    }
    this.warn(input.address, 'somebody tried a wrong password');
    throw new AppError('unauthenticated', 'That is not the password.');
  }

  async logOut(token: string | null): Promise<void> {
    if (token !== null) await this.sessions.endOf(token);
  }

  /** Who is logged in where, the one last used first. */
  async listSessions(token: string | null): Promise<AccountSession[]> {
    const user = await owner(this.deps.db);
    const mine = token === null ? null : hashOfToken(token);
    const listed = user ? await this.sessions.list(user.id) : [];
    return listed.map(({ id, row, isLasting }) => ({
      id,
      address: row.address,
      agent: row.agent,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      endsAt: sessionEndsAt(row),
      isThis: row.token_hash === mine,
      isLasting,
    }));
  }

  /** Ends one session. Refuses with `not_found` when it is over already. */
  async endSession(id: string): Promise<void> {
    const user = await owner(this.deps.db);
    const isEnded = user !== undefined && (await this.sessions.endById(user.id, id));
    if (!isEnded) throw new AppError('not_found', 'That session is over already.');
    this.deps.log.info({ session: id }, 'a session was ended');
  }

  /** Ends every session but that of `token`; returns how many. */
  async endOtherSessions(token: string | null): Promise<number> {
    const user = await owner(this.deps.db);
    const ended = user ? await this.sessions.endOthers(user.id, token) : 0;
    this.deps.log.info({ sessionsEnded: ended }, 'all other sessions were ended');
    return ended;
  }

  /** Ends every session but that of `token`. Refuses with `forbidden`, `conflict`, `slow_down` or `unavailable`. */
  async changePassword(input: {
    token: string | null;
    address: string;
    current: string;
    password: string;
  }): Promise<void> {
    const { db, clock, log } = this.deps;
    const user = await owner(db);
    if (!user) throw new AppError('conflict', 'There is no password yet that could be changed.');
    this.throttle.begin(input.address);
    if (!(await verifyPassword(user.password_hash, input.current))) {
      this.warn(input.address, 'somebody tried to change the password with a wrong one');
      throw refusedField('current', 'That is not the current password.');
    }
    const hash = await hashPassword(input.password);
    const kept = input.token === null ? null : hashOfToken(input.token);
    const ended = await orUnavailable('The password', () =>
      db.transaction().execute(async (trx) => {
        const isDone = await replacePassword(trx, user, { hash, now: clock.now() });
        return isDone ? deleteSessionsOf(trx, user.id, kept) : null;
      }),
    );
    if (ended === null) throw new AppError('conflict', 'The password was changed elsewhere meanwhile.');
    this.sessions.dropHeld(user.id, input.token);
    await this.sessions.keepHeld(input.token);
    this.sessions.tellEnded();
    this.throttle.succeeded(input.address);
    log.info({ address: input.address, sessionsEnded: ended }, 'the password was changed');
  }

  /** Lets a browser set this installation up, by the code; returns its ticket. Refuses as `setUp` does. */
  async beginSetUp(input: { code: string; address: string }): Promise<string> {
    await this.requireNew();
    this.requireCode(input);
    this.throttle.succeeded(input.address);
    return this.tickets.give();
  }

  /**
   * Creates the owner and a session; returns its token. Refuses with `conflict` once this installation was set up,
   * and with `forbidden` or `slow_down`.
   */
  async setUp(input: Visitor & { code: string; password: string }): Promise<string> {
    await this.requireNew();
    this.requireCode(input);
    return this.finishSetUp(input);
  }

  /** The same for whom the gate has let through: by a ticket, or where no password is needed yet. */
  async finishSetUp(input: Visitor & { password: string }): Promise<string> {
    const { db, clock, log } = this.deps;
    await this.requireNew();
    const hash = await hashPassword(input.password);
    const now = clock.now();
    const token = makeToken();
    await orUnavailable('The password', () =>
      db.transaction().execute(async (trx) => {
        const isFirst = await noteSetUp(trx, now);
        const userId = isFirst ? await createOwner(trx, hash, now) : undefined;
        if (userId === undefined) throw alreadySetUp();
        await insertSession(trx, sessionRow(token, { ...input, userId, now }));
      }),
    );
    this.throttle.succeeded(input.address);
    this.tickets.clear();
    this.deps.onSetUp?.();
    // What was open without a password is so no more.
    this.sessions.tellEnded();
    log.info({ address: input.address }, 'the first password was set');
    return token;
  }

  /** Refuses with `conflict` when this installation was set up already. */
  async requireNew(): Promise<void> {
    const { hasUser, isSetUp } = await installation(this.deps.db);
    if (hasUser || isSetUp) throw alreadySetUp();
  }

  /** Takes over the password of an existing system. Set-up is closed afterwards, whatever became of the password. */
  async adoptPassword(
    found: { kind: 'bcrypt'; hash: string } | { kind: 'clear'; text: string },
  ): Promise<AdoptionOfPassword> {
    const { db, clock } = this.deps;
    const hash = await hashOfFound(found);
    const now = clock.now();
    return db.transaction().execute(async (trx) => {
      await noteSetUp(trx, now);
      if (hash === null) return (await owner(trx)) ? 'kept' : 'unreadable';
      return (await createOwner(trx, hash, now)) === undefined ? 'kept' : 'adopted';
    });
  }

  /** Set-up never opens from now on, whether or not there is a user. */
  async markSetUp(): Promise<void> {
    await noteSetUp(this.deps.db, this.deps.clock.now());
  }

  private requireCode({ code, address }: { code: string; address: string }): void {
    this.throttle.begin(address);
    if (isSetupCode(this.deps.setupCode, code)) return;
    this.warn(address, 'somebody tried a wrong set-up code');
    throw refusedField('code', "That is not the code from the program's log.");
  }

  /** The session of somebody whose password was right; null when the password was changed since it was looked at. */
  private async beginFor(user: UserRow, input: Visitor & { password: string }): Promise<string | null> {
    const { clock, log } = this.deps;
    const isUpgrade = isOutdated(user.password_hash);
    const hash = isUpgrade ? await hashPassword(input.password) : user.password_hash;
    const now = clock.now();
    const token = makeToken();
    const isBegun = await this.store(user, { hash, now, token, visitor: input });
    if (isBegun === 'changed') return null;
    this.throttle.succeeded(input.address);
    this.deps.onSessionsChange?.();
    if (isUpgrade && isBegun === 'stored') log.info('the password is hashed with argon2id from now on');
    return token;
  }

  /** `held`: the disk is full, and the session is good all the same. */
  private async store(
    user: UserRow,
    begun: { hash: string; now: number; token: string; visitor: Visitor },
  ): Promise<'stored' | 'held' | 'changed'> {
    const { db } = this.deps;
    const { hash, now, token } = begun;
    const { address, agent } = begun.visitor;
    const row = sessionRow(token, { userId: user.id, now, address, agent });
    try {
      return await db.transaction().execute(async (trx: Db) => {
        if (!(await noteLogIn(trx, user, { hash, now }))) return 'changed';
        await removeExpiredSessions(trx, now);
        await insertSession(trx, row);
        return 'stored';
      });
    } catch (error) {
      if (!cannotWrite(error)) throw error;
      if ((await owner(db))?.password_hash !== user.password_hash) return 'changed';
      this.sessions.hold(row, user.password_changed_at, error);
      return 'held';
    }
  }

  private warn(address: string, message: string): void {
    if (this.throttle.shouldWarn(address)) this.deps.log.warn({ address }, message);
  }
}

async function hashOfFound(
  found: { kind: 'bcrypt'; hash: string } | { kind: 'clear'; text: string },
): Promise<string | null> {
  if (found.kind === 'bcrypt') return isReadable(found.hash) ? found.hash : null;
  return found.text === '' ? null : hashPassword(found.text);
}

function refusedField(field: string, message: string): AppError {
  return new AppError('forbidden', message, [{ field, message }]);
}

function alreadySetUp(): AppError {
  return new AppError(
    'conflict',
    'This installation was set up already. If the password is lost, run `viofosync password` on the machine.',
  );
}

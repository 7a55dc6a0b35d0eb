import type { AccessState } from '../../shared/startup.ts';
import type { Database, Db } from '../db/open.ts';
import type { SessionRow, UserRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { LogInThrottle } from './login-throttle.ts';
import { decoyHash, hashPassword, isOutdated, isReadable, verifyPassword } from './password-hash.ts';
import {
  beginSession,
  endSession,
  endSessionsOf,
  liveSession,
  removeExpiredSessions,
  touchSession,
} from './session-repository.ts';
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
  /** There is a password from now on. */
  onSetUp?(): void;
}

/** Who asks, for the table of sessions and for slowing down. */
export interface Visitor {
  address: string;
  agent: string | null;
}

/** `kept`: there was a user already; `unreadable`: it can belong to no password, so there is no user. */
export type AdoptionOfPassword = 'adopted' | 'kept' | 'unreadable';

const touchEveryMs = 60_000;
/** How often a log-in begins anew because the row changed under it (another log-in upgraded the hash). */
const maxLogInRounds = 3;

/** The owner, the sessions, and who may in. Every question is asked of the database: what another process changed counts at once. */
export class AccountService {
  private readonly deps: AccountDeps;
  private readonly throttle: LogInThrottle;

  constructor(deps: AccountDeps) {
    this.deps = deps;
    this.throttle = new LogInThrottle(deps.clock);
  }

  /** What a browser with this session token may do. Costs one lookup when it is signed in, two when not. */
  async access(token: string | null): Promise<AccessState> {
    const { db, clock, loopbackOnly } = this.deps;
    const now = clock.now();
    const session = token === null ? undefined : await liveSession(db, token, now);
    if (session) {
      await this.touch(session, now);
      return 'signed_in';
    }
    const { hasUser, isSetUp } = await installation(db);
    if (hasUser) return 'log_in';
    if (isSetUp) return 'locked';
    return loopbackOnly ? 'open' : 'set_up';
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
    if (token !== null) await endSession(this.deps.db, token);
  }

  /** Ends every session but that of `token`. Refuses with `forbidden`, `conflict` or `slow_down`. */
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
    const ended = await db.transaction().execute(async (trx) => {
      const isDone = await replacePassword(trx, user, { hash, now: clock.now() });
      return isDone ? endSessionsOf(trx, user.id, input.token) : null;
    });
    if (ended === null) throw new AppError('conflict', 'The password was changed elsewhere meanwhile.');
    this.throttle.succeeded(input.address);
    log.info({ address: input.address, sessionsEnded: ended }, 'the password was changed');
  }

  /**
   * Creates the owner and a session; returns its token. Refuses with `conflict` once this installation was set up,
   * and with `forbidden` or `slow_down`.
   */
  async setUp(input: Visitor & { code: string; password: string }): Promise<string> {
    const { db, clock, log, setupCode } = this.deps;
    const { hasUser, isSetUp } = await installation(db);
    if (hasUser || isSetUp) throw alreadySetUp();
    this.throttle.begin(input.address);
    if (!isSetupCode(setupCode, input.code)) {
      this.warn(input.address, 'somebody tried a wrong set-up code');
      throw refusedField('code', "That is not the code from the program's log.");
    }
    const hash = await hashPassword(input.password);
    const now = clock.now();
    const token = await db.transaction().execute(async (trx) => {
      const isFirst = await noteSetUp(trx, now);
      const userId = isFirst ? await createOwner(trx, hash, now) : undefined;
      if (userId === undefined) throw alreadySetUp();
      return beginSession(trx, { userId, now, address: input.address, agent: input.agent });
    });
    this.throttle.succeeded(input.address);
    this.deps.onSetUp?.();
    log.info({ address: input.address }, 'the first password was set');
    return token;
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

  /** The session of somebody whose password was right; null when the password was changed since it was looked at. */
  private async beginFor(user: UserRow, input: Visitor & { password: string }): Promise<string | null> {
    const { db, clock, log } = this.deps;
    const isUpgrade = isOutdated(user.password_hash);
    const hash = isUpgrade ? await hashPassword(input.password) : user.password_hash;
    const now = clock.now();
    const token = await db.transaction().execute(async (trx: Db) => {
      if (!(await noteLogIn(trx, user, { hash, now }))) return null;
      await removeExpiredSessions(trx, now);
      return beginSession(trx, { userId: user.id, now, address: input.address, agent: input.agent });
    });
    if (token === null) return null;
    this.throttle.succeeded(input.address);
    if (isUpgrade) log.info('the password is hashed with argon2id from now on');
    return token;
  }

  /** A session that cannot be noted as used (a full disk) is good all the same. */
  private async touch(session: SessionRow, now: number): Promise<void> {
    const before = now - touchEveryMs;
    if (session.last_seen_at > before) return;
    try {
      await touchSession(this.deps.db, session, { now, before });
    } catch (error) {
      this.deps.log.warn({ err: error }, 'the use of a session could not be noted');
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

import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../db/open.ts';
import type { SessionRow } from '../db/schema.ts';
import { sessionIdleMs, sessionLifeMs } from './session-policy.ts';

const tokenBytes = 32;
const tokenForm = /^[\w-]{43}$/;
const maxAgentLength = 200;

export interface NewSession {
  userId: number;
  now: number;
  address: string;
  agent: string | null;
}

/** A new secret for a browser's cookie, 256 bits; nowhere stored: only its hash is. */
export function makeToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** What is stored of a token; null for what can be none. */
export function hashOfToken(token: string): string | null {
  return tokenForm.test(token) ? createHash('sha256').update(token).digest('hex') : null;
}

/** The row of a session that begins now. */
export function sessionRow(token: string, session: NewSession): SessionRow {
  return {
    token_hash: createHash('sha256').update(token).digest('hex'),
    user_id: session.userId,
    created_at: session.now,
    last_seen_at: session.now,
    address: session.address,
    agent: session.agent?.slice(0, maxAgentLength) ?? null,
  };
}

/** Harmless when it is there already. */
export async function insertSession(db: Db, row: SessionRow): Promise<void> {
  await db
    .insertInto('session')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** One lookup by key. */
export async function findSession(db: Db, tokenHash: string): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

export async function allSessions(db: Db): Promise<SessionRow[]> {
  return db.selectFrom('session').selectAll().execute();
}

/** Notes that it was used, unless that was noted since `before` (another request of the same moment). */
export async function touchSession(
  db: Db,
  row: SessionRow,
  at: { now: number; before: number },
): Promise<void> {
  await db
    .updateTable('session')
    .set({ last_seen_at: at.now })
    .where('token_hash', '=', row.token_hash)
    .where('last_seen_at', '<=', at.before)
    .execute();
}

export async function deleteSession(db: Db, tokenHash: string): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', tokenHash).execute();
}

/** Ends the sessions of a user, but for one; returns how many. */
export async function deleteSessionsOf(db: Db, userId: number, keptHash: string | null): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('user_id', '=', userId)
    .$if(keptHash !== null, (query) => query.where('token_hash', '!=', keptHash ?? ''))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export async function removeExpiredSessions(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('session')
    .where((row) =>
      row.or([row('created_at', '<=', now - sessionLifeMs), row('last_seen_at', '<=', now - sessionIdleMs)]),
    )
    .execute();
}

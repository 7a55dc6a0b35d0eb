import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '../db/open.ts';
import type { SessionRow } from '../db/schema.ts';

const dayMs = 86_400_000;
/** However much it is used, a session ends after this. */
export const sessionLifeMs = 90 * dayMs;
/** Unused for this long, it ends too. */
export const sessionIdleMs = 30 * dayMs;

const tokenBytes = 32;
const tokenForm = /^[\w-]{43}$/;
const maxAgentLength = 200;

export interface NewSession {
  userId: number;
  now: number;
  address: string;
  agent: string | null;
}

/** Begins a session; returns its token, which is nowhere stored: only its hash is. */
export async function beginSession(db: Db, session: NewSession): Promise<string> {
  const token = randomBytes(tokenBytes).toString('base64url');
  await db
    .insertInto('session')
    .values({
      token_hash: hashOf(token),
      user_id: session.userId,
      created_at: session.now,
      last_seen_at: session.now,
      address: session.address,
      agent: session.agent?.slice(0, maxAgentLength) ?? null,
    })
    .execute();
  return token;
}

/** The session of a token that is neither ended nor expired; one lookup by key. */
export async function liveSession(db: Db, token: string, now: number): Promise<SessionRow | undefined> {
  if (!tokenForm.test(token)) return undefined;
  const row = await db
    .selectFrom('session')
    .selectAll()
    .where('token_hash', '=', hashOf(token))
    .executeTakeFirst();
  return row && isLive(row, now) ? row : undefined;
}

function isLive(row: SessionRow, now: number): boolean {
  return now - row.created_at < sessionLifeMs && now - row.last_seen_at < sessionIdleMs;
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

export async function endSession(db: Db, token: string): Promise<void> {
  if (tokenForm.test(token)) await db.deleteFrom('session').where('token_hash', '=', hashOf(token)).execute();
}

/** Ends the sessions of a user, but for the one of `keptToken`; returns how many. */
export async function endSessionsOf(db: Db, userId: number, keptToken: string | null): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('user_id', '=', userId)
    .$if(keptToken !== null, (query) => query.where('token_hash', '!=', hashOf(keptToken ?? '')))
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

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

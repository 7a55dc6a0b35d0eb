import { fastifyCookie } from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serveMedia } from '../http/serve.ts';
import type { AccountService, Visitor } from './account-service.ts';
import { SlowDownError } from './login-throttle.ts';
import { sessionLifeMs } from './session-repository.ts';

/** The Python version's cookie has another name: browsers may send both. */
export const sessionCookieName = 'viofosync_session_v3';

export interface AccountRouteDeps {
  service: AccountService;
}

/** Log in, log out, first password, other password; the session's token travels in a cookie that no script can read. */
export function accountRoutes(app: FastifyInstance, deps: AccountRouteDeps): void {
  const { service } = deps;
  serveMedia(app, routes.logIn, ({ body }, raw) =>
    answerWithSession(raw, () => service.logIn({ ...visitorOf(raw.request), password: body.password })),
  );
  serveMedia(app, routes.setUp, ({ body }, raw) =>
    answerWithSession(raw, () => service.setUp({ ...visitorOf(raw.request), ...body })),
  );
  serveMedia(app, routes.logOut, async (_input, { request, reply }) => {
    await service.logOut(readSessionToken(request.headers.cookie));
    reply.header('set-cookie', sessionCookie('', { maxAgeSeconds: 0, secure: isSecure(request) }));
    return reply.code(204).send();
  });
  serveMedia(app, routes.changePassword, async ({ body }, { request, reply }) => {
    const token = readSessionToken(request.headers.cookie);
    await slowedDown(reply, () => service.changePassword({ token, address: request.ip, ...body }));
    return reply.header('cache-control', 'no-store').send({ ok: true });
  });
}

/** The token in a `Cookie` header, or null. */
export function readSessionToken(cookieHeader: string | undefined): string | null {
  if (cookieHeader === undefined) return null;
  return fastifyCookie.parse(cookieHeader)[sessionCookieName] || null;
}

async function answerWithSession(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  begin: () => Promise<string>,
): Promise<FastifyReply> {
  const token = await slowedDown(reply, begin);
  const cookie = sessionCookie(token, { maxAgeSeconds: sessionLifeMs / 1000, secure: isSecure(request) });
  return reply.header('set-cookie', cookie).header('cache-control', 'no-store').send({ ok: true });
}

async function slowedDown<T>(reply: FastifyReply, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof SlowDownError) reply.header('retry-after', error.seconds);
    throw error;
  }
}

function sessionCookie(token: string, options: { maxAgeSeconds: number; secure: boolean }): string {
  return fastifyCookie.serialize(sessionCookieName, token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: options.maxAgeSeconds,
    secure: options.secure,
  });
}

/**
 * Did the browser use TLS? A reverse proxy says so; the origin that the browser itself names does where the proxy
 * does not. Either can be made up only by whoever then gets the cookie.
 */
function isSecure({ headers }: FastifyRequest): boolean {
  const proto = String(headers['x-forwarded-proto'] ?? '').split(',')[0];
  return proto?.trim().toLowerCase() === 'https' || headers.origin?.startsWith('https://') === true;
}

function visitorOf(request: FastifyRequest): Visitor {
  return { address: request.ip, agent: request.headers['user-agent'] ?? null };
}

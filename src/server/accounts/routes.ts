import { fastifyCookie } from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve, serveMedia } from '../http/serve.ts';
import type { AccountService, Visitor } from './account-service.ts';
import { SlowDownError } from './login-throttle.ts';
import { sessionLifeMs } from './session-policy.ts';

/** The Python version's cookie has another name: browsers may send both. */
export const sessionCookieName = 'viofosync_session_v3';

export interface AccountRouteDeps {
  service: AccountService;
}

/** Log in, log out, first password, other password, who is logged in where; a session's token travels in a cookie that no script can read. */
export function accountRoutes(app: FastifyInstance, deps: AccountRouteDeps): void {
  const { service } = deps;
  serveMedia(app, routes.logIn, ({ body }, raw) =>
    answerWithSession(raw, () => service.logIn({ ...visitorOf(raw.request), password: body.password })),
  );
  serveMedia(app, routes.setUp, ({ body }, raw) =>
    answerWithSession(raw, () => service.setUp({ ...visitorOf(raw.request), ...body })),
  );
  serveMedia(app, routes.beginSetUp, ({ body }, raw) =>
    answerWithToken(raw, null, () => service.beginSetUp({ ...body, address: raw.request.ip })),
  );
  serve(app, routes.listSessions, async (_input, request) => ({
    sessions: await service.listSessions(tokenOf(request)),
  }));
  serve(app, routes.endSession, ({ params }) => service.endSession(params.id));
  serve(app, routes.endOtherSessions, async (_input, request) => ({
    ended: await service.endOtherSessions(tokenOf(request)),
  }));
  serveMedia(app, routes.logOut, async (_input, { request, reply }) => {
    await service.logOut(tokenOf(request));
    reply.header('set-cookie', sessionCookie('', { maxAgeSeconds: 0, secure: isSecure(request) }));
    return reply.code(204).send();
  });
  serveMedia(app, routes.changePassword, async ({ body }, { request, reply }) => {
    const token = tokenOf(request);
    await slowedDown(reply, () => service.changePassword({ token, address: request.ip, ...body }));
    return reply.header('cache-control', 'no-store').send({ ok: true });
  });
}

/** The token in a `Cookie` header, or null. */
export function readSessionToken(cookieHeader: string | undefined): string | null {
  if (cookieHeader === undefined) return null;
  return fastifyCookie.parse(cookieHeader)[sessionCookieName] || null;
}

const tokenOf = (request: FastifyRequest) => readSessionToken(request.headers.cookie);

interface Raw {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Begins a session and gives its token to the browser. */
export function answerWithSession(raw: Raw, begin: () => Promise<string>): Promise<FastifyReply> {
  return answerWithToken(raw, sessionLifeMs / 1000, begin);
}

/** `maxAgeSeconds` null: until the browser is closed. */
async function answerWithToken(
  { request, reply }: Raw,
  maxAgeSeconds: number | null,
  begin: () => Promise<string>,
): Promise<FastifyReply> {
  const token = await slowedDown(reply, begin);
  const cookie = sessionCookie(token, { maxAgeSeconds, secure: isSecure(request) });
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

function sessionCookie(token: string, options: { maxAgeSeconds: number | null; secure: boolean }): string {
  return fastifyCookie.serialize(sessionCookieName, token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    ...(options.maxAgeSeconds !== null && { maxAge: options.maxAgeSeconds }),
    secure: options.secure,
  });
}

/**
 * Did the browser use TLS? A proxy that is trusted says so; the origin that the browser itself names does where none
 * is. That can be made up only by whoever then gets the cookie.
 */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  return protocol === 'https' || headers.origin?.startsWith('https://') === true;
}

/** Who asks, as far as it can be believed. */
export function visitorOf(request: FastifyRequest): Visitor {
  return { address: request.ip, agent: request.headers['user-agent'] ?? null };
}

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import websocket from '@fastify/websocket';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify';
import type { GateVerdict } from '../accounts/gate.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { answerError } from './answer-error.ts';
import { contentPolicy, isPageAddress, referrerPolicy } from './page-policy.ts';
import { refusalOf } from './same-origin.ts';

export interface ServerOptions {
  /** Folder of the built web app. */
  webRoot: string;
  /** The page may come from another port of this machine. */
  isDevelopment: boolean;
  /** The database is not open yet: what is not there now will be. */
  isStarting: boolean;
  /** Origin of the server that the user's map comes from; asked at each request, null for none. */
  mapOrigin?: () => string | null;
  /** Who may call what. */
  gate: { check(request: FastifyRequest): Promise<GateVerdict> };
  log: Logger;
}

const maxBodyBytes = 1024 * 1024;

/** The HTTP server with what every request needs; routes are added by the capabilities. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const logger: FastifyBaseLogger = options.log;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { caseSensitive: true },
  });
  await app.register(helmet, helmetOptions);
  sayPolicy(app, options.mapOrigin ?? (() => null));
  await app.register(websocket, { options: { maxPayload: 4096 } });
  // After the WebSocket plugin's own hook: only then does it close the connection of an upgrade that is refused.
  app.addHook('onRequest', async (request) => {
    const { isProtected, denial } = await options.gate.check(request);
    const refusal = refusalOf(request.headers, {
      isDevelopment: options.isDevelopment,
      isProtected,
      method: request.method,
    });
    if (refusal !== null) throw new AppError('forbidden', refusal);
    if (denial !== null) throw denial;
  });
  await serveWebApp(app, options);
  app.setErrorHandler(answerError);
  return app;
}

/** Plain HTTP on a home network: no HSTS, no upgrade of requests, or the page would not load. */
const helmetOptions = {
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  contentSecurityPolicy: false,
  referrerPolicy: false,
};

/**
 * Says to browsers what a page may reach, which changes with the map that is chosen. Pages are always sent whole:
 * with an answer of `304` some browsers keep the policy of before.
 */
function sayPolicy(app: FastifyInstance, mapOrigin: () => string | null): void {
  app.addHook('onRequest', async (request, reply) => {
    const origin = mapOrigin();
    reply.header('content-security-policy', contentPolicy(origin));
    reply.header('referrer-policy', referrerPolicy(origin));
    if (!isPageAddress(request.url)) return;
    delete request.raw.headers['if-none-match'];
    delete request.raw.headers['if-modified-since'];
  });
}

async function serveWebApp(
  app: FastifyInstance,
  { webRoot: root, isStarting }: ServerOptions,
): Promise<void> {
  const built = await access(join(root, 'index.html')).then(
    () => true,
    () => false,
  );
  await app.register(fastifyStatic, {
    root,
    wildcard: built,
    index: built ? 'index.html' : false,
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(root, 'assets'));
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = request.method === 'GET' && isPageAddress(request.url);
    if (isPage && built) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    if (isStarting && request.url.startsWith('/api/')) {
      const starting = new AppError('starting', 'The database is not open yet; /api/startup tells more.');
      return answerError(starting, request, reply.header('retry-after', '1'));
    }
    const hint = isPage ? ' The web app is not built: run `npm run build`, or use `npm run dev`.' : '';
    return answerError(
      new AppError('not_found', `There is nothing at ${request.method} ${request.url}.${hint}`),
      request,
      reply,
    );
  });
}

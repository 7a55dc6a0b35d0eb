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
import { refusalOf } from './same-origin.ts';

export interface ServerOptions {
  /** Folder of the built web app. */
  webRoot: string;
  /** The page may come from another port of this machine. */
  isDevelopment: boolean;
  /** The database is not open yet: what is not there now will be. */
  isStarting: boolean;
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

/** Plain HTTP on a home network: no HSTS, no upgrade of requests, or the page would not load. Nothing from elsewhere. */
const helmetOptions = {
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      mediaSrc: ["'self'", 'blob:'],
      connectSrc: ["'self'", 'ws:'],
      workerSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
    },
  },
};

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
    const isPage =
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      !/\.\w+$/.test(request.url.split('?')[0] ?? '');
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

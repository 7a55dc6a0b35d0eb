import { randomBytes } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import websocket from '@fastify/websocket';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { GateVerdict } from '../accounts/gate.ts';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { answerError } from './answer-error.ts';
import { compressAnswers } from './compress.ts';
import { noSchemas } from './no-schemas.ts';
import { cutOffEnded } from './open-answers.ts';
import { contentPolicy, isPageAddress, referrerPolicy } from './page-policy.ts';
import { preloadLinks, readPageScripts } from './page-scripts.ts';
import { refusedFiles, refusedPage } from './refused-page.ts';
import { refusalOf, type Refusal } from './same-origin.ts';

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
  /** Calls back after sessions have ended; returns how to stop that. */
  whenSessionsEnd?: (listener: () => void) => () => void;
  /** Addresses and networks of proxies that are believed when they say who asked, by which name and whether over TLS. */
  trustProxy?: readonly string[];
  /** Whether a host name is one of the program's own; without it, every one is. */
  isKnownHost?: (hostname: string) => boolean;
  log: Logger;
}

const maxBodyBytes = 1024 * 1024;

/** The HTTP server with what every request needs; routes are added by the capabilities. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { gate, trustProxy = [], whenSessionsEnd } = options;
  const logger: FastifyBaseLogger = options.log;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { caseSensitive: true },
    schemaController: noSchemas,
    ...(trustProxy.length > 0 && { trustProxy: [...trustProxy] }),
  });
  await app.register(helmet, helmetOptions);
  sayPolicy(app, options.mapOrigin ?? (() => null));
  keepPrivate(app);
  compressAnswers(app);
  await app.register(websocket, { options: { maxPayload: 4096 } });
  letIn(app, options);
  if (whenSessionsEnd) cutOffEnded(app, { gate, whenSessionsEnd });
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
 * The gate, for every request. After the WebSocket plugin's own hook: only then does it close the connection of an
 * upgrade that is refused.
 */
function letIn(app: FastifyInstance, options: ServerOptions): void {
  const { gate, isDevelopment, isKnownHost } = options;
  const hint = proxyHint(options);
  app.addHook('onRequest', async (request, reply) => {
    hint(request);
    const { names, denial } = await gate.check(request);
    const refusal = refusalOf(request.headers, {
      isDevelopment,
      names,
      host: request.host,
      method: request.method,
      ...(isKnownHost && { isKnownHost }),
    });
    if (refusal !== null) return refuse(refusal, request, reply);
    if (denial !== null) throw denial;
    return undefined;
  });
}

/** A program is told in its own way; a person who opens a page gets one. */
function refuse(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const isForPage = request.method === 'GET' && refusal.about === 'host';
  if (isForPage && refusedFiles.has(request.url)) return undefined;
  const wantsPage = isForPage && isPageAddress(request.url) && accepts(request, 'text/html');
  if (!wantsPage) throw new AppError('forbidden', refusal.message);
  return reply
    .code(403)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(refusedPage(refusal));
}

const accepts = ({ headers }: FastifyRequest, type: string) => headers.accept?.includes(type) === true;

/** Behind a proxy that is not believed, all visitors are one to whoever counts their attempts: said once. */
function proxyHint({ trustProxy = [], log }: ServerOptions): (request: FastifyRequest) => void {
  let isSaid = trustProxy.length > 0;
  return (request) => {
    if (isSaid || request.headers['x-forwarded-for'] === undefined) return;
    isSaid = true;
    log.info(
      { proxy: request.ip },
      'a reverse proxy passes requests on; name its address in TRUST_PROXY, and its visitors are told from each other',
    );
  };
}

/** No cache between here and the browser ever keeps an answer of the API; the browser itself only what says so. */
function keepPrivate(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    // By the route that was found: an address can be spelt in many ways. Refusals are private too.
    const isOfApi = request.routeOptions.url?.startsWith('/api/') === true;
    if (!isOfApi && reply.statusCode < 400) return;
    const said = String(reply.getHeader('cache-control') ?? '');
    if (!/\b(private|no-store)\b/.test(said)) reply.header('cache-control', 'no-store');
  });
}

/**
 * Says to browsers what a page may reach, which changes with the map that is chosen. Pages are always sent whole:
 * with an answer of `304` some browsers keep the policy of before.
 */
function sayPolicy(app: FastifyInstance, mapOrigin: () => string | null): void {
  app.addHook('onRequest', async (request, reply) => {
    const origin = mapOrigin();
    reply.header('content-security-policy', contentPolicy({ mapOrigin: origin, host: request.host }));
    reply.header('referrer-policy', referrerPolicy(origin));
    if (!isPageAddress(request.url)) return;
    delete request.raw.headers['if-none-match'];
    delete request.raw.headers['if-modified-since'];
  });
}

async function serveWebApp(app: FastifyInstance, options: ServerOptions): Promise<void> {
  const { webRoot: root, isStarting, mapOrigin = () => null } = options;
  const page = join(root, 'index.html');
  const built = await access(page).then(
    () => true,
    () => false,
  );
  await app.register(fastifyStatic, {
    root,
    wildcard: built,
    // Made by the build (scripts/precompress.mjs); of another build there may be none.
    preCompressed: true,
    // Sent by hand: each time with another nonce.
    index: false,
    allowedPath: (path) => !path.endsWith('/') && path !== '/index.html',
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(root, 'assets'));
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = ['GET', 'HEAD'].includes(request.method) && isPageAddress(request.url);
    if (isPage && built) return sendPage(request, reply, { root, mapOrigin: mapOrigin() });
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

/** The page with the nonce that its policy names: read anew each time, for a build may have replaced it. */
async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { root, mapOrigin }: { root: string; mapOrigin: string | null },
): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString('base64url');
  const [html, pages] = await Promise.all([
    readFile(join(root, 'index.html'), 'utf8'),
    readPageScripts(root),
  ]);
  const links = preloadLinks(pages, request.url);
  return reply
    .header('content-security-policy', contentPolicy({ mapOrigin, host: request.host, nonce }))
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(
      html
        .replace('<head>', `<head>\n    <meta property="csp-nonce" nonce="${nonce}" />`)
        .replace('</head>', `${links}</head>`),
    );
}

import { hash as bcryptHash } from '@node-rs/bcrypt';
import fc from 'fast-check';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { AccountService, type AccountDeps } from '../src/server/accounts/account-service.ts';
import { AccessGate } from '../src/server/accounts/gate.ts';
import { accountRoutes, readSessionToken, sessionCookieName } from '../src/server/accounts/routes.ts';
import { passwordCommand, type PasswordInput } from '../src/server/cli/password.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { isKnownHost } from '../src/server/http/host-policy.ts';
import { serveLive } from '../src/server/http/live.ts';
import { createServer } from '../src/server/http/server.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import type { ErrorBody } from '../src/shared/errors.ts';
import type { Events } from '../src/shared/events.ts';
import type { Route } from '../src/shared/route.ts';
import { routes } from '../src/shared/routes.ts';
import { fillDatabase, refusing } from './full-disk.ts';

const password = 'correct horse battery';
const other = 'another good password';
const setupCode = 'K7QF-2MPX';
const dayMs = 86_400_000;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Of an answer of 400 or more. */
  error: ErrorBody['error'];
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  json?: unknown;
  cookie?: string | undefined;
  /** Address of loopback to come from. */
  from?: string;
}

interface Site {
  url: string;
  configDir: string;
  db: Database;
  clock: { at: number; now(): number };
  service: AccountService;
  log: Record<string, unknown>[];
  /** Protected handlers that ran. */
  reached: string[];
  /** Connections that the server has open. */
  sockets: Set<Socket>;
  ask(path: string, ask?: Ask): Promise<Answer>;
  logIn(text?: string, ask?: Ask): Promise<Answer>;
  /** Logs in and returns the `Cookie` header of the new session. */
  signedIn(text?: string, ask?: Ask): Promise<string>;
  changePassword(cookie: string | undefined, current: string, next?: string): Promise<Answer>;
  hash(): Promise<string>;
  sessions(): Promise<number>;
}

interface SiteChoices {
  trustProxy?: string[];
}

/** A server with every route of the program, the real database and the real gate; time is moved by hand. */
async function useSite(deps: Partial<AccountDeps> & SiteChoices = {}): Promise<Site> {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-access-'));
  const configDir = join(home, 'config');
  const webRoot = join(home, 'web');
  await mkdir(configDir);
  await mkdir(webRoot);
  await writeFile(join(webRoot, 'index.html'), '<title>viofosync</title>');
  const db = await openDatabase({ configDir, now: new Date(0) });
  const clock = { at: Date.UTC(2026, 5, 28), now: () => clock.at };
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'debug', base: null },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const { trustProxy = [], ...accountDeps } = deps;
  const service = new AccountService({ db, clock, log, setupCode, loopbackOnly: false, ...accountDeps });
  const reached: string[] = [];
  const app = await buildServer({ webRoot, log, service, reached, trustProxy });
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
    await db.destroy().catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const ask = (path: string, asked: Ask = {}) => send(url, path, asked);
  const logIn = (text = password, asked: Ask = {}) =>
    ask('/api/auth/login', { ...asked, method: 'POST', json: { password: text } });
  return {
    url,
    configDir,
    db,
    clock,
    service,
    log: lines,
    reached,
    sockets,
    ask,
    logIn,
    async signedIn(text, asked) {
      const answer = await logIn(text, asked);
      expect(answer.status, answer.body).toBe(200);
      return cookieOf(answer);
    },
    changePassword: (cookie, current, next = other) =>
      ask('/api/auth/password', { method: 'POST', json: { current, password: next }, cookie }),
    hash: async () =>
      (await db.selectFrom('user').select('password_hash').executeTakeFirstOrThrow()).password_hash,
    sessions: async () => (await db.selectFrom('session').select('token_hash').execute()).length,
  };
}

async function buildServer(parts: {
  webRoot: string;
  log: pino.Logger;
  service: AccountService;
  reached: string[];
  trustProxy: string[];
}) {
  const { service, reached } = parts;
  const whenSessionsEnd = (listener: () => void) => service.whenSessionsEnd(listener);
  const gate = new AccessGate({ access: (token) => service.access(token), readToken: readSessionToken });
  const app = await createServer({
    ...parts,
    gate,
    whenSessionsEnd,
    isKnownHost: (name) => isKnownHost(name, { machine: [], allowed: ['nas.example'] }),
    isDevelopment: false,
    isStarting: false,
  });
  accountRoutes(app, { service });
  for (const [id, route] of Object.entries(routes)) {
    if (own.includes(id)) continue;
    app.route({
      method: route.method,
      url: route.path,
      handler: async () => {
        if (!open.includes(id)) reached.push(id);
        return { id };
      },
    });
  }
  app.get('/api/openapi.json', () => void reached.push('openapi'));
  app.get('/api/endless', (_request, reply) => reply.send(endless()));
  serveLive(app, { events: new EventBus<Events>(() => undefined), gate, whenSessionsEnd });
  return app;
}

/** What is still being sent when a session ends. */
function endless(): PassThrough {
  const body = new PassThrough();
  body.write('the first piece');
  return body;
}

/** Served by the accounts themselves. */
const own = [
  'logIn',
  'logOut',
  'setUp',
  'beginSetUp',
  'changePassword',
  'listSessions',
  'endSession',
  'endOtherSessions',
];

const open = ['getHealth', 'getStartup', 'logIn', 'logOut', 'setUp', 'beginSetUp'];
const protectedRoutes = Object.entries(routes).filter(([id]) => !open.includes(id));
const addressOf = (route: Route) => route.path.replace(':id', '1').replace(':day', '2026-06-28');

function send(url: string, path: string, asked: Ask): Promise<Answer> {
  const { method = 'GET', json, cookie, from } = asked;
  const headers = {
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(cookie !== undefined && { cookie }),
    ...asked.headers,
  };
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path, method, headers, agent: false as const };
    const call = httpRequest({ ...options, ...(from && { localAddress: from }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(answerOf(response, Buffer.concat(chunks).toString())));
    });
    call.on('error', reject);
    call.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

function answerOf({ statusCode: status = 0, headers }: IncomingMessage, body: string): Answer {
  const isError = status >= 400 && body.startsWith('{');
  const { error } = isError
    ? (JSON.parse(body) as ErrorBody)
    : { error: { code: 'internal' as const, message: '' } };
  return { status, headers, body, error };
}

/** What the browser would send back. */
function cookieOf(answer: Answer): string {
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

const tokenOf = (cookie: string) => cookie.split('=')[1] ?? '';

async function useOwner(deps: Partial<AccountDeps> & SiteChoices = {}): Promise<Site> {
  const site = await useSite(deps);
  await site.service.adoptPassword({ kind: 'clear', text: password });
  return site;
}

async function statusWith(site: Site, cookie: string | undefined): Promise<number> {
  return (await site.ask('/api/status', { cookie })).status;
}

test.each(['2a', '2b', '2y'] as const)(
  'a password of the Python version ($%s$) logs in and is hashed with argon2id from then on',
  async (version) => {
    const site = await useSite();
    const hash = await bcryptHash(password, { cost: 6, version });
    expect(await site.service.adoptPassword({ kind: 'bcrypt', hash })).toBe('adopted');
    expect(await site.hash()).toBe(hash);
    expect((await site.logIn(other)).status).toBe(401);
    expect(await site.hash(), 'a wrong password changes nothing').toBe(hash);
    const cookie = await site.signedIn();
    expect(await statusWith(site, cookie)).toBe(200);
    const upgraded = await site.hash();
    expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await statusWith(site, await site.signedIn())).toBe(200);
    expect(await site.hash(), 'and it is upgraded once').toBe(upgraded);
    expect((await site.logIn(other)).status).toBe(401);
  },
);

test('two that log in at once with an old hash both get in', async () => {
  const site = await useSite();
  await site.service.adoptPassword({ kind: 'bcrypt', hash: await bcryptHash(password, { cost: 8 }) });
  const answers = await Promise.all([site.logIn(), site.logIn(), site.logIn()]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect(await site.sessions()).toBe(3);
});

test('a password in clear text is adopted as a hash, and an existing password stays', async () => {
  const site = await useOwner();
  expect(await site.hash()).toMatch(/^\$argon2id\$/);
  expect(await site.service.adoptPassword({ kind: 'clear', text: other })).toBe('kept');
  expect((await site.logIn(other)).status).toBe(401);
  await site.signedIn();
});

test('the cookie of a session is for this site alone and unreadable for scripts', async () => {
  const site = await useOwner();
  const plain = await site.logIn();
  expect(plain.headers['set-cookie']).toEqual([
    expect.stringMatching(
      /^viofosync_session_v3=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/,
    ),
  ]);
  expect(plain.headers['cache-control']).toBe('no-store');
  expect(JSON.parse(plain.body)).toEqual({ ok: true });
  const byPage = await site.logIn(password, { headers: { origin: `https://${new URL(site.url).host}` } });
  expect(byPage.headers['set-cookie']?.[0]).toContain('; Secure');
});

test.each([
  ['that is trusted', ['127.0.0.1'], '203.0.113.9', true],
  ['whose network is trusted', ['10.0.0.0/8', '127.0.0.0/8'], '203.0.113.9', true],
  ['that is not', ['10.0.0.0/8'], '127.0.0.1', false],
  ['where none is', [], '127.0.0.1', false],
])(
  'a proxy %s (%j) is believed who asks and that it was over TLS',
  async (_what, trustProxy, address, isSecure) => {
    const site = await useOwner({ trustProxy });
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
    const answer = await site.logIn(password, { headers });
    expect(answer.headers['set-cookie']?.[0]?.includes('; Secure')).toBe(isSecure);
    const [row] = await site.db.selectFrom('session').selectAll().execute();
    expect(row?.address).toBe(address);
  },
);

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

test('behind a trusted proxy one visitor who guesses does not keep the others waiting for long', async () => {
  const site = await useOwner({ trustProxy: ['127.0.0.1'] });
  for (let attempt = 0; attempt < 9; attempt += 1) {
    site.clock.at += 60_000;
    await site.logIn(other, from('203.0.113.9'));
  }
  const [guesser, owner] = [
    await site.logIn(password, from('203.0.113.9')),
    await site.logIn(password, from('198.51.100.7')),
  ];
  expect([guesser.status, owner.status]).toEqual([429, 429]);
  expect(Number(guesser.headers['retry-after'])).toBeGreaterThan(10);
  expect(Number(owner.headers['retry-after'])).toBeLessThanOrEqual(5);
  // Nobody is somebody else by saying so: the proxy appends the address that it sees.
  const spoofed = await site.logIn(password, from('198.51.100.7, 203.0.113.9'));
  expect(Number(spoofed.headers['retry-after'])).toBeGreaterThan(10);
});

test('a proxy that is not named is told of in the log once, with what to set', async () => {
  const site = await useOwner();
  const said = () => site.log.filter((line) => /TRUST_PROXY/.test(String(line['msg']))).length;
  for (let visit = 0; visit < 3; visit += 1)
    await site.ask('/api/health', { headers: { 'x-forwarded-for': '203.0.113.9' } });
  expect(said()).toBe(1);
});

test('by the name that a trusted proxy passes on, its own pages may change something', async () => {
  const headers = { host: '10.0.0.2:8080', 'x-forwarded-host': 'nas.example', origin: 'https://nas.example' };
  for (const [trustProxy, status] of [
    [['127.0.0.1'], 200],
    [[], 403],
  ] as const) {
    const site = await useOwner({ trustProxy: [...trustProxy] });
    const cookie = await site.signedIn();
    expect((await site.ask('/api/sync/pause', { method: 'POST', headers, cookie })).status).toBe(status);
  }
});

test('the table of sessions has no tokens, and says who came from where', async () => {
  const site = await useOwner();
  const token = tokenOf(await site.signedIn(password, { headers: { 'user-agent': 'Browser'.repeat(90) } }));
  const [row] = await site.db.selectFrom('session').selectAll().execute();
  expect(JSON.stringify(row)).not.toContain(token);
  expect(row).toMatchObject({ address: '127.0.0.1', created_at: site.clock.at, last_seen_at: site.clock.at });
  expect(row?.token_hash).toMatch(/^[\da-f]{64}$/);
  expect(row?.agent).toHaveLength(200);
  const [user] = await site.db.selectFrom('user').selectAll().execute();
  expect(user).toMatchObject({ name: 'owner', role: 'owner', last_login_at: site.clock.at });
});

test('a wrong password is refused, and so is one where there is no user, without telling which', async () => {
  const site = await useOwner();
  const empty = await useSite();
  const [wrong, nobody] = [await site.logIn(other), await empty.logIn(other)];
  expect([wrong.status, wrong.error.code]).toEqual([401, 'unauthenticated']);
  expect(wrong.headers['set-cookie']).toBeUndefined();
  expect(nobody.body).toBe(wrong.body);
  expect((await site.ask('/api/auth/login', { method: 'POST', json: {} })).status).toBe(400);
});

test('after five wrong passwords everybody waits, longer each time, and a right one ends it', async () => {
  const site = await useOwner();
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await site.logIn(other)).status).toBe(401);
  const refused = await site.logIn();
  expect([refused.status, refused.error.code]).toEqual([429, 'slow_down']);
  expect(refused.error.message).toBe('Too many wrong attempts. Try again in 1 second.');
  expect(refused.headers['retry-after']).toBe('1');
  site.clock.at += 1000;
  expect((await site.logIn(other)).status).toBe(401);
  expect((await site.logIn()).headers['retry-after']).toBe('2');
  site.clock.at += 2000;
  await site.signedIn();
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await site.logIn(other)).status).toBe(401);
  expect((await site.logIn()).status).toBe(429);
});

test('many wrong passwords at once gain nothing: five are tried', async () => {
  const site = await useOwner();
  const answers = await Promise.all(Array.from({ length: 40 }, () => site.logIn(other)));
  expect(answers.filter((answer) => answer.status === 401)).toHaveLength(5);
  expect(answers.filter((answer) => answer.status === 429)).toHaveLength(35);
});

test('somebody who guesses elsewhere keeps the owner waiting for seconds, not for ever', async () => {
  const site = await useOwner();
  const guess = async () => {
    for (let host = 2; host < 10; host += 1) await site.logIn(other, { from: `127.0.0.${host}` });
  };
  for (let round = 0; round < 12; round += 1) {
    await guess();
    site.clock.at += 5000;
  }
  expect((await site.logIn(other, { from: '127.0.0.99' })).status).toBe(401);
  const told = await site.logIn();
  expect([told.status, told.headers['retry-after']]).toEqual([429, '5']);
  for (let second = 0; second < 5; second += 1) {
    await guess();
    site.clock.at += 1000;
  }
  await guess();
  await site.signedIn();
});

test('a failed log-in is logged with its address once a minute, and no secret ever is', async () => {
  const site = await useOwner();
  const guesses = ['a guessed secret', 'one more secret', 'and a third one'];
  for (const guess of guesses) await site.logIn(guess);
  const warnings = () => site.log.filter((line) => line['level'] === 40);
  expect(warnings()).toEqual([expect.objectContaining({ address: '127.0.0.1' })]);
  site.clock.at += 60_000;
  await site.logIn(other);
  expect(warnings()).toHaveLength(2);
  const cookie = await site.signedIn();
  await site.changePassword(cookie, 'not the current one');
  await site.changePassword(cookie, password);
  const secrets = [
    ...guesses,
    password,
    other,
    'not the current one',
    tokenOf(cookie),
    await site.hash(),
    setupCode,
  ];
  const written = JSON.stringify(site.log);
  for (const secret of secrets) expect(written).not.toContain(secret);
});

test('logging out ends the session, also for whoever copied its cookie, and no other', async () => {
  const site = await useOwner();
  const [mine, elsewhere] = [await site.signedIn(), await site.signedIn()];
  const answer = await site.ask('/api/auth/logout', { method: 'POST', cookie: mine });
  expect(answer.status).toBe(204);
  expect(answer.headers['set-cookie']?.[0]).toMatch(/^viofosync_session_v3=; Max-Age=0; Path=\/; HttpOnly/);
  expect([await statusWith(site, mine), await statusWith(site, elsewhere)]).toEqual([401, 200]);
  for (const cookie of [undefined, mine, `${sessionCookieName}=x`]) {
    expect((await site.ask('/api/auth/logout', { method: 'POST', cookie })).status).toBe(204);
  }
});

test('a changed password ends every other session, and the old one logs in no more', async () => {
  const site = await useOwner();
  const [mine, elsewhere] = [await site.signedIn(), await site.signedIn()];
  site.clock.at += 1000;
  expect((await site.changePassword(mine, password)).status).toBe(200);
  expect([await statusWith(site, mine), await statusWith(site, elsewhere)]).toEqual([200, 401]);
  expect((await site.logIn(password)).status).toBe(401);
  expect(await statusWith(site, await site.signedIn(other))).toBe(200);
  const [user] = await site.db.selectFrom('user').selectAll().execute();
  expect(user?.password_changed_at).toBe(site.clock.at);
});

test('the password is changed only by whoever knows it, and guesses are slowed down', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  expect((await site.changePassword(undefined, password)).status).toBe(401);
  const short = await site.changePassword(cookie, password, 'short');
  expect([short.status, short.error.details?.[0]?.field]).toEqual([400, 'password']);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const wrong = await site.changePassword(cookie, other);
    expect([wrong.status, wrong.error.code, wrong.error.details?.[0]?.field]).toEqual([
      403,
      'forbidden',
      'current',
    ]);
  }
  const refused = await site.changePassword(cookie, password);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
  expect((await site.logIn()).status, 'the same bucket').toBe(429);
  site.clock.at += 1000;
  await site.signedIn();
});

test('of two changes at once from the same password one is refused', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  const answers = await Promise.all(
    ['the first new one', 'the second new one'].map((next) => site.changePassword(cookie, password, next)),
  );
  expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409]);
});

test.each<[string, (token: string) => string | undefined]>([
  ['no cookie', () => undefined],
  ['an empty one', () => ''],
  ['a truncated one', (token) => token.slice(0, -1)],
  ['one that is too long', (token) => `${token}A`],
  ['one with another letter', (token) => `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`],
  ['one in other letters', (token) => token.toLowerCase()],
  ['a forged one', () => 'A'.repeat(43)],
  ['one with a bad escape', () => '%zz%'],
  ['SQL', () => "' or 1=1 --"],
  ['a very long one', () => 'A'.repeat(8000)],
])('with %s nobody gets in', async (_what, forge) => {
  const site = await useOwner();
  const token = tokenOf(await site.signedIn());
  const forged = forge(token);
  const cookie = forged === undefined ? undefined : `${sessionCookieName}=${forged}`;
  expect(await statusWith(site, cookie)).toBe(401);
  expect(await statusWith(site, `viofosync_session=${token}`), 'in another cookie').toBe(401);
  expect(await statusWith(site, `a=b; ${sessionCookieName}=${token}`), 'the true one').toBe(200);
});

test('a session ends 30 days after it was last used', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  site.clock.at += 30 * dayMs - 1;
  expect(await statusWith(site, cookie)).toBe(200);
  site.clock.at += 30 * dayMs - 1;
  expect(await statusWith(site, cookie)).toBe(200);
  site.clock.at += 30 * dayMs;
  expect(await statusWith(site, cookie)).toBe(401);
  await site.signedIn();
  expect(await site.sessions(), 'the expired one is removed').toBe(1);
});

test('a session ends after 90 days, however much it is used', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  for (let day = 1; day < 90; day += 1) {
    site.clock.at += dayMs;
    expect(await statusWith(site, cookie)).toBe(200);
  }
  site.clock.at += dayMs - 1;
  expect(await statusWith(site, cookie)).toBe(200);
  site.clock.at += 1;
  expect(await statusWith(site, cookie)).toBe(401);
});

test('the use of a session is written down at most once a minute', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  const begun = site.clock.at;
  const seen = async () =>
    (await site.db.selectFrom('session').select('last_seen_at').executeTakeFirstOrThrow()).last_seen_at -
    begun;
  for (const [at, expected] of [
    [59_999, 0],
    [60_000, 60_000],
    [119_999, 60_000],
    [120_001, 120_001],
  ] as const) {
    site.clock.at = begun + at;
    await Promise.all([statusWith(site, cookie), statusWith(site, cookie)]);
    expect(await seen()).toBe(expected);
  }
});

test('a session is good though its use cannot be written down, and though the clock was set back', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  await sql`create trigger full before update on session begin select raise(abort, 'disk full'); end`.execute(
    site.db,
  );
  site.clock.at += dayMs;
  expect(await statusWith(site, cookie)).toBe(200);
  expect(site.log.at(-1)).toMatchObject({ level: 40, msg: 'the use of a session could not be noted' });
  site.clock.at -= 400 * dayMs;
  expect(await statusWith(site, cookie)).toBe(200);
});

test('every route but the open ones answers 401 without a session, and its handler does not run', async () => {
  const site = await useOwner();
  expect(protectedRoutes.length).toBeGreaterThan(20);
  for (const [id, route] of protectedRoutes) {
    const answer = await site.ask(addressOf(route), { method: route.method });
    expect([id, answer.status, answer.error.code]).toEqual([id, 401, 'unauthenticated']);
  }
  for (const path of ['/api/openapi.json', '/api/live', '/api/nothing', '/api', '/api/']) {
    expect([path, (await site.ask(path)).status]).toEqual([path, 401]);
  }
  expect(site.reached).toEqual([]);
});

test('with a session every route answers, and what does not exist is not found', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  for (const [id, route] of protectedRoutes.filter(([id]) => !own.includes(id))) {
    await site.ask(addressOf(route), { method: route.method, cookie });
    expect(site.reached.at(-1)).toBe(id);
  }
  expect((await site.ask('/api/nothing', { cookie })).status).toBe(404);
});

test('the page, the health and the start are for everybody', async () => {
  const site = await useOwner();
  for (const path of ['/', '/api/health', '/api/startup']) {
    expect([path, (await site.ask(path)).status]).toEqual([path, 200]);
    expect([path, (await site.ask(path, { method: 'HEAD' })).status]).toEqual([path, 200]);
  }
  expect((await site.ask('/day/2026-06-28')).body).toContain('<title>');
});

function openLive(site: Site, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(`${site.url.replace('http', 'ws')}/api/live`, { headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', (error) => resolve(error.message));
  });
}

test('the live channel is for those who are signed in, and for our own page', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  expect(await openLive(site, {})).toMatch(/401/);
  expect(await openLive(site, { cookie: `${sessionCookieName}=${'A'.repeat(43)}` })).toMatch(/401/);
  expect(await openLive(site, { cookie, origin: 'http://evil.example' })).toMatch(/403/);
  expect(await openLive(site, { cookie, 'sec-fetch-site': 'cross-site' })).toMatch(/403/);
  expect(await openLive(site, { cookie, origin: site.url })).toBe('open');
});

test('a browser that keeps knocking at the live channel without a session uses up no connections', async () => {
  const site = await useOwner();
  for (let knock = 0; knock < 5; knock += 1) expect(await openLive(site, {})).toMatch(/401/);
  expect(await openLive(site, { origin: 'http://evil.example' })).toMatch(/403/);
  await vi.waitFor(() => expect(site.sockets.size).toBe(0), { timeout: 5000 });
});

test('with a password it answers by its address, by names of the home network, and by those that are allowed', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  for (const host of ['nas.example', 'nas', 'nas.local:8080', '192.168.1.5:8080', '[fd00::5]:8080']) {
    const headers = { host, origin: `https://${host}` };
    const answer = await site.ask('/api/sync/pause', { method: 'POST', headers, cookie });
    expect([host, answer.status]).toEqual([host, 200]);
  }
});

test('by a name that nobody allowed it tells a person what to set, and shows nothing else', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  const headers = { host: 'evil.example', accept: 'text/html,*/*' };
  const page = await site.ask('/archive', { headers: { ...headers, cookie } });
  expect([page.status, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
  expect(page.body).toContain('ALLOWED_HOSTS=evil.example');
  expect(page.body).not.toMatch(/<script|style=/);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  for (const path of ['/api/status', '/api/startup', '/api/auth/login', '/assets/index.js', '/index.html']) {
    const answer = await site.ask(path, { headers: { host: 'evil.example' }, cookie });
    expect([path, answer.status]).toEqual([path, 403]);
  }
  expect(await openLive(site, { host: 'evil.example', cookie })).toMatch(/403/);
  expect((await site.ask('/api/health', { headers })).status, 'but that it runs').toBe(200);
  const markup = await site.ask('/', { headers: { ...headers, host: '<b>.example' } });
  expect([markup.status, markup.headers['content-type']]).toEqual([
    403,
    expect.stringContaining('application/json'),
  ]);
});

test('nothing of the API may be kept by anybody on the way', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  for (const [id, route] of Object.entries(routes)) {
    for (const asked of [{ cookie }, {}]) {
      const answer = await site.ask(addressOf(route), { method: route.method, ...asked });
      expect([id, answer.headers['cache-control']]).toEqual([id, 'no-store']);
      if (id === 'logOut') break;
    }
  }
  for (const path of ['/api/nothing', '/api/openapi.json', '//api/status', '/%61pi/status'])
    expect([path, (await site.ask(path)).headers['cache-control']]).toEqual([path, 'no-store']);
});

const listed = async (site: Site, cookie: string | undefined) => {
  const answer = await site.ask('/api/auth/sessions', { cookie });
  return routes.listSessions.response.parse(JSON.parse(answer.body)).sessions;
};

test('sessions are listed, the last used first, each with its device, and one is that of who asks', async () => {
  const site = await useOwner();
  const mine = await site.signedIn(password, { headers: { 'user-agent': 'Desk' } });
  const begun = site.clock.at;
  site.clock.at += dayMs;
  await site.signedIn(password, { headers: { 'user-agent': 'Phone' }, from: '127.0.0.7' });
  site.clock.at += 60_000;
  const sessions = await listed(site, mine);
  expect(sessions).toEqual([
    expect.objectContaining({ agent: 'Desk', isThis: true, createdAt: begun, lastSeenAt: site.clock.at }),
    expect.objectContaining({ agent: 'Phone', isThis: false, address: '127.0.0.7' }),
  ]);
  expect(sessions[0]?.endsAt).toBe(site.clock.at + 30 * dayMs);
  expect(JSON.stringify(sessions)).not.toContain(tokenOf(mine));
  expect(sessions.map(({ id }) => id.length)).toEqual([16, 16]);
});

test('one session is ended, also one’s own, and the others last', async () => {
  const site = await useOwner();
  const [mine, phone, tablet] = [await site.signedIn(), await site.signedIn(), await site.signedIn()];
  const idOf = async (cookie: string) => (await listed(site, cookie)).find(({ isThis }) => isThis)?.id;
  const end = (id: unknown) =>
    site.ask(`/api/auth/sessions/${String(id)}`, { method: 'DELETE', cookie: mine });
  const phoneId = await idOf(phone);
  expect((await end(phoneId)).status).toBe(204);
  expect([await statusWith(site, phone), await statusWith(site, tablet)]).toEqual([401, 200]);
  const again = await end(phoneId);
  expect([again.status, again.error.code]).toEqual([404, 'not_found']);
  expect((await end('x')).status).toBe(400);
  expect((await end(await idOf(mine))).status).toBe(204);
  expect([await statusWith(site, mine), await statusWith(site, tablet)]).toEqual([401, 200]);
});

test('all sessions but one’s own are ended at once', async () => {
  const site = await useOwner();
  const [mine, phone, tablet] = [await site.signedIn(), await site.signedIn(), await site.signedIn()];
  const answer = await site.ask('/api/auth/sessions/end-others', { method: 'POST', cookie: mine });
  expect(JSON.parse(answer.body)).toEqual({ ended: 2 });
  expect(await Promise.all([mine, phone, tablet].map((cookie) => statusWith(site, cookie)))).toEqual([
    200, 401, 401,
  ]);
});

test.each<[string, (site: Site, mine: string, id: string) => Promise<unknown>]>([
  ['ended', (site, mine, id) => site.ask(`/api/auth/sessions/${id}`, { method: 'DELETE', cookie: mine })],
  [
    'ended with all others',
    (site, mine) => site.ask('/api/auth/sessions/end-others', { method: 'POST', cookie: mine }),
  ],
  ['ended by another password', (site, mine) => site.changePassword(mine, password)],
])('open connections of a session that is %s are closed at once, and no others', async (_how, end) => {
  const site = await useOwner();
  const [mine, phone] = [await site.signedIn(), await site.signedIn()];
  const [ours, theirs] = [await openLiveSocket(site, mine), await openLiveSocket(site, phone)];
  const [film, ownFilm] = [await openEndless(site, phone), await openEndless(site, mine)];
  const id = (await listed(site, phone)).find(({ isThis }) => isThis)?.id ?? '';
  await end(site, mine, id);
  await vi.waitFor(() => expect([theirs.code, film.isCut]).toEqual([4401, true]));
  expect([ours.code, ownFilm.isCut]).toEqual([null, false]);
});

test('a page without a session is closed when a password is set', async () => {
  const site = await useSite({ loopbackOnly: true });
  const page = await openLiveSocket(site, '');
  await setUp(site, setupCode);
  await vi.waitFor(() => expect(page.code).toBe(4401));
});

async function openLiveSocket(site: Site, cookie: string): Promise<{ code: number | null }> {
  const socket = new WebSocket(`${site.url.replace('http', 'ws')}/api/live`, { headers: { cookie } });
  onTestFinished(() => socket.terminate());
  const seen: { code: number | null } = { code: null };
  socket.on('close', (code) => (seen.code = code));
  await new Promise((resolve) => {
    socket.once('open', resolve);
  });
  return seen;
}

function openEndless(site: Site, cookie: string): Promise<{ isCut: boolean }> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(`${site.url}/api/endless`, { headers: { cookie }, agent: false }, (response) => {
      const seen = { isCut: false };
      response.on('error', () => undefined).on('close', () => (seen.isCut = true));
      response.once('data', () => resolve(seen));
    });
    call.on('error', reject).end();
    onTestFinished(() => void call.destroy());
  });
}

test('on a full disk one can log in all the same, is told so, and it is written down when there is room', async () => {
  const problems: string[] = [];
  const site = await useOwner({
    problems: {
      raise: async ({ key }) => void problems.push(`+${key}`),
      end: async (key) => void problems.push(`-${key}`),
    },
  });
  const empty = await fillDatabase(site.db);
  const cookie = await site.signedIn();
  expect(await site.sessions()).toBe(0);
  expect(await statusWith(site, cookie)).toBe(200);
  expect(await listed(site, cookie)).toEqual([expect.objectContaining({ isThis: true, isLasting: false })]);
  expect(problems).toEqual(['+accounts:sessions']);
  expect((await site.logIn(other)).status, 'with the right password only').toBe(401);
  await empty();
  site.clock.at += 60_000;
  expect(await statusWith(site, cookie)).toBe(200);
  expect([await site.sessions(), problems.at(-1)]).toEqual([1, '-accounts:sessions']);
  expect((await listed(site, cookie))[0]).toMatchObject({ isLasting: true });
});

test('a session of a full disk ends when it is ended, and when the password is changed elsewhere', async () => {
  const site = await useOwner();
  const empty = await fillDatabase(site.db);
  const [mine, phone] = [await site.signedIn(), await site.signedIn()];
  await site.ask('/api/auth/logout', { method: 'POST', cookie: phone });
  expect([await statusWith(site, mine), await statusWith(site, phone)]).toEqual([200, 401]);
  await empty();
  await passwordCommand({ configDir: site.configDir, stdin: typed(other), say: () => undefined });
  expect(await statusWith(site, mine)).toBe(401);
});

test('what cannot be deleted on a full disk is ended all the same', async () => {
  const site = await useOwner();
  const [mine, phone] = [await site.signedIn(), await site.signedIn()];
  const deleteAgain = await refusing(site.db, 'delete', 'session');
  const empty = await fillDatabase(site.db);
  expect((await site.ask('/api/auth/logout', { method: 'POST', cookie: phone })).status).toBe(204);
  expect([await statusWith(site, phone), await site.sessions()]).toEqual([401, 2]);
  const others = await site.ask('/api/auth/sessions/end-others', { method: 'POST', cookie: mine });
  expect(JSON.parse(others.body)).toEqual({ ended: 0 });
  await deleteAgain();
  await empty();
  site.clock.at += 60_000;
  await statusWith(site, mine);
  expect([await statusWith(site, phone), await site.sessions()]).toEqual([401, 1]);
});

test('a password that cannot be written is said to be so, and the old one is good', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  await fillDatabase(site.db);
  const answer = await site.changePassword(cookie, password);
  expect([answer.status, answer.error.code]).toEqual([503, 'unavailable']);
  expect(answer.error.message).toMatch(/full/);
  expect((await site.logIn()).status).toBe(200);
});

test('the code lets a browser set up and nothing else, until the set-up is done', async () => {
  const site = await useSite();
  const begin = (code: string) => site.ask('/api/setup/begin', { method: 'POST', json: { code } });
  const wrong = await begin('K7QF-2MPY');
  expect([wrong.status, wrong.error.details?.[0]?.field, wrong.headers['set-cookie']]).toEqual([
    403,
    'code',
    undefined,
  ]);
  const right = await begin('k7qf2mpx');
  expect(right.headers['set-cookie']?.[0]).toMatch(
    /^viofosync_session_v3=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const ticket = cookieOf(right);
  expect(await site.service.access(tokenOf(ticket))).toBe('setting_up');
  expect((await site.ask('/api/setup', { cookie: ticket })).status).toBe(200);
  expect((await site.ask('/api/setup')).status).toBe(401);
  expect(await statusWith(site, ticket)).toBe(401);
  expect(site.reached).toEqual(['getSetUp']);
  site.clock.at += 12 * 3_600_000;
  expect((await site.ask('/api/setup', { cookie: ticket })).status, 'not for ever').toBe(401);
  const fresh = cookieOf(await begin(setupCode));
  expect((await setUp(site, setupCode)).status).toBe(200);
  expect((await site.ask('/api/setup', { cookie: fresh })).status).toBe(401);
  const late = await begin(setupCode);
  expect([late.status, late.error.code]).toEqual([409, 'conflict']);
});

test('codes that are guessed are slowed down', async () => {
  const site = await useSite();
  const begin = (code: string) => site.ask('/api/setup/begin', { method: 'POST', json: { code } });
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await begin('WRONG-CODE')).status).toBe(403);
  const refused = await begin(setupCode);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
});

test('a page of another site can change nothing, though the browser sends the cookie along', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    for (const path of ['/api/sync/pause', '/api/auth/logout', '/api/auth/login']) {
      const answer = await site.ask(path, { method: 'POST', headers, cookie });
      expect([answer.status, answer.error.code]).toEqual([403, 'forbidden']);
    }
  }
  expect(site.reached).toEqual([]);
  expect(await statusWith(site, cookie)).toBe(200);
});

test('no operation that changes something answers a page of another site, uploads included', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  const changes = Object.entries(routes).filter(([, { method }]) => method !== 'GET');
  expect(changes.map(([, { path }]) => path)).toContain('/api/uploads/items/:id');
  for (const [id, route] of changes) {
    // Over plain HTTP browsers say the origin and nothing else.
    for (const headers of [{ origin: 'http://evil.example' }, { referer: 'http://evil.example/x' }]) {
      const answer = await site.ask(addressOf(route), { method: route.method, headers, cookie });
      expect([id, answer.status, answer.error.code]).toEqual([id, 403, 'forbidden']);
    }
  }
  expect(site.reached).toEqual([]);
  expect(await statusWith(site, cookie), 'and it is logged in still').toBe(200);
});

const setUp = (site: Site, code: string, text = password) =>
  site.ask('/api/auth/setup', { method: 'POST', json: { code, password: text } });

test('the first password is set with the code, in any letter case, and signs in at once', async () => {
  const site = await useSite();
  expect(await site.service.access(null)).toBe('set_up');
  expect(await statusWith(site, undefined)).toBe(401);
  const wrong = await setUp(site, 'K7QF-2MPY');
  expect([wrong.status, wrong.error.code, wrong.error.details?.[0]?.field]).toEqual([
    403,
    'forbidden',
    'code',
  ]);
  const short = await setUp(site, setupCode, 'short');
  expect([short.status, short.error.details?.[0]?.field]).toEqual([400, 'password']);
  const right = await setUp(site, ' k7qf 2mpx ');
  expect(right.status).toBe(200);
  expect(await statusWith(site, cookieOf(right))).toBe(200);
  expect(await site.service.access(null)).toBe('log_in');
  expect(await statusWith(site, await site.signedIn())).toBe(200);
});

test('wrong codes are slowed down as wrong passwords are', async () => {
  const site = await useSite();
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await setUp(site, 'WRONG')).status).toBe(403);
  expect((await setUp(site, setupCode)).status).toBe(429);
  site.clock.at += 1000;
  expect((await setUp(site, setupCode)).status).toBe(200);
});

test('of many set-ups at once one wins', async () => {
  const site = await useSite();
  const answers = await Promise.all(
    Array.from({ length: 4 }, (_, index) => setUp(site, setupCode, `password number ${index}`)),
  );
  expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  expect(await site.sessions()).toBe(1);
});

test.each<[string, (site: Site) => Promise<unknown>, string]>([
  ['after a set-up', (site) => setUp(site, setupCode), 'log_in'],
  [
    'after a password was adopted',
    (site) => site.service.adoptPassword({ kind: 'clear', text: other }),
    'log_in',
  ],
  [
    'after one was found that is broken',
    (site) => site.service.adoptPassword({ kind: 'bcrypt', hash: 'x' }),
    'locked',
  ],
  [
    'after an empty one was found',
    (site) => site.service.adoptPassword({ kind: 'clear', text: '' }),
    'locked',
  ],
  ['once it is marked', (site) => site.service.markSetUp(), 'locked'],
])('set-up is closed for good %s', async (_when, act, access) => {
  for (const loopbackOnly of [false, true]) {
    const site = await useSite({ loopbackOnly });
    await act(site);
    const hash = await site.db.selectFrom('user').select('password_hash').execute();
    const answer = await setUp(site, setupCode, 'a password of somebody else');
    expect([answer.status, answer.error.code]).toEqual([409, 'conflict']);
    expect((await setUp(site, 'a wrong code')).status, 'whatever the code').toBe(409);
    expect(await site.db.selectFrom('user').select('password_hash').execute()).toEqual(hash);
    expect(await site.service.access(null)).toBe(access);
    await site.db.deleteFrom('user').execute();
    expect((await setUp(site, setupCode)).status, 'also without its user').toBe(409);
    expect([await site.service.access(null), await statusWith(site, undefined)]).toEqual(['locked', 401]);
  }
});

test('without a password it is open on this machine, by a local name and for our own page only', async () => {
  const site = await useSite({ loopbackOnly: true });
  expect(await site.service.access(null)).toBe('open');
  expect(await statusWith(site, undefined)).toBe(200);
  expect((await site.ask('/api/status', { headers: { host: 'evil.example' } })).status).toBe(403);
  expect((await site.ask('/api/status', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
  const change = await site.changePassword(undefined, password);
  expect([change.status, change.error.code]).toEqual([409, 'conflict']);
  await site.service.adoptPassword({ kind: 'clear', text: password });
  expect(await statusWith(site, undefined), 'and closed as soon as there is one').toBe(401);
});

test('when the database fails, nobody gets in', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  await site.db.schema.dropTable('session').execute();
  expect((await site.ask('/api/health')).status).toBe(200);
  expect([await statusWith(site, cookie), site.reached]).toEqual([500, []]);
});

/** The status line's number for a request line that no client library would send. */
function rawStatus(site: Site, method: string, target: string): Promise<number> {
  const { port } = new URL(site.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.end(`${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject).on('close', () => resolve(Number(text.split(' ')[1] ?? 0)));
  });
}

/** Ways to spell an address so that a check and a router may read it differently. */
const disguise = fc.constantFrom<((path: string) => string)[]>(
  (path) => path,
  (path) => path.toUpperCase(),
  (path) => `/${path}`,
  (path) => path.replaceAll('/', '//'),
  (path) => path.replace('/api/', '/api%2f'),
  (path) => path.replace('/api/', '/%61pi/'),
  (path) => path.replace('/api/', '/%2561pi/'),
  (path) => path.replace('/api/', '/api/./'),
  (path) => path.replace('/api/', '/api/health/../'),
  (path) => path.replace('/api/', '/assets/../api/'),
  (path) => path.replace('/api/', '/api/auth/login/%2e%2e/%2e%2e/'),
  (path) => path.replace('/api/', '/api\\'),
  (path) => path.replace('/api/', '/api;v=1/'),
  (path) => path.replace('/api/', '/?/api/'),
  (path) =>
    [...path]
      .map((letter) => (/\w/.test(letter) ? `%${letter.charCodeAt(0).toString(16)}` : letter))
      .join(''),
  (path) => `${path}/`,
  (path) => `${path}?/api/health`,
  (path) => `${path}#/api/health`,
  (path) => `${path};/api/health`,
  (path) => `${path}%00`,
  (path) => `${path}%20`,
  (path) => `http://127.0.0.1${path}`,
  (path) => `HTTPS://evil.example${path}`,
  (path) => `http://127.0.0.1/api/health?${path}`,
  (path) => `//api/health${path}`,
);

test('no spelling of an address reaches a protected handler', async () => {
  const site = await useOwner();
  const targets = [
    ...protectedRoutes.map(([, route]) => route),
    { method: 'GET', path: '/api/openapi.json' },
  ] as Route[];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...targets),
      fc.array(disguise, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(null, 'GET', 'HEAD', 'POST', 'OPTIONS'),
      async (route, disguises, method) => {
        const target = disguises.reduce((path, change) => change(path), addressOf(route)).replaceAll(' ', '');
        const status = await rawStatus(site, method ?? route.method, target);
        expect(site.reached, `${method} ${target}: ${status}`).toEqual([]);
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 400 },
  );
});

test('the disguises do reach handlers when somebody is signed in', async () => {
  const site = await useSite({ loopbackOnly: true });
  for (const target of [
    '/api/status',
    '/%61pi/status',
    'http://127.0.0.1/api/status',
    '/api/status?/api/health',
  ]) {
    expect([target, await rawStatus(site, 'GET', target)]).toEqual([target, 200]);
  }
  expect(site.reached).toHaveLength(4);
});

function typed(...lines: string[]): PasswordInput {
  const input = new PassThrough();
  input.end(lines.join('\n'));
  return input;
}

function useTerminal(...lines: string[]): { stdin: PasswordInput; rawModes: boolean[] } {
  const rawModes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => void rawModes.push(isRaw),
  });
  stdin.write(lines.map((line) => `${line}\r`).join(''));
  return { stdin, rawModes };
}

test('`viofosync password` sets the password while the server runs, and ends every session at once', async () => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  await passwordCommand({ configDir: site.configDir, stdin: typed(other, 'ignored'), say });
  expect(await statusWith(site, cookie)).toBe(401);
  expect((await site.logIn(password)).status).toBe(401);
  expect(await statusWith(site, await site.signedIn(other))).toBe(200);
  expect(said.join('')).toBe('The password is set. Everybody who was logged in must log in again.\n');
});

test.each(['open', 'locked'])(
  '`viofosync password` gives an installation that is %s its owner',
  async (state) => {
    const site = await useSite({ loopbackOnly: true });
    if (state === 'locked') await site.service.markSetUp();
    expect(await site.service.access(null)).toBe(state);
    await passwordCommand({
      configDir: site.configDir,
      stdin: typed(`${password}\r\n`),
      say: () => undefined,
    });
    expect(await site.service.access(null)).toBe('log_in');
    await site.signedIn();
    expect((await setUp(site, setupCode)).status).toBe(409);
  },
);

test('on a terminal it asks twice and shows nothing of what is typed', async () => {
  const site = await useOwner();
  const { stdin, rawModes } = useTerminal(other, other);
  const said: string[] = [];
  await passwordCommand({ configDir: site.configDir, stdin, say: (text) => void said.push(text) });
  expect(said.join('')).toMatch(/^New password: \nThe same again: \nThe password is set/);
  expect(said.join('')).not.toContain(other);
  expect(rawModes).toEqual([true, false]);
  await site.signedIn(other);
});

test.each<[string, () => PasswordInput, RegExp]>([
  ['two different ones', () => useTerminal(other, `${other}x`).stdin, /not the same/],
  ['Ctrl-C', () => useTerminal('abc\u0003').stdin, /nothing was changed/],
  ['a short one', () => typed('short\n'), /at least 10 characters/],
  ['an empty line', () => typed('\n'), /at least 10 characters/],
  ['nothing at all', () => typed(''), /nothing was changed/],
])('`viofosync password` changes nothing after %s', async (_what, stdin, message) => {
  const site = await useOwner();
  const cookie = await site.signedIn();
  const asked = passwordCommand({ configDir: site.configDir, stdin: stdin(), say: () => undefined });
  await expect(asked).rejects.toThrow(message);
  expect(await statusWith(site, cookie)).toBe(200);
  await site.signedIn(password);
});

test('`viofosync password` makes no database where there is none, and touches none that is not ours', async () => {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-access-'));
  onTestFinished(() => rm(configDir, { recursive: true, force: true }));
  const run = () => passwordCommand({ configDir, stdin: typed(other), say: () => undefined });
  await expect(run()).rejects.toThrow(/Start viofosync there once/);
  await writeFile(join(configDir, 'viofosync.db'), 'not a database at all '.repeat(100));
  await expect(run()).rejects.toThrow(/cannot be read as a database/);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { repository } from './fake-container.ts';

/** Runs the image's health check with this environment alone. */
async function check(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(repository, 'docker/health.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = (await child.stdout.setEncoding('utf8').toArray()).join('');
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, said: said.trim() };
}

async function listen(
  answer: (path: string, response: ServerResponse) => void,
  host = '127.0.0.1',
): Promise<Server> {
  const server = createServer((request, response) => answer(request.url ?? '', response));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, host);
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const saying = (status: string) => (path: string, response: ServerResponse) => {
  response.statusCode = path === '/api/health' ? 200 : 404;
  response.end(path === '/api/health' ? JSON.stringify({ status, version: '3.0.0' }) : '');
};

async function configFolder(settings: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-health-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'settings.json'), settings);
  return folder;
}

test.for([
  ['ok', 0],
  ['starting', 0],
  ['attention', 1],
  ['anything else', 1],
] as const)("a server that says '%s' ends the check with %i", async ([status, code]) => {
  const server = await listen(saying(status));
  const port = String(portOf(server));
  expect(await check({ WEB_PORT: port })).toEqual({ code, said: `127.0.0.1 port ${port}: ${status}` });
});

test('a port that nobody listens on is not healthy', async () => {
  const server = await listen(saying('ok'));
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  const { code, said } = await check({ WEB_PORT: String(port) });
  expect([code, said]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
});

test('an answer that is not ours is not healthy', async () => {
  for (const body of ['<html>router</html>', 'null', '']) {
    const server = await listen((_, response) => response.writeHead(500).end(body));
    const { code, said } = await check({ WEB_PORT: String(portOf(server)) });
    expect([code, said]).toEqual([1, expect.stringContaining('this is not viofosync (HTTP status 500)')]);
  }
});

test('a server that never answers, or by halves, is not healthy', async () => {
  const servers = [
    await listen(() => undefined),
    await listen((_, response) => void response.write('{"status":')),
  ];
  const checks = await Promise.all(servers.map((server) => check({ WEB_PORT: String(portOf(server)) })));
  for (const { code, said } of checks)
    expect([code, said]).toEqual([1, expect.stringContaining('no answer')]);
});

test('the port is that of the settings, unless WEB_PORT says another', async () => {
  const [first, second] = [await listen(saying('ok')), await listen(saying('attention'))];
  const CONFIG_DIR = await configFolder(JSON.stringify({ webPort: portOf(first), other: 1 }));
  expect((await check({ CONFIG_DIR })).said).toMatch(/: ok$/);
  expect((await check({ CONFIG_DIR, WEB_PORT: '' })).said).toMatch(/: ok$/);
  expect((await check({ CONFIG_DIR, WEB_PORT: String(portOf(second)) })).said).toMatch(/: attention$/);
});

test('settings without a usable port mean 8080', async () => {
  for (const settings of ['{}', '{"webPort":"no"}', '{"webPort":0}', 'null', 'not json']) {
    const CONFIG_DIR = await configFolder(settings);
    // Whoever listens there, if anybody: only the address counts.
    expect((await check({ CONFIG_DIR })).said).toMatch(/^127\.0\.0\.1 port 8080: |127\.0\.0\.1:8080$/);
  }
});

test('it asks where the server listens', async () => {
  const server = await listen(saying('ok'), '127.0.0.2');
  const webPort = portOf(server);
  const WEB_PORT = String(webPort);
  expect((await check({ WEB_PORT, WEB_HOST: '127.0.0.2' })).said).toBe(`127.0.0.2 port ${WEB_PORT}: ok`);
  const CONFIG_DIR = await configFolder(JSON.stringify({ webHost: '127.0.0.2', webPort }));
  expect((await check({ CONFIG_DIR })).said).toBe(`127.0.0.2 port ${WEB_PORT}: ok`);
  const everywhere = await listen(saying('ok'), '0.0.0.0');
  for (const WEB_HOST of ['', '0.0.0.0', '::'])
    expect((await check({ WEB_PORT: String(portOf(everywhere)), WEB_HOST })).said).toMatch(/: ok$/);
});

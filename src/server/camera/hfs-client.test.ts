import { once } from 'node:events';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { HfsClient } from './hfs-client.ts';
import { commandTarget, HarmfulRequest } from './novatek-commands.ts';
import type { AddressInfo, Socket } from 'node:net';
import type { HfsLimits } from './hfs-limits.ts';

const never = new AbortController().signal;
const version = commandTarget(3012);
const file = '/DCIM/Movie/X.MP4';
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Server {
  client: HfsClient;
  /** What was asked, head by head. */
  heads: string[];
  open: () => number;
  mostOpen: () => number;
}

/** A server that answers each request by `answer`, byte for byte, and a client for it with short time limits. */
async function serve(
  answer: (socket: Socket, head: string, count: number) => void,
  limits: Partial<HfsLimits> = {},
): Promise<Server> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  let mostOpen = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    mostOpen = Math.max(mostOpen, sockets.size);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      heads.push(head);
      answer(socket, head, heads.length);
      head = '';
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = { host: '127.0.0.1', port, hostHeader: `127.0.0.1:${port}` };
  const client = new HfsClient({ address, limits: { retryDelayMs: 0, connectMs: 2_000, ...limits } });
  cleanUps.push(() => {
    client.close();
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { client, heads, open: () => sockets.size, mostOpen: () => mostOpen };
}

const reply = (socket: Socket, text: string): void => {
  socket.end(text, 'latin1');
};

describe('servers that write as they like', () => {
  const body = '<Function/>';
  test.each([
    ['a proper head', `HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n${body}`],
    ['line feeds only', `HTTP/1.1 200 OK\nServer: hfs/1.00.000\nContent-Length: 11\n\n${body}`],
    ['blanks before colons', `HTTP/1.1 200 OK\r\nServer : hfs\r\nContent-length : 11\r\n\r\n${body}`],
    ['no reason phrase', `HTTP/1.1 200\r\nContent-Length: 11\r\n\r\n${body}`],
    ['HTTP/1.0 and no length', `HTTP/1.0 200 OK\r\n\r\n${body}`],
    ['no length', `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`],
    ['a length said twice', `HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-length: 11\r\n\r\n${body}`],
    ['a line without a colon', `HTTP/1.1 200 OK\r\nhello there\r\nContent-Length: 11\r\n\r\n${body}`],
    ['a control character', `HTTP/1.1 200 OK\r\nX-A: a\u0007b\r\nContent-Length: 11\r\n\r\n${body}`],
    ['letters of latin 1', `HTTP/1.1 200 OK\r\nX-A: \u00e4\r\nContent-Length: 11\r\n\r\n${body}`],
    [
      'chunks and a length',
      `HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n${body}\r\n0\r\n\r\n`,
    ],
    ['more than it promised', `HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n${body}\r\n\r\n`],
  ])('%s', async (_name, text) => {
    const { client } = await serve((socket) => reply(socket, text));
    expect(await client.readText(version, 'command', never)).toMatchObject({ httpStatus: 200, text: body });
  });

  test('a head that comes byte by byte is understood', async () => {
    const text = `HTTP/1.1 200 OK\nServer : hfs\nContent-Length : 11\n\n${body}`;
    const { client } = await serve(async (socket) => {
      socket.setNoDelay(true);
      for (const byte of text) {
        socket.write(byte);
        await turn();
      }
      socket.end();
    });
    expect(await client.readText(version, 'command', never)).toMatchObject({ text: body, whole: true });
  });

  test('whether the length was told is known', async () => {
    const { client } = await serve((socket) => reply(socket, `HTTP/1.1 200 OK\r\n\r\n${body}`));
    expect(await client.readText(version, 'command', never)).toMatchObject({ whole: false });
  });

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['bytes', '\u0001\u0002\u0003\u0000'],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(8_000)}`],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 12\r\n\r\n<Function/>'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n'],
  ])('%s is malformed', async (_name, text) => {
    const { client } = await serve((socket) => reply(socket, text));
    await expect(client.readText(version, 'command', never)).rejects.toMatchObject({ kind: 'malformed' });
  });
});

describe('requests', () => {
  test('one head, one connection, nothing kept', async () => {
    const { client, heads, open } = await serve((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'),
    );
    await client.readText(version, 'command', never);
    expect(heads[0]).toMatch(/^GET \/\?custom=1&cmd=3012 HTTP\/1\.1\r\n/);
    expect(heads[0]).toMatch(/\r\nHost: 127\.0\.0\.1:\d+\r\n/);
    expect(heads[0]).toMatch(/\r\nConnection: close\r\n/);
    await vi.waitFor(() => expect(open()).toBe(0));
  });

  test('a harmful request never gets as far as a connection', async () => {
    const { client, heads, open } = await serve((socket) => socket.end());
    for (const target of ['/?custom=1&cmd=3010', '/DCIM/X.MP4?del=1', '/?custom=1&cmd=8250']) {
      await expect(client.readText(target, 'command', never)).rejects.toBeInstanceOf(HarmfulRequest);
      await expect(client.open(target, {}, never)).rejects.toBeInstanceOf(HarmfulRequest);
    }
    expect([heads.length, open()]).toEqual([0, 0]);
  });

  test('a redirect is an answer like any other', async () => {
    const { client, heads } = await serve((socket) =>
      reply(socket, 'HTTP/1.1 302 Found\r\nLocation: /?custom=1&cmd=3010\r\nContent-Length: 0\r\n\r\n'),
    );
    expect(await client.readText(version, 'command', never)).toMatchObject({ httpStatus: 302 });
    expect(heads).toHaveLength(1);
  });

  test('many at once go one by one, commands first', async () => {
    const { client, heads, mostOpen } = await serve((socket) =>
      reply(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    );
    const read = async (path: string) => buffer((await client.open(path, {}, never)).body);
    await Promise.all([
      read('/DCIM/1.MP4'),
      read('/DCIM/2.MP4'),
      client.readText('/DCIM', 'listing', never),
      client.readText(version, 'command', never),
    ]);
    const paths = heads.map((head) => head.split(' ')[1]);
    expect(paths).toEqual(['/DCIM/1.MP4', version, '/DCIM', '/DCIM/2.MP4']);
    expect(mostOpen()).toBe(1);
  });

  test('a read whose connection is reset is tried once more, a write is not', async () => {
    const { client, heads } = await serve((socket, _head, count) =>
      count === 2
        ? reply(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
        : socket.resetAndDestroy(),
    );
    expect(await client.readText(version, 'command', never)).toMatchObject({ text: 'ok' });
    expect(heads).toHaveLength(2);
    await expect(client.sendOnce(version, 'command', never)).rejects.toMatchObject({ kind: 'busy' });
    expect(heads).toHaveLength(3);
  });

  test('a server that only ever resets is busy', async () => {
    const { client, heads } = await serve((socket) => socket.resetAndDestroy());
    await expect(client.readText(version, 'command', never)).rejects.toMatchObject({ kind: 'busy' });
    expect(heads).toHaveLength(2);
  });

  test('one that is not there is unreachable', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const client = new HfsClient({ address: { host: '127.0.0.1', port, hostHeader: 'camera' } });
    await expect(client.readText(version, 'command', never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^camera refuses the connection/),
    });
  });
});

describe('limits', () => {
  test('an answer that never begins is given up', async () => {
    const { client, heads } = await serve(() => undefined, { commandMs: 30 });
    await expect(client.readText(version, 'command', never)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(heads).toHaveLength(1);
  });

  test('a head that trickles is given up, however busily', async () => {
    const { client } = await serve(
      async (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        while (!socket.destroyed) {
          socket.write('X');
          await turn();
        }
      },
      { commandMs: 20 },
    );
    await expect(client.readText(version, 'command', never)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('a body that stalls is given up', async () => {
    const { client } = await serve(
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
      { bodyMs: 30 },
    );
    const { body } = await client.open(file, {}, never);
    await expect(buffer(body)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('a body that trickles is given up, though it is never silent for long', async () => {
    const { client } = await serve(
      async (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
        while (!socket.destroyed) {
          socket.write('x');
          await turn();
        }
      },
      { trickleMs: 20, minBytesPerSecond: 1e12 },
    );
    const { body } = await client.open(file, {}, never);
    await expect(buffer(body)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('slowly'),
    });
  });

  test('a reader that takes its time is not the camera’s fault', async () => {
    const bytes = Buffer.alloc(3_000_000, 7);
    const { client } = await serve(
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`);
        socket.end(bytes);
      },
      { bodyMs: 50, trickleMs: 50, minBytesPerSecond: 1e12 },
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    cleanUps.push(() => vi.useRealTimers());
    const { body } = await client.open(file, {}, never);
    await once(body, 'readable');
    while (body.readableLength < body.readableHighWaterMark) await turn();
    vi.advanceTimersByTime(3_600_000);
    const read = buffer(body);
    expect(await read).toHaveLength(bytes.length);
  });

  test.each([
    ['a command', 'command' as const, { commandBytes: 1000 }],
    ['a listing', 'listing' as const, { listingBytes: 1000 }],
  ])('an endless answer to %s is cut off', async (_name, kind, limits) => {
    const { client, open } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write('x'.repeat(10_000)));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    }, limits);
    await expect(client.readText(version, kind, never)).rejects.toMatchObject({ kind: 'malformed' });
    await vi.waitFor(() => expect(open()).toBe(0));
  });

  test.each([
    ['closes early', (socket: Socket) => socket.end()],
    ['is reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('a body that %s is truncated', async (_name, end) => {
    const { client } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => end(socket));
    });
    const { body } = await client.open(file, {}, never);
    await expect(buffer(body)).rejects.toMatchObject({ kind: 'truncated' });
  });
});

describe('ends', () => {
  test('an abort closes the connection before the answer and in the middle of it', async () => {
    const { client, heads, open } = await serve((socket, _head, count) => {
      if (count === 2) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const asking = client.readText(version, 'command', first.signal);
    await vi.waitFor(() => expect(heads).toHaveLength(1));
    first.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    const { body } = await client.open(file, {}, second.signal);
    second.abort(new Error('enough'));
    await expect(buffer(body)).rejects.toThrow('enough');
    await vi.waitFor(() => expect(open()).toBe(0));
    await expect(client.open(file, {}, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });

  test('a body nobody reads holds its turn until it is destroyed, and its error hurts nobody', async () => {
    const { client, heads } = await serve((socket, _head, count) => {
      if (count === 1)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(1_000_000)}`);
      else reply(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const { body } = await client.open(file, {}, never);
    const next = client.readText(version, 'command', never);
    await turn();
    expect(heads).toHaveLength(1);
    body.destroy(new Error('not wanted'));
    expect(await next).toMatchObject({ text: 'ok' });
  });

  test('closing is for good', async () => {
    const { client, open } = await serve(() => undefined);
    const asking = client.readText(version, 'command', never);
    await vi.waitFor(() => expect(open()).toBe(1));
    client.close();
    client.close();
    await expect(asking).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(client.readText(version, 'command', never)).rejects.toMatchObject({ kind: 'unreachable' });
    await vi.waitFor(() => expect(open()).toBe(0));
  });
});
